//! The records of tabs, their indexes and their turns: the only writer of all of them.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	storage::with_storage_layer,
	traits::{fungible::hold::Mutate as _, fungibles::hold::Mutate as _, tokens::Precision, Get},
};
use souk_primitives::{Asset, Balance, ListingId};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, DispatchResult, TokenError};

impl<T: Config> Pallet<T> {
	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// A tab's number as a key that iterates in ascending order.
	pub(crate) fn key(tab: TabId) -> [u8; 8] {
		tab.to_be_bytes()
	}

	/// A tab that has not ended.
	pub(crate) fn found(tab: TabId) -> Result<TabRecordOf<T>, DispatchError> {
		Tabs::<T>::get(tab).ok_or_else(|| Error::<T>::NotFound.into())
	}

	/// Stores a new tab, and holds what it costs. Its turn comes in block `due`.
	pub(crate) fn begin(mut record: TabRecordOf<T>) -> Result<TabId, DispatchError> {
		let tab = NextTabId::<T>::get();
		record.deposit = Self::tab_deposit(&record.payer, record.listing);
		Self::hold_deposit(&record.payer, record.deposit)?;
		Self::hold_money(&record.price.asset, &record.payer, record.limit)?;
		record.held = record.limit;
		NextTabId::<T>::put(tab.saturating_add(1));
		TabsBy::<T>::insert(&record.payer, Self::key(tab), ());
		TabsOf::<T>::insert(record.listing, Self::key(tab), ());
		Due::<T>::insert(record.due, Self::key(tab), ());
		Tabs::<T>::insert(tab, record);
		Ok(tab)
	}

	/// Gives a tab its turn in block `at`, or in the next one where that is no later, and nowhere else.
	pub(crate) fn queue(tab: TabId, record: &mut TabRecordOf<T>, at: u32) {
		Due::<T>::remove(record.due, Self::key(tab));
		record.due = at.max(Self::now().saturating_add(1));
		Due::<T>::insert(record.due, Self::key(tab), ());
	}

	/// Removes a tab of which nothing is held any more. Says whether its deposit could be returned; else it stays.
	pub(crate) fn remove(tab: TabId, record: &TabRecordOf<T>) -> bool {
		if Self::return_deposit(&record.payer, record.deposit).is_err() {
			return false;
		}
		Due::<T>::remove(record.due, Self::key(tab));
		Tabs::<T>::remove(tab);
		TabsBy::<T>::remove(&record.payer, Self::key(tab));
		TabsOf::<T>::remove(record.listing, Self::key(tab));
		Self::deposit_event(Event::Ended { tab });
		true
	}

	/// What the bytes of a tab cost: the record at its largest, with its key and those of its entries in the indexes and in the queue,
	/// and its listing's entry among those that have ended; in planck.
	pub(crate) fn tab_deposit(payer: &T::AccountId, listing: ListingId) -> Balance {
		let key = Self::key(0);
		let bytes = [
			Tabs::<T>::hashed_key_for(0).len(),
			TabRecordOf::<T>::max_encoded_len(),
			TabsBy::<T>::hashed_key_for(payer, key).len(),
			TabsOf::<T>::hashed_key_for(listing, key).len(),
			Due::<T>::hashed_key_for(0, key).len(),
			Endings::<T>::hashed_key_for(listing).len(),
			Option::<TabId>::max_encoded_len(),
		];
		Self::deposit_for(bytes.into_iter().fold(0, usize::saturating_add))
	}

	/// What the bytes of a free quota cost, in planck.
	pub(crate) fn quota_deposit(listing: ListingId) -> Balance {
		let key = FreeQuotas::<T>::hashed_key_for(listing).len();
		Self::deposit_for(key.saturating_add(QuotaRecord::<T::AccountId>::max_encoded_len()))
	}

	/// `DepositBase` and `DepositPerByte` for each of `bytes`; in planck.
	fn deposit_for(bytes: usize) -> Balance {
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}

	pub(crate) fn hold_deposit(who: &T::AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)
			.map_err(|_| Error::<T>::DepositUnpaid.into())
	}

	/// Releases a deposit to who paid it.
	pub(crate) fn return_deposit(payer: &T::AccountId, deposit: Balance) -> DispatchResult {
		if deposit == 0 {
			return Ok(());
		}
		let reason = HoldReason::Deposit.into();
		with_storage_layer(|| T::Currency::release(&reason, payer, deposit, Precision::Exact)).map(|_| ())
	}

	/// Holds what is put on a tab.
	pub(crate) fn hold_money(asset: &Asset, payer: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Money::hold(asset.clone(), &HoldReason::Tab.into(), payer, amount).map_err(|error| {
			if error == TokenError::FundsUnavailable.into() {
				Error::<T>::InsufficientFunds.into()
			} else {
				error
			}
		})
	}
}
