//! Recipients that cannot be paid, and money that cannot be moved.

use super::*;

/// Goods of which nothing is left to do but to pay for them.
fn delivered(asset: &Asset, price: Balance) -> (ListingId, OrderId) {
	let listing = list_service(asset);
	set_price(listing, price);
	let order = order_goods(BUYER, listing);
	assert_ok!(mark_delivered(CURATOR, order, 0));
	(listing, order)
}

#[test]
fn a_node_that_cannot_be_paid_leaves_its_share_to_the_treasury() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			// 7 of a worker's share is less than an account needs to exist.
			let listing = list_service(&asset);
			set_price(listing, 80);
			serve(listing, &[WORKERS[0], STRANGER], &[]);
			advance_to(2);
			let order = order_goods(BUYER, listing);
			assert_ok!(confirm(BUYER, order, 0));
			assert_eq!(free(&asset, WORKERS[0]), ENDOWMENT + 7);
			assert_eq!(free(&asset, STRANGER), 0);
			assert_eq!(free(&asset, TREASURY), ENDOWMENT + 8 + 7);
			assert_event(Event::PaidOut { order, recipient: CURATOR, asset: asset.clone(), amount: 58 });
			assert_eq!(spent(&asset), 80);
		});
	}
}

#[test]
fn a_share_that_is_large_enough_creates_its_recipients_account() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let listing = list_service(&asset);
			serve(listing, &[STRANGER], &[]);
			advance_to(2);
			let order = order_goods(BUYER, listing);
			assert_ok!(confirm(BUYER, order, 0));
			assert_eq!(free(&asset, STRANGER), 180);
		});
	}
}

#[test]
fn who_earns_in_several_roles_is_paid_once() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		serve(listing, &[WORKERS[0], CURATOR], &[WORKERS[0], TREASURY]);
		advance_to(2);
		let order = order_goods(BUYER, listing);
		assert_ok!(confirm(BUYER, order, 0));
		let paid = |recipient, amount| Event::PaidOut { order, recipient, asset: WUSD, amount };
		for event in [paid(WORKERS[0], 225), paid(TREASURY, 235), paid(CURATOR, 540)] {
			assert_event(event);
		}
	});
}

#[test]
fn a_blocked_curator_leaves_her_share_to_the_treasury() {
	TestExt.execute(|| {
		let (_, order) = delivered(&WUSD, PRICE);
		block(CURATOR);
		advance_to(1 + CONFIRM);
		assert_eq!(state(order), OrderState::Released);
		assert_earned(&WUSD, (550, 0, 90, 135));
	});
}

#[test]
fn a_blocked_buyer_does_not_keep_others_from_their_pay() {
	TestExt.execute(|| {
		let (_, order) = delivered(&WUSD, PRICE);
		assert_ok!(dispute(BUYER, order));
		block(BUYER);
		assert_ok!(resolve(order, 50));
		// Half of it is paid; the other half waits for the buyer.
		assert_eq!((view(order).paid, held(&WUSD, BUYER)), (500, 500));
		assert_eq!((state(order), view(order).ended_at), (OrderState::Confirmed, None));
		assert_event(Event::SettlementDelayed { order, held: 500 });
		for refused in [
			cancel(CURATOR, order),
			dispute(BUYER, order),
			confirm(BUYER, order, 0),
			resolve(order, 0),
			mark_delivered(CURATOR, order, 0),
			claim_timeout(OTHER, order),
		] {
			assert_eq!(refused, Err(Error::<Test>::SettlementPending.into()));
		}
		assert_noop!(forget(BUYER, order), Error::<Test>::NotEnded);
		unblock(BUYER);
		advance_to(6);
		assert_eq!((state(order), view(order).refunded), (OrderState::Released, 500));
	});
}

#[test]
fn a_frozen_asset_delays_the_payment_and_changes_nothing_about_it() {
	TestExt.execute(|| {
		let (listing, order) = delivered(&WUSD, PRICE);
		freeze(true);
		advance_to(1 + CONFIRM);
		assert_eq!((state(order), held(&WUSD, BUYER)), (OrderState::Confirmed, PRICE));
		assert_noop!(claim_timeout(OTHER, order), Error::<Test>::SettlementPending);
		// Who serves the listing later has not earned it.
		serve(listing, &[], &[]);
		advance_to(1 + CONFIRM + 5);
		freeze(false);
		assert_ok!(claim_timeout(OTHER, order));
		assert_eq!(state(order), OrderState::Released);
		assert_earned(&WUSD, SHARES);
	});
}

