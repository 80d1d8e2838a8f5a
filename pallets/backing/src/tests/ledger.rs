//! Random sequences of all calls, payments, offences and blocks in between, against a plain ledger: what each backer would have if
//! amounts could be divided for ever. The chain gives nobody more than that, or less, than what rounding explains; what it pays and
//! holds in all is exact, and in the end nothing is left.

use super::*;
use frame_support::traits::fungibles::Inspect as _;
use proptest::prelude::*;
use souk_mock_support::ledger::{asset_of, name_of, run, Seen};
use std::collections::BTreeMap;

/// Who backs.
const PEOPLE: [AccountId; 4] = [BACKERS[0], BACKERS[1], BACKERS[2], OTHER];
/// What is put behind the bond.
const AMOUNTS: [Balance; 5] = [50, 100, 7_001, 20_000, 90_003];
/// What the curator is paid.
const PAYMENTS: [Balance; 4] = [7, 1_000, 33_333, 250_001];
/// What rounding may take of an amount in one sequence, in units.
const ROUNDING: f64 = 120.0;

#[derive(Clone, Debug)]
enum Step {
	Open { share: u32, most: usize },
	Close,
	Back { who: usize, amount: usize },
	Unback { who: usize, percent: u32 },
	Withdraw { who: usize },
	Claim { who: usize, wusd: bool },
	Pay { wusd: bool, amount: usize },
	Offend { percent: u32 },
	Settle,
	Bond { amount: usize },
	Cover { percent: u32 },
	End { really: bool },
	Advance { blocks: u32 },
}

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let some = || 0usize..8;
	prop_oneof![
		8 => (1u32..=90, some()).prop_map(|(share, most)| Open { share, most }),
		1 => Just(Close),
		24 => (some(), some()).prop_map(|(who, amount)| Back { who, amount }),
		12 => (some(), 1u32..=140).prop_map(|(who, percent)| Unback { who, percent }),
		12 => some().prop_map(|who| Withdraw { who }),
		8 => (some(), any::<bool>()).prop_map(|(who, wusd)| Claim { who, wusd }),
		14 => (any::<bool>(), some()).prop_map(|(wusd, amount)| Pay { wusd, amount }),
		7 => prop_oneof![9 => 1u32..30, 1 => Just(100u32)].prop_map(|percent| Offend { percent }),
		3 => Just(Settle),
		4 => some().prop_map(|amount| Bond { amount }),
		2 => (0u32..90).prop_map(|percent| Cover { percent }),
		1 => prop::bool::weighted(0.2).prop_map(|really| End { really }),
		10 => (1u32..12).prop_map(|blocks| Advance { blocks }),
	]
}

/// What somebody would have.
#[derive(Clone, Debug, Default)]
struct Person {
	active: f64,
	leaving: Vec<(f64, u32)>,
	due: [f64; 2],
}

impl Person {
	fn leaving(&self) -> f64 {
		self.leaving.iter().map(|(amount, _)| amount).sum()
	}
}

#[derive(Default)]
struct Ledger {
	people: BTreeMap<AccountId, Person>,
	/// All income that was ever shared, in units: what is due of it by rounding stays when the rest is claimed.
	shared: f64,
}

/// What the pallet says that it moved in the call.
fn moved(listing_event: impl Fn(&Event<Test>) -> Option<Balance>) -> Balance {
	events().iter().find_map(listing_event).expect("it says what it did")
}

fn record() -> Option<BackingView<AccountId>> {
	Backing::backing(LISTING)
}

