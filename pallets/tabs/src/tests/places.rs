//! The places among those whom a tab pays: who has one, and for whom the others are kept.

use super::*;

/// An account that the payer makes.
fn stranger(number: u8) -> AccountId {
	account(100 + number)
}

/// A voucher for the smallest amount.
fn dust(tab: TabId, node: &AccountId) -> SignedVoucher {
	signed_by(KEY, Voucher { tab, node: node.clone().into(), counter: 1, amount: 1 })
}

/// So many strangers settle, one after the other.
fn strangers_settle(tab: TabId, count: u8) {
	for number in 0..count {
		let node = stranger(number);
		assert_ok!(settle(&node, dust(tab, &node)));
	}
}

#[test]
fn accounts_of_the_payer_take_no_place_of_a_node_that_is_assigned() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		let most = MAX_NODES as u8 - NODES.len() as u8;
		strangers_settle(tab, most);
		for number in most..MAX_NODES as u8 {
			let node = stranger(number);
			assert_noop!(settle(&node, dust(tab, &node)), Error::<Test>::TooManyNodes);
		}
		// The nodes have waited until the payer closes the tab.
		assert_ok!(close(PAYER, tab));
		advance_to(CHALLENGE);
		for node in &NODES {
			assert_ok!(settle(node, voucher(tab, node, 2)));
			assert_eq!((earned_by(tab, node), earned(node)), (200, 90));
		}
		advance_to(1 + CHALLENGE);
		assert_eq!((spent(), held(&WUSD, &PAYER)), (600 + Balance::from(most), 0));
	});
}

#[test]
fn a_tab_pays_so_many_nodes_and_keeps_one_place_for_each_that_is_assigned() {
	for assigned in 0..=NODES.len() {
		TestExt.execute(|| {
			let listing = list();
			let keepers = &NODES[..assigned];
			set_keepers(listing, keepers);
			let tab = opened(listing, LIMIT);
			// Who earns already has a place, and another one is not kept for it.
			if let Some(node) = keepers.first() {
				assert_ok!(settle(node, dust(tab, node)));
			}
			let most = MAX_NODES as u8 - assigned as u8;
			strangers_settle(tab, most);
			let late = stranger(most);
			assert_noop!(settle(&late, dust(tab, &late)), Error::<Test>::TooManyNodes);
			// The others come in any order.
			for node in keepers.iter().skip(1).rev() {
				assert_ok!(settle(node, dust(tab, node)));
			}
			assert_eq!(view(tab).earners.len(), MAX_NODES as usize);
			assert_noop!(settle(&late, dust(tab, &late)), Error::<Test>::TooManyNodes);
			let first = view(tab).earners[0].node.clone();
			assert_ok!(settle(&first, voucher(tab, &first, 1)));
		});
	}
}

#[test]
fn who_is_assigned_later_takes_no_place_of_one_that_was_assigned_before() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		let honest = &NODES[0];
		// The payer is the curator as well, who assigns accounts of hers one after the other.
		for number in 0..MAX_NODES as u8 {
			let late = stranger(number);
			set_keepers(listing, &[honest.clone(), late.clone()]);
			if number < MAX_NODES as u8 - 1 {
				assert_ok!(settle(&late, dust(tab, &late)));
			} else {
				assert_noop!(settle(&late, dust(tab, &late)), Error::<Test>::TooManyNodes);
			}
		}
		assert_ok!(settle(honest, voucher(tab, honest, 3)));
		assert_eq!(earned_by(tab, honest), 300);
	});
}

#[test]
fn a_node_that_was_unassigned_has_a_place_that_is_kept_for_nobody() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		set_keepers(listing, &NODES[1..2]);
		strangers_settle(tab, MAX_NODES as u8 - 2);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		assert_ok!(settle_all(&NODES[2], vec![voucher(tab, &NODES[2], 1)]));
		assert_event(Event::VoucherRefused { tab, counter: 1, reason: Refusal::TooManyNodes });
		assert_ok!(settle(&NODES[1], voucher(tab, &NODES[1], 1)));
		assert_eq!([0, 1, 2].map(|at: usize| earned_by(tab, &NODES[at])), [100, 100, 0]);
	});
}
