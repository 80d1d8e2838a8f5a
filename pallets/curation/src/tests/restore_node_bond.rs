use super::*;
use souk_primitives::{reach::Bonds as _, Bond};

const NODE: AccountId = NODES[0];

#[test]
fn what_is_missing_is_held() {
	TestExt::default().nodes(1).execute(|| {
		assert_eq!(Curation::forfeit(&Bond::Node(NODE), 7), 7);
		assert_ok!(restore_node_bond(NODE));
		assert_eq!(Curation::node(NODE).expect("it is registered").bond, 2 * MIN_NODE_BOND);
		assert_eq!(
			held(HoldReason::NodeBond, NODE),
			2 * MIN_NODE_BOND + 7,
			"what is forfeited is still held"
		);
		assert_eq!(events().last(), Some(&Event::NodeBondRestored { node: NODE, amount: 7 }));
	});
}

#[test]
fn a_bond_to_which_nothing_is_missing_is_left_alone() {
	TestExt::default().nodes(1).execute(|| {
		assert_noop!(restore_node_bond(NODE), Error::<Test>::BondComplete);
		NodeBond::set(MIN_NODE_BOND + 1);
		assert_ok!(restore_node_bond(NODE));
		assert_noop!(restore_node_bond(NODE), Error::<Test>::BondComplete);
	});
}

#[test]
fn only_a_registered_node_has_one() {
	TestExt::default().execute(|| {
		assert_noop!(restore_node_bond(NODE), Error::<Test>::NotRegistered);
		assert_noop!(
			dispatch(RuntimeOrigin::root(), crate::Call::restore_node_bond {}),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn it_costs_what_the_node_has() {
	TestExt::default().nodes(1).execute(|| {
		NodeBond::set(ENDOWMENT);
		assert!(restore_node_bond(NODE).is_err());
	});
}

#[test]
fn a_node_with_less_than_its_bond_begins_nothing_new_and_goes_on_with_what_it_has() {
	TestExt::default().workers(1).execute(|| {
		assert_eq!(Curation::forfeit(&Bond::Node(NODE), 1), 1);
		assert_noop!(assign(OTHER, FOREIGN, NODE, NodeRole::Worker), Error::<Test>::NodeUnderbonded);
		assert_ok!(assign(CURATOR, LISTING, NODE, NodeRole::Worker));
		assert_ok!(restore_node_bond(NODE));
		assert_ok!(assign(OTHER, FOREIGN, NODE, NodeRole::Worker));
	});
}
