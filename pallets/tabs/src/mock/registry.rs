//! Listings and nodes, as tests say they are. No call changes any of them.

use super::*;
use souk_primitives::{
	reach::{self, OnListingState as _},
	Digest, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanIndex, PlanKind, QueryPolicy, Term,
};
use std::{cell::RefCell, collections::BTreeMap};

/// What there is to know of a listing.
#[derive(Clone)]
struct Listed {
	owner: AccountId,
	state: (ListingState, u32),
	plans: Vec<Plan>,
	split: PayoutSplit,
	/// Whether the curator's bond is below the minimum.
	bond_too_small: bool,
	workers: Vec<AccountId>,
	/// Its persistence nodes, in the order of their assignment.
	keepers: Vec<AccountId>,
}

thread_local! {
	static LISTINGS: RefCell<BTreeMap<ListingId, Listed>> = const { RefCell::new(BTreeMap::new()) };
}

/// Forgets all listings.
pub fn reset() {
	LISTINGS.with_borrow_mut(BTreeMap::clear);
}

fn listed(listing: ListingId) -> Option<Listed> {
	LISTINGS.with_borrow(|listings| listings.get(&listing).cloned())
}

fn change<R>(listing: ListingId, how: impl FnOnce(&mut Listed) -> R) -> R {
	LISTINGS.with_borrow_mut(|listings| how(listings.get_mut(&listing).expect("the listing exists")))
}

/// The plans of each listing: queries for [`PRICE`] wUSD, a subscription, queries for nothing, queries for [`PRICE`] SOUK.
fn plans() -> Vec<Plan> {
	let plan = |kind, asset, amount| Plan { kind, price: Price { asset, amount } };
	vec![
		plan(PlanKind::PayPerQuery, WUSD, PRICE),
		plan(PlanKind::Subscription { period: 10 }, WUSD, PRICE),
		plan(PlanKind::PayPerQuery, WUSD, 0),
		plan(PlanKind::PayPerQuery, SOUK, PRICE),
	]
}

/// Lists a table of [`CURATOR`], of [`WORKERS`] and [`NODES`]; the workers have 20 % together, and who answers has 50.
pub fn list() -> ListingId {
	let record = Listed {
		owner: CURATOR,
		state: (ListingState::Active, now()),
		plans: plans(),
		split: PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::from_percent(50) },
		bond_too_small: false,
		workers: WORKERS.to_vec(),
		keepers: NODES.to_vec(),
	};
	LISTINGS.with_borrow_mut(|listings| {
		let listing = listings.len() as ListingId;
		listings.insert(listing, record);
		listing
	})
}

/// Moves a listing to another state, and tells the pallet as `listings` does.
pub fn set_state(listing: ListingId, state: ListingState) {
	change(listing, |record| record.state = (state, now()));
	Market::on_state(listing, state);
}

pub fn set_price(listing: ListingId, asset: Asset, amount: Balance) {
	change(listing, |record| record.plans[0].price = Price { asset, amount });
}

pub fn set_split(listing: ListingId, workers: u32, persistence: u32) {
	let percent = Permill::from_percent;
	let split = PayoutSplit { workers: percent(workers), persistence: percent(persistence) };
	change(listing, |record| record.split = split);
}

/// Says whether the curator's bond is below the minimum.
pub fn set_bond_too_small(listing: ListingId, is: bool) {
	change(listing, |record| record.bond_too_small = is);
}

/// Says who works for a listing from this block on.
pub fn set_workers(listing: ListingId, workers: &[AccountId]) {
	change(listing, |record| record.workers = workers.to_vec());
}

/// Says who keeps the data of a listing from this block on, in the order of their assignment.
pub fn set_keepers(listing: ListingId, keepers: &[AccountId]) {
	change(listing, |record| record.keepers = keepers.to_vec());
}

/// Everything that the pallet asks other pallets for.
pub struct Registry;

impl reach::Listings<AccountId> for Registry {
	fn owner(listing: ListingId) -> Option<AccountId> {
		listed(listing).map(|record| record.owner)
	}
	fn kind(listing: ListingId) -> Option<ListingKind> {
		listed(listing).map(|_| ListingKind::DataProduct)
	}
	fn state(listing: ListingId) -> Option<(ListingState, u32)> {
		listed(listing).map(|record| record.state)
	}
	fn plan(listing: ListingId, index: PlanIndex) -> Option<Plan> {
		listed(listing)?.plans.get(usize::from(index)).cloned()
	}
	fn payouts(listing: ListingId) -> Option<PayoutSplit> {
		listed(listing).map(|record| record.split)
	}
	fn policy(_: ListingId) -> Option<QueryPolicy> {
		None
	}
	fn benchmark_listing(owner: &AccountId, plan: Plan) -> ListingId {
		Self::benchmark_data_product(owner, plan)
	}
	fn benchmark_data_product(owner: &AccountId, plan: Plan) -> ListingId {
		let listing = list();
		change(listing, |record| {
			record.owner = owner.clone();
			record.plans = vec![plan];
		});
		listing
	}
}

impl reach::Curation<AccountId> for Registry {
	fn may_activate(listing: ListingId, _: ListingKind) -> bool {
		!listed(listing).is_some_and(|record| record.bond_too_small)
	}
	fn terms(listing: ListingId, role: NodeRole, _: u32, _: u32) -> Vec<Term<AccountId>> {
		let assigned = listed(listing).map(|record| match role {
			NodeRole::Worker => record.workers,
			NodeRole::Persistence => record.keepers,
		});
		assigned
			.unwrap_or_default()
			.into_iter()
			.map(|node| Term { node, since: 0, until: u32::MAX })
			.collect()
	}
	fn is_assigned(_: ListingId, _: &AccountId) -> bool {
		true
	}
	fn has_agreed(_: ListingId, _: &AccountId) -> bool {
		true
	}
	fn first_final_at(_: ListingId) -> Option<u32> {
		Some(0)
	}
	souk_mock_support::without!(periods, snapshots, bonds);
	fn benchmark_terms(listing: ListingId, _: u32) {
		set_workers(listing, &WORKERS);
		set_keepers(listing, &NODES);
	}
}

/// Nobody's hash.
pub const NO_GENESIS: Digest = [0xee; 32];
