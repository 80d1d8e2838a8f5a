use super::*;
use frame_support::{dispatch::Pays, traits::Get};
use souk_primitives::{ListingId, ListingState, NodeRole};
use souk_proof_primitives::{
	merkle::Path,
	piece::{cut, Piece},
};
use sp_runtime::DispatchResult;

/// Block of the first round that finds a snapshot.
pub(super) const ROUND: u32 = 1 + EVERY;
pub(super) const UNTIL: u32 = ROUND + CHALLENGE;
const KEEPS: NodeRole = NodeRole::Persistence;

/// What a node has to show of the listing.
pub(super) fn asked(node: AccountId) -> Option<ChallengeView> {
	Stakes::challenges(node).pop()
}

/// The right answer to that.
pub(super) fn answer_to(asked: &ChallengeView) -> (Piece, Path) {
	let sealed = sealed_chunks();
	let chunk = usize::try_from(asked.chunk).expect("it is small");
	let piece = cut(asked.chunk, &sealed[chunk], asked.piece).expect("there is such a piece");
	(piece, tree().path(chunk).expect("there is such a chunk"))
}

pub(super) fn show(
	node: AccountId,
	listing: ListingId,
	(piece, path): (Piece, Path),
) -> Result<Pays, sp_runtime::DispatchError> {
	let done = call(node, crate::Call::answer_challenge { listing, piece, path });
	done.map(|post| post.pays_fee).map_err(|failed| failed.error)
}

/// A node gives up keeping the listing.
fn resign(node: AccountId) -> DispatchResult {
	dispatch(node, pallet_curation::Call::<Test>::resign { listing: LISTING, role: KEEPS })
}

#[test]
fn each_keeper_shows_another_piece_of_the_snapshot() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND - 1);
		assert_eq!(asked(NODES[0]), None);
		advance_to(ROUND);
		let all: Vec<_> = NODES[..2].iter().map(|node| asked(*node).expect("it is challenged")).collect();
		assert_ne!((all[0].chunk, all[0].piece), (all[1].chunk, all[1].piece));
		assert_eq!(asked(NODES[2]), None, "who is not assigned keeps nothing");
		for (node, asked) in NODES.into_iter().zip(&all) {
			assert_eq!((asked.listing, asked.period, asked.answer_until), (LISTING, TODAY, UNTIL));
			assert_eq!(show(node, LISTING, answer_to(asked)), Ok(Pays::No));
			assert_noop!(show(node, LISTING, answer_to(asked)), Error::<Test>::NotChallenged);
		}
		advance_to(UNTIL + 1);
		assert!(Stakes::history(LISTING).is_empty());
		assert_eq!(Challenges::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_challenge_that_is_missed_is_an_offence_of_node_and_curator() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		advance_to(ROUND);
		assert_ok!(show(NODES[1], LISTING, answer_to(&asked(NODES[1]).expect("it is challenged"))));
		advance_to(UNTIL - 1);
		assert_eq!(bonded(OF_NODE), NODE_BOND);
		advance_to(UNTIL);
		assert_eq!((bonded(OF_NODE), bonded(Bond::Node(NODES[1]))), (800, NODE_BOND));
		assert_eq!(bonded(OF_CURATOR), 9_000);
		let record = &Stakes::history(LISTING)[0];
		assert_eq!((record.kind, record.node), (OffenceKind::MissedChallenge, Some(NODES[0])));
		assert_eq!(record.basis, Basis::NoAnswer { until: UNTIL });
		let late =
			show(NODES[0], LISTING, (Piece { bytes: vec![], beside: vec![] }, tree().path(0).expect("one")));
		assert_eq!(late, Err(Error::<Test>::NotChallenged.into()));
	});
}

#[test]
fn who_came_when_it_was_asked_has_no_part_of_the_fine() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		subscribe(LISTING, FIRST, ROUND - 1, Asset::Native, 1_000_000);
		subscribe(LISTING, FIRST + 1, ROUND, Asset::Native, 1_000_000);
		advance_to(ROUND);
		assert_ok!(show(NODES[1], LISTING, answer_to(&asked(NODES[1]).expect("it is challenged"))));
		advance_to(UNTIL - 1);
		subscribe(LISTING, FIRST + 2, UNTIL - 1, Asset::Native, 1_000_000);
		advance_to(UNTIL + 1);
		// As much as the node has lost.
		assert_eq!([0, 1, 2].map(|number| free(FIRST + number)), [200, 0, 0]);
	});
}

