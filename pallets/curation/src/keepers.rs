//! What `availability` looks after: persistence nodes, and the listings that they keep.

use crate::*;
use alloc::vec::Vec;
use souk_primitives::{reach::Keepers, ListingId, NodeRole};

impl<T: Config> Keepers<T::AccountId> for Pallet<T> {
	fn keeps(node: &T::AccountId) -> bool {
		Nodes::<T>::get(node).is_some_and(|record| record.info.offers(NodeRole::Persistence))
	}

	fn kept_by(node: &T::AccountId) -> Vec<ListingId> {
		let kept = |(listing, role)| (role == NodeRole::Persistence).then_some(listing);
		AssignmentsOf::<T>::get(node).into_iter().filter_map(kept).collect()
	}

	fn kept_since(listing: ListingId, node: &T::AccountId) -> Option<u32> {
		let assigned = Assignments::<T>::get(listing, NodeRole::Persistence);
		assigned.iter().find(|record| &record.node == node).map(|record| record.since)
	}

	fn has_agreed(listing: ListingId, node: &T::AccountId, from: u32) -> bool {
		let assigned = Assignments::<T>::get(listing, NodeRole::Persistence);
		if assigned.iter().any(|record| record.agreed && record.node == *node) {
			return true;
		}
		let departures = Departed::<T>::get(listing).unwrap_or_default();
		departures.nodes.iter().any(|left| {
			left.agreed && left.node == *node && left.role == NodeRole::Persistence && left.until >= from
		})
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_keeper(listing: ListingId, node: &T::AccountId) {
		crate::fixture::keep::<T>(listing, node);
	}
}
