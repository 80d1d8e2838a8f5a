use super::*;

#[test]
fn what_a_node_is_asked_for_and_what_came_of_it() {
	TestExt::default().execute(|| {
		assert_eq!(Availability::availability(STRANGER), None);
		let before = Availability::availability(NODE).expect("it is asked");
		assert_eq!((before.url.clone(), before.deposit), (url(NODE).into_inner(), held(NODE)));
		assert_eq!((before.leaving, before.listed, before.last), (false, false, None));
		advance_to(OPEN);
		assert!(Availability::availability(NODE).unwrap().listed);
		all_vote(&found(|_| Reachable));
		let after = Availability::availability(NODE).unwrap();
		assert!(!after.listed);
		let last = after.last.expect("it was judged");
		assert_eq!((last.reachable, last.unreachable, last.voters, last.offence), (3, 0, 3, false));
	});
}

#[test]
fn the_period_that_runs() {
	TestExt::default().execute(|| {
		assert_eq!(Availability::period(), None);
		advance_to(OPEN);
		assert_ok!(vote(2, &[Reachable, Reachable]));
		let period = Availability::period().expect("it runs");
		assert_eq!((period.nodes, period.voters, period.voted), (2, 3, 1));
	});
}
