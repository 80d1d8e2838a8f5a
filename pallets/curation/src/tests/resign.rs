use super::*;
use crate::OpenPeriods;

#[test]
fn a_node_leaves_a_listing_and_the_curator_gets_the_deposit() {
	TestExt::default().workers(1).execute(|| {
		assert_ok!(resign(11, LISTING, NodeRole::Worker));
		assert_eq!(free(CURATOR), ENDOWMENT);
		assert!(Curation::assignments_of(11).is_empty());
		assert_eq!(
			events().last(),
			Some(&Event::Resigned { listing: LISTING, node: 11, role: NodeRole::Worker })
		);
	});
}

#[test]
fn nobody_resigns_from_what_they_are_not_assigned_to() {
	TestExt::default().workers(1).execute(|| {
		assert_noop!(resign(12, LISTING, NodeRole::Worker), Error::<Test>::NotFound);
		assert_noop!(resign(11, LISTING, NodeRole::Persistence), Error::<Test>::NotFound);
		assert_noop!(resign(11, FOREIGN, NodeRole::Worker), Error::<Test>::NotFound);
	});
}

#[test]
fn the_last_worker_takes_all_open_periods_with_it() {
	TestExt::default().workers(2).schedule(10, 2, 3).execute(|| {
		assert_ok!(submit(11, LISTING, START, 1));
		assert_ok!(submit(11, LISTING, START - 1, 1));
		assert_ok!(resign(12, LISTING, NodeRole::Worker));
		// Both became final, oldest first.
		assert_eq!(Curation::snapshots(LISTING).len(), 2);
		assert_ok!(submit(11, LISTING, START + 1, 1));
		assert_ok!(resign(11, LISTING, NodeRole::Worker));
		assert!(!OpenPeriods::<Test>::contains_key(LISTING));
	});
}
