//! A snapshot that is not final when the schedule promised it.

use super::*;
use souk_primitives::ListingState;

/// Offences of the listing: the blocks in which they were recorded, oldest first.
fn missed() -> Vec<u32> {
	let mut blocks: Vec<_> = Stakes::history(LISTING)
		.into_iter()
		.filter(|record| record.kind == OffenceKind::MissedPeriod)
		.map(|record| record.at)
		.collect();
	blocks.reverse();
	blocks
}

/// A worker says that it will be away.
fn away(worker: AccountId, from: u32, blocks: u32) {
	assert_ok!(call(worker, crate::Call::announce_downtime { from, blocks }));
}

#[test]
fn it_is_an_offence_of_the_curator_each_time_that_one_is_due() {
	TestExt::default().execute(|| {
		// Due ten blocks after this one, two blocks late at most.
		promise(LISTING, 10, 2);
		advance_to(1 + EVERY);
		assert_eq!(missed(), [1 + EVERY], "the round sees it");
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, NODE_BOND));
		// The first block in which it was too late.
		let late = Basis::Late { until: START + 10 + 2 + 1 };
		assert_eq!(Stakes::history(LISTING)[0].basis, late);
		advance_to(1 + 2 * EVERY);
		assert_eq!(missed(), [1 + EVERY, 1 + 2 * EVERY], "once in a round");
	});
}

#[test]
fn who_came_in_the_period_that_was_missed_has_no_part_of_the_fine() {
	// The first period begins when the schedule is set, another one with a snapshot.
	for began in [START, START + 3] {
		TestExt::default().execute(|| {
			promise(LISTING, 10, 2);
			// Nobody is asked for a snapshot.
			for node in NODES.into_iter().take(2) {
				let role = souk_primitives::NodeRole::Persistence;
				assert_ok!(curate(pallet_curation::Call::unassign { listing: LISTING, node, role }));
			}
			if began > START {
				advance_to(began);
				finalise(LISTING);
			}
			subscribe(LISTING, FIRST, began - 1, Asset::Native, 1_000_000);
			subscribe(LISTING, FIRST + 1, began, Asset::Native, 1_000_000);
			// Half of what is taken, each time: nor has who came after the first one a part of the second.
			advance_to(2 + EVERY);
			assert_eq!((missed(), free(FIRST), free(FIRST + 1)), (vec![1 + EVERY], 500, 0));
			subscribe(LISTING, FIRST + 2, System::block_number(), Asset::Native, 1_000_000);
			let before = free(FIRST);
			advance_to(2 + 2 * EVERY);
			assert!(missed().len() == 2 && free(FIRST) > before);
			assert_eq!((free(FIRST + 1), free(FIRST + 2)), (0, 0));
		});
	}
}

#[test]
fn who_came_before_has_it_whatever_is_promised_meanwhile() {
	TestExt::default().execute(|| {
		promise(LISTING, 10, 2);
		subscribe(LISTING, FIRST, START - 1, Asset::Native, 1_000_000);
		promise(LISTING, 1_000, 0);
		advance_to(2 + EVERY);
		assert_eq!((missed(), free(FIRST)), (vec![1 + EVERY], 500));
	});
}

#[test]
fn where_nothing_is_bonded_a_late_one_is_told_in_each_round_and_leaves_nothing_behind() {
	TestExt::default().execute(|| {
		promise(SECOND, 10, 2);
		for round in 1..=3 {
			advance_to(1 + round * EVERY);
			let told = events().into_iter().filter(|event| {
				let Event::OffenceCommitted { kind, listing, of_curator, .. } = event else { return false };
				(*kind, *listing, *of_curator) == (OffenceKind::MissedPeriod, SECOND, 0)
			});
			assert_eq!(told.count(), 1, "round {round}");
			assert_eq!((History::<Test>::iter().count(), Due::<Test>::iter().count()), (0, 0));
		}
		assert_ok!(curate(pallet_curation::Call::bond { listing: SECOND, amount: 100 }));
		advance_to(1 + 4 * EVERY);
		assert_eq!(Stakes::history(SECOND).len(), 1);
	});
}

#[test]
fn one_that_is_as_late_as_it_may_be_is_none() {
	TestExt::default().execute(|| {
		promise(LISTING, EVERY - START, 1);
		advance_to(1 + EVERY);
		assert!(missed().is_empty());
		advance_to(1 + 2 * EVERY);
		assert_eq!(missed().len(), 1);
	});
	TestExt::default().execute(|| {
		promise(LISTING, EVERY - START, 0);
		advance_to(1 + EVERY);
		assert_eq!(missed().len(), 1);
	});
}

