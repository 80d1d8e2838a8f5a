//! Tables, and bundles about them by the real prover: each is made once for all tests. They are checked by the code that the chain
//! checks them with.

use super::*;
use codec::Encode;
use souk_aggregates::{prove, twin, Table};
use souk_primitives::{
	reach::{BundleRefusal, TableProofs},
	Digest,
};
use souk_table_proofs::{
	bundle::VERSION, column_salt, columns_root, verify, Aggregate, Answer, Bundle, ColumnCommitter,
	ColumnDescriptor, ColumnType, CommittedColumn, Condition, Context, Expected, Predicate,
};
use std::{
	cell::RefCell,
	collections::BTreeMap,
	ops::ControlFlow,
	sync::{Arc, Mutex, OnceLock},
};

/// The period of the table that most tests ask, and of a later one.
pub const PERIOD: Period = 29_000_000;
pub const LATER: Period = 29_000_060;
/// Rows of each table.
pub const ROWS: usize = 60;
/// What the salts of the columns are derived from.
const KEY: [u8; 32] = [8; 32];

/// The table of a period: an amount, and a city. Amounts are sometimes NULL; the third city has but one row.
fn table(period: Period) -> Table {
	let amount = ColumnDescriptor {
		name: "amount".into(),
		kind: ColumnType::Decimal { scale: 2 },
		dictionary: Vec::new(),
	};
	let city = ColumnDescriptor {
		name: "city".into(),
		kind: ColumnType::Text,
		dictionary: ["Aleppo", "Fez", "Isfahan"].map(Into::into).to_vec(),
	};
	let row = |row: usize| (row as i64 * 7_919 + i64::from(period)) % 1_000 - 500;
	let amounts = (0..ROWS).map(|at| (at % 7 != 3).then(|| row(at))).collect();
	let cities = (0..ROWS).map(|at| Some(if at == 41 { 2 } else { (at % 2) as i64 })).collect();
	Table { descriptors: vec![amount, city], columns: vec![amounts, cities] }
}

/// What a snapshot with the table of a period commits to.
pub fn columns_root_of(period: Period) -> Digest {
	static ROOTS: Mutex<BTreeMap<Period, Digest>> = Mutex::new(BTreeMap::new());
	let mut roots = ROOTS.lock().expect("nobody panics in here");
	*roots.entry(period).or_insert_with(|| {
		let table = table(period);
		let columns: Vec<_> =
			(0u8..).zip(table.descriptors.iter().zip(&table.columns)).map(committed).collect();
		columns_root(ROWS as u64, &columns)
	})
}

fn committed((at, (descriptor, values)): (u8, (&ColumnDescriptor, &Vec<Option<i64>>))) -> CommittedColumn {
	let mut committer = ColumnCommitter::new(column_salt(&KEY, at, 0));
	values.iter().for_each(|value| committer.push(*value));
	CommittedColumn { descriptor: descriptor.clone(), digest: committer.finish() }
}

/// How much there is of everything.
pub fn total() -> Query {
	Query { aggregates: vec![Aggregate::CountAll, Aggregate::Sum(0)], predicates: vec![], group_by: None }
}

/// How much there is of what is above nothing.
pub fn gains() -> Query {
	let condition = Condition::Within { low: 1, high: i64::MAX };
	Query { predicates: vec![Predicate { column: 0, condition }], ..total() }
}

/// How many rows each city has.
pub fn by_city() -> Query {
	Query { aggregates: vec![Aggregate::CountAll], predicates: vec![], group_by: Some(1) }
}

/// What the answer really is.
pub fn truth(period: Period, query: &Query, min_group_size: u32) -> Answer {
	twin::evaluate(&table(period), query, min_group_size)
}

/// What a bundle on this chain is for.
pub fn context(listing: ListingId, period: Period) -> Context {
	Market::context(listing, period)
}

/// A bundle that proves the answer to a query over the table of a period, for a listing.
pub fn bundle(listing: ListingId, period: Period, query: &Query, min_group_size: u32) -> Vec<u8> {
	bundle_for(context(listing, period), period, query, min_group_size)
}

/// The same for any context.
pub fn bundle_for(context: Context, period: Period, query: &Query, min_group_size: u32) -> Vec<u8> {
	type Made = Mutex<BTreeMap<Vec<u8>, Arc<OnceLock<Vec<u8>>>>>;
	static MADE: Made = Mutex::new(BTreeMap::new());
	let what = (context.genesis, context.listing, context.period, period, query, min_group_size).encode();
	let slot = MADE.lock().expect("nobody panics in here").entry(what).or_default().clone();
	let make = || {
		let made =
			prove(&table(period), &KEY, context, query, min_group_size, &mut |_| ControlFlow::Continue(()));
		made.expect("what is proved is true").encode()
	};
	slot.get_or_init(make).clone()
}

/// The bundle with one byte of its proof changed.
pub fn damaged(mut bundle: Vec<u8>) -> Vec<u8> {
	let middle = bundle.len() / 2;
	bundle[middle] ^= 1;
	bundle
}

thread_local! {
	static PAUSED: RefCell<bool> = const { RefCell::new(false) };
}

pub fn reset() {
	pause(false);
}

/// Pauses proofs over tables, or resumes them.
pub fn pause(paused: bool) {
	PAUSED.set(paused);
}

/// Checks bundles as the chain does. What was checked once is remembered, so that random sequences can do it thousands of times.
pub struct Checked;

impl TableProofs for Checked {
	fn verify(bundle: &[u8], expected: &Expected<'_>) -> Result<Bundle, BundleRefusal> {
		type Known = Mutex<BTreeMap<Digest, Result<Bundle, BundleRefusal>>>;
		static KNOWN: Known = Mutex::new(BTreeMap::new());
		if PAUSED.with_borrow(|paused| *paused) {
			return Err(BundleRefusal::Paused);
		}
		let Context { genesis, listing, period } = expected.context;
		let what = (
			bundle,
			genesis,
			listing,
			period,
			expected.columns_root,
			expected.query,
			expected.min_group_size,
		);
		let what = sp_io::hashing::blake2_256(&what.encode());
		if let Some(known) = KNOWN.lock().expect("nobody panics in here").get(&what) {
			return known.clone();
		}
		let verdict = verify(bundle, expected).map_err(BundleRefusal::from);
		KNOWN.lock().expect("nobody panics in here").insert(what, verdict.clone());
		verdict
	}

	fn current_version() -> Option<u32> {
		let paused = PAUSED.with_borrow(|paused| *paused);
		(!paused).then_some(VERSION.into())
	}
}
