use super::*;

#[test]
fn anybody_does_what_is_due_where_the_hooks_have_no_room() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let offered = offer(listing, &[milestone(5, 5, 5)]);
		let (undelivered, delivered) = (order_goods(BUYER, listing), order_goods(BUYER, listing));
		let disputed = order_goods(BUYER, listing);
		assert_ok!(mark_delivered(CURATOR, delivered, 0));
		assert_ok!(dispute(BUYER, disputed));
		let all = [(offered, OFFER), (delivered, CONFIRM), (undelivered, GOODS), (disputed, DISPUTE)];
		for (order, after) in all {
			// The hooks never come.
			System::set_block_number(after);
			assert_noop!(claim_timeout(OTHER, order), Error::<Test>::NothingDue);
			System::set_block_number(1 + after);
			assert_ok!(claim_timeout(OTHER, order));
			assert_noop!(claim_timeout(OTHER, order), Error::<Test>::Ended);
		}
		assert_eq!(state(offered), OrderState::Refunded);
		assert_eq!((state(delivered), state(undelivered)), (OrderState::Released, OrderState::Refunded));
		assert_eq!((state(disputed), view(disputed).refunded), (OrderState::Released, PRICE / 2));
		assert_eq!(spent(&WUSD), PRICE + PRICE / 2);
		// Nothing is left for the hooks.
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn an_order_that_does_not_exist_has_nothing_due() {
	TestExt.execute(|| {
		assert_noop!(claim_timeout(OTHER, 3), Error::<Test>::NotFound);
	});
}

#[test]
fn what_a_batch_left_is_paid_by_hand_too() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		let orders = [order_data(BUYER, listing), order_data(BUYER, listing)];
		let batch = orders.iter().map(|order| (*order, open_delivery(&snapshot, *order))).collect();
		assert_ok!(deliver_batch(batch));
		assert_eq!(spent(&WUSD), PRICE);
		assert_noop!(claim_timeout(OTHER, orders[1]), Error::<Test>::NothingDue);
		System::set_block_number(2);
		assert_ok!(claim_timeout(OTHER, orders[1]));
		assert_eq!((spent(&WUSD), state(orders[1])), (2 * PRICE, OrderState::Delivered));
		assert_noop!(claim_timeout(OTHER, orders[1]), Error::<Test>::NothingDue);
	});
}