#[test]
fn a_slow_schedule_is_missed_as_seldom_as_it_promises() {
	TestExt::default().execute(|| {
		Cost::set(Penalty { curator: Permill::zero(), ..penalty() });
		promise(LISTING, 2 * EVERY, 0);
		advance_to(3 + 5 * EVERY);
		// Due in block 45; the round after that is in block 61.
		assert_eq!(missed(), [1 + 3 * EVERY, 1 + 5 * EVERY]);
	});
}

#[test]
fn what_comes_late_ends_it() {
	TestExt::default().execute(|| {
		promise(LISTING, 2 * EVERY, 0);
		advance_to(1 + 3 * EVERY);
		assert_eq!(missed().len(), 1);
		finalise(LISTING);
		advance_to(1 + 5 * EVERY);
		assert_eq!(missed().len(), 1);
	});
}

#[test]
fn only_what_is_on_sale_has_promised_anything() {
	for state in [ListingState::Draft, ListingState::Paused, ListingState::Retired] {
		TestExt::default().execute(|| {
			promise(LISTING, 1, 0);
			move_to(state);
			advance_to(1 + 3 * EVERY);
			assert!(missed().is_empty(), "{state:?}");
			// And from then on again.
			move_to(ListingState::Active);
			advance_to(1 + 4 * EVERY);
			assert_eq!(missed().len(), 1);
		});
	}
}

/// Off sale from one block up to another.
fn pause(from: u32, until: u32) {
	advance_to(from);
	move_to(ListingState::Paused);
	advance_to(until);
	move_to(ListingState::Active);
}

#[test]
fn a_pause_counts_for_its_own_length() {
	// In time up to block 17, and the round is in block 21.
	for (blocks, seen) in [(3, 1 + EVERY), (4, 1 + 2 * EVERY)] {
		TestExt::default().execute(|| {
			promise(LISTING, 10, 2);
			pause(10, 10 + blocks);
			advance_to(1 + 2 * EVERY);
			assert_eq!(missed().first(), Some(&seen), "{blocks} blocks");
		});
	}
}

#[test]
fn a_pause_while_the_round_comes_by_does_not_help() {
	// In time up to block 17; the rounds are in blocks 21 and 41.
	for (from, offences) in [(17, vec![1 + 2 * EVERY]), (18, vec![1 + EVERY, 1 + 2 * EVERY])] {
		TestExt::default().execute(|| {
			promise(LISTING, 10, 2);
			pause(from, 2 + EVERY);
			pause(2 * EVERY, 2 + 2 * EVERY);
			assert_eq!(missed(), offences, "from {from}");
		});
	}
}

#[test]
fn a_pause_that_is_too_long_is_no_way_out() {
	// In time up to block 20 or 21, and as much later as a pause may take. The rounds are in blocks 81 and 101.
	for (tolerance, offences) in [(5, vec![1 + 4 * EVERY, 1 + 5 * EVERY]), (6, vec![1 + 5 * EVERY])] {
		TestExt::default().execute(|| {
			assert_eq!(START + 10 + 5 + MAX_PAUSE + 1, 1 + 4 * EVERY);
			promise(LISTING, 10, tolerance);
			advance_to(17);
			move_to(ListingState::Paused);
			advance_to(1 + 5 * EVERY);
			assert_eq!(missed(), offences, "{tolerance} blocks late at most");
			let late = Basis::Late { until: START + 10 + tolerance + MAX_PAUSE + 1 };
			assert_eq!(Stakes::history(LISTING)[0].basis, late);
		});
	}
}

#[test]
fn nor_are_many_pauses() {
	TestExt::default().execute(|| {
		// In time up to block 20.
		promise(LISTING, 10, 5);
		// On sale for a block in between: the first two take 42 blocks, and the third one takes what is left of 60.
		for (from, until) in [(17, 40), (41, 60), (61, 2 + 4 * EVERY)] {
			pause(from, until);
		}
		assert_eq!(missed(), [1 + 4 * EVERY]);
	});
	// With a snapshot in between there is room for as long a pause again.
	TestExt::default().execute(|| {
		promise(LISTING, 10, 2);
		pause(17, 40);
		finalise(LISTING);
		pause(45, 2 + 5 * EVERY);
		assert!(missed().is_empty());
	});
}

