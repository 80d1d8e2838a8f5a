//! The records of orders, their indexes and their turns: the only writer of all of them.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::hold::Mutate as _, fungibles::hold::Mutate as _, tokens::Precision, Get},
};
use souk_primitives::{
	reach::{Curation as _, Listings as _},
	Balance, ListingId, Price,
};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError, TokenError};

/// The two sides of a new order, and which of them pays its deposit.
pub(crate) struct Sides<AccountId> {
	pub buyer: AccountId,
	pub seller: AccountId,
	pub depositor: AccountId,
}

impl<T: Config> Pallet<T> {
	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// An order's number as a key that iterates in ascending order.
	pub(crate) fn key(order: OrderId) -> [u8; 8] {
		order.to_be_bytes()
	}

	/// An order that is not forgotten.
	pub(crate) fn found(order: OrderId) -> Result<OrderRecordOf<T>, DispatchError> {
		Orders::<T>::get(order).ok_or_else(|| Error::<T>::NotFound.into())
	}

	/// Checks that it is not decided whose the money of an order is.
	pub(crate) fn ensure_undecided(record: &OrderRecordOf<T>) -> DispatchResult {
		ensure!(record.ended_at.is_none(), Error::<T>::Ended);
		ensure!(record.pending.is_none(), Error::<T>::SettlementPending);
		Ok(())
	}

	/// Makes an order that holds nothing but its deposit. It has no turn and is not stored yet.
	pub(crate) fn create(
		listing: ListingId,
		sides: Sides<T::AccountId>,
		price: Price,
		subject: Subject<T::AccountId>,
	) -> Result<(OrderId, OrderRecordOf<T>), DispatchError> {
		let (order, now) = (NextOrderId::<T>::get(), Self::now());
		let Sides { buyer, seller, depositor } = sides;
		let deposit = Self::order_deposit(&buyer, listing, &subject);
		T::Currency::hold(&HoldReason::Deposit.into(), &depositor, deposit)
			.map_err(|_| Error::<T>::DepositUnpaid)?;
		NextOrderId::<T>::put(order.saturating_add(1));
		OrdersOf::<T>::insert(&buyer, Self::key(order), ());
		SalesOf::<T>::insert(listing, Self::key(order), ());
		Open::<T>::mutate(listing, |open| *open = open.saturating_add(1));
		let record = OrderRecord {
			listing,
			buyer,
			seller,
			depositor,
			deposit,
			price,
			split: T::Listings::payouts(listing).ok_or(Error::<T>::UnknownListing)?,
			state: OrderState::Created,
			created_at: now,
			funded_at: None,
			earned_from: now,
			deliver_until: None,
			delivered_at: None,
			window_until: None,
			ended_at: None,
			due: None,
			held: 0,
			paid: 0,
			refunded: 0,
			covered: 0,
			from_bond: 0,
			mark: None,
			pending: None,
			evidence: None,
			subject,
		};
		Ok((order, record))
	}

	/// Holds the price of an order; what it is about must be delivered within so many blocks.
	pub(crate) fn begin(order: OrderId, mut record: OrderRecordOf<T>, deliver_within: u32) -> DispatchResult {
		let now = Self::now();
		let Price { asset, amount } = record.price.clone();
		if amount > 0 {
			T::Money::hold(asset, &HoldReason::Order.into(), &record.buyer, amount).map_err(|error| {
				if error == TokenError::FundsUnavailable.into() {
					Error::<T>::InsufficientFunds.into()
				} else {
					error
				}
			})?;
			record.mark = Some(T::Curation::period_begins(record.listing, now));
		}
		record.held = amount;
		record.split = T::Listings::payouts(record.listing).ok_or(Error::<T>::UnknownListing)?;
		record.state = OrderState::Funded;
		record.funded_at = Some(now);
		record.earned_from = now;
		let deliver_until = Self::queue(order, &mut record, now.saturating_add(deliver_within));
		record.deliver_until = Some(deliver_until);
		Self::store(order, record);
		Self::deposit_event(Event::Funded { order, deliver_until });
		Ok(())
	}

