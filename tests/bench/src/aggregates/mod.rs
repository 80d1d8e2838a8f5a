//! Proofs over tables: making one, from 10,000 to a million rows; checking one natively and in wasm, beside what the chain charges for
//! it; committing to columns beside hashing their bytes.

mod checking;
mod committing;
mod proving;

pub use proving::prover;

use crate::report::Report;
use anyhow::{Context as _, Result};
use souk_aggregates::Table;
use souk_table_proofs::{Aggregate, ColumnDescriptor, ColumnType, Condition, Context, Predicate, Query};
use std::path::Path;

/// What the salts of the columns are derived from.
const KEY: [u8; 32] = [9; 32];
/// What the proofs are for.
const CONTEXT: Context = Context { genesis: [1; 32], listing: 1, period: 2 };
/// Groups of fewer rows are not answered.
const MIN_GROUP_SIZE: u32 = 10;
/// Rows of the demo's table.
const ROWS: usize = 26_115;
/// The same for a quick look.
const ROWS_QUICK: usize = 2_000;

/// Everything that was measured here.
pub struct Figures {
	proving: proving::Figures,
	checking: checking::Figures,
	committing: committing::Figures,
}

/// Measures everything.
pub fn measure(dir: &Path, quick: bool, repetitions: usize, say: fn(&str)) -> Result<Figures> {
	let bundle = dir.join("aggregate.bundle");
	say("proving aggregates");
	let proving = proving::measure(&bundle, quick, repetitions, say).context("proving aggregates")?;
	say("checking an aggregate");
	let checking = checking::measure(&bundle, quick, repetitions).context("checking an aggregate")?;
	say("committing to columns");
	let committing = committing::measure(if quick { ROWS_QUICK } else { ROWS }, repetitions);
	Ok(Figures { proving, checking, committing })
}

impl Figures {
	/// Adds the tables and their targets.
	pub fn report(&self, report: &mut Report) {
		self.proving.report(report);
		self.checking.report(report);
		self.committing.report(report);
	}
}

/// A table of so many rows: `x`, of 24 bits, `y`, of a thousand values, both with NULLs, and the day `d`.
fn table(rows: usize) -> Table {
	let descriptor = |name: &str, kind| ColumnDescriptor { name: name.into(), kind, dictionary: vec![] };
	let number = ColumnType::Decimal { scale: 1 };
	let noise =
		|row: usize, seed: u64| ((row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ seed) >> 40) as i64;
	Table {
		descriptors: vec![
			descriptor("x", number),
			descriptor("y", number),
			descriptor("d", ColumnType::Date),
		],
		columns: vec![
			(0..rows).map(|row| (row % 11 != 0).then(|| noise(row, 1) - 5_000_000)).collect(),
			(0..rows).map(|row| (row % 7 != 0).then(|| noise(row, 77) % 1000)).collect(),
			(0..rows).map(|row| Some((row % 40) as i64)).collect(),
		],
	}
}

/// `SELECT count(*), sum(x) FROM t WHERE y BETWEEN 10.0 AND 60.0`.
fn query() -> Query {
	Query {
		aggregates: vec![Aggregate::CountAll, Aggregate::Sum(0)],
		predicates: vec![Predicate { column: 1, condition: Condition::Within { low: 100, high: 600 } }],
		group_by: None,
	}
}