#[test]
fn the_next_time_waits_for_a_pause_as_well() {
	// Missed in block 41, and again 30 blocks on sale later, which the rounds in blocks 81 and 101 see.
	for (blocks, seen) in [(10, 1 + 4 * EVERY), (11, 1 + 5 * EVERY)] {
		TestExt::default().execute(|| {
			promise(LISTING, 30, 0);
			advance_to(1 + 2 * EVERY);
			assert_eq!(missed(), [1 + 2 * EVERY]);
			pause(50, 50 + blocks);
			advance_to(seen - 1);
			assert!(!missed().iter().any(|block| *block > 1 + 2 * EVERY), "{blocks} blocks");
			advance_to(seen);
			assert_eq!(missed().last(), Some(&seen), "{blocks} blocks");
		});
	}
}

#[test]
fn a_laxer_schedule_is_no_way_out() {
	TestExt::default().execute(|| {
		promise(LISTING, 10, 2);
		advance_to(START + 12);
		promise(LISTING, 1_000, 0);
		advance_to(1 + EVERY);
		assert_eq!(missed(), [1 + EVERY], "what was promised before");
		advance_to(1 + 3 * EVERY);
		assert_eq!(missed(), [1 + EVERY, 1 + 2 * EVERY, 1 + 3 * EVERY], "as long as there is no snapshot");
	});
	TestExt::default().execute(|| {
		promise(LISTING, 10, 2);
		advance_to(2 + EVERY);
		// It was an offence, and is one again as was promised, whatever is promised now.
		promise(LISTING, 1_000, 0);
		advance_to(1 + 3 * EVERY);
		assert_eq!(missed(), [1 + EVERY, 1 + 2 * EVERY, 1 + 3 * EVERY]);
		finalise(LISTING);
		advance_to(1 + 5 * EVERY);
		assert_eq!(missed().last(), Some(&(1 + 3 * EVERY)), "then the new schedule holds");
	});
}

/// The first round after a snapshot was to be final in block `START + 10`, and the one after that.
const ROUNDS: [u32; 2] = [1 + EVERY, 1 + 2 * EVERY];

/// As many workers, of whom some are away when a snapshot is due. Returns the offences of two rounds.
fn without(employed: usize, leave: usize) -> Vec<u32> {
	let mut offences = Vec::new();
	TestExt::default().execute(|| {
		promise(LISTING, 10, 0);
		WORKERS.into_iter().take(employed).for_each(employ);
		for worker in WORKERS.into_iter().take(leave) {
			away(worker, START + 9, 3);
		}
		advance_to(ROUNDS[1]);
		offences = missed();
	});
	offences
}

#[test]
fn the_only_worker_said_so_in_time() {
	assert_eq!(without(1, 0), ROUNDS);
	// It is back for so long by then that there could be one.
	assert_eq!(without(1, 1), ROUNDS[1..]);
}

#[test]
fn one_of_three_away_is_no_excuse() {
	assert_eq!(without(3, 1), ROUNDS);
}

#[test]
fn two_of_three_away_is() {
	assert_eq!(without(3, 2), ROUNDS[1..]);
	// Nor are one of two workers a quorum.
	assert_eq!(without(2, 1), ROUNDS[1..]);
}

#[test]
fn who_is_back_has_a_period_for_the_next_one() {
	// Due in block `START + EVERY`, between the rounds in blocks 21 and 41.
	for (blocks, seen) in [(8, ROUNDS[1]), (9, 1 + 3 * EVERY)] {
		TestExt::default().execute(|| {
			promise(LISTING, EVERY, 0);
			employ(WORKERS[0]);
			away(WORKERS[0], ROUNDS[0] - 8, blocks);
			advance_to(1 + 3 * EVERY);
			assert_eq!(missed().first(), Some(&seen), "{blocks} blocks");
		});
	}
}

#[test]
fn said_too_late() {
	// The snapshot is late from block `START + 11` on, whoever goes away then.
	for (from, offence) in [(START + 10, false), (START + 11, true)] {
		TestExt::default().execute(|| {
			promise(LISTING, 10, 0);
			employ(WORKERS[0]);
			away(WORKERS[0], from, LONGEST);
			advance_to(ROUNDS[0]);
			assert_eq!(!missed().is_empty(), offence, "away from {from}");
		});
	}
}
