//! Anybody may assign a node. It answers for what it is asked once it has shown a piece of the listing, and before that the curator does alone.

use super::{
	answer_challenge::{answer_to, asked, show, ROUND, UNTIL},
	*,
};
use souk_primitives::NodeRole;

const NODE: AccountId = NODES[0];

/// A node shows the piece that it is asked for.
fn shows(node: AccountId) {
	assert_ok!(show(node, LISTING, answer_to(&asked(node).expect("it is challenged"))));
}

#[test]
fn before_a_node_has_shown_anything_the_curator_answers_alone() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		subscribe(LISTING, FIRST, START, Asset::Native, 1_000_000);
		advance_to(ROUND);
		shows(NODES[1]);
		advance_to(UNTIL);
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, NODE_BOND));
		let history = Stakes::history(LISTING);
		let [record] = &history[..] else { panic!("{history:?}") };
		assert_eq!((record.kind, record.node), (OffenceKind::MissedChallenge, None));
		assert!(Stakes::node_history(NODE).is_empty());
		assert!(!has_agreed(NODE), "silence is no answer");
		// Nobody gets more than the node has lost: else it would subscribe, and be silent.
		advance_to(UNTIL + 1);
		assert_eq!((free(FIRST), gained(TREASURY)), (0, 1_000));
	});
}

#[test]
fn by_its_first_answer_it_agrees_and_answers_for_the_next_one() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND);
		for node in [NODE, NODES[1]] {
			assert!(!has_agreed(node));
			shows(node);
			assert!(has_agreed(node));
		}
		advance_to(ROUND + EVERY);
		shows(NODES[1]);
		advance_to(UNTIL + EVERY);
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, 800));
		assert_eq!(Stakes::history(LISTING)[0].node, Some(NODE));
		assert_eq!(Stakes::node_history(NODE).len(), 1);
	});
}

#[test]
fn a_wrong_answer_agrees_to_nothing() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND);
		let others = answer_to(&asked(NODES[1]).expect("it is challenged"));
		assert_noop!(show(NODE, LISTING, others), Error::<Test>::WrongPiece);
		assert!(!has_agreed(NODE));
	});
}

#[test]
fn who_resigned_and_is_assigned_again_has_not_agreed_to_that() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		advance_to(ROUND);
		let resign = pallet_curation::Call::<Test>::resign { listing: LISTING, role: NodeRole::Persistence };
		assert_ok!(dispatch(NODE, resign));
		assign(NODE);
		// What it shows it was asked for before, and answers for.
		shows(NODE);
		shows(NODES[1]);
		assert!(!has_agreed(NODE) && has_agreed(NODES[1]));
		advance_to(ROUND + EVERY);
		shows(NODES[1]);
		advance_to(UNTIL + EVERY);
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, NODE_BOND));
	});
}

#[test]
fn what_it_was_asked_before_it_agreed_the_curator_answers_for() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND);
		shows(NODES[1]);
		// As if there had been another challenge.
		agree();
		advance_to(UNTIL);
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, NODE_BOND));
	});
}
