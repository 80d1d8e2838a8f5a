//! Bonds with what backs them, as offences see them.
//!
//! `stakes` asks this pallet instead of `curation`, and takes of both at once. A curator's bond and its backing lose the same part;
//! no more of the backing answers than [`Config::MaxBacking`] times the bond that is left.

use crate::*;
use frame_support::{
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use souk_primitives::{reach::Bonds, Balance, Bond, ListingId};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding as rational, DispatchError, Rounding};

impl<T: Config> Bonds<T::AccountId> for Pallet<T> {
	fn bonded(bond: &Bond<T::AccountId>) -> Balance {
		let own = T::Bonds::bonded(bond);
		match bond {
			Bond::Listing(listing) => own.saturating_add(Self::answering(*listing, own)),
			Bond::Node(_) => own,
		}
	}

	/// The curator's part is taken first. Of the backing goes the part that could really be taken of the bond: where sales are covered by
	/// it, or it is gone, backers lose no more than the curator.
	fn forfeit(bond: &Bond<T::AccountId>, amount: Balance) -> Balance {
		let Bond::Listing(listing) = bond else { return T::Bonds::forfeit(bond, amount) };
		let own = T::Bonds::bonded(bond);
		let backing = Self::answering(*listing, own);
		if backing == 0 {
			return T::Bonds::forfeit(bond, amount);
		}
		let all = own.saturating_add(backing);
		// At most `own`, so that `None` cannot happen; nor below, where no more is taken of a bond than it is.
		let asked = rational(amount.min(all), own, all, Rounding::Down).unwrap_or(0);
		if asked == 0 {
			return 0;
		}
		let of_own = T::Bonds::forfeit(bond, asked).min(own);
		let of_backing = rational(backing, of_own, own, Rounding::Down).unwrap_or(0);
		of_own.saturating_add(Self::forfeit_backing(*listing, of_backing))
	}

	fn forfeited(bond: &Bond<T::AccountId>) -> Balance {
		let of_backing = match bond {
			Bond::Listing(listing) => Backings::<T>::get(listing).map_or(0, |record| record.forfeited),
			Bond::Node(_) => 0,
		};
		T::Bonds::forfeited(bond).saturating_add(of_backing)
	}

	fn pay_forfeited(bond: &Bond<T::AccountId>, to: &T::AccountId, amount: Balance) -> bool {
		let of_own = T::Bonds::forfeited(bond).min(amount);
		let of_backing = amount.saturating_sub(of_own);
		let Bond::Listing(listing) = bond else { return T::Bonds::pay_forfeited(bond, to, amount) };
		if of_backing == 0 {
			return T::Bonds::pay_forfeited(bond, to, amount);
		}
		let pay_of_own = || match T::Bonds::pay_forfeited(bond, to, of_own) {
			true => Ok(()),
			false => Err(DispatchError::Unavailable),
		};
		let pay_of_backing = || Self::pay_of_backing(*listing, to, of_backing);
		let paid = with_storage_layer(|| {
			// The larger part first: it may have to make the recipient's account.
			if of_own >= of_backing {
				pay_of_own()?;
				pay_of_backing()
			} else {
				pay_of_backing()?;
				pay_of_own()
			}
		});
		paid.is_ok()
	}

	fn unbonding_period() -> u32 {
		T::Bonds::unbonding_period()
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_bond(bond: &Bond<T::AccountId>, amount: Balance) {
		T::Bonds::benchmark_bond(bond, amount);
		if let Bond::Listing(listing) = bond {
			crate::fixture::put_behind::<T>(*listing, amount);
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Takes `amount` planck of what backs a listing's bond. Returns how much that was.
	fn forfeit_backing(listing: ListingId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		let taken =
			Backings::<T>::mutate(listing, |slot| slot.as_mut().map_or(0, |record| record.forfeit(amount)));
		if taken > 0 {
			Self::deposit_event(Event::Forfeited { listing, amount: taken });
		}
		taken
	}

	/// Pays `amount` planck of what was taken of a bond's backing.
	fn pay_of_backing(listing: ListingId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		let mut record = Backings::<T>::get(listing).ok_or(Error::<T>::NotFound)?;
		record.forfeited = record.forfeited.checked_sub(amount).ok_or(DispatchError::Unavailable)?;
		T::Currency::transfer_on_hold(
			&HoldReason::Backing.into(),
			&record.curator,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			// A freeze does not protect what was put at stake.
			Fortitude::Force,
		)?;
		Self::keep_backing(listing, record);
		Ok(())
	}
}
