//! What other pallets see of this one.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use souk_primitives::{
	reach::{Curation, OnListingState},
	Balance, ListingId, ListingKind, ListingState, NodeRole, Period, SnapshotView, Term,
};

impl<T: Config> Curation<T::AccountId> for Pallet<T> {
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool {
		kind != ListingKind::DataProduct
			|| CuratorBonds::<T>::get(listing).is_some_and(|bond| bond.active >= T::MinCuratorBond::get())
	}

	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<T::AccountId>> {
		let left = Departed::<T>::get(listing)
			.map(|departures| departures.nodes)
			.unwrap_or_default()
			.into_iter()
			.filter(|departure| departure.role == role)
			.map(|Departure { node, since, until, .. }| Term { node, since, until });
		let at_work = Assignments::<T>::get(listing, role)
			.into_iter()
			.map(|AssignmentRecord { node, since, .. }| Term { node, since, until: u32::MAX });
		left.chain(at_work).filter(|term| term.since < to && term.until > from).collect()
	}

	fn period_begins(listing: ListingId, start: u32) -> u32 {
		Departed::<T>::mutate(listing, |slot| slot.get_or_insert_default().begin(start))
	}

	fn period_settled(listing: ListingId, mark: u32) {
		Departed::<T>::mutate_exists(listing, |slot| {
			let Some(departures) = slot.as_mut() else { return };
			departures.settle(mark);
			if departures.is_empty() {
				*slot = None;
			}
		});
	}

	fn is_assigned(listing: ListingId, who: &T::AccountId) -> bool {
		[NodeRole::Worker, NodeRole::Persistence]
			.into_iter()
			.any(|role| Assignments::<T>::get(listing, role).iter().any(|record| &record.node == who))
	}

	fn has_agreed(listing: ListingId, who: &T::AccountId) -> bool {
		let agreed = |record: &AssignmentRecord<T::AccountId>| record.agreed && record.node == *who;
		[NodeRole::Worker, NodeRole::Persistence]
			.into_iter()
			.any(|role| Assignments::<T>::get(listing, role).iter().any(agreed))
	}

	fn first_final_at(listing: ListingId) -> Option<u32> {
		FirstFinalAt::<T>::get(listing)
	}

	fn snapshot(listing: ListingId, period: Period) -> Option<SnapshotView> {
		Self::snapshot_view(listing, period)
	}

	fn newest(listing: ListingId) -> Option<SnapshotView> {
		Self::snapshot_view(listing, Newest::<T>::get(listing)?)
	}

	fn cover(listing: ListingId, amount: Balance) -> bool {
		Self::cover_sale(listing, amount)
	}

	fn uncover(listing: ListingId, amount: Balance) {
		Self::uncover_sale(listing, amount);
	}

	fn slash(listing: ListingId, amount: Balance, to: &T::AccountId) -> Balance {
		Self::slash_bond(listing, to, |bond| bond.take(amount))
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_terms(listing: ListingId, left_at: u32) {
		crate::fixture::fill_terms::<T>(listing, left_at);
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_left(listing: ListingId, node: &T::AccountId, left_at: u32) {
		crate::fixture::fill_terms_with::<T>(listing, node, left_at);
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_sale(listing: ListingId, snapshot: SnapshotView, bond: Balance) {
		crate::fixture::put_on_sale::<T>(listing, snapshot, bond);
	}
}

impl<T: Config> OnListingState for Pallet<T> {
	/// What was promised waits while the listing is not on sale, but for `MaxPause` blocks of pauses at most.
	fn on_state(listing: ListingId, state: ListingState) {
		let Some(mut record) = Schedules::<T>::get(listing) else { return };
		record.on_state(state, Self::now(), T::MaxPause::get());
		Schedules::<T>::insert(listing, record);
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_on_state(listing: ListingId) {
		crate::fixture::schedule::<T>(listing);
	}
}
