//! What other pallets see of this one.

use crate::*;
use frame_support::{storage::with_storage_layer, traits::Get};
use souk_primitives::{
	reach::{self, Deals as _},
	ListingId, OrderId,
};

impl<T: Config> reach::Ratings<T::AccountId> for Pallet<T> {
	fn served(listing: ListingId, payer: &T::AccountId, since: u32) {
		let window = T::Window::get();
		let deal = Deal::Period { listing, payer: payer.clone() };
		if window == 0 || Rights::<T>::contains_key(&deal) {
			return;
		}
		let right = RightRecord {
			listing,
			payer: payer.clone(),
			since,
			until: Self::from_now(window),
			payer_rated: false,
			curator_rated: false,
			depositor: payer.clone(),
			deposit: 0,
		};
		let until = right.until;
		// Who cannot pay for the record does without: nobody's period waits for it. At a subscription's end its own deposit has just
		// come back, and is more.
		if with_storage_layer(|| Self::grant(deal.clone(), right)).is_ok() {
			Self::deposit_event(Event::MayRate { deal, until });
		}
	}

	fn awaited(order: OrderId) -> bool {
		let (until, rated) = match Rights::<T>::get(Deal::Order(order)) {
			Some(right) => (right.until, right.curator_rated),
			None => (T::Orders::completed(order).map_or(0, |deal| Self::rated_until(&deal)), false),
		};
		!rated && Self::now() < until
	}
}
