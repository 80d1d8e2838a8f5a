//! Measures one proof: `measure [rows] [two-columns|one-column|grouped]`. The environment may change parameters: `BLOWUP`, `ARITY`
//! and `FINAL` as powers of two, `QUERIES`, `QUERY_WORK`, `CHALLENGE_WORK`, `CAP`.

use souk_aggregates::{commit, prove::prove_with, soundness::soundness, Table};
use souk_table_proofs::{
	columns_root,
	config::{Parameters, PARAMETERS},
	verify::{statement_tables, verify_proof},
	Aggregate, ColumnDescriptor, ColumnType, Condition, Context, Predicate, Query,
};
use std::{ops::ControlFlow, time::Instant};

fn main() {
	let mut arguments = std::env::args().skip(1);
	let rows =
		arguments.next().map_or(26_115, |text| text.parse().expect("the first argument is a number of rows"));
	let which = arguments.next().unwrap_or_else(|| "two-columns".into());
	let (table, query, parameters) = (table(rows), query(&which), parameters());
	let context = Context { genesis: [1; 32], listing: 1, period: 2 };

	let begin = Instant::now();
	let bundle = prove_with(&table, &[9; 32], context, &query, 10, &parameters, &mut |stage| {
		eprintln!("{:6.2} s {stage:?}", begin.elapsed().as_secs_f64());
		ControlFlow::Continue(())
	})
	.expect("the example's query fits its table");
	let proved = begin.elapsed().as_secs_f64();

	let begin = Instant::now();
	let columns = commit(&table, &[9; 32]);
	let committed = begin.elapsed().as_secs_f64();
	let root = columns_root(bundle.rows, &columns);
	let begin = Instant::now();
	verify_proof(&bundle, root, &parameters).expect("the prover has checked the proof");
	let verified = begin.elapsed().as_secs_f64();

	let tables = statement_tables(&bundle, root).expect("the verifier has just made them");
	let bits = soundness(&tables, &parameters);
	println!(
		"{rows} rows, {which}: proved in {proved:.2} s, {:.0} rows a second; verified in {:.1} ms; {} bytes",
		rows as f64 / proved,
		verified * 1e3,
		codec::Encode::encoded_size(&bundle),
	);
	println!("three columns committed to in {committed:.3} s");
	println!(
		"bits: {:.0} conjectured (by {}), {:.0} proved by list decoding, {:.0} by unique decoding",
		bits.conjectured,
		bits.conjectured_by,
		bits.list_decoding.unwrap_or_default(),
		bits.unique_decoding,
	);
}

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

fn query(which: &str) -> Query {
	use Aggregate::*;
	let predicates = vec![Predicate { column: 1, condition: Condition::Within { low: 100, high: 600 } }];
	let (aggregates, group_by) = match which {
		"one-column" => (vec![CountAll, Sum(1)], None),
		"grouped" => (vec![CountAll, Count(0), Sum(0), Min(0), Max(0), Avg(0)], Some(2)),
		_ => (vec![CountAll, Sum(0)], None),
	};
	Query { aggregates, predicates, group_by }
}

fn parameters() -> Parameters {
	let of =
		|name: &str, default| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
	Parameters {
		log_blowup: of("BLOWUP", PARAMETERS.log_blowup),
		queries: of("QUERIES", PARAMETERS.queries),
		log_arity: of("ARITY", PARAMETERS.log_arity),
		log_final_length: of("FINAL", PARAMETERS.log_final_length),
		query_work: of("QUERY_WORK", PARAMETERS.query_work),
		challenge_work: of("CHALLENGE_WORK", PARAMETERS.challenge_work),
		cap_height: of("CAP", PARAMETERS.cap_height),
	}
}
