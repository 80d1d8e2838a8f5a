use super::*;

#[test]
fn who_is_on_no_list_goes_at_once_with_the_deposit() {
	TestExt::default().execute(|| {
		assert_ok!(clear_health(NODE));
		assert_eq!((held(NODE), Health::<Test>::get(NODE)), (0, None));
		assert_eq!(events().last(), Some(&Event::HealthCleared { node: NODE }));
		assert_noop!(clear_health(NODE), Error::<Test>::NotFound);
		advance_to(FIRST);
		assert_eq!(listed(), [OTHER]);
	});
}

#[test]
fn who_is_on_the_list_is_judged_first() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		assert_ok!(clear_health(NODE));
		assert_eq!(events().last(), Some(&Event::HealthLeaving { node: NODE }));
		assert!(held(NODE) > 0 && Availability::availability(NODE).unwrap().leaving);
		all_vote(&found(|node| if node == NODE { Unreachable } else { Reachable }));
		assert_eq!(answered(), [(0, Some(NODE))]);
		assert_eq!((held(NODE), Health::<Test>::get(NODE)), (0, None));
		assert!(events().contains(&Event::HealthCleared { node: NODE }));
		advance_to(OVER + 1);
		assert_eq!(listed(), [OTHER]);
	});
}

#[test]
fn who_sets_it_again_stays() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		assert_ok!(clear_health(NODE));
		assert_ok!(set_health(NODE, "http://8.8.8.8/"));
		advance_to(OVER + 1);
		assert_eq!(listed().len(), 2);
		assert!(held(NODE) > 0);
	});
}

#[test]
fn who_has_been_judged_already_goes_at_once() {
	TestExt::default().execute(|| {
		all_vote_half_judged();
		let judged = listed()[0];
		assert_ok!(clear_health(judged));
		assert_eq!((held(judged), Health::<Test>::get(judged)), (0, None));
		assert_ok!(clear_health(listed()[1]));
		assert!(Health::<Test>::get(listed()[1]).unwrap().leaving);
		Weights::set(roomy());
		advance_to(OVER + 1);
		assert_eq!(Health::<Test>::iter().count(), 0);
	});
}

#[test]
fn who_is_no_node_any_more_is_asked_no_more_and_has_the_deposit_back() {
	TestExt::default().nodes(3).execute(|| {
		unassign(NODE, 0);
		assert_ok!(deregister(NODE));
		assert_eq!((held(NODE), Health::<Test>::get(NODE)), (0, None));
		assert_eq!(events().last(), Some(&Event::HealthCleared { node: NODE }));
		// Nothing happens where there is no address.
		register(NODES[3]);
		assert_ok!(deregister(NODES[3]));
		assert_eq!(events().last(), Some(&Event::HealthCleared { node: NODE }));
		advance_to(FIRST);
		assert_eq!(listed().len(), 2);
	});
}

#[test]
fn who_leaves_the_registry_while_it_is_on_the_list_is_judged_first() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		unassign(NODE, 0);
		assert_ok!(deregister(NODE));
		assert!(held(NODE) > 0 && Availability::availability(NODE).unwrap().leaving);
		all_vote(&found(|node| if node == NODE { Unreachable } else { Reachable }));
		assert_eq!(answered(), [(0, Some(NODE))]);
		assert_eq!((held(NODE), Health::<Test>::get(NODE)), (0, None));
		advance_to(OVER + 1);
		assert_eq!(listed(), [OTHER]);
	});
}

#[test]
fn addresses_of_who_has_left_the_registry_take_nobodys_place() {
	TestExt::default().nodes(7).execute(|| {
		// As many as a list has places.
		for node in &NODES[..LISTED as usize] {
			unassign(*node, 0);
			assert_ok!(deregister(*node));
		}
		for period in 0..3 {
			advance_to(FIRST + period * (EVERY + 1));
			let mut nodes = listed();
			nodes.sort_unstable();
			assert_eq!(nodes, NODES[LISTED as usize..].to_vec(), "in period {period}");
		}
	});
}

/// The first period is over, and there was room for one of its two nodes.
fn all_vote_half_judged() {
	advance_to(OVER - 1);
	let step = <() as WeightInfo>::look()
		+ <() as WeightInfo>::judging()
		+ <() as WeightInfo>::close()
		+ <() as WeightInfo>::judge();
	Weights::set(frame_system::limits::BlockWeights::simple_max(step * 16 + step / 2));
	advance_to(OVER);
	assert_eq!(Current::<Test>::get().unwrap().judging.next, 1);
}
