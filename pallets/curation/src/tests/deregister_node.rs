use super::*;
use crate::{NodeUnlocking, Nodes};

#[test]
fn a_node_that_leaves_gets_its_deposit_at_once_and_its_bond_later() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(deregister_node(11));
		assert!(!Nodes::<Test>::contains_key(11));
		assert_eq!(held(HoldReason::Deposit, 11), 0);
		assert_eq!(held(HoldReason::NodeBond, 11), 2 * MIN_NODE_BOND);
		go_to(1 + UNBONDING);
		assert_ok!(withdraw_node_bond(11));
		assert_eq!(free(11), ENDOWMENT);
		assert!(!NodeUnlocking::<Test>::contains_key(11));
	});
}

#[test]
fn a_node_at_work_stays() {
	TestExt::default().workers(1).execute(|| {
		assert_noop!(deregister_node(11), Error::<Test>::StillAssigned);
		assert_ok!(resign(11, LISTING, NodeRole::Worker));
		assert_ok!(deregister_node(11));
	});
}

#[test]
fn only_a_registered_node_leaves() {
	TestExt::default().execute(|| {
		assert_noop!(deregister_node(11), Error::<Test>::NotRegistered);
	});
}

#[test]
fn a_node_that_comes_back_bonds_anew() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(deregister_node(11));
		assert_ok!(register_node(11, info(11)));
		assert_eq!(held(HoldReason::NodeBond, 11), 4 * MIN_NODE_BOND);
	});
}
