//! Moving the money of an order. Nothing here fails: what cannot be moved stays held, and the record says whose it is.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	storage::with_storage_layer,
	traits::{tokens::ConversionFromAssetBalance, Get},
};
use souk_primitives::{held, money::Payment, reach::Curation as _, Balance, Price};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, DispatchError, Permill, Rounding};

/// Shares of a payment: who gets how much.
pub(crate) type Shares<T> = Vec<(<T as frame_system::Config>::AccountId, Balance)>;

/// Whether a delivery is paid before its window is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Early {
	/// It is; so many recipients had a share.
	Paid(u32),
	/// It is not: the bond does not cover it, or the money cannot be moved.
	Later,
	/// It has more recipients than there is room for.
	NoRoom,
}

impl<T: Config> Pallet<T> {
	/// Moves money that is decided on: `owed` of what is held to the seller's side, `back` to the buyer. Then `outcome`
	/// follows. Says whether all could be moved; else the order has another turn later.
	pub(crate) fn decide(
		order: OrderId,
		mut record: OrderRecordOf<T>,
		owed: Balance,
		back: Balance,
		outcome: Outcome,
	) -> bool {
		let now = Self::now();
		let since = record.pending.map_or(now, |pending| pending.since);
		record.pending = Some(Pending { owed, back, outcome, since });
		let shares = Self::shares(&record, owed);
		let owed = Self::pay_out(order, &mut record, shares);
		let back = if Self::give_back(order, &mut record, back) { 0 } else { back };
		if owed == 0 && back == 0 {
			record.pending = None;
			Self::proceed(order, record, outcome);
			return true;
		}
		record.pending = Some(Pending { owed, back, outcome, since });
		record.state = outcome.waiting();
		// Waits as long as it has waited already, so that a settlement that stays impossible costs ever less.
		let wait = now.saturating_sub(since).max(T::RetryEvery::get());
		Self::queue(order, &mut record, now.saturating_add(wait));
		let held = record.held;
		Self::store(order, record);
		Self::deposit_event(Event::SettlementDelayed { order, held });
		false
	}

	/// What follows once decided money has been moved.
	fn proceed(order: OrderId, mut record: OrderRecordOf<T>, outcome: Outcome) {
		let goods = match (outcome, &mut record.subject) {
			(Outcome::Refunded, _) => return Self::end(order, record, OrderState::Refunded),
			(Outcome::NextPart, Subject::Goods(goods)) => goods,
			(Outcome::NextPart | Outcome::Released, _) => {
				return Self::end(order, record, OrderState::Released)
			}
		};
		let (now, milestone) = (Self::now(), goods.current);
		if let Some(part) = goods.part_mut() {
			part.paid_at = Some(now);
		}
		goods.current = milestone.saturating_add(1);
		let next = goods.part().map(|part| part.terms.deliver_within);
		Self::deposit_event(Event::MilestonePaid { order, milestone });
		let Some(deliver_within) = next else { return Self::end(order, record, OrderState::Released) };
		record.state = OrderState::Funded;
		record.earned_from = now;
		record.delivered_at = None;
		record.window_until = None;
		let deliver_until = Self::queue(order, &mut record, now.saturating_add(deliver_within));
		record.deliver_until = Some(deliver_until);
		Self::store(order, record);
	}

	/// Divides what is disputed: `buyer_share` of the part that is next to be paid goes back, with what belongs to later
	/// parts; the rest is paid. The order is over.
	pub(crate) fn divide_disputed(order: OrderId, record: OrderRecordOf<T>, buyer_share: Permill) -> bool {
		let part = record.part_amount();
		let owed = part.saturating_sub(buyer_share.mul_floor(part));
		let back = record.held.saturating_sub(owed);
		let outcome = if owed > 0 { Outcome::Released } else { Outcome::Refunded };
		Self::decide(order, record, owed, back, outcome)
	}

