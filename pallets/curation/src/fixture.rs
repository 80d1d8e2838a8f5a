//! A listing with a long past, and one with something to sell, for the benchmarks of other pallets.

use crate::*;
use frame_benchmarking::account;
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, Get},
};
use souk_primitives::{reach::Listings, Balance, Bond, ListingId, NodeRole, SnapshotView};

/// As many terms of a listing as can be, from block 0 on: of as many nodes at work as can be, and of those who left in block `left_at`. Each
/// is another node, and none of them has a term of another listing.
pub(crate) fn fill_terms<T: Config>(listing: ListingId, left_at: u32) {
	let Some(curator) = T::Listings::owner(listing) else { return };
	let at_work = T::MaxAssigned::get();
	for (role, name) in [(NodeRole::Worker, "worker"), (NodeRole::Persistence, "persistence node")] {
		let nodes: alloc::vec::Vec<T::AccountId> =
			(0..at_work).map(|index| account(name, index, listing)).collect();
		assign_all::<T>(listing, role, &curator, &nodes, true);
	}
	let mut departures = Departures::default();
	for index in 0..T::MaxTerms::get().saturating_sub(at_work.saturating_mul(2)) {
		let node = account("departed", index, listing);
		let role = if index % 2 == 0 { NodeRole::Worker } else { NodeRole::Persistence };
		let (curator, since, until) = (curator.clone(), 0, left_at);
		let departure = Departure { node, role, since, until, agreed: true, periods: 0, curator, deposit: 0 };
		assert!(departures.remember(departure).is_ok());
	}
	departures.begin(0);
	Departed::<T>::insert(listing, departures);
}

/// The same, and the last who has left is the given node.
pub(crate) fn fill_terms_with<T: Config>(listing: ListingId, node: &T::AccountId, left_at: u32) {
	fill_terms::<T>(listing, left_at);
	Departed::<T>::mutate(listing, |slot| {
		if let Some(last) = slot.as_mut().and_then(|departures| departures.nodes.iter_mut().next_back()) {
			last.node = node.clone();
		}
	});
}

/// A final snapshot of a listing that exists, and a bond that its curator can pay.
pub(crate) fn put_on_sale<T: Config>(listing: ListingId, snapshot: SnapshotView, bond: Balance) {
	FirstFinalAt::<T>::mutate(listing, |first| {
		first.get_or_insert(snapshot.final_at);
	});
	add_snapshot::<T>(listing, snapshot);
	put_at_stake::<T>(&Bond::Listing(listing), bond);
}

/// A snapshot that became final in its block, later than all that there are.
fn add_snapshot<T: Config>(listing: ListingId, snapshot: SnapshotView) {
	let SnapshotView { period, commitments, final_at } = snapshot;
	let before = Newest::<T>::get(listing)
		.and_then(|newest| Snapshots::<T>::get(listing, newest))
		.map(|snapshot| snapshot.final_at);
	let record = SnapshotRecord { commitments, final_at, signers: 1, quorum: 1, before };
	Snapshots::<T>::insert(listing, period, record);
	SnapshotPeriods::<T>::mutate(listing, |periods| assert!(periods.try_push(period).is_ok()));
	Newest::<T>::insert(listing, period);
	if let Some(mut record) = Schedules::<T>::get(listing) {
		record.renew(final_at, T::MaxPause::get());
		Schedules::<T>::insert(listing, record);
	}
}

/// A schedule of a listing that is on sale since block 0.
pub(crate) fn schedule<T: Config>(listing: ListingId) {
	let Some(curator) = T::Listings::owner(listing) else { return };
	let schedule = Schedule { every: 1, tolerance: 0, retention: T::MaxRetention::get() };
	Schedules::<T>::insert(listing, ScheduleRecord::new(schedule, curator, 0, 0));
}

