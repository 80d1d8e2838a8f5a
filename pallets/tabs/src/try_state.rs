//! What must always hold.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect as _, fungibles::hold::Inspect as _},
};
use souk_primitives::{Asset, Balance};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Tab` on an account in an asset is the sum of what its tabs hold; what is held for `Deposit` is the sum of
	///    the deposits of its tabs and free quotas.
	/// 2. All nodes together have earned no more than was put on the tab. Until it is over, each unit of that is free, owed, or was paid;
	///    what is owed is held, and was earned.
	/// 3. A node is among a tab's earners once.
	/// 4. Each tab has exactly one place in the queues, not before the first that is not worked off; each place is a tab's.
	/// 5. The indexes hold the tabs of each payer and listing.
	/// 6. A tab that is open and whose listing has ended is about to be closed. Only ended listings with tabs are on that list, and
	///    none of them has a free quota.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut money = BTreeMap::<(T::AccountId, Asset), Balance>::new();
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut places = BTreeSet::<(u32, [u8; 8])>::new();
		let (mut by_payer, mut by_listing) = (BTreeSet::new(), BTreeSet::new());

		for (tab, record) in Tabs::<T>::iter() {
			ensure!(tab < NextTabId::<T>::get(), "a tab has a number that was not given");
			let held = money.entry((record.payer.clone(), record.price.asset.clone())).or_default();
			*held = held.saturating_add(record.held);
			let deposit = deposits.entry(record.payer.clone()).or_default();
			*deposit = deposit.saturating_add(record.deposit);
			let key = Self::key(tab);
			by_payer.insert((record.payer.clone(), key));
			by_listing.insert((record.listing, key));
			places.insert((record.due, key));
			Self::check_record(&record)?;
			if matches!(record.phase, Phase::Open { .. }) && Self::listing_has_ended(record.listing) {
				ensure!(
					Endings::<T>::get(record.listing).is_some_and(|last| last.is_none_or(|last| last < tab)),
					"an open tab of an ended listing is forgotten"
				);
			}
		}
		for (listing, _) in Endings::<T>::iter() {
			ensure!(Self::listing_has_ended(listing), "tabs are closed of a listing that has not ended");
		}
		for (listing, quota) in FreeQuotas::<T>::iter() {
			ensure!(!Self::listing_has_ended(listing), "an ended listing has a free quota");
			ensure!(quota.queries > 0, "a free quota of nothing was kept");
			let deposit = deposits.entry(quota.payer).or_default();
			*deposit = deposit.saturating_add(quota.deposit);
		}

		for (block, key, ()) in Due::<T>::iter() {
			ensure!(places.remove(&(block, key)), "a place in a queue belongs to nobody");
			ensure!(
				NextDue::<T>::get().is_none_or(|next| block >= next),
				"a queue was passed over before it was worked off"
			);
		}
		ensure!(places.is_empty(), "a tab is not where it says it waits");
		let indexed: BTreeSet<_> = TabsBy::<T>::iter().map(|(payer, key, ())| (payer, key)).collect();
		ensure!(indexed == by_payer, "the index of payers is wrong");
		let indexed: BTreeSet<_> = TabsOf::<T>::iter().map(|(listing, key, ())| (listing, key)).collect();
		ensure!(indexed == by_listing, "the index of listings is wrong");

		for ((payer, asset), sum) in money {
			let held = T::Money::balance_on_hold(asset, &HoldReason::Tab.into(), &payer);
			ensure!(held == sum, "what is held is not the sum of the tabs");
		}
		for (payer, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &payer);
			ensure!(held == sum, "the deposit held is not the sum of tabs' and quotas' deposits");
		}
		Ok(())
	}

	/// Invariants 2 and 3.
	fn check_record(record: &TabRecordOf<T>) -> Result<(), TryRuntimeError> {
		let (earned, owed) = (record.earned(), record.owed());
		ensure!(earned <= record.limit, "more was earned than was put on a tab");
		ensure!(owed <= record.held, "what is owed is not held");
		let nobodys = record.limit.saturating_sub(earned);
		let over = record.phase == Phase::Over;
		ensure!(
			over || record.held == nobodys.saturating_add(owed),
			"a part of a tab is neither free, nor owed, nor paid"
		);
		ensure!(over == record.pending_since.is_some(), "money is pending of a tab that is not over");
		let mut nodes = BTreeSet::new();
		for earner in &record.earners {
			ensure!(nodes.insert(earner.node.clone()), "a node earns twice");
			ensure!(
				earner.owed <= earner.earned && earner.earned > 0,
				"a node is owed what it has not earned"
			);
		}
		Ok(())
	}
}
