//! An assignment is what a curator says; a node agrees to it by what it does.

use super::*;
use souk_primitives::{
	reach::{Curation as _, Keeper, Keepers, Promises},
	NodeRole::*,
};

fn has_agreed(node: AccountId) -> bool {
	<Curation as souk_primitives::reach::Curation<AccountId>>::has_agreed(LISTING, &node)
}

/// Whether a node has agreed to keep the listing, or had in a term that ended in block `from` or later.
fn keeps(node: AccountId, from: u32) -> bool {
	<Curation as Keepers<AccountId>>::has_agreed(LISTING, &node, from)
}

#[test]
fn a_persistence_node_agrees_by_what_it_was_asked_after_it_was_assigned() {
	TestExt::default().nodes(2).schedule(10, 2, 3).execute(|| {
		go_to(5);
		for node in [11, 12] {
			assert_ok!(assign(CURATOR, LISTING, node, Persistence));
		}
		assert!(Curation::is_assigned(LISTING, &11) && !has_agreed(11) && !keeps(11, 0));
		Curation::answered(LISTING, &11, 5);
		assert!(!has_agreed(11), "of an assignment before this one");
		Curation::answered(LISTING, &11, 6);
		assert!(has_agreed(11) && keeps(11, 0) && !has_agreed(12));
		let asked = Curation::next(None, 10, 0).expect("there is a schedule").keepers;
		assert_eq!(asked, [Keeper { node: 11, agreed: true }, Keeper { node: 12, agreed: false }]);
		// Another wrapped key is no other assignment.
		assert_ok!(assign(CURATOR, LISTING, 11, Persistence));
		assert!(has_agreed(11));
		// Nor does an answer make anybody a worker, or assigned.
		Curation::answered(LISTING, &13, 6);
		assert!(!Curation::is_assigned(LISTING, &13) && !has_agreed(13));
	});
}

#[test]
fn a_worker_agrees_by_its_first_submission() {
	TestExt::default().workers(3).schedule(10, 2, 3).execute(|| {
		assert!(!has_agreed(11));
		assert_noop!(submit(11, LISTING, START + 100, 1), Error::<Test>::PeriodAhead);
		assert!(!has_agreed(11));
		assert_ok!(submit(11, LISTING, START, 1));
		assert!(has_agreed(11) && !has_agreed(12));
		assert!(!keeps(11, 0), "it keeps nothing");
	});
}

#[test]
fn who_has_left_has_agreed_to_what_it_did_and_not_to_what_comes() {
	TestExt::default().nodes(2).execute(|| {
		for node in [11, 12] {
			assert_ok!(assign(CURATOR, LISTING, node, Persistence));
		}
		go_to(5);
		Curation::answered(LISTING, &11, 5);
		for node in [11, 12] {
			assert_ok!(resign(node, LISTING, Persistence));
		}
		assert!(!has_agreed(11));
		assert!(keeps(11, 5) && !keeps(11, 6), "it left in block 5");
		assert!(!keeps(12, 0));
		assert_ok!(assign(CURATOR, LISTING, 11, Persistence));
		assert!(Curation::is_assigned(LISTING, &11) && !has_agreed(11));
		assert!(keeps(11, 5) && !keeps(11, 6));
	});
}
