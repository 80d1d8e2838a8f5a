//! Drawings: who sits on a jury is decided by randomness that nobody knew when the drawing began.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	traits::{Get, Randomness},
	BoundedVec,
};
use souk_primitives::{
	reach::{Disputed as _, Ruling},
	Balance, OrderId,
};
use sp_runtime::traits::UniqueSaturatedInto;

/// What a drawing is for.
struct Wanted {
	/// How many.
	seats: u32,
	/// How many are enough when time is up.
	least: u32,
}

impl<T: Config> Pallet<T> {
	/// Begins to draw a jury, or who replaces those who did not appear.
	pub(crate) fn start_drawing(record: &mut CaseRecordOf<T>) {
		let timeout = record.terms.draw_timeout;
		Self::enter(record, Phase::Drawing, timeout);
		record.due = record.until.min(Self::now().saturating_add(DRAW_EVERY));
	}

	/// A turn of a case in whose drawing somebody has still to be found. Draws as soon as the randomness is known and the pool has
	/// enough arbitrators who are free, or when time is up those whom it has.
	pub(crate) fn try_to_draw(case: CaseId, mut record: CaseRecordOf<T>, was: u32) {
		let wanted = Self::wanted(case, &record);
		let drawn = Self::drawn(case, &record, wanted.seats);
		let found = u32::try_from(drawn.len()).unwrap_or(u32::MAX);
		let in_time = Self::now() < record.until;
		if found < wanted.seats && in_time {
			record.due = record.until.min(Self::now().saturating_add(DRAW_EVERY));
			return Self::store(case, was, record);
		}
		if found < wanted.least {
			return Self::without_jury(case, record, was);
		}
		Self::seat(case, record, was, drawn);
	}

	/// How many have to be drawn. Those who did not appear need not be replaced. A jury is larger than the one before it.
	fn wanted(case: CaseId, record: &CaseRecordOf<T>) -> Wanted {
		if record.redrawn {
			let jury = Self::jury(case, record);
			let empty = jury.map_or(0, |jury| jury.jurors.iter().filter(|juror| juror.replaced).count());
			return Wanted { seats: u32::try_from(empty).unwrap_or(u32::MAX), least: 0 };
		}
		let before = record.round.checked_sub(1).and_then(|round| Juries::<T>::get(Self::key(case), [round]));
		let least = before.map_or(FIRST_JURY, |jury| jury.seats.saturating_add(1));
		Wanted { seats: jury_size(record.round).unwrap_or(0), least }
	}

	/// Who is drawn: the luckiest of those who may be, up to `seats`. Nobody while the randomness could have been known when the
	/// drawing began.
	fn drawn(case: CaseId, record: &CaseRecordOf<T>, seats: u32) -> Vec<T::AccountId> {
		let (seed, known_since) = T::Randomness::random(&Self::subject(case, record));
		let known_since: u32 = known_since.unique_saturated_into();
		if known_since <= record.since {
			return Vec::new();
		}
		let min_bond = T::MinBond::get();
		let mut lots: Vec<(u64, T::AccountId)> = Self::eligible(record.terms.juror_stake)
			.filter(|arbitrator| arbitrator.since < known_since)
			.map(|arbitrator| {
				let tickets = arbitrator.tickets(min_bond);
				(luck(seed.as_ref(), &arbitrator.who, tickets), arbitrator.who)
			})
			.collect();
		lots.sort_unstable();
		let before = Self::all_jurors(case, record);
		let seats = usize::try_from(seats).unwrap_or(usize::MAX);
		let lots = lots.into_iter().map(|(_, who)| who).filter(|who| !before.contains(who));
		lots.filter(|who| !T::Orders::concerns(record.order, who)).take(seats).collect()
	}

	/// Arbitrators whose bond is large enough for a seat, though other seats may lock it. Some may have a part in the order.
	fn able(stake: Balance) -> impl Iterator<Item = Arbitrator<T::AccountId>> {
		let min_bond = T::MinBond::get();
		let able = move |seat: &Arbitrator<T::AccountId>| seat.tickets(min_bond) > 0 && seat.bond >= stake;
		Pool::<T>::get().into_iter().filter(able)
	}

	/// Those of them whose bond is large enough for one more seat now.
	fn eligible(stake: Balance) -> impl Iterator<Item = Arbitrator<T::AccountId>> {
		Self::able(stake).filter(move |seat| seat.can_stake(stake))
	}

	/// Whether the pool has so many arbitrators who could sit on a jury about an order, beside `others`. Who is busy counts: a drawing waits, and else
	/// whoever has cases of their own in a small pool would keep everybody else from a jury.
	pub(crate) fn has_enough(order: OrderId, stake: Balance, others: &[T::AccountId], seats: u32) -> bool {
		let seats = usize::try_from(seats).unwrap_or(usize::MAX);
		let able = Self::able(stake).map(|arbitrator| arbitrator.who);
		let able = able.filter(|who| !others.contains(who) && !T::Orders::concerns(order, who));
		able.take(seats).count() >= seats
	}

	/// All who were drawn for a case so far.
	pub(crate) fn all_jurors(case: CaseId, record: &CaseRecordOf<T>) -> Vec<T::AccountId> {
		let juries = (0..=record.round).filter_map(|round| Juries::<T>::get(Self::key(case), [round]));
		juries.flat_map(|jury| jury.jurors.into_iter().map(|juror| juror.who)).collect()
	}

	/// Seats those who were drawn, and lets them vote.
	fn seat(case: CaseId, mut record: CaseRecordOf<T>, was: u32, drawn: Vec<T::AccountId>) {
		if drawn.is_empty() {
			// Nobody replaces those who did not appear.
			return Self::start_reveal(case, record, was);
		}
		let stake = record.terms.juror_stake;
		Pool::<T>::mutate(|pool| {
			for seat in pool.iter_mut().filter(|seat| drawn.contains(&seat.who)) {
				seat.locked = seat.locked.saturating_add(stake);
				seat.seats = seat.seats.saturating_add(1);
			}
		});
		let jurors = drawn.iter().cloned();
		let jurors = jurors.map(|who| Juror { who, commitment: None, vote: None, replaced: false });
		Juries::<T>::mutate(Self::key(case), [record.round], |slot| match slot {
			Some(jury) => jurors.for_each(|juror| {
				let seated = jury.jurors.try_push(juror);
				debug_assert!(seated.is_ok(), "no seat is drawn three times");
			}),
			None => {
				let seats = u32::try_from(drawn.len()).unwrap_or(u32::MAX);
				let jurors = BoundedVec::truncate_from(jurors.collect());
				*slot = Some(Jury { seats, jurors, verdict: None });
			}
		});
		let time = record.terms.commit_time;
		let until = Self::enter(&mut record, Phase::Commit, time);
		let round = record.round;
		Self::store(case, was, record);
		Self::deposit_event(Event::JuryDrawn { case, round, jurors: drawn, until });
	}

	/// No jury could be drawn. The ruling before stands; without one, governance may rule.
	fn without_jury(case: CaseId, record: CaseRecordOf<T>, was: u32) {
		match record.verdict {
			Some(verdict) => Self::close(case, record, was, Ending::Ruled, verdict),
			None => {
				let nothing = Verdict { ruling: Ruling::Refused, decided: false };
				Self::close(case, record, was, Ending::NoJury, nothing);
			}
		}
	}
}
