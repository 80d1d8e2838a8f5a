//! Blocks without room for all turns.

use super::*;
use frame_support::{
	traits::{Get, Hooks},
	weights::{RuntimeDbWeight, Weight},
};
use frame_system::limits::BlockWeights;

/// So many asks that are all due in block `1 + WAIT`.
fn many(count: usize) -> Vec<AskId> {
	let listing = list();
	(0..count).map(|_| asked(asking(listing))).collect()
}

/// What the hook takes for one queue and `turns` turns, with the look at where it is.
fn cost(turns: u64) -> Weight {
	let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	database.reads(1) + <() as WeightInfo>::work_off() + <() as WeightInfo>::turn() * turns
}

/// Leaves the hook room for one queue and `turns` turns in a block.
fn room_for(turns: u64) {
	Weights::set(BlockWeights::simple_max(cost(turns) * 16 + Weight::from_parts(15, 15)));
}

fn ended(asks: &[AskId]) -> usize {
	asks.iter().filter(|ask| state(**ask) == AskState::Refunded).count()
}

#[test]
fn any_number_of_asks_finds_room_in_one_block() {
	TestExt.execute(|| {
		let asks = many(100);
		advance_to(1 + WAIT);
		assert_eq!(ended(&asks), 100);
	});
}

#[test]
fn what_a_block_has_no_room_for_is_done_in_the_next_oldest_first() {
	TestExt.execute(|| {
		let asks = many(5);
		room_for(2);
		for (block, done) in [(0, 0), (1, 2), (2, 4), (3, 5)] {
			advance_to(WAIT + block);
			assert_eq!(ended(&asks), done);
			assert_eq!(ended(&asks[..done]), done, "the oldest come first");
		}
		advance_to(WAIT + 6);
		assert_eq!(NextDue::<Test>::get(), Some(WAIT + 7));
	});
}

#[test]
fn who_waits_for_a_turn_is_too_late_all_the_same() {
	TestExt.execute(|| {
		let asks = many(3);
		let right = bundle(view(asks[0]).listing, PERIOD, &total(), 0);
		room_for(1);
		advance_to(1 + WAIT);
		assert_eq!(ended(&asks), 1);
		assert_noop!(answer(NODES[0], asks[2], right), Error::<Test>::Expired);
		// Or does it by hand.
		assert_ok!(claim_timeout(OTHER, asks[2]));
		assert_eq!(ended(&asks), 2);
		advance_to(2 + WAIT);
		assert_eq!(ended(&asks), 3);
	});
}

#[test]
fn the_hook_takes_what_is_left_of_a_block_as_well() {
	TestExt.execute(|| {
		let asks = many(3);
		advance_to(WAIT);
		System::set_block_number(1 + WAIT);
		assert_eq!(Market::on_idle(1 + WAIT, cost(2)), cost(2));
		assert_eq!(ended(&asks), 2);
		assert_eq!(Market::on_idle(1 + WAIT, Weight::zero()), Weight::zero());
	});
}
