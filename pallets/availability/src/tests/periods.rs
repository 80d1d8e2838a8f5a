use super::*;
use souk_primitives::reach::Keepers;
use sp_runtime::testing::UintAuthorityId;

#[test]
fn a_period_begins_with_those_who_serve_and_the_validators_of_the_session() {
	TestExt::default().nodes(3).execute(|| {
		unassign(NODES[2], 0);
		register(NODES[3]);
		assert_ok!(set_health(NODES[3], "http://8.8.8.8/"));
		advance_to(FIRST);
		let period = Availability::period().expect("it runs");
		assert_eq!((period.number, period.from, period.until), (0, FIRST, OVER));
		assert_eq!((period.nodes, period.voters, period.voted), (2, 3, 0));
		let mut nodes = listed();
		nodes.sort_unstable();
		assert_eq!(nodes, [NODE, OTHER]);
		let began = Event::PeriodBegan { period: 0, until: OVER, nodes: 2, voters: 3 };
		assert_eq!(events(), [began]);
	});
}

#[test]
fn one_follows_the_other_with_a_list_of_its_own() {
	TestExt::default().execute(|| {
		advance_to(FIRST);
		let first = Current::<Test>::get().unwrap().digest;
		assert_ok!(set_health(NODE, "http://8.8.8.8/"));
		advance_to(OVER);
		assert_eq!(events().last(), Some(&Event::PeriodClosed { period: 0, voted: 0, unreachable: 0 }));
		assert!(Availability::period().is_none());
		advance_to(OVER + 1);
		let second = Current::<Test>::get().unwrap();
		assert_eq!((second.number, second.from, second.until), (1, OVER + 1, OVER + 1 + EVERY));
		assert_ne!(first, second.digest);
	});
}

#[test]
fn where_governance_wants_none_none_begins() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		Period::set(0);
		advance_to(OVER + 3 * EVERY);
		assert_eq!((Availability::period(), Next::<Test>::get().number), (None, 1));
		assert_ok!(clear_health(NODE));
		Period::set(2);
		advance_to(OVER + 3 * EVERY + 1);
		assert_eq!(listed(), [OTHER]);
	});
}

#[test]
fn where_governance_makes_them_shorter_the_running_one_is_shorter_too() {
	TestExt::default().execute(|| {
		Period::set(1_000);
		advance_to(OPEN);
		assert_eq!(Availability::period().unwrap().until, FIRST + 1_000);
		Period::set(EVERY);
		advance_to(OPEN + 1);
		assert_eq!(Availability::period().unwrap().until, OPEN + 1 + EVERY);
		// It is not made longer, neither by time nor by governance.
		Period::set(1_000);
		advance_to(OPEN + 4);
		assert_eq!(Availability::period().unwrap().until, OPEN + 1 + EVERY);
		for voter in 0..3 {
			assert_ok!(vote(voter, &[Unreachable, Unreachable]));
		}
		advance_to(OPEN + 1 + EVERY);
		assert_eq!(committed().len(), 2);
	});
}

#[test]
fn more_nodes_than_fit_take_turns() {
	TestExt::default().nodes(7).execute(|| {
		let mut seen = std::collections::BTreeMap::<AccountId, u32>::new();
		for period in 0..7 {
			advance_to(FIRST + period * (EVERY + 1));
			let nodes = listed();
			assert_eq!(nodes.len(), LISTED as usize, "in period {period}");
			for node in nodes {
				*seen.entry(node).or_default() += 1;
			}
		}
		// Seven lists of five for seven nodes: each was on as many.
		assert_eq!(seen.into_iter().collect::<Vec<_>>(), NODES.map(|node| (node, 5)));
	});
}

#[test]
fn the_circle_closes_over_nodes_that_have_gone() {
	TestExt::default().nodes(7).execute(|| {
		advance_to(FIRST);
		let last = Next::<Test>::get().after.expect("there are more");
		advance_to(OVER);
		assert_ok!(clear_health(last));
		advance_to(OVER + 1);
		assert_eq!(listed().len(), 5);
		assert!(!listed().contains(&last));
		for node in listed() {
			assert!(Registry::keeps(&node));
		}
	});
}

#[test]
fn a_period_without_nodes_or_validators_passes() {
	for (nodes, validators) in [(0, 3), (2, 0)] {
		TestExt::default().nodes(nodes).validators(validators).execute(|| {
			advance_to(OVER + 1);
			assert_eq!(Availability::period().unwrap().number, 1);
			assert!(committed().is_empty());
		});
	}
}

#[test]
fn a_set_has_a_most_number_of_validators() {
	TestExt::default().execute(|| {
		Validators::set((1..20).map(UintAuthorityId).collect());
		advance_to(FIRST);
		assert_eq!(Availability::period().unwrap().voters, VOTERS);
	});
}
