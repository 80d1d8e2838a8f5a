use super::*;
use souk_primitives::{Basis, Offence};

/// The first period is over with these votes on the first node; the second one was reached.
fn judged(votes: &[Finding]) {
	advance_to(OPEN);
	for (voter, finding) in (0..).zip(votes) {
		assert_ok!(vote(voter, &found(|node| if node == NODE { *finding } else { Reachable })));
	}
	advance_to(OVER);
}

#[test]
fn whom_more_than_two_thirds_did_not_reach_commits_an_offence() {
	TestExt::default().execute(|| {
		judged(&[Unreachable; 3]);
		let all = committed();
		let [offence] = &all[..] else { panic!("{all:?}") };
		let Offence { kind, listing, node, curator_answers, reporter, began, harmed_for, basis, evidence } =
			offence.clone();
		assert_eq!((kind, listing, node), (OffenceKind::Unreachable, 0, Some(NODE)));
		assert_eq!((curator_answers, reporter), (true, None));
		assert_eq!(began, FIRST, "the period's first block");
		assert_eq!(harmed_for, OVER - FIRST, "as long as the period");
		assert_eq!(basis, Basis::Votes { against: 3, of: 3 });
		let unreachable =
			Event::NodeUnreachable { node: NODE, period: 0, unreachable: 3, voters: 3, evidence };
		assert!(events().contains(&unreachable));
		assert_eq!(events().last(), Some(&Event::PeriodClosed { period: 0, voted: 3, unreachable: 1 }));
		let last = Availability::availability(NODE).unwrap().last;
		let outcome = |reachable, unreachable, offence| {
			Some(Outcome { period: 0, until: OVER, voters: 3, reachable, unreachable, offence })
		};
		assert_eq!(last, outcome(0, 3, true));
		assert_eq!(Availability::availability(OTHER).unwrap().last, outcome(3, 0, false));
	});
}

#[test]
fn two_thirds_are_not_enough_and_absence_is_no_vote_against_it() {
	for votes in [
		&[Unreachable, Unreachable, Reachable][..],
		&[Unreachable, Unreachable, NotProbed],
		&[Unreachable, Unreachable],
		&[Unreachable],
		&[],
	] {
		TestExt::default().execute(|| {
			judged(votes);
			assert!(committed().is_empty(), "{votes:?}");
		});
	}
}

#[test]
fn too_few_voters_judge_nobody() {
	TestExt::default().validators(1).execute(|| {
		judged(&[Unreachable]);
		assert!(committed().is_empty());
		Least::set(1);
		advance_to(OVER + 2);
		assert_ok!(vote(0, &[Unreachable, Reachable]));
		advance_to(OVER + 1 + EVERY);
		assert_eq!(committed().len(), 1);
	});
}

#[test]
fn downtime_that_was_announced_in_time_is_no_offence() {
	for (from, until, offence) in
		[(0, FIRST, true), (0, FIRST + 1, false), (OVER - 1, OVER + 9, false), (OVER, OVER + 9, true)]
	{
		TestExt::default().execute(|| {
			go_away(NODE, from, until);
			judged(&[Unreachable; 3]);
			assert_eq!(committed().len(), usize::from(offence), "{from}..{until}");
			assert_eq!(Availability::availability(NODE).unwrap().last.unwrap().offence, offence);
		});
	}
}

#[test]
fn each_listing_that_it_kept_all_the_time_answers_and_the_node_once() {
	TestExt::default().execute(|| {
		assign(NODE, 3, FIRST);
		assign(NODE, 7, FIRST + 1);
		assign(NODE, 9, 0);
		judged(&[Unreachable; 3]);
		let mut answered = answered();
		let (_, first) = answered[0];
		assert_eq!(first, Some(NODE));
		assert!(answered[1..].iter().all(|(_, node)| node.is_none()), "{answered:?}");
		answered.sort_unstable();
		assert_eq!(answered.iter().map(|(listing, _)| *listing).collect::<Vec<_>>(), [0, 3, 9]);
	});
}

#[test]
fn for_what_it_has_not_agreed_to_keep_the_curator_answers_alone() {
	// Whichever listing is the first, and also where it has left.
	for leaves in [false, true] {
		TestExt::default().execute(|| {
			for listing in 1..4 {
				assign(NODE, listing, 0);
			}
			for listing in [0, 1, 3] {
				refuse(NODE, listing);
			}
			advance_to(OPEN);
			if leaves {
				(0..4).for_each(|listing| unassign(NODE, listing));
			}
			judged(&[Unreachable; 3]);
			let mut answered = answered();
			answered.sort_unstable();
			assert_eq!(answered, [(0, None), (1, None), (2, Some(NODE)), (3, None)]);
		});
	}
}

#[test]
fn who_has_agreed_to_nothing_loses_nothing() {
	TestExt::default().execute(|| {
		refuse(NODE, 0);
		judged(&[Unreachable; 3]);
		let all = committed();
		let [offence] = &all[..] else { panic!("{all:?}") };
		assert_eq!((offence.listing, offence.node), (0, None));
		assert_eq!(offence.harmed_for, 0, "else whoever is assigned would subscribe, and be away");
	});
}

