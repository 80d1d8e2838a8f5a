use super::*;
use crate::{FirstFinalAt, Newest, OpenPeriods, SnapshotPeriods, Snapshots, Submissions};
use souk_primitives::reach::Curation as _;

#[test]
fn more_than_half_of_the_workers_make_a_snapshot_final() {
	for (workers, needed) in [(1, 1), (2, 2), (3, 2)] {
		TestExt::default().workers(workers).schedule(10, 2, 3).execute(|| {
			for (count, worker) in NODES.into_iter().take(needed).enumerate() {
				assert_eq!(Newest::<Test>::get(LISTING), None, "{count} of {workers} are no quorum");
				assert_ok!(submit(worker, LISTING, START, 1));
			}
			let record = Snapshots::<Test>::get(LISTING, START).expect("it is final");
			assert_eq!((record.signers, record.quorum), (needed as u32, needed as u32));
			assert_eq!(record.commitments, commitments(1));
			assert_eq!(record.final_at, 1);
			assert_eq!(Newest::<Test>::get(LISTING), Some(START));
			assert_eq!(Submissions::<Test>::iter().count(), 0);
			assert!(!OpenPeriods::<Test>::contains_key(LISTING));
		});
	}
}

#[test]
fn every_submission_shows_who_committed_to_what() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_ok!(submit(12, LISTING, START, 1));
		let hash = Curation::hash_of(&commitments(1));
		let submitted = |worker| Event::SnapshotSubmitted { listing: LISTING, period: START, worker, hash };
		let events = events();
		assert!(events.contains(&submitted(11)) && events.contains(&submitted(12)));
		assert_eq!(
			events.last(),
			Some(&Event::SnapshotFinal { listing: LISTING, period: START, hash, signers: 2 })
		);
	});
}

#[test]
fn disagreement_is_visible_and_the_majority_decides() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		let disagreement = Event::SnapshotDisagreement { listing: LISTING, period: START };
		assert_ok!(submit(11, LISTING, START, 1));
		assert!(!events().contains(&disagreement));
		assert_ok!(submit(12, LISTING, START, 2));
		assert!(events().contains(&disagreement));
		assert_eq!(Curation::newest_snapshot(LISTING), None);
		assert_eq!(Curation::submissions(LISTING, START).len(), 2);
		assert_ok!(submit(13, LISTING, START, 2));
		let snapshot = Curation::newest_snapshot(LISTING).expect("two of three agree");
		assert_eq!(snapshot.commitments, commitments(2));
	});
}

#[test]
fn a_worker_that_repeats_itself_loses_nothing() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_noop!(submit(11, LISTING, START, 1), Error::<Test>::AlreadySubmitted);
		assert_eq!(Curation::submissions(LISTING, START).len(), 1);
	});
}

#[test]
fn a_worker_does_not_contradict_itself() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_noop!(submit(11, LISTING, START, 2), Error::<Test>::ConflictsWithOwn);
	});
}

#[test]
fn only_an_assigned_worker_submits() {
	TestExt::default().workers(1).nodes(2).schedule(10, 2, 3).execute(|| {
		assert_noop!(submit(12, LISTING, START, 1), Error::<Test>::NotAssigned);
		assert_noop!(submit(11, FOREIGN, START, 1), Error::<Test>::NotAssigned);
		assert_noop!(submit(11, 77, START, 1), Error::<Test>::NotFound);
		assert_ok!(assign(CURATOR, LISTING, 12, NodeRole::Persistence));
		assert_noop!(submit(12, LISTING, START, 1), Error::<Test>::NotAssigned);
	});
}

#[test]
fn without_a_schedule_there_are_no_snapshots() {
	TestExt::default().workers(1).execute(|| {
		assert_noop!(submit(11, LISTING, START, 1), Error::<Test>::NoSchedule);
	});
}

#[test]
fn nothing_is_submitted_for_a_listing_that_has_ended() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		move_to(LISTING, ListingState::Retired);
		assert_noop!(submit(11, LISTING, START, 1), Error::<Test>::ListingEnded);
	});
}

#[test]
fn a_draft_may_have_snapshots_before_it_is_sold() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		move_to(LISTING, ListingState::Draft);
		assert_ok!(submit(11, LISTING, START, 1));
	});
}

#[test]
fn periods_only_go_forward() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_noop!(submit(11, LISTING, START, 1), Error::<Test>::PeriodPast);
		assert_noop!(submit(11, LISTING, START - 1, 1), Error::<Test>::PeriodPast);
	});
}

#[test]
fn a_period_is_five_minutes_ahead_of_the_chain_at_most() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		assert_noop!(submit(11, LISTING, START + 6, 1), Error::<Test>::PeriodAhead);
		assert_ok!(submit(11, LISTING, START + 5, 1));
		Minutes::set(START + 1);
		assert_ok!(submit(11, LISTING, START + 6, 1));
	});
}

