use super::*;
use crate::{Addresses, NextListingId, MAX_PERIOD, MIN_PERIOD};
use frame_support::traits::fungible::Mutate;
use souk_primitives::PayoutSplit;
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult, Permill};

/// Dispatched as a block does it, so that what fails leaves nothing behind.
fn create_with(text: &str, offered: &[Plan], split: PayoutSplit) -> DispatchResult {
	let call = RuntimeCall::Listings(crate::Call::create {
		name: name(text),
		kind: ListingKind::DataProduct,
		details: details(),
		plans: plans(offered),
		payouts: split,
	});
	call.dispatch(signed(1)).map(|_| ()).map_err(|failed| failed.error)
}

#[test]
fn a_listing_starts_as_a_draft_at_its_address() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		assert_eq!(Addresses::<Test>::get(1, name("weather")), Some(id));
		let record = record(id);
		assert_eq!((record.state, record.state_since, record.created_at), (ListingState::Draft, 1, 1));
		assert_eq!(record.version, 1);
		assert_eq!(
			events(),
			[Event::Created { listing: id, owner: 1, name: name("weather"), kind: ListingKind::DataProduct }]
		);
	});
}

#[test]
fn all_four_kinds_can_be_created() {
	TestExt.execute(|| {
		let kinds = [
			ListingKind::DataProduct,
			ListingKind::Service,
			ListingKind::PhysicalGood,
			ListingKind::DigitalGood,
		];
		for (number, kind) in kinds.into_iter().enumerate() {
			let id = create(1, &format!("listing-{number}"), kind);
			assert_eq!(record(id).kind, kind);
		}
	});
}

#[test]
fn the_deposit_covers_every_byte_and_is_held() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		let deposit = Listings::deposit_for(id, &record(id));
		assert!(deposit > DEPOSIT_BASE + DEPOSIT_PER_BYTE * 200);
		assert_eq!(held(1), deposit);
		assert_eq!(free(1), ENDOWMENT - deposit);
	});
}

#[test]
fn who_cannot_pay_the_deposit_stores_nothing() {
	TestExt.execute(|| {
		Balances::set_balance(&1, DEPOSIT_BASE);
		assert_noop!(create_with("weather", &[], payouts()), Error::<Test>::DepositUnpaid);
	});
}

#[test]
fn an_address_is_taken_once_but_a_name_by_many_accounts() {
	TestExt.execute(|| {
		let first = create(1, "weather", ListingKind::DataProduct);
		let second = create(2, "weather", ListingKind::DataProduct);
		assert_ne!(first, second);
		assert_noop!(create_with("weather", &[], payouts()), Error::<Test>::NameTaken);
	});
}

#[test]
fn an_address_is_not_free_again_after_its_listing_ended() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		assert_ok!(Listings::retire(signed(1), id));
		assert_noop!(create_with("weather", &[], payouts()), Error::<Test>::NameTaken);
	});
}

#[test]
fn names_outside_the_alphabet_are_refused() {
	TestExt.execute(|| {
		for text in ["", "-", "-a", "a-", "Weather", "a b", "a/b", "ä", "a_b"] {
			assert_noop!(create_with(text, &[], payouts()), Error::<Test>::InvalidName);
		}
		for text in ["a", "0", "a-b", "a--b", &"a".repeat(64)] {
			assert_ok!(create_with(text, &[], payouts()));
		}
	});
}

#[test]
fn shares_beyond_the_whole_are_refused() {
	TestExt.execute(|| {
		let split =
			PayoutSplit { workers: Permill::from_percent(50), persistence: Permill::from_percent(51) };
		assert_noop!(create_with("weather", &[], split), Error::<Test>::InvalidPayouts);
		let split =
			PayoutSplit { workers: Permill::from_percent(50), persistence: Permill::from_percent(50) };
		assert_ok!(create_with("weather", &[], split));
	});
}

#[test]
fn periods_are_neither_too_short_nor_too_long() {
	TestExt.execute(|| {
		let with = |period| {
			let free = Price { asset: Asset::Native, amount: 0 };
			let plan = Plan { kind: PlanKind::Subscription { period }, ..subscription(5, Asset::Native) };
			[plan, Plan { kind: PlanKind::Trial { period }, price: free }]
		};
		for period in [0, MIN_PERIOD - 1, MAX_PERIOD + 1] {
			for plan in with(period) {
				assert_noop!(create_with("weather", &[plan], payouts()), Error::<Test>::InvalidPeriod);
			}
		}
		assert_ok!(create_with("short", &with(MIN_PERIOD), payouts()));
		assert_ok!(create_with("long", &with(MAX_PERIOD), payouts()));
	});
}

#[test]
fn a_trial_that_costs_something_is_refused() {
	TestExt.execute(|| {
		let plan =
			Plan { kind: PlanKind::Trial { period: 10 }, price: Price { asset: Asset::Native, amount: 1 } };
		assert_noop!(create_with("weather", &[plan], payouts()), Error::<Test>::TrialNotFree);
	});
}

#[test]
fn a_subscription_that_costs_nothing_is_refused() {
	TestExt.execute(|| {
		let free = subscription(0, Asset::Native);
		assert_noop!(
			create_with("weather", std::slice::from_ref(&free), payouts()),
			Error::<Test>::FreeSubscription
		);
		let id = create_active(1, "weather");
		assert_noop!(
			Listings::update(signed(1), id, details(), plans(&[free])),
			Error::<Test>::FreeSubscription
		);
	});
}

#[test]
fn prices_are_in_the_native_token_or_an_asset_that_exists() {
	TestExt.execute(|| {
		let known = subscription(5, Asset::WithId(WUSD));
		let unknown = subscription(5, Asset::WithId(WUSD + 1));
		assert_noop!(
			create_with("weather", &[known.clone(), unknown], payouts()),
			Error::<Test>::UnknownAsset
		);
		assert_ok!(create_with("weather", &[known, subscription(5, Asset::Native)], payouts()));
	});
}

#[test]
fn one_time_and_pay_per_query_plans_can_be_declared() {
	TestExt.execute(|| {
		let price = Price { asset: Asset::Native, amount: 3 };
		let offered = [
			Plan { kind: PlanKind::OneTime, price: price.clone() },
			Plan { kind: PlanKind::PayPerQuery, price },
		];
		assert_ok!(create_with("weather", &offered, payouts()));
	});
}

#[test]
fn a_call_without_a_signature_is_refused() {
	TestExt.execute(|| {
		let call = Listings::create(
			RuntimeOrigin::root(),
			name("weather"),
			ListingKind::Service,
			details(),
			plans(&[]),
			payouts(),
		);
		assert_noop!(call, DispatchError::BadOrigin);
	});
}

#[test]
fn numbers_run_out_only_at_the_last() {
	TestExt.execute(|| {
		NextListingId::<Test>::put(u32::MAX);
		assert_noop!(create_with("weather", &[], payouts()), Error::<Test>::TooManyListings);
		NextListingId::<Test>::kill();
	});
}
