use super::*;
use crate::{NodeInfo, Nodes};

#[test]
fn a_longer_record_costs_more_and_a_shorter_one_less() {
	TestExt::default().nodes(1).execute(|| {
		let before = held(HoldReason::Deposit, 11);
		let nowhere = NodeInfo { addresses: Default::default(), ..info(11) };
		assert_ok!(update_node(11, nowhere));
		// The address and a byte for its length.
		let saved = info(11).addresses[0].len() + 1;
		assert_eq!(held(HoldReason::Deposit, 11), before - saved as Balance);
		assert_ok!(update_node(11, info(11)));
		assert_eq!(held(HoldReason::Deposit, 11), before);
		assert_eq!(Nodes::<Test>::get(11).map(|record| record.info), Some(info(11)));
	});
}

#[test]
fn what_a_dropped_role_had_bonded_is_on_its_way_out() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(update_node(11, NodeInfo { worker: false, ..info(11) }));
		assert_eq!(held(HoldReason::NodeBond, 11), 2 * MIN_NODE_BOND);
		assert!(events().contains(&Event::NodeUnbonded {
			node: 11,
			amount: MIN_NODE_BOND,
			at: 1 + UNBONDING
		}));
		go_to(1 + UNBONDING);
		assert_ok!(withdraw_node_bond(11));
		assert_eq!(held(HoldReason::NodeBond, 11), MIN_NODE_BOND);
	});
}

#[test]
fn a_new_role_is_bonded_for() {
	TestExt::default().execute(|| {
		assert_ok!(register_node(11, NodeInfo { worker: false, ..info(11) }));
		assert_ok!(update_node(11, info(11)));
		assert_eq!(held(HoldReason::NodeBond, 11), 2 * MIN_NODE_BOND);
	});
}

#[test]
fn a_role_that_is_assigned_cannot_be_dropped() {
	TestExt::default().workers(1).execute(|| {
		let dropped = NodeInfo { worker: false, ..info(11) };
		assert_noop!(update_node(11, dropped.clone()), Error::<Test>::StillAssigned);
		// The other one can.
		assert_ok!(update_node(11, NodeInfo { persistence: false, ..info(11) }));
		assert_ok!(resign(11, LISTING, NodeRole::Worker));
		assert_ok!(update_node(11, dropped));
	});
}

#[test]
fn roles_cannot_be_dropped_and_taken_for_ever() {
	TestExt::default().nodes(1).execute(|| {
		for block in 1..=MAX_UNLOCKING {
			go_to(block);
			assert_ok!(update_node(11, NodeInfo { worker: false, ..info(11) }));
			assert_ok!(update_node(11, info(11)));
		}
		go_to(MAX_UNLOCKING + 1);
		assert_noop!(
			update_node(11, NodeInfo { worker: false, ..info(11) }),
			Error::<Test>::TooManyUnlocking
		);
	});
}

#[test]
fn only_a_registered_node_updates_itself_and_only_to_a_node() {
	TestExt::default().nodes(1).execute(|| {
		assert_noop!(update_node(12, info(12)), Error::<Test>::NotRegistered);
		let idle = NodeInfo { worker: false, persistence: false, ..info(11) };
		assert_noop!(update_node(11, idle), Error::<Test>::NoRole);
	});
}

#[test]
fn a_dearer_bond_is_asked_of_who_offers_more_and_not_of_who_moves() {
	TestExt::default().nodes(1).execute(|| {
		NodeBond::set(10 * MIN_NODE_BOND);
		assert_ok!(update_node(11, NodeInfo { addresses: Default::default(), ..info(11) }));
		assert_eq!(held(HoldReason::NodeBond, 11), 2 * MIN_NODE_BOND);
		assert_ok!(update_node(11, NodeInfo { worker: false, ..info(11) }));
		assert_eq!(held(HoldReason::NodeBond, 11), 2 * MIN_NODE_BOND);
		assert_ok!(update_node(11, info(11)));
		assert_eq!(held(HoldReason::NodeBond, 11), 20 * MIN_NODE_BOND);
	});
}
