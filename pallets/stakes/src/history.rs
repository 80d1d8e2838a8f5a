//! What is remembered against bonds: the only writer of [`History`].

use crate::*;
use frame_support::traits::Get;
use souk_primitives::{Bond, OffenceKind};

impl<T: Config> Pallet<T> {
	/// How many offences of a kind against a bond count for what the next one costs.
	pub(crate) fn earlier(bond: &Bond<T::AccountId>, kind: OffenceKind, within: u32) -> u32 {
		let now = Self::now();
		let counts =
			|record: &&OffenceRecord<_>| record.kind == kind && now.saturating_sub(record.at) < within;
		u32::try_from(History::<T>::get(bond).iter().filter(counts).count()).unwrap_or(u32::MAX)
	}

	/// Remembers an offence against a bond. Where there is no room, the oldest one goes.
	pub(crate) fn remember(bond: &Bond<T::AccountId>, record: OffenceRecord<T::AccountId>) {
		History::<T>::mutate(bond, |history| {
			if history.is_full() {
				let oldest = history.remove(0);
				let shared = history.first().is_some_and(|next| next.until == oldest.until);
				if !shared {
					Due::<T>::remove(oldest.until, Turn::Forget(bond.clone()));
				}
			}
			let until = record.until;
			// There is room: at least one is remembered, and one was removed.
			if history.try_push(record).is_ok() {
				Due::<T>::insert(until, Turn::Forget(bond.clone()), ());
			}
		});
	}

	/// Notes against a bond what became of a fine, where its offence is still remembered.
	pub(crate) fn remember_division(bond: &Bond<T::AccountId>, fine: FineId, division: Division) {
		History::<T>::mutate_exists(bond, |slot| {
			let Some(history) = slot.as_mut() else { return };
			if let Some(record) = history.iter_mut().find(|record| record.fine == Some(fine)) {
				record.division = Some(division);
			}
		});
	}

	/// Forgets what is old enough against a bond.
	pub(crate) fn forget(bond: &Bond<T::AccountId>) {
		let now = Self::now();
		History::<T>::mutate_exists(bond, |slot| {
			if let Some(history) = slot.as_mut() {
				history.retain(|record| record.until > now);
				if history.is_empty() {
					*slot = None;
				}
			}
		});
	}

	/// Block in which what is recorded now is forgotten.
	pub(crate) fn remembered_until() -> u32 {
		Self::now().saturating_add(T::Memory::get())
	}
}
