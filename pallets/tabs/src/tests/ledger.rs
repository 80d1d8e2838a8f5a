//! Random sequences of all calls, with blocks in between, against a plain ledger. After each block and each call every balance,
//! hold, deposit and tab is what the ledger says, and nothing was created or lost. The signatures are real ones.

mod model;

use super::*;
use frame_support::traits::fungibles::Inspect as _;
use model::{Ledger, Stage};
use proptest::prelude::*;
use souk_mock_support::ledger::{asset_of, expect, name_of, run, Seen};
use sp_runtime::Permill;

/// Who opens tabs.
const PAYERS: [AccountId; 3] = [PAYER, OTHER, POOR];
/// Who answers: the last one has no money, nor an account in wUSD.
const SERVING: [AccountId; 3] = [account(21), account(22), STRANGER];
/// Where money goes that a payer spends elsewhere.
const SHOP: AccountId = AccountId::new([88; 32]);
/// Everybody whose money is compared.
const EVERYBODY: [AccountId; 11] = [
	CURATOR,
	PAYER,
	OTHER,
	POOR,
	account(11),
	account(12),
	account(21),
	account(22),
	STRANGER,
	TREASURY,
	SHOP,
];
/// What is put on tabs.
const LIMITS: [Balance; 5] = [99, 100, 550, 2_345, 300_000];
/// What vouchers add to the one before.
const STEPS: [Balance; 5] = [1, 7, 100, 333, 5_000];

/// What is wrong with a voucher.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
	Nothing,
	Old,
	Forged,
	OtherNode,
	OtherTab,
}

/// One step. Numbers are indices, taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
	Open { who: usize, listing: usize, wusd: bool, limit: usize },
	TopUp { which: usize, stranger: bool, amount: usize },
	Settle { which: usize, by: usize, step: usize, fault: Fault },
	SettleAll { first: usize, second: usize, by: usize, step: usize, fault: Fault },
	Close { which: usize, stranger: bool },
	Claim { which: usize },
	SetQuota { listing: usize, queries: u32 },
	End { listing: usize },
	SetWorkers { listing: usize, count: usize },
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
	let rarely = || prop::bool::weighted(0.15);
	let fault = || {
		prop_oneof![
			10 => Just(Fault::Nothing), 2 => Just(Fault::Old), 1 => Just(Fault::Forged), 1 => Just(Fault::OtherNode),
			1 => Just(Fault::OtherTab)
		]
	};
	prop_oneof![
		22 => (some(), some(), flag(), some()).prop_map(|(who, listing, wusd, limit)| Open { who, listing, wusd, limit }),
		6 => (which(), rarely(), some()).prop_map(|(which, stranger, amount)| TopUp { which, stranger, amount }),
		34 => (which(), some(), some(), fault()).prop_map(|(which, by, step, fault)| Settle { which, by, step, fault }),
		8 => (which(), which(), some(), some(), fault())
			.prop_map(|(first, second, by, step, fault)| SettleAll { first, second, by, step, fault }),
		8 => (which(), rarely()).prop_map(|(which, stranger)| Close { which, stranger }),
		6 => which().prop_map(|which| Claim { which }),
		3 => (some(), 0u32..3).prop_map(|(listing, queries)| SetQuota { listing, queries }),
		1 => some().prop_map(|listing| End { listing }),
		2 => (some(), 0usize..3).prop_map(|(listing, count)| SetWorkers { listing, count }),
		4 => (some(), flag(), flag()).prop_map(|(who, wusd, all)| Spend { who, wusd, all }),
		5 => (some(), flag(), 10u32..4_000).prop_map(|(who, wusd, amount)| Earn { who, wusd, amount }),
		2 => (0u32..40).prop_map(|percent| SetFee { percent }),
		3 => prop::bool::weighted(0.4).prop_map(|frozen| Freeze { frozen }),
		22 => (1u32..8).prop_map(|blocks| Advance { blocks }),
	]
}

fn apply(ledger: &mut Ledger, seen: &mut Seen, step: Step) {
	System::reset_events();
	match step {
		Step::Advance { blocks } => {
			for _ in 0..blocks {
				advance_to(now() + 1);
				ledger.next_block();
				compare(ledger);
				note(seen);
			}
		}
		Step::Spend { .. }
		| Step::Earn { .. }
		| Step::SetFee { .. }
		| Step::Freeze { .. }
		| Step::SetWorkers { .. }
		| Step::End { .. } => elsewhere(ledger, step),
		other => call(ledger, other),
	}
}

