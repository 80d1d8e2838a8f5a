use super::*;

#[test]
fn nothing_is_claimed_before_its_time_and_nothing_twice() {
	TestExt.execute(|| {
		assert_noop!(claim_timeout(OTHER, 0), Error::<Test>::NotFound);
		let (_, ask, bundle) = open_ask();
		assert_noop!(claim_timeout(OTHER, ask), Error::<Test>::NothingDue);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_noop!(claim_timeout(OTHER, ask), Error::<Test>::Ended);
	});
}

#[test]
fn anybody_has_money_moved_that_could_not_be_before() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		freeze(true);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_noop!(claim_timeout(OTHER, ask), Error::<Test>::SettlementPending);
		freeze(false);
		assert_ok!(claim_timeout(OTHER, ask));
		assert_eq!(earned(&WUSD, NODES[0]), NODE_SHARE);
		assert_eq!(view(ask).ended_at, Some(1));
	});
}
