//! Random sequences of calls, compared with a plain ledger.

use crate::{MINIMUM, SOUK, WUSD};
use core::{borrow::Borrow, fmt::Debug};
use proptest::{
	strategy::Strategy,
	test_runner::{Config, TestRunner},
};
use souk_primitives::{Asset, Balance};
use sp_runtime::DispatchResult;
use std::{cell::RefCell, collections::BTreeMap};

/// wUSD or SOUK.
pub fn asset_of(wusd: bool) -> Asset {
	if wusd {
		WUSD
	} else {
		SOUK
	}
}

/// What everybody can spend of SOUK and of wUSD, as a plain ledger has it.
#[derive(Clone)]
pub struct Books<AccountId> {
	/// Whether wUSD is.
	pub frozen: bool,
	/// By whether it is wUSD, and account.
	owned: BTreeMap<(bool, AccountId), Balance>,
}

impl<AccountId: Ord + Clone> Books<AccountId> {
	/// The rich have `each` in both assets, somebody poor has SOUK.
	pub fn new(rich: impl IntoIterator<Item = AccountId>, each: Balance, poor: (AccountId, Balance)) -> Self {
		let both = |account: AccountId| [((false, account.clone()), each), ((true, account), each)];
		let owned = rich.into_iter().flat_map(both).chain([((false, poor.0), poor.1)]).collect();
		Self { frozen: false, owned }
	}

	/// What an account can spend.
	pub fn free(&self, asset: &Asset, account: impl Borrow<AccountId>) -> Balance {
		let account: &AccountId = account.borrow();
		self.owned.get(&(*asset == WUSD, account.clone())).copied().unwrap_or(0)
	}

	fn is_frozen(&self, asset: &Asset) -> bool {
		*asset == WUSD && self.frozen
	}

	/// Whether an account can part with an amount, and stays.
	pub fn can_hold(&self, asset: &Asset, account: impl Borrow<AccountId>, amount: Balance) -> bool {
		amount == 0 || !self.is_frozen(asset) && self.free(asset, account) >= amount + MINIMUM
	}

	/// Whether an account can be paid an amount.
	pub fn can_receive(&self, asset: &Asset, account: impl Borrow<AccountId>, amount: Balance) -> bool {
		!self.is_frozen(asset) && self.free(asset, account) + amount >= MINIMUM
	}

	/// An account has more.
	pub fn give(&mut self, asset: &Asset, account: impl Borrow<AccountId>, amount: Balance) {
		let account: &AccountId = account.borrow();
		if amount > 0 {
			*self.owned.entry((*asset == WUSD, account.clone())).or_default() += amount;
		}
	}

	/// An account has less.
	///
	/// # Panics
	///
	/// If it has less than that.
	pub fn take(&mut self, asset: &Asset, account: impl Borrow<AccountId>, amount: Balance) {
		let account: &AccountId = account.borrow();
		if amount > 0 {
			let owned = self.owned.get_mut(&(*asset == WUSD, account.clone()));
			*owned.expect("who pays has money") -= amount;
		}
	}

	/// Moves an amount, if it can be. Says whether it could.
	pub fn transfer(
		&mut self,
		asset: &Asset,
		from: impl Borrow<AccountId>,
		to: impl Borrow<AccountId>,
		amount: Balance,
	) -> bool {
		let (from, to): (&AccountId, &AccountId) = (from.borrow(), to.borrow());
		let possible = self.can_hold(asset, from, amount) && self.can_receive(asset, to, amount);
		if possible {
			self.take(asset, from, amount);
			self.give(asset, to, amount);
		}
		possible
	}
}

/// Compares whether a call worked with what the ledger says.
///
/// # Panics
///
/// If they differ.
#[track_caller]
pub fn expect(what: &str, expected: bool, actual: DispatchResult) {
	assert_eq!(actual.is_ok(), expected, "{what}: {actual:?}");
}

/// How often what happened.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<String, u32>);

impl Seen {
	/// Something happened once more.
	pub fn note(&mut self, what: String) {
		*self.0.entry(what).or_default() += 1;
	}

	/// How often it happened.
	pub fn times(&self, what: &str) -> u32 {
		self.0.get(what).copied().unwrap_or(0)
	}
}

/// An event's name.
pub fn name_of(event: &impl Debug) -> String {
	format!("{event:?}").split([' ', '{']).next().unwrap_or_default().replace("Event::", "")
}

/// Rounds that [`run`] plays at the most.
const ROUNDS: u32 = 5;

/// Runs `test` with that many random values. Then `everything` has to have happened: the sequences went everywhere that they can go. What is
/// rare may be missing in one round by chance, so there are up to five, each with new values, until nothing is.
///
/// # Panics
///
/// If a test fails, with the smallest value for which it does; or if something never happened in any round.
pub fn run<S: Strategy>(cases: u32, values: S, everything: &[&str], test: impl Fn(S::Value, &mut Seen)) {
	let seen = RefCell::new(Seen::default());
	let config = Config { cases, failure_persistence: None, ..Config::default() };
	let mut runner = TestRunner::new(config.clone());
	for round in 1..=ROUNDS {
		let result = runner.run(&values, |value| {
			test(value, &mut seen.borrow_mut());
			Ok(())
		});
		if let Err(failed) = result {
			panic!("{failed}");
		}
		let seen = seen.borrow();
		println!("round {round}: {seen:?}");
		if everything.iter().all(|what| seen.times(what) > 0) {
			return;
		}
		// A runner counts its cases once only. This one goes on where the last one's random numbers ended, also if their seed is set.
		runner = TestRunner::new_with_rng(config.clone(), runner.new_rng());
	}
	let seen = seen.into_inner();
	let missing: Vec<_> = everything.iter().filter(|what| seen.times(what) == 0).collect();
	panic!("{missing:?} never happened in {ROUNDS} rounds: {seen:?}");
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{cell::Cell, collections::BTreeSet};

	const CASES: u32 = 4;

	/// Plays with that many numbers a round. The last one of the `round`th is noted. Returns the numbers.
	fn play(round: u32) -> Vec<u64> {
		let numbers = RefCell::new(Vec::new());
		let played = Cell::new(0);
		run(CASES, 0..u64::MAX, &["rare"], |number, seen| {
			numbers.borrow_mut().push(number);
			played.set(played.get() + 1);
			if played.get() == round * CASES {
				seen.note("rare".into());
			}
		});
		numbers.into_inner()
	}

	#[test]
	fn one_round_is_enough_if_all_happened() {
		assert_eq!(play(1).len(), CASES as usize);
	}

	#[test]
	fn what_is_rare_may_happen_in_the_last_round() {
		let numbers = play(ROUNDS);
		assert_eq!(numbers.len(), (ROUNDS * CASES) as usize);
		assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len(), "no round repeats another");
	}

	#[test]
	#[should_panic = "[\"rare\"] never happened in 5 rounds"]
	fn what_happens_in_no_round_fails() {
		play(ROUNDS + 1);
	}

	#[test]
	#[should_panic = "it is 7"]
	fn a_test_that_fails_fails_in_any_round() {
		let played = Cell::new(0);
		run(CASES, 7..8u64, &["rare"], |number, _| {
			played.set(played.get() + 1);
			assert!(played.get() <= CASES, "it is {number}");
		});
	}
}
