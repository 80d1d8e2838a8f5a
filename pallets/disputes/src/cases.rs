//! The records of cases, their indexes, deposits and turns: the only writer of all of them.

use crate::*;
use codec::{Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::{
	reach::{Dispute, Side},
	Balance, ListingId, OrderId,
};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError};

impl<T: Config> Pallet<T> {
	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// A case's number as a key that iterates in ascending order.
	pub(crate) fn key(case: CaseId) -> [u8; 8] {
		case.to_be_bytes()
	}

	/// A case that is not forgotten.
	pub(crate) fn found(case: CaseId) -> Result<CaseRecordOf<T>, DispatchError> {
		Cases::<T>::get(Self::key(case)).ok_or_else(|| Error::<T>::NotFound.into())
	}

	/// A case that waits in `phase`, before it is too late.
	pub(crate) fn waiting(case: CaseId, phase: Phase) -> Result<CaseRecordOf<T>, DispatchError> {
		let record = Self::found(case)?;
		ensure!(record.phase == phase, Error::<T>::WrongPhase);
		ensure!(Self::now() < record.until, Error::<T>::Expired);
		Ok(record)
	}

	/// The jury of a case's present round.
	pub(crate) fn jury(case: CaseId, record: &CaseRecordOf<T>) -> Option<Jury<T::AccountId>> {
		Juries::<T>::get(Self::key(case), [record.round])
	}

	/// The numbers by which a case goes that is opened now.
	pub(crate) fn terms() -> Terms {
		Terms {
			juror_fee: T::JurorFee::get(),
			juror_stake: T::JurorStake::get(),
			incoherent_fine: T::IncoherentFine::get(),
			response_time: T::ResponseTime::get(),
			evidence_time: T::EvidenceTime::get(),
			draw_timeout: T::DrawTimeout::get(),
			commit_time: T::CommitTime::get(),
			reveal_time: T::RevealTime::get(),
			appeal_time: T::AppealTime::get(),
		}
		.sound(T::ShortestPhase::get())
	}

	/// Opens a case, and holds its opener's fee and deposit.
	pub(crate) fn open_case(dispute: Dispute<T::AccountId>) -> Result<CaseRecordOf<T>, DispatchError> {
		let Dispute { order, listing, buyer, seller, opener, window_until, evidence } = dispute;
		Self::forget_earlier(order)?;
		let (now, case) = (Self::now(), NextCaseId::<T>::get());
		let mut terms = Self::terms();
		if opener == Side::Seller {
			// Who says that it was delivered does not shorten the time that was agreed on for looking at it.
			let left = window_until.unwrap_or(now).saturating_sub(now);
			terms.response_time = terms.response_time.max(left);
		}
		let mut record = CaseRecord {
			order,
			listing,
			parties: Sides { buyer, seller },
			opener,
			terms,
			opened_at: now,
			phase: Phase::Opened,
			since: now,
			until: now,
			due: now,
			round: 0,
			redrawn: false,
			fees: Sides::default(),
			deposits: Sides::default(),
			verdict: None,
			ended: None,
		};
		Self::post_fee(&mut record, opener, 0)?;
		Self::pay_deposit(&mut record, opener, Self::case_deposit(order))?;
		NextCaseId::<T>::put(case.saturating_add(1));
		CaseOf::<T>::insert(order, case);
		Self::count_in(listing, &terms);
		let shown = EvidenceRecord { by: opener, hash: evidence, at: now };
		Evidence::<T>::insert(Self::key(case), EvidenceOf::truncate_from(alloc::vec![shown]));
		let until = Self::enter(&mut record, Phase::Opened, terms.response_time);
		Self::place(case, &record);
		Cases::<T>::insert(Self::key(case), record.clone());
		Self::deposit_event(Event::CaseOpened { case, order, by: opener, until });
		Self::deposit_event(Event::EvidenceSubmitted { case, by: opener, hash: evidence });
		Ok(record)
	}

	/// Forgets the case that an order has had, if it is over: a part of the order was settled, and a later one is disputed. Who has
	/// disputed once must not be without a jury for the rest of the order.
	fn forget_earlier(order: OrderId) -> DispatchResult {
		let Some(case) = CaseOf::<T>::get(order) else { return Ok(()) };
		let record = Self::found(case)?;
		ensure!(!record.is_open(), Error::<T>::AlreadyOpened);
		Self::remove(case, record);
		Ok(())
	}

	/// Counts a case about a listing that is opened.
	fn count_in(listing: ListingId, terms: &Terms) {
		let new = OpenCases { count: 0, since: Self::now(), longest: 0 };
		CasesOf::<T>::mutate(listing, |slot| {
			let open = slot.get_or_insert(new);
			open.count = open.count.saturating_add(1);
			open.longest = open.longest.max(terms.longest());
		});
	}

	/// Does not count one any more that is over.
	pub(crate) fn count_out(listing: ListingId) {
		CasesOf::<T>::mutate_exists(listing, |slot| {
			let left = slot.map(|open| OpenCases { count: open.count.saturating_sub(1), ..open });
			*slot = left.filter(|open| open.count > 0);
		});
	}

	/// Holds what a side has to post for the jury of a round, and the deposit for that jury's bytes.
	pub(crate) fn post_fee(record: &mut CaseRecordOf<T>, side: Side, round: u8) -> DispatchResult {
		let fee = record.terms.fee(round);
		let who = record.parties.of(side).clone();
		T::Currency::hold(&HoldReason::Fee.into(), &who, fee).map_err(|_| Error::<T>::InsufficientFunds)?;
		let posted = record.fees.of_mut(side);
		*posted = posted.saturating_add(fee);
		Ok(())
	}

