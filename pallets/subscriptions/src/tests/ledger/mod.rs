//! Random sequences of all calls of `subscriptions` and `listings`, with blocks in between, against a plain ledger. After
//! each block and each call every balance, hold and entitlement is what the ledger says, and nothing was created or lost.

mod model;

use super::*;
use crate::mock::Service;
use frame_support::traits::fungibles::Inspect as _;
use model::{Ledger, Phase, Purchase};
use proptest::prelude::*;
use souk_mock_support::ledger::{asset_of, expect, name_of, run, Seen};
use sp_runtime::Permill;

/// Who buys.
const PAYERS: [AccountId; 4] = [SUBSCRIBER, OTHER, POOR, CURATOR];
/// Where money goes that a payer spends elsewhere.
const SHOP: AccountId = 88;
/// Everybody whose money is compared.
const EVERYBODY: [AccountId; 11] =
	[CURATOR, SUBSCRIBER, OTHER, POOR, WORKERS[0], WORKERS[1], NODES[0], NODES[1], STRANGER, TREASURY, SHOP];
/// Prices of a period; some are zero, some leave shares that nobody can be paid.
const PRICES: [Balance; 4] = [7, 83, 1_009, 400_000];

/// One step. Numbers are indices, taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
	Sell { data: bool, wusd: bool, price: usize },
	Offer { listing: usize, wusd: bool, price: usize },
	SetState { listing: usize, active: bool },
	Retire { listing: usize },
	TakeDown { listing: usize },
	SetPayouts { listing: usize, workers: u32, persistence: u32 },
	Serve { listing: usize, workers: usize, nodes: usize, snapshot: bool },
	Subscribe { who: usize, listing: usize, trial: bool, commitment: bool, auto_renew: bool },
	Cancel { which: usize },
	SetAutoRenew { which: usize, enabled: bool },
	Renew { which: usize },
	Settle { which: usize },
	ClearTrial { who: usize, listing: usize },
	Spend { who: usize, wusd: bool, all: bool },
	Earn { who: usize, wusd: bool, amount: u32 },
	SetFee { percent: u32 },
	Freeze { frozen: bool },
	Advance { blocks: u32 },
}

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let some = || 0usize..8;
	let which = || 0usize..60;
	let flag = any::<bool>;
	prop_oneof![
		3 => (flag(), flag(), some()).prop_map(|(data, wusd, price)| Sell { data, wusd, price }),
		4 => (some(), flag(), some()).prop_map(|(listing, wusd, price)| Offer { listing, wusd, price }),
		3 => (some(), prop::bool::weighted(0.7)).prop_map(|(listing, active)| SetState { listing, active }),
		1 => some().prop_map(|listing| Retire { listing }),
		1 => some().prop_map(|listing| TakeDown { listing }),
		2 => (some(), 0u32..60, 0u32..60)
			.prop_map(|(listing, workers, persistence)| SetPayouts { listing, workers, persistence }),
		4 => (some(), 0usize..4, 0usize..3, flag())
			.prop_map(|(listing, workers, nodes, snapshot)| Serve { listing, workers, nodes, snapshot }),
		24 => (some(), some(), prop::bool::weighted(0.1), flag(), prop::bool::weighted(0.9)).prop_map(
			|(who, listing, trial, commitment, auto_renew)| Subscribe {
				who,
				listing,
				trial,
				commitment,
				auto_renew
			}
		),
		5 => which().prop_map(|which| Cancel { which }),
		5 => (which(), flag()).prop_map(|(which, enabled)| SetAutoRenew { which, enabled }),
		4 => which().prop_map(|which| Renew { which }),
		3 => which().prop_map(|which| Settle { which }),
		3 => (some(), some()).prop_map(|(who, listing)| ClearTrial { who, listing }),
		14 => (some(), flag(), prop::bool::weighted(0.9)).prop_map(|(who, wusd, all)| Spend { who, wusd, all }),
		5 => (some(), flag(), 10u32..2_000).prop_map(|(who, wusd, amount)| Earn { who, wusd, amount }),
		2 => (0u32..40).prop_map(|percent| SetFee { percent }),
		2 => prop::bool::weighted(0.4).prop_map(|frozen| Freeze { frozen }),
		30 => (1u32..9).prop_map(|blocks| Advance { blocks }),
	]
}

/// How every sequence starts: a data product in wUSD and a service in SOUK, both served.
fn start() -> [Step; 3] {
	[
		Step::Sell { data: true, wusd: true, price: 3 },
		Step::Sell { data: false, wusd: false, price: 3 },
		Step::Serve { listing: 0, workers: 2, nodes: 2, snapshot: true },
	]
}

/// The commitment behind which a payer buys; each has one.
fn commitment_of(who: AccountId, commitment: bool) -> Option<[u8; 32]> {
	commitment.then_some([who as u8; 32])
}

