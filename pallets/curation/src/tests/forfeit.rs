//! What offences take of bonds: it leaves the bond and stays held until it is paid.

use super::*;
use crate::{CuratorBonds, Forfeited, NodeInfo, NodeUnlocking};
use souk_primitives::{
	reach::{Bonds as _, Curation as _},
	Bond,
};

const ON_LISTING: Bond<AccountId> = Bond::Listing(LISTING);
const OF_NODE: Bond<AccountId> = Bond::Node(NODES[0]);

#[test]
fn it_leaves_the_bond_and_stays_held_until_it_is_paid() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert_eq!(Curation::forfeit(&ON_LISTING, 50), 50);
		assert_eq!(events().last(), Some(&Event::BondForfeited { bond: ON_LISTING, amount: 50 }));
		assert_eq!((Curation::bonded(&ON_LISTING), Curation::forfeited(&ON_LISTING)), (150, 50));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 200);

		assert!(Curation::pay_forfeited(&ON_LISTING, &OTHER, 20));
		assert!(Curation::pay_forfeited(&ON_LISTING, &TREASURY, 30));
		assert_eq!((free(OTHER), free(TREASURY)), (ENDOWMENT + 20, 30));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 150);
		assert!(!Forfeited::<Test>::contains_key(ON_LISTING));
	});
}

#[test]
fn what_is_unbonding_is_taken_newest_first_ripe_or_not_and_what_covers_sales_is_not() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 400));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		go_to(2);
		assert_ok!(unbond(CURATOR, LISTING, 90));
		assert!(Curation::cover(LISTING, 150));
		go_to(1 + UNBONDING);
		assert_eq!(Curation::bonded(&ON_LISTING), 400);
		assert_eq!(Curation::forfeit(&ON_LISTING, 60 + 90 + 40), 190);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered, view.unlocking), (150, 150, vec![(60, 1 + UNBONDING)]));
		assert_eq!(Curation::forfeit(&ON_LISTING, 1_000), 60, "no more than there is");
		assert_eq!(Curation::forfeit(&ON_LISTING, 1_000), 0);
	});
}

#[test]
fn there_is_something_to_take_however_many_sales_are_covered() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		while Curation::cover(LISTING, 1) {}
		assert_eq!(Curation::forfeit(&ON_LISTING, 20), 20);
		assert_eq!(Curation::forfeit(&ON_LISTING, 20), 0);
	});
}

#[test]
fn in_the_block_in_which_an_unbonding_ends_whoever_comes_first_has_it() {
	TestExt::default().nodes(1).execute(|| {
		assert_ok!(bond(CURATOR, DRAFT, 200));
		assert_ok!(unbond(CURATOR, DRAFT, 200));
		assert_ok!(deregister_node(NODES[0]));
		go_to(1 + UNBONDING);
		let on_draft = Bond::Listing(DRAFT);
		assert_eq!(Curation::forfeit(&on_draft, 150), 150);
		assert_eq!(Curation::forfeit(&OF_NODE, 15), 15);
		assert_ok!(withdraw_unbonded(CURATOR, DRAFT));
		assert_ok!(withdraw_node_bond(NODES[0]));
		assert_eq!((held(HoldReason::CuratorBond, CURATOR), held(HoldReason::NodeBond, NODES[0])), (150, 15));
		assert_eq!((Curation::forfeit(&on_draft, 1), Curation::forfeit(&OF_NODE, 1)), (0, 0));
		for (bond, amount) in [(&on_draft, 150), (&OF_NODE, 15)] {
			assert!(Curation::pay_forfeited(bond, &TREASURY, amount));
		}
	});
}

#[test]
fn the_last_planck_takes_the_record_with_it_but_not_what_is_owed() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert_eq!(Curation::forfeit(&ON_LISTING, 1_000), 300);
		assert!(!CuratorBonds::<Test>::contains_key(LISTING));
		assert_ok!(bond(CURATOR, LISTING, 100));
		assert!(Curation::pay_forfeited(&ON_LISTING, &OTHER, 300));
		assert_eq!(Curation::curator_bond(LISTING).active, 100);
	});
}

#[test]
fn a_node_answers_with_its_bond_and_with_what_of_it_is_unbonding() {
	TestExt::default().nodes(1).execute(|| {
		let bond = |amount| 2 * MIN_NODE_BOND - amount;
		assert_ok!(update_node(NODES[0], NodeInfo { worker: false, ..info(NODES[0]) }));
		assert_eq!(Curation::bonded(&OF_NODE), bond(0));
		assert_eq!(Curation::forfeit(&OF_NODE, MIN_NODE_BOND + 3), MIN_NODE_BOND + 3);
		assert_eq!(Curation::bonded(&OF_NODE), bond(MIN_NODE_BOND + 3));
		assert_eq!(NodeUnlocking::<Test>::get(NODES[0]).total(), MIN_NODE_BOND - 3);
		// It leaves with nothing.
		assert_ok!(deregister_node(NODES[0]));
		assert_eq!(Curation::forfeit(&OF_NODE, 100), MIN_NODE_BOND - 3);
		assert_noop!(withdraw_node_bond(NODES[0]), Error::<Test>::NotBonded);
		assert_eq!(held(HoldReason::NodeBond, NODES[0]), 2 * MIN_NODE_BOND);
		assert!(Curation::pay_forfeited(&OF_NODE, &TREASURY, 2 * MIN_NODE_BOND));
	});
}

#[test]
fn more_than_is_forfeited_is_not_paid_and_to_nobody_who_cannot_have_it() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert!(!Curation::pay_forfeited(&ON_LISTING, &OTHER, 1), "the bond itself is not paid out");
		assert_eq!(Curation::forfeit(&ON_LISTING, 50), 50);
		assert!(!Curation::pay_forfeited(&ON_LISTING, &OTHER, 51));
		ExistentialDeposit::set(10);
		assert!(!Curation::pay_forfeited(&ON_LISTING, &TREASURY, 9));
		assert_eq!(Curation::forfeited(&ON_LISTING), 50);
		assert!(Curation::pay_forfeited(&ON_LISTING, &TREASURY, 10));
	});
}

#[test]
fn who_has_no_bond_loses_none() {
	TestExt::default().execute(|| {
		for bond in [ON_LISTING, OF_NODE] {
			assert_eq!((Curation::bonded(&bond), Curation::forfeit(&bond, 10)), (0, 0));
			assert!(!Forfeited::<Test>::contains_key(bond));
		}
	});
}
