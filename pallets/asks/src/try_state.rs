//! What must always hold.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use codec::Decode;
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect as _, fungibles::hold::Inspect as _},
};
use souk_primitives::{Asset, Balance};
use souk_table_proofs::Query;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Bounty` on an account in an asset is the sum of what its asks hold; what is held for `Deposit` is the
	///    sum of their deposits.
	/// 2. Each unit of a bounty is held, paid or returned; of an ask that is open, all is held.
	/// 3. An ask has a verdict if it was answered, and only then. One that has ended holds nothing, and is not open.
	/// 4. An ask that has not ended has exactly one place in the queues, not before the first that is not worked off; each place
	///    is such an ask's.
	/// 5. The indexes hold the asks of each asker and listing, and those that wait for an answer.
	/// 6. Every query is within the limits, its predicates in strictly ascending order.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut bounties = BTreeMap::<(T::AccountId, Asset), Balance>::new();
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut places = BTreeSet::<(u32, [u8; 8])>::new();
		let (mut by_asker, mut by_listing, mut waiting) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());

		for (ask, record) in Asks::<T>::iter() {
			ensure!(ask < NextAskId::<T>::get(), "an ask has a number that was not given");
			let bounty = bounties.entry((record.asker.clone(), record.bounty.asset.clone())).or_default();
			*bounty = bounty.saturating_add(record.held);
			let deposit = deposits.entry(record.asker.clone()).or_default();
			*deposit = deposit.saturating_add(record.deposit);
			let key = Self::key(ask);
			by_asker.insert((record.asker.clone(), key));
			by_listing.insert((record.listing, key));
			if record.state == AskState::Open {
				waiting.insert((record.listing, key));
			}
			if let Some(due) = record.due {
				places.insert((due, key));
			}
			Self::check_record(&record)?;
		}

		for (block, key, ()) in Due::<T>::iter() {
			ensure!(places.remove(&(block, key)), "a place in a queue belongs to nobody");
			ensure!(
				NextDue::<T>::get().is_none_or(|next| block >= next),
				"a queue was passed over before it was worked off"
			);
		}
		ensure!(places.is_empty(), "an ask is not where it says it waits");

		let indexed: BTreeSet<_> = AsksBy::<T>::iter().map(|(asker, key, ())| (asker, key)).collect();
		ensure!(indexed == by_asker, "the index of askers is wrong");
		let indexed: BTreeSet<_> = AsksOf::<T>::iter().map(|(listing, key, ())| (listing, key)).collect();
		ensure!(indexed == by_listing, "the index of listings is wrong");
		let indexed: BTreeSet<_> = Waiting::<T>::iter().map(|(listing, key, ())| (listing, key)).collect();
		ensure!(indexed == waiting, "the list of those that wait for an answer is wrong");

		for ((asker, asset), sum) in bounties {
			let held = T::Money::balance_on_hold(asset, &HoldReason::Bounty.into(), &asker);
			ensure!(held == sum, "what is held is not the sum of the asks");
		}
		for (asker, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &asker);
			ensure!(held == sum, "the deposit held is not the sum of the asks' deposits");
		}
		Ok(())
	}

	/// Invariants 2, 3 and 6, and that who has not ended waits for something.
	fn check_record(record: &AskRecordOf<T>) -> Result<(), TryRuntimeError> {
		let total = record.held.saturating_add(record.paid).saturating_add(record.refunded);
		ensure!(total == record.bounty.amount, "what is held, paid and returned is not the bounty");
		let open = record.state == AskState::Open;
		ensure!(!open || record.held == total, "something of an open ask's bounty has moved");
		ensure!(
			record.verdict.is_some() == (record.state == AskState::Answered),
			"an answer has no verdict, or a verdict no answer"
		);
		let ended = record.ended_at.is_some();
		ensure!(
			ended == (record.held == 0),
			"an ask has ended and holds something, or holds nothing and has not"
		);
		ensure!(
			ended != record.due.is_some(),
			"an ask waits for nothing, or one that has ended for something"
		);
		ensure!(
			record.pending_since.is_some() == (!open && !ended),
			"money is pending that is not decided on, or not pending although it is"
		);
		let query = Query::decode(&mut &record.query[..]).map_err(|_| "a query is none")?;
		let allowed = check_query(&query, record.rows, record.min_group_size).is_ok();
		ensure!(allowed, "a query is beyond the limits, or its predicates are not in order");
		Ok(())
	}
}