#[test]
fn a_frozen_asset_delays_a_refund() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, BOND);
		let key = delivery(&snapshot, order);
		freeze(true);
		advance_to(1 + DELIVERY);
		assert_eq!((state(order), view(order).ended_at), (OrderState::Refunded, None));
		// It is refunded: nobody delivers to it any more.
		assert_noop!(deliver(order, key), Error::<Test>::Ended);
		assert!(Escrow::awaiting(vec![listing], None, 9).is_empty());
		freeze(false);
		advance_to(1 + DELIVERY + 8);
		assert_eq!((view(order).refunded, spent(&WUSD)), (PRICE, 0));
		assert!(view(order).ended_at.is_some());
	});
}

#[test]
fn a_proof_of_a_bad_chunk_takes_the_bond_even_if_the_refund_has_to_wait() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), 900);
		let order = order_data(BUYER, listing);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		freeze(true);
		assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
		assert_eq!((state(order), bond(listing).active), (OrderState::Refunded, 810));
		let again = bad_chunk(&snapshot, order, 1);
		assert_noop!(prove_bad_chunk(BUYER, order, again), Error::<Test>::SettlementPending);
		freeze(false);
		advance_to(3);
		assert_eq!((view(order).refunded, spent(&WUSD)), (PRICE, 0));
	});
}

#[test]
fn what_cannot_be_moved_is_tried_again_by_itself_ever_less_often() {
	TestExt.execute(|| {
		let (_, order) = delivered(&WUSD, PRICE);
		freeze(true);
		let mut attempts = Vec::new();
		while now() < 1 + CONFIRM + 40 {
			advance_to(now() + 1);
			if events().iter().any(|event| matches!(event, Event::SettlementDelayed { .. })) {
				attempts.push(now() - 1 - CONFIRM);
			}
		}
		assert_eq!(attempts, [0, 1, 2, 4, 8, 16, 32]);
		freeze(false);
		advance_to(1 + CONFIRM + 64);
		assert_eq!(state(order), OrderState::Released);
		assert_earned(&WUSD, SHARES);
	});
}

#[test]
fn a_part_that_could_not_be_paid_takes_no_time_from_the_next() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		assert_ok!(fund(BUYER, order));
		assert_ok!(mark_delivered(CURATOR, order, 0));
		freeze(true);
		advance_to(6);
		assert_eq!((state(order), view(order).held), (OrderState::Confirmed, 1_000));
		assert_noop!(mark_delivered(CURATOR, order, 1), Error::<Test>::SettlementPending);
		freeze(false);
		advance_to(7);
		let next = view(order);
		assert_eq!((next.state, next.held, next.deliver_until), (OrderState::Funded, 700, Some(27)));
	});
}

#[test]
fn the_fee_is_what_the_parameter_says_when_it_is_paid() {
	TestExt.execute(|| {
		let (_, order) = delivered(&WUSD, PRICE);
		Fee::set(Permill::from_percent(50));
		assert_ok!(confirm(BUYER, order, 0));
		assert_eq!(free(&WUSD, TREASURY), ENDOWMENT + 500);
	});
}

#[test]
fn each_part_is_shared_by_those_who_served_while_it_was_earned() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let order = offer(listing, &[milestone(1_000, 50, 5), milestone(1_000, 50, 5)]);
		assert_ok!(fund(BUYER, order));
		advance_to(5);
		assert_ok!(confirm(BUYER, order, 0));
		assert_earned(&WUSD, SHARES);
		// The second part is the others'.
		serve(listing, &[STRANGER], &[]);
		advance_to(8);
		assert_ok!(confirm(BUYER, order, 1));
		// Blocks 5 to 8: the nodes served in none of them, and the stranger in all.
		assert_earned(&WUSD, (200, 450 + 720, 90, 135));
		assert_eq!(free(&WUSD, STRANGER), 180);
	});
}