fn apply(ledger: &mut Ledger, ended: &mut bool, step: Step) {
	System::reset_events();
	let before = record();
	let open_now = before.as_ref().is_some_and(|view| view.closes.is_none());
	let closed = before.as_ref().and_then(|view| view.closes).is_some_and(|closes| closes <= now());
	match step {
		Step::Open { share, most } => {
			let expected = !*ended && (before.is_none() || open_now);
			let most = [0, 20_000, 60_000, Balance::MAX][most % 4];
			assert_eq!(open(CURATOR, LISTING, percent(share), most).is_ok(), expected);
		}
		Step::Close => assert_eq!(close(CURATOR, LISTING).is_ok(), open_now),
		Step::Back { who, amount } => {
			let (who, amount) = (PEOPLE[who % PEOPLE.len()], AMOUNTS[amount % AMOUNTS.len()]);
			let wiped = Backings::<Test>::get(LISTING)
				.is_some_and(|record| record.active.is_wiped_out() || record.leaving.is_wiped_out());
			let room = before.as_ref().map_or(0, |view| view.room);
			let expected = open_now && !wiped && amount >= LEAST && amount <= room;
			assert_eq!(back(who, amount).is_ok(), expected, "{amount} into {room}");
			if expected {
				ledger.people.entry(who).or_default().active += amount as f64;
			}
		}
		Step::Unback { who, percent } => {
			let who = PEOPLE[who % PEOPLE.len()];
			let worth = active(who);
			let amount = worth * Balance::from(percent.min(120)) / 100;
			// Most of them leave altogether.
			let amount = if (70..=100).contains(&percent) { worth } else { amount };
			let rest = worth.checked_sub(amount);
			let expected = open_now && amount > 0 && rest.is_some_and(|rest| rest == 0 || rest >= LEAST);
			let room = Backers::<Test>::get(who, LISTING).is_some_and(|own| {
				let at = now() + UNBONDING;
				own.leaving.len() < MAX_LEAVING as usize || own.leaving.iter().any(|chunk| chunk.at == at)
			});
			assert_eq!(unback(who, amount).is_ok(), expected && room, "{amount} of {worth}");
			if expected && room {
				let person = ledger.people.get_mut(&who).expect("somebody");
				let fair = if rest == Some(0) { person.active } else { amount as f64 };
				person.active -= fair;
				person.leaving.push((fair, now() + UNBONDING));
			}
		}
		Step::Withdraw { who } => {
			let who = PEOPLE[who % PEOPLE.len()];
			let own = Backers::<Test>::get(who, LISTING);
			let (had, worth) = (free(&SOUK, who) + held(&SOUK, HoldReason::Deposit, who), active(who));
			let wiped = Backings::<Test>::get(LISTING).is_some_and(|record| record.leaving.is_wiped_out());
			let expected = own.is_some_and(|own| {
				own.leaving.iter().any(|chunk| closed || wiped || chunk.at <= now())
					|| (own.points > 0 && (closed || worth == 0))
			});
			assert_eq!(withdraw(who).is_ok(), expected);
			if !expected {
				return;
			}
			let person = ledger.people.get_mut(&who).expect("somebody");
			let free_now = |at: u32| closed || wiped || at <= now();
			let mut fair: f64 =
				person.leaving.iter().filter(|(_, at)| free_now(*at)).map(|(amount, _)| amount).sum();
			person.leaving.retain(|(_, at)| !free_now(*at));
			if closed || worth == 0 {
				fair += core::mem::take(&mut person.active);
			}
			let amount = moved(|event| match event {
				Event::Withdrawn { amount, .. } => Some(*amount),
				_ => None,
			});
			assert!((fair - amount as f64).abs() <= ROUNDING, "{amount} instead of {fair}");
			assert_eq!(free(&SOUK, who) + held(&SOUK, HoldReason::Deposit, who), had + amount);
		}
		Step::Claim { who, wusd } => {
			let (who, asset) = (PEOPLE[who % PEOPLE.len()], asset_of(wusd));
			let (amount, had) = (due(who, &asset), free(&asset, who));
			let deposit = held(&SOUK, HoldReason::Deposit, who);
			assert_eq!(claim(who, asset.clone()).is_ok(), amount > 0);
			if amount > 0 {
				let back = if wusd { 0 } else { deposit - held(&SOUK, HoldReason::Deposit, who) };
				assert_eq!(free(&asset, who), had + amount + back);
				ledger.people.get_mut(&who).expect("somebody").due[usize::from(wusd)] -= amount as f64;
			}
		}
		Step::Pay { wusd, amount } => {
			let amount = PAYMENTS[amount % PAYMENTS.len()];
			let shared = before.filter(|view| view.active > 0).map_or(0, |view| view.share.mul_floor(amount));
			let of_all = ledger.people.values().map(|person| person.active).sum::<f64>();
			let was = held(&asset_of(wusd), HoldReason::Income, CURATOR);
			pay(asset_of(wusd), amount);
			assert_eq!(held(&asset_of(wusd), HoldReason::Income, CURATOR), was + shared);
			ledger.shared += shared as f64;
			for person in ledger.people.values_mut().filter(|_| of_all > 0.0) {
				person.due[usize::from(wusd)] += shared as f64 * person.active / of_all;
			}
		}
		Step::Offend { percent: part } => {
			let own_before = own();
			let (total, answers) = before.map_or((0, 0), |view| (view.active + view.leaving, view.answers));
			let taken = offend(percent(part));
			let of_own = own_before - own();
			let of_backing = taken - of_own;
			assert_eq!(of_backing, (answers * of_own).checked_div(own_before).unwrap_or(0));
			let left = record().map_or(0, |view| view.active + view.leaving);
			assert_eq!(left, total - of_backing);
			let keeps = if total == 0 { 1.0 } else { left as f64 / total as f64 };
			for person in ledger.people.values_mut() {
				person.active *= keeps;
				person.leaving.iter_mut().for_each(|(amount, _)| *amount *= keeps);
			}
		}
		Step::Settle => settle_fines(),
		Step::Bond { amount } => {
			let amount = AMOUNTS[amount % AMOUNTS.len()] + LEAST;
			let bonded = dispatch(CURATOR, pallet_curation::Call::<Test>::bond { listing: LISTING, amount });
			assert_eq!(bonded.is_ok(), !*ended);
		}
		Step::Cover { percent: part } => {
			Curation::cover(LISTING, percent(part).mul_floor(own()));
		}
		Step::End { really } => {
			if really && !*ended {
				end(LISTING);
				*ended = true;
			}
		}
		Step::Advance { blocks } => {
			System::run_to_block::<AllPalletsWithSystem>(now() + blocks);
		}
	}
}

