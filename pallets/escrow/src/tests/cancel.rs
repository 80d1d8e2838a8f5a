use super::*;

#[test]
fn the_seller_gives_up_what_is_not_delivered() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let (_, _, data) = sold(&asset, BOND);
			let goods = order_goods(BUYER, list_service(&asset));
			for order in [data, goods] {
				assert_ok!(cancel(CURATOR, order));
				assert_event(Event::Cancelled { order, by: CURATOR });
				let ended = view(order);
				assert_eq!((ended.state, ended.refunded, ended.held), (OrderState::Refunded, PRICE, 0));
			}
			assert_eq!((spent(&asset), held(&asset, BUYER)), (0, 0));
			assert_earned(&asset, (0, 0, 0, 0));
		});
	}
}

#[test]
fn the_buyer_of_a_snapshot_cannot_cancel_since_she_could_read_the_key_in_the_pool() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, 0);
		assert_noop!(cancel(BUYER, order), Error::<Test>::KeyOnItsWay);
		assert_noop!(dispute(BUYER, order), Error::<Test>::NotDelivered);
		assert_noop!(claim_timeout(BUYER, order), Error::<Test>::NothingDue);
		assert_noop!(forget(BUYER, order), Error::<Test>::NotEnded);
		assert_noop!(confirm(BUYER, order, 0), Error::<Test>::NotDelivered);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		for who in [BUYER, CURATOR] {
			assert_noop!(cancel(who, order), Error::<Test>::AlreadyDelivered);
		}
	});
}

#[test]
fn either_side_gives_up_an_offer() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		for who in [CURATOR, BUYER] {
			let order = offer(listing, &[milestone(5, 5, 5)]);
			assert_noop!(cancel(OTHER, order), Error::<Test>::NotAuthorized);
			assert_ok!(cancel(who, order));
			assert_eq!(state(order), OrderState::Refunded);
			assert_noop!(cancel(who, order), Error::<Test>::Ended);
		}
	});
}

#[test]
fn the_buyer_of_goods_cancels_before_the_first_delivery_only() {
	TestExt.execute(|| {
		assert_noop!(cancel(BUYER, 0), Error::<Test>::NotFound);
		let listing = list_service(&WUSD);
		let order = order_goods(BUYER, listing);
		assert_ok!(cancel(BUYER, order));
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Refunded, 0));

		let order = order_goods(BUYER, listing);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_noop!(cancel(BUYER, order), Error::<Test>::AlreadyDelivered);

		let parts = offer(listing, &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		assert_ok!(fund(BUYER, parts));
		assert_ok!(confirm(BUYER, parts, 0));
		assert_noop!(cancel(BUYER, parts), Error::<Test>::AlreadyDelivered);
		assert_ok!(dispute(BUYER, parts));
		assert_noop!(cancel(BUYER, parts), Error::<Test>::AlreadyDelivered);
	});
}

#[test]
fn the_seller_of_goods_gives_back_what_is_not_paid_at_any_time() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let parts = [milestone(300, 10, 5), milestone(700, 20, 6)];
		let delivered = offer(listing, &parts);
		assert_ok!(fund(BUYER, delivered));
		assert_ok!(confirm(BUYER, delivered, 0));
		assert_ok!(mark_delivered(CURATOR, delivered, 1));
		assert_ok!(cancel(CURATOR, delivered));
		let ended = view(delivered);
		assert_eq!((ended.state, ended.paid, ended.refunded), (OrderState::Refunded, 300, 700));

		let disputed = offer(listing, &parts);
		assert_ok!(fund(BUYER, disputed));
		assert_ok!(mark_delivered(CURATOR, disputed, 0));
		assert_ok!(dispute(BUYER, disputed));
		assert_ok!(cancel(CURATOR, disputed));
		assert_eq!((state(disputed), view(disputed).refunded), (OrderState::Refunded, 1_000));
	});
}
