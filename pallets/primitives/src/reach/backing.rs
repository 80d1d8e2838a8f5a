//! How what curators earn reaches those who back their bonds, and who they are.

use crate::{Asset, Balance, ListingId};

/// Who backs curators' bonds. Offered by `backing`.
pub trait Backing<AccountId> {
	/// Puts the backers' part of `amount`, which `recipient` has just been paid for a listing, on hold for them. Nothing where
	/// `recipient` is not the curator whom they back.
	fn share_income(listing: ListingId, recipient: &AccountId, asset: &Asset, amount: Balance);
	/// Whether somebody has something behind a listing's bond, on its way out of there, or to claim. One read.
	fn backs(listing: ListingId, who: &AccountId) -> bool;
	/// For benchmarks: `who` backs the listing. Nothing is held for it.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_backer(listing: ListingId, who: &AccountId);
	/// For benchmarks: somebody backs the listing, and has earned something in as many assets as can be.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_backing(listing: ListingId);
}

/// A chain on which nobody backs anybody.
impl<AccountId> Backing<AccountId> for () {
	fn share_income(_: ListingId, _: &AccountId, _: &Asset, _: Balance) {}

	fn backs(_: ListingId, _: &AccountId) -> bool {
		false
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_backer(_: ListingId, _: &AccountId) {}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_backing(_: ListingId) {}
}
