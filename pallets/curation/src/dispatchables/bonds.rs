//! Curators' bonds on listings.

use crate::*;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::{
	reach::{is_free, Cases, Listings},
	Balance, ListingId, ListingKind, ListingState,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bond(curator: T::AccountId, listing: ListingId, amount: Balance) -> DispatchResult {
		Self::ensure_curates(&curator, listing)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		T::Currency::hold(&HoldReason::CuratorBond.into(), &curator, amount)?;
		CuratorBonds::<T>::try_mutate(listing, |slot| -> DispatchResult {
			let record = slot.get_or_insert_with(|| CuratorBondRecord {
				curator,
				active: 0,
				unlocking: Default::default(),
				covered: 0,
			});
			record.active = record.active.saturating_add(amount);
			ensure!(record.active >= T::MinCuratorBond::get(), Error::<T>::BelowMinimum);
			Ok(())
		})?;
		Self::deposit_event(Event::Bonded { listing, amount });
		Ok(())
	}

	pub(crate) fn do_unbond(curator: T::AccountId, listing: ListingId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let at = Self::unlocked_at();
		CuratorBonds::<T>::try_mutate(listing, |slot| -> DispatchResult {
			let record = slot.as_mut().ok_or(Error::<T>::NotBonded)?;
			ensure!(record.curator == curator, Error::<T>::NotAuthorized);
			let remaining = record.active.checked_sub(amount).ok_or(Error::<T>::InsufficientBond)?;
			ensure!(remaining >= record.covered, Error::<T>::BondCovers);
			if remaining < T::MinCuratorBond::get() {
				ensure!(!Self::needs_bond(listing), Error::<T>::BondInUse);
				ensure!(remaining == 0, Error::<T>::BelowMinimum);
			}
			record.unlocking.add(amount, at).map_err(|NoRoom| Error::<T>::TooManyUnlocking)?;
			record.active = remaining;
			Ok(())
		})?;
		Self::deposit_event(Event::Unbonded { listing, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(curator: T::AccountId, listing: ListingId) -> DispatchResult {
		let amount =
			CuratorBonds::<T>::try_mutate_exists(listing, |slot| -> Result<Balance, DispatchError> {
				let record = slot.as_mut().ok_or(Error::<T>::NotBonded)?;
				ensure!(record.curator == curator, Error::<T>::NotAuthorized);
				let now = Self::now();
				let pending = T::Cases::pending(listing);
				let amount = record.unlocking.take_if(|at| is_free(at, now, pending));
				ensure!(amount > 0 || !record.unlocking.is_ripe(now), Error::<T>::CaseOpen);
				ensure!(amount > 0, Error::<T>::TooEarly);
				T::Currency::release(&HoldReason::CuratorBond.into(), &curator, amount, Precision::Exact)?;
				if record.total() == 0 {
					*slot = None;
				}
				Ok(amount)
			})?;
		Self::deposit_event(Event::Withdrawn { listing, amount });
		Ok(())
	}

	/// Whether somebody relies on the listing's bond: it is a data product, and on sale or serving what it sold.
	fn needs_bond(listing: ListingId) -> bool {
		let on_sale = T::Listings::state(listing)
			.is_some_and(|(state, _)| matches!(state, ListingState::Active | ListingState::Paused));
		on_sale && T::Listings::kind(listing) == Some(ListingKind::DataProduct)
	}
}
