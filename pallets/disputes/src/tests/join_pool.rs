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
fn a_full_pool_makes_room_for_a_larger_bond_than_its_smallest() {
	TestExt::pool_of(3).execute(|| {
		Capacity::set(3);
		let [small, middle, large] = [0, 1, 2].map(|at| ARBITRATORS.start + at);
		assert_ok!(bond_extra(middle, 100));
		assert_ok!(bond_extra(large, 200));
		assert_noop!(join(OTHER, MIN_BOND), Error::<Test>::PoolFull);
		assert_ok!(join(OTHER, MIN_BOND + 1));
		assert_eq!(Disputes::pool_size(), 3);
		let gone = arbitrator(small);
		assert_eq!((gone.bond, gone.tickets), (MIN_BOND, 0));
		assert!(gone.leaves_at.is_some());
		assert_event(Event::Left { who: small, at: gone.leaves_at.unwrap() });
		assert_eq!(held(HoldReason::Bond, small), MIN_BOND);
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
