use super::*;

#[test]
fn what_is_disputed_stays_held_and_is_divided_when_nobody_rules() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			BuyerShare::set(Permill::from_percent(30));
			let order = order_goods(BUYER, list_service(&asset));
			assert_ok!(mark_delivered(CURATOR, order, 0));
			advance_to(5);
			assert_ok!(dispute(BUYER, order));
			let until = 5 + DISPUTE;
			assert_event(Event::Disputed { order, by: BUYER, evidence: EVIDENCE, until });
			assert_eq!((state(order), view(order).evidence), (OrderState::Disputed, Some(EVIDENCE)));
			advance_to(until - 1);
			assert_eq!(held(&asset, BUYER), PRICE);
			advance_to(until);
			assert_event(Event::TimedOut { order, state: OrderState::Disputed });
			let ended = view(order);
			assert_eq!((ended.state, ended.refunded, ended.paid), (OrderState::Released, 300, 700));
			// Of 700: fee 70, workers 126, nodes 189.
			assert_earned(&asset, (70, 700 - 70 - 126 - 188, 63, 94));
		});
	}
}

#[test]
fn only_a_side_disputes_only_once_and_only_while_something_is_held() {
	TestExt.execute(|| {
		assert_noop!(dispute(BUYER, 0), Error::<Test>::NotFound);
		let listing = list_service(&WUSD);
		let offered = offer(listing, &[milestone(5, 5, 5)]);
		assert_noop!(dispute(BUYER, offered), Error::<Test>::NothingHeld);
		let order = order_goods(BUYER, listing);
		assert_noop!(dispute(OTHER, order), Error::<Test>::NotAuthorized);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_ok!(dispute(CURATOR, order));
		assert_noop!(dispute(BUYER, order), Error::<Test>::AlreadyDisputed);
		assert_noop!(dispute(CURATOR, order), Error::<Test>::AlreadyDisputed);
		assert_ok!(resolve(order, 50));
		assert_noop!(dispute(BUYER, order), Error::<Test>::Ended);
	});
}

#[test]
fn a_seller_gets_no_share_of_what_she_never_delivered() {
	TestExt.execute(|| {
		let order = order_goods(BUYER, list_service(&WUSD));
		assert_noop!(dispute(CURATOR, order), Error::<Test>::NotDelivered);
		let (_, _, data) = sold(&WUSD, 0);
		assert_noop!(dispute(CURATOR, data), Error::<Test>::NotDelivered);
		advance_to(1 + GOODS);
		assert_eq!(spent(&WUSD), 0);
	});
}

#[test]
fn the_buyer_disputes_before_the_window_is_over_whether_or_not_the_turn_has_come() {
	TestExt.execute(|| {
		let order = order_goods(BUYER, list_service(&WUSD));
		assert_ok!(mark_delivered(CURATOR, order, 0));
		System::set_block_number(1 + CONFIRM);
		assert_noop!(dispute(BUYER, order), Error::<Test>::Expired);
		System::set_block_number(CONFIRM);
		assert_ok!(dispute(BUYER, order));
	});
}

#[test]
fn of_a_dispute_over_a_part_only_that_part_is_divided() {
	TestExt.execute(|| {
		let parts = [milestone(200, 10, 5), milestone(300, 10, 5), milestone(500, 20, 6)];
		let order = offer(list_service(&WUSD), &parts);
		assert_ok!(fund(BUYER, order));
		assert_ok!(confirm(BUYER, order, 0));
		// The buyer disputes a part that is not delivered: after the first delivery she cannot cancel.
		assert_ok!(dispute(BUYER, order));
		advance_to(1 + DISPUTE);
		let ended = view(order);
		assert_eq!((ended.state, ended.paid, ended.refunded), (OrderState::Released, 200 + 150, 150 + 500));
	});
}

#[test]
fn whoever_disputes_proved_data_gets_no_discount() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, 0);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_ok!(dispute(BUYER, order));
		advance_to(1 + WINDOW + 5);
		assert_eq!(held(&WUSD, BUYER), PRICE);
		advance_to(1 + DISPUTE);
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Released, PRICE));
		assert_earned(&WUSD, SHARES);
	});
}

#[test]
fn data_that_is_paid_is_not_disputed() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		for who in [BUYER, CURATOR] {
			assert_noop!(dispute(who, order), Error::<Test>::NothingHeld);
		}
	});
}
