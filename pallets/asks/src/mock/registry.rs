//! Listings, nodes and snapshots, as tests say they are. No call changes any of them.

use super::*;
use souk_primitives::{
	reach, Commitments, Digest, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanIndex,
	QueryPolicy, SnapshotView, Term,
};
use std::{cell::RefCell, collections::BTreeMap};

/// What there is to know of a listing.
#[derive(Clone)]
struct Listed {
	owner: AccountId,
	state: (ListingState, u32),
	policy: QueryPolicy,
	/// `until` is [`u32::MAX`] for those at work.
	terms: Vec<(NodeRole, Term<AccountId>)>,
	snapshots: BTreeMap<Period, Commitments>,
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

/// Lists a table of [`CURATOR`] without snapshots, kept by [`NODES`].
pub fn list_empty() -> ListingId {
	let (since, until) = (now(), u32::MAX);
	let term = |role| move |node| (role, Term { node, since, until });
	let nodes = NODES.into_iter().map(term(NodeRole::Persistence));
	let record = Listed {
		owner: CURATOR,
		state: (ListingState::Active, since),
		policy: QueryPolicy { max_rows: 10, aggregate_only: false, min_group_size: 0 },
		terms: nodes.chain([term(NodeRole::Worker)(WORKER)]).collect(),
		snapshots: BTreeMap::new(),
	};
	LISTINGS.with_borrow_mut(|listings| {
		let listing = listings.len() as ListingId;
		listings.insert(listing, record);
		listing
	})
}

/// Lists the table of [`PERIOD`].
pub fn list() -> ListingId {
	let listing = list_empty();
	add_table(listing, PERIOD);
	listing
}

/// Adds the snapshot of a period, with the table of that period.
pub fn add_table(listing: ListingId, period: Period) {
	add_snapshot(listing, period, Some(columns_root_of(period)), ROWS as u64);
}

/// Adds a snapshot.
pub fn add_snapshot(listing: ListingId, period: Period, columns_root: Option<Digest>, rows: u64) {
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root,
		schema_hash: [3; 32],
		source_digest: [4; 32],
		rows,
		bytes: 1_000,
	};
	change(listing, |record| record.snapshots.insert(period, commitments));
}

/// Removes a snapshot, as curation does with those that are not retained.
pub fn prune_snapshot(listing: ListingId, period: Period) {
	change(listing, |record| record.snapshots.remove(&period));
}

pub fn set_state(listing: ListingId, state: ListingState) {
	change(listing, |record| record.state = (state, now()));
}

pub fn set_policy(listing: ListingId, aggregate_only: bool, min_group_size: u32) {
	change(listing, |record| record.policy = QueryPolicy { aggregate_only, min_group_size, ..record.policy });
}

/// Says which nodes keep a listing from this block on.
pub fn serve(listing: ListingId, nodes: &[AccountId]) {
	let (since, until) = (now(), u32::MAX);
	change(listing, |record| {
		for (role, term) in record.terms.iter_mut() {
			if *role == NodeRole::Persistence && term.until == until && !nodes.contains(&term.node) {
				term.until = since;
			}
		}
		for &node in nodes {
			let there = |(role, term): &(NodeRole, Term<AccountId>)| {
				*role == NodeRole::Persistence && term.node == node && term.until == until
			};
			if !record.terms.iter().any(there) {
				record.terms.push((NodeRole::Persistence, Term { node, since, until }));
			}
		}
	});
}

/// Everything that the pallet asks other pallets for, but proofs.
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
	fn plan(_: ListingId, _: PlanIndex) -> Option<Plan> {
		None
	}
	fn payouts(_: ListingId) -> Option<PayoutSplit> {
		None
	}
	fn policy(listing: ListingId) -> Option<QueryPolicy> {
		listed(listing).map(|record| record.policy)
	}
	fn benchmark_listing(owner: &AccountId, plan: Plan) -> ListingId {
		Self::benchmark_data_product(owner, plan)
	}
	fn benchmark_data_product(owner: &AccountId, _: Plan) -> ListingId {
		let listing = list_empty();
		change(listing, |record| record.owner = *owner);
		listing
	}
}

impl reach::Curation<AccountId> for Registry {
	fn may_activate(_: ListingId, _: ListingKind) -> bool {
		true
	}
	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<AccountId>> {
		let wanted = |term: &Term<AccountId>| term.since < to && term.until > from;
		let terms = listed(listing).map(|record| record.terms).unwrap_or_default().into_iter();
		terms.filter(|(of, term)| *of == role && wanted(term)).map(|(_, term)| term).collect()
	}
	fn is_assigned(listing: ListingId, who: &AccountId) -> bool {
		let terms = listed(listing).map(|record| record.terms).unwrap_or_default();
		terms.iter().any(|(_, term)| term.node == *who && term.until == u32::MAX)
	}
	fn has_agreed(listing: ListingId, who: &AccountId) -> bool {
		<Self as reach::Curation<AccountId>>::is_assigned(listing, who)
	}
	fn first_final_at(listing: ListingId) -> Option<u32> {
		listed(listing).filter(|record| !record.snapshots.is_empty()).map(|_| 0)
	}
	fn snapshot(listing: ListingId, period: Period) -> Option<SnapshotView> {
		let commitments = listed(listing)?.snapshots.get(&period)?.clone();
		Some(SnapshotView { period, commitments, final_at: 0 })
	}
	fn newest(listing: ListingId) -> Option<SnapshotView> {
		let (period, commitments) = listed(listing)?.snapshots.pop_last()?;
		Some(SnapshotView { period, commitments, final_at: 0 })
	}
	souk_mock_support::without!(periods, bonds);
	fn benchmark_terms(listing: ListingId, _: u32) {
		serve(listing, &NODES);
	}
	fn benchmark_sale(listing: ListingId, snapshot: SnapshotView, _: Balance) {
		change(listing, |record| record.snapshots.insert(snapshot.period, snapshot.commitments));
	}
}
