//! Who pays for a listing, for those who divide money among them.

use crate::*;
use souk_primitives::{
	reach::{self, Subscribed},
	Holder, ListingId, Price,
};

impl<T: Config> Pallet<T> {
	/// Keeps the index by listing: a subscription is there, or gone. Called by [`Pallet::store`].
	pub(crate) fn index_holder(listing: ListingId, holder: &Holder<T::AccountId>, there: bool) {
		if there {
			Holders::<T>::insert(listing, holder, ());
		} else {
			Holders::<T>::remove(listing, holder);
		}
	}
}

impl<T: Config> reach::Subscribers<T::AccountId> for Pallet<T> {
	fn next(listing: ListingId, after: Option<&Holder<T::AccountId>>) -> Option<Subscribed<T::AccountId>> {
		let mut keys = match after {
			None => Holders::<T>::iter_key_prefix(listing),
			Some(holder) => {
				Holders::<T>::iter_key_prefix_from(listing, Holders::<T>::hashed_key_for(listing, holder))
			}
		};
		let holder = keys.next()?;
		let record = Subscriptions::<T>::get(&holder, listing)?;
		// Those who own or serve the listing are not harmed by what they did.
		let amount = if record.counted { record.held } else { 0 };
		Some(Subscribed {
			holder,
			payer: record.payer,
			since: record.key_period,
			paid: Price { asset: record.price.asset, amount },
			period: record.period,
		})
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_subscriber(listing: ListingId, payer: &T::AccountId) {
		use souk_primitives::{benchmarking::mint, reach::Listings as _, Plan, PlanKind};
		let plan = T::Listings::plan(listing, 0);
		let Some(Plan { kind: PlanKind::Subscription { period }, price }) = plan else { return };
		mint::<T::Money, _>(price.asset.clone(), payer, price.amount.saturating_mul(2));
		let holder = Holder::Account(payer.clone());
		let done = Self::do_subscribe(payer.clone(), listing, 0, holder, true, period, price);
		frame_support::assert_ok!(done);
	}
}
