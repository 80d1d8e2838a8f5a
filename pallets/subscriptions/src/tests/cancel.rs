use super::*;
use crate::Due;

#[test]
fn the_served_part_is_paid_out_and_the_rest_returns() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let listing = sell(asset.clone(), PRICE);
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
			advance_to(1 + PERIOD / 2);
			assert_ok!(cancel(SUBSCRIBER, listing));
			assert_earned(&asset, 50, 226, 45, 67);
			assert_eq!(spent(&asset), 500);
			assert_eq!((held(&asset, SUBSCRIBER), deposit(SUBSCRIBER)), (0, 0));
			assert_eq!(entitlement(listing, SUBSCRIBER), None);
		});
	}
}

#[test]
fn what_the_rounding_leaves_is_the_curators_or_the_payers() {
	TestExt.execute(|| {
		let listing = sell(WUSD, 1_009);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(8);
		assert_ok!(cancel(SUBSCRIBER, listing));
		// 1009 × 7 / 20 = 353.15; fee 35, workers 20 % of 318 = 63, nodes 30 % = 95.
		assert_eq!(spent(&WUSD), 353);
		assert_earned(&WUSD, 35, 353 - 35 - 2 * 31 - 2 * 47, 31, 47);
	});
}

#[test]
fn cancelled_in_its_first_block_it_costs_nothing() {
	TestExt.execute(|| {
		let listing = sell(SOUK, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(spent(&SOUK), 0);
		assert_earned(&SOUK, 0, 0, 0, 0);
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn before_the_first_snapshot_everything_returns() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(listing, full_service(None));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(15);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(spent(&WUSD), 0);
	});
}

#[test]
fn only_the_payer_cancels() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_noop!(cancel(SUBSCRIBER, listing), Error::<Test>::NotFound);
		let by_commitment =
			|who| dispatch(who, crate::Call::<Test>::cancel { listing, holder: Some([5; 32]) });
		assert_ok!(subscribe_as(SUBSCRIBER, listing, MONTHLY, Some([5; 32]), false, PRICE));
		assert_noop!(by_commitment(OTHER), Error::<Test>::NotAuthorized);
		assert_ok!(by_commitment(SUBSCRIBER));
	});
}

#[test]
fn who_cancelled_is_refused_at_once_and_may_come_back() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(3);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert!(!live(listing, SUBSCRIBER));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert!(live(listing, SUBSCRIBER));
	});
}

#[test]
fn in_the_grace_nothing_is_owed() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		impoverish(&WUSD, SUBSCRIBER, PRICE - 1);
		advance_to(1 + PERIOD + GRACE - 1);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
		assert_eq!((free(&WUSD, SUBSCRIBER), deposit(SUBSCRIBER)), (MINIMUM + PRICE - 1, 0));
	});
}

#[test]
fn after_the_listing_was_taken_down_only_the_time_before_is_paid() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(6);
		assert_ok!(take_down(listing));
		advance_to(15);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(spent(&WUSD), PRICE / 4);
	});
}
