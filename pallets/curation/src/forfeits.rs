//! What offences take of bonds. It leaves the bond at once, and stays held on its owner's account until it is paid to somebody.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};
use souk_primitives::{reach::Bonds, Balance, Bond};

impl<T: Config> Bonds<T::AccountId> for Pallet<T> {
	fn bonded(bond: &Bond<T::AccountId>) -> Balance {
		match bond {
			Bond::Listing(listing) => CuratorBonds::<T>::get(listing).map_or(0, |record| record.total()),
			Bond::Node(node) => {
				let active = Nodes::<T>::get(node).map_or(0, |record| record.bond);
				active.saturating_add(NodeUnlocking::<T>::get(node).total())
			}
		}
	}

	fn forfeit(bond: &Bond<T::AccountId>, amount: Balance) -> Balance {
		let (owner, taken) = match bond {
			Bond::Listing(listing) => {
				let Some(mut record) = CuratorBonds::<T>::get(listing) else { return 0 };
				let taken = record.take_free(amount);
				let owner = record.curator.clone();
				CuratorBonds::<T>::set(listing, Some(record).filter(|record| record.total() > 0));
				(owner, taken)
			}
			Bond::Node(node) => (node.clone(), Self::take_of_node(node, amount)),
		};
		if taken > 0 {
			Forfeited::<T>::mutate(bond, |slot| {
				let record = slot.get_or_insert_with(|| Forfeit { owner, amount: 0 });
				record.amount = record.amount.saturating_add(taken);
			});
			Self::deposit_event(Event::BondForfeited { bond: bond.clone(), amount: taken });
		}
		taken
	}

	fn forfeited(bond: &Bond<T::AccountId>) -> Balance {
		Forfeited::<T>::get(bond).map_or(0, |record| record.amount)
	}

	fn pay_forfeited(bond: &Bond<T::AccountId>, to: &T::AccountId, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let Some(mut record) = Forfeited::<T>::get(bond) else { return false };
		let Some(left) = record.amount.checked_sub(amount) else { return false };
		let reason = match bond {
			Bond::Listing(_) => HoldReason::CuratorBond,
			Bond::Node(_) => HoldReason::NodeBond,
		};
		let moved = with_storage_layer(|| {
			T::Currency::transfer_on_hold(
				&reason.into(),
				&record.owner,
				to,
				amount,
				Precision::Exact,
				Restriction::Free,
				// A freeze does not protect what was bonded.
				Fortitude::Force,
			)
		});
		if moved.is_err() {
			return false;
		}
		record.amount = left;
		Forfeited::<T>::set(bond, Some(record).filter(|record| record.amount > 0));
		true
	}

	fn unbonding_period() -> u32 {
		T::UnbondingPeriod::get()
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_bond(bond: &Bond<T::AccountId>, amount: Balance) {
		crate::fixture::put_at_stake::<T>(bond, amount);
	}
}

impl<T: Config> Pallet<T> {
	/// Takes up to `amount` planck of a node's bond, registered or not any more. Returns how much that was.
	fn take_of_node(node: &T::AccountId, amount: Balance) -> Balance {
		let of_active = Nodes::<T>::mutate(node, |slot| {
			let Some(record) = slot.as_mut() else { return 0 };
			let taken = amount.min(record.bond);
			record.bond = record.bond.saturating_sub(taken);
			taken
		});
		let of_unlocking = NodeUnlocking::<T>::mutate_exists(node, |slot| {
			let Some(unlocking) = slot.as_mut() else { return 0 };
			let taken = unlocking.take_newest(amount.saturating_sub(of_active));
			if unlocking.0.is_empty() {
				*slot = None;
			}
			taken
		});
		of_active.saturating_add(of_unlocking)
	}
}