/// What happens outside the pallet.
fn elsewhere(ledger: &mut Ledger, step: Step) {
	let payer = |who: usize| PAYERS[who % PAYERS.len()].clone();
	match step {
		Step::SetFee { percent } => {
			Fee::set(Permill::from_percent(percent));
			ledger.fee_percent = percent.into();
		}
		Step::SetWorkers { listing, count } => {
			set_workers((listing % 3) as ListingId, &WORKERS[..count]);
			ledger.listings[listing % 3].workers = WORKERS[..count].to_vec();
		}
		Step::End { listing } => {
			// The first one goes on.
			let listing = 1 + listing % 2;
			if !ledger.listings[listing].ended {
				set_state(listing as ListingId, ListingState::Retired);
				ledger.end(listing);
			}
		}
		Step::Freeze { frozen } => {
			if frozen != ledger.money.frozen {
				freeze(frozen);
				ledger.money.frozen = frozen;
			}
		}
		Step::Spend { who, wusd, all } => {
			let (who, asset) = (payer(who), asset_of(wusd));
			let spendable = ledger.money.free(&asset, &who).saturating_sub(MINIMUM);
			let amount = if all { spendable } else { spendable / 2 };
			if amount >= MINIMUM {
				let expected = ledger.money.transfer(&asset, &who, &SHOP, amount);
				expect("spend", expected, transfer(&asset, who, SHOP, amount));
			}
		}
		Step::Earn { who, wusd, amount } => {
			let (who, asset, amount) = (payer(who), asset_of(wusd), amount.into());
			let expected = ledger.money.transfer(&asset, &CURATOR, &who, amount);
			expect("earn", expected, transfer(&asset, CURATOR, who, amount));
		}
		other => unreachable!("{other:?} is a call"),
	}
}

/// A voucher for what a node has earned and some more, right or with a fault, and whether it is one that may be settled.
fn made(ledger: &Ledger, tab: TabId, by: &AccountId, step: usize, fault: Fault) -> (SignedVoucher, bool) {
	let earned = ledger.tabs.get(&tab).and_then(|tab| tab.earners.iter().find(|one| one.node == *by));
	let (counter, earned) = earned.map_or((0, 0), |one| (one.counter, one.earned));
	let more = if fault == Fault::Old { 0 } else { STEPS[step % STEPS.len()] };
	let right = Voucher { tab, node: by.clone().into(), counter: counter + 1, amount: earned + more };
	let mut signed = signed_by(KEY, right);
	match fault {
		Fault::Nothing | Fault::Old => {}
		Fault::Forged => signed.signature[0] ^= 1,
		Fault::OtherNode => signed = signed_by(KEY, Voucher { node: [7; 32], ..right }),
		Fault::OtherTab => {
			signed = signed_by(KEY, Voucher { tab: tab + 1, ..right });
			signed.voucher.tab = tab;
		}
	}
	(signed, fault == Fault::Nothing)
}

/// The calls.
fn call(ledger: &mut Ledger, step: Step) {
	match step {
		Step::Open { who, listing, wusd, limit } => {
			let (who, listing) = (PAYERS[who % PAYERS.len()].clone(), listing % 3);
			let (asset, limit) = (asset_of(wusd), LIMITS[limit % LIMITS.len()]);
			let deposit = Market::tab_deposit(&who, listing as ListingId);
			let expected = ledger.open(&who, listing, &asset, limit, deposit);
			let call = crate::Call::<Test>::open_tab {
				listing: listing as ListingId,
				plan: if wusd { 0 } else { 3 },
				key: Some(public(KEY)),
				limit,
				max_price: price(asset, PRICE),
			};
			expect("open", expected, dispatch(who, call));
		}
		Step::TopUp { which, stranger, amount } => {
			let Some(tab) = chosen(ledger, which, |stage| stage == Stage::Open) else { return };
			let who = if stranger { STRANGER } else { ledger.tabs[&tab].payer.clone() };
			let amount = LIMITS[amount % LIMITS.len()];
			expect("top up", ledger.top_up(tab, stranger, amount), top_up(who, tab, amount));
		}
		Step::Settle { which, by, step, fault } => {
			let Some(tab) = chosen(ledger, which, |stage| stage != Stage::Over) else { return };
			let by = SERVING[by % SERVING.len()].clone();
			let (signed, right) = made(ledger, tab, &by, step, fault);
			let expected = right && ledger.settle(tab, &by, signed.voucher.counter, signed.voucher.amount);
			expect("settle", expected, settle(&by, signed));
		}
		Step::SettleAll { first, second, by, step, fault } => {
			let by = SERVING[by % SERVING.len()].clone();
			let tabs = [first, second].map(|which| chosen(ledger, which, |_| true));
			let [Some(first), Some(second)] = tabs else { return };
			let (good, _) = made(ledger, first, &by, step, Fault::Nothing);
			let (other, right) = made(ledger, second, &by, step + 1, fault);
			ledger.settle(first, &by, good.voucher.counter, good.voucher.amount);
			if right {
				ledger.settle(second, &by, other.voucher.counter, other.voucher.amount);
			}
			expect("settle all", true, settle_all(&by, vec![good, other]));
		}
		Step::Close { which, stranger } => {
			let Some(tab) = chosen(ledger, which, |stage| stage == Stage::Open) else { return };
			let who = if stranger { STRANGER } else { ledger.tabs[&tab].payer.clone() };
			expect("close", ledger.close(tab, stranger), close(who, tab));
		}
		Step::Claim { which } => {
			let Some(tab) = chosen(ledger, which, |stage| stage == Stage::Over) else { return };
			expect("claim", ledger.claim(tab), claim(STRANGER, tab));
		}
		Step::SetQuota { listing, queries } => {
			let listing = listing % 3;
			let deposit = Market::quota_deposit(listing as ListingId);
			let expected = ledger.set_quota(listing, queries, deposit);
			expect("set quota", expected, set_free_quota(CURATOR, listing as ListingId, queries));
		}
		other => unreachable!("{other:?} is no call"),
	}
}

