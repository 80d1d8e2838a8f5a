//! What other pallets tell this one, that a curator was paid and that a listing has ended; and what they ask it: who backs a bond.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{fungibles::hold::Mutate as _, Get},
};
use souk_primitives::{
	held,
	reach::{Backing, OnListingState},
	Asset, Balance, ListingId, ListingState,
};

impl<T: Config> Backing<T::AccountId> for Pallet<T> {
	fn share_income(listing: ListingId, recipient: &T::AccountId, asset: &Asset, amount: Balance) {
		let Some(mut record) = Backings::<T>::get(listing) else { return };
		if record.curator != *recipient || record.active.amount == 0 {
			return;
		}
		let amount = record.share_at(Self::now()).mul_floor(amount);
		let (curator, reason) = (record.curator.clone(), HoldReason::Income.into());
		let asset = asset.clone();
		// It cannot be held where what is left to the curator is less than an account needs: then it is hers.
		let hold = || T::Money::hold(asset.clone(), &reason, &curator, amount);
		if amount == 0 || with_storage_layer(hold).is_err() {
			return;
		}
		if record.earn(&asset, amount) {
			Backings::<T>::insert(listing, record);
			Self::deposit_event(Event::IncomeShared { listing, asset, amount });
		// Never to the curator, who chooses the asset.
		} else if held::pay::<T::Money, _>(asset.clone(), &reason, &curator, &T::Treasury::get(), amount) {
			Self::deposit_event(Event::IncomeDiverted { listing, asset, amount });
		} else {
			// The treasury has no account in it. What was held a moment ago can be released.
			held::give_back::<T::Money, _>(asset, &reason, &curator, amount);
		}
	}

	fn backs(listing: ListingId, who: &T::AccountId) -> bool {
		Backers::<T>::contains_key(who, listing)
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_backer(listing: ListingId, who: &T::AccountId) {
		Backers::<T>::insert(who, listing, BackerRecord::default());
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_backing(listing: ListingId) {
		crate::fixture::write::<T>(listing, T::MinBacking::get());
	}
}

impl<T: Config> OnListingState for Pallet<T> {
	/// What backs the bond of a listing that has ended is on its way out.
	fn on_state(listing: ListingId, state: ListingState) {
		if !state.is_final() {
			return;
		}
		if let Some(record) = Backings::<T>::get(listing).filter(|record| record.closes.is_none()) {
			Self::begin_closing(listing, record);
		}
	}
}
