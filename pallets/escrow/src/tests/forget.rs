use super::*;

#[test]
fn the_buyer_has_an_ended_order_forgotten_and_the_deposit_returns() {
	TestExt.execute(|| {
		assert_noop!(forget(BUYER, 0), Error::<Test>::NotFound);
		let order = order_goods(BUYER, list_service(&WUSD));
		assert_noop!(forget(BUYER, order), Error::<Test>::NotEnded);
		assert_ok!(confirm(BUYER, order, 0));
		assert!(deposit(BUYER) > 0);
		assert_ok!(forget(BUYER, order));
		assert_event(Event::Forgotten { order });
		assert_eq!((deposit(BUYER), spent(&SOUK)), (0, 0));
		assert_eq!(Escrow::order_details(order), None);
		assert!(Escrow::orders_of(BUYER, None, 10).is_empty());
		// Its number is not used again.
		assert_eq!(order_goods(BUYER, list_service(&WUSD)), order + 1);
	});
}

#[test]
fn nobody_takes_key_and_receipt_from_a_buyer_before_she_had_time_to_read_them() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_noop!(forget(OTHER, order), Error::<Test>::NotEnded);
		advance_to(1 + WINDOW);
		assert_eq!(state(order), OrderState::Released);
		advance_to(WINDOW + KEEP);
		for who in [OTHER, CURATOR] {
			assert_noop!(forget(who, order), Error::<Test>::TooEarly);
		}
		advance_to(1 + WINDOW + KEEP);
		assert_ok!(forget(OTHER, order));
		assert_eq!((deposit(BUYER), deposit(OTHER)), (0, 0));
	});
}

#[test]
fn an_offer_that_nobody_took_is_forgotten_by_anybody_and_its_maker_has_the_deposit_back() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(5, 5, 5)]);
		assert_ok!(cancel(BUYER, order));
		assert_ok!(forget(OTHER, order));
		assert_eq!(deposit(CURATOR), 0);
	});
}

#[test]
fn a_whole_life_leaves_nothing_behind() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, BOND);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		advance_to(1 + WINDOW);
		assert_ok!(forget(BUYER, order));
		assert_eq!(Orders::<Test>::iter().count() + Due::<Test>::iter().count(), 0);
		assert_eq!(OrdersOf::<Test>::iter().count() + SalesOf::<Test>::iter().count(), 0);
		assert_eq!(Awaiting::<Test>::iter().count() + Open::<Test>::iter().count(), 0);
		assert_eq!((bond(listing).covered, open_periods()), (0, 0));
	});
}

#[test]
fn nobody_gets_around_a_rating_by_having_the_order_forgotten() {
	TestExt.execute(|| {
		let order = order_goods(BUYER, list_service(&WUSD));
		assert_ok!(confirm(BUYER, order, 0));
		Awaited::set(true);
		assert_noop!(forget(BUYER, order), Error::<Test>::TooEarly);
		advance_to(2 + KEEP);
		assert_noop!(forget(OTHER, order), Error::<Test>::TooEarly);
		Awaited::set(false);
		assert_ok!(forget(BUYER, order));
	});
}
