//! Who leaves: nobody gets out of a running period, and nobody is asked who is no persistence node any more.

use crate::*;
use alloc::vec::Vec;
use frame_support::pallet_prelude::DispatchResult;
use souk_primitives::{
	reach::{Keepers, OnKeepers},
	ListingId,
};

impl<T: Config> OnKeepers<T::AccountId> for Pallet<T> {
	fn on_left(listing: ListingId, node: &T::AccountId, since: u32) {
		let Some(mut period) = Current::<T>::get() else { return };
		// Who came after the period's first block answers for nothing. Who came in this one has kept nothing; with such listings the room would be filled.
		if since > period.from || since >= Self::now() {
			return;
		}
		let tallies = Tallies::<T>::get();
		let Some(place) = tallies.iter().position(|tally| &tally.node == node) else { return };
		let judged = usize::try_from(period.judging.next).unwrap_or(usize::MAX);
		if place >= judged {
			Left::<T>::mutate(node, |left| note(left, listing));
		} else if place.saturating_add(1) == judged {
			// The last one that was judged may still have to answer.
			if let Some(sentence) = period.judging.sentence.as_mut() {
				note(&mut sentence.left, listing);
				Current::<T>::put(&period);
			}
		}
	}

	fn on_gone(node: &T::AccountId) -> DispatchResult {
		if !Health::<T>::contains_key(node) {
			return Ok(());
		}
		// Else addresses that lead nowhere, and cost a deposit that comes back, would have the places of nodes that serve.
		Self::do_clear_health(node.clone())
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_gone(node: &T::AccountId) {
		fixture::ask::<T>(node);
	}
}

impl<T: Config> Pallet<T> {
	/// The listings that a node may have to answer for: those that it keeps, and those that it has `left`. Which it has left and keeps again is there
	/// twice; that changes nothing.
	pub(crate) fn kept_or_left(node: &T::AccountId, left: &[ListingId]) -> Vec<ListingId> {
		let mut listings = T::Keepers::kept_by(node);
		listings.extend_from_slice(left);
		listings
	}
}

/// Adds a listing, once.
fn note(left: &mut LeftListings, listing: ListingId) {
	if !left.contains(&listing) && left.try_push(listing).is_err() {
		log::error!(target: "souk::availability", "a node has left more listings than it can have kept");
	}
}
