//! What may be rated of subscriptions.

use super::*;

#[test]
fn each_period_that_earned_something_may_be_rated() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		let first = System::block_number();
		assert_eq!(Rated::get(), []);
		advance_to(first + PERIOD);
		assert_eq!(Rated::get(), [(listing, SUBSCRIBER, first)]);
		advance_to(first + PERIOD + 3);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(Rated::get(), [(listing, SUBSCRIBER, first), (listing, SUBSCRIBER, first + PERIOD)]);
	});
}

#[test]
fn what_was_not_paid_for_may_not() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(OTHER, listing, TRIAL, false));
		// A period of which nothing was served.
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		assert_ok!(cancel(SUBSCRIBER, listing));
		advance_to(System::block_number() + PERIOD + 1);
		assert_eq!(Rated::get(), []);
	});
}

#[test]
fn nobody_rates_what_they_own_or_serve() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		for who in [CURATOR, WORKERS[0], NODES[1]] {
			assert_ok!(subscribe(who, listing, MONTHLY, false));
		}
		advance_to(System::block_number() + PERIOD + 1);
		assert_eq!(Rated::get(), []);
	});
}
