use super::*;
use crate::{health, NodeInfo, Schedule, ScheduleRecord};
use souk_primitives::SnapshotHealth;

#[test]
fn a_node_is_shown_as_it_registered() {
	TestExt::default().nodes(1).execute(|| {
		let view = Curation::node(11).expect("it is registered");
		assert_eq!(view.account, 11);
		assert_eq!(view.peer_id, info(11).peer_id.into_inner());
		assert_eq!(view.addresses, [b"/ip4/127.0.0.1/tcp/4001".to_vec()]);
		assert!(view.worker && view.persistence && view.accepting);
		assert_eq!(Curation::node(12), None);
	});
}

#[test]
fn nodes_are_listed_by_role_and_page_by_page() {
	TestExt::default().nodes(5).execute(|| {
		assert_ok!(update_node(13, NodeInfo { worker: false, ..info(13) }));
		let mut seen = Vec::new();
		let mut last = None;
		loop {
			let page = Curation::nodes(NodeRole::Worker, last, 3);
			assert!(page.len() <= 3);
			let Some(end) = page.last() else { break };
			last = Some(end.account);
			seen.extend(page.into_iter().map(|node| node.account));
		}
		seen.sort_unstable();
		assert_eq!(seen, [11, 12, 14, 15]);
		assert_eq!(Curation::nodes(NodeRole::Persistence, None, u32::MAX).len(), 5);
		assert!(Curation::nodes(NodeRole::Persistence, None, 0).is_empty());
	});
}

#[test]
fn assignments_show_how_to_reach_a_node() {
	TestExt::default().workers(1).execute(|| {
		let moved = vec![b"/dns4/node/tcp/1".to_vec().try_into().expect("short")];
		let moved = NodeInfo { addresses: moved.try_into().expect("one"), ..info(11) };
		assert_ok!(update_node(11, moved));
		let view = Curation::assignments(LISTING).remove(0);
		assert_eq!((view.node, view.role, view.since), (11, NodeRole::Worker, 1));
		assert_eq!(view.addresses, [b"/dns4/node/tcp/1".to_vec()]);
		assert_eq!(view.encryption_key, info(11).encryption_key);
		assert_eq!(view.wrapped_key, [7; 80]);
	});
}

#[test]
fn snapshots_are_shown_newest_first() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		for period in [START - 3, START - 1, START] {
			assert_ok!(submit(11, LISTING, period, 1));
		}
		let views = Curation::snapshots(LISTING);
		assert_eq!(views.iter().map(|view| view.period).collect::<Vec<_>>(), [START, START - 1, START - 3]);
		assert_eq!(Curation::newest_snapshot(LISTING).as_ref(), views.first());
		assert_eq!(Curation::snapshot(LISTING, START - 1).as_ref(), views.get(1));
		assert_eq!(Curation::snapshot(LISTING, START - 2), None);
	});
}

#[test]
fn a_bond_is_shown_with_what_the_listing_needs() {
	TestExt::default().execute(|| {
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.unlocking, view.minimum), (0, vec![], MIN_CURATOR_BOND));
	});
}

#[test]
fn a_listing_without_a_schedule_promises_nothing() {
	TestExt::default().execute(|| {
		go_to(500);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Unscheduled);
	});
}

#[test]
fn a_first_snapshot_that_does_not_come_is_missing() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(13);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(14);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Missing { by: 1 });
		// Setting the schedule again does not hide it.
		assert_ok!(set_schedule(CURATOR, LISTING, Schedule { every: 10, tolerance: 2, retention: 1 }));
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Missing { by: 1 });
	});
}

#[test]
fn a_next_snapshot_that_does_not_come_is_late() {
	TestExt::default().workers(1).schedule(10, 2, 3).execute(|| {
		go_to(30);
		assert_ok!(submit(11, LISTING, START, 1));
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(42);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::OnTime);
		go_to(45);
		assert_eq!(Curation::health(LISTING), SnapshotHealth::Late { by: 3 });
	});
}

#[test]
fn health_does_not_overflow() {
	let schedule = Schedule { every: u32::MAX, tolerance: u32::MAX, retention: 1 };
	let record = ScheduleRecord::new(schedule, CURATOR, 0, u32::MAX);
	assert_eq!(health(Some(&record), false, u32::MAX), SnapshotHealth::OnTime);
}
