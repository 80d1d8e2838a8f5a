//! The whole market on the real runtime: random sequences of all calls of the marketplace by several accounts, alone and in
//! batches, with transfers and blocks in between, against a plain ledger. After each call and each block everybody owns and
//! has on hold what the ledger says, nothing was created or lost, and every pallet's invariants hold. At the end everything
//! is wound up, and nothing is left behind.

mod deeds;
mod ledger;

use crate::*;
use deeds::{step, Act, Deed, Key, Offer, OrderAct, Seen, Step, What, CURATOR};
use frame_support::traits::fungibles::{hold::Inspect as _, Inspect as _};
use ledger::Ledger;
use sequences::*;
use souk_mock_support::ledger::run;
use souk_primitives::{ListingState, NodeRole};
use sp_runtime::{traits::Dispatchable, DispatchError, Permill};
use std::collections::BTreeMap;

/// Blocks of a late-payment grace, and between two attempts in it.
const GRACE: u32 = 4;
const RETRY: u32 = 2;
/// Blocks between unbonding and withdrawing, more than those in which an offence can be reported.
const UNBONDING: u32 = 15;
const REPORTS: u32 = UNBONDING - 1;
/// Blocks for proving a bad chunk, for delivering a key, for delivering and for confirming anything else, of an offer, of a
/// dispute, and until anybody may have an order forgotten.
const WINDOW: u32 = 6;
const DELIVERY: u32 = 8;
const GOODS: u32 = 7;
const CONFIRM: u32 = 5;
const OFFER: u32 = 4;
const DISPUTE: u32 = 9;
const KEEP_FOR: u32 = 3;
/// Percent that a buyer gets back of what was disputed without a ruling.
const BUYER_SHARE: u32 = 40;

/// What is held on an account, by reason, in an asset's smallest unit.
fn held(wusd: bool, reason: impl Into<RuntimeHoldReason>, who: Who) -> Balance {
	AllAssets::balance_on_hold(asset(wusd), &reason.into(), &account(who))
}

/// A market in its first block, with short delays, and the ledger of it.
fn open() -> Ledger {
	blocks::start();
	let market = {
		use params::market::*;
		[
			Parameters::LatePaymentGrace(LatePaymentGrace, Some(GRACE)),
			Parameters::LatePaymentRetry(LatePaymentRetry, Some(RETRY)),
			Parameters::UnbondingPeriod(UnbondingPeriod, Some(UNBONDING)),
		]
		.map(RuntimeParameters::Market)
	};
	let offences = {
		use params::offences::*;
		[Parameters::ReportWindow(ReportWindow, Some(REPORTS))].map(RuntimeParameters::Offences)
	};
	let escrow = {
		use params::escrow::*;
		[
			Parameters::ChallengeWindow(ChallengeWindow, Some(WINDOW)),
			Parameters::DeliveryTimeout(DeliveryTimeout, Some(DELIVERY)),
			Parameters::GoodsTimeout(GoodsTimeout, Some(GOODS)),
			Parameters::ConfirmTimeout(ConfirmTimeout, Some(CONFIRM)),
			Parameters::OfferTimeout(OfferTimeout, Some(OFFER)),
			Parameters::DisputeTimeout(DisputeTimeout, Some(DISPUTE)),
			Parameters::DisputeBuyerShare(DisputeBuyerShare, Some(Permill::from_percent(BUYER_SHARE))),
			Parameters::KeepFor(KeepFor, Some(KEEP_FOR)),
		]
		.map(RuntimeParameters::Escrow)
	};
	// Challenges and late snapshots have tests of their own, and nobody answers here.
	let rounds = {
		use params::offences::*;
		[Parameters::ChallengeEvery(ChallengeEvery, Some(0))].map(RuntimeParameters::Offences)
	};
	// Ratings have a test of their own: here no deposit is held for them.
	let reputation = {
		use params::reputation::*;
		[Parameters::Window(Window, Some(0))].map(RuntimeParameters::Reputation)
	};
	for parameter in market.into_iter().chain(offences).chain(escrow).chain(rounds).chain(reputation) {
		Parameters::set_parameter(RuntimeOrigin::root(), parameter).expect("root may");
	}
	deeds::register_keys();
	open_treasury();
	Ledger::open()
}