/// One of the tabs that there are: mostly one for which the step may work.
fn chosen(ledger: &Ledger, which: usize, suits: impl Fn(Stage) -> bool) -> Option<TabId> {
	let tabs = || ledger.tabs.iter();
	let mut suitable: Vec<_> = tabs().filter(|(_, tab)| suits(tab.stage)).map(|(id, _)| *id).collect();
	if which.is_multiple_of(4) || suitable.is_empty() {
		suitable = tabs().map(|(id, _)| *id).collect();
	}
	suitable.get(which / 4 % suitable.len().max(1)).copied()
}

/// Everything that the chain and the ledger both know is the same.
fn compare(ledger: &Ledger) {
	for asset in [SOUK, WUSD] {
		let mut total = 0;
		for account in &EVERYBODY {
			assert_eq!(
				free(&asset, account),
				ledger.money.free(&asset, account),
				"{account}'s free {asset:?}"
			);
			assert_eq!(held(&asset, account), ledger.held(&asset, account), "{account}'s held {asset:?}");
			total += free(&asset, account) + held(&asset, account);
			if asset == SOUK {
				assert_eq!(deposit(account), ledger.deposits_of(account), "{account}'s deposits");
				total += deposit(account);
			}
		}
		// The others have what they began with.
		let others = endowed().into_iter().filter(|one| !EVERYBODY.contains(one));
		total += others.map(|one| free(&asset, &one)).sum::<Balance>();
		assert_eq!(Money::total_issuance(asset.clone()), total, "{asset:?} was created or lost");
	}
	assert_eq!(Tabs::<Test>::iter().count(), ledger.tabs.len());
	for (id, tab) in &ledger.tabs {
		let view = view(*id);
		let stage = match view.phase {
			Phase::Open { .. } => Stage::Open,
			Phase::Closing { until } => Stage::Closing { until },
			Phase::Over => Stage::Over,
		};
		assert_eq!((stage, view.held, view.due), (tab.stage, tab.held, tab.due), "{id}");
		let earners: Vec<_> = view.earners.iter().map(|one| (&one.node, one.earned, one.owed)).collect();
		let expected: Vec<_> = tab.earners.iter().map(|one| (&one.node, one.earned, one.owed)).collect();
		assert_eq!(earners, expected, "{id}");
	}
}

/// Notes what happened since the last block or call, by the names of events.
fn note(seen: &mut Seen) {
	for event in events() {
		let what = match event {
			Event::Closing { reason, .. } => format!("Closing {reason:?}"),
			other => name_of(&other),
		};
		seen.note(what);
	}
	System::reset_events();
}

#[test]
fn no_sequence_of_calls_moves_money_otherwise_than_the_ledger() {
	// The sequences went everywhere that they can go.
	let everything = [
		"Opened",
		"ToppedUp",
		"VoucherSettled",
		"VoucherRefused",
		"Closing ByPayer",
		"Closing Expired",
		"Closing ListingEnded",
		"PaidOut",
		"Refunded",
		"SettlementDelayed",
		"Ended",
		"FreeQuotaSet",
	];
	run(256, proptest::collection::vec(step(), 90), &everything, |steps, seen| {
		TestExt.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			let mut ledger = Ledger::new(1);
			for _ in 0..3 {
				list();
			}
			compare(&ledger);
			for step in steps {
				apply(&mut ledger, seen, step);
				check_state();
				compare(&ledger);
				note(seen);
			}
		});
	});
}
