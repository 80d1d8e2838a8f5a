//! Tables, questions, and what is proved of them.

use souk_aggregates::{
	check::Checker,
	commit,
	trace::{traces, Trace, UsedColumn},
	twin, Table,
};
use souk_table_proofs::{
	air::Tables, column_salt, outcome::messages, plan::Plan, Aggregate, Answer, ColumnDescriptor, ColumnType,
	CommittedColumn, Condition, Context, Predicate, Query, MAX_AGGREGATES, MAX_PREDICATES, MAX_ROWS,
};

pub const KEY: [u8; 32] = [9; 32];
pub const CONTEXT: Context = Context { genesis: [1; 32], listing: 7, period: 3 };

/// A generator of numbers that look random and are the same in each run.
#[derive(Clone)]
pub struct Noise(pub u64);

impl Noise {
	pub fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		mixed ^ (mixed >> 31)
	}

	pub fn below(&mut self, bound: u64) -> u64 {
		self.next() % bound
	}

	pub fn signed(&mut self, size: i64) -> i64 {
		self.below(2 * size as u64 + 1) as i64 - size
	}
}

pub fn descriptor(name: &str, kind: ColumnType) -> ColumnDescriptor {
	let words = if kind == ColumnType::Text { vec!["Asia", "Europe", "Oceania", "Südpol"] } else { vec![] };
	ColumnDescriptor { name: name.into(), kind, dictionary: words.into_iter().map(String::from).collect() }
}

/// Columns: 0 `x` and 1 `y` numbers with NULLs, 2 `g` text with NULLs, 3 `d` dates without.
pub fn weather(rows: usize, seed: u64) -> Table {
	let mut noise = Noise(seed);
	let number = ColumnType::Decimal { scale: 1 };
	let mut column = |nulls: u64, mut value: Box<dyn FnMut(&mut Noise) -> i64>| -> Vec<Option<i64>> {
		(0..rows).map(|_| (nulls == 0 || noise.below(nulls) != 0).then(|| value(&mut noise))).collect()
	};
	Table {
		columns: vec![
			column(6, Box::new(|noise| noise.signed(1 << 40))),
			column(5, Box::new(|noise| noise.signed(20))),
			column(9, Box::new(|noise| noise.below(4) as i64)),
			column(0, Box::new(|noise| 20_000 + noise.below(9) as i64)),
		],
		descriptors: vec![
			descriptor("x", number),
			descriptor("y", number),
			descriptor("g", ColumnType::Text),
			descriptor("d", ColumnType::Date),
		],
	}
}

pub fn within(column: u8, low: i64, high: i64) -> Predicate {
	Predicate { column, condition: Condition::Within { low, high } }
}

/// All aggregates of `x`.
pub fn all_of_x() -> Vec<Aggregate> {
	use Aggregate::*;
	vec![CountAll, Count(0), Sum(0), Min(0), Max(0), Avg(0)]
}

pub fn query(aggregates: Vec<Aggregate>, predicates: Vec<Predicate>, group_by: Option<u8>) -> Query {
	Query { aggregates, predicates, group_by }
}

/// What is proved: everything public, and the tables that prove it.
pub struct Statement {
	pub plan: Plan,
	pub query: Query,
	pub answer: Answer,
	pub tables: Tables,
	pub traces: Vec<Trace>,
}

impl Statement {
	pub fn new(table: Table, query: Query, min_group_size: u32) -> Self {
		let kinds: Vec<_> = table.descriptors.iter().map(|descriptor| descriptor.kind).collect();
		let plan = Plan::new(&query, &kinds, table.columns[0].len() as u64, min_group_size).unwrap();
		let columns = commit(&table, &KEY);
		let answer = twin::evaluate(&table, &query, min_group_size);
		let messages = messages(&plan, &query, &answer).unwrap();
		let tables = Tables::new(&plan, &columns, &[5; 32], &messages).unwrap();
		let traces = traces(&plan, &used(&plan, &table), &messages);
		Self { plan, query, answer, tables, traces }
	}

	pub fn check(&self) -> Result<(), souk_aggregates::check::Broken> {
		Checker::new(&self.tables).check(&self.traces)
	}
}

pub fn used<'a>(plan: &Plan, table: &'a Table) -> Vec<UsedColumn<'a>> {
	plan.used
		.iter()
		.map(|column| UsedColumn {
			salt: column_salt(&KEY, *column, 0),
			values: &table.columns[usize::from(*column)],
		})
		.collect()
}

/// Statements that between them have every column and every rule.
pub fn samples() -> Vec<Statement> {
	use Aggregate::*;
	let is = |column, condition| Predicate { column, condition };
	vec![
		Statement::new(
			weather(61, 1),
			query(
				all_of_x(),
				vec![within(1, -12, 15), is(3, Condition::Outside { low: 20_003, high: 20_004 })],
				Some(2),
			),
			9,
		),
		Statement::new(
			weather(40, 2),
			query(vec![Sum(0), Min(1), Max(1)], vec![within(1, -3, i64::MAX)], None),
			1,
		),
		Statement::new(weather(43, 3), query(vec![CountAll], vec![is(0, Condition::IsNull)], None), 30),
		Statement::new(
			weather(50, 4),
			query(
				vec![Count(1), Min(0)],
				vec![is(1, Condition::IsNotNull), within(3, i64::MIN, 20_005)],
				Some(3),
			),
			0,
		),
	]
}

/// The most that a plan may have, over the longest table: as many columns as can be named, whether or not their bundle is too long.
pub fn widest() -> (Plan, Tables) {
	let (columns, kind) = (MAX_AGGREGATES + MAX_PREDICATES + 1, ColumnType::Decimal { scale: 0 });
	let aggregates = (0..MAX_AGGREGATES as u8).map(|column| match column % 4 {
		0 => Aggregate::Sum(column),
		1 => Aggregate::Min(column),
		2 => Aggregate::Max(column),
		_ => Aggregate::Avg(column),
	});
	let predicates = (0..MAX_PREDICATES as u8).map(|number| Predicate {
		column: MAX_AGGREGATES as u8 + number,
		condition: Condition::Outside { low: 3, high: 10 },
	});
	let asked = query(aggregates.collect(), predicates.collect(), Some(columns as u8 - 1));
	let plan = Plan::new(&asked, &vec![kind; columns], MAX_ROWS, 5).unwrap();
	assert_eq!(plan.used.len(), columns);
	let committed = vec![CommittedColumn { descriptor: descriptor("x", kind), digest: [0; 32] }; columns];
	let tables = Tables::new(&plan, &committed, &[0; 32], &[]).unwrap();
	(plan, tables)
}
