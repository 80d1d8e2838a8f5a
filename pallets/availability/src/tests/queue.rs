//! What blocks have room for.

use super::*;
use frame_support::{traits::Hooks, weights::Weight};
use frame_system::limits::BlockWeights;
use souk_primitives::reach::Offences;

type W = ();

fn look() -> Weight {
	<W as WeightInfo>::look()
}

fn fixed() -> Weight {
	look() + <W as WeightInfo>::judging() + <W as WeightInfo>::close()
}

fn punish() -> Weight {
	<W as WeightInfo>::punish() + <Registry as Offences<AccountId>>::weight()
}

/// The first period is over, nobody has judged it, and both nodes were away; the first keeps four listings.
fn unjudged(test: impl FnOnce()) {
	TestExt::default().execute(|| {
		for listing in 1..4 {
			assign(NODE, listing, 0);
		}
		advance_to(OPEN);
		for voter in 0..3 {
			assert_ok!(vote(voter, &[Unreachable, Unreachable]));
		}
		advance_to(OVER - 1);
		System::set_block_number(OVER);
		test();
	});
}

#[test]
fn what_there_is_no_room_for_is_done_later_and_each_thing_once() {
	for room in [
		fixed() + punish(),
		fixed() + punish() + <W as WeightInfo>::judge(),
		fixed() + punish() * 2,
		fixed() + punish() * 3 + <W as WeightInfo>::judge() * 2,
	] {
		unjudged(|| {
			let mut times = 0;
			while Current::<Test>::exists() {
				let used = Availability::on_idle(OVER, room);
				assert!(used.all_lte(room), "{used} of {room}");
				check();
				times += 1;
				assert!(times < 20, "it never ends");
			}
			assert!(times > 1);
			let mut listings: Vec<_> = answered();
			assert_eq!(listings.iter().filter(|(_, node)| node.is_some()).count(), 2);
			listings.sort_unstable();
			assert_eq!(listings.iter().map(|(listing, _)| *listing).collect::<Vec<_>>(), [0, 0, 1, 2, 3]);
		});
	}
}

#[test]
fn who_leaves_while_it_is_judged_answers_all_the_same_and_for_no_listing_twice() {
	// Before the node is judged, and while it answers.
	for times in 0..5 {
		unjudged(|| {
			let room = fixed() + punish() + <W as WeightInfo>::judge();
			for _ in 0..times {
				Availability::on_idle(OVER, room);
			}
			for listing in 0..4 {
				unassign(NODE, listing);
				check();
			}
			Availability::on_idle(OVER, roomy().max_block);
			let mut all: Vec<_> = answered().into_iter().map(|(listing, _)| listing).collect();
			all.sort_unstable();
			assert_eq!(all, [0, 0, 1, 2, 3], "after {times} steps");
			assert!(!Current::<Test>::exists());
			assert_eq!(Left::<Test>::iter().count(), 0);
		});
	}
}

#[test]
fn without_room_nothing_happens() {
	unjudged(|| {
		for room in [Weight::zero(), look() - Weight::from_parts(1, 0), look()] {
			let used = Availability::on_idle(OVER, room);
			assert!(used.all_lte(room));
			assert_eq!(Current::<Test>::get().unwrap().judging, Judging::default());
		}
	});
	TestExt::default().execute(|| {
		System::set_block_number(FIRST);
		Availability::on_idle(FIRST, look() + <W as WeightInfo>::begin() - Weight::from_parts(1, 0));
		assert!(!Current::<Test>::exists());
		Availability::on_idle(FIRST, look() + <W as WeightInfo>::begin());
		assert!(Current::<Test>::exists());
	});
}

#[test]
fn the_hook_takes_no_more_than_its_part_of_a_block() {
	unjudged(|| {
		let block = (fixed() + punish() + <W as WeightInfo>::judge()) * 16;
		Weights::set(BlockWeights::simple_max(block));
		let used = Availability::on_initialize(OVER);
		assert!(used.all_lte(Availability::hook_limit()) && Current::<Test>::exists());
		// The rest of the block is free.
		Availability::on_idle(OVER, block);
		assert!(!Current::<Test>::exists());
	});
}
