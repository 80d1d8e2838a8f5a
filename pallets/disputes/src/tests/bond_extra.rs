use super::*;

#[test]
fn a_bond_grows_and_its_tickets_with_it_up_to_the_most() {
	TestExt::pool_of(1).execute(|| {
		let who = ARBITRATORS.start;
		for (amount, bond, tickets) in
			[(999, 1_999, 1), (1, 2_000, 2), (14_500, 16_500, 16), (90_000, 106_500, 16)]
		{
			assert_ok!(bond_extra(who, amount));
			assert_event(Event::BondAdded { who, amount });
			let view = arbitrator(who);
			assert_eq!((view.bond, view.tickets), (bond, tickets));
			assert_eq!(held(HoldReason::Bond, who), bond);
		}
	});
}

#[test]
fn only_arbitrators_add_and_only_what_they_have() {
	TestExt::pool_of(1).execute(|| {
		let who = ARBITRATORS.start;
		assert_noop!(bond_extra(OTHER, 1), Error::<Test>::NotJoined);
		assert_noop!(bond_extra(who, 0), Error::<Test>::ZeroAmount);
		assert_noop!(bond_extra(who, ENDOWMENT), Error::<Test>::InsufficientFunds);
	});
}
