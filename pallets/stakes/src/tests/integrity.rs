//! The numbers fit together.

use super::*;
use frame_support::{traits::Hooks, weights::Weight};
use frame_system::limits::BlockWeights;

#[test]
fn these_do() {
	TestExt::default().execute(<Stakes as Hooks<u32>>::integrity_test);
}

#[test]
#[should_panic(expected = "a challenge is open when the next one comes")]
fn rounds_that_are_as_short_as_a_challenge_do_not() {
	TestExt::default().execute(|| {
		RoundEvery::set(CHALLENGE);
		<Stakes as Hooks<u32>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "a block has no room for a single step")]
fn a_block_without_room_for_a_step_does_not() {
	TestExt::default().execute(|| {
		Weights::set(BlockWeights::simple_max(Weight::from_parts(1, 1)));
		<Stakes as Hooks<u32>>::integrity_test();
	});
}