	/// Holds a deposit of a side.
	pub(crate) fn pay_deposit(record: &mut CaseRecordOf<T>, side: Side, deposit: Balance) -> DispatchResult {
		let who = record.parties.of(side).clone();
		Self::hold_deposit(&who, deposit)?;
		let paid = record.deposits.of_mut(side);
		*paid = paid.saturating_add(deposit);
		Ok(())
	}

	/// Begins a phase that lasts `blocks`, one at least. Returns the first block in which it is too late.
	pub(crate) fn enter(record: &mut CaseRecordOf<T>, phase: Phase, blocks: u32) -> u32 {
		let now = Self::now();
		record.phase = phase;
		record.since = now;
		record.until = now.saturating_add(blocks.max(1));
		record.due = record.until;
		record.until
	}

	/// Gives a case its turn.
	fn place(case: CaseId, record: &CaseRecordOf<T>) {
		Due::<T>::insert(record.due, Self::key(case), ());
	}

	/// Writes a case that had its turn in block `was`, and gives it the one that it waits for now.
	pub(crate) fn store(case: CaseId, was: u32, record: CaseRecordOf<T>) {
		Due::<T>::remove(was, Self::key(case));
		Self::place(case, &record);
		Cases::<T>::insert(Self::key(case), record);
	}

	/// Removes a case that is over with all that belongs to it, and returns the deposits.
	pub(crate) fn remove(case: CaseId, record: CaseRecordOf<T>) {
		let key = Self::key(case);
		Due::<T>::remove(record.due, key);
		Cases::<T>::remove(key);
		CaseOf::<T>::remove(record.order);
		for round in 0..=record.round {
			Juries::<T>::remove(key, [round]);
		}
		Evidence::<T>::remove(key);
		for review in Reviews::<T>::take(key) {
			Self::release(HoldReason::Deposit, &review.reviewer, review.deposit);
		}
		for side in [Side::Buyer, Side::Seller] {
			Self::release(HoldReason::Deposit, record.parties.of(side), *record.deposits.of(side));
		}
		Self::deposit_event(Event::Forgotten { case });
	}

	/// Holds a deposit.
	pub(crate) fn hold_deposit(who: &T::AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)
			.map_err(|_| Error::<T>::InsufficientFunds.into())
	}

	/// Gives back what is held. Cannot fail: each planck of it is known to be held.
	pub(crate) fn release(reason: HoldReason, who: &T::AccountId, amount: Balance) {
		if amount > 0 {
			let released = T::Currency::release(&reason.into(), who, amount, Precision::BestEffort);
			debug_assert_eq!(released, Ok(amount), "all of it was held");
		}
	}

	/// What bytes cost, in planck.
	pub(crate) fn deposit_for(bytes: usize) -> Balance {
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositPerByte::get().saturating_mul(bytes)
	}

	/// What the opener of a case pays for its bytes and those of the first piece of evidence, in planck.
	pub(crate) fn case_deposit(order: OrderId) -> Balance {
		let bytes = Self::case_bytes(order).saturating_add(Self::evidence_bytes());
		T::DepositBase::get().saturating_add(Self::deposit_for(bytes))
	}

	/// Bytes of a case, with its keys, those of its entries in the indexes and in the queue, and its first jury.
	fn case_bytes(order: OrderId) -> usize {
		let key = Self::key(0);
		let bytes = [
			Cases::<T>::hashed_key_for(key).len(),
			CaseRecordOf::<T>::max_encoded_len(),
			CaseOf::<T>::hashed_key_for(order).len(),
			CaseId::max_encoded_len(),
			CasesOf::<T>::hashed_key_for(0).len(),
			OpenCases::max_encoded_len(),
			Due::<T>::hashed_key_for(0, key).len(),
			Evidence::<T>::hashed_key_for(key).len(),
			// The number of pieces.
			4,
			Self::jury_bytes(0),
		];
		bytes.into_iter().fold(0, usize::saturating_add)
	}

	/// Bytes of the jury of a round, each of whose seats is drawn again.
	pub(crate) fn jury_bytes(round: u8) -> usize {
		let drawn = jury_size(round).unwrap_or(0).saturating_mul(2);
		let jurors = usize::try_from(drawn)
			.unwrap_or(usize::MAX)
			.saturating_mul(Juror::<T::AccountId>::max_encoded_len());
		// Its seats, the number of jurors, what it came to.
		let rest = 4 + 4 + 3;
		Juries::<T>::hashed_key_for(Self::key(0), [round]).len().saturating_add(jurors).saturating_add(rest)
	}

	/// Bytes of a piece of evidence.
	pub(crate) fn evidence_bytes() -> usize {
		EvidenceRecord::max_encoded_len()
	}

	/// Bytes of a review, with the key of the list that it may be the only one of.
	pub(crate) fn review_bytes() -> usize {
		Reviews::<T>::hashed_key_for(Self::key(0))
			.len()
			.saturating_add(ReviewRecord::<T::AccountId>::max_encoded_len())
			.saturating_add(4)
	}

	/// What a drawing hashes with its randomness: another drawing has another result.
	pub(crate) fn subject(case: CaseId, record: &CaseRecordOf<T>) -> alloc::vec::Vec<u8> {
		(b"souk/jury/v1", case, record.round, record.redrawn).encode()
	}
}
