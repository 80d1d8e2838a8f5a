//! What other pallets see of this one.

use crate::*;
use souk_primitives::{
	reach::{self, Curation as _, Listings as _, Ruling},
	ListingId,
};
use sp_runtime::Permill;

impl<T: Config> reach::Orders for Pallet<T> {
	fn open(listing: ListingId) -> u32 {
		Open::<T>::get(listing)
	}
}

impl<T: Config> reach::Disputed<T::AccountId> for Pallet<T> {
	fn rule(order: OrderId, ruling: Ruling) {
		let Some(record) = Orders::<T>::get(order) else { return };
		if record.state != OrderState::Disputed {
			return;
		}
		let buyer_share = match ruling {
			Ruling::Buyer => Permill::one(),
			Ruling::Seller => Permill::zero(),
			Ruling::Refused => Self::share_without_ruling(&record),
		};
		Self::deposit_event(Event::Resolved { order, buyer_share });
		Self::divide_disputed(order, record, buyer_share);
	}

	fn concerns(order: OrderId, who: &T::AccountId) -> bool {
		Orders::<T>::get(order).is_some_and(|record| {
			record.buyer == *who
				|| record.seller == *who
				|| T::Listings::owner(record.listing).as_ref() == Some(who)
				|| T::Curation::is_assigned(record.listing, who)
		})
	}
}
