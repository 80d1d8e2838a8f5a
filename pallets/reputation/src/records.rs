//! Rights, tallies and credentials with their deposits, indexes and turns: the only writer of all of them.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::Balance;
use sp_runtime::traits::UniqueSaturatedInto;

impl<T: Config> Pallet<T> {
	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// So many blocks from now, one at least: what is queued then has its turn after this block.
	pub(crate) fn from_now(blocks: u32) -> u32 {
		Self::now().saturating_add(blocks.max(1))
	}

	/// Stores a new right, and holds its deposit.
	pub(crate) fn grant(deal: DealOf<T>, mut right: RightRecordOf<T>) -> DispatchResult {
		right.deposit = Self::right_deposit(&deal);
		Self::hold(&right.depositor, right.deposit)?;
		Due::<T>::insert(right.until, Turn::Right(deal.clone()), ());
		Rights::<T>::insert(deal, right);
		Ok(())
	}

	/// Adds a score to what was said of somebody. Whoever gives it has the deposit from now on.
	pub(crate) fn add(rated: RatedOf<T>, score: u8, by: T::AccountId) -> DispatchResult {
		let mut scores = Scores::default();
		if let Some(old) = Tallies::<T>::get(&rated) {
			Due::<T>::remove(old.until, Turn::Tally(rated.clone()));
			Self::release(&old.depositor, old.deposit);
			scores = old.scores;
		}
		let place = usize::from(score.saturating_sub(1));
		if let Some(given) = scores.get_mut(place) {
			*given = given.saturating_add(1);
		}
		let deposit = Self::tally_deposit(&rated);
		Self::hold(&by, deposit)?;
		let until = Self::from_now(T::Memory::get());
		Due::<T>::insert(until, Turn::Tally(rated.clone()), ());
		Tallies::<T>::insert(rated, TallyRecord { scores, until, depositor: by, deposit });
		Ok(())
	}

	/// Stores a new credential, and holds its deposit.
	pub(crate) fn register(id: CredentialId, mut record: CredentialRecordOf<T>) -> DispatchResult {
		record.deposit = Self::credential_deposit(id, &record);
		Self::hold(&record.issuer, record.deposit)?;
		Due::<T>::insert(record.until, TurnOf::<T>::Credential(id), ());
		for who in [&record.issuer, &record.subject] {
			CredentialsOf::<T>::insert(who, id.key(), ());
		}
		Credentials::<T>::insert(id, record);
		Ok(())
	}

	/// Removes a right, and returns its deposit.
	pub(crate) fn end_right(deal: DealOf<T>) {
		let Some(right) = Rights::<T>::take(&deal) else { return };
		Due::<T>::remove(right.until, Turn::Right(deal));
		Self::release(&right.depositor, right.deposit);
	}

	/// Forgets what was said of somebody, and returns the deposit.
	pub(crate) fn end_tally(rated: RatedOf<T>) {
		let Some(tally) = Tallies::<T>::take(&rated) else { return };
		Due::<T>::remove(tally.until, Turn::Tally(rated.clone()));
		Self::release(&tally.depositor, tally.deposit);
		Self::deposit_event(Event::Forgotten { rated });
	}

	/// Removes a credential, and returns its deposit.
	pub(crate) fn end_credential(id: CredentialId) {
		let Some(record) = Credentials::<T>::take(id) else { return };
		Due::<T>::remove(record.until, TurnOf::<T>::Credential(id));
		for who in [&record.issuer, &record.subject] {
			CredentialsOf::<T>::remove(who, id.key());
		}
		Self::release(&record.issuer, record.deposit);
		Self::deposit_event(Event::CredentialRemoved { id });
	}

	fn hold(who: &T::AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)
			.map_err(|_| Error::<T>::DepositUnpaid.into())
	}

	/// Gives back what is held. Cannot fail: each planck of it is known to be held.
	fn release(who: &T::AccountId, amount: Balance) {
		if amount > 0 {
			let released =
				T::Currency::release(&HoldReason::Deposit.into(), who, amount, Precision::BestEffort);
			debug_assert_eq!(released, Ok(amount), "all of it was held");
		}
	}

	/// What is held on an account, in planck.
	#[cfg(any(feature = "try-runtime", feature = "std"))]
	pub(crate) fn held(who: &T::AccountId) -> Balance {
		use frame_support::traits::fungible::InspectHold as _;
		T::Currency::balance_on_hold(&HoldReason::Deposit.into(), who)
	}

	/// What the bytes of a right cost: the record at its largest, with its key and its place in the queue; in planck.
	pub(crate) fn right_deposit(deal: &DealOf<T>) -> Balance {
		Self::deposit_for(&[
			Rights::<T>::hashed_key_for(deal).len(),
			RightRecordOf::<T>::max_encoded_len(),
			Due::<T>::hashed_key_for(0, Turn::Right(deal.clone())).len(),
		])
	}

	/// What the bytes of a tally cost, likewise.
	pub(crate) fn tally_deposit(rated: &RatedOf<T>) -> Balance {
		Self::deposit_for(&[
			Tallies::<T>::hashed_key_for(rated).len(),
			TallyRecordOf::<T>::max_encoded_len(),
			Due::<T>::hashed_key_for(0, Turn::Tally(rated.clone())).len(),
		])
	}

	/// What the bytes of a credential cost: the record at its largest, with its key, its two entries in the index and its place
	/// in the queue; in planck.
	pub(crate) fn credential_deposit(id: CredentialId, record: &CredentialRecordOf<T>) -> Balance {
		Self::deposit_for(&[
			Credentials::<T>::hashed_key_for(id).len(),
			CredentialRecordOf::<T>::max_encoded_len(),
			CredentialsOf::<T>::hashed_key_for(&record.issuer, id.key()).len(),
			CredentialsOf::<T>::hashed_key_for(&record.subject, id.key()).len(),
			Due::<T>::hashed_key_for(0, TurnOf::<T>::Credential(id)).len(),
		])
	}

	fn deposit_for(parts: &[usize]) -> Balance {
		let bytes = parts.iter().fold(0, |sum: usize, part| sum.saturating_add(*part));
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}
}
