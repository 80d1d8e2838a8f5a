//! A listing on sale, for the benchmarks of this pallet and of others.

use crate::*;
use frame_support::BoundedVec;
use souk_primitives::{ListingId, ListingKind, ListingState, PayoutSplit, Plan, QueryPolicy, Visibility};
use sp_runtime::Permill;

/// An endowed account cannot be assumed in [`put_on_sale`], which is for any pallet: the deposit is left out.
pub(crate) fn put_on_sale<T: Config>(owner: &T::AccountId, kind: ListingKind, plan: Plan) -> ListingId {
	let id = NextListingId::<T>::get();
	NextListingId::<T>::put(id.saturating_add(1));
	let name = name_of(id);
	Addresses::<T>::insert(owner, &name, id);
	Searchable::<T>::insert(id.to_be_bytes(), ());
	let now = Pallet::<T>::now();
	Listings::<T>::insert(
		id,
		ListingRecord {
			owner: owner.clone(),
			name,
			kind,
			state: ListingState::Active,
			state_since: now,
			details: details::<T>(),
			plans: BoundedVec::truncate_from(alloc::vec![plan]),
			payouts: payouts(),
			version: 1,
			created_at: now,
			policy_changes: Default::default(),
			deposit: 0,
		},
	);
	id
}

/// 64 characters, ending in the number.
pub(crate) fn name_of(id: ListingId) -> Name {
	let text = alloc::format!("{id:0>64}");
	Name::truncate_from(text.into_bytes())
}

pub(crate) fn details<T: Config>() -> DetailsOf<T> {
	let tag = Tag::truncate_from(alloc::vec![b'a'; 32]);
	Details {
		metadata_hash: [7; 32],
		license: License::truncate_from(alloc::vec![b'a'; 64]),
		category: Category::truncate_from(alloc::vec![b'a'; 32]),
		tags: BoundedVec::truncate_from(alloc::vec![tag; 64]),
		policy: QueryPolicy { max_rows: 10_000, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}

pub(crate) fn payouts() -> PayoutSplit {
	PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::from_percent(30) }
}
