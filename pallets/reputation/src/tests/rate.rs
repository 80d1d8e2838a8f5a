use super::*;
use sp_runtime::traits::Dispatchable as _;

#[test]
fn both_sides_of_an_order_rate_once() {
	TestExt.execute(|| {
		let order = sold(7);
		assert_ok!(rate_order(PAYER, order, 4));
		assert_event(Event::Rated { deal: Deal::Order(order) });
		assert_ok!(rate_order(CURATOR, order, 2));
		assert_eq!(scores(Rated::Listing(0)), [0, 0, 0, 1, 0]);
		assert_eq!(scores(Rated::Payer(PAYER)), [0, 1, 0, 0, 0]);
		for who in [PAYER, CURATOR] {
			assert_noop!(rate_order(who, order, 5), Error::<Test>::AlreadyRated);
		}
	});
}

#[test]
fn an_order_that_was_refunded_after_a_delivery_is_rated_as_well() {
	TestExt.execute(|| {
		complete(7, 0, PAYER, false);
		assert_ok!(rate_order(PAYER, 7, 1));
		assert_eq!(scores(Rated::Listing(0)), [1, 0, 0, 0, 0]);
	});
}

#[test]
fn a_score_is_one_to_five() {
	TestExt.execute(|| {
		for score in [0, 6, u8::MAX] {
			assert_noop!(rate_order(PAYER, sold(7), score), Error::<Test>::NoScore);
		}
		for score in 1..=5 {
			assert_ok!(rate_order(PAYER, sold(score.into()), score));
		}
		assert_eq!(scores(Rated::Listing(0)), [1; 5]);
	});
}

#[test]
fn nobody_else_rates_and_nothing_that_has_not_ended() {
	TestExt.execute(|| {
		assert_noop!(rate_order(PAYER, 7, 5), Error::<Test>::NotFound);
		assert_noop!(rate(PAYER, period(0, PAYER), 5), Error::<Test>::NotFound);
		let order = sold(7);
		for who in [OTHER, NODE] {
			assert_noop!(rate_order(who, order, 5), Error::<Test>::NotAuthorized);
		}
		let call = Call::rate { deal: Deal::Order(order), score: 5 };
		assert!(RuntimeCall::from(call).dispatch(RuntimeOrigin::root()).is_err());
	});
}

#[test]
fn a_rating_is_in_time_up_to_the_last_block_of_the_window() {
	TestExt.execute(|| {
		let orders = [sold(7), sold(8)];
		advance_to(WINDOW);
		assert_ok!(rate_order(PAYER, orders[0], 5));
		advance_to(1 + WINDOW);
		assert_noop!(rate_order(PAYER, orders[1], 5), Error::<Test>::Expired);
		assert_noop!(rate_order(CURATOR, orders[0], 5), Error::<Test>::Expired);
	});
}

#[test]
fn a_curator_gains_nothing_by_buying_from_herself() {
	TestExt.execute(|| {
		complete(1, 0, CURATOR, true);
		assert_noop!(rate_order(CURATOR, 1, 5), Error::<Test>::OwnListing);
		// Nor by having her nodes buy, though one has left since.
		serve(0, NodeRole::Persistence, NODE, 0, u32::MAX);
		serve(0, NodeRole::Worker, WORKER, 0, 2);
		for (order, node) in [(2, NODE), (3, WORKER)] {
			complete(order, 0, node, true);
			for who in [node, CURATOR] {
				assert_noop!(rate_order(who, order, 5), Error::<Test>::OwnListing);
			}
		}
		// Who served before it was paid for, or serves another listing, is a stranger to it.
		serve(list(CURATOR), NodeRole::Worker, PAYER, 0, u32::MAX);
		serve(0, NodeRole::Worker, PAYER, 0, 1);
		assert_ok!(rate_order(PAYER, sold(4), 5));
	});
}

#[test]
fn who_cannot_pay_for_the_bytes_does_not_rate() {
	TestExt.execute(|| {
		complete(7, 0, POOR, true);
		assert_noop!(rate_order(POOR, 7, 5), Error::<Test>::DepositUnpaid);
		assert_ok!(rate_order(CURATOR, 7, 5));
	});
}

#[test]
fn the_deposit_of_a_tally_is_that_of_whoever_rated_last() {
	TestExt.execute(|| {
		complete(8, 0, OTHER, true);
		assert_ok!(rate_order(PAYER, sold(7), 5));
		let (right, tally) = (Reputation::right_deposit(&Deal::Order(7)), deposit(PAYER));
		assert!(right > 0 && tally > right);
		assert_ok!(rate_order(OTHER, 8, 5));
		assert_eq!((deposit(PAYER), deposit(OTHER)), (right, tally));
		// Where one is stored already, the second side pays for no right.
		assert_ok!(rate_order(CURATOR, 7, 5));
		assert_eq!(deposit(CURATOR), Reputation::tally_deposit(&Rated::Payer(PAYER)));
	});
}

#[test]
fn an_order_is_kept_until_its_seller_has_rated_it_or_had_the_time_to() {
	TestExt.execute(|| {
		assert!(!awaited(7));
		let orders = [sold(7), sold(8)];
		assert!(awaited(7));
		assert_ok!(rate_order(PAYER, orders[0], 5));
		assert!(awaited(7), "the seller has not rated");
		assert_ok!(rate_order(CURATOR, orders[0], 5));
		assert!(!awaited(7));
		advance_to(WINDOW);
		assert!(awaited(8));
		advance_to(1 + WINDOW);
		assert!(!awaited(8));
	});
}

#[test]
fn an_order_that_was_forgotten_is_still_rated_once_somebody_has() {
	TestExt.execute(|| {
		assert_ok!(rate_order(CURATOR, sold(7), 5));
		forget(7);
		assert_ok!(rate_order(PAYER, 7, 5));
		assert_noop!(rate_order(CURATOR, 7, 5), Error::<Test>::AlreadyRated);
	});
}
