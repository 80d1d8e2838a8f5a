//! The worker of a validator's node.

use super::*;
use crate::{
	mock::net::{Answer, Node},
	probing::{IN_FLIGHT, SENT_AGAIN},
};
use frame_support::traits::Hooks;
use sp_runtime::testing::UintAuthorityId;
use std::collections::BTreeSet;

/// A world in which the first validator's worker runs after each block.
fn world(ext: TestExt, test: impl FnOnce(&Node)) {
	let mut ext = ext.build();
	let node = Node::start(&mut ext);
	ext.execute_with(|| {
		UintAuthorityId::set_all_keys([1u64]);
		for account in NODES {
			node.answer(&address(account), Answer::Code(200));
		}
		test(&node);
		check();
	});
}

/// Goes on to a block, and runs the worker after each.
fn work_to(block: u32) {
	while System::block_number() < block {
		advance_to(System::block_number() + 1);
		Availability::offchain_worker(System::block_number());
	}
}

/// Runs the worker in each block of the first period, whatever the chain does.
fn work_alone() {
	for block in FIRST..OVER {
		System::set_block_number(block);
		Availability::offchain_worker(block);
	}
}

/// The ballots that were sent since the last look.
fn ballots(node: &Node) -> Vec<Ballot> {
	let ballot = |call| match call {
		RuntimeCall::Availability(crate::Call::vote { ballot, .. }) => ballot,
		other => panic!("{other:?} is no vote"),
	};
	node.sent().into_iter().map(ballot).collect()
}

#[test]
fn it_asks_each_node_once_where_that_answers_and_votes() {
	world(TestExt::default(), |node| {
		work_to(OVER - 1);
		let mut asked = node.asked();
		asked.sort();
		assert_eq!(asked, [address(NODE), address(OTHER)]);
		// It is sent again, since no block took it.
		let sent = node.sent();
		assert!(sent.iter().all(|call| call == &sent[0]), "{sent:?}");
		let RuntimeCall::Availability(crate::Call::vote { ballot, signature }) = &sent[0] else {
			panic!("{sent:?}")
		};
		assert_ok!(authorize(ballot, signature));
	});
}

#[test]
fn its_vote_is_taken_by_the_chain_and_not_sent_again() {
	world(TestExt::default(), |node| {
		node.answer(&address(NODE), Answer::Code(500));
		for block in FIRST..OVER {
			work_to(block);
			for call in node.sent() {
				let RuntimeCall::Availability(crate::Call::vote { ballot, signature }) = call.clone() else {
					panic!("{call:?}")
				};
				assert_ok!(authorize(&ballot, &signature));
				assert_ok!(sp_runtime::traits::Dispatchable::dispatch(
					call,
					frame_system::RawOrigin::Authorized.into()
				)
				.map_err(|failed| failed.error));
			}
		}
		assert_eq!(Availability::period().unwrap().voted, 1);
		let tallies = Tallies::<Test>::get();
		for tally in tallies {
			let expected = if tally.node == NODE { (0, 1) } else { (1, 0) };
			assert_eq!((tally.reachable, tally.unreachable), expected);
		}
	});
}

#[test]
fn whatever_is_not_200_is_asked_twice_before_it_is_called_unreachable() {
	for answer in [
		Answer::Code(500),
		Answer::Code(503),
		Answer::Code(204),
		Answer::Code(301),
		Answer::Code(404),
		Answer::Silence,
		Answer::Refused,
	] {
		world(TestExt::default(), |node| {
			node.answer(&address(NODE), answer);
			work_to(OVER - 1);
			let asked = node.asked().into_iter().filter(|url| *url == address(NODE)).count();
			assert_eq!(asked, 2, "{answer:?}");
			let ballot = ballots(node).pop().expect("it voted");
			let expected = found(|of| if of == NODE { Unreachable } else { Reachable });
			assert_eq!(ballot.findings.into_inner(), expected, "{answer:?}");
		});
	}
}

#[test]
fn one_answer_that_gets_lost_is_no_vote_against_a_node() {
	world(TestExt::default(), |node| {
		node.answer(&address(NODE), Answer::Silence);
		let mut asked = Vec::new();
		while !asked.contains(&address(NODE)) {
			work_to(System::block_number() + 1);
			asked.extend(node.asked());
		}
		node.answer(&address(NODE), Answer::Code(200));
		work_to(OVER - 1);
		assert!(node.asked().contains(&address(NODE)));
		let ballot = ballots(node).pop().expect("it voted");
		assert_eq!(ballot.findings.into_inner(), found(|_| Reachable));
	});
}

#[test]
fn an_address_that_is_not_public_is_never_asked() {
	world(TestExt::default(), |node| {
		// However it got there.
		Health::<Test>::mutate(NODE, |record| {
			record.as_mut().unwrap().url = as_url("http://127.0.0.1:80/health")
		});
		Health::<Test>::mutate(OTHER, |record| {
			record.as_mut().unwrap().url = as_url("http://10.0.0.1:80/health")
		});
		System::set_block_number(FIRST);
		Availability::begin(FIRST, EVERY);
		work_alone();
		assert!(node.asked().is_empty() && node.sent().is_empty());
		for account in [NODE, OTHER] {
			Health::<Test>::mutate(account, |record| record.as_mut().unwrap().url = url(account));
		}
	});
}

