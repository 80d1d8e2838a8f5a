use super::*;
use crate::{Due, LOOK_AHEAD};
use souk_primitives::{Plan, PlanKind, Price};
use sp_runtime::DispatchError;

#[test]
fn the_first_period_is_held_and_the_entitlement_begins() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let listing = sell(asset.clone(), PRICE);
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
			assert_eq!(held(&asset, SUBSCRIBER), PRICE);
			let native = if asset == SOUK { PRICE } else { 0 };
			assert_eq!(spent(&SOUK), native + deposit(SUBSCRIBER));
			let view = entitlement(listing, SUBSCRIBER).expect("it was bought");
			assert_eq!(
				(view.period_start, view.paid_until, view.entitled_until),
				(1, 1 + PERIOD, 1 + PERIOD)
			);
			assert_eq!((view.payer, view.plan, view.held), (SUBSCRIBER, MONTHLY, PRICE));
			assert!(view.live && view.auto_renew && !view.in_grace && !view.trial);
			let holder = Holder::Account(SUBSCRIBER);
			let paid_until = 1 + PERIOD;
			assert_eq!(
				events().last(),
				Some(&Event::Subscribed { listing, holder, plan: MONTHLY, paid_until, trial: false })
			);
		});
	}
}

#[test]
fn every_kind_of_listing_is_sold() {
	TestExt.execute(|| {
		for kind in [ListingKind::Service, ListingKind::PhysicalGood, ListingKind::DigitalGood] {
			let listing = draft(kind, plans(WUSD, PRICE));
			assert_ok!(set_state(listing, ListingState::Active));
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
			assert!(live(listing, SUBSCRIBER));
		}
	});
}

#[test]
fn a_commitment_can_hold_what_an_account_pays() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe_as(SUBSCRIBER, listing, MONTHLY, Some([5; 32]), false, PRICE));
		let view = Subscriptions::entitlement(listing, Holder::Commitment([5; 32])).expect("it was bought");
		assert!(view.live);
		assert_eq!(view.payer, SUBSCRIBER);
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		// The account may hold another itself, and somebody else none behind the same commitment.
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		assert_noop!(
			subscribe_as(OTHER, listing, MONTHLY, Some([5; 32]), false, PRICE),
			Error::<Test>::AlreadySubscribed
		);
	});
}

#[test]
fn a_holder_has_one_subscription_to_a_listing() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		assert_noop!(subscribe(SUBSCRIBER, listing, MONTHLY, true), Error::<Test>::AlreadySubscribed);
		assert_noop!(subscribe(SUBSCRIBER, listing, TRIAL, false), Error::<Test>::AlreadySubscribed);
		assert_ok!(subscribe(SUBSCRIBER, sell(WUSD, PRICE), MONTHLY, true));
	});
}

#[test]
fn only_an_active_listing_is_sold() {
	TestExt.execute(|| {
		let listing = draft(ListingKind::DataProduct, plans(WUSD, PRICE));
		assert_noop!(subscribe(SUBSCRIBER, listing, MONTHLY, false), Error::<Test>::NotForSale);
		assert_ok!(set_state(listing, ListingState::Active));
		assert_ok!(set_state(listing, ListingState::Paused));
		assert_noop!(subscribe(SUBSCRIBER, listing, MONTHLY, false), Error::<Test>::NotForSale);
		assert_ok!(retire(listing));
		assert_noop!(subscribe(SUBSCRIBER, listing, MONTHLY, false), Error::<Test>::NotForSale);
		assert_noop!(subscribe(SUBSCRIBER, listing + 1, MONTHLY, false), Error::<Test>::UnknownListing);
	});
}

#[test]
fn nobody_new_subscribes_while_the_bond_is_too_small_and_who_has_subscribed_goes_on() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		set_bond_too_small(listing, true);
		assert_noop!(subscribe(OTHER, listing, MONTHLY, false), Error::<Test>::BondTooSmall);
		assert_noop!(subscribe(OTHER, listing, TRIAL, false), Error::<Test>::BondTooSmall);
		advance_to(2 + PERIOD);
		let view = entitlement(listing, SUBSCRIBER).expect("it was renewed");
		assert_eq!((view.live, view.paid_until), (true, 1 + 2 * PERIOD));
		set_bond_too_small(listing, false);
		assert_ok!(subscribe(OTHER, listing, MONTHLY, false));
	});
}

#[test]
fn only_period_plans_are_sold_here() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		for plan in [ONE_TIME, PER_QUERY] {
			assert_noop!(subscribe(SUBSCRIBER, listing, plan, false), Error::<Test>::NotSoldHere);
		}
		assert_noop!(subscribe(SUBSCRIBER, listing, 4, false), Error::<Test>::UnknownPlan);
	});
}

