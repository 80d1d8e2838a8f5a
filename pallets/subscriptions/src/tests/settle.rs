use super::*;

#[test]
fn a_subscription_to_an_ended_listing_is_settled_by_anybody() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(11);
		assert_ok!(retire(listing));
		advance_to(13);
		assert_ok!(settle(OTHER, listing, SUBSCRIBER));
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_earned(&WUSD, 50, 226, 45, 67);
		assert_eq!(spent(&WUSD), 500);
	});
}

#[test]
fn a_running_subscription_is_not_settled() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_noop!(settle(OTHER, listing, SUBSCRIBER), Error::<Test>::NotFound);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_noop!(settle(OTHER, listing, SUBSCRIBER), Error::<Test>::NothingDue);
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + PERIOD);
		assert_noop!(settle(OTHER, listing, SUBSCRIBER), Error::<Test>::NothingDue);
	});
}

#[test]
fn a_period_that_is_over_need_not_wait_for_its_turn() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		MaxDue::set(1);
		assert_ok!(subscribe(OTHER, listing, MONTHLY, false));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(1 + PERIOD);
		assert!(entitlement(listing, SUBSCRIBER).is_some());
		assert_ok!(settle(OTHER, listing, SUBSCRIBER));
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_earned(&WUSD, 200, 900, 180, 270);
	});
}

#[test]
fn a_grace_ends_with_its_listing() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + PERIOD);
		assert_ok!(retire(listing));
		assert!(!live(listing, SUBSCRIBER));
		assert_ok!(settle(OTHER, listing, SUBSCRIBER));
		assert_eq!(deposit(SUBSCRIBER), 0);
	});
}
