//! Who cannot be paid, and money that cannot be moved.

use super::*;
use sp_runtime::Permill;

#[test]
fn without_workers_their_share_is_the_curator_s() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		set_workers(listing, &[]);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		assert_eq!((earned(&NODES[0]), earned(&CURATOR), earned(&TREASURY)), (45, 45, 10));
	});
}

#[test]
fn the_fee_and_the_workers_are_those_of_the_block() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		Fee::set(Permill::zero());
		set_workers(listing, &WORKERS[..1]);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		assert_eq!((earned(&NODES[0]), earned(&CURATOR), earned(&TREASURY)), (50, 30, 0));
		assert_eq!((earned(&WORKERS[0]), earned(&WORKERS[1])), (20, 0));
	});
}

#[test]
fn a_node_that_cannot_be_paid_leaves_its_share_to_the_treasury() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		block(NODES[0].clone());
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		assert_eq!((earned(&NODES[0]), earned(&TREASURY), view(tab).held), (0, 55, LIMIT - 100));
		unblock(NODES[0].clone());
	});
}

#[test]
fn what_the_treasury_cannot_take_either_goes_back() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		block(TREASURY);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		assert_event(Event::Refunded { tab, asset: WUSD, amount: 10 });
		assert_eq!((spent(), view(tab).held), (90, LIMIT - 100));
		unblock(TREASURY);
	});
}

#[test]
fn what_a_frozen_asset_keeps_from_being_paid_is_owed() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		freeze(true);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 4)));
		assert_event(Event::SettlementDelayed { tab, held: 400 });
		assert_eq!((view(tab).held, view(tab).free, view(tab).earners[0].owed), (LIMIT, 600, 400));
		assert_noop!(settle(&NODES[0], voucher(tab, &NODES[0], 4)), Error::<Test>::Stale);
		// Nobody else earns it in the meantime.
		assert_ok!(settle(&NODES[1], voucher(tab, &NODES[1], 9)));
		assert_eq!((view(tab).free, view(tab).earners[1].owed), (0, 600));
		freeze(false);
		// The next voucher brings what was owed.
		assert_ok!(top_up(PAYER, tab, 100));
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 5)));
		assert_eq!((earned(&NODES[0]), spent(), view(tab).earners[0].owed), (225, 500, 0));
	});
}

#[test]
fn what_was_owed_when_a_tab_ended_is_paid_when_it_thaws_one_node_in_a_block() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[2], voucher(tab, &NODES[2], 1)));
		freeze(true);
		for node in &NODES[..2] {
			assert_ok!(settle(node, voucher(tab, node, 2)));
		}
		assert_ok!(close(PAYER, tab));
		advance_to(1 + CHALLENGE);
		assert_eq!((view(tab).phase, view(tab).held), (Phase::Over, LIMIT - 100));
		assert_noop!(settle(&NODES[0], voucher(tab, &NODES[0], 9)), Error::<Test>::Expired);
		// Tried again in 1, 1, 2, 4 … blocks.
		let mut tries = vec![];
		for block in 2 + CHALLENGE..CHALLENGE + 20 {
			advance_to(block);
			if events().iter().any(|event| matches!(event, Event::SettlementDelayed { .. })) {
				tries.push(block - CHALLENGE);
			}
		}
		assert_eq!(tries, [2, 3, 5, 9, 17]);
		freeze(false);
		advance_to(CHALLENGE + 33);
		assert_event(Event::Refunded { tab, asset: WUSD, amount: 500 });
		assert_eq!((view(tab).held, earned(&NODES[0]), earned(&NODES[1])), (200, 90, 0));
		advance_to(CHALLENGE + 34);
		assert_event(Event::Ended { tab });
		assert_eq!((earned(&NODES[0]), earned(&NODES[1]), spent()), (90, 90, 500));
		assert_eq!((held(&WUSD, &PAYER), deposit(&PAYER)), (0, 0));
	});
}

#[test]
fn tabs_in_souk_are_paid_in_souk() {
	TestExt.execute(|| {
		let listing = list();
		let call = crate::Call::<Test>::open_tab {
			listing,
			plan: 3,
			key: Some(public(KEY)),
			limit: LIMIT,
			max_price: price(SOUK, PRICE),
		};
		assert_ok!(dispatch(PAYER, call));
		assert_ok!(settle(&NODES[0], voucher(0, &NODES[0], 2)));
		assert_eq!((free(&SOUK, &NODES[0]) - ENDOWMENT, held(&SOUK, &PAYER)), (90, LIMIT - 200));
	});
}