#[test]
fn only_the_piece_that_was_drawn_will_do() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND);
		let [own, others] = [0, 1].map(|at| asked(NODES[at]).expect("it is challenged"));
		let (piece, path) = answer_to(&own);
		let mut changed = piece.clone();
		changed.bytes[0] ^= 1;
		let elsewhere = ChallengeView { piece: (own.piece + 1) % 15, ..own.clone() };
		for wrong in [
			answer_to(&others),
			answer_to(&elsewhere),
			(changed, path.clone()),
			(piece.clone(), Path { leaves: path.leaves + 1, ..path.clone() }),
			(Piece { bytes: vec![], ..piece.clone() }, path.clone()),
		] {
			assert_noop!(show(NODES[0], LISTING, wrong), Error::<Test>::WrongPiece);
		}
		assert_noop!(show(NODES[0], SECOND, (piece.clone(), path.clone())), Error::<Test>::NotChallenged);
		assert_noop!(show(NODES[2], LISTING, (piece.clone(), path.clone())), Error::<Test>::NotChallenged);
		assert_ok!(show(NODES[0], LISTING, (piece, path)));
	});
}

#[test]
fn in_a_block_without_room_the_answer_is_late_before_the_challenge_is_missed() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		advance_to(ROUND);
		let own = asked(NODES[0]).expect("it is challenged");
		Weights::set(frame_system::limits::BlockWeights::simple_max(
			frame_support::weights::Weight::from_parts(9, 9),
		));
		advance_to(UNTIL);
		assert_noop!(show(NODES[0], LISTING, answer_to(&own)), Error::<Test>::TooLate);
		Weights::set(roomy());
		advance_to(UNTIL + 1);
		assert_eq!(bonded(OF_NODE), 800);
	});
}

#[test]
fn what_is_too_new_is_not_asked_for() {
	TestExt::default().execute(|| {
		keep(LISTING, ROUND - CHALLENGE + 1);
		advance_to(ROUND);
		assert_eq!(asked(NODES[0]), None, "the snapshot may be on its way");
		assign(NODES[2]);
		advance_to(ROUND + EVERY);
		assert!(asked(NODES[0]).is_some());
		assert!(asked(NODES[2]).is_some());
	});
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND - CHALLENGE + 1);
		assign(NODES[2]);
		advance_to(ROUND);
		assert_eq!(asked(NODES[2]), None, "the node is new");
		assert!(asked(NODES[0]).is_some());
	});
}

#[test]
fn where_no_snapshot_gets_old_the_oldest_is_asked_for() {
	TestExt::default().execute(|| {
		promise(LISTING, 1_000, 0);
		employ(WORKERS[0]);
		let period = |block: u32| TODAY - 60 + block;
		// One in each block, of which four are kept.
		for block in START..ROUND {
			let (period, commitments) = (period(block), commitments());
			let call =
				pallet_curation::Call::<Test>::submit_snapshot { listing: LISTING, period, commitments };
			assert_ok!(dispatch(WORKERS[0], call));
			advance_to(block + 1);
		}
		let own = asked(NODES[0]).expect("it is challenged");
		assert_eq!(own.period, period(ROUND - 4));
		assert_eq!(show(NODES[0], LISTING, answer_to(&own)), Ok(Pays::No));
	});
}

/// The worker makes a snapshot of the listing in this block, the only one that is kept.
fn publish() {
	let period = TODAY - 100 + System::block_number();
	let (listing, commitments) = (LISTING, commitments());
	let call = pallet_curation::Call::<Test>::submit_snapshot { listing, period, commitments };
	assert_ok!(dispatch(WORKERS[0], call));
}

