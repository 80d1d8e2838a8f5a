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
fn a_listing_that_goes_meanwhile_is_passed_over_and_none_is_twice() {
	unjudged(|| {
		let room = fixed() + punish() + <W as WeightInfo>::judge();
		Availability::on_idle(OVER, room);
		let before: Vec<_> = answered();
		assert!(before.len() <= 1);
		let gone = (0..4).find(|listing| !before.iter().any(|(done, _)| done == listing)).unwrap();
		unassign(NODE, gone);
		Availability::on_idle(OVER, roomy().max_block);
		let all: Vec<_> = before.into_iter().chain(answered()).map(|(listing, _)| listing).collect();
		let zeros = all.iter().filter(|listing| **listing == 0).count();
		assert_eq!(zeros, if gone == 0 { 1 } else { 2 });
		for listing in 1..4 {
			let times = all.iter().filter(|done| **done == listing).count();
			assert_eq!(times, usize::from(listing != gone), "{listing}");
		}
	});
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
