//! What `stakes` looks after: which listings have promised snapshots, who makes them, and who keeps them.

use crate::*;
use alloc::vec::Vec;
use souk_primitives::{
	reach::{Promise, Promises},
	ListingId, NodeRole, Period, SnapshotView,
};

impl<T: Config> Promises<T::AccountId> for Pallet<T> {
	fn next(after: Option<ListingId>, by: u32) -> Option<Promise<T::AccountId>> {
		let mut schedules = match after {
			None => Schedules::<T>::iter(),
			Some(listing) => Schedules::<T>::iter_from(Schedules::<T>::hashed_key_for(listing)),
		};
		let (listing, record) = schedules.next()?;
		let late_from = record.late_from();
		let newest = Newest::<T>::get(listing)
			.and_then(|period| Snapshots::<T>::get(listing, period))
			.map(|snapshot| snapshot.final_at);
		Some(Promise {
			listing,
			every: record.pace,
			clock: record.clock(Self::now()),
			since: newest.unwrap_or(record.since),
			late_from,
			offence_from: late_from.max(record.spared_until),
			snapshot: Self::kept_since(listing, by, record.schedule.every),
			keepers: Assignments::<T>::get(listing, NodeRole::Persistence)
				.into_iter()
				.filter(|record| record.since <= by)
				.map(|record| record.node)
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

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_promise(listing: ListingId, snapshot: SnapshotView) -> Vec<T::AccountId> {
		crate::fixture::promise::<T>(listing, snapshot)
	}
}

impl<T: Config> Pallet<T> {
	/// The newest snapshot that was final in block `by`. Where none that is kept is so old, but one was that is not kept any more, the oldest: else
	/// nobody would be asked for snapshots of which there are many in a short time. Not the only one where they are `every` so many blocks: nobody may have
	/// handed it over yet.
	fn kept_since(listing: ListingId, by: u32, every: u32) -> Option<SnapshotView> {
		let periods = SnapshotPeriods::<T>::get(listing);
		let view = |period: &Period| Self::snapshot_view(listing, *period);
		// Later periods became final later: a few of many are read.
		let old_enough =
			periods.partition_point(|period| view(period).is_some_and(|view| view.final_at <= by));
		match old_enough.checked_sub(1) {
			Some(newest) => periods.get(newest).and_then(view),
			None if periods.len() < 2 && every >= Self::now().saturating_sub(by) => None,
			None => {
				FirstFinalAt::<T>::get(listing).filter(|first| *first <= by)?;
				periods.first().and_then(view)
			}
		}
	}
}
