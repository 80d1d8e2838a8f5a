use super::*;
use crate::{Assignments, AssignmentsOf, OpenPeriods, Submissions};

#[test]
fn an_unassigned_node_is_forgotten_and_the_deposit_returned() {
	TestExt::default().workers(1).execute(|| {
		assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Worker));
		assert_eq!(free(CURATOR), ENDOWMENT);
		assert!(!AssignmentsOf::<Test>::contains_key(11));
		assert!(!Assignments::<Test>::contains_key(LISTING, NodeRole::Worker));
		assert_eq!(
			events().last(),
			Some(&Event::Unassigned { listing: LISTING, node: 11, role: NodeRole::Worker })
		);
	});
}

#[test]
fn only_the_curator_unassigns_and_only_who_is_assigned() {
	TestExt::default().workers(1).execute(|| {
		assert_noop!(unassign(OTHER, LISTING, 11, NodeRole::Worker), Error::<Test>::NotAuthorized);
		assert_noop!(unassign(CURATOR, LISTING, 12, NodeRole::Worker), Error::<Test>::NotFound);
		assert_noop!(unassign(CURATOR, LISTING, 11, NodeRole::Persistence), Error::<Test>::NotFound);
	});
}

#[test]
fn a_node_can_be_unassigned_after_the_listings_end() {
	TestExt::default().workers(1).execute(|| {
		move_to(LISTING, ListingState::TakenDown);
		assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Worker));
	});
}

#[test]
fn what_the_worker_submitted_goes_with_it() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_ok!(submit(12, LISTING, START, 2));
		assert_ok!(submit(11, LISTING, START - 1, 1));
		assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Worker));
		assert_eq!(OpenPeriods::<Test>::get(LISTING).into_inner(), [START]);
		assert_eq!(Submissions::<Test>::iter().count(), 1);
		assert_eq!(Curation::submissions(LISTING, START).len(), 1);
		assert!(events().contains(&Event::PeriodAbandoned { listing: LISTING, period: START - 1 }));
	});
}

#[test]
fn where_all_who_are_left_agree_the_snapshot_becomes_final() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_ok!(unassign(CURATOR, LISTING, 12, NodeRole::Worker));
		assert_eq!(Curation::newest_snapshot(LISTING), None);
		assert_ok!(unassign(CURATOR, LISTING, 13, NodeRole::Worker));
		let snapshot = Curation::newest_snapshot(LISTING).expect("one of one is a quorum");
		assert_eq!((snapshot.period, snapshot.commitments), (START, commitments(1)));
	});
}

#[test]
fn a_persistence_node_takes_no_submissions_with_it() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert_ok!(submit(11, LISTING, START, 1));
		assert_ok!(unassign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert_eq!(Curation::submissions(LISTING, START).len(), 1);
	});
}
