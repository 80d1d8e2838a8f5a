use super::*;
use crate::{Schedule, Schedules, Snapshots};

fn every(every: u32) -> Schedule {
	Schedule { every, tolerance: 2, retention: 3 }
}

#[test]
fn a_schedule_holds_a_deposit_for_all_that_it_promises_to_keep() {
	TestExt::default().execute(|| {
		assert_ok!(set_schedule(CURATOR, LISTING, every(10)));
		let small = held(HoldReason::Deposit, CURATOR);
		assert_eq!(small, Schedules::<Test>::get(LISTING).expect("it was set").deposit);
		assert_ok!(set_schedule(CURATOR, LISTING, Schedule { retention: 6, ..every(10) }));
		let large = held(HoldReason::Deposit, CURATOR);
		// Three more snapshots, each a storage item of key, list entry and record.
		let snapshot =
			5 + 8 + 4 + <crate::SnapshotRecord as codec::MaxEncodedLen>::max_encoded_len() as Balance;
		assert_eq!(large - small, 3 * snapshot);
		assert_ok!(set_schedule(CURATOR, LISTING, every(20)));
		assert_eq!(held(HoldReason::Deposit, CURATOR), small);
		assert_eq!(Curation::schedule(LISTING), Some(every(20)));
	});
}

#[test]
fn the_deposit_covers_the_fullest_storage_there_can_be() {
	TestExt::default().workers(3).schedule(10, 2, MAX_RETENTION).execute(|| {
		for node in [11, 12, 13] {
			assert_ok!(assign(CURATOR, LISTING, node, NodeRole::Persistence));
		}
		go_to(2);
		for node in [11, 12, 13] {
			assert_ok!(unassign(CURATOR, LISTING, node, NodeRole::Persistence));
		}
		move_to(LISTING, ListingState::Paused);
		for period in 0..MAX_RETENTION {
			for worker in [11, 12] {
				assert_ok!(submit(worker, LISTING, START - 50 + period, 1));
			}
		}
		for period in 0..MAX_OPEN {
			for (worker, n) in [(11, 1), (12, 2), (13, 3)] {
				assert_ok!(submit(worker, LISTING, START + period, n));
			}
		}
		let bytes: usize = [
			Schedules::<Test>::hashed_key_for(LISTING),
			crate::OpenPeriods::<Test>::hashed_key_for(LISTING),
			crate::SnapshotPeriods::<Test>::hashed_key_for(LISTING),
			crate::Newest::<Test>::hashed_key_for(LISTING),
			crate::FirstFinalAt::<Test>::hashed_key_for(LISTING),
		]
		.into_iter()
		.chain(
			crate::Submissions::<Test>::iter_prefix(LISTING)
				.map(|(period, _)| crate::Submissions::<Test>::hashed_key_for(LISTING, period)),
		)
		.chain(
			Snapshots::<Test>::iter_prefix(LISTING)
				.map(|(period, _)| Snapshots::<Test>::hashed_key_for(LISTING, period)),
		)
		.map(|key| frame_support::storage::unhashed::get_raw(&key).map_or(0, |value| value.len()))
		.sum();
		let deposit = Schedules::<Test>::get(LISTING).expect("it was set").deposit;
		assert!(deposit >= bytes as Balance, "{deposit} does not cover {bytes} bytes");
	});
}

#[test]
fn a_smaller_retention_drops_the_oldest_snapshots_at_once() {
	TestExt::default().workers(1).schedule(10, 2, 6).execute(|| {
		for period in 0..6 {
			assert_ok!(submit(11, LISTING, START - 10 + period, 1));
		}
		assert_ok!(set_schedule(CURATOR, LISTING, Schedule { retention: 2, ..every(10) }));
		let kept: Vec<_> = Curation::snapshots(LISTING).iter().map(|snapshot| snapshot.period).collect();
		assert_eq!(kept, [START - 5, START - 6]);
		assert_eq!(Snapshots::<Test>::iter().count(), 2);
	});
}

#[test]
fn a_schedule_without_rhythm_or_room_is_refused() {
	TestExt::default().execute(|| {
		for schedule in [
			every(0),
			Schedule { retention: 0, ..every(10) },
			Schedule { retention: MAX_RETENTION + 1, ..every(10) },
		] {
			assert_noop!(set_schedule(CURATOR, LISTING, schedule), Error::<Test>::InvalidSchedule);
		}
	});
}

#[test]
fn what_is_due_is_late_by_no_more_than_is_between_two_snapshots() {
	TestExt::default().execute(|| {
		for (every, tolerance) in [(10, 11), (1, 2)] {
			let schedule = Schedule { every, tolerance, retention: 3 };
			assert_noop!(set_schedule(CURATOR, LISTING, schedule), Error::<Test>::ToleranceTooLong);
		}
		assert_ok!(set_schedule(CURATOR, LISTING, Schedule { every: 10, tolerance: 10, retention: 3 }));
	});
}

#[test]
fn only_the_curator_of_a_listing_that_has_not_ended_sets_it() {
	TestExt::default().execute(|| {
		assert_noop!(set_schedule(OTHER, LISTING, every(10)), Error::<Test>::NotAuthorized);
		assert_noop!(set_schedule(CURATOR, 77, every(10)), Error::<Test>::NotFound);
		move_to(LISTING, ListingState::Retired);
		assert_noop!(set_schedule(CURATOR, LISTING, every(10)), Error::<Test>::ListingEnded);
	});
}

#[test]
fn nobody_sets_a_schedule_that_they_cannot_pay_for() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, ENDOWMENT - 10));
		assert!(set_schedule(CURATOR, LISTING, every(10)).is_err());
		assert_eq!(held(HoldReason::Deposit, CURATOR), 0);
	});
}
