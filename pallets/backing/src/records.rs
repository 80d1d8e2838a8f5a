//! Writing records: what is over is removed, and its deposit returned.

use crate::*;
use alloc::vec;
use codec::MaxEncodedLen;
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::{
	reach::{Bonds, Cases},
	Balance, Bond, ListingId,
};
use sp_runtime::{traits::UniqueSaturatedInto, FixedPointNumber};

impl<T: Config> Pallet<T> {
	/// The running block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// The block in which what leaves now is free.
	pub(crate) fn free_at() -> u32 {
		Self::now().saturating_add(T::Bonds::unbonding_period())
	}

	/// The most of what backs a bond of `own` planck that answers with it.
	pub(crate) fn limit(own: Balance) -> Balance {
		T::MaxBacking::get().saturating_mul_int(own)
	}

	/// What backs a listing's bond of `own` planck and answers with it.
	pub(crate) fn answering(listing: ListingId, own: Balance) -> Balance {
		Backings::<T>::get(listing)
			.filter(|record| !record.is_free(Self::now(), T::Cases::pending(listing)))
			.map_or(0, |record| record.total().min(Self::limit(own)))
	}

	/// A curator's own bond on a listing, in planck.
	pub(crate) fn own_bond(listing: ListingId) -> Balance {
		T::Bonds::bonded(&Bond::Listing(listing))
	}

	/// What the bytes of a listing's record cost at most, in planck.
	pub(crate) fn backing_deposit(listing: ListingId) -> Balance {
		let bytes =
			vec![Backings::<T>::hashed_key_for(listing).len(), BackingRecordOf::<T>::max_encoded_len()];
		Self::deposit_for(bytes)
	}

	/// What the bytes of a backer's record cost at most, in planck.
	pub(crate) fn backer_deposit(backer: &T::AccountId, listing: ListingId) -> Balance {
		let bytes =
			vec![Backers::<T>::hashed_key_for(backer, listing).len(), BackerRecord::max_encoded_len()];
		Self::deposit_for(bytes)
	}

	fn deposit_for(bytes: alloc::vec::Vec<usize>) -> Balance {
		let bytes = bytes.into_iter().fold(0, usize::saturating_add);
		let rent = T::DepositPerByte::get().saturating_mul(bytes.unique_saturated_into());
		T::DepositBase::get().saturating_add(rent)
	}

	pub(crate) fn hold_deposit(who: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Deposit.into(), who, amount)
	}

	fn return_deposit(who: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Currency::release(&HoldReason::Deposit.into(), who, amount, Precision::Exact).map(|_| ())
	}

	/// Writes a listing's record, or removes it where it closes and nothing is left.
	pub(crate) fn keep_backing(listing: ListingId, record: BackingRecordOf<T>) {
		let over = record.closes.is_some() && record.backers == 0 && record.forfeited == 0;
		// What is held can be released.
		if over && Self::return_deposit(&record.curator, record.deposit).is_ok() {
			Backings::<T>::remove(listing);
			Self::deposit_event(Event::Closed { listing });
		} else {
			Backings::<T>::insert(listing, record);
		}
	}

	/// Writes a backer's record with that of the listing, or removes it where nothing is left.
	pub(crate) fn keep_backer(
		listing: ListingId,
		mut record: BackingRecordOf<T>,
		who: &T::AccountId,
		backer: BackerRecord,
	) -> DispatchResult {
		if backer.is_over() {
			Self::return_deposit(who, backer.deposit)?;
			Backers::<T>::remove(who, listing);
			record.backers = record.backers.saturating_sub(1);
		} else {
			Backers::<T>::insert(who, listing, backer);
		}
		Self::keep_backing(listing, record);
		Ok(())
	}

	/// Starts everything on its way out.
	pub(crate) fn begin_closing(listing: ListingId, mut record: BackingRecordOf<T>) {
		let at = Self::free_at();
		record.closes = Some(at);
		Self::deposit_event(Event::Closing { listing, at });
		Self::keep_backing(listing, record);
	}
}
