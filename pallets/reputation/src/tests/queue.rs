//! Blocks without room for all turns.

use super::*;
use frame_support::{
	traits::{Get, Hooks},
	weights::{RuntimeDbWeight, Weight},
};
use frame_system::limits::BlockWeights;

/// What the hook takes for one queue and `turns` turns, with the look at where it is.
fn cost(turns: u64) -> Weight {
	let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	database.reads(1) + <() as WeightInfo>::work_off() + <() as WeightInfo>::turn() * turns
}

fn credentials() -> usize {
	Credentials::<Test>::iter().count()
}

/// So many credentials that expire in block `1 + LIFE`.
fn many(count: u64) {
	for order in 0..count {
		assert_ok!(issue(PAYER, sold(order), TrustedSeller));
	}
}

#[test]
fn what_a_block_has_no_room_for_ends_in_the_next() {
	TestExt.execute(|| {
		many(5);
		Weights::set(BlockWeights::simple_max(cost(2) * 32 + Weight::from_parts(31, 31)));
		for (block, left) in [(0, 5), (1, 3), (2, 1), (3, 0)] {
			advance_to(LIFE + block);
			assert_eq!(credentials(), left);
		}
	});
}

#[test]
fn who_waits_for_a_turn_is_too_late_all_the_same() {
	TestExt.execute(|| {
		served(0, PAYER);
		served(0, OTHER);
		Weights::set(BlockWeights::simple_max(cost(1) * 32 + Weight::from_parts(31, 31)));
		advance_to(1 + WINDOW);
		let deals = [PAYER, OTHER].map(|payer| (payer, period(0, payer)));
		let (payer, left) = deals.into_iter().find(|(_, deal)| Rights::<Test>::contains_key(deal)).unwrap();
		assert_noop!(rate(payer, left.clone(), 5), Error::<Test>::Expired);
		assert_eq!(Reputation::may_rate(left, payer), None);
	});
}

#[test]
fn the_hook_takes_what_is_left_of_a_block_as_well() {
	TestExt.execute(|| {
		many(3);
		advance_to(LIFE);
		System::set_block_number(1 + LIFE);
		assert_eq!(Reputation::on_idle(1 + LIFE, cost(2)), cost(2));
		assert_eq!(credentials(), 1);
		assert_eq!(Reputation::on_idle(1 + LIFE, Weight::zero()), Weight::zero());
	});
}
