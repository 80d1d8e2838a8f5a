//! Ratings and credentials on the real runtime: after an order, after a period of a subscription, after a lost dispute.

use crate::*;
use blocks::{next_blocks, submit};
use frame_support::{assert_ok, traits::fungible::InspectHold};
use pallet_escrow::{OrderDetails, OrderId, OrderState};
use pallet_reputation::{CredentialId, CredentialKind, Deal, HoldReason, Rated};
use souk_primitives::{
	Asset, ListingId, ListingKind, ListingState, PayoutSplit, Plan, PlanIndex, PlanKind, Price,
};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, Permill};

type Escrow_ = pallet_escrow::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;
type Reputation_ = pallet_reputation::Call<Runtime>;
type ReputationError = pallet_reputation::Error<Runtime>;
type Subscriptions_ = pallet_subscriptions::Call<Runtime>;

const CURATOR: Sr25519Keyring = Charlie;
const PAYER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
const ONCE: PlanIndex = 0;
const MONTHLY: PlanIndex = 1;
const PERIOD: BlockNumber = 10;
const WINDOW: BlockNumber = 30;
const RESPONSE: BlockNumber = 20;
const HASH: [u8; 32] = [8; 32];

fn dispatch(who: AccountId, call: impl Into<RuntimeCall>) {
	assert_ok!(call.into().dispatch(RuntimeOrigin::signed(who)));
}

fn price() -> Price {
	Price { asset: Asset::WithId(WUSD), amount: 40 * ONE_WUSD }
}

/// A market with a service for wUSD, once or by the period, arbitrators in the pool, and short times.
fn market(test: impl FnOnce()) {
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		let window = params::reputation::Parameters::Window(params::reputation::Window, Some(WINDOW));
		let response =
			params::disputes::Parameters::ResponseTime(params::disputes::ResponseTime, Some(RESPONSE));
		for parameter in [RuntimeParameters::Reputation(window), RuntimeParameters::Disputes(response)] {
			assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
		}
		for number in 0..5 {
			let who: AccountId = [100 + number; 32].into();
			assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), 1_000 * SOUK));
			dispatch(
				who,
				pallet_disputes::Call::<Runtime>::join_pool { bond: 100 * SOUK, key: [1 + number; 32] },
			);
		}
		let by_the_period = PlanKind::Subscription { period: PERIOD };
		let plans = [PlanKind::OneTime, by_the_period].map(|kind| Plan { kind, price: price() });
		let create = Listings_::create {
			name: b"cleaning".to_vec().try_into().expect("it is short"),
			kind: ListingKind::Service,
			details: details(),
			plans: plans.to_vec().try_into().expect("two fit"),
			payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
		};
		dispatch(CURATOR.to_account_id(), create);
		dispatch(CURATOR.to_account_id(), Listings_::set_state { id: LISTING, to: ListingState::Active });
		test();
		assert_ok!(Reputation::do_try_state());
		assert_ok!(Escrow::do_try_state());
		assert_ok!(Subscriptions::do_try_state());
		assert_ok!(Disputes::do_try_state());
	});
}

/// The payer orders the service.
fn ordered() -> OrderId {
	let order = pallet_escrow::NextOrderId::<Runtime>::get();
	let details = OrderDetails::Goods { terms: None };
	assert_ok!(submit(PAYER, Escrow_::order { listing: LISTING, plan: ONCE, max_price: price(), details }));
	order
}

/// The same, and the curator says that it is delivered.
fn delivered() -> OrderId {
	let order = ordered();
	assert_ok!(submit(CURATOR, Escrow_::mark_delivered { order, milestone: 0, evidence: None }));
	order
}

fn rate(deal: Deal<AccountId>, score: u8) -> Reputation_ {
	Reputation_::rate { deal, score }
}

fn issue(order: OrderId, kind: CredentialKind) -> Reputation_ {
	Reputation_::issue_credential { order, kind, hash: HASH }
}

fn scores(rated: Rated<AccountId>) -> pallet_reputation::Scores {
	pallet_reputation::Tallies::<Runtime>::get(rated).map(|tally| tally.scores).unwrap_or_default()
}