/// The chain and the ledger say the same, but for rounding.
fn compare(ledger: &Ledger, issued: [Balance; 2]) {
	let everybody = || PEOPLE.into_iter().chain([CURATOR, PAYER, TREASURY, NEWCOMER]);
	for (wusd, issued) in [false, true].into_iter().zip(issued) {
		let asset = asset_of(wusd);
		let all: Balance = everybody().map(|who| Money::total_balance(asset.clone(), &who)).sum();
		assert_eq!((all, Money::total_issuance(asset.clone())), (issued, issued), "{asset:?}");
	}
	let close_to = |what: &str, fair: f64, is: Balance, rounding: f64| {
		assert!((fair - is as f64).abs() <= rounding, "{what}: {is} instead of {fair}");
	};
	for who in PEOPLE {
		let person = ledger.people.get(&who).cloned().unwrap_or_default();
		let (active, leaving) = backed(who)
			.map_or((0, 0), |view| (view.active, view.leaving.iter().map(|(amount, _)| amount).sum()));
		close_to("active", person.active, active, ROUNDING);
		close_to("leaving", person.leaving(), leaving, ROUNDING);
		for (wusd, fair) in [false, true].into_iter().zip(person.due) {
			close_to("income", fair, due(who, &asset_of(wusd)), ROUNDING + ledger.shared / 50.0);
		}
	}
}

fn note(seen: &mut Seen) {
	for event in events() {
		seen.note(name_of(&event));
	}
	System::reset_events();
}

/// Everybody leaves, and nothing is left.
fn wind_up(seen: &mut Seen) {
	settle_fines();
	let _ = close(CURATOR, LISTING);
	System::run_to_block::<AllPalletsWithSystem>(now() + UNBONDING);
	for who in PEOPLE {
		let _ = withdraw(who);
		for wusd in [false, true] {
			let _ = claim(who, asset_of(wusd));
		}
	}
	note(seen);
	check();
	assert_nothing_is_left();
}

#[test]
fn no_sequence_of_calls_moves_money_otherwise_than_the_ledger() {
	let everything = [
		"Opened",
		"Closing",
		"Closed",
		"Backed",
		"Unbacked",
		"Withdrawn",
		"IncomeShared",
		"IncomeClaimed",
		"Forfeited",
	];
	run(200, proptest::collection::vec(step(), 90), &everything, |steps, seen| {
		TestExt.build().execute_with(|| {
			assert_ok!(Curation::bond(RuntimeOrigin::signed(CURATOR), LISTING, 100_000));
			assert_ok!(open(CURATOR, LISTING, percent(20), Balance::MAX));
			let (mut ledger, mut ended) = (Ledger::default(), false);
			let issued = [SOUK, WUSD].map(Money::total_issuance);
			for step in steps {
				apply(&mut ledger, &mut ended, step);
				check();
				compare(&ledger, issued);
				note(seen);
			}
			wind_up(seen);
			assert_eq!([SOUK, WUSD].map(Money::total_issuance), issued);
		});
	});
}
