//! The right to rate what a subscription has paid for.

use super::*;

#[test]
fn both_sides_of_a_served_period_rate_once() {
	TestExt.execute(|| {
		served(0, PAYER);
		assert_event(Event::MayRate { deal: period(0, PAYER), until: 1 + WINDOW });
		assert_ok!(rate(PAYER, period(0, PAYER), 3));
		assert_ok!(rate(CURATOR, period(0, PAYER), 5));
		assert_eq!(scores(Rated::Listing(0)), [0, 0, 1, 0, 0]);
		assert_eq!(scores(Rated::Payer(PAYER)), [0, 0, 0, 0, 1]);
		for who in [PAYER, CURATOR] {
			assert_noop!(rate(who, period(0, PAYER), 5), Error::<Test>::AlreadyRated);
		}
		for who in [OTHER, NODE] {
			assert_noop!(rate(who, period(0, PAYER), 5), Error::<Test>::NotAuthorized);
		}
		assert_noop!(rate(PAYER, period(1, PAYER), 5), Error::<Test>::NotFound);
	});
}

#[test]
fn short_periods_give_no_more_than_one_right_at_a_time() {
	TestExt.execute(|| {
		served(0, PAYER);
		assert_ok!(rate(PAYER, period(0, PAYER), 5));
		for block in 2..=WINDOW {
			advance_to(block);
			served(0, PAYER);
			assert_noop!(rate(PAYER, period(0, PAYER), 5), Error::<Test>::AlreadyRated);
		}
		advance_to(1 + WINDOW);
		assert_noop!(rate(PAYER, period(0, PAYER), 5), Error::<Test>::NotFound);
		served(0, PAYER);
		assert_ok!(rate(PAYER, period(0, PAYER), 5));
		assert_eq!(scores(Rated::Listing(0)), [0, 0, 0, 0, 2]);
	});
}

#[test]
fn who_cannot_pay_for_the_record_does_without() {
	TestExt.execute(|| {
		served(0, POOR);
		assert_eq!((deposit(POOR), events()), (0, vec![]));
		assert_noop!(rate(POOR, period(0, POOR), 5), Error::<Test>::NotFound);
	});
}

#[test]
fn a_node_of_the_listing_does_not_rate_its_own_subscription() {
	TestExt.execute(|| {
		served(0, NODE);
		serve(0, NodeRole::Persistence, NODE, 0, u32::MAX);
		for who in [NODE, CURATOR] {
			assert_noop!(rate(who, period(0, NODE), 5), Error::<Test>::OwnListing);
		}
	});
}

#[test]
fn nobody_rates_where_governance_has_set_no_time_for_it() {
	TestExt.execute(|| {
		WindowLength::set(0);
		served(0, PAYER);
		assert_eq!((deposit(PAYER), Rights::<Test>::iter().count()), (0, 0));
		assert_noop!(rate_order(PAYER, sold(7), 5), Error::<Test>::Expired);
		assert!(!awaited(7));
	});
}
