//! Listings, who serves them, orders and rulings, as tests say they are. No call changes any of them.

use super::*;
use souk_primitives::{
	reach::{self, Completed, Dispute, Side},
	ListingKind, ListingState, NodeRole, Plan, Term,
};
use std::{cell::RefCell, collections::BTreeMap};

#[derive(Default)]
struct World {
	/// Their curators.
	listings: Vec<AccountId>,
	terms: Vec<(ListingId, NodeRole, Term<AccountId>)>,
	orders: BTreeMap<OrderId, Completed<AccountId>>,
	lost: BTreeMap<OrderId, Side>,
}

thread_local! {
	static WORLD: RefCell<World> = RefCell::default();
}

/// One listing of [`CURATOR`], number 0, and nothing else.
pub fn reset() {
	WORLD.set(World { listings: vec![CURATOR], ..World::default() });
}

/// Lists something.
pub fn list(curator: AccountId) -> ListingId {
	WORLD.with_borrow_mut(|world| {
		world.listings.push(curator);
		world.listings.len() as ListingId - 1
	})
}

/// Somebody works for a listing from block `since` up to, not including, `until`.
pub fn serve(listing: ListingId, role: NodeRole, node: AccountId, since: u32, until: u32) {
	WORLD.with_borrow_mut(|world| world.terms.push((listing, role, Term { node, since, until })));
}

/// An order of a listing that has ended in this block, Released or Refunded. Its number is `order`.
pub fn complete(order: OrderId, listing: ListingId, payer: AccountId, released: bool) {
	WORLD.with_borrow_mut(|world| {
		let curator = world.listings[listing as usize];
		let completed = Completed { listing, payer, curator, since: now(), ended_at: now(), released };
		world.orders.insert(order, completed);
	});
}

/// The first listing's order of [`PAYER`] that ended Released in this block.
pub fn sold(order: OrderId) -> OrderId {
	complete(order, 0, PAYER, true);
	order
}

/// Escrow has the order forgotten.
pub fn forget(order: OrderId) {
	WORLD.with_borrow_mut(|world| world.orders.remove(&order));
}

/// A side has lost the dispute about an order.
pub fn lose(order: OrderId, side: Side) {
	WORLD.with_borrow_mut(|world| world.lost.insert(order, side));
}

/// Everything that the pallet asks other pallets for.
pub struct Registry;

impl reach::Deals<AccountId> for Registry {
	fn completed(order: OrderId) -> Option<Completed<AccountId>> {
		WORLD.with_borrow(|world| world.orders.get(&order).cloned())
	}
	fn benchmark_completed(curator: &AccountId, payer: &AccountId) -> OrderId {
		let listing = list(*curator);
		complete(1, listing, *payer, true);
		1
	}
}

impl reach::Rulings<AccountId> for Registry {
	fn loser(order: OrderId) -> Option<Side> {
		WORLD.with_borrow(|world| world.lost.get(&order).copied())
	}
	fn benchmark_lost(dispute: Dispute<AccountId>) {
		lose(dispute.order, dispute.opener);
	}
}

impl reach::Listings<AccountId> for Registry {
	fn owner(listing: ListingId) -> Option<AccountId> {
		WORLD.with_borrow(|world| world.listings.get(listing as usize).copied())
	}
	fn kind(_: ListingId) -> Option<ListingKind> {
		None
	}
	fn state(_: ListingId) -> Option<(ListingState, u32)> {
		None
	}
	souk_mock_support::without!(offers);
	fn benchmark_listing(owner: &AccountId, _: Plan) -> ListingId {
		list(*owner)
	}
	fn benchmark_data_product(owner: &AccountId, _: Plan) -> ListingId {
		list(*owner)
	}
}

impl reach::Curation<AccountId> for Registry {
	fn may_activate(_: ListingId, _: ListingKind) -> bool {
		true
	}
	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<AccountId>> {
		WORLD.with_borrow(|world| {
			let terms = world.terms.iter().filter(|(of, as_what, term)| {
				*of == listing && *as_what == role && term.since < to && term.until > from
			});
			terms.map(|(_, _, term)| term.clone()).collect()
		})
	}
	fn is_assigned(_: ListingId, _: &AccountId) -> bool {
		false
	}
	fn has_agreed(_: ListingId, _: &AccountId) -> bool {
		false
	}
	fn first_final_at(_: ListingId) -> Option<u32> {
		None
	}
	souk_mock_support::without!(periods, snapshots, bonds);
	fn benchmark_terms(_: ListingId, _: u32) {}
}
