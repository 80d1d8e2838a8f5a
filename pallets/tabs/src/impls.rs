//! What other pallets tell this one.

use crate::*;
use souk_primitives::{reach, ListingId, ListingState};

impl<T: Config> reach::OnListingState for Pallet<T> {
	/// Tabs of a listing that has ended are closed by the hooks; its free quota is forgotten at once.
	fn on_state(listing: ListingId, state: ListingState) {
		if !state.is_final() {
			return;
		}
		if TabsOf::<T>::iter_key_prefix(listing).next().is_some() {
			Endings::<T>::insert(listing, None::<TabId>);
		}
		if let Some(quota) = FreeQuotas::<T>::get(listing) {
			// What is held for it can be released.
			if Self::return_deposit(&quota.payer, quota.deposit).is_ok() {
				FreeQuotas::<T>::remove(listing);
			}
		}
	}
}
