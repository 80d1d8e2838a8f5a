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
