//! Random sequences of all calls, with blocks in between, against a plain ledger. After each block and each call every balance,
//! hold, deposit and ask is what the ledger says, and nothing was created or lost. The bundles are real ones.

mod model;

use super::*;
use frame_support::traits::fungibles::Inspect as _;
use model::{Ledger, State};
use proptest::prelude::*;
use souk_mock_support::ledger::{asset_of, expect, name_of, run, Seen};
use souk_primitives::Period;
use souk_table_proofs::Query;
use sp_runtime::Permill;

/// Who asks.
const ASKERS: [AccountId; 3] = [ASKER, OTHER, POOR];
/// Who may be assigned: the last one has no money, nor an account in wUSD.
const KEEPERS: [AccountId; 3] = [NODES[0], NODES[1], STRANGER];
/// Where money goes that an asker spends elsewhere.
const SHOP: AccountId = 88;
/// Everybody whose money is compared.
const EVERYBODY: [AccountId; 10] =
	[CURATOR, ASKER, OTHER, POOR, WORKER, NODES[0], NODES[1], STRANGER, TREASURY, SHOP];
/// Bounties; some leave shares that nobody can be paid.
const BOUNTIES: [Balance; 5] = [1, 9, 83, 1_009, 200_000];
/// Least sizes of groups.
const SIZES: [u32; 2] = [0, 5];
const PERIODS: [Period; 2] = [PERIOD, LATER];

fn queries() -> [Query; 2] {
	[total(), by_city()]
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
	Nothing,
	Damaged,
	OtherQuery,
	OtherSize,
	OtherPeriod,
	OtherListing,
}

/// One step. Numbers are indices, taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
	Ask {
		who: usize,
		listing: usize,
		old: bool,
		query: usize,
		wusd: bool,
		bounty: usize,
		wait: u32,
		seen: bool,
	},
	Answer {
		which: usize,
		by: usize,
		fault: Fault,
	},
	Check {
		listing: usize,
		old: bool,
		fault: Fault,
	},
	Withdraw {
		which: usize,
		stranger: bool,
	},
	Claim {
		which: usize,
	},
	Forget {
		which: usize,
		stranger: bool,
	},
	SetPolicy {
		listing: usize,
		size: usize,
	},
	SetState {
		listing: usize,
		state: usize,
	},
	Serve {
		listing: usize,
		nodes: usize,
	},
	Prune {
		listing: usize,
		old: bool,
	},
	AddTable {
		listing: usize,
		old: bool,
	},
	Pause {
		paused: bool,
	},
	Spend {
		who: usize,
		wusd: bool,
		all: bool,
	},
	Earn {
		who: usize,
		wusd: bool,
		amount: u32,
	},
	SetFee {
		percent: u32,
	},
	Freeze {
		frozen: bool,
	},
	Advance {
		blocks: u32,
	},
}

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let some = || 0usize..8;
	let which = || 0usize..60;
	let flag = any::<bool>;
	let mostly = || prop::bool::weighted(0.9);
	let rarely = || prop::bool::weighted(0.15);
	let fault = || {
		prop_oneof![
			8 => Just(Fault::Nothing), 1 => Just(Fault::Damaged), 1 => Just(Fault::OtherQuery), 1 => Just(Fault::OtherSize),
			1 => Just(Fault::OtherPeriod), 1 => Just(Fault::OtherListing)
		]
	};
	prop_oneof![
		26 => (some(), some(), rarely(), some(), flag(), some(), 1u32..20, mostly()).prop_map(
			|(who, listing, old, query, wusd, bounty, wait, seen)| Ask { who, listing, old, query, wusd, bounty, wait, seen }
		),
		24 => (which(), some(), fault()).prop_map(|(which, by, fault)| Answer { which, by, fault }),
		2 => (some(), flag(), fault()).prop_map(|(listing, old, fault)| Check { listing, old, fault }),
		8 => (which(), rarely()).prop_map(|(which, stranger)| Withdraw { which, stranger }),
		6 => which().prop_map(|which| Claim { which }),
		8 => (which(), rarely()).prop_map(|(which, stranger)| Forget { which, stranger }),
		3 => (some(), some()).prop_map(|(listing, size)| SetPolicy { listing, size }),
		2 => (some(), some()).prop_map(|(listing, state)| SetState { listing, state }),
		4 => (some(), 0usize..8).prop_map(|(listing, nodes)| Serve { listing, nodes }),
		2 => (some(), flag()).prop_map(|(listing, old)| Prune { listing, old }),
		3 => (some(), flag()).prop_map(|(listing, old)| AddTable { listing, old }),
		3 => prop::bool::weighted(0.4).prop_map(|paused| Pause { paused }),
		4 => (some(), flag(), flag()).prop_map(|(who, wusd, all)| Spend { who, wusd, all }),
		5 => (some(), flag(), 10u32..4_000).prop_map(|(who, wusd, amount)| Earn { who, wusd, amount }),
		2 => (0u32..40).prop_map(|percent| SetFee { percent }),
		3 => prop::bool::weighted(0.4).prop_map(|frozen| Freeze { frozen }),
		26 => (1u32..8).prop_map(|blocks| Advance { blocks }),
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
		| Step::Pause { .. } => {
			elsewhere(ledger, step);
		}
		Step::SetPolicy { .. }
		| Step::SetState { .. }
		| Step::Serve { .. }
		| Step::Prune { .. }
		| Step::AddTable { .. } => curate(ledger, step),
		other => call(ledger, other),
	}
}