fn holder_of(who: AccountId, commitment: bool) -> Holder<AccountId> {
	commitment_of(who, commitment).map_or(Holder::Account(who), Holder::Commitment)
}

/// One of the subscriptions that there are, or by chance none: its payer, its holder, the commitment and the listing.
fn one_of(ledger: &Ledger, which: usize) -> (AccountId, Holder<AccountId>, Option<[u8; 32]>, u32) {
	let keys = ledger.subscriptions.keys();
	let (holder, listing) = keys
		.copied()
		.nth(which % (ledger.subscriptions.len() + 1))
		.unwrap_or((Holder::Account(SUBSCRIBER), 0));
	match holder {
		Holder::Account(who) => (who, holder, None, listing),
		Holder::Commitment(commitment) => (commitment[0].into(), holder, Some(commitment), listing),
	}
}

fn apply(ledger: &mut Ledger, seen: &mut Seen, step: Step) {
	System::reset_events();
	let payer = |who: usize| PAYERS[who % PAYERS.len()];
	let count = ledger.listings.len();
	let listing_of = |listing: usize| (listing % count.max(1)) as u32;
	match step {
		Step::Advance { blocks } => {
			for _ in 0..blocks {
				advance_to(System::block_number() + 1);
				ledger.next_block();
				compare(ledger);
				note(seen);
			}
		}
		Step::Sell { data, wusd, price } => {
			if count == 6 || !ledger.money.can_hold(&SOUK, CURATOR, 50) {
				return;
			}
			let kind = if data { ListingKind::DataProduct } else { ListingKind::Service };
			let (asset, amount) = (asset_of(wusd), PRICES[price % PRICES.len()]);
			let listing = draft(kind, plans(asset.clone(), amount));
			assert_ok!(set_state(listing, ListingState::Active));
			ledger.sell(data, asset, amount);
		}
		Step::SetFee { percent } => {
			Fee::set(Permill::from_percent(percent));
			ledger.fee_percent = percent.into();
		}
		Step::Freeze { frozen } if frozen == ledger.money.frozen => {}
		Step::Freeze { frozen } => {
			freeze(frozen);
			ledger.money.frozen = frozen;
		}
		Step::Spend { who, wusd, all } => {
			let (who, asset) = (payer(who), asset_of(wusd));
			let spendable = ledger.money.free(&asset, who).saturating_sub(MINIMUM);
			let amount = if all { spendable } else { spendable / 2 };
			if who == CURATOR || amount < MINIMUM {
				return;
			}
			expect(
				"spend",
				ledger.money.transfer(&asset, who, SHOP, amount),
				transfer(&asset, who, SHOP, amount),
			);
		}
		Step::Earn { who, wusd, amount } => {
			let (who, asset, amount) = (payer(who), asset_of(wusd), amount.into());
			let expected = ledger.money.transfer(&asset, TREASURY, who, amount);
			expect("earn", expected, transfer(&asset, TREASURY, who, amount));
		}
		_ if count == 0 => {}
		Step::Offer { listing, wusd, price } => {
			let listing = listing_of(listing);
			let (asset, amount) = (asset_of(wusd), PRICES[price % PRICES.len()]);
			let expected = ledger.offer(listing, asset.clone(), amount);
			expect("offer", expected, offer(listing, plans(asset, amount)));
		}
		Step::SetState { listing, active } => {
			let listing = listing_of(listing);
			let to = if active { ListingState::Active } else { ListingState::Paused };
			expect("set_state", ledger.set_state(listing, to), set_state(listing, to));
		}
		Step::Retire { listing } => {
			let listing = listing_of(listing);
			expect("retire", ledger.set_state(listing, ListingState::Retired), retire(listing));
		}
		Step::TakeDown { listing } => {
			let listing = listing_of(listing);
			expect("take_down", ledger.set_state(listing, ListingState::TakenDown), take_down(listing));
		}
		Step::SetPayouts { listing, workers, persistence } => {
			let listing = listing_of(listing);
			let split = souk_primitives::PayoutSplit {
				workers: Permill::from_percent(workers),
				persistence: Permill::from_percent(persistence),
			};
			let expected = ledger.set_payouts(listing, workers.into(), persistence.into());
			expect("set_payouts", expected, set_payouts(listing, split));
		}
		Step::Serve { listing, workers, nodes, snapshot } => {
			let listing = listing_of(listing);
			let first_final_at =
				ledger.listings[listing as usize].first_final_at.or(snapshot.then_some(ledger.now));
			let workers = [WORKERS[0], STRANGER, WORKERS[1]][..workers].to_vec();
			let nodes = NODES[..nodes].to_vec();
			serve(listing, Service { workers: workers.clone(), nodes: nodes.clone(), first_final_at });
			ledger.serve(listing, workers, nodes, first_final_at);
		}
		Step::Subscribe { who, listing, trial, commitment, auto_renew } => {
			let (who, listing) = (payer(who), listing_of(listing));
			let plan = if trial { TRIAL } else { MONTHLY };
			let holder = holder_of(who, commitment);
			let deposit = Subscriptions::subscription_deposit(&holder, listing);
			let purchase = Purchase { who, listing, holder, trial, auto_renew, deposit };
			let committed = commitment_of(who, commitment);
			let actual = subscribe_as(who, listing, plan, committed, auto_renew, Balance::MAX);
			expect("subscribe", ledger.subscribe(purchase), actual);
		}
		Step::Cancel { which } => {
			let (who, holder, commitment, listing) = one_of(ledger, which);
			let call = crate::Call::<Test>::cancel { listing, holder: commitment };
			expect("cancel", ledger.cancel(holder, listing), dispatch(who, call));
		}
		Step::SetAutoRenew { which, enabled } => {
			let (who, holder, commitment, listing) = one_of(ledger, which);
			let call = crate::Call::<Test>::set_auto_renew { listing, holder: commitment, enabled };
			let expected = ledger.set_auto_renew(holder, listing, enabled);
			expect("set_auto_renew", expected, dispatch(who, call));
		}
		Step::Renew { which } => {
			let (who, holder, commitment, listing) = one_of(ledger, which);
			let call = crate::Call::<Test>::renew { listing, holder: commitment };
			expect("renew", ledger.renew(holder, listing), dispatch(who, call));
		}
		Step::Settle { which } => {
			let (_, holder, _, listing) = one_of(ledger, which);
			let call = crate::Call::<Test>::settle { listing, holder };
			expect("settle", ledger.settle(holder, listing), dispatch(STRANGER, call));
		}
		Step::ClearTrial { who, listing } => {
			let (who, listing) = (payer(who), listing_of(listing));
			let call = crate::Call::<Test>::clear_trial { listing, holder: Holder::Account(who) };
			expect("clear_trial", ledger.clear_trial(who, listing), dispatch(STRANGER, call));
		}
	}
}