	/// Gives an order its turn in block `at`, or in the next one where that is no later, and nowhere else. Returns the block.
	pub(crate) fn queue(order: OrderId, record: &mut OrderRecordOf<T>, at: u32) -> u32 {
		Self::unqueue(order, record);
		let block = at.max(Self::now().saturating_add(1));
		Due::<T>::insert(block, Self::key(order), ());
		record.due = Some(block);
		block
	}

	/// Takes an order out of the queue that it waits in.
	pub(crate) fn unqueue(order: OrderId, record: &mut OrderRecordOf<T>) {
		if let Some(block) = record.due.take() {
			Due::<T>::remove(block, Self::key(order));
		}
	}

	/// Writes an order, and whether it waits for a key.
	pub(crate) fn store(order: OrderId, record: OrderRecordOf<T>) {
		if record.awaits_key() {
			Awaiting::<T>::insert(record.listing, Self::key(order), ());
		} else if record.data().is_some() {
			Awaiting::<T>::remove(record.listing, Self::key(order));
		}
		Orders::<T>::insert(order, record);
	}

	/// Ends an order of which nothing is held any more. It is kept until somebody has it forgotten.
	pub(crate) fn end(order: OrderId, mut record: OrderRecordOf<T>, state: OrderState) {
		Self::unqueue(order, &mut record);
		Self::unmark(&mut record);
		Self::uncover(&mut record);
		record.state = state;
		record.ended_at = Some(Self::now());
		Open::<T>::mutate_exists(record.listing, |open| {
			*open = open.and_then(|open| open.checked_sub(1)).filter(|open| *open > 0);
		});
		Self::store(order, record);
		Self::deposit_event(Event::Ended { order, state });
	}

	/// Removes an order that has ended, and returns its deposit.
	pub(crate) fn remove(order: OrderId, record: OrderRecordOf<T>) -> DispatchResult {
		if record.deposit > 0 {
			let reason = HoldReason::Deposit.into();
			T::Currency::release(&reason, &record.depositor, record.deposit, Precision::Exact)?;
		}
		Orders::<T>::remove(order);
		OrdersOf::<T>::remove(&record.buyer, Self::key(order));
		SalesOf::<T>::remove(record.listing, Self::key(order));
		Self::deposit_event(Event::Forgotten { order });
		Ok(())
	}

	/// Lets those be forgotten who worked for an order.
	pub(crate) fn unmark(record: &mut OrderRecordOf<T>) {
		if let Some(mark) = record.mark.take() {
			T::Curation::period_settled(record.listing, mark);
		}
	}

	/// Frees what of the bond was set aside for an order. Returns what it was, in planck.
	pub(crate) fn uncover(record: &mut OrderRecordOf<T>) -> Balance {
		let covered = core::mem::take(&mut record.covered);
		if covered > 0 {
			T::Curation::uncover(record.listing, covered);
		}
		covered
	}

	/// What the bytes of an order cost: the record at its largest, with its key and those of its entries in the indexes, in
	/// the queue, in the list of those that wait for a key and in the count of its listing; in planck.
	pub(crate) fn order_deposit(
		buyer: &T::AccountId,
		listing: ListingId,
		subject: &Subject<T::AccountId>,
	) -> Balance {
		let key = Self::key(0);
		let record = OrderRecordOf::<T>::max_encoded_len()
			.saturating_sub(Subject::<T::AccountId>::max_encoded_len())
			.saturating_add(subject.footprint());
		let awaiting = match subject {
			Subject::Data(_) => Awaiting::<T>::hashed_key_for(listing, key).len(),
			Subject::Goods(_) => 0,
		};
		let bytes = [
			Orders::<T>::hashed_key_for(0).len(),
			record,
			OrdersOf::<T>::hashed_key_for(buyer, key).len(),
			SalesOf::<T>::hashed_key_for(listing, key).len(),
			awaiting,
			Due::<T>::hashed_key_for(0, key).len(),
			Open::<T>::hashed_key_for(listing).len(),
			u32::max_encoded_len(),
		];
		let bytes = bytes.into_iter().fold(0, usize::saturating_add);
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}
}
