//! What other pallets and clients read of listings.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use souk_primitives::{
	reach, reach::Subscriptions as _, ListingId, ListingKind, ListingState, PayoutSplit, Plan, PlanIndex,
	QueryPolicy,
};

impl<T: Config> reach::Listings<T::AccountId> for Pallet<T> {
	fn owner(listing: ListingId) -> Option<T::AccountId> {
		Listings::<T>::get(listing).map(|record| record.owner)
	}

	fn kind(listing: ListingId) -> Option<ListingKind> {
		Listings::<T>::get(listing).map(|record| record.kind)
	}

	fn state(listing: ListingId) -> Option<(ListingState, u32)> {
		Listings::<T>::get(listing).map(|record| (record.state, record.state_since))
	}

	fn plan(listing: ListingId, index: PlanIndex) -> Option<Plan> {
		Listings::<T>::get(listing)?.plans.get(usize::from(index)).cloned()
	}

	fn payouts(listing: ListingId) -> Option<PayoutSplit> {
		Listings::<T>::get(listing).map(|record| record.payouts)
	}

	fn policy(listing: ListingId) -> Option<QueryPolicy> {
		Listings::<T>::get(listing).map(|record| record.details.policy)
	}

	fn policy_stayed(listing: ListingId, from: u32, to: u32) -> bool {
		Listings::<T>::get(listing).is_some_and(|record| policy_stayed(&record.policy_changes, from, to))
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_listing(owner: &T::AccountId, plan: Plan) -> ListingId {
		crate::fixture::put_on_sale::<T>(owner, ListingKind::Service, plan)
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_data_product(owner: &T::AccountId, plan: Plan) -> ListingId {
		crate::fixture::put_on_sale::<T>(owner, ListingKind::DataProduct, plan)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn view_of(id: ListingId) -> Option<ListingView<T::AccountId>> {
		let record = Listings::<T>::get(id)?;
		let details = record.details;
		Some(ListingView {
			id,
			owner: record.owner,
			name: record.name.into_inner(),
			kind: record.kind,
			state: record.state,
			state_since: record.state_since,
			metadata_hash: details.metadata_hash,
			license: details.license.into_inner(),
			category: details.category.into_inner(),
			tags: details.tags.into_iter().map(|tag| tag.into_inner()).collect(),
			policy: details.policy,
			visibility: details.visibility,
			plans: record.plans.into_inner(),
			payouts: record.payouts,
			version: record.version,
			created_at: record.created_at,
			deposit: record.deposit,
			open: T::Subscriptions::open(id),
		})
	}

	pub(crate) fn page(start_after: Option<ListingId>, limit: u32) -> Vec<ListingView<T::AccountId>> {
		let limit = usize::try_from(limit.min(T::MaxListPage::get())).unwrap_or(usize::MAX);
		let keys = match start_after {
			None => Searchable::<T>::iter_keys(),
			Some(id) => Searchable::<T>::iter_keys_from(Searchable::<T>::hashed_key_for(id.to_be_bytes())),
		};
		keys.take(limit).filter_map(|key| Self::view_of(ListingId::from_be_bytes(key))).collect()
	}
}