/// How every sequence starts: a data product in wUSD with two workers and a persistence node, a service in SOUK, and a data
/// product that is cheap enough for its curator's bond to cover sales. Of that, three have ordered, and not all have it.
fn start() -> Vec<Deed> {
	use What::*;
	let offer = |wusd, amount| Offer { wusd, amount, period: 40 };
	let (worker, persistence) = (true, true);
	let nodes = (0..3).map(|who| Deed { who, what: Register { worker, persistence } });
	let assign = |listing, node, role| Assign { listing, node, role };
	let curated = [
		Create { name: 0, data: true, offer: offer(true, 300_003 * ONE_WUSD + 1) },
		Bond { listing: 0, amount: 400 * SOUK },
		SetSchedule { listing: 0, retention: 2 },
		assign(0, 0, NodeRole::Worker),
		assign(0, 1, NodeRole::Worker),
		assign(0, 1, NodeRole::Persistence),
		SetState { listing: 0, to: ListingState::Active },
		Create { name: 1, data: false, offer: offer(false, 200_003 * SOUK + 1) },
		SetState { listing: 1, to: ListingState::Active },
		Create { name: 2, data: true, offer: offer(true, 60 * ONE_WUSD + 1) },
		Bond { listing: 2, amount: 300 * SOUK },
		SetSchedule { listing: 2, retention: 1 },
		assign(2, 0, NodeRole::Worker),
		assign(2, 1, NodeRole::Persistence),
		SetState { listing: 2, to: ListingState::Active },
		SetFee { percent: 7 },
	];
	let submit = |listing, who| Deed { who, what: Submit { listing, minute: 3, says: 1 } };
	let curated =
		curated.map(|what| Deed { who: if matches!(what, SetFee { .. }) { 0 } else { CURATOR }, what });
	let order = |who| Deed { who, what: PlaceOrder { listing: 2, seen: Seen::AsItIs } };
	let deliver = Deed { who: 1, what: DeliverAll { spoiled: true } };
	let sales = [submit(0, 0), submit(0, 1), submit(2, 0), order(3), order(4), order(5), deliver];
	nodes.chain(curated).chain(sales).collect()
}

/// Does it, and has the ledger do it too, as far as it was done.
fn perform(ledger: &mut Ledger, seen: &mut Events, deed: &Deed) {
	System::reset_events();
	let predicted = ledger.predicts(deed);
	let call = deed.what.call(ledger);
	let result = call.dispatch(RuntimeOrigin::signed(account(deed.who))).map_err(|failed| failed.error);
	let done = result.map(|_| ()).and_then(|()| through_sudo());
	if let Some(predicted) = predicted {
		assert_eq!(done.is_ok(), predicted, "{deed:?}: {done:?}");
	}
	match &deed.what {
		What::Batch { of, .. } if done.is_ok() => {
			for what in of.iter().take(before_interruption(of.len())) {
				ledger.apply(deed.who, what);
			}
		}
		what if done.is_ok() => ledger.apply(deed.who, what),
		_ => {}
	}
	ledger.note_snapshots();
	note(seen);
}

/// How a call through sudo ended; `Ok` where there was none.
fn through_sudo() -> Result<(), DispatchError> {
	let sudid = |event: pallet_sudo::Event<Runtime>| match event {
		pallet_sudo::Event::Sudid { sudo_result } => Some(sudo_result),
		_ => None,
	};
	System::read_events_for_pallet::<pallet_sudo::Event<Runtime>>()
		.into_iter()
		.find_map(sudid)
		.unwrap_or(Ok(()))
}

/// How many of a batch's `all` calls were made.
fn before_interruption(all: usize) -> usize {
	let interrupted = |event: pallet_utility::Event| match event {
		pallet_utility::Event::BatchInterrupted { index, .. } => usize::try_from(index).ok(),
		_ => None,
	};
	let mut events = System::read_events_for_pallet::<pallet_utility::Event>().into_iter();
	events.find_map(interrupted).unwrap_or(all)
}

fn advance(ledger: &mut Ledger, seen: &mut Events, blocks: u32) {
	for _ in 0..blocks {
		blocks::end();
		blocks::start();
		ledger.next_block();
		note(seen);
		ledger.compare();
		check();
	}
}

fn step_by(ledger: &mut Ledger, seen: &mut Events, step: Step) {
	let deed = match step {
		Step::Advance(blocks) => return advance(ledger, seen, blocks),
		Step::Deed(deed) => deed.by_who_may(ledger),
		Step::Act(which, act) => match ledger.one_subscription(which) {
			Some(key) => Deed { who: key.who, what: What::Do { key, act } },
			None => return,
		},
		Step::OnOrder(which, act, or_another) => match ledger.one_order(which / 8) {
			Some(order) => {
				let act = if or_another { act.or_possible(ledger, order, which) } else { act };
				let may = act.who_may(ledger, order);
				// One in eight is somebody, whether they may or not; but only Alice is sudo.
				let tries = which % 8 == 0 && !matches!(act, OrderAct::Resolve { .. });
				let who = may.filter(|_| !tries).unwrap_or(which / 8 % PEOPLE.len());
				Deed { who, what: What::OnOrder { order, act } }
			}
			None => return,
		},
	};
	perform(ledger, seen, &deed);
	ledger.compare();
}

