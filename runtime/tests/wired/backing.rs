//! Backing as the chain is wired: who backs a curator earns with her subscriptions and loses with her offences.

use crate::*;
use blocks::{next_blocks, submit};
use frame_support::{
	assert_ok,
	traits::{
		fungibles::{hold::Inspect as _, Inspect as _},
		Get,
	},
};
use pallet_backing::HoldReason;
use pallet_stakes::Penalty;
use souk_primitives::{
	reach::{Bonds as _, Offences as _},
	Asset, Basis, Bond, ListingId, ListingKind, ListingState, Offence, OffenceKind, PayoutSplit, Plan,
	PlanKind, Price,
};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, FixedU128, Permill};

type Backing_ = pallet_backing::Call<Runtime>;
type Limit = <Runtime as pallet_backing::Config>::MaxBacking;

const CURATOR: Sr25519Keyring = Charlie;
const BACKER: Sr25519Keyring = Dave;
const OTHER: Sr25519Keyring = Ferdie;
const PAYER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
const PRICE: Balance = 10 * ONE_WUSD;
const PERIOD: u32 = 20;
const BOND: Balance = 400 * SOUK;

fn set(parameter: RuntimeParameters) {
	assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
}

/// A market with a service at [`PRICE`] for each period, of which workers and nodes get nothing and the treasury a tenth; two back its
/// curator's bond for a quarter of what she earns.
fn market(test: impl FnOnce()) {
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		set(RuntimeParameters::Market(params::market::Parameters::ProtocolFee(
			params::market::ProtocolFee,
			Some(Permill::from_percent(10)),
		)));
		let plan = Plan { kind: PlanKind::Subscription { period: PERIOD }, price: price() };
		let calls: [RuntimeCall; 4] = [
			pallet_listings::Call::create {
				name: b"backed".to_vec().try_into().expect("it is short"),
				kind: ListingKind::Service,
				details: details(),
				plans: vec![plan].try_into().expect("one fits"),
				payouts: PayoutSplit { workers: Default::default(), persistence: Default::default() },
			}
			.into(),
			pallet_curation::Call::bond { listing: LISTING, amount: BOND }.into(),
			pallet_listings::Call::set_state { id: LISTING, to: ListingState::Active }.into(),
			Backing_::open_backing { listing: LISTING, share: Permill::from_percent(25), most: BOND }.into(),
		];
		for call in calls {
			assert_ok!(call.dispatch(RuntimeOrigin::signed(CURATOR.to_account_id())));
		}
		assert_ok!(submit(BACKER, Backing_::back { listing: LISTING, amount: 300 * SOUK }));
		assert_ok!(submit(OTHER, Backing_::back { listing: LISTING, amount: 100 * SOUK }));
		test();
		check();
	});
}

fn check() {
	Backing::do_try_state().expect("backing holds");
	Curation::do_try_state().expect("curation holds");
	Stakes::do_try_state().expect("stakes hold");
	Subscriptions::do_try_state().expect("subscriptions hold");
	Escrow::do_try_state().expect("escrow holds");
	Tabs::do_try_state().expect("tabs hold");
}

fn price() -> Price {
	Price { asset: Asset::WithId(WUSD), amount: PRICE }
}

fn wusd(who: Sr25519Keyring) -> Balance {
	AllAssets::balance(Asset::WithId(WUSD), &who.to_account_id())
}

fn held(asset: Asset, reason: HoldReason) -> Balance {
	AllAssets::balance_on_hold(asset, &RuntimeHoldReason::Backing(reason), &CURATOR.to_account_id())
}

/// Lost a dispute, which costs a twentieth of the bond, all of it for the treasury.
fn offence() -> Offence<AccountId> {
	Offence {
		kind: OffenceKind::LostDispute,
		listing: LISTING,
		node: None,
		curator_answers: true,
		reporter: None,
		began: System::block_number(),
		harmed_for: u32::MAX,
		basis: Basis::Ruling { case: 7 },
		evidence: [7; 32],
	}
}

#[test]
fn a_subscription_is_paid_and_backers_have_their_share() {
	market(|| {
		let before = [wusd(CURATOR), wusd(BACKER), wusd(OTHER)];
		let call = pallet_subscriptions::Call::subscribe {
			listing: LISTING,
			plan: 0,
			holder: None,
			auto_renew: false,
			period: PERIOD,
			max_price: price(),
		};
		assert_ok!(submit(PAYER, call));
		next_blocks(PERIOD + 1);
		// Nine tenths are the curator's, a quarter of that the backers'.
		let earned = PRICE * 9 / 10;
		assert_eq!(held(Asset::WithId(WUSD), HoldReason::Income), earned / 4);
		assert_eq!(wusd(CURATOR) - before[0], earned * 3 / 4);
		for (who, before, percent) in [(BACKER, before[1], 75), (OTHER, before[2], 25)] {
			let (asset, backer) = (Asset::WithId(WUSD), who.to_account_id());
			// The curator may as well.
			assert_ok!(submit(CURATOR, Backing_::claim_income { listing: LISTING, asset, backer }));
			assert_eq!(wusd(who) - before, earned / 4 * percent / 100);
		}
		assert_eq!(held(Asset::WithId(WUSD), HoldReason::Income), 0);
	});
}

