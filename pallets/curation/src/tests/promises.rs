//! When a snapshot is due, whatever becomes of schedule and listing; and of which one pieces are asked for.

use super::*;
use crate::{Schedule, Schedules};
use souk_primitives::{
	reach::{Keepers as _, Promise, Promises as _},
	ListingId, SnapshotHealth,
};

fn every(every: u32) -> Schedule {
	Schedule { every, tolerance: 2, retention: 3 }
}

/// Last block in which the listing's next snapshot is in time.
fn due_by(listing: ListingId) -> u32 {
	Schedules::<Test>::get(listing).expect("it has a schedule").due(System::block_number())
}

/// What the only listing with a schedule has promised, with its snapshot as of block `by`.
fn promise(by: u32) -> Promise<AccountId> {
	Curation::next(None, by, 0).expect("there is one")
}

/// Whom it asks, as of block `by`.
fn keepers(by: u32) -> Vec<AccountId> {
	promise(by).keepers.into_iter().map(|keeper| keeper.node).collect()
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
fn the_only_snapshot_is_not_asked_for_before_it_can_have_been_handed_over_where_the_one_before_it_was() {
	// Whatever is promised: it is not kept.
	for every in [1, 10, 1_000] {
		TestExt::default().workers(1).schedule(every, 0, 1).execute(|| {
			let asked_for = |by: u32, last: u32| {
				let promise = Curation::next(None, by, last).expect("there is one");
				promise.snapshot.map(|snapshot| snapshot.period)
			};
			go_to(10);
			assert_ok!(submit(11, LISTING, START, 1));
			assert_eq!((asked_for(9, 0), asked_for(10, 0)), (None, Some(START)), "there was none before");
			go_to(11);
			assert_ok!(submit(11, LISTING, START + 1, 1));
			go_to(20);
			// The one of block 10 was asked for in a round that looked at what was final in block 10, and in none before that.
			assert_eq!((asked_for(10, 10), asked_for(10, 9)), (None, Some(START + 1)), "every {every}");
			assert_eq!(asked_for(9, 9), None, "there was none");
			assert_eq!(asked_for(11, 10), Some(START + 1), "it is old enough");
			// How many are kept from now on makes no difference.
			let schedule = Schedule { every, tolerance: 0, retention: 3 };
			assert_ok!(set_schedule(CURATOR, LISTING, schedule));
			assert_eq!((asked_for(10, 10), asked_for(10, 9)), (None, Some(START + 1)), "every {every}");
		});
	}
}

#[test]
fn who_is_asked_does_not_get_out_of_it_by_leaving_and_coming_back() {
	// Whether the five blocks count in which it was a keeper, where it has been away for so long.
	for (away, counts) in [(0, true), (BACK_WITHIN, true), (BACK_WITHIN + 1, false)] {
		for resigns in [false, true] {
			TestExt::default().nodes(2).schedule(10, 2, 3).execute(|| {
				go_to(5);
				assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
				go_to(10);
				if resigns {
					assert_ok!(resign(11, LISTING, NodeRole::Persistence));
				} else {
					assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Persistence));
				}
				assert!(keepers(100).is_empty());
				go_to(10 + away);
				assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
				// Another one is new.
				assert_ok!(assign(CURATOR, LISTING, 12, NodeRole::Persistence));
				let since = if counts { 5 + away } else { 10 + away };
				assert!(keepers(since - 1).is_empty(), "away for {away}");
				assert!(keepers(since).contains(&11), "away for {away}");
				assert!(!keepers(10 + away - 1).contains(&12));
				assert_eq!(keepers(10 + away), [11, 12]);
				// It is paid for the blocks in which it was there.
				assert_eq!(Curation::kept_since(LISTING, &11), Some(10 + away));
			});
		}
	}
}

#[test]
fn who_was_there_for_a_moment_is_new() {
	TestExt::default().nodes(1).schedule(10, 2, 3).execute(|| {
		go_to(5);
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		go_to(6);
		assert_ok!(resign(11, LISTING, NodeRole::Persistence));
		go_to(6 + BACK_WITHIN);
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		// It has one block, and not those in which it was away.
		assert!(keepers(6 + BACK_WITHIN - 2).is_empty());
		assert_eq!(keepers(6 + BACK_WITHIN - 1), [11]);
	});
}

#[test]
fn nor_by_doing_it_again_and_again() {
	TestExt::default().nodes(1).schedule(10, 2, 3).execute(|| {
		go_to(5);
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		for block in [10, 10, 11, 16] {
			go_to(block);
			assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Persistence));
			assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
			assert_eq!(keepers(5), [11], "block {block}");
		}
		// Nor does the other role make it a keeper.
		assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Worker));
		assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Worker));
		go_to(17 + BACK_WITHIN);
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert!(keepers(16 + BACK_WITHIN).is_empty());
	});
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
			for state in [ListingState::Paused, ListingState::Active] {
				move_to(LISTING, state);
				assert_eq!(promise(0).late_from, due + 1);
				assert_eq!(due_by(LISTING), due);
			}
			assert_eq!(Curation::health(LISTING), health);
		});
	}
}

