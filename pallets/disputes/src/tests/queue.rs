//! Blocks without room for all turns.

use super::*;
use frame_support::{
	traits::{Get, Hooks},
	weights::{RuntimeDbWeight, Weight},
};
use frame_system::limits::BlockWeights;

/// What the look at the first queue that is not worked off costs.
fn look() -> Weight {
	let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	database.reads(1)
}

/// What the hook takes for one queue and `turns` turns, with the look at where it is.
fn cost(turns: u64) -> Weight {
	look() + <() as WeightInfo>::work_off() + <() as WeightInfo>::turn() * turns
}

/// Leaves the hook room for one queue and `turns` turns in a block.
fn room_for(turns: u64) {
	Weights::set(BlockWeights::simple_max(cost(turns) * 8 + Weight::from_parts(7, 7)));
}

/// So many cases that are all due in one block. Returns them and the block.
fn due_together(count: u64) -> (Vec<CaseId>, u32) {
	let cases: Vec<_> = (0..count).map(opened).collect();
	(cases, now() + RESPONSE)
}

fn ended(cases: &[CaseId]) -> usize {
	cases.iter().filter(|case| phase(**case) == Phase::Closed).count()
}

#[test]
fn any_number_of_cases_finds_room_in_one_block() {
	TestExt::default().execute(|| {
		let (cases, due) = due_together(50);
		advance_to(due);
		assert_eq!(ended(&cases), 50);
	});
}

#[test]
fn what_a_block_has_no_room_for_is_done_in_the_next_oldest_first() {
	TestExt::default().execute(|| {
		let (cases, due) = due_together(5);
		room_for(2);
		for (block, done) in [(0, 2), (1, 4), (2, 5)] {
			advance_to(due + block);
			assert_eq!((ended(&cases), ended(&cases[..done])), (done, done));
		}
	});
}

#[test]
fn the_hook_never_takes_more_than_its_eighth() {
	TestExt::default().execute(|| {
		let (_, due) = due_together(5);
		room_for(3);
		System::set_block_number(due);
		NextDue::<Test>::put(due);
		let taken = Disputes::on_initialize(due);
		assert!(taken.all_lte(Weights::get().max_block / 8));
		assert_eq!(Due::<Test>::iter_prefix(due).count(), 2);
		assert_eq!(Disputes::on_idle(due, Weight::zero()), Weight::zero());
		assert_eq!(Disputes::on_idle(due, cost(1)), cost(1));
		assert_eq!(Due::<Test>::iter_prefix(due).count(), 1);
	});
}
