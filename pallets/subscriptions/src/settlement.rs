//! Moving the money of a period, and the end of a subscription. Nothing here fails: what cannot be moved stays held, and
//! the record says so.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::hold::Mutate as _,
		fungibles::hold::Mutate as _,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};
use souk_primitives::{
	money::{divide, pro_rata},
	reach::{Curation as _, Listings as _},
	Balance, Holder, ListingId, ListingKind, NodeRole,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// What of the money held was earned by block `end`: the part of the period in which the listing could be queried.
	///
	/// A data product can be queried from its first final snapshot on, anything else at once; nothing can after the
	/// listing has ended.
	pub(crate) fn earned(listing: ListingId, record: &SubscriptionRecordOf<T>, end: u32) -> Balance {
		let Some((state, since)) = T::Listings::state(listing) else { return 0 };
		let end = end.min(record.paid_until);
		let end = if state.is_final() { end.min(since) } else { end };
		let start = if T::Listings::kind(listing) == Some(ListingKind::DataProduct) {
			match T::Curation::first_final_at(listing) {
				Some(first) => record.period_start.max(first),
				None => return 0,
			}
		} else {
			record.period_start
		};
		pro_rata(record.held, end.saturating_sub(start), record.period)
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

	/// Divides `owed` among those who earn it, and returns what could not be paid to anybody.
	///
	/// Who cannot be paid (an account that does not exist, for less than it needs to) leaves their share to the curator,
	/// the curator leaves hers to the treasury, the treasury to the payer.
	fn pay_out(listing: ListingId, record: &mut SubscriptionRecordOf<T>, owed: Balance) -> Balance {
		if owed == 0 {
			return 0;
		}
		let Some(curator) = T::Listings::owner(listing) else { return 0 };
		let treasury = T::Treasury::get();
		let workers = T::Curation::assigned(listing, NodeRole::Worker);
		let nodes = T::Curation::assigned(listing, NodeRole::Persistence);
		let count = |accounts: &[T::AccountId]| u32::try_from(accounts.len()).unwrap_or(u32::MAX);
		let parts = divide(owed, T::ProtocolFee::get(), &record.split, count(&workers), count(&nodes));

		let shares = workers
			.into_iter()
			.map(|worker| (worker, parts.each_worker))
			.chain(nodes.into_iter().map(|node| (node, parts.each_persistence)))
			.chain([(treasury.clone(), parts.fee)]);
		let mut curators_share = parts.curator;
		// One payment each, also for who earns in several roles.
		let mut payments = Vec::<(T::AccountId, Balance)>::new();
		for (account, share) in shares {
			if account == curator {
				curators_share = curators_share.saturating_add(share);
			} else if let Some((_, sum)) = payments.iter_mut().find(|(other, _)| *other == account) {
				*sum = sum.saturating_add(share);
			} else {
				payments.push((account, share));
			}
		}

		for (account, amount) in payments {
			if !Self::pay(listing, record, &account, amount) {
				curators_share = curators_share.saturating_add(amount);
			}
		}
		let settled = Self::pay(listing, record, &curator, curators_share)
			|| Self::pay(listing, record, &treasury, curators_share)
			|| Self::give_back(listing, record, curators_share);
		if settled {
			0
		} else {
			curators_share
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
		let paid = with_storage_layer(|| {
			T::Money::transfer_on_hold(
				asset.clone(),
				&HoldReason::Payment.into(),
				&record.payer,
				recipient,
				amount,
				Precision::Exact,
				Restriction::Free,
				// The money was promised; a freeze that came later does not take it back.
				Fortitude::Force,
			)
		});
		if paid.is_err() {
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
		let released = with_storage_layer(|| {
			T::Money::release(
				asset.clone(),
				&HoldReason::Payment.into(),
				&record.payer,
				amount,
				Precision::Exact,
			)
		});
		if released.is_err() {
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
		if record.held == 0 && Self::return_deposit(&record.payer, record.deposit).is_ok() {
			Self::store(listing, holder, None);
			Self::deposit_event(Event::Ended { listing, holder: holder.clone() });
			return true;
		}
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

	/// Writes or removes a subscription and keeps its listing's counts. The only writer of either.
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
			*slot = record;
			if before != after {
				Stats::<T>::mutate_exists(listing.to_be_bytes(), |stats| {
					let changed = stats.unwrap_or_default().replace(before, after);
					*stats = (changed != StatsRecord::default()).then_some(changed);
				});
			}
		});
	}
}
