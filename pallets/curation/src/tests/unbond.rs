use super::*;

#[test]
fn what_exceeds_the_minimum_unbonds_at_any_time() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_ok!(unbond(CURATOR, LISTING, 50));
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.unlocking), (100, vec![(50, 1 + UNBONDING)]));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 150);
	});
}

#[test]
fn a_data_product_keeps_the_minimum_while_it_is_active_or_paused() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 150));
		for state in [ListingState::Active, ListingState::Paused] {
			move_to(LISTING, state);
			assert_noop!(unbond(CURATOR, LISTING, 51), Error::<Test>::BondInUse);
			assert_noop!(unbond(CURATOR, LISTING, 150), Error::<Test>::BondInUse);
		}
	});
}

#[test]
fn all_of_it_unbonds_where_nobody_relies_on_it() {
	for state in [ListingState::Draft, ListingState::Retired, ListingState::TakenDown] {
		TestExt::default().execute(|| {
			assert_ok!(bond(CURATOR, LISTING, 150));
			move_to(LISTING, state);
			assert_ok!(unbond(CURATOR, LISTING, 150));
		});
	}
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, SERVICE, 150));
		assert_ok!(unbond(CURATOR, SERVICE, 150));
	});
}

#[test]
fn a_bond_is_the_minimum_or_nothing() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, DRAFT, 150));
		assert_noop!(unbond(CURATOR, DRAFT, 51), Error::<Test>::BelowMinimum);
		assert_noop!(unbond(CURATOR, DRAFT, 0), Error::<Test>::ZeroAmount);
		assert_noop!(unbond(CURATOR, DRAFT, 151), Error::<Test>::InsufficientBond);
	});
}

#[test]
fn only_the_curator_unbonds_and_only_what_there_is() {
	TestExt::default().execute(|| {
		assert_noop!(unbond(CURATOR, LISTING, 1), Error::<Test>::NotBonded);
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_noop!(unbond(OTHER, LISTING, 1), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn portions_of_one_block_share_a_chunk_and_chunks_are_bounded() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 500));
		for block in 1..=MAX_UNLOCKING {
			go_to(block);
			assert_ok!(unbond(CURATOR, LISTING, 1));
			assert_ok!(unbond(CURATOR, LISTING, 1));
		}
		go_to(MAX_UNLOCKING + 1);
		assert_noop!(unbond(CURATOR, LISTING, 1), Error::<Test>::TooManyUnlocking);
	});
}
