//! A listing whose bond is backed, for the benchmarks of this pallet and of others.

use crate::*;
use frame_benchmarking::account;
use frame_support::{assert_ok, traits::fungible::MutateHold, BoundedVec};
use souk_primitives::{reach::Listings, Asset, Balance, ListingId};
use sp_runtime::Permill;

/// The backer.
pub(crate) fn backer<T: Config>() -> T::AccountId {
	account("backer", 0, 0)
}

/// The records of `amount` planck behind a listing's bond, with income in all assets but one that there is room for. Nothing is held.
pub(crate) fn write<T: Config>(listing: ListingId, amount: Balance) {
	let Some(curator) = T::Listings::owner(listing) else { return };
	let income = (1..MAX_ASSETS).map(|number| Income {
		asset: Asset::WithId(1_000_000_u32.saturating_add(number)),
		per_point: UNIT,
		unsettled: amount,
		carry: 0,
	});
	let earned = (1..MAX_ASSETS).map(|_| Earned { per_point: 0, due: 1 });
	let leaving = (1..MAX_LEAVING).map(|at| LeavingChunk { points: 1, at });
	let chunks = Balance::from(MAX_LEAVING.saturating_sub(1));
	let record = BackingRecord {
		curator,
		share: Permill::from_percent(50),
		lowered: None,
		most: Balance::MAX,
		active: Pool { amount, points: amount },
		leaving: Pool { amount: chunks, points: chunks },
		forfeited: 0,
		income: BoundedVec::truncate_from(income.collect()),
		backers: 1,
		closes: None,
		deposit: 0,
	};
	let own = BackerRecord {
		points: amount,
		leaving: BoundedVec::truncate_from(leaving.collect()),
		earned: BoundedVec::truncate_from(earned.collect()),
		deposit: 0,
	};
	Backings::<T>::insert(listing, record);
	Backers::<T>::insert(backer::<T>(), listing, own);
}

/// The same, with the money held, of a curator who can pay it.
pub(crate) fn put_behind<T: Config>(listing: ListingId, amount: Balance) {
	write::<T>(listing, amount);
	if let Some(record) = Backings::<T>::get(listing) {
		assert_ok!(T::Currency::hold(&HoldReason::Backing.into(), &record.curator, record.total()));
	}
}
