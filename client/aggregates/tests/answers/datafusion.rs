//! The engine of plain queries and the provable subset give the same answers: a thousand random queries over random
//! tables, and the examples of `docs/provable-sql.md`. Of each random query the tables of its proof are made of the same answer, and
//! satisfy all constraints; every fiftieth is proved and verified.
//!
//! Numbers are decimals and integers, so that both are exact; literals of the engine are decimals as well
//! (`parse_float_as_decimal`). An average is compared by its sum and its count, and in its digits: the engine cuts them off,
//! `souk` rounds.

use std::{
	ops::ControlFlow,
	panic::{catch_unwind, AssertUnwindSafe},
};

use crate::support::{
	guide,
	random::{table, Random},
};
use datafusion::{
	arrow::{array::Array, util::display::array_value_to_string},
	prelude::{SessionConfig, SessionContext},
};
use souk_aggregates::{
	calendar::{date_text, timestamp_text},
	check::Checker,
	commit,
	decimal::decimal_text,
	prove,
	render::{render, Cell},
	sql::{self, Shown, Statement},
	trace::{traces, UsedColumn},
	twin, Table,
};
use souk_table_proofs::{
	air::Tables, column_salt, columns_root, commitment::CommittedColumn, outcome::messages, plan::Plan,
	verify, Aggregate, Answer, ColumnDescriptor, ColumnType, Context, Expected, Figure, Query,
};

const TABLES: u64 = 50;
const QUERIES_PER_TABLE: usize = 20;
/// Every so many queries one is proved.
const PROVED: usize = 50;
const KEY: [u8; 32] = [9; 32];
const CONTEXT: Context = Context { genesis: [1; 32], listing: 7, period: 3 };
const NULL: &str = "NULL";

async fn engine(batches: Vec<arrow_array::RecordBatch>) -> SessionContext {
	let config = SessionConfig::new()
		.with_target_partitions(2)
		.set_bool("datafusion.sql_parser.parse_float_as_decimal", true);
	let context = SessionContext::new_with_config(config);
	let schema = batches[0].schema();
	let table =
		datafusion::datasource::MemTable::try_new(schema, vec![batches]).expect("batches of one schema");
	context.register_table("data", std::sync::Arc::new(table)).expect("the first of its name");
	context
}

/// The engine's answer, as text.
async fn ask(engine: &SessionContext, text: &str) -> Vec<Vec<String>> {
	let frame = engine.sql(text).await.unwrap_or_else(|error| panic!("{text}\n{error}"));
	let batches = frame.collect().await.unwrap_or_else(|error| panic!("{text}\n{error}"));
	let mut rows = Vec::new();
	for batch in batches {
		for row in 0..batch.num_rows() {
			let cell = |column: &std::sync::Arc<dyn Array>| match column.is_null(row) {
				true => NULL.to_owned(),
				false => array_value_to_string(column, row).expect("a value that prints"),
			};
			rows.push(batch.columns().iter().map(cell).collect());
		}
	}
	rows
}

/// A random query: what it selects, and the rest of its text.
struct Asked {
	/// The grouping column's index and name, where there is one.
	group_by: Option<(usize, String)>,
	/// Whether SELECT shows it.
	key_shown: bool,
	/// The aggregates: function and column, `None` for `count(*)`.
	items: Vec<(&'static str, Option<usize>)>,
	conditions: String,
}

fn quoted(name: &str) -> String {
	if name.chars().any(char::is_uppercase) {
		format!("\"{name}\"")
	} else {
		name.to_owned()
	}
}

fn is_number(column: &ColumnDescriptor) -> bool {
	matches!(column.kind, ColumnType::Decimal { .. })
}

impl Asked {
	fn random(random: &mut Random, table: &Table) -> Self {
		let columns = &table.descriptors;
		let group_by = random.chance(60).then(|| {
			let at = random.below(columns.len());
			(at, quoted(&columns[at].name))
		});
		let items = (0..=random.below(5))
			.map(|_| {
				let at = random.below(columns.len());
				match random.below(6) {
					0 => ("count", None),
					1 => ("count", Some(at)),
					2 => ("min", Some(at)),
					3 => ("max", Some(at)),
					_ if !is_number(&columns[at]) => ("max", Some(at)),
					4 => ("sum", Some(at)),
					_ => ("avg", Some(at)),
				}
			})
			.collect();
		let conditions: Vec<String> = (0..random.below(5)).map(|_| condition(random, table)).collect();
		let conditions = if conditions.is_empty() {
			String::new()
		} else {
			format!(" WHERE {}", conditions.join(" AND "))
		};
		Self { key_shown: group_by.is_some() && random.chance(80), group_by, items, conditions }
	}

