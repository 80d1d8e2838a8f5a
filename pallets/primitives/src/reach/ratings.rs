//! How what was bought and sold reaches the pallet that remembers how satisfied both sides were.

use super::Side;
use crate::{ListingId, OrderId};

#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
use super::Dispute;

/// An order that has ended, and by which something was delivered, paid, or ruled on by a jury.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed<AccountId> {
	/// What was ordered.
	pub listing: ListingId,
	/// Who paid.
	pub payer: AccountId,
	/// Who was paid: the listing's curator.
	pub curator: AccountId,
	/// Block in which the price was held.
	pub since: u32,
	/// Block in which it ended.
	pub ended_at: u32,
	/// Whether it ended Released.
	pub released: bool,
}

/// What came of orders. Offered by `escrow`.
pub trait Deals<AccountId> {
	/// What came of an order, if it cost something, has ended, is not forgotten, and something was delivered or paid, or a
	/// jury has ruled.
	fn completed(order: OrderId) -> Option<Completed<AccountId>>;
	/// For benchmarks: an order of a listing of `curator` by `payer`, who can pay its deposit, that ended Released in this block.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_completed(curator: &AccountId, payer: &AccountId) -> OrderId;
}

/// What came of disputes. Offered by `disputes`.
pub trait Rulings<AccountId> {
	/// The side that has lost the case about an order, by a ruling (before which it did not give in) or because it did not answer, while the
	/// case is kept.
	fn loser(order: OrderId) -> Option<Side>;
	/// For benchmarks: the opener of a dispute, who has enough money, loses it.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_lost(dispute: Dispute<AccountId>);
}

/// Who remembers. Offered by `reputation`.
pub trait Ratings<AccountId> {
	/// A period of a subscription that began in block `since` has earned its listing something. `payer` has paid for it, and is
	/// neither the curator nor one of her nodes. Both may rate it.
	fn served(listing: ListingId, payer: &AccountId, since: u32);
	/// Whether the seller of an order may still rate it: so long it is not forgotten.
	fn awaited(order: OrderId) -> bool;
}

/// A chain on which nobody rates.
impl<AccountId> Ratings<AccountId> for () {
	fn served(_: ListingId, _: &AccountId, _: u32) {}
	fn awaited(_: OrderId) -> bool {
		false
	}
}