#[test]
fn an_order_is_shared_as_well() {
	market(|| {
		let plans = vec![Plan { kind: PlanKind::OneTime, price: price() }].try_into().expect("one fits");
		let update = pallet_listings::Call::update { id: LISTING, details: details(), plans };
		assert_ok!(submit(CURATOR, update));
		let details = pallet_escrow::OrderDetails::Goods { terms: None };
		let order = pallet_escrow::Call::order { listing: LISTING, plan: 0, max_price: price(), details };
		assert_ok!(submit(PAYER, order));
		assert_ok!(submit(
			CURATOR,
			pallet_escrow::Call::mark_delivered { order: 0, milestone: 0, evidence: None }
		));
		assert_ok!(submit(PAYER, pallet_escrow::Call::confirm { order: 0, milestone: 0 }));
		assert_eq!(held(Asset::WithId(WUSD), HoldReason::Income), PRICE * 9 / 10 / 4);
	});
}

#[test]
fn an_offence_takes_the_same_part_of_the_bond_and_of_what_backs_it() {
	market(|| {
		let bond = Bond::Listing(LISTING);
		assert_eq!(Backing::bonded(&bond), 2 * BOND);
		let treasury = Balances::free_balance(Treasury::account_id());
		assert_eq!(Stakes::commit(offence()), 2 * BOND / 20);
		assert_eq!(Curation::curator_bond(LISTING).active, BOND * 19 / 20);
		let view = Backing::backing(LISTING).expect("it is open");
		assert_eq!((view.active, view.answers), (BOND * 19 / 20, BOND * 19 / 20));
		// Nobody pays for the listing: it is the treasury's in the same call.
		assert_eq!(Balances::free_balance(Treasury::account_id()) - treasury, 2 * BOND / 20);
		assert_eq!(held(Asset::Native, HoldReason::Backing), BOND * 19 / 20);
		let mine = Backing::backed_by(BACKER.to_account_id(), None, 10);
		assert_eq!(mine[0].active, 300 * SOUK * 19 / 20);
	});
}

#[test]
fn what_leaves_answers_for_as_long_as_an_offence_can_be_reported() {
	market(|| {
		assert_ok!(submit(BACKER, Backing_::unback { listing: LISTING, amount: 300 * SOUK }));
		let (_, at) = Backing::backed_by(BACKER.to_account_id(), None, 10)[0].leaving[0];
		let window = <Runtime as pallet_stakes::Config>::ReportWindow::get();
		assert!(at > System::block_number() + window);
		Stakes::commit(offence());
		let backer = BACKER.to_account_id();
		System::set_block_number(at - 1);
		let withdraw = |backer| {
			let call = RuntimeCall::from(Backing_::withdraw_unbacked { listing: LISTING, backer });
			call.dispatch(RuntimeOrigin::signed(OTHER.to_account_id())).map(|_| ())
		};
		assert!(withdraw(backer.clone()).is_err());
		System::set_block_number(at);
		let before = Balances::free_balance(&backer);
		let deposit = Backing::backed_by(backer.clone(), None, 1)[0].deposit;
		assert_ok!(withdraw(backer.clone()));
		assert_eq!(Balances::free_balance(&backer) - before, 300 * SOUK * 19 / 20 + deposit);
	});
}

#[test]
fn with_its_listing_a_backing_ends_and_leaves_nothing() {
	market(|| {
		assert_ok!(submit(CURATOR, pallet_listings::Call::retire { id: LISTING }));
		let closes = Backing::backing(LISTING).and_then(|view| view.closes).expect("it closes");
		System::set_block_number(closes);
		for who in [BACKER, OTHER] {
			let call = Backing_::withdraw_unbacked { listing: LISTING, backer: who.to_account_id() };
			assert_ok!(RuntimeCall::from(call).dispatch(RuntimeOrigin::signed(PAYER.to_account_id())));
		}
		assert_eq!(pallet_backing::Backings::<Runtime>::iter().count(), 0);
		assert_eq!(pallet_backing::Backers::<Runtime>::iter().count(), 0);
		for reason in [HoldReason::Backing, HoldReason::Income, HoldReason::Deposit] {
			assert_eq!(held(Asset::Native, reason), 0);
		}
	});
}

#[test]
fn no_table_of_penalties_lets_a_curator_gain_by_robbing_her_backers() {
	world("local_testnet").execute_with(|| {
		let most = |times| {
			set(RuntimeParameters::Backing(params::backing::Parameters::MaxBacking(
				params::backing::MaxBacking,
				Some(FixedU128::from_u32(times)),
			)));
		};
		assert_eq!(Limit::get(), FixedU128::from_u32(1));
		most(10);
		// Half of a fine is for subscribers.
		assert_eq!(Limit::get(), FixedU128::from_u32(1));
		let generous = Penalty {
			subscribers: Permill::from_percent(60),
			reporter: Permill::from_percent(20),
			..penalty_of(OffenceKind::LostDispute)
		};
		set(RuntimeParameters::Offences(params::offences::Parameters::LostDispute(
			params::offences::LostDispute,
			Some(generous),
		)));
		assert_eq!(Limit::get(), FixedU128::from_rational(1, 4));
		// What costs the curator nothing gives her nothing.
		let at_nodes_cost = Penalty { curator: Permill::zero(), ..generous };
		set(RuntimeParameters::Offences(params::offences::Parameters::LostDispute(
			params::offences::LostDispute,
			Some(at_nodes_cost),
		)));
		assert_eq!(Limit::get(), FixedU128::from_u32(1));
	});
}

fn penalty_of(kind: OffenceKind) -> Penalty {
	use pallet_stakes::Penalties as _;
	<Runtime as pallet_stakes::Config>::Penalties::of(kind)
}