#[test]
fn a_pause_puts_off_a_snapshot_for_so_long_and_no_longer() {
	for goes_on in [false, true] {
		TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
			go_to(3);
			move_to(LISTING, ListingState::Paused);
			go_to(3 + MAX_PAUSE + 1);
			if !goes_on {
				move_to(LISTING, ListingState::Active);
			}
			// In time up to block 13, but for the pause.
			assert_eq!((due_by(LISTING), promise(0).late_from), (13 + MAX_PAUSE, 14 + MAX_PAUSE));
			go_to(13 + MAX_PAUSE);
			assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
			go_to(14 + MAX_PAUSE);
			assert_eq!(Curation::health(LISTING), SnapshotHealth::Missing { by: 1 });
			// It is late, and an offence again after ten blocks.
			Curation::missed(LISTING);
			for state in [ListingState::Paused, ListingState::Active] {
				assert_eq!(promise(0).offence_from, 14 + MAX_PAUSE + 10);
				move_to(LISTING, state);
			}
			assert_eq!((promise(0).late_from, promise(0).offence_from), (14 + MAX_PAUSE, 24 + MAX_PAUSE));
		});
	}
}

#[test]
fn another_schedule_in_a_pause_that_is_too_long_holds_from_then_on() {
	TestExt::default().workers(1).schedule(1_000, 2, 3).execute(|| {
		go_to(3);
		move_to(LISTING, ListingState::Paused);
		go_to(10 + MAX_PAUSE);
		assert_ok!(set_schedule(CURATOR, LISTING, every(10)));
		assert_eq!(due_by(LISTING), 10 + MAX_PAUSE + 12);
		assert_ok!(set_schedule(CURATOR, LISTING, every(1_000)));
		assert_eq!(due_by(LISTING), 10 + MAX_PAUSE + 12);
		go_to(15 + MAX_PAUSE);
		move_to(LISTING, ListingState::Active);
		assert_eq!(due_by(LISTING), 10 + MAX_PAUSE + 12);
	});
}

#[test]
fn many_pauses_are_no_longer_than_one_until_there_is_a_snapshot() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		let pause = |from: u32, until: u32| {
			go_to(from);
			move_to(LISTING, ListingState::Paused);
			go_to(until);
			move_to(LISTING, ListingState::Active);
		};
		let first = MAX_PAUSE - 5;
		pause(3, 3 + first);
		assert_eq!(due_by(LISTING), 13 + first);
		// On sale for a block: what is left is five blocks.
		pause(4 + first, 4 + first + 20);
		assert_eq!(due_by(LISTING), 13 + MAX_PAUSE);
		// Nor is there more by another schedule, or because it is late.
		assert_ok!(set_schedule(CURATOR, LISTING, every(10)));
		let made = 20 + MAX_PAUSE;
		pause(made - 1, made);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Missing { by: 7 });
		assert_ok!(submit(11, LISTING, START, 1));
		pause(made + 1, made + 1 + MAX_PAUSE);
		assert_eq!(due_by(LISTING), made + 12 + MAX_PAUSE);
	});
}

#[test]
fn a_snapshot_of_a_paused_listing_makes_room_for_as_long_a_pause_again() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(3);
		move_to(LISTING, ListingState::Paused);
		let made = 10 + MAX_PAUSE;
		go_to(made);
		assert_ok!(submit(11, LISTING, START, 1));
		go_to(made + MAX_PAUSE + 12);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(made + MAX_PAUSE + 13);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Late { by: 1 });
	});
}

#[test]
fn the_first_schedule_of_a_paused_listing_waits_for_no_longer() {
	TestExt::default().execute(|| {
		move_to(SERVICE, ListingState::Paused);
		assert_ok!(set_schedule(CURATOR, SERVICE, every(10)));
		go_to(13 + MAX_PAUSE);
		assert_eq!(Curation::health(SERVICE), SnapshotHealth::OnTime);
		go_to(14 + MAX_PAUSE);
		assert_eq!(Curation::health(SERVICE), SnapshotHealth::Missing { by: 1 });
	});
}

#[test]
fn a_listing_that_has_ended_promises_nothing_any_more() {
	// Late from block 14 on.
	for (ended, health) in [(13, SnapshotHealth::OnTime), (14, SnapshotHealth::Missing { by: 487 })] {
		for state in [ListingState::Retired, ListingState::TakenDown] {
			TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
				go_to(ended);
				move_to(LISTING, state);
				go_to(500);
				assert_eq!(Curation::health(LISTING), health);
			});
		}
	}
	// From a pause as well.
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(3);
		move_to(LISTING, ListingState::Paused);
		go_to(13 + MAX_PAUSE);
		move_to(LISTING, ListingState::Retired);
		go_to(500);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
	});
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