#[test]
fn on_a_chain_of_one_machine_it_is() {
	world(TestExt::default().private(), |node| {
		let local = "http://127.0.0.1:9981/health";
		assert_ok!(set_health(NODE, local));
		node.answer(local, Answer::Code(200));
		work_to(OVER - 1);
		assert!(node.asked().contains(&local.to_owned()));
		let ballot = ballots(node).pop().expect("it voted");
		assert_eq!(ballot.findings.into_inner(), found(|_| Reachable));
	});
}

#[test]
fn of_a_node_that_cannot_be_asked_nothing_is_said() {
	world(TestExt::default(), |node| {
		advance_to(FIRST);
		let kept = Health::<Test>::take(NODE).unwrap();
		work_alone();
		let ballot = ballots(node).pop().expect("it voted");
		assert_eq!(ballot.findings.into_inner(), found(|of| if of == NODE { NotProbed } else { Reachable }));
		Health::<Test>::insert(NODE, kept);
	});
}

#[test]
fn a_node_is_asked_where_it_is_now() {
	world(TestExt::default(), |node| {
		advance_to(FIRST);
		assert_ok!(set_health(NODE, "http://9.9.9.9/moved"));
		node.answer("http://9.9.9.9:80/moved", Answer::Code(200));
		work_to(OVER - 1);
		assert!(node.asked().contains(&"http://9.9.9.9:80/moved".to_owned()));
	});
}

#[test]
fn who_is_no_validator_asks_nobody() {
	world(TestExt::default(), |node| {
		node.resign();
		work_to(OVER - 1);
		assert!(node.asked().is_empty() && node.sent().is_empty());
	});
	// Nor a validator's node without a key of this period's set.
	world(TestExt::default(), |node| {
		UintAuthorityId::set_all_keys([9u64]);
		work_to(OVER - 1);
		assert!(node.asked().is_empty() && node.sent().is_empty());
	});
}

#[test]
fn a_vote_that_no_block_took_is_sent_again_after_a_while() {
	world(TestExt::default(), |node| {
		let mut sent = Vec::new();
		for block in FIRST..OVER {
			work_to(block);
			sent.extend(ballots(node).into_iter().map(|_| block));
		}
		assert!(sent.windows(2).all(|pair| pair[1] == pair[0] + SENT_AGAIN), "{sent:?}");
		work_to(OVER);
		assert!(node.sent().is_empty(), "it is over");
	});
}

#[test]
fn each_validator_asks_at_times_of_its_own_and_only_some_at_once() {
	let times = |seed: u8| {
		let mut times = Vec::new();
		world(TestExt::default().nodes(5), |node| {
			node.seed(seed);
			for block in FIRST..OVER {
				work_to(block);
				times.extend(node.asked().into_iter().map(|url| (url, block)));
			}
			assert!(node.most_at_once() <= IN_FLIGHT);
		});
		assert_eq!(times.len(), 5);
		assert!(times.iter().all(|(_, block)| (OPEN..OVER - EVERY / 8).contains(block)), "{times:?}");
		times
	};
	assert_eq!(times(1), times(1));
	let all: BTreeSet<_> = (0..20).flat_map(times).map(|(_, block)| block).collect();
	assert!(all.len() > 8, "{all:?}");
}

#[test]
fn a_period_after_the_other_has_notes_of_its_own() {
	world(TestExt::default(), |node| {
		work_to(OVER - 1);
		let first = ballots(node).pop().expect("it voted");
		node.answer(&address(NODE), Answer::Refused);
		work_to(OVER + EVERY);
		let second = ballots(node).pop().expect("it voted");
		assert_eq!((first.period, second.period), (0, 1));
		assert_eq!(
			second.findings.into_inner(),
			found(|of| if of == NODE { Unreachable } else { Reachable })
		);
	});
}

#[test]
fn times_are_drawn_anew_where_the_period_is_made_shorter() {
	world(TestExt::default(), |node| {
		Period::set(10_000);
		work_to(OPEN);
		assert!(node.asked().is_empty(), "it has all day");
		Period::set(EVERY);
		work_to(OPEN + EVERY);
		assert_eq!(node.asked().len(), 2);
		assert!(!node.sent().is_empty());
	});
}

#[test]
fn several_keys_of_one_node_vote_alike() {
	world(TestExt::default(), |node| {
		UintAuthorityId::set_all_keys([1u64, 3]);
		work_to(OVER - 1);
		let voters: BTreeSet<_> = ballots(node).into_iter().map(|ballot| ballot.voter).collect();
		assert_eq!(voters, BTreeSet::from([0, 2]));
	});
}
