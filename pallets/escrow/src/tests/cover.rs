//! What the curator's bond covers, and what is paid before the window is over.

use super::*;

/// A snapshot on sale in an asset with so much bond, and as many orders of it.
fn selling(asset: &Asset, bond: Balance, count: usize) -> (Snapshot, ListingId, Vec<OrderId>) {
	let snapshot = Snapshot::good();
	let listing = list_data(asset, snapshot.commitments.clone(), bond);
	let orders = (0..count).map(|_| order_data(BUYER, listing)).collect();
	(snapshot, listing, orders)
}

fn deliver_all(snapshot: &Snapshot, orders: &[OrderId]) {
	for order in orders {
		assert_ok!(deliver(*order, open_delivery(snapshot, *order)));
	}
}

#[test]
fn sales_in_open_windows_are_paid_early_up_to_the_bond_and_no_further() {
	TestExt.execute(|| {
		let (snapshot, listing, orders) = selling(&SOUK, 3 * PRICE + PRICE / 2, 5);
		deliver_all(&snapshot, &orders);
		assert_eq!(spent(&SOUK), 3 * PRICE);
		assert_eq!((bond(listing).covered, held(&SOUK, BUYER)), (3 * PRICE, 2 * PRICE));
		// What is free again covers the next.
		assert_ok!(confirm(BUYER, orders[0], 0));
		let next = order_data(BUYER, listing);
		deliver_all(&snapshot, &[next]);
		assert_eq!((view(next).covered, spent(&SOUK)), (PRICE, 4 * PRICE));
		advance_to(1 + WINDOW);
		assert_eq!((bond(listing).covered, spent(&SOUK)), (0, 6 * PRICE));
	});
}

#[test]
fn a_margin_is_set_aside_on_top() {
	TestExt.execute(|| {
		Margin::set(Permill::from_percent(25));
		let (snapshot, listing, orders) = selling(&WUSD, 2_499, 1);
		deliver_all(&snapshot, &orders);
		assert_eq!(bond(listing).covered, 0);
		set_bond(listing, 2_500);
		let next = order_data(BUYER, listing);
		deliver_all(&snapshot, &[next]);
		assert_eq!((bond(listing).covered, view(next).covered), (2_500, 2_500));
		// What it was worth when it was delivered counts.
		Exchange::set(Some(50));
		Margin::set(Permill::zero());
		assert_ok!(confirm(BUYER, next, 0));
		assert_eq!(bond(listing).covered, 0);
	});
}

#[test]
fn what_nobody_knows_the_worth_of_or_is_worth_nothing_is_not_paid_early() {
	for rate in [None, Some(0), Some(Balance::MAX)] {
		TestExt.execute(|| {
			Exchange::set(rate);
			let (snapshot, listing, orders) = selling(&WUSD, BOND, 1);
			deliver_all(&snapshot, &orders);
			assert_eq!((bond(listing).covered, held(&WUSD, BUYER)), (0, PRICE));
			advance_to(1 + WINDOW);
			assert_earned(&WUSD, SHARES);
		});
	}
}

#[test]
fn where_somebody_could_not_be_paid_early_nobody_is() {
	TestExt.execute(|| {
		let (snapshot, listing, orders) = selling(&WUSD, BOND, 1);
		freeze(true);
		deliver_all(&snapshot, &orders);
		assert_eq!((bond(listing).covered, held(&WUSD, BUYER)), (0, PRICE));
		freeze(false);
		advance_to(1 + WINDOW);
		assert_earned(&WUSD, SHARES);
	});
}

#[test]
fn a_node_that_cannot_be_paid_keeps_nobody_from_early_pay() {
	TestExt.execute(|| {
		let (snapshot, listing, orders) = selling(&WUSD, BOND, 1);
		set_price(listing, 80);
		let cheap = order_data(BUYER, listing);
		// Half of 14 is less than an account needs to exist.
		serve(listing, &[WORKERS[0], STRANGER], &[]);
		advance_to(2);
		deliver_all(&snapshot, &[cheap]);
		assert!(view(cheap).covered > 0);
		assert_eq!((free(&WUSD, STRANGER), spent(&WUSD)), (0, 80));
		assert_ok!(cancel(CURATOR, orders[0]));
	});
}

#[test]
fn goods_are_never_covered() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		set_bond(listing, BOND);
		let order = order_goods(BUYER, listing);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_eq!((bond(listing).covered, held(&WUSD, BUYER)), (0, PRICE));
	});
}

#[test]
fn a_bond_answers_for_what_was_paid_and_not_for_more() {
	// Of 1000 that were covered with 300, 400 were paid: 120 answer for that; rounded up for the buyer.
	assert_eq!(Escrow::covered_part(300, 1_000, 1_000), 300);
	assert_eq!(Escrow::covered_part(300, 400, 1_000), 120);
	assert_eq!(Escrow::covered_part(300, 401, 1_000), 121);
	assert_eq!(Escrow::covered_part(300, 0, 1_000), 0);
	assert_eq!(Escrow::covered_part(0, 0, 0), 0);
	assert_eq!(Escrow::covered_part(Balance::MAX, Balance::MAX - 1, Balance::MAX), Balance::MAX - 1);
}
