use super::*;

#[test]
fn a_bond_and_its_deposit_return_when_their_time_has_come() {
	TestExt::pool_of(1).execute(|| {
		let who = ARBITRATORS.start;
		assert_noop!(withdraw(who), Error::<Test>::NotLeaving);
		assert_ok!(leave(who));
		let at = arbitrator(who).leaves_at.unwrap();
		System::set_block_number(at - 1);
		assert_noop!(withdraw(who), Error::<Test>::TooEarly);
		System::set_block_number(at);
		assert_ok!(withdraw(who));
		assert_event(Event::Withdrawn { who, amount: MIN_BOND });
		assert_eq!(free(who), ENDOWMENT);
		assert_noop!(withdraw(who), Error::<Test>::NotLeaving);
		assert_ok!(join(who, MIN_BOND));
	});
}

#[test]
fn fines_are_gone_before_a_bond_can_leave_in_the_same_block() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let absent = jurors(case)[0];
		advance_until(case, Phase::Closed);
		// In the block in which the fine is paid, it leaves with what is left.
		assert_ok!(leave(absent));
		assert_eq!(arbitrator(absent).bond, MIN_BOND - STAKE);
		System::set_block_number(arbitrator(absent).leaves_at.unwrap());
		assert_ok!(withdraw(absent));
		assert_eq!(free(absent), ENDOWMENT - STAKE);
	});
}
