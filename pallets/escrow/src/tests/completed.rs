//! What other pallets hear of orders that have ended.

use super::*;
use souk_primitives::reach::{Completed, Deals, Ruling};

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

#[test]
fn what_went_back_undelivered_counts_only_where_a_jury_has_ruled() {
	TestExt.execute(|| {
		Sitting::set(Some(DISPUTE));
		let listing = list_service(&WUSD);
		let disputed = || {
			let order = order_goods(BUYER, listing);
			assert_ok!(dispute(BUYER, order));
			order
		};
		let [ruled, silent, given_up, governed] = [(); 4].map(|()| disputed());
		assert_eq!(completed(ruled), None);
		rule(ruled, Some(Ruling::Buyer));
		default_judgment(silent);
		assert_ok!(cancel(CURATOR, given_up));
		rule(governed, None);
		assert_ok!(resolve(governed, 100));
		for order in [ruled, silent, given_up, governed] {
			let view = view(order);
			assert_eq!((view.state, view.paid, view.delivered_at), (OrderState::Refunded, 0, None));
			assert!(view.evidence.is_some());
		}
		let ended_at = now();
		let (payer, curator, since) = (BUYER, CURATOR, now());
		let expected = Completed { listing, payer, curator, since, ended_at, released: false };
		assert_eq!(completed(ruled), Some(expected));
		assert_eq!([silent, given_up, governed].map(completed), [None, None, None]);
	});
}
