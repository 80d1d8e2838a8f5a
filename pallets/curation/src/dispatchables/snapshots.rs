//! Schedules, submissions and snapshots.

use super::refusal;
use crate::*;
use alloc::vec::Vec;
use codec::{Encode, MaxEncodedLen};
use core::cmp::Reverse;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, UnixTime},
	BoundedVec,
};
use souk_primitives::{
	quorum, reach::Listings, Balance, Commitments, Digest, ListingId, ListingState, NodeRole, Period,
};

/// How far a period may be ahead of the chain's time, in minutes: clocks differ.
const MINUTES_AHEAD: u32 = 5;
/// Single values that a listing with a schedule has: the schedule, the two lists of periods, the newest period, and the
/// block of the first final snapshot.
const SCHEDULE_ITEMS: u32 = 5;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_schedule(
		curator: T::AccountId,
		listing: ListingId,
		schedule: Schedule,
	) -> DispatchResult {
		Self::ensure_curates(&curator, listing)?;
		let kept = 1..=T::MaxRetention::get();
		ensure!(schedule.every >= 1 && kept.contains(&schedule.retention), Error::<T>::InvalidSchedule);
		ensure!(schedule.tolerance <= schedule.every, Error::<T>::ToleranceTooLong);

		let now = Self::now();
		let deposit = Self::schedule_deposit(schedule.retention);
		let old = Schedules::<T>::get(listing);
		Self::adjust_deposit(&curator, old.as_ref().map_or(0, |record| record.deposit), deposit)?;
		let state = T::Listings::state(listing).map(|(state, _)| state);
		let record = match old {
			// A draft has promised nothing yet that another schedule could get around.
			Some(mut record) if state != Some(ListingState::Draft) => {
				record.reschedule(schedule, now);
				ScheduleRecord { curator, deposit, ..record }
			}
			_ => {
				let mut record = ScheduleRecord::new(schedule, curator, deposit, now);
				record.on_state(state.unwrap_or(ListingState::Draft), now, T::MaxPause::get());
				record
			}
		};
		Schedules::<T>::insert(listing, record);
		SnapshotPeriods::<T>::mutate_exists(listing, |slot| {
			if let Some(periods) = slot.as_mut() {
				Self::prune(listing, periods, schedule.retention);
			}
		});
		Self::deposit_event(Event::ScheduleSet { listing, schedule });
		Ok(())
	}

	pub(crate) fn do_submit_snapshot(
		worker: T::AccountId,
		listing: ListingId,
		period: Period,
		commitments: Commitments,
	) -> DispatchResult {
		Self::ensure_not_ended(listing)?;
		let workers = Self::assigned_nodes(listing, NodeRole::Worker);
		ensure!(workers.contains(&worker), Error::<T>::NotAssigned);
		ensure!(Schedules::<T>::contains_key(listing), Error::<T>::NoSchedule);
		ensure!(Newest::<T>::get(listing).is_none_or(|newest| period > newest), Error::<T>::PeriodPast);
		ensure!(period <= Self::minutes().saturating_add(MINUTES_AHEAD), Error::<T>::PeriodAhead);

		Self::open(listing, period, &worker)?;
		let hash = Self::hash_of(&commitments);
		let contradicts = Submissions::<T>::try_mutate(listing, period, |submissions| {
			submissions.submit(worker.clone(), hash, commitments).map_err(refusal::<T>)
		})?;
		Self::note_agreed(listing, &worker, NodeRole::Worker, u32::MAX);
		Self::deposit_event(Event::SnapshotSubmitted { listing, period, worker, hash });
		if contradicts {
			Self::deposit_event(Event::SnapshotDisagreement { listing, period });
		}
		Self::finalise_agreed(listing)
	}

	/// Opens a period for submissions, unless it is open. Where too many are, [`Self::displaced`] says which makes room.
	fn open(listing: ListingId, period: Period, worker: &T::AccountId) -> DispatchResult {
		OpenPeriods::<T>::try_mutate(listing, |open| {
			if open.contains(&period) {
				return Ok(());
			}
			if open.is_full() {
				let gone = Self::displaced(listing, open, worker).ok_or(Error::<T>::PeriodPast)?;
				// A worker does not go back from a period to an earlier one.
				let own = Submissions::<T>::get(listing, gone).sole_signer() == Some(worker);
				ensure!(!own || period > gone, Error::<T>::PeriodPast);
				open.retain(|other| *other != gone);
				Self::abandon(listing, gone);
			}
			let at = open.partition_point(|other| *other < period);
			open.try_insert(at, period).map_err(|_| Error::<T>::PeriodPast.into())
		})
	}

	/// The open period that makes room for one that `worker` opens: the oldest of those that it alone signed. Else the one
	/// with the fewest signers; of several the one of the worker who is alone in most of them, and then the newest. So
	/// nobody keeps others from agreeing by opening periods that nobody else signs.
	fn displaced(listing: ListingId, open: &[Period], worker: &T::AccountId) -> Option<Period> {
		let submissions: Vec<_> =
			open.iter().map(|period| (*period, Submissions::<T>::get(listing, period))).collect();
		let alone = |who: &T::AccountId| {
			submissions.iter().filter(|(_, submitted)| submitted.sole_signer() == Some(who)).count()
		};
		let own = submissions.iter().find(|(_, submitted)| submitted.sole_signer() == Some(worker));
		let least = submissions.iter().min_by_key(|(period, submitted)| {
			let others = submitted.sole_signer().map_or(0, &alone);
			(submitted.signers(), Reverse(others), Reverse(*period))
		});
		own.or(least).map(|(period, _)| *period)
	}

	/// Makes those open periods final that a quorum of the assigned workers agrees on.
	pub(crate) fn finalise_agreed(listing: ListingId) -> DispatchResult {
		let workers = Assignments::<T>::decode_len(listing, NodeRole::Worker).unwrap_or(0);
		let quorum = quorum(u32::try_from(workers).unwrap_or(u32::MAX));
		// Ascending, so that a period is not dropped by a later one before it was looked at.
		for period in OpenPeriods::<T>::get(listing) {
			let submissions = Submissions::<T>::get(listing, period);
			if let Some(proposal) = submissions.agreed(quorum) {
				Self::finalise(listing, period, proposal, quorum)?;
			}
		}
		Ok(())
	}

	/// Records a final snapshot, drops the submissions for its period and all earlier ones, and the oldest snapshots beyond
	/// the retention.
	fn finalise(
		listing: ListingId,
		period: Period,
		proposal: &Proposal<T::AccountId, T::MaxAssigned>,
		quorum: u32,
	) -> DispatchResult {
		let mut record = Schedules::<T>::get(listing).ok_or(Error::<T>::NoSchedule)?;
		let now = Self::now();
		let signers = u32::try_from(proposal.signers.len()).unwrap_or(u32::MAX);

		OpenPeriods::<T>::mutate_exists(listing, |slot| {
			if let Some(open) = slot.as_mut() {
				for passed in open.iter().filter(|other| **other < period) {
					Self::abandon(listing, *passed);
				}
				open.retain(|other| *other > period);
				if open.is_empty() {
					*slot = None;
				}
			}
		});
		Submissions::<T>::remove(listing, period);

		let before = SnapshotPeriods::<T>::try_mutate(listing, |periods| {
			let newest = periods.last().and_then(|newest| Snapshots::<T>::get(listing, newest));
			// Room for this one first.
			Self::prune(listing, periods, record.schedule.retention.saturating_sub(1));
			periods.try_push(period).map_err(|_| Error::<T>::InvalidSchedule)?;
			Ok::<_, Error<T>>(newest.map(|snapshot| snapshot.final_at))
		})?;
		let commitments = proposal.commitments.clone();
		let snapshot = SnapshotRecord { commitments, final_at: now, signers, quorum, before };
		Snapshots::<T>::insert(listing, period, snapshot);
		record.renew(now, T::MaxPause::get());
		Schedules::<T>::insert(listing, record);
		Newest::<T>::insert(listing, period);
		FirstFinalAt::<T>::mutate(listing, |first| {
			first.get_or_insert(now);
		});
		Self::deposit_event(Event::SnapshotFinal { listing, period, hash: proposal.hash, signers });
		Ok(())
	}

	/// Drops what `worker` submitted for open periods, and the periods for which nobody else did.
	pub(crate) fn withdraw_submissions(listing: ListingId, worker: &T::AccountId) {
		OpenPeriods::<T>::mutate_exists(listing, |slot| {
			let Some(open) = slot.as_mut() else { return };
			open.retain(|period| {
				let left =
					Submissions::<T>::mutate(listing, period, |submissions| submissions.withdraw(worker));
				if !left {
					Self::abandon(listing, *period);
				}
				left
			});
			if open.is_empty() {
				*slot = None;
			}
		});
	}

	/// Drops the submissions for an open period; the caller takes it off the list.
	pub(crate) fn abandon(listing: ListingId, period: Period) {
		Submissions::<T>::remove(listing, period);
		Self::deposit_event(Event::PeriodAbandoned { listing, period });
	}

	/// Drops the oldest snapshots until at most `keep` are left.
	fn prune<Max>(listing: ListingId, periods: &mut BoundedVec<Period, Max>, keep: u32) {
		let keep = usize::try_from(keep).unwrap_or(usize::MAX);
		let mut surplus = periods.len().saturating_sub(keep);
		periods.retain(|period| {
			if surplus == 0 {
				return true;
			}
			surplus = surplus.saturating_sub(1);
			Snapshots::<T>::remove(listing, period);
			false
		});
	}

	/// What a schedule costs, in planck: itself, its snapshots, and as many submissions as can be open.
	pub(crate) fn schedule_deposit(retention: u32) -> Balance {
		let len = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
		let period = Period::max_encoded_len();
		let key = ListingId::max_encoded_len().saturating_add(period);

		// Each worker may say something else.
		let proposal = Digest::max_encoded_len()
			.saturating_add(Commitments::max_encoded_len())
			.saturating_add(T::AccountId::max_encoded_len())
			.saturating_add(1);
		let open = key
			.saturating_add(period)
			.saturating_add(proposal.saturating_mul(len(T::MaxAssigned::get())))
			.saturating_mul(len(T::MaxOpenPeriods::get()));
		let kept = key
			.saturating_add(period)
			.saturating_add(SnapshotRecord::max_encoded_len())
			.saturating_mul(len(retention));
		let single =
			ScheduleRecord::<T::AccountId>::max_encoded_len().saturating_add(period.saturating_mul(2));

		let items = SCHEDULE_ITEMS.saturating_add(retention).saturating_add(T::MaxOpenPeriods::get());
		Self::deposit_for(items, single.saturating_add(open).saturating_add(kept))
	}

	/// The chain's time in minutes since the Unix epoch.
	fn minutes() -> u32 {
		u32::try_from(T::UnixTime::now().as_secs().saturating_div(60)).unwrap_or(u32::MAX)
	}

	/// The hash by which submissions are compared: blake2-256 of the tag and the encoded commitments.
	pub(crate) fn hash_of(commitments: &Commitments) -> Digest {
		let mut bytes: Vec<u8> = b"souk/commitments/v1".to_vec();
		commitments.encode_to(&mut bytes);
		sp_io::hashing::blake2_256(&bytes)
	}
}
