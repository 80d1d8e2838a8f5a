//! What a curator's bond answers for: it covers sales, and it is slashed.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};
use souk_primitives::{Balance, ListingId};

/// [`CuratorBondRecord`] of a runtime.
type BondOf<T> = CuratorBondRecord<<T as frame_system::Config>::AccountId, <T as Config>::MaxUnlocking>;

impl<T: Config> Pallet<T> {
	/// Sets `amount` planck of a listing's active bond aside. Says whether that much was free.
	pub(crate) fn cover_sale(listing: ListingId, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let reserve = T::BondReserve::get();
		CuratorBonds::<T>::mutate(listing, |slot| {
			let Some(record) = slot.as_mut().filter(|record| record.coverable(reserve) >= amount) else {
				return false;
			};
			record.covered = record.covered.saturating_add(amount);
			true
		})
	}

	/// Frees `amount` planck of what was set aside.
	pub(crate) fn uncover_sale(listing: ListingId, amount: Balance) {
		CuratorBonds::<T>::mutate(listing, |slot| {
			if let Some(record) = slot.as_mut() {
				record.covered = record.covered.saturating_sub(amount);
			}
		});
	}

	/// Moves what `take` takes of a listing's bond to `to`: all of it, or nothing where `to` cannot have it. Returns what
	/// moved, in planck.
	pub(crate) fn slash_bond(
		listing: ListingId,
		to: &T::AccountId,
		take: impl FnOnce(&mut BondOf<T>) -> Balance,
	) -> Balance {
		let Some(mut record) = CuratorBonds::<T>::get(listing) else { return 0 };
		let amount = take(&mut record);
		if amount == 0 {
			return 0;
		}
		let moved = with_storage_layer(|| {
			T::Currency::transfer_on_hold(
				&HoldReason::CuratorBond.into(),
				&record.curator,
				to,
				amount,
				Precision::Exact,
				Restriction::Free,
				// A freeze does not protect what was bonded.
				Fortitude::Force,
			)
		});
		if moved.is_err() {
			return 0;
		}
		CuratorBonds::<T>::set(listing, Some(record).filter(|record| record.total() > 0));
		Self::deposit_event(Event::Slashed { listing, amount, to: to.clone() });
		amount
	}
}