/// A listing that promises a snapshot some time, and keeps one.
fn keep_one() {
	let schedule = pallet_curation::Schedule { every: 28_800, tolerance: 0, retention: 1 };
	assert_ok!(curate(pallet_curation::Call::set_schedule { listing: LISTING, schedule }));
	employ(WORKERS[0]);
}

#[test]
fn nobody_gets_out_of_challenges_by_a_new_snapshot_before_each_round() {
	TestExt::default().execute(|| {
		keep_one();
		publish();
		for round in 1..=4 {
			advance_to(round * EVERY);
			publish();
			advance_to(1 + round * EVERY);
			let own = asked(NODES[0]).expect("it is challenged");
			assert_eq!(own.period, TODAY - 100 + round * EVERY);
			assert_eq!(show(NODES[0], LISTING, answer_to(&own)), Ok(Pays::No));
		}
	});
}

#[test]
fn the_only_one_is_not_asked_for_while_it_is_new_where_the_one_before_was_asked_for() {
	// The round in block 41 asks for what is final in block 35, and the next one is in block 61.
	for (before, is_asked) in [(2 * EVERY + 1 - CHALLENGE, false), (2 * EVERY + 2 - CHALLENGE, true)] {
		TestExt::default().execute(|| {
			keep_one();
			advance_to(before);
			publish();
			advance_to(1 + 2 * EVERY);
			assert_eq!(asked(NODES[0]).is_some(), !is_asked, "of block {before}");
			advance_to(3 * EVERY);
			publish();
			advance_to(1 + 3 * EVERY);
			assert_eq!(asked(NODES[0]).is_some(), is_asked, "after one of block {before}");
			advance_to(1 + 4 * EVERY);
			assert_eq!(asked(NODES[0]).map(|own| own.period), Some(TODAY - 100 + 3 * EVERY));
		});
	}
}

#[test]
fn who_leaves_and_comes_back_before_the_round_is_asked() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		advance_to(ROUND - 1);
		let node = NODES[0];
		assert_ok!(curate(pallet_curation::Call::unassign { listing: LISTING, node, role: KEEPS }));
		assign(node);
		assign(NODES[2]);
		advance_to(ROUND);
		assert!(asked(node).is_some());
		assert_eq!(asked(NODES[2]), None, "it is new");
	});
}

#[test]
fn only_listings_that_serve_somebody_are_looked_at() {
	for (state, challenged) in [
		(ListingState::Active, true),
		(ListingState::Paused, true),
		(ListingState::Draft, false),
		(ListingState::Retired, false),
	] {
		TestExt::default().execute(|| {
			keep(LISTING, START);
			move_to(state);
			advance_to(ROUND);
			assert_eq!(asked(NODES[0]).is_some(), challenged, "{state:?}");
			move_to(ListingState::Active);
		});
	}
}

#[test]
fn who_has_left_since_answers_for_what_it_was_asked_before() {
	let ways: [fn() -> DispatchResult; 2] = [
		|| curate(pallet_curation::Call::unassign { listing: LISTING, node: NODES[0], role: KEEPS }),
		|| resign(NODES[0]),
	];
	for leave in ways {
		for comes_back in [false, true] {
			TestExt::default().execute(|| {
				keep(LISTING, START);
				agree();
				advance_to(ROUND);
				assert_ok!(leave());
				if comes_back {
					assign(NODES[0]);
				}
				advance_to(UNTIL);
				assert_eq!((bonded(OF_NODE), bonded(Bond::Node(NODES[1]))), (800, 800));
				let history = Stakes::history(LISTING);
				let mut fined: Vec<_> = history.into_iter().filter_map(|record| record.node).collect();
				fined.sort_unstable();
				assert_eq!(fined, vec![NODES[0], NODES[1]], "with the curator each time");
				assert_eq!(Challenges::<Test>::iter().count(), 0);
			});
		}
	}
}

#[test]
fn who_has_left_the_chain_answers_with_what_is_unbonding() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		advance_to(ROUND);
		assert_ok!(resign(NODES[0]));
		assert_ok!(dispatch(NODES[0], pallet_curation::Call::<Test>::deregister_node {}));
		advance_to(UNTIL);
		assert_eq!(bonded(OF_NODE), 800);
	});
}

