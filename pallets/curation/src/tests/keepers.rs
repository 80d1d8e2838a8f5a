use super::*;
use crate::NodeInfo;
use souk_primitives::reach::Keepers;

#[test]
fn a_persistence_node_keeps_what_it_is_assigned_to_in_that_role() {
	TestExt::default().nodes(2).execute(|| {
		assert_ok!(update_node(12, NodeInfo { persistence: false, ..info(12) }));
		assert!(Curation::keeps(&11) && !Curation::keeps(&12) && !Curation::keeps(&13));
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Worker));
		assert!(Curation::kept_by(&11).is_empty());
		assert_eq!(Curation::kept_since(LISTING, &11), None);
		go_to(5);
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert_eq!(Curation::kept_by(&11), [LISTING]);
		assert_eq!((Curation::kept_since(LISTING, &11), Curation::kept_since(LISTING, &12)), (Some(5), None));
		// Another wrapped key is no other assignment.
		go_to(6);
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert_eq!(Curation::kept_since(LISTING, &11), Some(5));
		assert_ok!(resign(11, LISTING, NodeRole::Persistence));
		assert!(Curation::kept_by(&11).is_empty());
	});
}

#[test]
fn of_a_persistence_node_that_leaves_others_are_told_and_of_a_worker_they_are_not() {
	TestExt::default().workers(2).execute(|| {
		go_to(3);
		for node in [11, 12] {
			assert_ok!(assign(CURATOR, LISTING, node, NodeRole::Persistence));
		}
		go_to(5);
		assert_ok!(resign(11, LISTING, NodeRole::Worker));
		assert_noop!(resign(13, LISTING, NodeRole::Persistence), Error::<Test>::NotFound);
		assert_eq!(Left::get(), vec![]);
		assert_ok!(resign(11, LISTING, NodeRole::Persistence));
		assert_ok!(unassign(CURATOR, LISTING, 12, NodeRole::Persistence));
		assert_eq!(Left::get(), vec![(LISTING, 11, 3), (LISTING, 12, 3)]);
	});
}

#[test]
fn who_is_no_persistence_node_any_more_is_told_of_once() {
	TestExt::default().nodes(3).execute(|| {
		assert_ok!(update_node(11, NodeInfo { worker: false, ..info(11) }));
		assert_ok!(update_node(12, NodeInfo { persistence: false, ..info(12) }));
		assert_eq!(Gone::get(), vec![12]);
		assert_ok!(update_node(12, NodeInfo { persistence: false, accepting: false, ..info(12) }));
		assert_ok!(deregister_node(12));
		assert_eq!(Gone::get(), vec![12]);
		assert_ok!(assign(CURATOR, LISTING, 13, NodeRole::Persistence));
		assert_noop!(deregister_node(13), Error::<Test>::StillAssigned);
		assert_ok!(deregister_node(11));
		assert_eq!(Gone::get(), vec![12, 11]);
	});
}
