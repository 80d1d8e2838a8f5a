//! How offences reach the bonds that answer for them, and the money those who were harmed.

use crate::{Balance, Bond, Holder, ListingId, Offence, Price, SnapshotView};
use alloc::vec::Vec;
use frame_support::weights::Weight;
use sp_runtime::DispatchResult;

/// What other pallets see of offences. Offered by `stakes`.
pub trait Offences<AccountId> {
	/// Records an offence and takes what it costs of the bonds that answer for it. Returns what was taken, in planck. What
	/// becomes of that needs no help.
	fn commit(offence: Offence<AccountId>) -> Balance;
	/// How many offences are remembered against a listing.
	fn against(listing: ListingId) -> u32;
	/// What [`Self::commit`] weighs at most.
	fn weight() -> Weight;
}

/// A chain on which nothing is an offence.
impl<AccountId> Offences<AccountId> for () {
	fn commit(_: Offence<AccountId>) -> Balance {
		0
	}

	fn against(_: ListingId) -> u32 {
		0
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

/// The bonds that answer. Offered by `curation`.
///
/// What is taken of a bond is *forfeited*: it is no part of the bond any more, and stays held on its owner's account until it is paid
/// to somebody.
pub trait Bonds<AccountId> {
	/// All of a bond, in planck: what is active, and what is on its way out.
	fn bonded(bond: &Bond<AccountId>) -> Balance;
	/// Takes up to `amount` planck of a bond: of the active part first, then of what is on its way out, newest first, ripe or not;
	/// nothing of what is set aside for sales. Returns how much was taken.
	fn forfeit(bond: &Bond<AccountId>, amount: Balance) -> Balance;
	/// What of a bond is forfeited and not paid to anybody yet, in planck.
	fn forfeited(bond: &Bond<AccountId>) -> Balance;
	/// Pays `amount` planck of what is forfeited to `to`, all of it or nothing. Says whether it did.
	fn pay_forfeited(bond: &Bond<AccountId>, to: &AccountId, amount: Balance) -> bool;
	/// How long what is unbonded now stays held, in blocks.
	fn unbonding_period() -> u32;
	/// For benchmarks: a bond of `amount` planck.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_bond(bond: &Bond<AccountId>, amount: Balance);
}

/// A subscription, as it counts when money is divided among those who were harmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribed<AccountId> {
	/// Who may query.
	pub holder: Holder<AccountId>,
	/// Who pays.
	pub payer: AccountId,
	/// The block since which it has run without a gap.
	pub since: u32,
	/// What is held for the running period.
	pub paid: Price,
	/// Blocks of the period, one at least.
	pub period: u32,
}

/// Who pays for a listing. Offered by `subscriptions`.
pub trait Subscribers<AccountId> {
	/// The first subscription to a listing after that of `after`, in an order that does not change when others come and go.
	fn next(listing: ListingId, after: Option<&Holder<AccountId>>) -> Option<Subscribed<AccountId>>;
	/// For benchmarks: `payer`, who can pay the deposit, subscribes to a listing under its first plan.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_subscriber(listing: ListingId, payer: &AccountId);
}

/// A persistence node that is assigned to a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeper<AccountId> {
	/// The node.
	pub node: AccountId,
	/// Whether it has agreed to that.
	pub agreed: bool,
}

/// What a listing has promised and who keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise<AccountId> {
	/// The listing.
	pub listing: ListingId,
	/// Blocks between two snapshots, by what was promised.
	pub every: u32,
	/// Block since which the next snapshot is waited for: that of the newest one, or where there is none that in which it was promised.
	pub since: u32,
	/// First block in which the next snapshot is late. While a pause puts it off, it is a later one in each block.
	pub late_from: u32,
	/// First block in which that is an offence: the same, or a later one where it has been an offence before.
	pub offence_from: u32,
	/// The newest snapshot that was final in the block that was asked for. Where there was one, but it is not kept any more, the oldest that is; but not
	/// the only one, where the one before it was asked for in the round before.
	pub snapshot: Option<SnapshotView>,
	/// The persistence nodes that are assigned since then, or longer, but for times away that are too short to count.
	pub keepers: Vec<Keeper<AccountId>>,
	/// The workers that are assigned: a quorum of them makes a snapshot final. Bounded.
	pub workers: Vec<AccountId>,
}

/// What listings have promised. Offered by `curation`.
pub trait Promises<AccountId> {
	/// The first listing with a schedule after `after`, in an order that does not change when others come and go; its snapshot and
	/// keepers as they were in block `by`, which was block `last` for the round before.
	fn next(after: Option<ListingId>, by: u32, last: u32) -> Option<Promise<AccountId>>;
	/// Notes that the late snapshot of a listing was an offence in this block: it is one again after as many blocks on sale as its schedule has between
	/// two snapshots.
	fn missed(listing: ListingId);
	/// A node has answered a challenge of block `asked_at` about a listing. If it was assigned before that and still is, it has agreed.
	fn answered(listing: ListingId, node: &AccountId, asked_at: u32);
	/// For benchmarks: a listing with as many snapshots as can be, all of them like this one, which is the oldest; older ones are not kept any more. It
	/// has as many keepers and workers as can be, who have not agreed yet. Returns the keepers.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_promise(listing: ListingId, snapshot: SnapshotView) -> Vec<AccountId>;
}

/// Who has said in time that they would be away. Offered by `stakes`.
pub trait Downtimes<AccountId> {
	/// Whether a node said that it would be away in any block from `from` up to, not including, `until`.
	fn is_away(node: &AccountId, from: u32, until: u32) -> bool;
}

/// A chain on which nobody can say so.
impl<AccountId> Downtimes<AccountId> for () {
	fn is_away(_: &AccountId, _: u32, _: u32) -> bool {
		false
	}
}

/// Persistence nodes, and the listings whose snapshots they keep. Offered by `curation`.
pub trait Keepers<AccountId> {
	/// Whether somebody is registered as a persistence node.
	fn keeps(node: &AccountId) -> bool;
	/// The listings to which a node is assigned as a persistence node; bounded.
	fn kept_by(node: &AccountId) -> Vec<ListingId>;
	/// The block since which a node is assigned to a listing as a persistence node, if it is.
	fn kept_since(listing: ListingId, node: &AccountId) -> Option<u32>;
	/// Whether a node has agreed to keep a listing which it keeps, or of which it has given that up in block `from` or later.
	fn has_agreed(listing: ListingId, node: &AccountId, from: u32) -> bool;
	/// For benchmarks: a registered persistence node that is assigned to a listing since block 0 and has agreed, with as many others, and to as many listings
	/// as can be.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_keeper(listing: ListingId, node: &AccountId);
}

/// What `curation` tells of persistence nodes that go. Implementations must be cheap. Offered by `availability`.
pub trait OnKeepers<AccountId> {
	/// In this block a node gave up keeping a listing, or was sent away, to which it had been assigned since block `since`.
	fn on_left(listing: ListingId, node: &AccountId, since: u32);
	/// In this block somebody ceased to be registered as a persistence node. It has no assignments as one.
	///
	/// # Errors
	///
	/// A deposit of the node cannot be returned.
	fn on_gone(node: &AccountId) -> DispatchResult;
	/// For benchmarks: all that `on_gone` can have to do for a registered persistence node.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_gone(node: &AccountId);
}

/// A chain on which nobody has to know.
impl<AccountId> OnKeepers<AccountId> for () {
	fn on_left(_: ListingId, _: &AccountId, _: u32) {}
	fn on_gone(_: &AccountId) -> DispatchResult {
		Ok(())
	}
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_gone(_: &AccountId) {}
}