#[test]
fn the_nodes_part_does_not_go_to_the_same_listing_each_time() {
	TestExt::default().execute(|| {
		for listing in 1..8 {
			assign(NODE, listing, 0);
		}
		let mut firsts = std::collections::BTreeSet::new();
		for period in 0..12 {
			advance_to(OPEN + period * (EVERY + 1));
			for voter in 0..3 {
				assert_ok!(vote(voter, &found(|node| if node == NODE { Unreachable } else { Reachable })));
			}
			advance_to(OVER + period * (EVERY + 1));
			firsts.insert(answered()[0].0);
		}
		assert!(firsts.len() > 2, "{firsts:?}");
	});
}

#[test]
fn who_leaves_a_running_period_answers_at_its_end_whether_it_comes_back_or_not() {
	for comes_back in [false, true] {
		TestExt::default().execute(|| {
			assign(NODE, 3, 0);
			advance_to(OPEN);
			unassign(NODE, 0);
			if comes_back {
				assign(NODE, 0, OPEN);
			}
			assert_eq!(Left::<Test>::get(NODE).into_inner(), [0]);
			judged(&[Unreachable; 3]);
			let mut answered = answered();
			assert_eq!(answered.iter().filter(|(_, node)| *node == Some(NODE)).count(), 1);
			answered.sort_unstable();
			assert_eq!(answered.iter().map(|(listing, _)| *listing).collect::<Vec<_>>(), [0, 3]);
			assert_eq!(Left::<Test>::iter().count(), 0);
			// In the next one it answers for what it keeps then.
			advance_to(OVER + 2);
			for voter in 0..3 {
				assert_ok!(vote(voter, &found(|node| if node == NODE { Unreachable } else { Reachable })));
			}
			advance_to(OVER + 1 + EVERY);
			assert_eq!(committed().len(), if comes_back { 2 } else { 1 });
		});
	}
}

#[test]
fn who_leaves_everything_answers_for_everything() {
	TestExt::default().execute(|| {
		for listing in 1..4 {
			assign(NODE, listing, 0);
		}
		advance_to(OPEN);
		for listing in 0..4 {
			unassign(NODE, listing);
		}
		judged(&[Unreachable; 3]);
		let mut listings: Vec<_> = answered().into_iter().map(|(listing, _)| listing).collect();
		listings.sort_unstable();
		assert_eq!(listings, [0, 1, 2, 3]);
		assert_eq!(Left::<Test>::iter().count(), 0);
		advance_to(OVER + 1);
		assert_eq!(listed(), [OTHER]);
	});
}

#[test]
fn who_leaves_and_was_there_has_nothing_to_answer_for() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		unassign(NODE, 0);
		judged(&[Reachable; 3]);
		assert!(committed().is_empty());
		assert_eq!(Left::<Test>::iter().count(), 0);
	});
}

#[test]
fn it_is_remembered_only_of_who_is_voted_on_and_of_what_they_kept_since_the_first_block() {
	TestExt::default().execute(|| {
		// No period runs.
		assign(NODE, 1, 0);
		unassign(NODE, 1);
		assert_eq!(Left::<Test>::iter().count(), 0);
		advance_to(FIRST);
		assign(NODE, 2, FIRST);
		// Where it comes and goes in one block there is nothing to answer for, and that could be done without end.
		unassign(NODE, 2);
		assign(NODE, 3, FIRST);
		advance_to(OPEN);
		assign(NODE, 4, OPEN);
		advance_to(OPEN + 1);
		for listing in [3, 4] {
			unassign(NODE, listing);
		}
		// Not on the list.
		assign(NODES[2], 5, 0);
		unassign(NODES[2], 5);
		assert_eq!(Left::<Test>::iter().count(), 1);
		assert_eq!(Left::<Test>::get(NODE).into_inner(), [3]);
		// It comes back and leaves again.
		assign(NODE, 3, FIRST);
		unassign(NODE, 3);
		assert_eq!(Left::<Test>::get(NODE).into_inner(), [3]);
	});
}

#[test]
fn there_is_room_for_all_that_a_node_can_leave() {
	TestExt::default().execute(|| {
		advance_to(FIRST);
		for listing in 1..MAX_LEFT {
			assign(NODE, listing, if listing % 2 == 0 { FIRST } else { 0 });
		}
		advance_to(OPEN);
		for listing in 0..MAX_LEFT {
			unassign(NODE, listing);
		}
		assert_eq!(Left::<Test>::get(NODE).len(), MAX_LEFT as usize);
		judged(&[Unreachable; 3]);
		assert_eq!(committed().len(), MAX_LEFT as usize);
	});
}

#[test]
fn a_listing_that_is_not_on_sale_is_owed_nothing() {
	for (state, offences) in [
		(ListingState::Active, 1),
		(ListingState::Paused, 1),
		(ListingState::Draft, 0),
		(ListingState::Retired, 0),
		(ListingState::TakenDown, 0),
	] {
		TestExt::default().execute(|| {
			State::set(state);
			judged(&[Unreachable; 3]);
			assert_eq!(committed().len(), offences, "{state:?}");
		});
	}
}

#[test]
fn nothing_is_left_of_a_period() {
	TestExt::default().execute(|| {
		judged(&[Unreachable; 3]);
		assert!(!Current::<Test>::exists() && !Voters::<Test>::exists() && !Tallies::<Test>::exists());
	});
}
