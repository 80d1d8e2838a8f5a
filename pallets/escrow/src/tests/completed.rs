//! What other pallets hear of orders that have ended.

use super::*;
use souk_primitives::reach::{Completed, Deals};

fn completed(order: OrderId) -> Option<Completed<AccountId>> {
	<Escrow as Deals<AccountId>>::completed(order)
}

#[test]
fn an_order_is_completed_once_it_has_ended_and_came_to_something() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		assert_eq!(completed(0), None);
		let order = order_goods(BUYER, listing);
		assert_eq!(completed(order), None);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_eq!(completed(order), None);
		assert_ok!(confirm(BUYER, order, 0));
		let (since, ended_at) = (now(), now());
		let expected = Completed { listing, payer: BUYER, curator: CURATOR, since, ended_at, released: true };
		assert_eq!(completed(order), Some(expected));
		assert_ok!(forget(BUYER, order));
		assert_eq!(completed(order), None);
	});
}

#[test]
fn what_went_back_counts_only_where_something_was_delivered() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let never = order_goods(BUYER, listing);
		assert_ok!(cancel(BUYER, never));
		assert_eq!((state(never), completed(never)), (OrderState::Refunded, None));
		let delivered = order_goods(BUYER, listing);
		assert_ok!(mark_delivered(CURATOR, delivered, 0));
		assert_ok!(cancel(CURATOR, delivered));
		assert_eq!(state(delivered), OrderState::Refunded);
		assert!(completed(delivered).is_some_and(|completed| !completed.released));
	});
}
