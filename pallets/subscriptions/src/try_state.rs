//! What must always hold.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect as _, fungibles::hold::Inspect as _},
};
use souk_primitives::{Asset, Balance, Holder, ListingId};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Payment` on an account in an asset is the sum of what its subscriptions hold; what is held for
	///    `Deposit` is the sum of the deposits of its subscriptions and trials.
	/// 2. A running period holds at most the agreed price; nothing is held in a grace, or for a trial.
	/// 3. Every subscription has exactly one place in the queues, at or after its due block and not before the first queue
	///    that is not worked off. Only one that waits for its settlement may have none.
	/// 4. Every place in a queue is a subscription's.
	/// 5. The counts of a payer are those of the subscriptions that the account pays for, and the counts of a listing those
	///    of its payers, each once.
	/// 6. The index by listing has the subscriptions, and nothing else.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut payments = BTreeMap::<(T::AccountId, Asset), Balance>::new();
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut payers = BTreeMap::<(ListingId, T::AccountId), StatsRecord>::new();
		let mut places = BTreeMap::<(Holder<T::AccountId>, ListingId), u32>::new();

		for (block, queue) in Due::<T>::iter() {
			ensure!(!queue.is_empty(), "an empty queue was kept");
			ensure!(
				NextDue::<T>::get().is_none_or(|next| block >= next),
				"a queue was passed over before it was worked off"
			);
			for (holder, listing) in queue {
				let record = Subscriptions::<T>::get(&holder, listing);
				ensure!(
					record.is_some_and(|record| record.queued_at == Some(block)),
					"a place in a queue belongs to nobody"
				);
				ensure!(places.insert((holder, listing), block).is_none(), "a subscription is queued twice");
			}
		}

		let indexed = Holders::<T>::iter_keys().count();
		ensure!(
			indexed == Subscriptions::<T>::iter_keys().count(),
			"the index by listing has another length"
		);
		for (holder, listing, record) in Subscriptions::<T>::iter() {
			ensure!(
				Holders::<T>::contains_key(listing, &holder),
				"a subscription is not found by its listing"
			);
			let payment = payments.entry((record.payer.clone(), record.price.asset.clone())).or_default();
			*payment = payment.saturating_add(record.held);
			let deposit = deposits.entry(record.payer.clone()).or_default();
			*deposit = deposit.saturating_add(record.deposit);
			let stats = payers.entry((listing, record.payer.clone())).or_default();
			*stats = stats.replace(StatsRecord::default(), record.contribution());

			ensure!(record.held <= record.price.amount, "more is held than was agreed");
			ensure!(!record.trial || record.held == 0 && !record.auto_renew, "a trial costs something");
			let due = match record.phase {
				Phase::Running => {
					ensure!(
						record.paid_until == record.period_start.saturating_add(record.period),
						"a period has the wrong length"
					);
					Some(record.paid_until)
				}
				Phase::Grace { until } => {
					ensure!(record.held == 0 && record.auto_renew, "money is held for a grace");
					ensure!(until <= record.paid_until.saturating_add(record.period), "a grace is too long");
					Some(record.paid_until)
				}
				Phase::Settling { owed } => {
					ensure!(owed <= record.held, "more is owed than held");
					None
				}
			};
			let place = places.remove(&(holder, listing));
			ensure!(place == record.queued_at, "a subscription is not where it says it waits");
			ensure!(
				due.is_none_or(|due| place.is_some_and(|block| block >= due)),
				"a subscription's turn comes too early, or never"
			);
		}

		for (_, _, trial) in TrialsUsed::<T>::iter() {
			let deposit = deposits.entry(trial.payer).or_default();
			*deposit = deposit.saturating_add(trial.deposit);
		}
		for ((payer, asset), sum) in payments {
			let held = T::Money::balance_on_hold(asset, &HoldReason::Payment.into(), &payer);
			ensure!(held == sum, "the payments held are not the sum of what subscriptions hold");
		}
		for (payer, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &payer);
			ensure!(held == sum, "the deposit held is not the sum of subscriptions' and trials' deposits");
		}
		payers.retain(|_, stats| *stats != StatsRecord::default());
		let mut counts = BTreeMap::<ListingId, StatsRecord>::new();
		for ((listing, _), stats) in &payers {
			let sum = counts.entry(*listing).or_default();
			*sum = sum.replace(StatsRecord::default(), stats.once());
		}
		for (listing, payer, stats) in Payers::<T>::iter() {
			ensure!(payers.remove(&(listing, payer)) == Some(stats), "a payer's counts are wrong");
		}
		ensure!(payers.is_empty(), "a payer's counts are missing");
		for (key, stats) in Stats::<T>::iter() {
			let counted = counts.remove(&ListingId::from_be_bytes(key));
			ensure!(counted == Some(stats), "a listing's counts are wrong");
		}
		ensure!(counts.is_empty(), "a listing's counts are missing");
		Ok(())
	}
}
