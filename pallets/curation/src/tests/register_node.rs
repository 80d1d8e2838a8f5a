use super::*;
use crate::{NodeInfo, Nodes};
use codec::Encode;

#[test]
fn a_node_bonds_for_each_role_and_pays_for_its_bytes() {
	TestExt::default().execute(|| {
		assert_ok!(register_node(11, info(11)));
		let record = Nodes::<Test>::get(11).expect("it is registered");
		assert_eq!(record.bond, 2 * MIN_NODE_BOND);
		assert_eq!(record.deposit, 5 + record.encoded_size() as Balance);
		assert_eq!(held(HoldReason::NodeBond, 11), record.bond);
		assert_eq!(held(HoldReason::Deposit, 11), record.deposit);
		assert_eq!(record.registered_at, 1);
		assert_eq!(events(), [Event::NodeRegistered { node: 11 }]);
	});
}

#[test]
fn one_role_costs_one_bond() {
	TestExt::default().execute(|| {
		assert_ok!(register_node(11, NodeInfo { worker: false, ..info(11) }));
		assert_eq!(held(HoldReason::NodeBond, 11), MIN_NODE_BOND);
	});
}

#[test]
fn a_node_registers_once() {
	TestExt::default().nodes(1).execute(|| {
		assert_noop!(register_node(11, info(11)), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn a_node_without_role_peer_id_or_key_is_none() {
	TestExt::default().execute(|| {
		let idle = NodeInfo { worker: false, persistence: false, ..info(11) };
		assert_noop!(register_node(11, idle), Error::<Test>::NoRole);
		let nobody = NodeInfo { peer_id: Default::default(), ..info(11) };
		assert_noop!(register_node(11, nobody), Error::<Test>::InvalidNode);
		let keyless = NodeInfo { encryption_key: [0; 32], ..info(11) };
		assert_noop!(register_node(11, keyless), Error::<Test>::InvalidNode);
	});
}

#[test]
fn a_node_without_money_is_refused_and_nothing_is_held() {
	TestExt::default().execute(|| {
		assert!(register_node(99, info(11)).is_err());
		assert!(!Nodes::<Test>::contains_key(99));
	});
}

#[test]
fn only_a_signed_origin_registers() {
	TestExt::default().execute(|| {
		let call = || crate::Call::register_node { info: info(11) };
		assert_noop!(dispatch(RuntimeOrigin::root(), call()), DispatchError::BadOrigin);
		assert_noop!(dispatch(RuntimeOrigin::none(), call()), DispatchError::BadOrigin);
	});
}
