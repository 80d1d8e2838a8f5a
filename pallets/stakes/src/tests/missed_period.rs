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

#[test]
fn it_is_an_offence_of_the_curator_each_time_that_one_is_due() {
	TestExt::default().execute(|| {
		// Due ten blocks after this one, two blocks late at most.
		promise(LISTING, 10, 2);
		advance_to(1 + EVERY);
		assert_eq!(missed(), [1 + EVERY], "the round sees it");
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, NODE_BOND));
		advance_to(1 + 2 * EVERY);
		assert_eq!(missed(), [1 + EVERY, 1 + 2 * EVERY], "once in a round");
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
			State::set((state, START));
			advance_to(1 + 3 * EVERY);
			assert!(missed().is_empty(), "{state:?}");
			// And from then on again.
			State::set((ListingState::Active, System::block_number()));
			advance_to(1 + 4 * EVERY);
			assert_eq!(missed().len(), 1);
			State::set((ListingState::Active, 0));
		});
	}
}
