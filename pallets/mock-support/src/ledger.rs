//! Random sequences of calls, compared with a plain ledger.

use crate::{SOUK, WUSD};
use core::fmt::Debug;
use proptest::{
	strategy::Strategy,
	test_runner::{Config, TestRunner},
};
use souk_primitives::Asset;
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
