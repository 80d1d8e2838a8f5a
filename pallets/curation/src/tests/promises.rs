//! When a snapshot is due, whatever becomes of schedule and listing; and of which one pieces are asked for.

use super::*;
use crate::{Schedule, Schedules};
use souk_primitives::{
	reach::{Promise, Promises as _},
	ListingId, SnapshotHealth,
};

fn every(every: u32) -> Schedule {
	Schedule { every, tolerance: 2, retention: 3 }
}

/// Last block in which the listing's next snapshot is in time.
fn due_by(listing: ListingId) -> u32 {
	Schedules::<Test>::get(listing).expect("it has a schedule").due_by
}

/// What the only listing with a schedule has promised, with its snapshot as of block `by`.
fn promise(by: u32) -> Promise<AccountId> {
	Curation::next(None, by).expect("there is one")
}

#[test]
fn a_laxer_schedule_holds_from_the_next_snapshot_on() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(13);
		assert_ok!(set_schedule(CURATOR, LISTING, every(1_000)));
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(14);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Missing { by: 1 });
		assert_eq!(promise(0).late_from, 14);
		assert_ok!(submit(11, LISTING, START, 1));
		go_to(14 + 1_002);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(14 + 1_003);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Late { by: 1 });
	});
}

#[test]
fn until_then_it_changes_nothing_of_what_was_promised() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		let promised = || (promise(0).since, promise(0).every);
		go_to(5);
		assert_ok!(set_schedule(CURATOR, LISTING, every(1_000)));
		assert_eq!(promised(), (1, 10));
		move_to(LISTING, ListingState::Paused);
		go_to(9);
		move_to(LISTING, ListingState::Active);
		assert_eq!(promised(), (1, 10));
		go_to(18);
		// Nor does it put off when it is an offence again.
		Curation::missed(LISTING);
		assert_eq!((promise(0).late_from, promise(0).offence_from), (18, 28));
		assert_ok!(submit(11, LISTING, START, 1));
		assert_eq!((promised(), promise(0).late_from), ((18, 1_000), 18 + 1_003));
		go_to(20);
		assert_ok!(set_schedule(CURATOR, LISTING, every(5)));
		assert_eq!((promised(), promise(0).late_from), ((18, 5), 20 + 8), "from the newest snapshot on");
	});
}

#[test]
fn the_schedule_of_a_draft_may_be_corrected() {
	TestExt::default().execute(|| {
		assert_ok!(set_schedule(CURATOR, DRAFT, every(10)));
		go_to(5);
		assert_ok!(set_schedule(CURATOR, DRAFT, every(1_000)));
		go_to(20);
		move_to(DRAFT, ListingState::Active);
		assert_eq!((due_by(DRAFT), promise(0).every), (20 + 1_002, 1_000));
	});
}

#[test]
fn the_only_snapshot_is_not_asked_for_before_it_can_have_been_handed_over() {
	for (every, asked_for) in [(10, None), (9, Some(START + 1))] {
		TestExt::default().workers(1).schedule(every, 2, 1).execute(|| {
			for n in 0..2 {
				go_to(10 + n);
				assert_ok!(submit(11, LISTING, START + n, 1));
			}
			go_to(20);
			assert_eq!(promise(10).snapshot.map(|snapshot| snapshot.period), asked_for, "{every}");
			assert_eq!(promise(11).snapshot.map(|snapshot| snapshot.period), Some(START + 1));
		});
	}
}

#[test]
fn a_stricter_schedule_holds_at_once_and_is_not_taken_back() {
	TestExt::default().workers(1).schedule(1_000, 2, 3).execute(|| {
		assert_eq!(due_by(LISTING), 1 + 1_002);
		go_to(20);
		assert_ok!(set_schedule(CURATOR, LISTING, every(10)));
		assert_eq!(due_by(LISTING), 20 + 12);
		go_to(21);
		assert_ok!(set_schedule(CURATOR, LISTING, every(1_000)));
		assert_ok!(set_schedule(CURATOR, LISTING, every(10)));
		assert_eq!(due_by(LISTING), 20 + 12);
	});
}