#[test]
fn the_newest_snapshots_are_kept_and_no_more() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		for period in 0..5 {
			assert_ok!(submit(11, LISTING, START - 10 + period, 1));
		}
		assert_eq!(SnapshotPeriods::<Test>::get(LISTING).into_inner(), [START - 8, START - 7, START - 6]);
		assert_eq!(Snapshots::<Test>::iter().count(), 3);
		assert_eq!(Curation::snapshot(LISTING, START - 9), None);
	});
}

#[test]
fn the_first_final_block_stays_the_first() {
	TestExt::default().workers(1).schedule(10, 2, 1).execute(|| {
		assert_eq!(Curation::first_final_at(LISTING), None);
		go_to(4);
		assert_ok!(submit(11, LISTING, START - 1, 1));
		go_to(9);
		assert_ok!(submit(11, LISTING, START, 1));
		assert_eq!(Curation::first_final_at(LISTING), Some(4));
		assert_eq!(FirstFinalAt::<Test>::get(LISTING), Some(4));
		// The one before it is not kept.
		assert_eq!(Snapshots::<Test>::get(LISTING, START).map(|snapshot| snapshot.before), Some(Some(4)));
	});
}

#[test]
fn a_final_period_clears_the_older_open_ones_and_leaves_the_later() {
	TestExt::default().workers(2).schedule(10, 2, 3).execute(|| {
		for period in [START - 2, START - 1, START, START + 1] {
			assert_ok!(submit(11, LISTING, period, 1));
		}
		assert_ok!(submit(12, LISTING, START, 1));
		assert_eq!(OpenPeriods::<Test>::get(LISTING).into_inner(), [START + 1]);
		assert_eq!(Submissions::<Test>::iter().count(), 1);
		for period in [START - 2, START - 1] {
			assert!(events().contains(&Event::PeriodAbandoned { listing: LISTING, period }));
		}
		assert_ok!(submit(12, LISTING, START + 1, 1));
		assert_eq!(Newest::<Test>::get(LISTING), Some(START + 1));
	});
}

#[test]
fn a_fifth_open_period_takes_the_place_of_the_workers_oldest() {
	TestExt::default().workers(2).schedule(10, 2, 3).execute(|| {
		for period in 0..MAX_OPEN {
			assert_ok!(submit(11, LISTING, START - 10 + 2 * period, 1));
		}
		// Between the others: the oldest still goes.
		assert_ok!(submit(11, LISTING, START - 7, 1));
		assert_eq!(
			OpenPeriods::<Test>::get(LISTING).into_inner(),
			[START - 8, START - 7, START - 6, START - 4]
		);
		assert!(events().contains(&Event::PeriodAbandoned { listing: LISTING, period: START - 10 }));
		assert_eq!(Submissions::<Test>::iter().count() as u32, MAX_OPEN);
		// Before all of them, there is no room.
		assert_noop!(submit(11, LISTING, START - 9, 1), Error::<Test>::PeriodPast);
	});
}

#[test]
fn a_worker_that_is_assigned_later_raises_the_quorum() {
	TestExt::default().workers(1).nodes(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(assign(CURATOR, LISTING, 12, NodeRole::Worker));
		assert_ok!(assign(CURATOR, LISTING, 13, NodeRole::Worker));
		assert_ok!(submit(11, LISTING, START, 1));
		assert_eq!(Newest::<Test>::get(LISTING), None);
		assert_ok!(submit(12, LISTING, START, 1));
		assert_eq!(Newest::<Test>::get(LISTING), Some(START));
		// The third comes too late for a period that is final.
		assert_noop!(submit(13, LISTING, START, 1), Error::<Test>::PeriodPast);
	});
}

#[test]
fn one_hostile_worker_of_three_does_not_keep_the_others_from_agreeing() {
	let hostile_always_fills = |ahead: bool| {
		TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
			let spam = || {
				for n in 0..2 * MAX_OPEN {
					let period = if ahead { START + n } else { START - 20 + n };
					// Some are refused; which ones is its own affair.
					let _ = submit(13, LISTING, period, 99);
				}
			};
			spam();
			assert!(OpenPeriods::<Test>::get(LISTING).is_full());
			// The two others are a period apart at first.
			assert_ok!(submit(11, LISTING, START - 2, 1));
			spam();
			assert_ok!(submit(12, LISTING, START - 3, 1));
			spam();
			assert!(OpenPeriods::<Test>::get(LISTING).contains(&(START - 2)), "evicted");
			assert_ok!(submit(12, LISTING, START - 2, 1));
			assert_eq!(Newest::<Test>::get(LISTING), Some(START - 2));
		});
	};
	hostile_always_fills(true);
	hostile_always_fills(false);
}
