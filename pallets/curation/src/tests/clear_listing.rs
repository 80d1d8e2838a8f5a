use super::*;
use crate::*;

#[test]
fn an_ended_listing_leaves_nothing_behind_and_the_deposits_return() {
	TestExt::default().workers(3).nodes(4).schedule(10, 2, 3).execute(|| {
		assert_ok!(mock::assign(CURATOR, LISTING, 14, NodeRole::Persistence));
		assert_ok!(submit(11, LISTING, START - 1, 1));
		assert_ok!(submit(12, LISTING, START - 1, 1));
		assert_ok!(submit(11, LISTING, START, 1));
		go_to(2);
		assert_ok!(mock::unassign(CURATOR, LISTING, 14, NodeRole::Persistence));
		assert_eq!(Departed::<Test>::iter().count(), 1);
		move_to(LISTING, ListingState::Retired);
		assert_ok!(clear_listing(OTHER, LISTING));

		assert_eq!(free(CURATOR), ENDOWMENT);
		assert_eq!(Schedules::<Test>::iter().count(), 0);
		assert_eq!(Assignments::<Test>::iter().count(), 0);
		assert_eq!(AssignmentsOf::<Test>::iter().count(), 0);
		assert_eq!(OpenPeriods::<Test>::iter().count(), 0);
		assert_eq!(Submissions::<Test>::iter().count(), 0);
		assert_eq!(Snapshots::<Test>::iter().count(), 0);
		assert_eq!(SnapshotPeriods::<Test>::iter().count(), 0);
		assert_eq!(Newest::<Test>::iter().count(), 0);
		assert_eq!(FirstFinalAt::<Test>::iter().count(), 0);
		assert_eq!(Departed::<Test>::iter().count(), 0);
		assert_eq!(events().last(), Some(&Event::ListingCleared { listing: LISTING }));
		// The nodes are free.
		assert_ok!(deregister_node(11));
	});
}

#[test]
fn another_listing_is_not_touched() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		assert_ok!(mock::assign(OTHER, FOREIGN, 11, NodeRole::Worker));
		move_to(LISTING, ListingState::TakenDown);
		assert_ok!(clear_listing(11, LISTING));
		assert_eq!(Curation::assignments_of(11), [(FOREIGN, NodeRole::Worker)]);
	});
}

#[test]
fn a_listing_that_has_not_ended_is_not_cleared() {
	TestExt::default().workers(1).execute(|| {
		for state in [ListingState::Draft, ListingState::Active, ListingState::Paused] {
			move_to(LISTING, state);
			assert_noop!(clear_listing(CURATOR, LISTING), Error::<Test>::ListingNotEnded);
		}
		assert_noop!(clear_listing(CURATOR, 77), Error::<Test>::NotFound);
	});
}

#[test]
fn a_listing_that_owes_its_subscribers_is_not_cleared() {
	TestExt::default().workers(1).execute(|| {
		move_to(LISTING, ListingState::Retired);
		OpenSubscriptions::set(1);
		assert_noop!(clear_listing(CURATOR, LISTING), Error::<Test>::SubscriptionsOpen);
		OpenSubscriptions::set(0);
		assert_ok!(clear_listing(CURATOR, LISTING));
	});
}

#[test]
fn a_listing_with_orders_is_not_cleared() {
	TestExt::default().workers(1).execute(|| {
		move_to(LISTING, ListingState::Retired);
		OpenOrders::set(1);
		assert_noop!(clear_listing(CURATOR, LISTING), Error::<Test>::OrdersOpen);
		OpenOrders::set(0);
		assert_ok!(clear_listing(CURATOR, LISTING));
	});
}

#[test]
fn there_is_nothing_to_clear_twice() {
	TestExt::default().workers(1).execute(|| {
		move_to(LISTING, ListingState::Retired);
		assert_ok!(clear_listing(CURATOR, LISTING));
		assert_noop!(clear_listing(CURATOR, LISTING), Error::<Test>::NothingToClear);
	});
}

#[test]
fn the_bond_stays_until_it_is_unbonded() {
	TestExt::default().workers(1).execute(|| {
		assert_ok!(mock::bond(CURATOR, LISTING, 150));
		move_to(LISTING, ListingState::Retired);
		assert_ok!(clear_listing(CURATOR, LISTING));
		assert_eq!(free(CURATOR), ENDOWMENT - 150);
		assert_ok!(mock::unbond(CURATOR, LISTING, 150));
		go_to(1 + UNBONDING);
		assert_ok!(mock::withdraw_unbonded(CURATOR, LISTING));
		assert_eq!(free(CURATOR), ENDOWMENT);
	});
}
