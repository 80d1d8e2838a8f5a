use super::*;

#[test]
fn a_bond_is_released_when_its_time_has_come_and_not_a_block_earlier() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(deregister_node(11));
		go_to(UNBONDING);
		assert_noop!(withdraw_node_bond(11), Error::<Test>::TooEarly);
		go_to(UNBONDING + 1);
		assert_ok!(withdraw_node_bond(11));
		assert_eq!(held(HoldReason::NodeBond, 11), 0);
		assert_eq!(events().last(), Some(&Event::NodeBondWithdrawn { node: 11, amount: 2 * MIN_NODE_BOND }));
	});
}

#[test]
fn a_node_that_did_not_leave_has_nothing_to_withdraw() {
	TestExt::default().nodes(1).execute(|| {
		assert_noop!(withdraw_node_bond(11), Error::<Test>::NotBonded);
	});
}
