//! What other pallets and clients read of subscriptions.

use crate::*;
use alloc::vec::Vec;
use souk_primitives::{
	reach,
	reach::{Listings as _, Offences as _},
	EntitlementView, Holder, ListingId, ListingState,
};

impl<T: Config> reach::Subscriptions for Pallet<T> {
	fn open(listing: ListingId) -> u32 {
		Stats::<T>::get(listing.to_be_bytes()).open
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn view_of(
		listing: ListingId,
		holder: Holder<T::AccountId>,
		record: SubscriptionRecordOf<T>,
	) -> EntitlementView<T::AccountId> {
		let entitled_until = record.entitled_until(Self::now());
		let served =
			matches!(T::Listings::state(listing), Some((ListingState::Active | ListingState::Paused, _)));
		let over = matches!(record.phase, Phase::Settling { .. });
		EntitlementView {
			listing,
			holder,
			payer: record.payer,
			plan: record.plan,
			price: record.price,
			period_start: record.period_start,
			paid_until: record.paid_until,
			entitled_until,
			auto_renew: record.auto_renew,
			in_grace: matches!(record.phase, Phase::Grace { .. }),
			trial: record.trial,
			live: served && !over && Self::now() < entitled_until,
			held: record.held,
		}
	}

	pub(crate) fn views_of(holder: Holder<T::AccountId>) -> Vec<EntitlementView<T::AccountId>> {
		Subscriptions::<T>::iter_prefix(holder.clone())
			.take(HOLDER_PAGE)
			.map(|(listing, record)| Self::view_of(listing, holder.clone(), record))
			.collect()
	}

	pub(crate) fn rank_of(listing: ListingId) -> RankView {
		if T::Listings::state(listing).is_none_or(|(state, _)| state.is_final()) {
			return RankView::default();
		}
		let StatsRecord { live_paid, retained, .. } = Stats::<T>::get(listing.to_be_bytes());
		let offences = T::Offences::against(listing);
		RankView { live_paid, retained, score: fallen(score(live_paid, retained), offences), offences }
	}

	pub(crate) fn ranks(start_after: Option<ListingId>, limit: u32) -> Vec<(ListingId, RankView)> {
		let limit = usize::try_from(limit.min(RANKING_PAGE)).unwrap_or(usize::MAX);
		let keys = match start_after {
			None => Stats::<T>::iter_keys(),
			Some(listing) => Stats::<T>::iter_keys_from(Stats::<T>::hashed_key_for(listing.to_be_bytes())),
		};
		keys.take(limit)
			.map(|key| {
				let listing = ListingId::from_be_bytes(key);
				(listing, Self::rank_of(listing))
			})
			.collect()
	}
}
