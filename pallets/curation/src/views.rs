//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use souk_primitives::{Digest, ListingId, NodeRole, Period, SnapshotHealth, SnapshotView};

/// Most nodes on one page.
const MAX_PAGE: u32 = 100;

fn node_view_of<AccountId>(account: AccountId, record: NodeRecord) -> NodeView<AccountId> {
	let NodeRecord { info, bond, deposit, registered_at } = record;
	NodeView {
		account,
		peer_id: info.peer_id.into_inner(),
		addresses: addresses_of(info.addresses),
		encryption_key: info.encryption_key,
		worker: info.worker,
		persistence: info.persistence,
		accepting: info.accepting,
		bond,
		deposit,
		registered_at,
	}
}

fn addresses_of(addresses: Addresses) -> Vec<Vec<u8>> {
	addresses.into_iter().map(|address| address.into_inner()).collect()
}

impl<T: Config> Pallet<T> {
	pub(crate) fn node_view(account: T::AccountId) -> Option<NodeView<T::AccountId>> {
		Nodes::<T>::get(&account).map(|record| node_view_of(account, record))
	}

	pub(crate) fn nodes_page(
		role: NodeRole,
		start_after: Option<T::AccountId>,
		limit: u32,
	) -> Vec<NodeView<T::AccountId>> {
		let nodes = match start_after {
			Some(account) => Nodes::<T>::iter_from(Nodes::<T>::hashed_key_for(account)),
			None => Nodes::<T>::iter(),
		};
		nodes
			.filter(|(_, record)| record.info.offers(role))
			.take(usize::try_from(limit.min(MAX_PAGE)).unwrap_or(0))
			.map(|(account, record)| node_view_of(account, record))
			.collect()
	}

	pub(crate) fn assignment_views(listing: ListingId) -> Vec<AssignmentView<T::AccountId>> {
		[NodeRole::Worker, NodeRole::Persistence]
			.into_iter()
			.flat_map(|role| {
				Assignments::<T>::get(listing, role).into_iter().map(move |record| (role, record))
			})
			// An assigned node is registered; one that were not could not be reached either.
			.filter_map(|(role, record)| {
				let info = Nodes::<T>::get(&record.node)?.info;
				Some(AssignmentView {
					node: record.node,
					role,
					wrapped_key: record.wrapped_key.into_inner(),
					peer_id: info.peer_id.into_inner(),
					addresses: addresses_of(info.addresses),
					encryption_key: info.encryption_key,
					since: record.since,
				})
			})
			.collect()
	}

	pub(crate) fn snapshot_view(listing: ListingId, period: Period) -> Option<SnapshotView> {
		Snapshots::<T>::get(listing, period).map(|record| SnapshotView {
			period,
			commitments: record.commitments,
			final_at: record.final_at,
		})
	}

	pub(crate) fn snapshot_views(listing: ListingId) -> Vec<SnapshotView> {
		SnapshotPeriods::<T>::get(listing)
			.into_iter()
			.rev()
			.filter_map(|period| Self::snapshot_view(listing, period))
			.collect()
	}

	pub(crate) fn submission_views(listing: ListingId, period: Period) -> Vec<(T::AccountId, Digest)> {
		Submissions::<T>::get(listing, period)
			.0
			.into_iter()
			.flat_map(|proposal| proposal.signers.into_iter().map(move |signer| (signer, proposal.hash)))
			.collect()
	}

	pub(crate) fn health_of(listing: ListingId) -> SnapshotHealth {
		health(Schedules::<T>::get(listing).as_ref(), Newest::<T>::contains_key(listing), Self::now())
	}

	pub(crate) fn bond_view(listing: ListingId) -> BondView {
		let minimum = T::MinCuratorBond::get();
		match CuratorBonds::<T>::get(listing) {
			Some(bond) => BondView {
				active: bond.active,
				unlocking: bond.unlocking.0.iter().map(|chunk| (chunk.amount, chunk.at)).collect(),
				minimum,
				covered: bond.covered,
			},
			None => BondView { active: 0, unlocking: Vec::new(), minimum, covered: 0 },
		}
	}
}