	fn text(&self, columns: &[ColumnDescriptor], expand: bool, after: &str) -> String {
		let mut select = Vec::new();
		if let Some((_, name)) = self.group_by.as_ref().filter(|_| self.key_shown) {
			select.push(name.clone());
		}
		for (function, column) in &self.items {
			let name = column.map_or("*".to_owned(), |at| quoted(&columns[at].name));
			if expand && *function == "avg" {
				select.extend([format!("sum({name})"), format!("count({name})"), format!("avg({name})")]);
			} else {
				select.push(format!("{function}({name})"));
			}
		}
		// The engine wants every column of a result to have a name of its own.
		let select: Vec<String> =
			select.into_iter().enumerate().map(|(at, item)| format!("{item} AS c{at}")).collect();
		let group_by = self.group_by.as_ref().map_or(String::new(), |(_, name)| format!(" GROUP BY {name}"));
		format!("SELECT {} FROM data{}{group_by}{after}", select.join(", "), self.conditions)
	}
}

fn condition(random: &mut Random, table: &Table) -> String {
	let at = random.below(table.descriptors.len());
	let name = quoted(&table.descriptors[at].name);
	let mut literal = || literal(random, &table.descriptors[at], &table.columns[at]);
	let (one, other) = (literal(), literal());
	let operator = ["=", "<>", "<", "<=", ">", ">="][random.below(6)];
	match random.below(10) {
		0 => format!("{name} IS NULL"),
		1 => format!("{name} IS NOT NULL"),
		2 => format!("{name} BETWEEN {one} AND {other}"),
		3 => format!("{name} NOT BETWEEN {one} AND {other}"),
		4 => format!("{name} IN ({one})"),
		5 => format!("{name} NOT IN ({one})"),
		6 => format!("{one} {operator} {name}"),
		_ => format!("({name} {operator} {one})"),
	}
}

/// A literal that is a value of the column, or near one.
fn literal(random: &mut Random, column: &ColumnDescriptor, values: &[Option<i64>]) -> String {
	let known = if values.is_empty() { None } else { values[random.below(values.len())] };
	let value = known.unwrap_or(7).saturating_add([0, 0, 0, 1, -1][random.below(5)]);
	match column.kind {
		ColumnType::Decimal { scale } => {
			let text = decimal_text(value.into(), scale);
			match (random.below(6), scale) {
				(0, 0) => format!("{text}.5"),
				(0, _) => format!("{text}5"),
				(1, 0) => format!("{text}.0"),
				(1, _) => format!("{text}00"),
				(2, _) => text.split('.').next().expect("a first part").to_owned(),
				_ => text,
			}
		}
		ColumnType::Bool => ["true", "false"][random.below(2)].to_owned(),
		ColumnType::Date => {
			let date = date_text(value);
			match random.below(4) {
				0 => format!("'{date}'"),
				1 => format!("TIMESTAMP '{date} 00:00:00'"),
				2 => format!("TIMESTAMP '{date} 13:30:00.000001'"),
				_ => format!("DATE '{date}'"),
			}
		}
		ColumnType::Timestamp => {
			let moment = timestamp_text(value);
			match random.below(6) {
				0 => format!("'{moment}'"),
				1 => format!("DATE '{}'", &moment[..10]),
				2 => format!("'{}'", &moment[..10]),
				3 => format!("TIMESTAMP '{}.000500000'", &moment[..19]),
				4 => format!("TIMESTAMP '{}+02:00'", moment.replace('T', " ")),
				_ => format!("TIMESTAMP '{}'", moment.replace('T', " ")),
			}
		}
		ColumnType::Text => {
			let words = &column.dictionary;
			let word =
				if words.is_empty() { "none".to_owned() } else { words[random.below(words.len())].clone() };
			let word = match random.below(5) {
				0 => format!("{word}x"),
				1 => word.chars().skip(1).collect(),
				_ => word,
			};
			format!("'{}'", word.replace('\'', "''"))
		}
	}
}

/// `numerator / denominator` in units of a ten-thousandth of the column's, cut off and rounded half to even.
fn ten_thousandths(sum: i128, count: i128) -> (i128, i128) {
	let (cut, rest) = (sum * 10_000 / count, (sum * 10_000 % count).abs());
	let up = 2 * rest > count || (2 * rest == count && cut % 2 != 0);
	(cut, if up { cut + sum.signum() } else { cut })
}

/// What the engine's answer must be for `souk`'s to be right, cell by cell.
fn check(
	asked: &Asked,
	table: &Table,
	statement: &Statement,
	answer: &Answer,
	theirs: &[Vec<String>],
	text: &str,
) {
	let ours = render(answer, &statement.query, &statement.layout, &table.descriptors).expect("rows").rows;
	assert_eq!(ours.len(), theirs.len(), "{text}\n{ours:?}\n{theirs:?}");
	for (row, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
		let mut theirs = theirs.iter();
		let mut next = || theirs.next().expect("as many cells").as_str();
		let mut cells = ours.iter();
		let shown = |cell: &Cell| match cell {
			Cell::Null => NULL.to_owned(),
			other => other.to_string(),
		};
		if asked.key_shown {
			assert_eq!(shown(cells.next().expect("a key")), next(), "{text}");
		}
		for ((at, (function, column)), cell) in asked.items.iter().enumerate().zip(cells) {
			let at = at + usize::from(asked.key_shown);
			let scale = column.and_then(|at| match table.descriptors[at].kind {
				ColumnType::Decimal { scale } => Some(scale),
				_ => None,
			});
			let Some(scale) = scale.filter(|_| *function == "avg") else {
				assert_eq!(shown(cell), next(), "{text}");
				continue;
			};
			let (sum, count, average) = (next(), next(), next());
			let index = column.expect("an average is of a column");
			let Shown::Figure(at) = statement.layout.columns[at].shown else { panic!("{text}") };
			let Figure::Average { sum: our_sum, count: our_count } = answer.groups[row].figures[at] else {
				panic!("{text}")
			};
			assert_eq!(our_count.to_string(), count, "{text}");
			if our_count == 0 {
				assert_eq!((our_sum, sum, shown(cell).as_str(), average), (0, NULL, NULL, NULL), "{text}");
				continue;
			}
			assert_eq!(decimal_text(our_sum, scale), sum, "{text}");
			let (cut, rounded) = ten_thousandths(our_sum, our_count.into());
			assert_eq!(shown(cell), decimal_text(rounded, scale + 4), "{text}");
			// The average of integers is a float there.
			if table.descriptors[index].name.starts_with("dec") {
				assert_eq!(average, decimal_text(cut, scale + 4), "{text}");
			}
		}
		assert_eq!(theirs.next(), None, "{text}");
	}
}

/// What a proof of the answer is made of satisfies the constraints.
fn satisfies(table: &Table, columns: &[CommittedColumn], query: &Query, least: u32, answer: &Answer) {
	let kinds: Vec<_> = table.descriptors.iter().map(|descriptor| descriptor.kind).collect();
	let plan = Plan::new(query, &kinds, table.rows() as u64, least).expect("a query over this table");
	let messages = messages(&plan, query, answer).expect("an answer to it");
	let tables = Tables::new(&plan, columns, &[5; 32], &messages).expect("digests that were just computed");
	let used: Vec<_> = plan
		.used
		.iter()
		.map(|column| UsedColumn {
			salt: column_salt(&KEY, *column, 0),
			values: &table.columns[usize::from(*column)],
		})
		.collect();
	assert_eq!(Checker::new(&tables).check(&traces(&plan, &used, &messages)), Ok(()));
}

/// The answer is proved, and the proof verified.
fn proves(table: &Table, columns: &[CommittedColumn], query: &Query, least: u32, answer: &Answer) {
	let bundle =
		prove(table, &KEY, CONTEXT, query, least, &mut |_| ControlFlow::Continue(())).expect("a proof");
	assert_eq!(bundle.answer, *answer);
	let expected = Expected {
		context: CONTEXT,
		columns_root: columns_root(table.rows() as u64, columns),
		query: Some(query),
		min_group_size: least,
	};
	assert_eq!(verify(&codec::Encode::encode(&bundle), &expected), Ok(bundle));
}

#[tokio::test]
async fn a_thousand_random_queries_have_the_same_answers() {
	let mut different = Vec::new();
	let (mut queries, mut proved) = (0_usize, 0_usize);
	let (mut rows, mut averages, mut empty, mut suppressed) = (0, 0, 0, 0);
	for seed in 0..TABLES {
		let mut random = Random::new(seed);
		let (batches, table) = table(&mut random);
		let columns = commit(&table, &KEY);
		let engine = engine(batches).await;
		for _ in 0..QUERIES_PER_TABLE {
			let asked = Asked::random(&mut random, &table);
			let text = asked.text(&table.descriptors, false, "");
			let statement =
				sql::read(&text, &table.descriptors).unwrap_or_else(|error| panic!("{text}\n{error}"));
			let least = [0, 0, 0, 1, 2, 3, 10][random.below(7)];
			let answer = twin::evaluate(&table, &statement.query, least);
			let having = if least > 1 { format!(" HAVING count(*) >= {least}") } else { String::new() };
			let order = asked
				.group_by
				.as_ref()
				.map_or(String::new(), |(_, name)| format!(" ORDER BY {name} ASC NULLS LAST"));
			let theirs =
				ask(&engine, &asked.text(&table.descriptors, true, &format!("{having}{order}"))).await;
			// All that differ are listed, not only the first.
			let is_proved = queries.is_multiple_of(PROVED);
			let same = catch_unwind(AssertUnwindSafe(|| {
				check(&asked, &table, &statement, &answer, &theirs, &text);
				satisfies(&table, &columns, &statement.query, least, &answer);
				if is_proved {
					proves(&table, &columns, &statement.query, least, &answer);
				}
			}));
			if same.is_err() {
				different.push(text);
			}

			queries += 1;
			proved += usize::from(is_proved);
			rows += theirs.len();
			averages += statement
				.query
				.aggregates
				.iter()
				.filter(|figure| matches!(figure, Aggregate::Avg(_)))
				.count() * theirs.len();
			empty += usize::from(theirs.is_empty());
			suppressed += twin::evaluate(&table, &statement.query, 0).groups.len() - answer.groups.len();
		}
	}
	println!("{queries} queries, {proved} proved, {rows} rows, {averages} averages, {empty} answers without rows, {suppressed} groups suppressed");
	assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
	assert_eq!((queries, proved), (1_000, 20));
	assert!(rows > 2_000 && averages > 500 && empty < 500 && suppressed > 500, "the queries ask too little");
}

#[tokio::test]
async fn the_guides_answers_are_the_engines() {
	let table = guide::table();
	let engine = engine(vec![guide::batch()]).await;
	let mut compared = 0;
	for (text, _) in guide::examples() {
		let Ok(statement) = sql::read(&text, &table.descriptors) else { continue };
		let order = statement.query.group_by.map_or(String::new(), |index| {
			format!(" ORDER BY {} ASC NULLS LAST", table.descriptors[usize::from(index)].name)
		});
		let theirs = ask(&engine, &format!("{text}{order}")).await;
		let ours = crate::support::shown(&statement, &table, 0);
		let names =
			statement.layout.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(" | ");
		let theirs: Vec<String> = theirs.iter().map(|row| row.join(" | ")).collect();
		assert_eq!(ours, [vec![names], theirs].concat().join("\n"), "{text}");
		compared += 1;
	}
	assert!(compared >= 12, "{compared}");
}
