//! A listing with a long past, and one with something to sell, for the benchmarks of other pallets.

use crate::*;
use frame_benchmarking::account;
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, Get},
};
use souk_primitives::{reach::Listings, Balance, ListingId, NodeRole, SnapshotView};

/// As many terms of a listing as can be, from block 0 on.
pub(crate) fn fill_terms<T: Config>(listing: ListingId) {
	let mut departures = Departures::default();
	for index in 0..T::MaxTerms::get() {
		let node: T::AccountId = account("departed", index, 0);
		let role = if index % 2 == 0 { NodeRole::Worker } else { NodeRole::Persistence };
		let (since, until) = (0, u32::MAX);
		let departure = Departure { curator: node.clone(), node, role, since, until, periods: 0, deposit: 0 };
		assert!(departures.remember(departure).is_ok());
	}
	departures.begin(0);
	Departed::<T>::insert(listing, departures);
}

/// A final snapshot of a listing that exists, and a bond that its curator can pay.
pub(crate) fn put_on_sale<T: Config>(listing: ListingId, snapshot: SnapshotView, bond: Balance) {
	let SnapshotView { period, commitments, final_at } = snapshot;
	let record = SnapshotRecord { commitments, final_at, signers: 1, quorum: 1 };
	Snapshots::<T>::insert(listing, period, record);
	SnapshotPeriods::<T>::mutate(listing, |periods| assert!(periods.try_push(period).is_ok()));
	Newest::<T>::insert(listing, period);
	FirstFinalAt::<T>::insert(listing, final_at);

	let Some(curator) = T::Listings::owner(listing) else { return };
	assert_ok!(T::Currency::hold(&HoldReason::CuratorBond.into(), &curator, bond));
	CuratorBonds::<T>::mutate(listing, |slot| {
		let record = slot.get_or_insert_with(|| CuratorBondRecord {
			curator,
			active: 0,
			unlocking: Default::default(),
			covered: 0,
		});
		record.active = record.active.saturating_add(bond);
	});
}