fn deposit(who: Sr25519Keyring) -> Balance {
	Balances::balance_on_hold(&HoldReason::Deposit.into(), &who.to_account_id())
}

#[test]
fn both_sides_of_a_completed_order_rate_once_and_issue_each_other_credentials() {
	market(|| {
		let order = delivered();
		let deal = || Deal::Order(order);
		assert_eq!(submit(PAYER, rate(deal(), 5)), Err(ReputationError::NotFound.into()));
		assert_ok!(submit(PAYER, Escrow_::confirm { order, milestone: 0 }));
		// She cannot get around the seller's word.
		let forgotten = submit(PAYER, Escrow_::forget { order });
		assert_eq!(forgotten, Err(pallet_escrow::Error::<Runtime>::TooEarly.into()));
		assert_ok!(submit(PAYER, rate(deal(), 4)));
		assert_ok!(submit(CURATOR, rate(deal(), 5)));
		for who in [PAYER, CURATOR] {
			assert_eq!(submit(who, rate(deal(), 1)), Err(ReputationError::AlreadyRated.into()));
		}
		assert_eq!(submit(Dave, rate(deal(), 1)), Err(ReputationError::NotAuthorized.into()));
		assert_eq!(scores(Rated::Listing(LISTING)), [0, 0, 0, 1, 0]);
		assert_eq!(scores(Rated::Payer(PAYER.to_account_id())), [0, 0, 0, 0, 1]);
		let shown = Reputation::listing_ratings(LISTING).expect("it was rated");
		assert_eq!((shown.at_least, shown.below, shown.mean), (1, Some(5), None));

		let (trust, rely) = (CredentialKind::TrustedSeller, CredentialKind::ReliablePayer);
		assert_ok!(submit(PAYER, issue(order, trust)));
		assert_ok!(submit(CURATOR, issue(order, rely)));
		assert_eq!(submit(PAYER, issue(order, trust)), Err(ReputationError::AlreadyIssued.into()));
		assert_eq!(
			submit(PAYER, issue(order, CredentialKind::DisputeLost)),
			Err(ReputationError::NotLost.into())
		);
		let id = CredentialId { order, kind: trust };
		assert_ok!(submit(PAYER, Reputation_::revoke_credential { id }));
		assert!(Reputation::credential(id).is_some_and(|view| view.record.revoked_at.is_some()));

		// What is on the chain does not need the order any more.
		assert_ok!(submit(PAYER, Escrow_::forget { order }));
		next_blocks(WINDOW);
		assert_ok!(submit(PAYER, Reputation_::remove_credential { id }));
		assert_eq!(Reputation::credential(id), None);
		let of = Reputation::credentials_of(PAYER.to_account_id(), None, 10);
		assert_eq!(of.len(), 1, "the one about her");
	});
}

#[test]
fn both_sides_of_a_served_period_rate_once() {
	market(|| {
		let subscribe = Subscriptions_::subscribe {
			listing: LISTING,
			plan: MONTHLY,
			holder: None,
			auto_renew: true,
			period: PERIOD,
			max_price: price(),
		};
		assert_ok!(submit(PAYER, subscribe));
		let deal = || Deal::Period { listing: LISTING, payer: PAYER.to_account_id() };
		assert_eq!(submit(PAYER, rate(deal(), 5)), Err(ReputationError::NotFound.into()));
		next_blocks(PERIOD + 1);
		// It is less than what returns at the subscription's end, so that nobody's right fails for that.
		let of_subscription = pallet_subscriptions::HoldReason::Deposit.into();
		let of_subscription = Balances::balance_on_hold(&of_subscription, &PAYER.to_account_id());
		assert!(
			0 < deposit(PAYER) && deposit(PAYER) < of_subscription,
			"{} of {of_subscription}",
			deposit(PAYER)
		);
		assert_ok!(submit(PAYER, rate(deal(), 3)));
		assert_ok!(submit(CURATOR, rate(deal(), 5)));
		// The next period ends within the same window: it gives no second right.
		next_blocks(PERIOD);
		for who in [PAYER, CURATOR] {
			assert_eq!(submit(who, rate(deal(), 1)), Err(ReputationError::AlreadyRated.into()));
		}
		assert_eq!(scores(Rated::Listing(LISTING)), [0, 0, 1, 0, 0]);
		assert_ok!(submit(PAYER, Subscriptions_::cancel { listing: LISTING, holder: None }));
		next_blocks(WINDOW);
		assert_eq!(pallet_reputation::Rights::<Runtime>::iter().count(), 0);
	});
}

