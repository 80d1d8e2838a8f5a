use super::*;
use crate::{AssignmentsOf, NodeInfo};
use souk_primitives::reach::Curation as _;

#[test]
fn an_assigned_node_gets_the_listings_secret_and_the_curator_pays_for_the_record() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(assign_key(CURATOR, LISTING, 11, NodeRole::Persistence, b"sealed"));
		assert_eq!(Curation::assigned_nodes(LISTING, NodeRole::Persistence), [11]);
		assert_eq!(Curation::assigned_nodes(LISTING, NodeRole::Worker), Vec::<AccountId>::new());
		assert!(Curation::is_assigned(LISTING, &11) && !Curation::is_assigned(FOREIGN, &11));
		assert_eq!(Curation::assignments_of(11), [(LISTING, NodeRole::Persistence)]);
		let views = Curation::assignments(LISTING);
		assert_eq!((views.len(), views[0].wrapped_key.as_slice()), (1, b"sealed".as_slice()));
		assert!(held(HoldReason::Deposit, CURATOR) > 0);
		assert_eq!(
			events().last(),
			Some(&Event::Assigned { listing: LISTING, node: 11, role: NodeRole::Persistence })
		);
	});
}

#[test]
fn a_node_may_have_both_roles() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Worker));
		assert_ok!(assign(CURATOR, LISTING, 11, NodeRole::Persistence));
		assert_eq!(Curation::assignments(LISTING).len(), 2);
	});
}

#[test]
fn assigning_again_replaces_the_key_and_nothing_else() {
	TestExt::default().workers(1).execute(|| {
		let deposit = held(HoldReason::Deposit, CURATOR);
		go_to(5);
		// The node's consent is not needed: it has the assignment.
		assert_ok!(update_node(11, NodeInfo { accepting: false, ..info(11) }));
		assert_ok!(assign_key(CURATOR, LISTING, 11, NodeRole::Worker, b"another secret"));
		let views = Curation::assignments(LISTING);
		assert_eq!(views.len(), 1);
		assert_eq!((views[0].wrapped_key.as_slice(), views[0].since), (b"another secret".as_slice(), 1));
		assert_eq!(held(HoldReason::Deposit, CURATOR), deposit);
		assert_eq!(
			events().last(),
			Some(&Event::KeyReplaced { listing: LISTING, node: 11, role: NodeRole::Worker })
		);
	});
}

#[test]
fn only_the_curator_of_a_listing_that_has_not_ended_assigns() {
	TestExt::default().nodes(1).execute(|| {
		assert_noop!(assign(OTHER, LISTING, 11, NodeRole::Worker), Error::<Test>::NotAuthorized);
		assert_noop!(assign(CURATOR, 77, 11, NodeRole::Worker), Error::<Test>::NotFound);
		move_to(LISTING, ListingState::Retired);
		assert_noop!(assign(CURATOR, LISTING, 11, NodeRole::Worker), Error::<Test>::ListingEnded);
	});
}

#[test]
fn only_a_willing_node_is_assigned_and_only_to_what_it_offers() {
	TestExt::default().execute(|| {
		assert_noop!(assign(CURATOR, LISTING, 11, NodeRole::Worker), Error::<Test>::NotRegistered);
		assert_ok!(register_node(11, NodeInfo { worker: false, ..info(11) }));
		assert_noop!(assign(CURATOR, LISTING, 11, NodeRole::Worker), Error::<Test>::RoleNotOffered);
		assert_ok!(update_node(11, NodeInfo { accepting: false, ..info(11) }));
		assert_noop!(assign(CURATOR, LISTING, 11, NodeRole::Worker), Error::<Test>::NotAccepting);
	});
}

#[test]
fn an_assignment_without_a_key_is_refused() {
	TestExt::default().nodes(1).execute(|| {
		assert_noop!(assign_key(CURATOR, LISTING, 11, NodeRole::Worker, b""), Error::<Test>::MissingKey);
	});
}

#[test]
fn a_listing_has_a_bounded_number_of_nodes_in_a_role() {
	TestExt::default().workers(MAX_ASSIGNED as usize).nodes(5).execute(|| {
		assert_noop!(assign(CURATOR, LISTING, 14, NodeRole::Worker), Error::<Test>::TooManyAssigned);
		assert_ok!(assign(CURATOR, LISTING, 14, NodeRole::Persistence));
	});
}

#[test]
fn a_node_has_a_bounded_number_of_assignments() {
	TestExt::default().nodes(1).execute(|| {
		for listing in [LISTING, DRAFT] {
			assert_ok!(assign(CURATOR, listing, 11, NodeRole::Worker));
			assert_ok!(assign(CURATOR, listing, 11, NodeRole::Persistence));
		}
		assert_noop!(assign(OTHER, FOREIGN, 11, NodeRole::Worker), Error::<Test>::NodeIsFull);
		assert_eq!(AssignmentsOf::<Test>::get(11).len() as u32, MAX_ASSIGNMENTS_PER_NODE);
	});
}