	/// Pays a delivery before its window is over, if the curator's bond covers that and there are `most` recipients at most:
	/// everybody or nobody. Changes nothing where it does not.
	pub(crate) fn pay_early(order: OrderId, record: &mut OrderRecordOf<T>, most: u32) -> Early {
		let Some(worth) = Self::worth(&record.price) else { return Early::Later };
		let shares = Self::shares(record, record.held);
		let recipients = u32::try_from(shares.len()).unwrap_or(u32::MAX);
		if recipients > most {
			return Early::NoRoom;
		}
		let mut paid = record.clone();
		let moved = with_storage_layer(|| {
			if !T::Curation::cover(paid.listing, worth) {
				return Err(DispatchError::Unavailable);
			}
			paid.covered = worth;
			match Self::pay_out(order, &mut paid, shares) {
				0 => Ok(()),
				_ => Err(DispatchError::Unavailable),
			}
		});
		if moved.is_err() {
			return Early::Later;
		}
		Self::unmark(&mut paid);
		*record = paid;
		Self::deposit_event(Event::Covered { order, amount: worth });
		Early::Paid(recipients)
	}

	/// What must be set aside of a bond for a sale at `price`, in planck. `None` where nobody can say, or it is nothing: such a
	/// sale is not covered.
	fn worth(price: &Price) -> Option<Balance> {
		let worth = T::BondValue::from_asset_balance(price.amount, price.asset.clone()).ok()?;
		let margin = T::CoverMargin::get().mul_ceil(worth);
		worth.checked_add(margin).filter(|worth| *worth > 0)
	}

	/// The part of what was set aside for an order that stands for what has been paid of it.
	pub(crate) fn covered_part(covered: Balance, paid: Balance, price: Balance) -> Balance {
		if paid >= price {
			return covered;
		}
		// Exact in 256 bits; `paid < price` keeps the result below `covered`, so that `None` cannot happen.
		multiply_by_rational_with_rounding(covered, paid, price, Rounding::Up).unwrap_or(0)
	}

	/// Divides `amount` among those who earned it: the protocol fee to the treasury; the workers' and the persistence nodes'
	/// shares by the blocks in which they were at work, from the order (or the last payment) up to the delivery; the rest to the
	/// curator.
	pub(crate) fn shares(record: &OrderRecordOf<T>, amount: Balance) -> Shares<T> {
		if amount == 0 {
			return Vec::new();
		}
		let last = record.delivered_at.or(record.pending.map(|pending| pending.since));
		let payment = Payment {
			amount,
			fee: T::ProtocolFee::get(),
			split: record.split,
			from: record.earned_from,
			to: last.unwrap_or_else(Self::now).max(record.earned_from).saturating_add(1),
			treasury: T::Treasury::get(),
			curator: record.seller.clone(),
		};
		payment.shares(|role, from, to| T::Curation::terms(record.listing, role, from, to))
	}

	/// Pays out shares of what is held, and returns what could not be paid to anybody.
	///
	/// Who cannot be paid (an account that does not exist, for less than it needs to) leaves their share to the treasury,
	/// the treasury to the buyer. Never to the curator, who chooses the nodes and the asset.
	fn pay_out(order: OrderId, record: &mut OrderRecordOf<T>, shares: Shares<T>) -> Balance {
		let mut left: Balance = 0;
		for (account, amount) in shares {
			if !Self::pay(order, record, &account, amount) {
				left = left.saturating_add(amount);
			}
		}
		let treasury = T::Treasury::get();
		if Self::pay(order, record, &treasury, left) || Self::give_back(order, record, left) {
			0
		} else {
			left
		}
	}

	/// Pays `amount` of the money held to `recipient`, all of it or nothing. Says whether it did.
	fn pay(order: OrderId, record: &mut OrderRecordOf<T>, recipient: &T::AccountId, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.price.asset.clone();
		let reason = HoldReason::Order.into();
		let (payer, listing) = (&record.buyer, record.listing);
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
		record.paid = record.paid.saturating_add(amount);
		Self::deposit_event(Event::PaidOut { order, recipient: recipient.clone(), asset, amount });
		true
	}

	/// Gives `amount` of the money held back to its buyer, all of it or nothing. Says whether it did.
	fn give_back(order: OrderId, record: &mut OrderRecordOf<T>, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.price.asset.clone();
		let reason = HoldReason::Order.into();
		if !held::give_back::<T::Money, _>(asset.clone(), &reason, &record.buyer, amount) {
			return false;
		}
		record.held = record.held.saturating_sub(amount);
		record.refunded = record.refunded.saturating_add(amount);
		Self::deposit_event(Event::Refunded { order, asset, amount });
		true
	}
}
