//! The other process of the benchmark beside proof-of-sql: takes a table on its standard input, then proves once for each further
//! line and answers with a line of figures.
//!
//! ```text
//! in:  <rows> <low> <high>            the range of y
//!      <x> <y>                        as often as there are rows
//!      turn                           as often as wanted
//! out: <proving, µs> <verifying, µs> <bytes> <count> <sum>
//! ```

use anyhow::{bail, Context as _, Result};
use parity_scale_codec::{DecodeAll, Encode};
use souk_aggregates::{commit, prove, Table};
use souk_table_proofs::{
	columns_root, config::PARAMETERS, verify::verify_proof, Aggregate, Bundle, ColumnDescriptor, ColumnType,
	Condition, Context, Figure, Predicate, Query,
};
use std::{io::Write, ops::ControlFlow, time::Instant};

/// The columns' salts are derived from it. Another would change neither size nor time.
const KEY: [u8; 32] = [9; 32];

fn main() -> Result<()> {
	let mut lines = std::io::stdin().lines();
	let (table, query) = read(&mut lines)?;
	let root = columns_root(table.columns[0].len() as u64, &commit(&table, &KEY));
	for line in lines {
		line?;
		println!("{}", turn(&table, &query, root)?);
		std::io::stdout().flush()?;
	}
	Ok(())
}

fn turn(table: &Table, query: &Query, root: [u8; 32]) -> Result<String> {
	let context = Context { genesis: [1; 32], listing: 1, period: 2 };
	let begin = Instant::now();
	let bytes = prove(table, &KEY, context, query, 0, &mut |_| ControlFlow::Continue(()))?.encode();
	let proving = begin.elapsed();

	let begin = Instant::now();
	let bundle = Bundle::decode_all(&mut &bytes[..])?;
	if let Err(error) = verify_proof(&bundle, root, &PARAMETERS) {
		bail!("our proof is refused: {error:?}");
	}
	let verifying = begin.elapsed();

	let [group] = &bundle.answer.groups[..] else { bail!("the answer has more than one row") };
	let [Figure::Count(count), Figure::Sum(Some(sum))] = group.figures[..] else {
		bail!("the answer is not a count and a sum");
	};
	Ok(format!("{} {} {} {count} {sum}", proving.as_micros(), verifying.as_micros(), bytes.len()))
}

fn read(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Result<(Table, Query)> {
	let mut numbers = || -> Result<Vec<i64>> {
		let line = lines.next().context("the table ends early")??;
		line.split(' ')
			.map(|number| number.parse().with_context(|| format!("{number} is no number")))
			.collect()
	};
	let [rows, low, high] = numbers()?[..] else { bail!("the first line is rows, low and high") };
	let mut columns = vec![Vec::new(), Vec::new()];
	for _ in 0..rows {
		let [x, y] = numbers()?[..] else { bail!("a row is two numbers") };
		columns[0].push(Some(x));
		columns[1].push(Some(y));
	}
	let descriptor = |name: &str| ColumnDescriptor {
		name: name.into(),
		kind: ColumnType::Decimal { scale: 2 },
		dictionary: vec![],
	};
	let table = Table { descriptors: vec![descriptor("temp"), descriptor("humid")], columns };
	let query = Query {
		aggregates: vec![Aggregate::CountAll, Aggregate::Sum(0)],
		predicates: vec![Predicate { column: 1, condition: Condition::Within { low, high } }],
		group_by: None,
	};
	Ok((table, query))
}
