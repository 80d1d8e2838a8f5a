use super::*;

#[test]
fn what_the_seller_delivered_is_paid_when_the_buyer_says_nothing() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let order = order_goods(BUYER, list_service(&asset));
			advance_to(7);
			assert_ok!(mark_delivered(CURATOR, order, 0));
			let (milestone, evidence, window_until) = (0, Some([9; 32]), 7 + CONFIRM);
			assert_event(Event::MarkedDelivered { order, milestone, evidence, window_until });
			let view = view(order);
			assert_eq!((view.state, view.window_until), (OrderState::Delivered, Some(7 + CONFIRM)));
			assert_eq!((view.milestones[0].evidence, view.milestones[0].delivered_at), (evidence, Some(7)));
			assert_earned(&asset, (0, 0, 0, 0));
			advance_to(6 + CONFIRM);
			assert_eq!(state(order), OrderState::Delivered);
			advance_to(7 + CONFIRM);
			assert_eq!(state(order), OrderState::Released);
			assert_earned(&asset, SHARES);
		});
	}
}

#[test]
fn only_the_seller_of_goods_says_so_and_in_time() {
	TestExt.execute(|| {
		assert_noop!(mark_delivered(CURATOR, 0, 0), Error::<Test>::NotFound);
		let (_, _, data) = sold(&WUSD, BOND);
		assert_noop!(mark_delivered(CURATOR, data, 0), Error::<Test>::NotGoods);
		let listing = list_service(&WUSD);
		let offered = offer(listing, &[milestone(5, 5, 5)]);
		assert_noop!(mark_delivered(CURATOR, offered, 0), Error::<Test>::NothingHeld);
		let order = order_goods(BUYER, listing);
		assert_noop!(mark_delivered(BUYER, order, 0), Error::<Test>::NotAuthorized);
		assert_noop!(mark_delivered(CURATOR, order, 1), Error::<Test>::WrongMilestone);
		System::set_block_number(1 + GOODS);
		assert_noop!(mark_delivered(CURATOR, order, 0), Error::<Test>::Expired);
		System::set_block_number(GOODS);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		assert_noop!(mark_delivered(CURATOR, order, 0), Error::<Test>::AlreadyDelivered);
		assert_ok!(dispute(BUYER, order));
		assert_noop!(mark_delivered(CURATOR, order, 0), Error::<Test>::AlreadyDisputed);
		assert_ok!(resolve(order, 0));
		assert_noop!(mark_delivered(CURATOR, order, 0), Error::<Test>::Ended);
	});
}

#[test]
fn parts_are_delivered_one_after_the_other_each_in_its_time() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		assert_ok!(fund(BUYER, order));
		assert_noop!(mark_delivered(CURATOR, order, 1), Error::<Test>::WrongMilestone);
		advance_to(3);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		advance_to(8);
		assert_event(Event::MilestonePaid { order, milestone: 0 });
		let next = view(order);
		assert_eq!((next.state, next.held, next.paid), (OrderState::Funded, 700, 300));
		assert_eq!((next.deliver_until, next.delivered_at), (Some(28), None));
		assert_eq!(next.milestones[0].paid_at, Some(8));
		assert_noop!(mark_delivered(CURATOR, order, 0), Error::<Test>::WrongMilestone);
		assert_ok!(mark_delivered(CURATOR, order, 1));
		advance_to(14);
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Released, 1_000));
	});
}

#[test]
fn a_part_that_is_not_delivered_in_time_ends_the_order_and_refunds_what_is_left() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		assert_ok!(fund(BUYER, order));
		assert_ok!(mark_delivered(CURATOR, order, 0));
		advance_to(6);
		advance_to(26);
		assert_event(Event::TimedOut { order, state: OrderState::Funded });
		let ended = view(order);
		assert_eq!((ended.state, ended.paid, ended.refunded), (OrderState::Refunded, 300, 700));
		assert_eq!(spent(&WUSD), 300);
	});
}
