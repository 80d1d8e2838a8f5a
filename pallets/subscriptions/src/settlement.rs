//! Moving the money of a period, and the end of a subscription. Nothing here fails: what cannot be moved stays held, and
//! the record says so.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{fungible::hold::Mutate as _, tokens::Precision, Get},
};
use souk_primitives::{
	held,
	money::{pro_rata, Payment},
	reach::{Curation as _, Listings as _, Ratings as _},
	Balance, Holder, ListingId, ListingKind,
};
use sp_runtime::DispatchError;

/// A period is rated of which one part in so many was served. What is cancelled sooner costs next to nothing, and a rating for it could be
/// had against anybody.
const RATED_PART: u32 = 4;

impl<T: Config> Pallet<T> {
	/// What of the money held was earned by now: the part of the period in which the listing could be queried.
	pub(crate) fn earned(listing: ListingId, record: &SubscriptionRecordOf<T>) -> Balance {
		let (from, to) = Self::served(listing, record);
		pro_rata(record.held, to.saturating_sub(from), record.period)
	}

	/// The blocks of the period, up to now, in which the listing could be queried: the first one, and the first one after
	/// them. None where the second is not the later one.
	///
	/// A data product can be queried from its first final snapshot on, anything else at once; nothing can after the
	/// listing has ended.
	fn served(listing: ListingId, record: &SubscriptionRecordOf<T>) -> (u32, u32) {
		let Some((state, since)) = T::Listings::state(listing) else { return (0, 0) };
		let to = Self::now().min(record.paid_until);
		let to = if state.is_final() { to.min(since) } else { to };
		if T::Listings::kind(listing) != Some(ListingKind::DataProduct) {
			return (record.period_start, to);
		}
		match T::Curation::first_final_at(listing) {
			Some(first) => (record.period_start.max(first), to),
			None => (0, 0),
		}
	}

	/// Has those remembered who work in a period that begins in block `start`, where `amount` is paid for it. Returns the
	/// mark for it.
	pub(crate) fn mark(listing: ListingId, start: u32, amount: Balance) -> Option<u32> {
		(amount > 0).then(|| T::Curation::period_begins(listing, start))
	}

	/// Lets those be forgotten who worked in the record's period.
	pub(crate) fn unmark(listing: ListingId, record: &mut SubscriptionRecordOf<T>) {
		if let Some(mark) = record.mark.take() {
			T::Curation::period_settled(listing, mark);
		}
	}

	/// Settles a period of which `owed` was earned: pays that out and gives the rest back. Returns what could not be paid
	/// out; the rest is given back exactly if `record.held` is that much afterwards.
	pub(crate) fn settle_period(
		listing: ListingId,
		record: &mut SubscriptionRecordOf<T>,
		owed: Balance,
	) -> Balance {
		let unpaid = Self::pay_out(listing, record, owed);
		Self::give_back(listing, record, record.held.saturating_sub(unpaid));
		unpaid
	}

	/// Where a period was served for long enough, and something of it was paid out, both sides may rate it; but nobody rates what they own
	/// or serve.
	pub(crate) fn note_served(listing: ListingId, record: &SubscriptionRecordOf<T>, paid: bool) {
		if paid && record.counted && Self::served_long_enough(listing, record) {
			T::Ratings::served(listing, &record.payer, record.period_start);
		}
	}

	/// Whether so much of a period was served by now that it is rated.
	fn served_long_enough(listing: ListingId, record: &SubscriptionRecordOf<T>) -> bool {
		let (from, to) = Self::served(listing, record);
		to.saturating_sub(from).saturating_mul(RATED_PART) >= record.period
	}

	/// Divides `owed` among those who earned it, and returns what could not be paid to anybody.
	///
	/// Who cannot be paid (an account that does not exist, for less than it needs to) leaves their share to the treasury,
	/// the treasury to the payer. Never to the curator, who chooses the nodes and the asset.
	fn pay_out(listing: ListingId, record: &mut SubscriptionRecordOf<T>, owed: Balance) -> Balance {
		if owed == 0 {
			return 0;
		}
		let Some(curator) = T::Listings::owner(listing) else { return 0 };
		let treasury = T::Treasury::get();
		let (from, to) = Self::served(listing, record);
		let payment = Payment {
			amount: owed,
			fee: T::ProtocolFee::get(),
			split: record.split,
			from,
			to,
			treasury: treasury.clone(),
			curator,
		};
		let shares = payment.shares(|role, from, to| T::Curation::terms(listing, role, from, to));

		let mut left: Balance = 0;
		for (account, amount) in shares {
			if !Self::pay(listing, record, &account, amount) {
				left = left.saturating_add(amount);
			}
		}
		let settled = Self::pay(listing, record, &treasury, left) || Self::give_back(listing, record, left);
		if settled {
			0
		} else {
			left
		}
	}

