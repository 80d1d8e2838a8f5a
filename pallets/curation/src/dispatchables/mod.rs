//! The bodies of calls, by subject. Origins are checked by the calls.

mod assignments;
mod bonds;
mod clear;
mod nodes;
mod snapshots;

use crate::*;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::{reach::Listings, Balance, ListingId};
use sp_runtime::{DispatchError, SaturatedConversion};

impl<T: Config> Pallet<T> {
	/// The running block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// The block in which what is unbonded now can be withdrawn.
	pub(crate) fn unlocked_at() -> u32 {
		Self::now().saturating_add(T::UnbondingPeriod::get())
	}

	/// What `items` storage items of `bytes` bytes together cost, in planck.
	pub(crate) fn deposit_for(items: u32, bytes: usize) -> Balance {
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get()
			.saturating_mul(items.into())
			.saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}

	/// Brings a deposit from `old` to `new` planck.
	pub(crate) fn adjust_deposit(who: &T::AccountId, old: Balance, new: Balance) -> DispatchResult {
		let reason = HoldReason::Deposit.into();
		if new > old {
			T::Currency::hold(&reason, who, new.saturating_sub(old))?;
		} else if new < old {
			T::Currency::release(&reason, who, old.saturating_sub(new), Precision::Exact)?;
		}
		Ok(())
	}

	/// Checks that `who` is the curator of a listing that has not ended.
	fn ensure_curates(who: &T::AccountId, listing: ListingId) -> DispatchResult {
		Self::ensure_owns(who, listing)?;
		Self::ensure_not_ended(listing)
	}

	/// Checks that `who` is the curator of a listing.
	fn ensure_owns(who: &T::AccountId, listing: ListingId) -> DispatchResult {
		let owner = T::Listings::owner(listing).ok_or(Error::<T>::NotFound)?;
		ensure!(&owner == who, Error::<T>::NotAuthorized);
		Ok(())
	}

	/// Checks that a listing exists and has not ended.
	fn ensure_not_ended(listing: ListingId) -> DispatchResult {
		let (state, _) = T::Listings::state(listing).ok_or(Error::<T>::NotFound)?;
		ensure!(!state.is_final(), Error::<T>::ListingEnded);
		Ok(())
	}
}

/// The error for a refused submission.
fn refusal<T: Config>(refusal: Refusal) -> DispatchError {
	match refusal {
		Refusal::AlreadySubmitted => Error::<T>::AlreadySubmitted,
		Refusal::ConflictsWithOwn => Error::<T>::ConflictsWithOwn,
		Refusal::Full => Error::<T>::TooManyAssigned,
	}
	.into()
}