/// Everything ends, and everybody has everything back but the bonds.
fn wind_up(ledger: &mut Ledger, seen: &mut Events) {
	for listing in 0..ledger.listings.len() as u32 {
		let owner = ledger.listings[listing as usize].owner;
		perform(ledger, seen, &Deed { who: owner, what: What::Retire { listing } });
	}
	let subscriptions: Vec<Key> = ledger.subscriptions.keys().copied().collect();
	for key in subscriptions {
		perform(ledger, seen, &Deed { who: 5, what: What::Do { key, act: Act::Settle } });
	}
	end_orders(ledger, seen);
	for listing in 0..ledger.listings.len() as u32 {
		perform(ledger, seen, &Deed { who: 5, what: What::Clear { listing } });
		for of in 0..PEOPLE.len() {
			perform(ledger, seen, &Deed { who: 5, what: What::ClearTrial { listing, of } });
		}
	}
	for who in 0..PEOPLE.len() {
		perform(ledger, seen, &Deed { who, what: What::Deregister });
	}
	ledger.compare();
	check();
	assert_eq!(pallet_subscriptions::Subscriptions::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_subscriptions::Due::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::Orders::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::OrdersOf::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::SalesOf::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::Awaiting::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::Open::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::Due::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_curation::Departed::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_curation::AssignmentsOf::<Runtime>::iter().count(), 0);
	for who in 0..=TREASURY {
		for wusd in [false, true] {
			assert_eq!(held(wusd, pallet_subscriptions::HoldReason::Payment, who), 0);
			assert_eq!(held(wusd, pallet_escrow::HoldReason::Order, who), 0);
		}
		assert_eq!(held(false, pallet_subscriptions::HoldReason::Deposit, who), 0);
		assert_eq!(held(false, pallet_curation::HoldReason::Deposit, who), 0);
		assert_eq!(held(false, pallet_escrow::HoldReason::Deposit, who), 0);
	}
}

/// Every order ends although nobody does anything; its buyer has it forgotten then.
fn end_orders(ledger: &mut Ledger, seen: &mut Events) {
	let orders = ledger.all_orders();
	// Each part of each order is delivered and disputed at the last moment, or nothing is done with it.
	let longest = 3 * (GOODS.max(DELIVERY) + DISPUTE);
	for _ in 0..longest {
		if !orders.iter().any(|order| ledger.is_open(*order)) {
			break;
		}
		advance(ledger, seen, 1);
	}
	for order in orders {
		let (who, _) = ledger.sides(order).expect("it is there");
		perform(ledger, seen, &Deed { who, what: What::OnOrder { order, act: OrderAct::Forget } });
	}
}

#[test]
fn the_market_moves_money_as_the_ledger_says_and_leaves_nothing_behind() {
	// The sequences went everywhere that they can go.
	let everything = [
		"Listings.Created",
		"Listings.TakenDown",
		"Subscriptions.Subscribed",
		"Subscriptions.Renewed",
		"Subscriptions.GraceStarted",
		"Subscriptions.NotRenewed",
		"Subscriptions.Cancelled",
		"Subscriptions.PaidOut",
		"Subscriptions.Refunded",
		"Subscriptions.TrialCleared",
		"Curation.Unassigned",
		"Curation.Resigned",
		"Curation.SnapshotFinal",
		"Curation.ListingCleared",
		"Curation.Slashed",
		"Escrow.Ordered",
		"Escrow.Offered",
		"Escrow.Funded",
		"Escrow.KeyDelivered",
		"Escrow.DeliveryRefused",
		"Escrow.Covered",
		"Escrow.MarkedDelivered",
		"Escrow.Confirmed",
		"Escrow.MilestonePaid",
		"Escrow.Cancelled",
		"Escrow.TimedOut",
		"Escrow.PaidOut",
		"Escrow.Refunded",
		"Escrow.BadChunkProven",
		"Escrow.Disputed",
		"Escrow.Resolved",
		"Escrow.Forgotten",
		"Proofs.KeyRegistered",
		"Proofs.KeyRetired",
		"Proofs.Paused",
		"Proofs.Resumed",
		"Proofs.Verified",
		"Validators.Bonded",
		"Utility.BatchInterrupted",
		"Utility.BatchCompleted",
	];
	run(100, proptest::collection::vec(step(), 130), &everything, |steps, seen| {
		super::genesis("local_testnet").execute_with(|| {
			let mut ledger = open();
			ledger.compare();
			for deed in start() {
				perform(&mut ledger, seen, &deed);
				ledger.compare();
			}
			ledger.learn_deposits();
			for step in steps {
				step_by(&mut ledger, seen, step);
			}
			wind_up(&mut ledger, seen);
		});
	});
}
