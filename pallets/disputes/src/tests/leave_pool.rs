use super::*;

#[test]
fn a_bond_on_its_way_out_waits_longer_than_any_case() {
	TestExt::pool_of(2).execute(|| {
		let who = ARBITRATORS.start;
		assert_ok!(leave(who));
		let longest = Disputes::settings().terms.longest();
		assert!(longest > UNBONDING);
		let at = now() + longest;
		assert_event(Event::Left { who, at });
		assert_eq!(arbitrator(who).leaves_at, Some(at));
		assert_eq!((Disputes::pool_size(), held(HoldReason::Bond, who)), (1, MIN_BOND));
		assert_noop!(leave(who), Error::<Test>::NotJoined);
	});
}

#[test]
fn nobody_leaves_with_an_open_case() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let who = jurors(case)[0];
		assert_noop!(leave(who), Error::<Test>::OnJury);
		vote_all(case, &[FOR_BUYER; 3]);
		assert_noop!(leave(who), Error::<Test>::OnJury);
		advance_until(case, Phase::Closed);
		assert_ok!(leave(who));
	});
}

#[test]
fn who_did_not_appear_stays_until_the_case_is_over() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let absent = jurors(case);
		advance_until(case, Phase::Drawing);
		for who in absent {
			assert_noop!(leave(who), Error::<Test>::OnJury);
		}
	});
}
