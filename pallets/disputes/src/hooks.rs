//! What happens by itself: times are up, juries are drawn, votes are counted.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use souk_primitives::{
	reach::{Disputed as _, Offences as _, Ruling, Side},
	turns,
};

impl<T: Config> Pallet<T> {
	/// The most weight that the hook takes before a block's transactions: an eighth of a block.
	pub(crate) fn hook_limit() -> Weight {
		turns::part_of_block(T::BlockWeights::get().max_block, 8)
	}

	/// What a turn weighs at most, with what its ruling does: to the order, and to the seller who has lost. A drawing asks of everybody in the
	/// pool whether the order concerns them, and rules on nothing: that takes less time.
	pub(crate) fn turn_weight() -> Weight {
		T::WeightInfo::turn().saturating_add(Self::ruling_weight())
	}

	/// What a ruling weighs at most, apart from the case: a payment, and an offence.
	pub(crate) fn ruling_weight() -> Weight {
		T::Orders::weight().saturating_add(T::Offences::weight())
	}

	/// Works off the queues up to block `now`, oldest first, as far as `limit` allows. What is left stays in its queue, and is
	/// done in what room the block has after its transactions, or in the next block. Returns the weight that was used.
	pub(crate) fn work_off(now: u32, limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		turns::work_off::<NextDue<T>, _, _>(
			now,
			&mut meter,
			T::DbWeight::get().reads(1),
			T::WeightInfo::work_off(),
			Self::turn_weight(),
			Due::<T>::iter_key_prefix,
			|key| Self::take_turn(CaseId::from_be_bytes(key)),
		);
		meter.consumed()
	}

	/// A case's turn, at or after the block in which something is due for it.
	pub(crate) fn take_turn(case: CaseId) {
		let Some(mut record) = Cases::<T>::get(Self::key(case)) else { return };
		let was = record.due;
		match record.phase {
			Phase::Opened => Self::end_response(case, record, was),
			Phase::Evidence => {
				Self::start_drawing(&mut record);
				Self::store(case, was, record);
			}
			Phase::Drawing => Self::try_to_draw(case, record, was),
			Phase::Commit => Self::end_commit(case, record, was),
			Phase::Reveal => Self::count_votes(case, record, was),
			Phase::Appeal => {
				let undecided = Verdict { ruling: Ruling::Refused, decided: false };
				let verdict = record.verdict.unwrap_or(undecided);
				Self::close(case, record, was, Ending::Ruled, verdict);
			}
			Phase::Closed => Self::remove(case, record),
		}
	}

	/// It is too late to answer. Who has not has lost.
	///
	/// But the silence of a seller concedes nothing where the chain has seen that she delivered: she counts as having answered, and posts
	/// the same fee, if she can pay it. Else whoever buys data could have all of it back of sellers who are away.
	fn end_response(case: CaseId, mut record: CaseRecordOf<T>, was: u32) {
		let silent = record.opener.other();
		let proved = silent == Side::Seller && T::Orders::is_proved(record.order);
		if proved && with_storage_layer(|| Self::post_fee(&mut record, silent, 0)).is_ok() {
			return Self::start_evidence(case, record, was);
		}
		let ruling = Ruling::of(record.opener);
		Self::close(case, record, was, Ending::Default, Verdict { ruling, decided: true });
	}

	/// The other side has posted its fee: both show what they have.
	pub(crate) fn start_evidence(case: CaseId, mut record: CaseRecordOf<T>, was: u32) {
		let time = record.terms.evidence_time;
		let until = Self::enter(&mut record, Phase::Evidence, time);
		Self::store(case, was, record);
		Self::deposit_event(Event::Answered { case, until });
	}

	/// It is too late to commit. Who has not is replaced, once; after that the jury is as large as it is.
	fn end_commit(case: CaseId, mut record: CaseRecordOf<T>, was: u32) {
		let Some(mut jury) = Self::jury(case, &record).filter(|_| !record.redrawn) else {
			return Self::start_reveal(case, record, was);
		};
		let mut absent = Vec::new();
		for juror in jury.jurors.iter_mut().filter(|juror| juror.commitment.is_none()) {
			juror.replaced = true;
			absent.push(juror.who.clone());
		}
		if absent.is_empty() {
			return Self::start_reveal(case, record, was);
		}
		Juries::<T>::insert(Self::key(case), [record.round], jury);
		record.redrawn = true;
		Self::start_drawing(&mut record);
		Self::store(case, was, record);
		for who in absent {
			Self::deposit_event(Event::Absent { case, who });
		}
	}

	/// It is time to reveal, if there is anything to be revealed.
	pub(crate) fn start_reveal(case: CaseId, mut record: CaseRecordOf<T>, was: u32) {
		let jury = Self::jury(case, &record);
		let any = jury.is_some_and(|jury| jury.sitting().any(|juror| juror.commitment.is_some()));
		if !any {
			return Self::count_votes(case, record, was);
		}
		let time = record.terms.reveal_time;
		let until = Self::enter(&mut record, Phase::Reveal, time);
		Self::store(case, was, record);
		Self::deposit_event(Event::RevealStarted { case, until });
	}

	/// What the votes of a jury that reveals come to where a side gives in before it is counted.
	pub(crate) fn count_early(case: CaseId, record: &mut CaseRecordOf<T>) {
		if Self::now() < record.until {
			// Votes are revealed one by one. As soon as they leave only one ruling, it is one: else who sees it coming would give in just before.
			let foregone = Self::jury(case, record).and_then(|jury| jury.foregone());
			record.verdict = foregone.or(record.verdict);
			return;
		}
		// Nobody can reveal any more, and blocks had no room to count: else who has lost would give in before they have.
		let verdict = Self::tally(case, record);
		Self::deposit_event(Event::Ruled { case, round: record.round, verdict, appeal_until: None });
	}

	/// Counts the jury of a case's present round, and notes what it came to.
	fn tally(case: CaseId, record: &mut CaseRecordOf<T>) -> Verdict {
		let mut verdict = Verdict { ruling: Ruling::Refused, decided: false };
		if let Some(mut jury) = Self::jury(case, record) {
			verdict = jury.count();
			jury.verdict = Some(verdict);
			Juries::<T>::insert(Self::key(case), [record.round], jury);
		}
		record.verdict = Some(verdict);
		verdict
	}

	/// Counts a jury. Who has lost may appeal, unless there is no further round.
	pub(crate) fn count_votes(case: CaseId, mut record: CaseRecordOf<T>, was: u32) {
		let verdict = Self::tally(case, &mut record);
		let round = record.round;
		if jury_size(round.saturating_add(1)).is_none() {
			Self::deposit_event(Event::Ruled { case, round, verdict, appeal_until: None });
			return Self::close(case, record, was, Ending::Ruled, verdict);
		}
		let time = record.terms.appeal_time;
		let until = Self::enter(&mut record, Phase::Appeal, time);
		Self::store(case, was, record);
		Self::deposit_event(Event::Ruled { case, round, verdict, appeal_until: Some(until) });
	}
}
