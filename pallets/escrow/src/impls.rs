//! What other pallets see of this one.

use crate::*;
use souk_primitives::{reach, ListingId};

impl<T: Config> reach::Orders for Pallet<T> {
	fn open(listing: ListingId) -> u32 {
		Open::<T>::get(listing)
	}
}
