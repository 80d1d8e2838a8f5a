//! Moving the money of tabs, and their end. Nothing here fails: what cannot be moved stays held, and the record says whose it is.

use crate::*;
use alloc::vec;
use frame_support::traits::Get;
use souk_primitives::{
	held,
	money::Payment,
	reach::{Curation as _, Listings as _},
	Balance, NodeRole, Term,
};

impl<T: Config> Pallet<T> {
	/// Divides `owed` among those who earned it, and returns what could not be paid to anybody.
	///
	/// As a period's payment, but that the persistence nodes' share is that of the node which answered, and the workers' share that
	/// of those at work in this block. Who cannot be paid (an account that does not exist in the asset, for less than it needs to)
	/// leaves the share to the treasury, the treasury to the payer. Never to the curator, who chooses the nodes and the asset.
	pub(crate) fn pay_out(
		tab: TabId,
		record: &mut TabRecordOf<T>,
		node: &T::AccountId,
		owed: Balance,
	) -> Balance {
		let Some(curator) = T::Listings::owner(record.listing) else {
			// A listing is never forgotten; money would not be kept for it.
			return if Self::give_back(tab, record, owed) { 0 } else { owed };
		};
		let treasury = T::Treasury::get();
		let from = Self::now();
		let to = from.saturating_add(1);
		let (fee, split, listing) = (T::ProtocolFee::get(), record.split, record.listing);
		let payment = Payment { amount: owed, fee, split, from, to, treasury: treasury.clone(), curator };
		let shares = payment.shares(|role, from, to| match role {
			NodeRole::Worker => T::Curation::terms(listing, role, from, to),
			NodeRole::Persistence => vec![Term { node: node.clone(), since: from, until: to }],
		});
		let mut left: Balance = 0;
		for (account, amount) in shares {
			if !Self::pay(tab, record, &account, amount) {
				left = left.saturating_add(amount);
			}
		}
		let settled = Self::pay(tab, record, &treasury, left) || Self::give_back(tab, record, left);
		if settled {
			0
		} else {
			left
		}
	}

	/// Pays `amount` of the money held to `recipient`, all of it or nothing. Says whether it did.
	fn pay(tab: TabId, record: &mut TabRecordOf<T>, recipient: &T::AccountId, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.price.asset.clone();
		let reason = HoldReason::Tab.into();
		let (payer, listing) = (&record.payer, record.listing);
		if !held::pay_shared::<T::Money, T::Backing, _>(
			listing,
			asset.clone(),
			&reason,
			payer,
			recipient,
			amount,
		) {
			return false;
		}
		record.held = record.held.saturating_sub(amount);
		Self::deposit_event(Event::PaidOut { tab, recipient: recipient.clone(), asset, amount });
		true
	}

	/// Gives `amount` of the money held back to its payer, all of it or nothing. Says whether it did.
	fn give_back(tab: TabId, record: &mut TabRecordOf<T>, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.price.asset.clone();
		let reason = HoldReason::Tab.into();
		if !held::give_back::<T::Money, _>(asset.clone(), &reason, &record.payer, amount) {
			return false;
		}
		record.held = record.held.saturating_sub(amount);
		Self::deposit_event(Event::Refunded { tab, asset, amount });
		true
	}

	/// Begins the challenge period of an open tab.
	pub(crate) fn close(tab: TabId, mut record: TabRecordOf<T>, reason: Reason) {
		let until = Self::now().saturating_add(T::Challenge::get().max(1));
		record.phase = Phase::Closing { until };
		Self::queue(tab, &mut record, until);
		Tabs::<T>::insert(tab, record);
		Self::deposit_event(Event::Closing { tab, until, reason });
	}

	/// Moves what is held for a tab whose challenge period is over, and ends it. Says whether something was moved, or all was before;
	/// what is left has another turn.
	///
	/// What nobody has earned goes back at once. Of those who are still owed something, one is paid in a turn, so that a turn costs
	/// no more than a payment.
	pub(crate) fn finish(tab: TabId, mut record: TabRecordOf<T>) -> bool {
		let (now, before) = (Self::now(), record.held);
		let free = record.free();
		Self::give_back(tab, &mut record, free);
		let owed = record.earners.iter().position(|earner| earner.owed > 0);
		let left = owed.map_or(0, |at| Self::pay_earner(tab, &mut record, at));
		if record.held == 0 && Self::remove(tab, &record) {
			return true;
		}
		record.phase = Phase::Over;
		let stuck = left > 0 || record.free() > 0 || record.held == 0;
		let since = *record.pending_since.get_or_insert(now);
		// Waits as long as it has waited already, so that a settlement that stays impossible costs ever less.
		let wait = if stuck { now.saturating_sub(since).max(T::RetryEvery::get()) } else { 1 };
		Self::queue(tab, &mut record, now.saturating_add(wait));
		let held = record.held;
		Tabs::<T>::insert(tab, record);
		if stuck {
			Self::deposit_event(Event::SettlementDelayed { tab, held });
		}
		held < before
	}
}