#[test]
fn who_has_left_can_answer_as_before() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		advance_to(ROUND);
		let own = asked(NODES[0]).expect("it is challenged");
		assert_ok!(resign(NODES[0]));
		assert_eq!(asked(NODES[0]), Some(own.clone()), "it is still told");
		advance_to(UNTIL - 1);
		assert_eq!(show(NODES[0], LISTING, answer_to(&own)), Ok(Pays::No));
		advance_to(UNTIL);
		assert_eq!((bonded(OF_NODE), bonded(Bond::Node(NODES[1]))), (NODE_BOND, 800));
	});
}

#[test]
fn who_leaves_before_is_not_asked() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		advance_to(ROUND - 1);
		assert_ok!(resign(NODES[0]));
		advance_to(UNTIL);
		assert_eq!((bonded(OF_NODE), bonded(Bond::Node(NODES[1]))), (NODE_BOND, 800));
	});
}

#[test]
fn who_keeps_the_listing_no_more_answers_whether_it_works_on_or_not() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		agree();
		let info = pallet_curation::NodeInfo { worker: true, ..node_info(NODES[0]) };
		assert_ok!(dispatch(NODES[0], pallet_curation::Call::<Test>::update_node { info }));
		assign_as(NodeRole::Worker, LISTING, NODES[0]);
		advance_to(ROUND);
		let before = bonded(OF_NODE);
		assert_ok!(resign(NODES[0]));
		advance_to(UNTIL);
		assert_eq!((bonded(OF_NODE), bonded(Bond::Node(NODES[1]))), (before - before / 5, 800));
	});
}

#[test]
fn another_round_draws_other_places() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		let mut places = std::collections::BTreeSet::new();
		for round in 0..5 {
			Random::set([round; 32]);
			advance_to(ROUND + u32::from(round) * EVERY);
			let own = asked(NODES[0]).expect("it is challenged");
			places.insert((own.chunk, own.piece));
			assert_ok!(show(NODES[0], LISTING, answer_to(&own)));
			assert_ok!(show(NODES[1], LISTING, answer_to(&asked(NODES[1]).expect("it is challenged"))));
		}
		assert!(places.len() > 1, "{places:?}");
	});
}

#[test]
fn a_round_goes_on_in_the_next_block_and_where_it_found_no_room_in_the_next_round() {
	TestExt::default().execute(|| {
		for listing in LISTING..LISTING + 6 {
			keep(listing, START);
			if listing != LISTING {
				assign_to(listing, NODES[0]);
			}
		}
		let cost =
			<() as WeightInfo>::work_off()
				+ <() as WeightInfo>::round()
				+ <() as WeightInfo>::visit()
				+ <<Test as frame_system::Config>::DbWeight as Get<
					frame_support::weights::RuntimeDbWeight,
				>>::get()
				.reads(1);
		advance_to(ROUND - 1);
		Weights::set(frame_system::limits::BlockWeights::simple_max(
			cost * 16 + frame_support::weights::Weight::from_parts(15, 15),
		));
		for visited in 1..=6 {
			advance_to(ROUND - 1 + visited);
			assert_eq!(Stakes::challenges(NODES[0]).len() as u32, visited);
			if visited == 6 {
				assert!(!Round::<Test>::get().expect("it goes on").done);
			}
		}
		Weights::set(roomy());
		advance_to(ROUND + 6);
		assert!(Round::<Test>::get().expect("it was").done);
	});
}

#[test]
fn where_governance_wants_none_there_are_no_rounds() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		RoundEvery::set(0);
		advance_to(ROUND + 2 * EVERY);
		assert_eq!((asked(NODES[0]), Stakes::history(LISTING).len()), (None, 0));
	});
}

#[test]
fn rounds_that_governance_makes_shorter_are_shorter_at_once() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		RoundEvery::set(100 * EVERY);
		advance_to(ROUND + 1);
		let number = Round::<Test>::get().expect("it goes on").number;
		RoundEvery::set(EVERY);
		advance_to(ROUND + 2);
		let round = Round::<Test>::get().expect("it goes on");
		assert_eq!((round.number, round.until), (number + 1, ROUND + 2 + EVERY));
	});
}
