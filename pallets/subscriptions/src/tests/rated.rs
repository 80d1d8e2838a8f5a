//! What may be rated of subscriptions.

use super::*;

#[test]
fn each_period_of_which_a_quarter_was_served_may_be_rated() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		let first = System::block_number();
		assert_eq!(Rated::get(), []);
		advance_to(first + PERIOD);
		assert_eq!(Rated::get(), [(listing, SUBSCRIBER, first)]);
		advance_to(first + PERIOD + PERIOD / 4);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(Rated::get(), [(listing, SUBSCRIBER, first), (listing, SUBSCRIBER, first + PERIOD)]);
	});
}

#[test]
fn what_was_cancelled_before_may_not() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(System::block_number() + PERIOD / 4 - 1);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(spent(&WUSD), 200, "it has paid for what was served");
		assert_eq!(Rated::get(), []);
	});
}

#[test]
fn what_counts_is_what_was_served_and_not_how_long_it_ran() {
	let last_quarter = 1 + PERIOD - PERIOD / 4;
	for (first_final_at, rated) in [(last_quarter, true), (last_quarter + 1, false)] {
		TestExt.execute(|| {
			let listing = sell(WUSD, PRICE);
			serve(listing, full_service(Some(first_final_at)));
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
			advance_to(1 + PERIOD);
			assert_eq!(!Rated::get().is_empty(), rated);
		});
	}
}

#[test]
fn a_settlement_that_is_delayed_changes_nothing_of_it() {
	for (blocks, rated) in [(PERIOD / 4 - 1, false), (PERIOD / 4, true)] {
		TestExt.execute(|| {
			let listing = sell(WUSD, PRICE);
			let first = System::block_number();
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
			advance_to(first + blocks);
			freeze(true);
			assert_ok!(cancel(SUBSCRIBER, listing));
			assert_eq!(Rated::get(), [], "nothing is paid out yet");
			advance_to(first + PERIOD);
			freeze(false);
			assert_ok!(settle(OTHER, listing, SUBSCRIBER));
			let expected = if rated { vec![(listing, SUBSCRIBER, first)] } else { vec![] };
			assert_eq!(Rated::get(), expected);
		});
	}
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