#[test]
fn a_period_that_was_cancelled_half_way_is_rated_as_well() {
	market(|| {
		let subscribe = Subscriptions_::subscribe {
			listing: LISTING,
			plan: MONTHLY,
			holder: None,
			auto_renew: false,
			period: PERIOD,
			max_price: price(),
		};
		assert_ok!(submit(PAYER, subscribe));
		next_blocks(PERIOD / 2);
		assert_ok!(submit(PAYER, Subscriptions_::cancel { listing: LISTING, holder: None }));
		let deal = Deal::Period { listing: LISTING, payer: PAYER.to_account_id() };
		assert_ok!(submit(PAYER, rate(deal, 2)));
		assert_eq!(scores(Rated::Listing(LISTING)), [0, 1, 0, 0, 0]);
	});
}

#[test]
fn a_period_that_was_cancelled_after_some_blocks_is_rated_by_nobody() {
	market(|| {
		let subscribe = Subscriptions_::subscribe {
			listing: LISTING,
			plan: MONTHLY,
			holder: None,
			auto_renew: false,
			period: PERIOD,
			max_price: price(),
		};
		let cancel = || Subscriptions_::cancel { listing: LISTING, holder: None };
		let deal = || Deal::Period { listing: LISTING, payer: PAYER.to_account_id() };
		// As often as somebody likes.
		for _ in 0..3 {
			assert_ok!(submit(PAYER, subscribe.clone()));
			next_blocks(PERIOD / 4);
			assert_ok!(submit(PAYER, cancel()));
			for who in [PAYER, CURATOR] {
				assert_eq!(submit(who, rate(deal(), 1)), Err(ReputationError::NotFound.into()));
			}
		}
		assert_ok!(submit(PAYER, subscribe));
		next_blocks(PERIOD / 4 + 1);
		assert_ok!(submit(PAYER, cancel()));
		assert_ok!(submit(PAYER, rate(deal(), 1)));
	});
}

#[test]
fn the_winner_of_a_dispute_issues_a_credential_about_who_lost_it() {
	market(|| {
		let order = delivered();
		assert_ok!(submit(PAYER, Escrow_::dispute { order, evidence: [6; 32] }));
		let lost = CredentialKind::DisputeLost;
		assert_eq!(submit(PAYER, issue(order, lost)), Err(ReputationError::NotFound.into()));
		// The curator does not answer.
		next_blocks(RESPONSE + 1);
		assert_eq!(Escrow::order_details(order).map(|view| view.state), Some(OrderState::Refunded));
		assert_eq!(submit(CURATOR, issue(order, lost)), Err(ReputationError::WrongSide.into()));
		assert_ok!(submit(PAYER, issue(order, lost)));
		let view = Reputation::credential(CredentialId { order, kind: lost }).expect("it was issued").record;
		assert_eq!((view.issuer, view.subject), (PAYER.to_account_id(), CURATOR.to_account_id()));
		assert_eq!(
			submit(PAYER, issue(order, CredentialKind::TrustedSeller)),
			Err(ReputationError::NotReleased.into())
		);
		// It was delivered, and is rated.
		assert_ok!(submit(PAYER, rate(Deal::Order(order), 1)));
	});
}

#[test]
fn of_what_was_not_delivered_and_no_jury_has_ruled_on_nobody_says_anything() {
	market(|| {
		let order = ordered();
		assert_ok!(submit(PAYER, Escrow_::dispute { order, evidence: [6; 32] }));
		// The curator does not answer.
		next_blocks(RESPONSE + 1);
		assert_eq!(Escrow::order_details(order).map(|view| view.state), Some(OrderState::Refunded));
		assert_eq!(
			submit(PAYER, issue(order, CredentialKind::DisputeLost)),
			Err(ReputationError::NotFound.into())
		);
		for who in [PAYER, CURATOR] {
			assert_eq!(submit(who, rate(Deal::Order(order), 1)), Err(ReputationError::NotFound.into()));
		}
	});
}
