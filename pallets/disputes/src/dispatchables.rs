//! The bodies of the calls about cases; those about the pool are in `pool.rs`. Origins are checked by the calls.

use crate::*;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get, BoundedVec};
use souk_primitives::{
	reach::{Disputed as _, Ruling},
	Digest,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_answer(who: T::AccountId, case: CaseId) -> DispatchResult {
		let mut record = Self::waiting(case, Phase::Opened)?;
		let side = record.opener.other();
		ensure!(*record.parties.of(side) == who, Error::<T>::NotAuthorized);
		Self::post_fee(&mut record, side, 0)?;
		let was = record.due;
		Self::start_evidence(case, record, was);
		Ok(())
	}

	pub(crate) fn do_submit_evidence(who: T::AccountId, case: CaseId, hash: Digest) -> DispatchResult {
		let mut record = Self::found(case)?;
		let by = record.side_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		match record.phase {
			Phase::Opened | Phase::Evidence => ensure!(Self::now() < record.until, Error::<T>::Expired),
			Phase::Drawing if record.round == 0 && !record.redrawn => {}
			_ => return Err(Error::<T>::WrongPhase.into()),
		}
		let mut evidence = Evidence::<T>::get(Self::key(case));
		let shown = || evidence.iter().filter(|shown| shown.by == by);
		ensure!(!shown().any(|shown| shown.hash == hash), Error::<T>::AlreadyShown);
		let count = u32::try_from(shown().count()).unwrap_or(u32::MAX);
		ensure!(count < MAX_EVIDENCE, Error::<T>::TooMuchEvidence);
		let deposit = Self::deposit_for(Self::evidence_bytes());
		Self::pay_deposit(&mut record, by, deposit)?;
		let shown = EvidenceRecord { by, hash, at: Self::now() };
		evidence.try_push(shown).map_err(|_| Error::<T>::TooMuchEvidence)?;
		Evidence::<T>::insert(Self::key(case), evidence);
		Cases::<T>::insert(Self::key(case), record);
		Self::deposit_event(Event::EvidenceSubmitted { case, by, hash });
		Ok(())
	}

	pub(crate) fn do_commit_vote(who: T::AccountId, case: CaseId, commitment: Digest) -> DispatchResult {
		let record = Self::waiting(case, Phase::Commit)?;
		let mut jury = Self::jury(case, &record).ok_or(Error::<T>::NotAuthorized)?;
		let seat = jury.seat_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(seat.commitment.is_none(), Error::<T>::AlreadyCommitted);
		seat.commitment = Some(commitment);
		let all = jury.sitting().all(|juror| juror.commitment.is_some());
		Juries::<T>::insert(Self::key(case), [record.round], jury);
		Self::deposit_event(Event::Committed { case, who });
		if all {
			let was = record.due;
			Self::start_reveal(case, record, was);
		}
		Ok(())
	}

	pub(crate) fn do_reveal_vote(
		who: T::AccountId,
		case: CaseId,
		vote: Ruling,
		salt: [u8; 32],
	) -> DispatchResult {
		let record = Self::waiting(case, Phase::Reveal)?;
		let mut jury = Self::jury(case, &record).ok_or(Error::<T>::NotAuthorized)?;
		let seat = jury.seat_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		let committed = seat.commitment.ok_or(Error::<T>::NotCommitted)?;
		ensure!(seat.vote.is_none(), Error::<T>::AlreadyRevealed);
		let revealed = commitment(case, record.round, &who, vote, &salt);
		ensure!(revealed == committed, Error::<T>::WrongReveal);
		seat.vote = Some(vote);
		let all = jury.sitting().all(|juror| juror.commitment.is_none() || juror.vote.is_some());
		Juries::<T>::insert(Self::key(case), [record.round], jury);
		Self::deposit_event(Event::Revealed { case, who, vote });
		if all {
			let was = record.due;
			Self::count_votes(case, record, was);
		}
		Ok(())
	}

	pub(crate) fn do_appeal(who: T::AccountId, case: CaseId) -> DispatchResult {
		let mut record = Self::waiting(case, Phase::Appeal)?;
		let by = record.side_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		let loser = record.verdict.and_then(|verdict| verdict.ruling.loser());
		ensure!(loser.is_none_or(|loser| loser == by), Error::<T>::NotLost);
		let before = Self::all_jurors(case, &record);
		let larger = Self::jury(case, &record).map_or(0, |jury| jury.seats).saturating_add(1);
		let enough = Self::has_enough(record.order, record.terms.juror_stake, &before, larger);
		ensure!(enough, Error::<T>::PoolTooSmall);
		let round = record.round.saturating_add(1);
		Self::post_fee(&mut record, by, round)?;
		Self::pay_deposit(&mut record, by, Self::deposit_for(Self::jury_bytes(round)))?;
		let was = record.due;
		record.round = round;
		record.redrawn = false;
		Self::start_drawing(&mut record);
		Self::store(case, was, record);
		Self::deposit_event(Event::Appealed { case, by, round });
		Ok(())
	}

	pub(crate) fn do_request_review(who: T::AccountId, case: CaseId, key: [u8; 32]) -> DispatchResult {
		let record = Self::found(case)?;
		let jurors = Self::all_jurors(case, &record);
		ensure!(record.is_open() && !jurors.is_empty(), Error::<T>::WrongPhase);
		ensure!(key != [0; 32], Error::<T>::InvalidKey);
		let inside = jurors.contains(&who) || T::Orders::concerns(record.order, &who);
		ensure!(!inside, Error::<T>::NotFromOutside);
		let mut reviews = Reviews::<T>::get(Self::key(case));
		if let Some(at) = reviews.iter().position(|review| review.reviewer == who) {
			let over = |review: &ReviewRecord<_>| review.until.is_some_and(|until| until <= Self::now());
			ensure!(reviews.get(at).is_some_and(over), Error::<T>::AlreadyRequested);
			Self::drop_review(&mut reviews, at);
		}
		if u32::try_from(reviews.len()).unwrap_or(u32::MAX) >= MAX_REVIEWS {
			let unwanted = reviews.iter().position(|review| review.approvals.is_empty());
			Self::drop_review(&mut reviews, unwanted.ok_or(Error::<T>::TooManyReviews)?);
		}
		let deposit = Self::deposit_for(Self::review_bytes());
		Self::hold_deposit(&who, deposit)?;
		let approvals = BoundedVec::new();
		let review = ReviewRecord { reviewer: who.clone(), key, deposit, approvals, until: None };
		reviews.try_push(review).map_err(|_| Error::<T>::TooManyReviews)?;
		Reviews::<T>::insert(Self::key(case), reviews);
		Self::deposit_event(Event::ReviewRequested { case, reviewer: who });
		Ok(())
	}

	/// Takes a review out of a list, and returns its deposit.
	fn drop_review(reviews: &mut ReviewsOf<T>, at: usize) {
		let review = reviews.remove(at);
		Self::release(HoldReason::Deposit, &review.reviewer, review.deposit);
	}

	pub(crate) fn do_approve_review(
		by: T::AccountId,
		case: CaseId,
		reviewer: T::AccountId,
	) -> DispatchResult {
		let record = Self::found(case)?;
		ensure!(record.is_open(), Error::<T>::WrongPhase);
		let mut juries = (0..=record.round).filter_map(|round| Juries::<T>::get(Self::key(case), [round]));
		ensure!(juries.any(|jury| jury.has(&by)), Error::<T>::NotAuthorized);
		let mut reviews = Reviews::<T>::get(Self::key(case));
		let review = reviews.iter_mut().find(|review| review.reviewer == reviewer);
		let review = review.ok_or(Error::<T>::NotRequested)?;
		ensure!(review.until.is_none(), Error::<T>::AlreadyGiven);
		ensure!(!review.approvals.contains(&by), Error::<T>::AlreadyApproved);
		review.approvals.try_push(by.clone()).map_err(|_| Error::<T>::AlreadyGiven)?;
		if u32::try_from(review.approvals.len()).unwrap_or(u32::MAX) >= APPROVALS {
			review.until = Some(Self::now().saturating_add(T::ReviewTime::get()));
		}
		let until = review.until;
		Reviews::<T>::insert(Self::key(case), reviews);
		Self::deposit_event(Event::ReviewApproved { case, reviewer, by, until });
		Ok(())
	}

	pub(crate) fn do_execute(case: CaseId) -> DispatchResult {
		let record = Self::found(case)?;
		ensure!(Self::now() >= record.due, Error::<T>::NothingDue);
		Self::take_turn(case);
		Ok(())
	}
}
