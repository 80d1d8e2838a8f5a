//! A small table, what a snapshot commits to of it, and the one bundle that proves an answer over it.

use crate::{chain, world};
use codec::Encode;
use souk_aggregates::{prove, Table};
use souk_primitives::{Digest, Period};
use souk_table_proofs::{
	column_salt, columns_root, Aggregate, ColumnCommitter, ColumnDescriptor, ColumnType, CommittedColumn,
	Condition, Context, Predicate, Query,
};
use std::{ops::ControlFlow, sync::OnceLock};

/// Rows of the table.
pub const ROWS: u64 = 64;
/// Least size of a group.
pub const GROUP: u32 = 4;
/// The listing whose table it is.
pub const LISTING: u32 = 0;
const KEY: [u8; 32] = [6; 32];

fn table() -> Table {
	let number = |name: &str| ColumnDescriptor {
		name: name.into(),
		kind: ColumnType::Decimal { scale: 1 },
		dictionary: Vec::new(),
	};
	let values = |step: i64| (0..ROWS as i64).map(|row| (row % 11 != 4).then_some(row * step % 70)).collect();
	Table { descriptors: vec![number("temp"), number("wind")], columns: vec![values(7), values(3)] }
}

/// What a snapshot of it commits to.
pub fn root() -> Digest {
	static ROOT: OnceLock<Digest> = OnceLock::new();
	*ROOT.get_or_init(|| {
		let table = table();
		let commit = |(at, descriptor): (usize, &ColumnDescriptor)| {
			let mut committer = ColumnCommitter::new(column_salt(&KEY, at as u8, 0));
			table.columns[at].iter().for_each(|value| committer.push(*value));
			CommittedColumn { descriptor: descriptor.clone(), digest: committer.finish() }
		};
		let columns: Vec<_> = table.descriptors.iter().enumerate().map(commit).collect();
		columns_root(ROWS, &columns)
	})
}

/// A question; the first is the one that the bundle answers.
pub fn query(number: u8) -> Query {
	let within = Predicate { column: 0, condition: Condition::Within { low: 0, high: 40 } };
	let (aggregates, predicates) = match number % 4 {
		0 | 1 => (vec![Aggregate::CountAll, Aggregate::Sum(0)], vec![within]),
		2 => (vec![Aggregate::CountAll], vec![]),
		// No query has none.
		_ => (vec![], vec![within]),
	};
	Query { aggregates, predicates, group_by: None }
}

/// The bundle that answers the first question over the snapshot of `period`: all sequences start with the same one, and none is made
/// for others.
pub fn bundle(period: Period) -> Option<Vec<u8>> {
	static MADE: OnceLock<(Context, Vec<u8>)> = OnceLock::new();
	let context = Context { genesis: chain::genesis(), listing: LISTING, period };
	if period != world::first_period() {
		return None;
	}
	let (of, bytes) = MADE.get_or_init(|| {
		let made = prove(&table(), &KEY, context, &query(0), GROUP, &mut |_| ControlFlow::Continue(()));
		(context, made.expect("what is proved is true").encode())
	});
	(*of == context).then(|| bytes.clone())
}
