//! What is remembered against bonds: the only writer of [`History`].

use crate::*;
use frame_support::traits::Get;
use souk_primitives::{Bond, OffenceKind};

impl<T: Config> Pallet<T> {
	/// How many offences of a kind against a bond count for what the next one costs. Of absences one that comes less than `CountedEvery` blocks
	/// after the last that counts does not: whoever is away for a night has been away once, however often somebody looked.
	pub(crate) fn earlier(bond: &Bond<T::AccountId>, kind: OffenceKind, within: u32) -> u32 {
		let now = Self::now();
		let apart = if kind.is_absence() { T::CountedEvery::get() } else { 0 };
		let mut last: Option<u32> = None;
		let mut count: u32 = 0;
		for record in History::<T>::get(bond) {
			let counts = record.kind == kind
				&& now.saturating_sub(record.at) < within
				&& last.is_none_or(|last| record.at.saturating_sub(last) >= apart);
			if counts {
				last = Some(record.at);
				count = count.saturating_add(1);
			}
		}
		count
	}

	/// Remembers an offence against a bond. Where there is no room, another one goes.
	pub(crate) fn remember(bond: &Bond<T::AccountId>, record: OffenceRecord<T::AccountId>) {
		History::<T>::mutate(bond, |history| {
			if history.is_full() {
				let place = spare(history, record.kind, T::CountedEvery::get());
				let gone = history.remove(place);
				let shared = history.iter().any(|other| other.until == gone.until);
				if !shared {
					Due::<T>::remove(gone.until, Turn::Forget(bond.clone()));
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

/// The place of the record that goes for a new one of a kind, of those given oldest first: the oldest absence that counts for nothing, because another one
/// of its kind came less than `apart` blocks before; else the oldest absence; else the oldest of the kind of which there are most. The last absence of a kind stays, so that what
/// follows is compared with it. So what is severe is not pushed out by what is cheap, and days of absence not by hours.
fn spare<AccountId>(history: &[OffenceRecord<AccountId>], new: OffenceKind, apart: u32) -> usize {
	let mut spare = None;
	for (place, record) in history.iter().enumerate() {
		let alike = |other: &OffenceRecord<AccountId>| other.kind == record.kind;
		let followed = record.kind == new || history.iter().skip(place.saturating_add(1)).any(alike);
		if !record.kind.is_absence() || !followed {
			continue;
		}
		let counts_for_nothing = history
			.iter()
			.take(place)
			.any(|other| alike(other) && record.at.saturating_sub(other.at) < apart);
		if counts_for_nothing {
			return place;
		}
		spare = spare.or(Some(place));
	}
	spare.unwrap_or_else(|| oldest_of_most(history, new))
}

/// The place of the oldest record of the kind of which there will be most with one more of the kind `new`.
fn oldest_of_most<AccountId>(history: &[OffenceRecord<AccountId>], new: OffenceKind) -> usize {
	let count = |kind: OffenceKind| {
		let before = history.iter().filter(|record| record.kind == kind).count();
		before.saturating_add(usize::from(kind == new))
	};
	let most = history.iter().map(|record| count(record.kind)).max();
	history.iter().position(|record| Some(count(record.kind)) == most).unwrap_or(0)
}
