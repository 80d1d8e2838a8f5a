//! The traits through which one pallet reaches another. A pallet never names another pallet's crate.

use crate::{ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanIndex, Term};

use alloc::vec::Vec;

/// What other pallets need to know of listings. Offered by `listings`.
pub trait Listings<AccountId> {
	/// The curator who owns it, or `None` where there is no such listing.
	fn owner(listing: ListingId) -> Option<AccountId>;
	/// Its kind.
	fn kind(listing: ListingId) -> Option<ListingKind>;
	/// Its state and the block since which it is in it.
	fn state(listing: ListingId) -> Option<(ListingState, u32)>;
	/// One of its plans.
	fn plan(listing: ListingId, index: PlanIndex) -> Option<Plan>;
	/// How payments for it are divided.
	fn payouts(listing: ListingId) -> Option<PayoutSplit>;
	/// For benchmarks: puts a listing on sale and returns it.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_listing(owner: &AccountId, plan: Plan) -> ListingId;
}

/// What other pallets need to know of curation. Offered by `curation`.
pub trait Curation<AccountId> {
	/// Whether the curator's bond allows the listing to be active. Only data products need one.
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool;
	/// Who worked for a listing in a role in any block from `from` up to, not including, `to`; bounded. Complete for what
	/// an open period, noted with `period_begins`, covers.
	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<AccountId>>;
	/// Notes that money is held for a period that begins in block `start`, not later than this one. Until it is settled,
	/// whoever leaves the listing, or has left it since `start`, is remembered. Returns the mark to settle it with.
	fn period_begins(listing: ListingId, start: u32) -> u32;
	/// Notes that all who earned the period noted under `mark` are paid.
	fn period_settled(listing: ListingId, mark: u32);
	/// Whether `who` is assigned to the listing in any role.
	fn is_assigned(listing: ListingId, who: &AccountId) -> bool;
	/// Block in which the listing's first snapshot became final, or `None` before that.
	fn first_final_at(listing: ListingId) -> Option<u32>;
	/// For benchmarks: as many terms of a listing as can be, of nodes that can be paid, from block 0 on.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_terms(listing: ListingId);
}

/// What `listings` tells others when a listing's state has changed. Implementations must be cheap.
pub trait OnListingState {
	/// The listing moved to `state` in this block.
	fn on_state(listing: ListingId, state: ListingState);
}

impl OnListingState for () {
	fn on_state(_: ListingId, _: ListingState) {}
}

/// What other pallets need to know of subscriptions. Offered by `subscriptions`.
pub trait Subscriptions {
	/// How many subscriptions of the listing still hold money.
	fn open(listing: ListingId) -> u32;
}
