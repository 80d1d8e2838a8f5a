//! Money of asks: a bounty is paid once, to who proved the answer, or goes back.

use crate::*;
use frame_support::traits::Get;
use souk_primitives::{held, Balance};
use sp_runtime::Permill;

/// Divides a bounty: what the treasury has of it, and what the node.
pub fn divide(amount: Balance, fee: Permill) -> (Balance, Balance) {
	let fee = fee.mul_floor(amount);
	(fee, amount.saturating_sub(fee))
}

impl<T: Config> Pallet<T> {
	/// Moves what is held for an ask that is decided on, and ends it. Says whether all could be moved; else the ask has another
	/// turn later.
	pub(crate) fn settle(ask: AskId, mut record: AskRecordOf<T>) -> bool {
		let (held, now) = (record.held, Self::now());
		let by = record.verdict.as_ref().map(|verdict| verdict.by.clone());
		match by {
			Some(by) => Self::pay_out(ask, &mut record, &by),
			None => {
				Self::give_back(ask, &mut record, held);
			}
		}
		if record.held == 0 {
			Self::end(ask, record);
			return true;
		}
		// Waits as long as it has waited already, so that a settlement that stays impossible costs ever less.
		let since = *record.pending_since.get_or_insert(now);
		let wait = now.saturating_sub(since).max(T::RetryEvery::get());
		Self::queue(ask, &mut record, now.saturating_add(wait));
		let held = record.held;
		Self::store(ask, record);
		Self::deposit_event(Event::SettlementDelayed { ask, held });
		false
	}

	/// Pays a bounty out: the protocol fee to the treasury, the rest to who proved the answer. Who cannot be paid (an account that
	/// does not exist in the asset, for less than it needs to) leaves the share to the treasury, the treasury to the asker. What
	/// can be moved to nobody stays held.
	fn pay_out(ask: AskId, record: &mut AskRecordOf<T>, by: &T::AccountId) {
		let treasury = T::Treasury::get();
		let (fee, share) = divide(record.held, T::ProtocolFee::get());
		let mut left: Balance = 0;
		for (account, amount) in [(&treasury, fee), (by, share)] {
			if !Self::pay(ask, record, account, amount) {
				left = left.saturating_add(amount);
			}
		}
		if !Self::pay(ask, record, &treasury, left) {
			Self::give_back(ask, record, left);
		}
	}

	/// Pays `amount` of the money held to `recipient`, all of it or nothing. Says whether it did.
	fn pay(ask: AskId, record: &mut AskRecordOf<T>, recipient: &T::AccountId, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.bounty.asset.clone();
		let reason = HoldReason::Bounty.into();
		if !held::pay::<T::Money, _>(asset.clone(), &reason, &record.asker, recipient, amount) {
			return false;
		}
		record.held = record.held.saturating_sub(amount);
		record.paid = record.paid.saturating_add(amount);
		Self::deposit_event(Event::PaidOut { ask, recipient: recipient.clone(), asset, amount });
		true
	}

	/// Gives `amount` of the money held back to its asker, all of it or nothing. Says whether it did.
	fn give_back(ask: AskId, record: &mut AskRecordOf<T>, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.bounty.asset.clone();
		let reason = HoldReason::Bounty.into();
		if !held::give_back::<T::Money, _>(asset.clone(), &reason, &record.asker, amount) {
			return false;
		}
		record.held = record.held.saturating_sub(amount);
		record.refunded = record.refunded.saturating_add(amount);
		Self::deposit_event(Event::Refunded { ask, asset, amount });
		true
	}
}
