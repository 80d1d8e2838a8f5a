//! What `stakes` looks after: which listings have promised snapshots, who makes them, and who keeps them.

use crate::*;
use alloc::vec::Vec;
use souk_primitives::{
	reach::{Keeper, Promise, Promises},
	ListingId, NodeRole, Period, SnapshotView,
};

impl<T: Config> Promises<T::AccountId> for Pallet<T> {
	fn next(after: Option<ListingId>, by: u32, last: u32) -> Option<Promise<T::AccountId>> {
		let mut schedules = match after {
			None => Schedules::<T>::iter(),
			Some(listing) => Schedules::<T>::iter_from(Schedules::<T>::hashed_key_for(listing)),
		};
		let (listing, record) = schedules.next()?;
		let now = Self::now();
		let newest = Newest::<T>::get(listing)
			.and_then(|period| Snapshots::<T>::get(listing, period))
			.map(|snapshot| snapshot.final_at);
		Some(Promise {
			listing,
			every: record.pace,
			since: newest.unwrap_or(record.since),
			late_from: record.late_from(now),
			offence_from: record.offence_from(now),
			snapshot: Self::kept_since(listing, by, last),
			keepers: Assignments::<T>::get(listing, NodeRole::Persistence)
				.into_iter()
				.filter(|record| record.asked_since <= by)
				.map(|AssignmentRecord { node, agreed, .. }| Keeper { node, agreed })
				.collect::<Vec<_>>(),
			workers: Assignments::<T>::get(listing, NodeRole::Worker)
				.into_iter()
				.map(|record| record.node)
				.collect::<Vec<_>>(),
		})
	}

	fn missed(listing: ListingId) {
		let Some(mut record) = Schedules::<T>::get(listing) else { return };
		record.spare(Self::now());
		Schedules::<T>::insert(listing, record);
	}

	fn answered(listing: ListingId, node: &T::AccountId, asked_at: u32) {
		Self::note_agreed(listing, node, NodeRole::Persistence, asked_at);
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_promise(listing: ListingId, snapshot: SnapshotView) -> Vec<T::AccountId> {
		crate::fixture::promise::<T>(listing, snapshot)
	}
}

impl<T: Config> Pallet<T> {
	/// The newest snapshot that was final in block `by`. Where none that is kept is so old, but one was that is not kept any more, the oldest: else
	/// nobody would be asked for snapshots of which there are many in a short time. Not the only one that is kept where the one before it was final in block
	/// `last` already, and so was asked for while it was the newest: nobody may have handed the new one over yet. What is promised does not matter: only how
	/// often they really come.
	fn kept_since(listing: ListingId, by: u32, last: u32) -> Option<SnapshotView> {
		let periods = SnapshotPeriods::<T>::get(listing);
		let view = |period: &Period| Self::snapshot_view(listing, *period);
		// Later periods became final later: a few of many are read.
		let old_enough =
			periods.partition_point(|period| view(period).is_some_and(|view| view.final_at <= by));
		match old_enough.checked_sub(1) {
			Some(newest) => periods.get(newest).and_then(view),
			None => {
				FirstFinalAt::<T>::get(listing).filter(|first| *first <= by)?;
				let oldest = periods.first()?;
				let before = Snapshots::<T>::get(listing, oldest)?.before;
				if periods.len() < 2 && before.is_none_or(|before| before <= last) {
					return None;
				}
				view(oldest)
			}
		}
	}
}
