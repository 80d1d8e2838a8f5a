//! What happens by itself at the end of a period.

use super::*;
use souk_primitives::{PayoutSplit, Plan, PlanKind, Price};
use sp_runtime::Permill;

fn not_renewed(listing: u32, reason: NotRenewedReason) -> bool {
	events().contains(&Event::NotRenewed { listing, holder: Holder::Account(SUBSCRIBER), reason })
}

#[test]
fn a_served_period_is_divided_among_those_who_earned_it() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let listing = sell(asset.clone(), PRICE);
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
			advance_to(PERIOD);
			assert_earned(&asset, 0, 0, 0, 0);
			assert!(live(listing, SUBSCRIBER));
			advance_to(1 + PERIOD);
			assert_earned(&asset, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
			assert_eq!((spent(&asset), deposit(SUBSCRIBER)), (PRICE, 0));
			assert_eq!(entitlement(listing, SUBSCRIBER), None);
			let paid =
				|recipient, amount| Event::PaidOut { listing, recipient, asset: asset.clone(), amount };
			let expected = [
				paid(WORKERS[0], SHARES.2),
				paid(WORKERS[1], SHARES.2),
				paid(NODES[0], SHARES.3),
				paid(NODES[1], SHARES.3),
				paid(TREASURY, SHARES.0),
				paid(CURATOR, SHARES.1),
				Event::Ended { listing, holder: Holder::Account(SUBSCRIBER) },
			];
			assert_eq!(events(), expected);
		});
	}
}

#[test]
fn without_a_fee_and_without_nodes_everything_is_the_curators() {
	TestExt.execute(|| {
		Fee::set(Permill::zero());
		let listing = sell(WUSD, PRICE);
		serve(listing, Service { first_final_at: Some(1), ..Default::default() });
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(1 + PERIOD);
		assert_earned(&WUSD, 0, PRICE, 0, 0);
	});
}

#[test]
fn time_before_the_first_snapshot_is_not_paid_for() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(listing, full_service(None));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(6);
		serve(listing, full_service(Some(6)));
		advance_to(1 + PERIOD);
		// 15 of 20 blocks.
		assert_eq!(spent(&WUSD) - held(&WUSD, SUBSCRIBER), 750);
		advance_to(1 + 2 * PERIOD);
		assert_eq!(spent(&WUSD) - held(&WUSD, SUBSCRIBER), 1_750);
	});
}

#[test]
fn a_data_product_without_a_snapshot_earns_nothing_but_other_goods_need_none() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(listing, full_service(None));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(1 + PERIOD);
		assert_eq!(spent(&WUSD), 0);
		let service = draft(ListingKind::Service, plans(WUSD, PRICE));
		assert_ok!(set_state(service, ListingState::Active));
		assert_ok!(subscribe(SUBSCRIBER, service, MONTHLY, false));
		advance_to(1 + 2 * PERIOD);
		assert_eq!(spent(&WUSD), PRICE);
	});
}

#[test]
fn an_entitlement_that_lapsed_by_one_block_is_refused_whether_or_not_it_was_settled() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(PERIOD);
		assert!(live(listing, SUBSCRIBER));
		// The next block, before its hook.
		System::set_block_number(1 + PERIOD);
		let lapsed = entitlement(listing, SUBSCRIBER).expect("nothing has settled it");
		assert_eq!((lapsed.live, lapsed.entitled_until, lapsed.held), (false, 1 + PERIOD, PRICE));
		assert_ok!(settle(OTHER, listing, SUBSCRIBER));
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
	});
}

#[test]
fn a_trial_ends_by_itself() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		advance_to(PERIOD);
		assert!(live(listing, SUBSCRIBER));
		advance_to(1 + PERIOD);
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_earned(&WUSD, 0, 0, 0, 0);
	});
}

#[test]
fn it_renews_without_a_gap() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		for period in 1..=3 {
			while System::block_number() < 1 + period * PERIOD {
				advance_to(System::block_number() + 1);
				assert!(live(listing, SUBSCRIBER), "in block {}", System::block_number());
			}
			let view = entitlement(listing, SUBSCRIBER).expect("it goes on");
			assert_eq!(view.period_start, 1 + period * PERIOD);
			assert_eq!(view.paid_until, 1 + (period + 1) * PERIOD);
			assert_eq!(spent(&WUSD), PRICE * Balance::from(period + 1));
			assert_eq!(held(&WUSD, SUBSCRIBER), PRICE);
		}
		assert_earned(&WUSD, 300, 1_350, 270, 405);
	});
}

#[test]
fn a_lower_price_is_paid_at_renewal_and_the_agreed_one_later() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(offer(listing, plans(WUSD, PRICE - 1)));
		advance_to(1 + PERIOD);
		assert_eq!(held(&WUSD, SUBSCRIBER), PRICE - 1);
		assert_ok!(offer(listing, plans(WUSD, PRICE)));
		advance_to(1 + 2 * PERIOD);
		assert_eq!(held(&WUSD, SUBSCRIBER), PRICE);
	});
}

#[test]
fn a_dearer_plan_is_not_renewed() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(offer(listing, plans(WUSD, PRICE + 1)));
		advance_to(PERIOD);
		assert!(live(listing, SUBSCRIBER));
		advance_to(1 + PERIOD);
		assert!(not_renewed(listing, NotRenewedReason::TooExpensive));
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_eq!(spent(&WUSD), PRICE);
	});
}