/// What curators do.
fn curate(ledger: &mut Ledger, step: Step) {
	let of = |listing: usize| listing % 2;
	match step {
		Step::SetPolicy { listing, size } => {
			let size = SIZES[size % SIZES.len()];
			set_policy(of(listing) as ListingId, false, size);
			ledger.listings[of(listing)].size = size;
		}
		Step::SetState { listing, state } => {
			// The second one may end.
			let last = if of(listing) == 1 { ListingState::Retired } else { ListingState::Active };
			let state = [ListingState::Active, ListingState::Active, ListingState::Paused, last][state % 4];
			if ledger.listings[of(listing)].state != ListingState::Retired {
				set_state(of(listing) as ListingId, state);
				ledger.listings[of(listing)].state = state;
			}
		}
		Step::Serve { listing, nodes } => {
			let chosen = |at: &usize| nodes & (1 << at) != 0;
			let nodes: Vec<_> = (0..3).filter(chosen).map(|at| KEEPERS[at]).collect();
			serve(of(listing) as ListingId, &nodes);
			ledger.listings[of(listing)].nodes = nodes;
		}
		Step::Prune { listing, old } => {
			let period = PERIODS[usize::from(!old)];
			prune_snapshot(of(listing) as ListingId, period);
			ledger.listings[of(listing)].periods.remove(&period);
		}
		Step::AddTable { listing, old } => {
			let period = PERIODS[usize::from(!old)];
			add_table(of(listing) as ListingId, period);
			ledger.listings[of(listing)].periods.insert(period);
		}
		other => unreachable!("{other:?} is nothing that curators do"),
	}
}

/// What happens outside the market.
fn elsewhere(ledger: &mut Ledger, step: Step) {
	let asker = |who: usize| ASKERS[who % ASKERS.len()];
	match step {
		Step::SetFee { percent } => {
			Fee::set(Permill::from_percent(percent));
			ledger.fee_percent = percent.into();
		}
		Step::Pause { paused } => {
			pause(paused);
			ledger.paused = paused;
		}
		Step::Freeze { frozen } => {
			if frozen != ledger.money.frozen {
				freeze(frozen);
				ledger.money.frozen = frozen;
			}
		}
		Step::Spend { who, wusd, all } => {
			let (who, asset) = (asker(who), asset_of(wusd));
			let spendable = ledger.money.free(&asset, who).saturating_sub(MINIMUM);
			let amount = if all { spendable } else { spendable / 2 };
			if amount >= MINIMUM {
				let expected = ledger.money.transfer(&asset, who, SHOP, amount);
				expect("spend", expected, transfer(&asset, who, SHOP, amount));
			}
		}
		Step::Earn { who, wusd, amount } => {
			let (who, asset, amount) = (asker(who), asset_of(wusd), amount.into());
			let expected = ledger.money.transfer(&asset, CURATOR, who, amount);
			expect("earn", expected, transfer(&asset, CURATOR, who, amount));
		}
		other => unreachable!("{other:?} happens in the market"),
	}
}

/// A bundle about a table, right or with a fault.
fn made(listing: ListingId, period: Period, query: usize, size: u32, fault: Fault) -> Vec<u8> {
	let queries = queries();
	let right = |listing, period, query: usize, size| bundle(listing, period, &queries[query % 2], size);
	match fault {
		Fault::Nothing => right(listing, period, query, size),
		Fault::Damaged => damaged(right(listing, period, query, size)),
		Fault::OtherQuery => right(listing, period, query + 1, size),
		Fault::OtherSize => right(listing, period, query, SIZES[usize::from(size == SIZES[0])]),
		Fault::OtherPeriod => right(listing, PERIODS[usize::from(period == PERIODS[0])], query, size),
		Fault::OtherListing => right(1 - listing, period, query, size),
	}
}

