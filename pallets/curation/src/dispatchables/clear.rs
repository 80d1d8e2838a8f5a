//! The end of a listing.

use crate::*;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use souk_primitives::{
	reach::{Listings, Orders, Subscriptions},
	ListingId, NodeRole,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_clear_listing(listing: ListingId) -> DispatchResult {
		let (state, _) = T::Listings::state(listing).ok_or(Error::<T>::NotFound)?;
		ensure!(state.is_final(), Error::<T>::ListingNotEnded);
		// What is still owed is divided among those who served.
		ensure!(T::Subscriptions::open(listing) == 0, Error::<T>::SubscriptionsOpen);
		ensure!(T::Orders::open(listing) == 0, Error::<T>::OrdersOpen);
		Self::remove_all(listing)?;
		Self::deposit_event(Event::ListingCleared { listing });
		Ok(())
	}

	/// Removes all records of a listing except its bond, and returns their deposits.
	pub(crate) fn remove_all(listing: ListingId) -> DispatchResult {
		let mut found = false;
		if let Some(record) = Schedules::<T>::take(listing) {
			Self::adjust_deposit(&record.curator, record.deposit, 0)?;
			found = true;
		}
		for role in [NodeRole::Worker, NodeRole::Persistence] {
			for record in Assignments::<T>::take(listing, role) {
				Self::drop_from_node(&record.node, listing, role);
				Self::adjust_deposit(&record.curator, record.deposit, 0)?;
				found = true;
			}
		}
		// Nobody is owed anything, so nobody who left has to be remembered.
		if let Some(departures) = Departed::<T>::take(listing) {
			for departure in departures.nodes {
				Self::adjust_deposit(&departure.curator, departure.deposit, 0)?;
				found = true;
			}
		}
		ensure!(found, Error::<T>::NothingToClear);

		// There are none of these without a schedule.
		for period in OpenPeriods::<T>::take(listing) {
			Self::abandon(listing, period);
		}
		for period in SnapshotPeriods::<T>::take(listing) {
			Snapshots::<T>::remove(listing, period);
		}
		LastLeft::<T>::remove(listing);
		Newest::<T>::remove(listing);
		FirstFinalAt::<T>::remove(listing);
		Ok(())
	}
}
