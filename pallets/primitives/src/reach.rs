//! The traits through which one pallet reaches another. A pallet never names another pallet's crate.

use crate::{ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanIndex};

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
	/// Puts an active data product on sale for benchmarks and returns it.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_listing(owner: &AccountId, plan: Plan) -> ListingId;
}

/// What other pallets need to know of curation. Offered by `curation`.
pub trait Curation<AccountId> {
	/// Whether the curator's bond allows the listing to be active. Only data products need one.
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool;
	/// The nodes assigned to a listing in a role; bounded.
	fn assigned(listing: ListingId, role: NodeRole) -> Vec<AccountId>;
	/// Whether `who` is assigned to the listing in any role.
	fn is_assigned(listing: ListingId, who: &AccountId) -> bool;
	/// Block in which the listing's first snapshot became final, or `None` before that.
	fn first_final_at(listing: ListingId) -> Option<u32>;
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