/// A schedule with as many snapshots as can be, of which the given one is the oldest; older ones are not kept any more. And as many workers and
/// persistence nodes as can be, assigned since block 0, who have not agreed yet. Returns the persistence nodes.
pub(crate) fn promise<T: Config>(
	listing: ListingId,
	snapshot: SnapshotView,
) -> alloc::vec::Vec<T::AccountId> {
	let Some(curator) = T::Listings::owner(listing) else { return Default::default() };
	schedule::<T>(listing);
	put_on_sale::<T>(listing, snapshot.clone(), T::MinCuratorBond::get());
	for later in 1..T::MaxRetention::get() {
		let period = snapshot.period.saturating_add(later);
		add_snapshot::<T>(listing, SnapshotView { period, ..snapshot.clone() });
	}
	FirstFinalAt::<T>::insert(listing, 0);
	let named = |name: &'static str| -> alloc::vec::Vec<T::AccountId> {
		(0..T::MaxAssigned::get()).map(|index| account(name, index, 0)).collect()
	};
	let (workers, keepers) = (named("worker"), named("keeper"));
	assign_all::<T>(listing, NodeRole::Worker, &curator, &workers, false);
	assign_all::<T>(listing, NodeRole::Persistence, &curator, &keepers, false);
	keepers
}

/// Nodes of a listing in a role, since block 0, with keys as long as can be.
fn assign_all<T: Config>(
	listing: ListingId,
	role: NodeRole,
	curator: &T::AccountId,
	nodes: &[T::AccountId],
	agreed: bool,
) {
	let assigned = nodes.iter().map(|node| AssignmentRecord {
		node: node.clone(),
		wrapped_key: WrappedKey::truncate_from(alloc::vec![7; 128]),
		curator: curator.clone(),
		deposit: 0,
		since: 0,
		asked_since: 0,
		agreed,
	});
	let assigned = frame_support::BoundedVec::truncate_from(assigned.collect());
	Assignments::<T>::insert(listing, role, assigned);
}

/// A persistence node that is assigned to a listing since block 0, and has agreed, last of as many as can be, and to as many listings as can be; with a
/// bond that it can pay.
pub(crate) fn keep<T: Config>(listing: ListingId, node: &T::AccountId) {
	put_at_stake::<T>(&Bond::Node(node.clone()), T::MinNodeBond::get());
	let others = (1..T::MaxAssigned::get()).map(|index| account("keeper", index, 0));
	let nodes: alloc::vec::Vec<T::AccountId> = others.chain([node.clone()]).collect();
	assign_all::<T>(listing, NodeRole::Persistence, node, &nodes, true);
	let kept = (0..T::MaxAssignmentsPerNode::get())
		.map(|offset| (listing.saturating_add(offset), NodeRole::Persistence))
		.collect();
	AssignmentsOf::<T>::insert(node, frame_support::BoundedVec::truncate_from(kept));
}

/// A bond whose owner can pay it. A node is registered with it.
pub(crate) fn put_at_stake<T: Config>(bond: &Bond<T::AccountId>, amount: Balance) {
	match bond {
		Bond::Listing(listing) => {
			let Some(curator) = T::Listings::owner(*listing) else { return };
			assert_ok!(T::Currency::hold(&HoldReason::CuratorBond.into(), &curator, amount));
			CuratorBonds::<T>::mutate(listing, |slot| {
				let record = slot.get_or_insert_with(|| CuratorBondRecord {
					curator,
					active: 0,
					unlocking: Default::default(),
					covered: 0,
				});
				record.active = record.active.saturating_add(amount);
			});
		}
		Bond::Node(node) => {
			assert_ok!(T::Currency::hold(&HoldReason::NodeBond.into(), node, amount));
			let info = NodeInfo {
				peer_id: PeerId::truncate_from(alloc::vec![1]),
				addresses: Default::default(),
				encryption_key: [1; 32],
				worker: true,
				persistence: true,
				accepting: true,
			};
			Nodes::<T>::insert(node, NodeRecord { info, bond: amount, deposit: 0, registered_at: 0 });
		}
	}
}
