//! What other pallets see of this one.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use souk_primitives::{reach::Curation, ListingId, ListingKind, NodeRole};

impl<T: Config> Curation<T::AccountId> for Pallet<T> {
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool {
		kind != ListingKind::DataProduct
			|| CuratorBonds::<T>::get(listing).is_some_and(|bond| bond.active >= T::MinCuratorBond::get())
	}

	fn assigned(listing: ListingId, role: NodeRole) -> Vec<T::AccountId> {
		Self::assigned_nodes(listing, role)
	}

	fn is_assigned(listing: ListingId, who: &T::AccountId) -> bool {
		[NodeRole::Worker, NodeRole::Persistence]
			.into_iter()
			.any(|role| Assignments::<T>::get(listing, role).iter().any(|record| &record.node == who))
	}

	fn first_final_at(listing: ListingId) -> Option<u32> {
		FirstFinalAt::<T>::get(listing)
	}
}