#[test]
fn a_pause_counts_for_its_own_length() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		for block in [3, 7] {
			go_to(block);
			move_to(LISTING, ListingState::Paused);
			go_to(block + 2);
			move_to(LISTING, ListingState::Active);
		}
		// In the same block it is no time at all.
		move_to(LISTING, ListingState::Paused);
		move_to(LISTING, ListingState::Active);
		assert_eq!(due_by(LISTING), 13 + 4);
		go_to(17);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(18);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Missing { by: 1 });
	});
}

#[test]
fn what_was_late_before_a_pause_stays_late() {
	// In time up to block 13.
	for (paused, due, health) in
		[(13, 33, SnapshotHealth::OnTime), (14, 13, SnapshotHealth::Missing { by: 21 })]
	{
		TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
			go_to(paused);
			move_to(LISTING, ListingState::Paused);
			go_to(paused + 20);
			let Promise { clock, late_from, .. } = promise(0);
			assert_eq!((clock, late_from), (paused, 14));
			move_to(LISTING, ListingState::Active);
			assert_eq!(promise(0).clock, paused + 20);
			assert_eq!(due_by(LISTING), due);
			assert_eq!(Curation::health(LISTING), health);
		});
	}
}

#[test]
fn a_draft_promises_from_the_block_on_in_which_it_is_put_on_sale() {
	TestExt::default().execute(|| {
		assert_ok!(set_schedule(CURATOR, DRAFT, every(10)));
		go_to(100);
		assert_eq!(Curation::health(DRAFT), SnapshotHealth::OnTime);
		move_to(DRAFT, ListingState::Active);
		assert_eq!(due_by(DRAFT), 100 + 12);
	});
}

#[test]
fn after_a_snapshot_of_a_paused_listing_there_is_as_much_time_as_after_another() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(5);
		move_to(LISTING, ListingState::Paused);
		go_to(20);
		assert_ok!(submit(11, LISTING, START, 1));
		go_to(30);
		move_to(LISTING, ListingState::Active);
		assert_eq!(due_by(LISTING), 30 + 12);
	});
}

#[test]
fn what_was_an_offence_is_none_again_for_a_while_on_sale() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(14);
		assert_eq!((promise(0).late_from, promise(0).offence_from), (14, 14));
		Curation::missed(LISTING);
		assert_eq!((promise(0).late_from, promise(0).offence_from), (14, 24));
		go_to(20);
		move_to(LISTING, ListingState::Paused);
		go_to(25);
		move_to(LISTING, ListingState::Active);
		assert_eq!((promise(0).late_from, promise(0).offence_from), (14, 29));
		// A laxer schedule does not change it, a stricter one does.
		assert_ok!(set_schedule(CURATOR, LISTING, every(1_000)));
		assert_eq!(promise(0).offence_from, 29);
		let strict = Schedule { every: 1, tolerance: 0, retention: 3 };
		assert_ok!(set_schedule(CURATOR, LISTING, strict));
		assert_eq!((promise(0).late_from, promise(0).offence_from), (14, 27));
		go_to(26);
		assert_ok!(submit(11, LISTING, START, 1));
		assert_eq!((promise(0).late_from, promise(0).offence_from), (28, 28));
	});
}

#[test]
fn the_newest_snapshot_is_asked_for_that_is_old_enough() {
	TestExt::default().workers(1).schedule(10, 2, MAX_RETENTION).execute(|| {
		let asked_for = |by: u32| promise(by).snapshot.map(|snapshot| snapshot.period);
		let make = |n: u32| {
			go_to(10 + n);
			assert_ok!(submit(11, LISTING, START - 10 + n, 1));
		};
		(0..MAX_RETENTION).for_each(make);
		assert_eq!(asked_for(9), None, "there was none");
		for n in 0..MAX_RETENTION {
			assert_eq!(asked_for(10 + n), Some(START - 10 + n));
		}
		assert_eq!(asked_for(100), Some(START - 10 + MAX_RETENTION - 1));
		// The one of block 10 is not kept any more.
		make(MAX_RETENTION);
		assert_eq!(asked_for(9), None);
		assert_eq!(asked_for(10), Some(START - 9), "the oldest that is kept");
		assert_eq!(asked_for(11), Some(START - 9));
		assert_eq!(asked_for(12), Some(START - 8));
	});
}
