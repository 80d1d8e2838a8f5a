//! A listing with a long past, for the benchmarks of other pallets.

use crate::*;
use frame_benchmarking::account;
use frame_support::traits::Get;
use souk_primitives::{ListingId, NodeRole};

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
