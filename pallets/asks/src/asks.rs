//! The records of asks, their indexes and their turns: the only writer of all of them.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::{fungible::hold::Mutate as _, fungibles::hold::Mutate as _, tokens::Precision, Get},
};
use souk_primitives::{Balance, ListingId, Price};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, TokenError};

impl<T: Config> Pallet<T> {
	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// An ask's number as a key that iterates in ascending order.
	pub(crate) fn key(ask: AskId) -> [u8; 8] {
		ask.to_be_bytes()
	}

	/// An ask that is not forgotten.
	pub(crate) fn found(ask: AskId) -> Result<AskRecordOf<T>, DispatchError> {
		Asks::<T>::get(ask).ok_or_else(|| Error::<T>::NotFound.into())
	}

	/// Stores a new ask, and holds what it costs.
	pub(crate) fn begin(mut record: AskRecordOf<T>) -> Result<AskId, DispatchError> {
		let ask = NextAskId::<T>::get();
		record.deposit = Self::ask_deposit(&record.asker, record.listing);
		T::Currency::hold(&HoldReason::Deposit.into(), &record.asker, record.deposit)
			.map_err(|_| Error::<T>::DepositUnpaid)?;
		let Price { asset, amount } = record.bounty.clone();
		T::Money::hold(asset, &HoldReason::Bounty.into(), &record.asker, amount).map_err(|error| {
			if error == TokenError::FundsUnavailable.into() {
				Error::<T>::InsufficientFunds.into()
			} else {
				error
			}
		})?;
		record.held = amount;
		NextAskId::<T>::put(ask.saturating_add(1));
		AsksBy::<T>::insert(&record.asker, Self::key(ask), ());
		AsksOf::<T>::insert(record.listing, Self::key(ask), ());
		let until = record.until;
		Self::queue(ask, &mut record, until);
		Self::store(ask, record);
		Ok(ask)
	}

	/// Gives an ask its turn in block `at`, or in the next one where that is no later, and nowhere else.
	pub(crate) fn queue(ask: AskId, record: &mut AskRecordOf<T>, at: u32) {
		Self::unqueue(ask, record);
		let block = at.max(Self::now().saturating_add(1));
		Due::<T>::insert(block, Self::key(ask), ());
		record.due = Some(block);
	}

	/// Takes an ask out of the queue that it waits in.
	pub(crate) fn unqueue(ask: AskId, record: &mut AskRecordOf<T>) {
		if let Some(block) = record.due.take() {
			Due::<T>::remove(block, Self::key(ask));
		}
	}

	/// Writes an ask, and whether it waits for an answer.
	pub(crate) fn store(ask: AskId, record: AskRecordOf<T>) {
		if record.state == AskState::Open {
			Waiting::<T>::insert(record.listing, Self::key(ask), ());
		} else {
			Waiting::<T>::remove(record.listing, Self::key(ask));
		}
		Asks::<T>::insert(ask, record);
	}

	/// Ends an ask of which nothing is held any more. It is kept until somebody has it forgotten.
	pub(crate) fn end(ask: AskId, mut record: AskRecordOf<T>) {
		Self::unqueue(ask, &mut record);
		record.pending_since = None;
		record.ended_at = Some(Self::now());
		let state = record.state;
		Self::store(ask, record);
		Self::deposit_event(Event::Ended { ask, state });
	}

	/// Removes an ask that has ended, and returns its deposit.
	pub(crate) fn remove(ask: AskId, record: AskRecordOf<T>) -> DispatchResult {
		if record.deposit > 0 {
			let reason = HoldReason::Deposit.into();
			T::Currency::release(&reason, &record.asker, record.deposit, Precision::Exact)?;
		}
		Asks::<T>::remove(ask);
		AsksBy::<T>::remove(&record.asker, Self::key(ask));
		AsksOf::<T>::remove(record.listing, Self::key(ask));
		Self::deposit_event(Event::Forgotten { ask });
		Ok(())
	}

	/// What the bytes of an ask cost: the record at its largest, with its key and those of its entries in the indexes, in the
	/// queue and in the list of those that wait; in planck.
	pub(crate) fn ask_deposit(asker: &T::AccountId, listing: ListingId) -> Balance {
		let key = Self::key(0);
		let bytes = [
			Asks::<T>::hashed_key_for(0).len(),
			AskRecordOf::<T>::max_encoded_len(),
			AsksBy::<T>::hashed_key_for(asker, key).len(),
			AsksOf::<T>::hashed_key_for(listing, key).len(),
			Waiting::<T>::hashed_key_for(listing, key).len(),
			Due::<T>::hashed_key_for(0, key).len(),
		];
		let bytes = bytes.into_iter().fold(0, usize::saturating_add);
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}
}
