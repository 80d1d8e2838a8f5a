//! The numbers fit together.

use super::*;
use frame_support::{traits::Hooks, weights::Weight};
use frame_system::limits::BlockWeights;

#[test]
fn these_do() {
	TestExt::default().execute(<Availability as Hooks<u32>>::integrity_test);
}

#[test]
#[should_panic(expected = "a block has no room for a single step")]
fn a_block_without_room_for_a_step_does_not() {
	TestExt::default().execute(|| {
		Weights::set(BlockWeights::simple_max(Weight::from_parts(1, 1)));
		<Availability as Hooks<u32>>::integrity_test();
	});
}

#[test]
fn what_is_stored_of_a_period_is_bounded() {
	use codec::MaxEncodedLen;
	let list = MAX_NODES as usize * TallyRecord::<[u8; 32]>::max_encoded_len();
	assert!(list < 6_000, "{list}");
	assert!(Ballot::max_encoded_len() < 200);
}
