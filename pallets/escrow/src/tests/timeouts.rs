//! Every order ends Released or Refunded, and nobody has to do anything for it.

use super::*;

#[test]
fn a_key_that_is_not_delivered_in_time_is_refunded() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let (_, listing, order) = sold(&asset, BOND);
			advance_to(DELIVERY);
			assert_eq!((state(order), held(&asset, BUYER)), (OrderState::Funded, PRICE));
			assert_eq!(Escrow::awaiting(vec![listing], None, 9).len(), 1);
			advance_to(1 + DELIVERY);
			assert_event(Event::TimedOut { order, state: OrderState::Funded });
			assert_event(Event::Refunded { order, asset: asset.clone(), amount: PRICE });
			assert_event(Event::Ended { order, state: OrderState::Refunded });
			assert_eq!((held(&asset, BUYER), spent(&asset)), (0, 0));
			assert!(Escrow::awaiting(vec![listing], None, 9).is_empty());
		});
	}
}

#[test]
fn goods_that_are_not_delivered_in_time_are_refunded() {
	TestExt.execute(|| {
		let order = order_goods(BUYER, list_service(&WUSD));
		advance_to(1 + GOODS);
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Refunded, 0));
	});
}

#[test]
fn a_span_that_is_changed_holds_for_what_begins_after_that() {
	TestExt.execute(|| {
		let (snapshot, listing, first) = sold(&WUSD, 0);
		let second = order_data(BUYER, listing);
		assert_ok!(deliver(first, delivery(&snapshot, first)));
		WindowLength::set(3);
		assert_ok!(deliver(second, delivery(&snapshot, second)));
		advance_to(4);
		assert_eq!((state(first), state(second)), (OrderState::Delivered, OrderState::Released));
		advance_to(1 + WINDOW);
		assert_eq!(state(first), OrderState::Released);
	});
}

#[test]
fn a_window_of_no_blocks_is_over_in_the_next() {
	TestExt.execute(|| {
		WindowLength::set(0);
		let (snapshot, _, order) = sold(&WUSD, 0);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_eq!(view(order).window_until, Some(2));
		advance_to(2);
		assert_eq!(state(order), OrderState::Released);
	});
}

#[test]
fn whatever_state_an_order_is_left_in_it_ends() {
	TestExt.execute(|| {
		let (snapshot, data, funded) = sold(&WUSD, PRICE * RATE);
		let (covered, uncovered) = (order_data(BUYER, data), order_data(BUYER, data));
		for order in [covered, uncovered] {
			assert_ok!(deliver(order, delivery(&snapshot, order)));
		}
		let argued = order_data(OTHER, data);
		assert_ok!(deliver(argued, delivery(&snapshot, argued)));
		assert_ok!(dispute(OTHER, argued));
		let service = list_service(&SOUK);
		let offered = offer(service, &[milestone(5, 5, 5)]);
		let parts = offer(service, &[milestone(300, 7, 9), milestone(700, 11, 13)]);
		assert_ok!(fund(BUYER, parts));
		assert_ok!(mark_delivered(CURATOR, parts, 0));
		let (ordered, delivered) = (order_goods(BUYER, service), order_goods(BUYER, service));
		assert_ok!(mark_delivered(CURATOR, delivered, 0));
		let disputed = order_goods(BUYER, service);
		assert_ok!(dispute(BUYER, disputed));
		// Everybody leaves.
		for listing in [data, service] {
			set_state(listing, ListingState::Retired);
			serve(listing, &[], &[]);
		}
		advance_to(1 + DISPUTE);
		use OrderState::{Refunded, Released};
		for (order, expected) in [
			(funded, Refunded),
			(covered, Released),
			(uncovered, Released),
			(argued, Released),
			(offered, Refunded),
			(parts, Refunded),
			(ordered, Refunded),
			(delivered, Released),
			(disputed, Released),
		] {
			assert_eq!(state(order), expected, "{order}");
			assert_eq!(view(order).held, 0);
		}
		assert_eq!(Due::<Test>::iter().count() + Open::<Test>::iter().count(), 0);
	});
}