#[test]
fn a_price_that_rose_is_not_paid() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		let buy = |max_price| subscribe_as(SUBSCRIBER, listing, MONTHLY, None, false, max_price);
		assert_noop!(buy(PRICE - 1), Error::<Test>::TooExpensive);
		assert_ok!(buy(PRICE));
	});
}

#[test]
fn a_plan_that_changed_its_asset_or_its_length_is_not_bought() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		let seen = crate::Call::<Test>::subscribe {
			listing,
			plan: MONTHLY,
			holder: None,
			auto_renew: false,
			period: PERIOD,
			max_price: Price { asset: WUSD, amount: PRICE },
		};
		let changed = |period, asset: Asset, amount| {
			let price = Price { asset, amount };
			vec![Plan { kind: PlanKind::Subscription { period }, price }]
		};
		for offered in [
			changed(PERIOD, SOUK, PRICE),
			changed(PERIOD, SOUK, 1),
			changed(PERIOD - 1, WUSD, PRICE),
			changed(PERIOD + 1, WUSD, 1),
		] {
			assert_ok!(offer(listing, offered));
			assert_noop!(dispatch(SUBSCRIBER, seen.clone()), Error::<Test>::OfferGone);
		}
		assert_ok!(offer(listing, changed(PERIOD, WUSD, PRICE + 1)));
		assert_noop!(dispatch(SUBSCRIBER, seen.clone()), Error::<Test>::TooExpensive);
		// Cheaper is welcome.
		assert_ok!(offer(listing, changed(PERIOD, WUSD, PRICE - 1)));
		assert_ok!(dispatch(SUBSCRIBER, seen));
		assert_eq!(held(&WUSD, SUBSCRIBER), PRICE - 1);
	});
}

#[test]
fn who_lacks_the_price_buys_nothing() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let listing = sell(asset.clone(), PRICE);
			assert_noop!(subscribe(POOR, listing, MONTHLY, false), Error::<Test>::InsufficientFunds);
			assert_eq!(deposit(POOR), 0);
		});
	}
}

#[test]
fn who_lacks_the_deposit_buys_nothing() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		impoverish(&SOUK, SUBSCRIBER, 5);
		assert_noop!(subscribe(SUBSCRIBER, listing, MONTHLY, false), Error::<Test>::DepositUnpaid);
	});
}

#[test]
fn a_trial_is_free_and_had_once() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, true));
		let view = entitlement(listing, SUBSCRIBER).expect("it runs");
		assert!(view.live && view.trial && !view.auto_renew);
		assert_eq!((view.held, held(&WUSD, SUBSCRIBER)), (0, 0));
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_noop!(subscribe(SUBSCRIBER, listing, TRIAL, false), Error::<Test>::TrialUsed);
		// A commitment is no second account.
		assert_noop!(
			subscribe_as(SUBSCRIBER, listing, TRIAL, Some([5; 32]), false, 0),
			Error::<Test>::TrialUsed
		);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		assert_ok!(subscribe(OTHER, listing, TRIAL, false));
		assert_ok!(subscribe(SUBSCRIBER, sell(WUSD, PRICE), TRIAL, false));
	});
}

#[test]
fn a_trial_that_was_cancelled_leaves_only_its_trace_to_pay_for() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		let both = deposit(SUBSCRIBER);
		assert_ok!(cancel(SUBSCRIBER, listing));
		let trace = deposit(SUBSCRIBER);
		assert!(0 < trace && trace < both);
		assert_eq!(spent(&SOUK), trace);
	});
}

#[test]
fn full_queues_turn_buyers_away_until_there_is_room() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		let due = 1 + PERIOD;
		// Each buyer is another commitment of the same payer.
		let buy = |number: u32| {
			let mut commitment = [0; 32];
			commitment[..4].copy_from_slice(&number.to_le_bytes());
			subscribe_as(SUBSCRIBER, listing, MONTHLY, Some(commitment), false, PRICE)
		};
		for number in 0..(LOOK_AHEAD + 1) * MaxDue::get() {
			assert_ok!(buy(number));
		}
		assert_eq!(Due::<Test>::get(due + LOOK_AHEAD).len(), 4);
		assert_noop!(buy(1_000), Error::<Test>::QueueFull);
		System::run_to_block::<AllPalletsWithSystem>(2);
		assert_ok!(buy(1_000));
	});
}

#[test]
fn a_call_without_a_signature_is_refused() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		let call = crate::Call::<Test>::subscribe {
			listing,
			plan: MONTHLY,
			holder: None,
			auto_renew: false,
			period: PERIOD,
			max_price: Price { asset: WUSD, amount: PRICE },
		};
		assert_noop!(dispatch_root(call), DispatchError::BadOrigin);
	});
}
