//! Who pays for a listing, as others see it who divide money among them.

use super::*;
use crate::Holders;
use souk_primitives::{
	reach::{Subscribed, Subscribers as _},
	ListingId,
};
use std::collections::BTreeMap;

/// All of them, each once.
fn all(listing: ListingId) -> BTreeMap<Holder<AccountId>, Subscribed<AccountId>> {
	let mut found = BTreeMap::new();
	let mut after = None;
	while let Some(next) = Subscriptions::next(listing, after.as_ref()) {
		after = Some(next.holder);
		assert!(found.insert(next.holder, next).is_none(), "nobody comes twice");
	}
	found
}

#[test]
fn each_subscription_is_found_by_its_listing_until_it_ends() {
	TestExt.execute(|| {
		let (first, second) = (sell(WUSD, PRICE), sell(SOUK, PRICE));
		assert_eq!(Subscriptions::next(first, None), None);
		assert_ok!(subscribe(SUBSCRIBER, first, MONTHLY, false));
		assert_ok!(subscribe(SUBSCRIBER, second, MONTHLY, false));
		for number in 0..9 {
			assert_ok!(subscribe_as(OTHER, first, MONTHLY, Some([number; 32]), false, PRICE));
		}
		let found = all(first);
		assert_eq!(found.len(), 10);
		let holder = Holder::Account(SUBSCRIBER);
		let paid = souk_primitives::Price { asset: WUSD, amount: PRICE };
		assert_eq!(found[&holder], Subscribed { holder, payer: SUBSCRIBER, since: 1, paid, period: PERIOD });
		assert!(found.values().filter(|one| one.holder != holder).all(|one| one.payer == OTHER));
		assert_eq!(all(second).len(), 1);

		assert_ok!(cancel(SUBSCRIBER, first));
		assert_eq!(all(first).len(), 9);
		// A few blocks, because few have their turn in one.
		advance_to(1 + PERIOD + 4);
		assert_eq!((all(first).len(), all(second).len()), (0, 0));
		assert_eq!(Holders::<Test>::iter().count(), 0);
	});
}

#[test]
fn one_that_is_renewed_goes_on_since_its_first_block() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		advance_to(5);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(5 + 2 * PERIOD);
		let one = Subscriptions::next(listing, None).expect("it goes on");
		assert_eq!((one.since, one.paid.amount), (5, PRICE));
	});
}

#[test]
fn nothing_is_paid_for_a_trial_or_by_those_who_own_or_serve_the_listing() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(listing, full_service(Some(1)));
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		assert_ok!(subscribe(CURATOR, listing, MONTHLY, false));
		assert_ok!(subscribe(NODES[0], listing, MONTHLY, false));
		assert_ok!(subscribe(OTHER, listing, MONTHLY, false));
		let paid: BTreeMap<_, _> =
			all(listing).into_values().map(|one| (one.payer, one.paid.amount)).collect();
		let expected = [(SUBSCRIBER, 0), (CURATOR, 0), (NODES[0], 0), (OTHER, PRICE)];
		assert_eq!(paid, BTreeMap::from(expected));
	});
}
