//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Get;
use scale_info::TypeInfo;
use souk_primitives::{
	reach::{Ruling, Side},
	Balance, ListingId, OrderId,
};

/// A reviewer from outside as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ReviewView<AccountId> {
	/// Who.
	pub reviewer: AccountId,
	/// X25519 public key to which the evidence is encrypted then.
	pub key: [u8; 32],
	/// Jurors who approve.
	pub approvals: Vec<AccountId>,
	/// First block in which the access is over; `None` before it is given.
	pub until: Option<u32>,
	/// Whether it is given in this block.
	pub open: bool,
}

/// A case as clients see it. Every `…until` is the first block in which it is too late.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CaseView<AccountId> {
	/// Its number.
	pub id: CaseId,
	/// About which order.
	pub order: OrderId,
	/// What was ordered.
	pub listing: ListingId,
	/// Who pays for the order.
	pub buyer: AccountId,
	/// Who is paid.
	pub seller: AccountId,
	/// Which of them opened it.
	pub opener: Side,
	/// The numbers by which it goes.
	pub terms: Terms,
	/// Block in which it was opened.
	pub opened_at: u32,
	/// Where it is in its life.
	pub phase: Phase,
	/// Until when it waits for what it waits for.
	pub until: u32,
	/// Which jury, from 0.
	pub round: u8,
	/// What both sides have posted and not got back, in planck.
	pub fees: Sides<Balance>,
	/// What is held for its bytes, in planck.
	pub deposits: Sides<Balance>,
	/// The ruling of the last jury that was counted.
	pub verdict: Option<Verdict>,
	/// How it ended, and for whom.
	pub ended: Option<(Ending, Ruling)>,
	/// Its juries, by round.
	pub juries: Vec<Jury<AccountId>>,
	/// The keys to which evidence is encrypted for those who sit on them, while they are in the pool.
	pub keys: Vec<(AccountId, [u8; 32])>,
	/// Its evidence, oldest first.
	pub evidence: Vec<EvidenceRecord>,
	/// Who from outside asks to see it, or may.
	pub reviews: Vec<ReviewView<AccountId>>,
}

/// An arbitrator as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ArbitratorView {
	/// The bond, in planck.
	pub bond: Balance,
	/// What of it is the stake of seats on juries, in planck.
	pub locked: Balance,
	/// On how many juries.
	pub seats: u32,
	/// How many tickets that is at a drawing; none on the way out of the pool.
	pub tickets: u32,
	/// X25519 public key to which evidence is encrypted; `None` on the way out of the pool.
	pub key: Option<[u8; 32]>,
	/// First block in which the bond can be withdrawn, once it is on its way out.
	pub leaves_at: Option<u32>,
}

/// The numbers by which cases go that are opened now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct DisputeSettings {
	/// Those that are copied into a case.
	pub terms: Terms,
	/// Seats of the jury of each round.
	pub juries: Vec<u32>,
	/// Least bond of an arbitrator, and of a ticket, in planck.
	pub min_bond: Balance,
	/// Most tickets of an arbitrator.
	pub max_tickets: u32,
	/// Blocks between leaving the pool and withdrawing the bond.
	pub unbonding: u32,
	/// Blocks for which an approved reviewer has access to evidence.
	pub review_time: u32,
	/// Blocks for which a case is kept after its end.
	pub keep_for: u32,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn view_of(case: CaseId) -> Option<CaseView<T::AccountId>> {
		let key = Self::key(case);
		let record = Cases::<T>::get(key)?;
		let now = Self::now();
		let juries: Vec<_> = (0..=record.round).filter_map(|round| Juries::<T>::get(key, [round])).collect();
		let sits = |who: &T::AccountId| juries.iter().any(|jury| jury.has(who));
		let keys = Pool::<T>::get().into_iter().filter(|seat| sits(&seat.who));
		let keys = keys.map(|seat| (seat.who, seat.key)).collect();
		let reviews = Reviews::<T>::get(key).into_iter().map(|review| ReviewView {
			reviewer: review.reviewer,
			key: review.key,
			approvals: review.approvals.into_inner(),
			until: review.until,
			open: review.until.is_some_and(|until| now < until),
		});
		let Sides { buyer, seller } = record.parties;
		Some(CaseView {
			id: case,
			order: record.order,
			listing: record.listing,
			buyer,
			seller,
			opener: record.opener,
			terms: record.terms,
			opened_at: record.opened_at,
			phase: record.phase,
			until: record.until,
			round: record.round,
			fees: record.fees,
			deposits: record.deposits,
			verdict: record.verdict,
			ended: record.ended,
			juries,
			keys,
			evidence: Evidence::<T>::get(key).into_inner(),
			reviews: reviews.collect(),
		})
	}

	pub(crate) fn cases_page(start_after: Option<CaseId>, limit: u32) -> Vec<CaseView<T::AccountId>> {
		let keys = match start_after {
			None => Cases::<T>::iter_keys(),
			Some(case) => Cases::<T>::iter_keys_from(Cases::<T>::hashed_key_for(Self::key(case))),
		};
		let page = usize::try_from(limit.min(CASE_PAGE)).unwrap_or(usize::MAX);
		keys.take(page).filter_map(|key| Self::view_of(CaseId::from_be_bytes(key))).collect()
	}

	pub(crate) fn arbitrator_view(who: &T::AccountId) -> Option<ArbitratorView> {
		if let Some(seat) = Pool::<T>::get().into_iter().find(|seat| seat.who == *who) {
			let tickets = seat.tickets(T::MinBond::get());
			let Arbitrator { bond, locked, seats, key, .. } = seat;
			return Some(ArbitratorView { bond, locked, seats, tickets, key: Some(key), leaves_at: None });
		}
		let Leaving { bond, at, .. } = LeavingPool::<T>::get(who)?;
		Some(ArbitratorView { bond, locked: 0, seats: 0, tickets: 0, key: None, leaves_at: Some(at) })
	}

	pub(crate) fn current_settings() -> DisputeSettings {
		let terms = Self::terms();
		DisputeSettings {
			terms,
			juries: JURIES.to_vec(),
			min_bond: T::MinBond::get(),
			max_tickets: MAX_TICKETS,
			unbonding: T::Unbonding::get().max(terms.longest()),
			review_time: T::ReviewTime::get(),
			keep_for: T::KeepFor::get(),
		}
	}
}
