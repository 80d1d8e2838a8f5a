use super::*;
use crate::{score, RankView};
use proptest::prelude::*;

fn counts(live_paid: u32, retained: u32) -> RankView {
	RankView { live_paid, retained, score: score(live_paid, retained), offences: 0 }
}

#[test]
fn a_paid_subscription_counts_and_one_that_stays_counts_more() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_eq!(rank(listing), counts(0, 0));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(subscribe(OTHER, listing, MONTHLY, false));
		assert_eq!(rank(listing), counts(2, 0));
		advance_to(1 + PERIOD);
		assert_eq!(rank(listing), counts(1, 1));
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(rank(listing), counts(0, 0));
	});
}

#[test]
fn a_listing_falls_with_each_offence_that_is_remembered_against_it() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		for payer in [SUBSCRIBER, OTHER] {
			assert_ok!(subscribe(payer, listing, MONTHLY, true));
		}
		advance_to(1 + PERIOD);
		for (offences, score) in [(0, 8), (1, 4), (2, 2), (7, 1), (8, 0)] {
			Remembered::set(offences);
			assert_eq!(rank(listing), RankView { live_paid: 2, retained: 2, score, offences });
		}
		Remembered::set(0);
	});
}

#[test]
fn trials_do_not_count() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		assert_eq!(rank(listing), counts(0, 0));
	});
}

#[test]
fn an_account_counts_once_however_often_it_subscribes() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		for number in 0..3 {
			assert_ok!(subscribe_as(SUBSCRIBER, listing, MONTHLY, Some([number; 32]), true, PRICE));
		}
		assert_eq!(rank(listing), counts(1, 0));
		assert_eq!(Listings::listing(listing).expect("it exists").open, 4);
		advance_to(1 + PERIOD);
		assert_eq!(rank(listing), counts(1, 1));
		// As long as one of them is left.
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(rank(listing), counts(1, 1));
	});
}

#[test]
fn only_who_paid_for_long_enough_has_stayed() {
	TestExt.execute(|| {
		RetainedAfter::set(2 * PERIOD + 1);
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(1 + 2 * PERIOD);
		assert_eq!(rank(listing), counts(1, 0));
		advance_to(1 + 3 * PERIOD);
		assert_eq!(rank(listing), counts(1, 1));
	});
}

#[test]
fn subscribing_to_oneself_gains_nothing() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		for account in [CURATOR].into_iter().chain(WORKERS).chain(NODES) {
			assert_ok!(subscribe(account, listing, MONTHLY, true));
			assert_ok!(subscribe_as(account, listing, MONTHLY, Some([account as u8; 32]), true, PRICE));
		}
		assert_eq!(rank(listing), counts(0, 0));
		advance_to(1 + PERIOD);
		assert_eq!(rank(listing), counts(0, 0));
	});
}

#[test]
fn who_comes_to_serve_the_listing_stops_counting_at_the_next_renewal() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_eq!(rank(listing), counts(1, 0));
		serve(listing, Service { workers: vec![SUBSCRIBER], nodes: vec![], first_final_at: Some(1) });
		advance_to(1 + PERIOD);
		assert_eq!(rank(listing), counts(0, 0));
	});
}

#[test]
fn an_unserved_period_retains_nobody() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(listing, full_service(None));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(1 + PERIOD);
		assert_eq!(rank(listing), counts(1, 0));
	});
}

#[test]
fn a_listing_that_ended_does_not_rank() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(retire(listing));
		assert_eq!(rank(listing), counts(0, 0));
	});
}

#[test]
fn pages_ascend_and_end_with_an_empty_one() {
	TestExt.execute(|| {
		let listings: Vec<_> = (0..3).map(|_| sell(WUSD, PRICE)).collect();
		for listing in [listings[2], listings[0]] {
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		}
		assert_eq!(
			Subscriptions::ranking(None, 10),
			[(listings[0], counts(1, 0)), (listings[2], counts(1, 0))]
		);
		assert_eq!(Subscriptions::ranking(None, 1), [(listings[0], counts(1, 0))]);
		assert_eq!(Subscriptions::ranking(Some(listings[0]), 10), [(listings[2], counts(1, 0))]);
		assert_eq!(Subscriptions::ranking(Some(listings[2]), 10), []);
	});
}

#[test]
fn curators_and_clients_see_what_is_open() {
	TestExt.execute(|| {
		use souk_primitives::reach::Subscriptions as _;
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(subscribe(CURATOR, listing, MONTHLY, true));
		assert_ok!(subscribe(OTHER, listing, TRIAL, true));
		assert_eq!(Subscriptions::open(listing), 2);
		assert_eq!(Listings::listing(listing).expect("it exists").open, 2);
		let mine = Subscriptions::subscriptions_of(OTHER);
		assert_eq!(mine.iter().map(|view| view.listing).collect::<Vec<_>>(), [listing]);
		assert!(Subscriptions::subscriptions_of(POOR).is_empty());
	});
}

proptest! {
	#[test]
	fn more_subscriptions_and_more_retained_ones_never_rank_lower(live in 0u32..u32::MAX, retained in 0u32..u32::MAX) {
		prop_assert!(score(live + 1, retained) > score(live, retained));
		prop_assert!(score(live, retained + 1) > score(live, retained));
		prop_assert!(score(live, retained + 1) - score(live, retained) > score(live + 1, retained) - score(live, retained));
	}
}
