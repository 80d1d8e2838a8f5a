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
}

/// An event's name.
pub fn name_of(event: &impl Debug) -> String {
	format!("{event:?}").split([' ', '{']).next().unwrap_or_default().replace("Event::", "")
}

/// Runs `test` with that many random values. Then `everything` has to have happened: the sequences went everywhere that they can go.
///
/// # Panics
///
/// If a test fails, with the smallest value for which it does; or if something never happened.
pub fn run<S: Strategy>(cases: u32, values: S, everything: &[&str], test: impl Fn(S::Value, &mut Seen)) {
	let seen = RefCell::new(Seen::default());
	let config = Config { cases, failure_persistence: None, ..Config::default() };
	let result = TestRunner::new(config).run(&values, |value| {
		test(value, &mut seen.borrow_mut());
		Ok(())
	});
	if let Err(failed) = result {
		panic!("{failed}");
	}
	let seen = seen.into_inner();
	println!("{seen:?}");
	for what in everything {
		assert!(seen.0.contains_key(*what), "{what} never happened: {seen:?}");
	}
}
