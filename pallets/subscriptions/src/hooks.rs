//! What happens by itself: periods end, and are renewed or not.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use souk_primitives::{
	reach::{Curation as _, Listings as _},
	turns, Balance, Holder, ListingId, ListingState, PlanKind,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// The most weight that the hook takes: a quarter of a block.
	pub(crate) fn hook_limit() -> Weight {
		turns::part_of_block(T::BlockWeights::get().max_block, 4)
	}

	/// Works off the queues up to block `now`, oldest first, as far as the weight allows. What is left stays in its queue,
	/// and the next block goes on there.
	pub(crate) fn work_off(now: u32) -> Weight {
		let mut meter = WeightMeter::with_limit(Self::hook_limit());
		let mut block = NextDue::<T>::get().unwrap_or(now);
		while block <= now && meter.try_consume(T::WeightInfo::work_off()).is_ok() {
			// Turns queue for later blocks only, so that nothing is added to this queue meanwhile.
			let mut turns = Due::<T>::take(block).into_iter();
			while turns.len() > 0 && meter.try_consume(T::WeightInfo::turn()).is_ok() {
				if let Some((holder, listing)) = turns.next() {
					Self::take_turn(now, listing, &holder);
				}
			}
			if turns.len() > 0 {
				Due::<T>::insert(block, BoundedVec::truncate_from(turns.collect()));
				break;
			}
			block = block.saturating_add(1);
		}
		NextDue::<T>::put(block);
		meter.consumed()
	}

	/// A subscription's turn, at or after its due block.
	pub(crate) fn take_turn(now: u32, listing: ListingId, holder: &Holder<T::AccountId>) {
		let Some(mut record) = Subscriptions::<T>::get(holder, listing) else { return };
		// It was taken from the queue by whoever calls this.
		record.queued_at = None;
		match record.phase {
			Phase::Running => Self::end_period(now, listing, holder, record),
			Phase::Grace { .. } => Self::collect(now, listing, holder, record),
			Phase::Settling { owed } => {
				Self::finish(listing, holder, record, owed);
			}
		}
	}

	fn end_period(
		now: u32,
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		mut record: SubscriptionRecordOf<T>,
	) {
		let owed = Self::earned(listing, &record);
		if !record.auto_renew {
			Self::finish(listing, holder, record, owed);
			return;
		}
		let unpaid = Self::settle_period(listing, &mut record, owed);
		Self::note_served(listing, &record, owed > unpaid);
		if record.held > 0 {
			Self::lapse(listing, holder, record, unpaid, NotRenewedReason::Unsettled);
			return;
		}
		if owed > 0 {
			record.note_paid(T::RetainedAfter::get());
		}
		Self::collect(now, listing, holder, record);
	}

	/// Tries to start the next period of a subscription that holds nothing.
	fn collect(
		now: u32,
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		mut record: SubscriptionRecordOf<T>,
	) {
		let amount = match Self::renewal_price(listing, &record) {
			Ok(amount) => amount,
			Err(reason) => return Self::lapse(listing, holder, record, 0, reason),
		};
		if now >= record.payable_until() {
			return Self::lapse(listing, holder, record, 0, NotRenewedReason::Unpaid);
		}
		if with_storage_layer(|| Self::start_next_period(listing, holder, &mut record, amount)).is_ok() {
			return;
		}
		let until = record.grace_until(T::Grace::get());
		if now >= until {
			return Self::lapse(listing, holder, record, 0, NotRenewedReason::Unpaid);
		}
		let retry = now.saturating_add(T::RetryEvery::get()).min(until);
		let left = until.saturating_sub(retry);
		let Some(turn) = Self::enqueue_within(retry, left, holder, listing) else {
			return Self::lapse(listing, holder, record, 0, NotRenewedReason::QueueFull);
		};
		record.queued_at = Some(turn);
		if record.phase == Phase::Running {
			record.phase = Phase::Grace { until };
			Self::deposit_event(Event::GraceStarted { listing, holder: holder.clone(), until });
		}
		Self::store(listing, holder, Some(record));
	}

	/// Ends a subscription that was to renew.
	pub(crate) fn lapse(
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		record: SubscriptionRecordOf<T>,
		owed: Balance,
		reason: NotRenewedReason,
	) {
		Self::deposit_event(Event::NotRenewed { listing, holder: holder.clone(), reason });
		Self::finish(listing, holder, record, owed);
	}

	/// What the next period costs, or why there is none.
	pub(crate) fn renewal_price(
		listing: ListingId,
		record: &SubscriptionRecordOf<T>,
	) -> Result<Balance, NotRenewedReason> {
		match T::Listings::state(listing) {
			Some((ListingState::Active, _)) => {}
			_ => return Err(NotRenewedReason::NotForSale),
		}
		let same_kind = PlanKind::Subscription { period: record.period };
		let offer = T::Listings::plan(listing, record.plan)
			.filter(|plan| plan.kind == same_kind && plan.price.asset == record.price.asset)
			.ok_or(NotRenewedReason::OfferGone)?;
		if offer.price.amount > record.price.amount {
			return Err(NotRenewedReason::TooExpensive);
		}
		Ok(offer.price.amount)
	}

	/// Holds `amount` for the period that starts where the last one ended, and stores the subscription. On an error nothing
	/// may be kept: call it in a storage layer.
	pub(crate) fn start_next_period(
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		record: &mut SubscriptionRecordOf<T>,
		amount: Balance,
	) -> Result<(), DispatchError> {
		let mut next = record.clone();
		next.period_start = record.paid_until;
		next.paid_until = next.period_start.saturating_add(record.period);
		next.phase = Phase::Running;
		next.held = amount;
		next.counted = Self::counts(listing, holder, &next.payer, amount);
		next.split = T::Listings::payouts(listing).ok_or(Error::<T>::UnknownListing)?;
		let turn = Self::enqueue_within(next.paid_until, next.tenth(), holder, listing);
		next.queued_at = Some(turn.ok_or(Error::<T>::QueueFull)?);
		Self::hold_payment(&next)?;
		next.mark = Self::mark(listing, next.period_start, amount);
		// Only now: who left since the next period began earned in both.
		Self::unmark(listing, record);
		let paid_until = next.paid_until;
		*record = next.clone();
		Self::store(listing, holder, Some(next));
		Self::deposit_event(Event::Renewed { listing, holder: holder.clone(), amount, paid_until });
		Ok(())
	}

	/// Whether rankings count a subscription: `amount` is paid for it, and neither who pays nor who queries owns or serves
	/// the listing.
	pub(crate) fn counts(
		listing: ListingId,
		holder: &Holder<T::AccountId>,
		payer: &T::AccountId,
		amount: Balance,
	) -> bool {
		let owner = T::Listings::owner(listing);
		let outside =
			|who: &T::AccountId| owner.as_ref() != Some(who) && !T::Curation::is_assigned(listing, who);
		let holder_outside = match holder {
			Holder::Account(account) => account == payer || outside(account),
			Holder::Commitment(_) => true,
		};
		amount > 0 && outside(payer) && holder_outside
	}
}