	/// Pays `amount` of the money held to `recipient`, all of it or nothing. Says whether it did.
	fn pay(
		listing: ListingId,
		record: &mut SubscriptionRecordOf<T>,
		recipient: &T::AccountId,
		amount: Balance,
	) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.price.asset.clone();
		let reason = HoldReason::Payment.into();
		let payer = &record.payer;
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
		Self::deposit_event(Event::PaidOut { listing, recipient: recipient.clone(), asset, amount });
		true
	}

	/// Gives `amount` of the money held back to its payer, all of it or nothing. Says whether it did.
	fn give_back(listing: ListingId, record: &mut SubscriptionRecordOf<T>, amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let asset = record.price.asset.clone();
		let reason = HoldReason::Payment.into();
		if !held::give_back::<T::Money, _>(asset.clone(), &reason, &record.payer, amount) {
			return false;
		}
		record.held = record.held.saturating_sub(amount);
		Self::deposit_event(Event::Refunded { listing, asset, amount });
		true
	}

	/// Ends a subscription of whose money `owed` was earned. Says whether it is gone; where it is not, its money could not
	/// be moved, and it has another turn later.
	pub(crate) fn finish(
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		mut record: SubscriptionRecordOf<T>,
		owed: Balance,
	) -> bool {
		Self::unqueue(&mut record, holder, listing);
		let now = Self::now();
		let unpaid = Self::settle_period(listing, &mut record, owed);
		if unpaid == 0 {
			Self::unmark(listing, &mut record);
		}
		if record.held == 0 && Self::return_deposit(&record.payer, record.deposit).is_ok() {
			Self::note_served(listing, &record, owed > 0);
			Self::store(listing, holder, None);
			Self::deposit_event(Event::Ended { listing, holder: holder.clone() });
			return true;
		}
		Self::note_served(listing, &record, owed > unpaid);
		record.phase = Phase::Settling { owed: unpaid };
		record.auto_renew = false;
		record.paid_until = record.paid_until.min(now);
		// Waits as long as it has waited already, so that a settlement that stays impossible costs ever less.
		let wait = now.saturating_sub(record.paid_until).max(T::RetryEvery::get());
		record.queued_at = Self::enqueue(now.saturating_add(wait), holder, listing);
		let held = record.held;
		Self::store(listing, holder, Some(record));
		Self::deposit_event(Event::SettlementDelayed { listing, holder: holder.clone(), held });
		false
	}

	/// Releases a deposit to who paid it.
	pub(crate) fn return_deposit(payer: &T::AccountId, deposit: Balance) -> Result<(), DispatchError> {
		if deposit == 0 {
			return Ok(());
		}
		let reason = HoldReason::Deposit.into();
		with_storage_layer(|| T::Currency::release(&reason, payer, deposit, Precision::Exact)).map(|_| ())
	}

	/// Writes or removes a subscription and keeps its payer's and its listing's counts, and the index by listing. The only writer
	/// of all four.
	pub(crate) fn store(
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		record: Option<SubscriptionRecordOf<T>>,
	) {
		let counts = |record: &Option<SubscriptionRecordOf<T>>| {
			record.as_ref().map(SubscriptionRecord::contribution).unwrap_or_default()
		};
		Subscriptions::<T>::mutate_exists(holder, listing, |slot| {
			let (before, after) = (counts(slot), counts(&record));
			// A subscription keeps its payer.
			let payer = record.as_ref().or(slot.as_ref()).map(|record| record.payer.clone());
			if slot.is_some() != record.is_some() {
				Self::index_holder(listing, holder, record.is_some());
			}
			*slot = record;
			let Some(payer) = payer.filter(|_| before != after) else { return };
			let replace = |slot: &mut Option<StatsRecord>, before, after| {
				let was = slot.unwrap_or_default();
				let now = was.replace(before, after);
				*slot = (now != StatsRecord::default()).then_some(now);
				(was, now)
			};
			let (was, now) = Payers::<T>::mutate_exists(listing, payer, |slot| replace(slot, before, after));
			Stats::<T>::mutate_exists(listing.to_be_bytes(), |slot| replace(slot, was.once(), now.once()));
		});
	}
}