/// The calls.
fn call(ledger: &mut Ledger, step: Step) {
	match step {
		Step::Ask { who, listing, old, query, wusd, bounty, wait, seen } => {
			let (who, listing, query) = (ASKERS[who % ASKERS.len()], listing % 2, query % 2);
			let (asset, amount) = (asset_of(wusd), BOUNTIES[bounty % BOUNTIES.len()]);
			let size = ledger.listings[listing].size;
			let min_group_size = if seen { size } else { size + 1 };
			let period = old.then_some(PERIOD);
			let deposit = Market::ask_deposit(&who, listing as ListingId);
			let expected = seen && ledger.ask(who, listing, period, query, &asset, amount, wait, deposit);
			let asking = Asking {
				listing: listing as ListingId,
				period,
				query: queries()[query].clone(),
				min_group_size,
				bounty: Price { asset, amount },
				wait,
			};
			expect("ask", expected, ask_as(who, asking));
		}
		Step::Check { listing, old, fault } => {
			let (listing, period) = (listing % 2, PERIODS[usize::from(!old)]);
			let size = ledger.listings[listing].size;
			let there = ledger.listings[listing].periods.contains(&period);
			let right = matches!(fault, Fault::Nothing | Fault::OtherQuery);
			let bundle = made(listing as ListingId, period, 0, size, fault);
			let checked = dispatch(WORKER, check_call(listing as ListingId, period, bundle));
			expect("check", there && right && !ledger.paused, checked);
		}
		Step::Answer { which, by, fault } => {
			let Some(ask) = chosen(ledger, which, |state| state == State::Open) else { return };
			let asked = ledger.asks[&ask].clone();
			// Mostly somebody who may.
			let nodes = &ledger.listings[asked.listing].nodes;
			let by = if by % 8 == 7 {
				WORKER
			} else {
				nodes.get(by % nodes.len().max(1)).copied().unwrap_or(KEEPERS[by % 3])
			};
			let bundle = made(asked.listing as ListingId, asked.period, asked.query, asked.size, fault);
			let expected = ledger.answer(ask, by, fault == Fault::Nothing);
			expect("answer", expected, answer(by, ask, bundle));
		}
		Step::Withdraw { which, stranger } => {
			let Some(ask) = chosen(ledger, which, |state| state == State::Open) else { return };
			let who = if stranger { STRANGER } else { ledger.asks[&ask].asker };
			expect("withdraw", ledger.withdraw(ask, stranger), withdraw(who, ask));
		}
		Step::Claim { which } => {
			let waits = |state| matches!(state, State::Paying | State::Returning);
			let Some(ask) = chosen(ledger, which, waits) else { return };
			expect("claim", ledger.claim(ask), claim_timeout(STRANGER, ask));
		}
		Step::Forget { which, stranger } => {
			let Some(ask) = chosen(ledger, which, |state| matches!(state, State::Ended { .. })) else {
				return;
			};
			let who = if stranger { STRANGER } else { ledger.asks[&ask].asker };
			expect("forget", ledger.forget(ask, stranger), forget(who, ask));
		}
		other => unreachable!("{other:?} is no call"),
	}
}

/// One of the asks that there are: every other time one for which the step may work, else any.
fn chosen(ledger: &Ledger, which: usize, suits: impl Fn(State) -> bool) -> Option<AskId> {
	let asks = || ledger.asks.iter();
	let mut suitable: Vec<_> = asks().filter(|(_, ask)| suits(ask.state)).map(|(id, _)| *id).collect();
	if which.is_multiple_of(4) || suitable.is_empty() {
		suitable = asks().map(|(id, _)| *id).collect();
	}
	suitable.get(which / 4 % suitable.len().max(1)).copied()
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
			total += free(&asset, account) + held(&asset, account);
			if asset == SOUK {
				assert_eq!(deposit(account), ledger.deposits_of(account), "{account}'s deposits");
				total += deposit(account);
			}
		}
		assert_eq!(Money::total_issuance(asset.clone()), total, "{asset:?} was created or lost");
	}
	assert_eq!(Asks::<Test>::iter().count(), ledger.asks.len());
	for (id, ask) in &ledger.asks {
		let view = view(*id);
		assert_eq!(view.state, ask.state.shown(), "{id}");
		assert_eq!((view.held, view.due), (ask.held, ask.due), "{id}");
		assert_eq!(view.ended_at.is_some(), matches!(ask.state, State::Ended { .. }), "{id}");
		assert_eq!(view.verdict.map(|verdict| verdict.by), ask.by, "{id}");
	}
}

/// Notes what happened since the last block or call, by the names of events; with the state, where an ask ended.
fn note(seen: &mut Seen) {
	for event in events() {
		let what = match event {
			Event::Ended { state, .. } => format!("Ended {state:?}"),
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
		"Asked",
		"Answered",
		"Checked",
		"Withdrawn",
		"TimedOut",
		"PaidOut",
		"Refunded",
		"SettlementDelayed",
		"Ended Answered",
		"Ended Refunded",
		"Forgotten",
	];
	run(128, proptest::collection::vec(step(), 90), &everything, |steps, seen| {
		TestExt.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			let mut ledger = Ledger::new(1);
			for listing in [list(), list()] {
				add_table(listing, LATER);
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
