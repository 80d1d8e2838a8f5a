//! What `stakes` looks after: which listings have promised snapshots, who makes them, and who keeps them.

use crate::*;
use alloc::vec::Vec;
use souk_primitives::{
	reach::{Promise, Promises},
	ListingId, NodeRole, SnapshotView,
};

/// How many snapshots are looked at for one that is old enough: the newest ones.
const LOOK_BACK: usize = 4;

impl<T: Config> Promises<T::AccountId> for Pallet<T> {
	fn next(after: Option<ListingId>, by: u32) -> Option<Promise<T::AccountId>> {
		let mut schedules = match after {
			None => Schedules::<T>::iter(),
			Some(listing) => Schedules::<T>::iter_from(Schedules::<T>::hashed_key_for(listing)),
		};
		let (listing, record) = schedules.next()?;
		let newest = Newest::<T>::get(listing)
			.and_then(|period| Snapshots::<T>::get(listing, period))
			.map(|snapshot| snapshot.final_at);
		Some(Promise {
			listing,
			every: record.schedule.every,
			since: newest.unwrap_or(record.set_at),
			late_from: in_time_until(record.schedule, record.set_at, newest).saturating_add(1),
			snapshot: Self::kept_since(listing, by),
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

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_promise(listing: ListingId, snapshot: SnapshotView) -> Vec<T::AccountId> {
		crate::fixture::promise::<T>(listing, snapshot)
	}
}

impl<T: Config> Pallet<T> {
	/// The newest of the newest few snapshots that was final in block `by`.
	fn kept_since(listing: ListingId, by: u32) -> Option<SnapshotView> {
		let periods = SnapshotPeriods::<T>::get(listing);
		let mut newest = periods.iter().rev().take(LOOK_BACK);
		newest.find_map(|period| Self::snapshot_view(listing, *period).filter(|view| view.final_at <= by))
	}
}