#[test]
fn a_plan_that_changed_or_went_is_not_renewed() {
	let changed = |period| Plan {
		kind: PlanKind::Subscription { period },
		price: Price { asset: WUSD, amount: PRICE },
	};
	let trial = Plan { kind: PlanKind::Trial { period: PERIOD }, price: Price { asset: WUSD, amount: 0 } };
	for offered in [plans(SOUK, PRICE), vec![changed(PERIOD - 1)], vec![changed(PERIOD + 1)], vec![trial]] {
		TestExt.execute(|| {
			let listing = sell(WUSD, PRICE);
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
			assert_ok!(offer(listing, offered));
			advance_to(1 + PERIOD);
			assert!(not_renewed(listing, NotRenewedReason::OfferGone));
			assert_eq!(entitlement(listing, SUBSCRIBER), None);
		});
	}
}

#[test]
fn a_paused_listing_is_served_to_the_end_of_the_period_and_not_renewed() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(set_state(listing, ListingState::Paused));
		advance_to(PERIOD);
		assert!(live(listing, SUBSCRIBER));
		advance_to(1 + PERIOD);
		assert!(not_renewed(listing, NotRenewedReason::NotForSale));
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
	});
}

#[test]
fn a_listing_that_ended_is_refused_at_once_and_paid_for_the_time_before() {
	for end in [retire, take_down] {
		TestExt.execute(|| {
			let listing = sell(WUSD, PRICE);
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
			advance_to(6);
			assert_ok!(end(listing));
			assert!(!live(listing, SUBSCRIBER));
			advance_to(1 + PERIOD);
			assert!(not_renewed(listing, NotRenewedReason::NotForSale));
			assert_eq!(spent(&WUSD), PRICE / 4);
			assert_eq!(spent(&SOUK), 0);
		});
	}
}

#[test]
fn shares_changed_in_a_period_hold_for_the_next() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		let nothing = PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() };
		assert_ok!(set_payouts(listing, nothing));
		advance_to(1 + PERIOD);
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
		advance_to(1 + 2 * PERIOD);
		assert_earned(&WUSD, 2 * SHARES.0, SHARES.1 + 900, SHARES.2, SHARES.3);
	});
}

#[test]
fn who_cannot_pay_is_served_for_the_grace_and_not_one_block_longer() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		impoverish(&WUSD, SUBSCRIBER, PRICE - 1);
		advance_to(1 + PERIOD);
		let until = 1 + PERIOD + GRACE;
		let holder = Holder::Account(SUBSCRIBER);
		assert!(events().contains(&Event::GraceStarted { listing, holder, until }));
		let view = entitlement(listing, SUBSCRIBER).expect("the grace runs");
		assert!(view.in_grace && view.live);
		assert_eq!((view.paid_until, view.entitled_until, view.held), (1 + PERIOD, until, 0));
		advance_to(until - 1);
		assert!(live(listing, SUBSCRIBER));
		advance_to(until);
		assert!(!live(listing, SUBSCRIBER));
		assert!(not_renewed(listing, NotRenewedReason::Unpaid));
		// Nothing was paid for the grace, and nothing is owed.
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
		assert_eq!(free(&WUSD, SUBSCRIBER), MINIMUM + PRICE - 1);
		assert_eq!(deposit(SUBSCRIBER), 0);
	});
}

#[test]
fn a_late_payment_is_collected_at_the_next_attempt_and_reaches_back() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		impoverish(&WUSD, SUBSCRIBER, PRICE - 1);
		advance_to(1 + PERIOD);
		fund(&WUSD, SUBSCRIBER, 1);
		assert!(entitlement(listing, SUBSCRIBER).expect("the grace runs").in_grace);
		advance_to(1 + PERIOD + RETRY);
		let view = entitlement(listing, SUBSCRIBER).expect("it was paid");
		assert!(view.live && !view.in_grace);
		assert_eq!((view.period_start, view.paid_until), (1 + PERIOD, 1 + 2 * PERIOD));
	});
}

#[test]
fn a_grace_ends_early_where_the_listing_is_paused() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + PERIOD);
		assert_ok!(set_state(listing, ListingState::Paused));
		advance_to(1 + PERIOD + RETRY);
		assert!(not_renewed(listing, NotRenewedReason::NotForSale));
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
	});
}

#[test]
fn a_grace_is_a_tenth_of_a_period_at_most_and_a_block_at_least() {
	TestExt.execute(|| {
		// Less than ten blocks.
		let period = PERIOD / 2 - 1;
		let short =
			Plan { kind: PlanKind::Subscription { period }, price: Price { asset: WUSD, amount: PRICE } };
		let listing = draft(ListingKind::Service, vec![short]);
		assert_ok!(set_state(listing, ListingState::Active));
		assert_ok!(subscribe(SUBSCRIBER, listing, 0, true));
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + period);
		let view = entitlement(listing, SUBSCRIBER).expect("the grace runs");
		assert!(view.in_grace && view.live);
		assert_eq!(view.entitled_until, view.paid_until + 1);
		advance_to(view.entitled_until);
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
	});
}

#[test]
fn no_subscription_renews_for_nothing() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		let free = pallet_listings::Error::<Test>::FreeSubscription;
		assert_noop!(offer(listing, plans(WUSD, 0)), free);
		advance_to(1 + PERIOD);
		assert_eq!(held(&WUSD, SUBSCRIBER), PRICE);
	});
}
