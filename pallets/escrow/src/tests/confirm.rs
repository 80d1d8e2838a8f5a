use super::*;

#[test]
fn what_the_buyer_confirms_is_paid_at_once() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let order = order_goods(BUYER, list_service(&asset));
			assert_ok!(mark_delivered(CURATOR, order, 0));
			advance_to(4);
			assert_ok!(confirm(BUYER, order, 0));
			assert_event(Event::Confirmed { order, milestone: 0 });
			assert_event(Event::Ended { order, state: OrderState::Released });
			assert_earned(&asset, SHARES);
			assert_eq!(view(order).ended_at, Some(4));
		});
	}
}

#[test]
fn the_buyer_may_confirm_what_the_seller_did_not_mark() {
	TestExt.execute(|| {
		let order = order_goods(BUYER, list_service(&WUSD));
		advance_to(4);
		assert_ok!(confirm(BUYER, order, 0));
		assert_eq!(view(order).milestones[0].delivered_at, Some(4));
		assert_earned(&WUSD, SHARES);
	});
}

#[test]
fn a_grant_pays_out_in_parts() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(200, 9, 9); 5]);
		assert_ok!(fund(BUYER, order));
		for part in 0..5u32 {
			advance_to(2 + 3 * part);
			assert_ok!(mark_delivered(CURATOR, order, part));
			assert_noop!(confirm(BUYER, order, part + 1), Error::<Test>::WrongMilestone);
			assert_ok!(confirm(BUYER, order, part));
			assert_noop!(
				confirm(BUYER, order, part),
				if part < 4 { Error::<Test>::WrongMilestone } else { Error::<Test>::Ended }
			);
			assert_eq!(spent(&WUSD), 200 * Balance::from(part + 1));
		}
		assert_eq!(state(order), OrderState::Released);
		assert_earned(&WUSD, SHARES);
	});
}

#[test]
fn only_the_buyer_confirms() {
	TestExt.execute(|| {
		assert_noop!(confirm(BUYER, 0, 0), Error::<Test>::NotFound);
		let listing = list_service(&WUSD);
		let order = order_goods(BUYER, listing);
		for who in [CURATOR, OTHER] {
			assert_noop!(confirm(who, order, 0), Error::<Test>::NotAuthorized);
		}
		let offered = offer(listing, &[milestone(5, 5, 5)]);
		assert_noop!(confirm(BUYER, offered, 0), Error::<Test>::NothingHeld);
	});
}

#[test]
fn a_buyer_who_finds_everything_right_closes_the_window_of_her_data() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, 0);
		assert_noop!(confirm(BUYER, order, 0), Error::<Test>::NotDelivered);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_noop!(confirm(BUYER, order, 1), Error::<Test>::WrongMilestone);
		assert_ok!(confirm(BUYER, order, 0));
		assert_eq!(state(order), OrderState::Released);
		assert_earned(&WUSD, SHARES);
		// What covers a sale is free again, too.
		set_bond(listing, BOND);
		let covered = order_data(BUYER, listing);
		assert_ok!(deliver(covered, delivery(&snapshot, covered)));
		assert!(bond(listing).covered > 0);
		assert_ok!(confirm(BUYER, covered, 0));
		assert_eq!((state(covered), bond(listing).covered), (OrderState::Released, 0));
		assert_noop!(confirm(BUYER, covered, 0), Error::<Test>::Ended);
		let late = prove_bad_chunk(BUYER, covered, bad_chunk(&snapshot, covered, 0));
		assert_eq!(late, Err(Error::<Test>::Ended.into()));
	});
}

#[test]
fn confirming_gives_in_to_a_dispute() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		assert_ok!(fund(BUYER, order));
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_ok!(dispute(BUYER, order));
		assert_ok!(confirm(BUYER, order, 0));
		let next = view(order);
		assert_eq!((next.state, next.held, spent(&WUSD)), (OrderState::Funded, 700, 300));
	});
}
