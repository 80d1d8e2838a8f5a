//! The bodies of calls. Origins are checked by the calls.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::hold::Mutate as _, fungibles::hold::Mutate as _, Get},
};
use souk_primitives::{
	reach::{Curation as _, Listings as _},
	Balance, Digest, Holder, ListingId, ListingState, PlanIndex, PlanKind, Price,
};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, TokenError};

/// Bytes of the key of an account's counts, without the account: the prefix, a hashed number and a hash.
const PAYER_KEY: usize = 32 + 12 + 16;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_subscribe(
		who: T::AccountId,
		listing: ListingId,
		plan: PlanIndex,
		holder: Holder<T::AccountId>,
		auto_renew: bool,
		agreed_period: u32,
		max_price: Price,
	) -> DispatchResult {
		ensure!(!Subscriptions::<T>::contains_key(&holder, listing), Error::<T>::AlreadySubscribed);
		let (state, _) = T::Listings::state(listing).ok_or(Error::<T>::UnknownListing)?;
		ensure!(state == ListingState::Active, Error::<T>::NotForSale);
		let kind = T::Listings::kind(listing).ok_or(Error::<T>::UnknownListing)?;
		ensure!(T::Curation::may_activate(listing, kind), Error::<T>::BondTooSmall);
		let offer = T::Listings::plan(listing, plan).ok_or(Error::<T>::UnknownPlan)?;
		let (period, trial) = match offer.kind {
			PlanKind::Subscription { period } => (period, false),
			PlanKind::Trial { period } => (period, true),
			PlanKind::OneTime | PlanKind::PayPerQuery => return Err(Error::<T>::NotSoldHere.into()),
		};
		let price = offer.price;
		ensure!(period == agreed_period && price.asset == max_price.asset, Error::<T>::OfferGone);
		ensure!(price.amount <= max_price.amount, Error::<T>::TooExpensive);
		if trial {
			Self::use_trial(&who, listing)?;
		}

		let now = Self::now();
		let paid_until = now.saturating_add(period);
		let record = SubscriptionRecord {
			plan,
			period,
			split: T::Listings::payouts(listing).ok_or(Error::<T>::UnknownListing)?,
			period_start: now,
			paid_until,
			auto_renew: auto_renew && !trial,
			phase: Phase::Running,
			queued_at: Some(Self::enqueue(paid_until, &holder, listing).ok_or(Error::<T>::QueueFull)?),
			held: price.amount,
			deposit: Self::subscription_deposit(&holder, listing),
			mark: Self::mark(listing, now, price.amount),
			trial,
			counted: Self::counts(listing, &holder, &who, price.amount),
			periods_paid: 0,
			retained: false,
			key_period: now,
			payer: who,
			price,
		};
		Self::hold_deposit(&record.payer, record.deposit)?;
		Self::hold_payment(&record)?;
		Self::store(listing, &holder, Some(record));
		Self::deposit_event(Event::Subscribed { listing, holder, plan, paid_until, trial });
		Ok(())
	}

	pub(crate) fn do_cancel(
		who: T::AccountId,
		listing: ListingId,
		holder: Holder<T::AccountId>,
	) -> DispatchResult {
		let record = Self::paid_by(&who, &holder, listing)?;
		let owed = match record.phase {
			Phase::Running => Self::earned(listing, &record),
			Phase::Grace { .. } => 0,
			Phase::Settling { .. } => return Self::do_settle(listing, holder),
		};
		Self::deposit_event(Event::Cancelled { listing, holder: holder.clone() });
		Self::finish(listing, &holder, record, owed);
		Ok(())
	}

	pub(crate) fn do_set_auto_renew(
		who: T::AccountId,
		listing: ListingId,
		holder: Holder<T::AccountId>,
		enabled: bool,
	) -> DispatchResult {
		let mut record = Self::paid_by(&who, &holder, listing)?;
		ensure!(!record.trial, Error::<T>::TrialDoesNotRenew);
		let now = Self::now();
		let over = matches!(record.phase, Phase::Settling { .. }) || now >= record.entitled_until(now);
		ensure!(!over, Error::<T>::Expired);
		Self::deposit_event(Event::AutoRenewSet { listing, holder: holder.clone(), enabled });
		if !enabled && matches!(record.phase, Phase::Grace { .. }) {
			Self::lapse(listing, &holder, record, 0, NotRenewedReason::SwitchedOff);
			return Ok(());
		}
		record.auto_renew = enabled;
		Self::store(listing, &holder, Some(record));
		Ok(())
	}

	pub(crate) fn do_renew(
		who: T::AccountId,
		listing: ListingId,
		holder: Holder<T::AccountId>,
	) -> DispatchResult {
		let mut record = Self::paid_by(&who, &holder, listing)?;
		ensure!(matches!(record.phase, Phase::Grace { .. }), Error::<T>::NotInGrace);
		ensure!(Self::now() < record.payable_until(), Error::<T>::Expired);
		let amount = Self::renewal_price(listing, &record).map_err(Error::<T>::from)?;
		Self::unqueue(&mut record, &holder, listing);
		Self::start_next_period(listing, &holder, &mut record, amount)
	}

	pub(crate) fn do_settle(listing: ListingId, holder: Holder<T::AccountId>) -> DispatchResult {
		let mut record = Subscriptions::<T>::get(&holder, listing).ok_or(Error::<T>::NotFound)?;
		let now = Self::now();
		let listing_ended = T::Listings::state(listing).is_none_or(|(state, _)| state.is_final());
		match record.phase {
			Phase::Settling { owed } => {
				let gone = Self::finish(listing, &holder, record, owed);
				ensure!(gone, Error::<T>::SettlementPending);
			}
			Phase::Running if listing_ended => {
				let owed = Self::earned(listing, &record);
				Self::finish(listing, &holder, record, owed);
			}
			Phase::Grace { .. } if listing_ended => {
				Self::lapse(listing, &holder, record, 0, NotRenewedReason::NotForSale);
			}
			Phase::Running if now >= record.paid_until => {
				Self::unqueue(&mut record, &holder, listing);
				Self::take_turn(now, listing, &holder);
			}
			Phase::Grace { until } if now >= until => {
				Self::lapse(listing, &holder, record, 0, NotRenewedReason::Unpaid);
			}
			Phase::Running | Phase::Grace { .. } => return Err(Error::<T>::NothingDue.into()),
		}
		Ok(())
	}

	pub(crate) fn do_clear_trial(listing: ListingId, holder: Holder<T::AccountId>) -> DispatchResult {
		let trial = TrialsUsed::<T>::take(listing, &holder).ok_or(Error::<T>::NotFound)?;
		let ended = T::Listings::state(listing).is_none_or(|(state, _)| state.is_final());
		ensure!(ended, Error::<T>::ListingNotEnded);
		Self::return_deposit(&trial.payer, trial.deposit)?;
		Self::deposit_event(Event::TrialCleared { listing, holder });
		Ok(())
	}

	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// Who holds what `who` pays for: `who`, or whoever opens the commitment.
	pub(crate) fn holder(who: &T::AccountId, commitment: Option<Digest>) -> Holder<T::AccountId> {
		commitment.map_or_else(|| Holder::Account(who.clone()), Holder::Commitment)
	}

	fn paid_by(
		who: &T::AccountId,
		holder: &Holder<T::AccountId>,
		listing: ListingId,
	) -> Result<SubscriptionRecordOf<T>, DispatchError> {
		let record = Subscriptions::<T>::get(holder, listing).ok_or(Error::<T>::NotFound)?;
		ensure!(record.payer == *who, Error::<T>::NotAuthorized);
		Ok(record)
	}

	/// Uses up the trial of `who`. Under the account also where a commitment is to hold it: commitments cost nothing.
	fn use_trial(who: &T::AccountId, listing: ListingId) -> DispatchResult {
		let holder = Holder::Account(who.clone());
		ensure!(!TrialsUsed::<T>::contains_key(listing, &holder), Error::<T>::TrialUsed);
		let key = TrialsUsed::<T>::hashed_key_for(listing, &holder).len();
		let deposit = Self::deposit_for(key.saturating_add(TrialRecord::<T::AccountId>::max_encoded_len()));
		Self::hold_deposit(who, deposit)?;
		TrialsUsed::<T>::insert(listing, holder, TrialRecord { payer: who.clone(), deposit });
		Ok(())
	}

	/// What the bytes of a subscription cost: the record at its largest, its key, its entry in the index by listing, its place in
	/// a queue, its payer's and its listing's counts; in planck.
	pub(crate) fn subscription_deposit(holder: &Holder<T::AccountId>, listing: ListingId) -> Balance {
		let record = Subscriptions::<T>::hashed_key_for(holder, listing)
			.len()
			.saturating_add(SubscriptionRecordOf::<T>::max_encoded_len());
		// With the length of a queue that has no other.
		let turn =
			Due::<T>::hashed_key_for(0)
				.len()
				.saturating_add(1)
				.saturating_add(<(Holder<T::AccountId>, ListingId)>::max_encoded_len());
		let counts = Stats::<T>::hashed_key_for(listing.to_be_bytes())
			.len()
			.saturating_add(StatsRecord::max_encoded_len());
		let payer = PAYER_KEY
			.saturating_add(T::AccountId::max_encoded_len())
			.saturating_add(StatsRecord::max_encoded_len());
		let index = Holders::<T>::hashed_key_for(listing, holder).len();
		let parts = [record, turn, payer, counts, index];
		Self::deposit_for(parts.into_iter().fold(0, usize::saturating_add))
	}

	/// `DepositBase` and `DepositPerByte` for each of `bytes`; in planck.
	fn deposit_for(bytes: usize) -> Balance {
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}

	pub(crate) fn hold_deposit(who: &T::AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)
			.map_err(|_| Error::<T>::DepositUnpaid.into())
	}

	/// Holds what the record says is held for its period.
	pub(crate) fn hold_payment(record: &SubscriptionRecordOf<T>) -> DispatchResult {
		if record.held == 0 {
			return Ok(());
		}
		let asset = record.price.asset.clone();
		T::Money::hold(asset, &HoldReason::Payment.into(), &record.payer, record.held).map_err(|error| {
			if error == TokenError::FundsUnavailable.into() {
				Error::<T>::InsufficientFunds.into()
			} else {
				error
			}
		})
	}
}

impl<T> From<NotRenewedReason> for Error<T> {
	fn from(reason: NotRenewedReason) -> Self {
		match reason {
			NotRenewedReason::NotForSale => Self::NotForSale,
			NotRenewedReason::OfferGone => Self::OfferGone,
			NotRenewedReason::TooExpensive => Self::TooExpensive,
			NotRenewedReason::Unpaid => Self::InsufficientFunds,
			NotRenewedReason::SwitchedOff => Self::Expired,
			NotRenewedReason::QueueFull => Self::QueueFull,
			NotRenewedReason::Unsettled => Self::SettlementPending,
		}
	}
}
