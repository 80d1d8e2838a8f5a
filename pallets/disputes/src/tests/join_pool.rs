use super::*;

#[test]
fn a_bond_and_the_deposit_are_held() {
	TestExt::pool_of(0).execute(|| {
		assert_ok!(join(OTHER, 2_500));
		assert_event(Event::Joined { who: OTHER, bond: 2_500 });
		assert_eq!(held(HoldReason::Bond, OTHER), 2_500);
		assert!(held(HoldReason::Deposit, OTHER) > 100);
		let view = arbitrator(OTHER);
		assert_eq!((view.bond, view.locked, view.seats, view.tickets), (2_500, 0, 0, 2));
		assert_eq!((view.key, view.leaves_at), (Some([OTHER as u8; 32]), None));
		assert_eq!(Disputes::pool_size(), 1);
	});
}

#[test]
fn what_is_no_arbitrator_is_refused() {
	TestExt::pool_of(1).execute(|| {
		let first = ARBITRATORS.start;
		assert_noop!(join(first, MIN_BOND), Error::<Test>::AlreadyJoined);
		assert_noop!(join(OTHER, MIN_BOND - 1), Error::<Test>::BondTooSmall);
		assert_noop!(join(POOR, MIN_BOND), Error::<Test>::InsufficientFunds);
		let keyless = crate::Call::join_pool { bond: MIN_BOND, key: [0; 32] };
		assert_noop!(dispatch(OTHER, keyless), Error::<Test>::InvalidKey);
		// All of the money would be bond, and nothing be left for the deposit.
		assert_noop!(join(OTHER, ENDOWMENT - MINIMUM), Error::<Test>::InsufficientFunds);
		assert_ok!(leave(first));
		assert_noop!(join(first, MIN_BOND), Error::<Test>::StillLeaving);
	});
}

#[test]
fn a_full_pool_makes_room_for_a_bond_that_is_larger_by_a_quarter_than_its_smallest() {
	// A part of a planck counts as one.
	for (smallest, outbids) in [(MIN_BOND, 1_250), (MIN_BOND + 1, 1_252), (MIN_BOND + 4, 1_255)] {
		TestExt::pool_of(3).execute(|| {
			Capacity::set(3);
			let [small, middle, large] = [0, 1, 2].map(|at| ARBITRATORS.start + at);
			for (who, bond) in [(small, smallest), (middle, smallest + 100), (large, smallest + 200)] {
				if bond > MIN_BOND {
					assert_ok!(bond_extra(who, bond - MIN_BOND));
				}
			}
			assert_noop!(join(OTHER, outbids - 1), Error::<Test>::PoolFull);
			assert_ok!(join(OTHER, outbids));
			assert_eq!(Disputes::pool_size(), 3);
			let gone = arbitrator(small);
			assert_eq!((gone.bond, gone.tickets, gone.leaves_at), (smallest, 0, Some(now())));
			assert_event(Event::Left { who: small, at: now() });
			assert_eq!(held(HoldReason::Bond, small), smallest);
		});
	}
}

#[test]
fn who_was_pushed_out_has_the_bond_at_once_and_comes_back_with_more() {
	TestExt::pool_of(3).execute(|| {
		Capacity::set(3);
		let small = ARBITRATORS.start;
		assert_ok!(join(OTHER, 2 * MIN_BOND));
		assert_noop!(join(small, 2 * MIN_BOND), Error::<Test>::StillLeaving);
		assert_ok!(withdraw(small));
		assert_event(Event::Withdrawn { who: small, amount: MIN_BOND });
		assert_eq!(free(small), ENDOWMENT);
		System::set_block_number(now() + DRAW_EVERY);
		assert_ok!(join(small, 2 * MIN_BOND));
		assert_eq!(arbitrator(small).bond, 2 * MIN_BOND);
	});
}

#[test]
fn nobody_is_pushed_out_so_soon_after_another() {
	TestExt::pool_of(3).execute(|| {
		Capacity::set(3);
		let at = now();
		let [first, second, third, fourth, ..] = REVIEWERS;
		assert_ok!(join(first, 10 * MIN_BOND));
		for block in [at, at + DRAW_EVERY - 1] {
			System::set_block_number(block);
			assert_noop!(join(second, 10 * MIN_BOND), Error::<Test>::EvictedLately);
		}
		// Where there is room nobody has to be.
		Capacity::set(4);
		assert_ok!(join(third, MIN_BOND));
		System::set_block_number(at + DRAW_EVERY);
		assert_ok!(join(second, 10 * MIN_BOND));
		assert_eq!(Disputes::pool_size(), 4);
		// From this one on.
		System::set_block_number(at + 2 * DRAW_EVERY - 1);
		assert_noop!(join(fourth, 10 * MIN_BOND), Error::<Test>::EvictedLately);
	});
}

#[test]
fn who_sits_on_a_jury_makes_room_for_nobody() {
	TestExt::pool_of(3).execute(|| {
		Capacity::set(3);
		drawn(1);
		assert_noop!(join(OTHER, 100 * MIN_BOND), Error::<Test>::PoolFull);
	});
}