/// Everything that the chain and the ledger both know is the same.
fn compare(ledger: &Ledger) {
	for asset in [SOUK, WUSD] {
		let mut total = 0;
		for account in EVERYBODY {
			assert_eq!(
				free(&asset, account),
				ledger.money.free(&asset, account),
				"{account}'s free {asset:?}"
			);
			assert_eq!(held(&asset, account), ledger.held(&asset, account), "{account}'s held {asset:?}");
			total += ledger.money.free(&asset, account) + ledger.held(&asset, account);
		}
		if asset == SOUK {
			for account in PAYERS {
				assert_eq!(deposit(account), ledger.deposits_of(account), "{account}'s deposits");
				total += deposit(account);
			}
			total += 50 * ledger.listings.len() as Balance;
		}
		assert_eq!(total, ledger.issuance(&asset), "the ledger's {asset:?}");
		assert_eq!(Money::total_issuance(asset.clone()), total, "the chain's {asset:?}");
	}
	for listing in 0..ledger.listings.len() as u32 {
		assert_eq!(open_periods(listing), ledger.open_periods(listing), "periods of {listing}");
	}
	assert_eq!(crate::Subscriptions::<Test>::iter().count(), ledger.subscriptions.len());
	for ((holder, listing), subscription) in &ledger.subscriptions {
		let view = Subscriptions::entitlement(*listing, *holder).expect("the ledger has it");
		assert_eq!(
			(view.period_start, view.paid_until, view.held),
			(subscription.start, subscription.until, subscription.held),
			"{holder:?} of {listing}"
		);
		assert_eq!(view.in_grace, matches!(subscription.phase, Phase::Grace(_)));
		assert_eq!(view.live, ledger.is_live(holder, *listing), "{holder:?} of {listing}");
	}
}

/// Notes what happened since the last block or call, by the names of events; with the reason, where one was not renewed.
fn note(seen: &mut Seen) {
	for event in events() {
		let what = match event {
			Event::NotRenewed { reason, .. } => format!("{reason:?}"),
			other => name_of(&other),
		};
		seen.note(what);
	}
	System::reset_events();
}

#[test]
fn no_sequence_of_calls_moves_money_otherwise_than_the_ledger() {
	// The sequences went everywhere that they can go, but for what is too rare to rely on.
	let everything = [
		"Subscribed",
		"Renewed",
		"GraceStarted",
		"Cancelled",
		"Ended",
		"PaidOut",
		"Refunded",
		"AutoRenewSet",
		"SettlementDelayed",
		"NotForSale",
		"OfferGone",
		"TooExpensive",
		"Unpaid",
		"Unsettled",
	];
	run(256, proptest::collection::vec(step(), 90), &everything, |steps, seen| {
		TestExt.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			let mut ledger = Ledger::new(1);
			compare(&ledger);
			for step in start().into_iter().chain(steps) {
				apply(&mut ledger, seen, step);
				check();
				compare(&ledger);
				note(seen);
			}
		});
	});
}
