use super::*;
use frame_support::weights::Weight;
use frame_system::limits::BlockWeights;

#[test]
fn anybody_does_what_is_due_where_blocks_have_no_room_for_it() {
	TestExt::default().execute(|| {
		assert_noop!(execute(OTHER, 0), Error::<Test>::NotFound);
		let case = opened(1);
		assert_noop!(execute(OTHER, case), Error::<Test>::NothingDue);
		Weights::set(BlockWeights::simple_max(Weight::from_parts(1_000, 1_000)));
		let until = view(case).until;
		advance_to(until + 3);
		assert_eq!(phase(case), Phase::Opened);
		// Too late is too late, whether or not the turn has come.
		assert_noop!(answer(SELLER, case), Error::<Test>::Expired);
		assert_ok!(execute(OTHER, case));
		assert_eq!(view(case).ended, Some((Ending::Default, FOR_BUYER)));
		let forgotten = view(case).until;
		assert_noop!(execute(OTHER, case), Error::<Test>::NothingDue);
		System::set_block_number(forgotten);
		assert_ok!(execute(OTHER, case));
		assert_noop!(execute(OTHER, case), Error::<Test>::NotFound);
	});
}
