//! What must always hold.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::hold::Inspect as _};
use souk_primitives::Balance;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Deposit` on an owner's account is the sum of the deposits of their listings.
	/// 2. Every listing has its address, every address its listing; numbers are below the next one and never skipped.
	/// 3. Payout shares are at most the whole; a listing on sale has a plan; an ended one has none.
	/// 4. A search finds exactly the public listings that have not ended.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut count = 0u32;
		for (id, record) in Listings::<T>::iter() {
			count = count.saturating_add(1);
			ensure!(id < NextListingId::<T>::get(), "a listing has a number that was not given out");
			ensure!(
				Addresses::<T>::get(&record.owner, &record.name) == Some(id),
				"a listing is not at its address"
			);
			ensure!(is_valid_name(&record.name), "a listing has an invalid name");
			ensure!(record.payouts.curator().is_some(), "payout shares exceed the whole");
			if record.state.is_final() {
				ensure!(record.plans.is_empty(), "an ended listing kept its plans");
			} else if record.state != souk_primitives::ListingState::Draft {
				ensure!(!record.plans.is_empty(), "a listing on sale has no plan");
			}
			ensure!(
				record.is_searchable() == Searchable::<T>::contains_key(id.to_be_bytes()),
				"a search finds what it should not, or does not find what it should"
			);
			let sum = deposits.entry(record.owner).or_default();
			*sum = sum.saturating_add(record.deposit);
		}
		ensure!(count == NextListingId::<T>::get(), "a listing was lost");
		for (owner, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &owner);
			ensure!(held == sum, "the deposit held is not the sum of the listings' deposits");
		}
		for (_, _, id) in Addresses::<T>::iter() {
			ensure!(Listings::<T>::contains_key(id), "an address leads nowhere");
		}
		for key in Searchable::<T>::iter_keys() {
			let id = souk_primitives::ListingId::from_be_bytes(key);
			ensure!(Listings::<T>::contains_key(id), "a search finds what does not exist");
		}
		Ok(())
	}
}
