//! Texts that are provable, texts that are not, and texts that nobody writes.

#[path = "../../tests/support/processor.rs"]
mod processor;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use souk_table_proofs::{
	Aggregate, ColumnDescriptor, ColumnType, Condition, Predicate, Query, MAX_AGGREGATES, MAX_PREDICATES,
};

use super::{check, parse, read, Shown, SqlError, GRAMMAR, MAX_TEXT_BYTES};

const ORIGIN: u8 = 0;
const TEMP: u8 = 1;
const ROWS: u8 = 2;
const DAY: u8 = 3;
const AT: u8 = 4;
const WET: u8 = 5;
const UPPER: u8 = 6;

/// No text may take longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads a text, and says how long that took. What took too long may have waited for a processor: it is read again, by the processor's clock.
fn timed(text: &str) -> (Result<Query, SqlError>, Duration) {
	let columns = columns();
	let begun = Instant::now();
	let outcome = parse(text, &columns);
	let took = begun.elapsed();
	if took < PATIENCE {
		return (outcome, took);
	}
	let before = processor::time();
	let outcome = parse(text, &columns);
	(outcome, processor::time().saturating_sub(before))
}

fn columns() -> Vec<ColumnDescriptor> {
	let column = |name: &str, kind| ColumnDescriptor { name: name.to_owned(), kind, dictionary: Vec::new() };
	let mut columns = vec![
		column("origin", ColumnType::Text),
		column("temp", ColumnType::Decimal { scale: 2 }),
		column("rows", ColumnType::Decimal { scale: 0 }),
		column("day", ColumnType::Date),
		column("at", ColumnType::Timestamp),
		column("wet", ColumnType::Bool),
		column("Upper", ColumnType::Decimal { scale: 0 }),
	];
	columns[0].dictionary = ["EWR", "JFK", "LGA"].map(str::to_owned).to_vec();
	columns
}

fn good(text: &str) -> Query {
	parse(text, &columns()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn bad(text: &str) -> String {
	match parse(text, &columns()) {
		Ok(query) => panic!("{text}: {query:?}"),
		Err(error) => error.to_string(),
	}
}

/// The predicates of a WHERE clause.
fn condition(text: &str) -> Vec<Predicate> {
	good(&format!("SELECT count(*) FROM t WHERE {text}")).predicates
}

fn within(column: u8, low: i64, high: i64) -> Vec<Predicate> {
	vec![Predicate { column, condition: Condition::Within { low, high } }]
}

fn outside(column: u8, low: i64, high: i64) -> Vec<Predicate> {
	vec![Predicate { column, condition: Condition::Outside { low, high } }]
}

fn not_null(column: u8) -> Vec<Predicate> {
	vec![Predicate { column, condition: Condition::IsNotNull }]
}

fn nothing(column: u8) -> Vec<Predicate> {
	within(column, i64::MAX, i64::MIN)
}

#[test]
fn aggregates_come_in_the_order_of_the_text() {
	let query = good(
		"select max(temp) as hottest, COUNT(*), Sum(t.temp), avg(rows), count(origin), min(\"Upper\") \
		 from nyc_weather as t group by origin;",
	);
	let aggregates = vec![
		Aggregate::Max(TEMP),
		Aggregate::CountAll,
		Aggregate::Sum(TEMP),
		Aggregate::Avg(ROWS),
		Aggregate::Count(ORIGIN),
		Aggregate::Min(UPPER),
	];
	assert_eq!(query, Query { aggregates, predicates: vec![], group_by: Some(ORIGIN) });
}

#[test]
fn the_layout_keeps_what_the_normal_form_does_not() {
	let text = "SELECT sum(temp), origin, sum(temp) AS \"Total\", count(*), (origin) o FROM Data d GROUP BY d.origin";
	let statement = read(text, &columns()).unwrap();
	assert_eq!(statement.table, "data");
	assert_eq!(statement.query.aggregates, [Aggregate::Sum(TEMP), Aggregate::CountAll]);
	let shown: Vec<_> =
		statement.layout.columns.iter().map(|column| (column.name.as_str(), column.shown)).collect();
	let expected = [
		("sum(temp)", Shown::Figure(0)),
		("origin", Shown::Key),
		("Total", Shown::Figure(0)),
		("count(*)", Shown::Figure(1)),
		("o", Shown::Key),
	];
	assert_eq!(shown, expected);
	assert_eq!(check(text).unwrap(), "data");
}

#[test]
fn numbers_are_compared_as_they_are_written() {
	assert_eq!(condition("temp < 1.234"), within(TEMP, i64::MIN, 123));
	assert_eq!(condition("temp <= 1.234"), within(TEMP, i64::MIN, 123));
	assert_eq!(condition("temp > 1.234"), within(TEMP, 124, i64::MAX));
	assert_eq!(condition("temp >= 1.234"), within(TEMP, 124, i64::MAX));
	assert_eq!(condition("temp = 1.234"), nothing(TEMP));
	assert_eq!(condition("temp <> 1.234"), not_null(TEMP));
	assert_eq!(condition("temp < -1.234"), within(TEMP, i64::MIN, -124));
	assert_eq!(condition("temp > -1.234"), within(TEMP, -123, i64::MAX));
	assert_eq!(condition("temp < 1.23"), within(TEMP, i64::MIN, 122));
	assert_eq!(condition("temp = 1.2300"), within(TEMP, 123, 123));
	assert_eq!(condition("temp = 1.23e1"), within(TEMP, 1230, 1230));
	assert_eq!(condition("temp != +.5"), outside(TEMP, 50, 50));
	assert_eq!(condition("temp IN ((-7))"), within(TEMP, -700, -700));
	assert_eq!(condition("temp NOT IN (7)"), outside(TEMP, 700, 700));
	assert_eq!(condition("rows >= 9223372036854775807"), within(ROWS, i64::MAX, i64::MAX));
	assert_eq!(condition("rows > 9223372036854775807"), nothing(ROWS));
	assert_eq!(condition("rows < 1e30"), not_null(ROWS));
	assert_eq!(condition("rows >= -9223372036854775808"), not_null(ROWS));
	assert_eq!(condition("rows = 99999999999999999999999999999999999999999"), nothing(ROWS));
}

#[test]
fn sides_can_be_exchanged() {
	for (turned, straight) in [
		("5 < temp", "temp > 5"),
		("5 <= temp", "temp >= 5"),
		("5 > temp", "temp < 5"),
		("5 >= temp", "temp <= 5"),
		("5 = temp", "temp = 5"),
		("5 <> temp", "temp <> 5"),
		("(5) < (t.temp)", "temp > 5"),
	] {
		assert_eq!(condition(turned), condition(straight), "{turned}");
	}
}

#[test]
fn ranges() {
	assert_eq!(condition("temp BETWEEN 1 AND 2"), within(TEMP, 100, 200));
	assert_eq!(condition("temp BETWEEN 1.001 AND 1.999"), within(TEMP, 101, 199));
	assert_eq!(condition("temp NOT BETWEEN 1 AND 2"), outside(TEMP, 100, 200));
	assert_eq!(condition("temp NOT BETWEEN 1.001 AND 1.999"), outside(TEMP, 101, 199));
	assert_eq!(condition("temp BETWEEN 2 AND 1"), nothing(TEMP));
	assert_eq!(condition("temp NOT BETWEEN 2 AND 1"), not_null(TEMP));
	assert_eq!(condition("temp NOT BETWEEN 1.001 AND 1.009"), not_null(TEMP));
	assert_eq!(condition("rows NOT BETWEEN -1e20 AND 1e20"), nothing(ROWS));
}

#[test]
fn null() {
	let is_null = vec![Predicate { column: TEMP, condition: Condition::IsNull }];
	assert_eq!(condition("temp IS NULL"), is_null);
	assert_eq!(condition("temp IS NOT NULL"), not_null(TEMP));
	assert_eq!(condition("temp IS NULL AND temp IS NULL"), is_null);
	assert_eq!(condition("temp IS NULL AND temp > 1"), nothing(TEMP));
	assert_eq!(condition("temp IS NOT NULL AND temp > 1"), within(TEMP, 101, i64::MAX));
	assert!(bad("SELECT count(*) FROM t WHERE temp = NULL").contains("write IS NULL"));
}

#[test]
fn dates_and_timestamps() {
	let day = 15_706; // 2013-01-01
	let micros = day * 86_400_000_000;
	assert_eq!(condition("day = DATE '2013-01-01'"), within(DAY, day, day));
	assert_eq!(condition("day >= '2013-01-01'"), within(DAY, day, i64::MAX));
	assert_eq!(condition("day > TIMESTAMP '2013-01-01 05:00:00'"), within(DAY, day + 1, i64::MAX));
	assert_eq!(condition("day >= TIMESTAMP '2013-01-01 00:00:00'"), within(DAY, day, i64::MAX));
	assert_eq!(condition("day = TIMESTAMP '2013-01-01 05:00:00'"), nothing(DAY));
	assert_eq!(condition("at >= DATE '2013-01-01'"), within(AT, micros, i64::MAX));
	assert_eq!(condition("at < '2013-01-01'"), within(AT, i64::MIN, micros - 1));
	assert_eq!(condition("at = '2013-01-01T00:00:00.000001Z'"), within(AT, micros + 1, micros + 1));
	assert_eq!(condition("at = TIMESTAMP '2013-01-01 02:00:00+02:00'"), within(AT, micros, micros));
	assert_eq!(condition("at = '2013-01-01 00:00:00.000001000'"), within(AT, micros + 1, micros + 1));
}

#[test]
fn strings_by_rank() {
	assert_eq!(condition("origin = 'JFK'"), within(ORIGIN, 1, 1));
	assert_eq!(condition("origin <> 'JFK'"), outside(ORIGIN, 1, 1));
	assert_eq!(condition("origin < 'JFK'"), within(ORIGIN, i64::MIN, 0));
	assert_eq!(condition("origin = 'KKK'"), nothing(ORIGIN));
	assert_eq!(condition("origin <> 'KKK'"), not_null(ORIGIN));
	assert_eq!(condition("origin < 'KKK'"), within(ORIGIN, i64::MIN, 1));
	assert_eq!(condition("origin <= 'KKK'"), within(ORIGIN, i64::MIN, 1));
	assert_eq!(condition("origin > 'KKK'"), within(ORIGIN, 2, i64::MAX));
	assert_eq!(condition("origin >= 'KKK'"), within(ORIGIN, 2, i64::MAX));
	assert_eq!(condition("origin < ''"), within(ORIGIN, i64::MIN, -1));
	assert_eq!(condition("origin > 'ZZZ'"), within(ORIGIN, 3, i64::MAX));
	assert_eq!(condition("origin BETWEEN 'A' AND 'K'"), within(ORIGIN, 0, 1));
}

#[test]
fn booleans() {
	assert_eq!(condition("wet = true"), within(WET, 1, 1));
	assert_eq!(condition("wet <> TRUE"), outside(WET, 1, 1));
	assert_eq!(condition("wet < true"), within(WET, i64::MIN, 0));
	assert_eq!(condition("false = wet"), within(WET, 0, 0));
}

#[test]
fn one_set_of_rows_has_one_normal_form() {
	for (one, other) in [
		("temp > 1 AND rows = 3", "rows = 3 AND temp > 1"),
		("temp > 1 AND temp <= 5", "temp BETWEEN 1.01 AND 5"),
		("temp > 1 AND (temp > 2 AND temp > 3)", "temp > 3"),
		("temp <> 1 AND temp <> 1.01 AND temp <> 1", "temp NOT BETWEEN 1 AND 1.01"),
		("temp >= 1 AND temp <> 1", "temp > 1"),
		("temp > 1 AND temp <> 0.5", "temp > 1"),
		("temp = 1 AND temp = 2", "temp <> 3 AND temp BETWEEN 3 AND 3"),
		("origin > 'EWR'", "origin >= 'F' AND origin IS NOT NULL"),
		("5 > rows", "rows < 5.0"),
	] {
		assert_eq!(condition(one), condition(other), "{one}");
	}
	let predicates = condition("temp <> 5 AND temp < 9 AND origin IS NULL AND temp <> -3");
	let conditions = [
		Predicate { column: ORIGIN, condition: Condition::IsNull },
		Predicate { column: TEMP, condition: Condition::Within { low: i64::MIN, high: 899 } },
		Predicate { column: TEMP, condition: Condition::Outside { low: -300, high: -300 } },
		Predicate { column: TEMP, condition: Condition::Outside { low: 500, high: 500 } },
	];
	assert_eq!(predicates, conditions);
}

/// A text that is refused; the part that is named; some words of the reason.
const REFUSED: &[(&str, &str, &str)] = &[
	("SELECT origin, count(*) FROM t", "`origin`", "the one that GROUP BY names"),
	(
		"SELECT temp, count(*) FROM t GROUP BY origin",
		"line 1, column 8: `temp`",
		"the one that GROUP BY names",
	),
	("SELECT * FROM t", "line 1, column 8: `*`", "rows of the table are not shown"),
	("SELECT t.* FROM t", "`t.*", "rows of the table are not shown"),
	("SELECT count(*), * EXCLUDE (temp) FROM t", "`*", "rows of the table are not shown"),
	("SELECT origin FROM t GROUP BY origin", "the query", "it has no aggregate"),
	("SELECT FROM t", "the query", "it has no aggregate"),
	("SELECT count(*)", "`SELECT count(*)`", "it has no FROM"),
	("SELECT count(DISTINCT temp) FROM t", "line 1, column 8: `count(DISTINCT temp)`", "DISTINCT"),
	("SELECT count(ALL temp) FROM t", "`count(ALL temp)`", "leave ALL out"),
	("SELECT count(1) FROM t", "`count(1)`", "count takes * or one column"),
	("SELECT count() FROM t", "`count()`", "count takes * or one column"),
	("SELECT count(temp, rows) FROM t", "`count(temp, rows)`", "count takes * or one column"),
	("SELECT sum(*) FROM t", "`sum(*)`", "sum takes one column"),
	("SELECT sum(temp + 1) FROM t", "`sum(temp + 1)`", "nothing computed"),
	("SELECT sum(temp) + 1 FROM t", "`sum(temp) + 1`", "nothing computed"),
	("SELECT sum(temp) / count(*) FROM t", "`sum(temp) / count(*)`", "nothing computed"),
	("SELECT sum(origin) FROM t", "`sum(origin)`", "sum needs numbers"),
	("SELECT avg(day) FROM t", "`avg(day)`", "avg needs numbers"),
	("SELECT sum(wet) FROM t", "`sum(wet)`", "sum needs numbers"),
	("SELECT median(temp) FROM t", "`median(temp)`", "count, sum, min, max and avg"),
	("SELECT s.sum(temp) FROM t", "`s.sum(temp)`", "count, sum, min, max and avg"),
	("SELECT sum(temp) OVER () FROM t", "`sum(temp)`", "windows"),
	("SELECT sum(temp) FILTER (WHERE temp > 1) FROM t", "`sum(temp)", "FILTER"),
	("SELECT sum(temp ORDER BY rows) FROM t", "`sum(temp ORDER BY rows)`", "and nothing else"),
	("SELECT min(temp) IGNORE NULLS FROM t", "`min(temp)`", "nothing after them"),
	("SELECT count(*) AS (a, b) FROM t", "`count(*)`", "one name"),
	("SELECT 1 FROM t", "`1`", "nothing computed"),
	("SELECT (SELECT count(*) FROM t) FROM t", "`(SELECT count(*) FROM t)`", "nothing computed"),
	("SELECT DISTINCT count(*) FROM t", "line 1, column 8: `DISTINCT`", "once anyway"),
	("SELECT count(*) FROM t, u", "`u`", "FROM names one table"),
	("SELECT count(*) FROM t JOIN u ON t.temp = u.temp", "`u ON t.temp = u.temp`", "nothing is joined"),
	("SELECT count(*) FROM t NATURAL JOIN u", "`u`", "nothing is joined"),
	(
		"SELECT count(*) FROM (SELECT * FROM t) AS u",
		"line 1, column 22: `(SELECT * FROM t) AS u`",
		"no query or function",
	),
	("SELECT count(*) FROM f(1)", "`f", "not a function"),
	("SELECT count(*) FROM s.t", "`s.t`", "one part"),
	("SELECT count(*) FROM t AS u (a, b)", "`t", "an alias is a single name"),
	("SELECT count(*) FROM t TABLESAMPLE (10 PERCENT)", "`t", "the whole table"),
	("SELECT count(*) FROM t FOR SYSTEM_TIME AS OF '2013-01-01'", "", ""),
	("SELECT count(*) FROM t WHERE temp = 1 OR temp = 2", "line 1, column 30: `temp = 1 OR temp = 2`", "OR"),
	("SELECT count(*) FROM t WHERE NOT temp = 1", "line 1, column 30: `NOT temp = 1`", "NOT"),
	("SELECT count(*) FROM t WHERE wet", "`wet`", "column = true"),
	("SELECT count(*) FROM t WHERE wet IS TRUE", "`wet", "column = true"),
	("SELECT count(*) FROM t WHERE temp IN (1, 2)", "`temp IN (1, 2)`", "IN has one value"),
	("SELECT count(*) FROM t WHERE temp IN (SELECT 1)", "`temp IN (SELECT 1)`", "no other query"),
	("SELECT count(*) FROM t WHERE EXISTS (SELECT 1)", "SELECT 1", "no other query"),
	("SELECT count(*) FROM t WHERE origin LIKE 'J%'", "`origin LIKE 'J%'`", "patterns"),
	("SELECT count(*) FROM t WHERE temp = rows", "`rows`", "not another column"),
	("SELECT count(*) FROM t WHERE temp BETWEEN rows AND 2", "`rows`", "not another column"),
	("SELECT count(*) FROM t WHERE 1 BETWEEN temp AND 2", "`1`", "a column is expected here"),
	("SELECT count(*) FROM t WHERE 1 = 1", "`1`", "not another literal"),
	("SELECT count(*) FROM t WHERE abs(temp) = 1", "`abs(temp)`", "not a function of it"),
	("SELECT count(*) FROM t WHERE temp + 1 = 1", "`temp + 1`", "nothing computed"),
	("SELECT count(*) FROM t WHERE temp = 1 + 1", "`1 + 1`", "nothing computed"),
	("SELECT count(*) FROM t WHERE temp = (SELECT 1)", "`(SELECT 1)`", "not a query"),
	("SELECT count(*) FROM t WHERE temp IS DISTINCT FROM 1", "`temp", "write =, <>, IS NULL"),
	("SELECT count(*) FROM t WHERE temp = '1'", "line 1, column 37: `'1'`", "without quotes"),
	("SELECT count(*) FROM t WHERE origin = 1", "`1`", "single quotes"),
	("SELECT count(*) FROM t WHERE origin = \"JFK\"", "`\"JFK\"`", "not another column"),
	("SELECT count(*) FROM t WHERE day = '2013-02-29'", "`'2013-02-29'`", "a date is written like"),
	(
		"SELECT count(*) FROM t WHERE day = '2013-01-01 05:00:00'",
		"`'2013-01-01 05:00:00'`",
		"a date is written like",
	),
	("SELECT count(*) FROM t WHERE day = DATE '13-1-1'", "`'13-1-1'`", "a date is written like"),
	("SELECT count(*) FROM t WHERE day = 15706", "`15706`", "written like DATE"),
	("SELECT count(*) FROM t WHERE at = '5 o''clock'", "`'5 o''clock'`", "a timestamp is written like"),
	(
		"SELECT count(*) FROM t WHERE at = '2013-01-01 05:00:00.0000019'",
		"`'2013-01-01 05:00:00.0000019'`",
		"up to six digits",
	),
	("SELECT count(*) FROM t WHERE at = TIME '05:00:00'", "`'05:00:00'`", "DATE '…' and TIMESTAMP '…'"),
	("SELECT count(*) FROM t WHERE wet = 1", "`1`", "true and false"),
	("SELECT count(*) FROM t WHERE temp = $1", "`$1`", "parameter"),
	("SELECT count(*) FROM t WHERE temp = X'01'", "`X'01'`", "a literal is a number"),
	("SELECT count(*) FROM t WHERE temp = 1e1000000000", "`1e1000000000`", "a number is written like"),
	("SELECT count(*) FROM t WHERE temp <=> 1", "`temp <=> 1`", "conditions are comparisons"),
	("SELECT count(*) FROM t WHERE temp = 1 = 1", "", ""),
	("SELECT count(*) FROM t WHERE 5 < temp < 7", "", ""),
	("SELECT count(*) FROM t GROUP BY 1", "`1`", "GROUP BY names one column"),
	("SELECT count(*) FROM t GROUP BY ()", "the query", "GROUP BY names one column"),
	("SELECT count(*) FROM t WHERE temp = -(1)", "`(1)`", "nothing computed"),
	("SELECT count(*) FROM t GROUP BY origin, day", "line 1, column 41: `day`", "GROUP BY names one column"),
	("SELECT count(*) FROM t GROUP BY ALL", "`GROUP`", "GROUP BY names one column"),
	("SELECT count(*) FROM t GROUP BY ROLLUP (origin)", "`", "GROUP BY names one column"),
	("SELECT count(*) FROM t GROUP BY origin WITH ROLLUP", "`GROUP`", "nothing after it"),
	(
		"SELECT count(*) FROM t GROUP BY origin HAVING count(*) > 1",
		"line 1, column 40: `HAVING`",
		"leave HAVING out",
	),
	("SELECT count(*) FROM t ORDER BY 1", "line 1, column 24: `ORDER`", "ascending order"),
	("SELECT count(*) FROM t LIMIT 1", "`LIMIT`", "all its groups"),
	("SELECT count(*) FROM t OFFSET 1", "`OFFSET`", "all its groups"),
	("SELECT count(*) FROM t FETCH FIRST ROW ONLY", "`FETCH`", "all its groups"),
	("SELECT TOP 1 count(*) FROM t", "`", ""),
	("SELECT count(*) FROM t FOR UPDATE", "`FOR`", "the clauses are"),
	("SELECT count(*) FROM t SETTINGS a = 1", "`SETTINGS`", "the clauses are"),
	("SELECT count(*) FROM t FORMAT CSV", "`FORMAT`", "the clauses are"),
	("SELECT count(*) FROM t PREWHERE temp > 1", "`PREWHERE`", "write WHERE"),
	("SELECT count(*) FROM t QUALIFY temp > 1", "`QUALIFY`", "windows"),
	("SELECT count(*) FROM t WINDOW w AS (PARTITION BY temp)", "`WINDOW`", "windows"),
	("SELECT count(*) INTO u FROM t", "`INTO`", "the clauses are"),
	("FROM t SELECT count(*)", "`FROM t SELECT count(*)`", "write SELECT first"),
	("SELECT count(*) FROM t |> WHERE temp > 1", "`", "a pipe"),
	("WITH u AS (SELECT 1) SELECT count(*) FROM t", "`WITH`", "no other query in it"),
	("SELECT count(*) FROM t UNION ALL SELECT count(*) FROM t", "line 1, column 24: `UNION`", "one SELECT"),
	("(SELECT count(*) FROM t)", "`(SELECT count(*) FROM t)`", "without parentheses"),
	("VALUES (1)", "`VALUES (1)`", "only a SELECT"),
	("INSERT INTO t VALUES (1)", "`INSERT INTO t VALUES (1)`", "only a SELECT"),
	("DROP TABLE t", "`DROP TABLE t`", "only a SELECT"),
	("EXPLAIN SELECT count(*) FROM t", "`EXPLAIN", "only a SELECT"),
	("SELECT count(*) FROM t; SELECT count(*) FROM t", "the query", "found 2 statements"),
	("", "the query", "found 0 statements"),
	("-- nothing", "the query", "found 0 statements"),
	("SELECT count(*) FRM t", "the query", "cannot be read as SQL"),
	("SELECT count(* FROM t", "line 1, column 16: the query", "cannot be read as SQL"),
	("SELECT count(*) FROM t WHERE origin = 'JFK", "line 1, column 39: the query", "cannot be read as SQL"),
	(
		"SELECT count(CASE WHEN wet THEN 1 END) FROM t",
		"line 1, column 14: `CASE",
		"not part of the provable subset",
	),
	(
		"SELECT CAST(temp AS INT) FROM t",
		"line 1, column 8: `CAST(temp AS INT)`",
		"not part of the provable subset",
	),
	("SELECT temp::int FROM t", "`temp", "nothing computed"),
	("SELECT sum(u.temp) FROM t", "`u.temp`", "after t."),
	("SELECT sum(t.temp) FROM t AS u", "`t.temp`", "after u."),
	("SELECT sum(a.t.temp) FROM t", "`a.t.temp`", "after t."),
	("SELECT sum(nope) FROM t", "line 1, column 12: `nope`", "it does to origin, temp, rows"),
	("SELECT sum(Upper) FROM t", "`Upper`", "there is \"Upper\""),
	("SELECT sum(\"TEMP\") FROM t", "`\"TEMP\"`", "there is \"temp\""),
	("SELECT count(*)\nFROM t\nWHERE\n\tnope = 1", "line 4, column 2: `nope`", "does not commit"),
];

#[test]
fn everything_else_is_refused_by_name() {
	for (text, part, reason) in REFUSED {
		let error = bad(text);
		println!("{text}\n    {error}");
		assert!(error.contains(part), "{text}: {error}");
		assert!(error.contains(reason), "{text}: {error}");
		assert!(error.ends_with("(what can be: docs/provable-sql.md)"), "{text}: {error}");
	}
}

#[test]
fn without_columns_only_what_is_about_columns_passes() {
	for (text, _, reason) in REFUSED {
		let about_columns = [
			"GROUP BY names)",
			"the one that GROUP BY",
			"no aggregate",
			"needs numbers",
			"written",
			"there is \"",
			"commit",
			"it does to",
		]
		.iter()
		.any(|words| bad(text).contains(words));
		if !about_columns && !reason.is_empty() {
			assert_eq!(check(text).unwrap_err().to_string(), bad(text), "{text}");
		}
	}
	assert_eq!(check("SELECT sum(whatever) FROM \"T\" WHERE x < 'y'").unwrap(), "T");
}

#[test]
fn a_snapshot_without_committed_columns_says_so() {
	let error = parse("SELECT sum(temp) FROM t", &[]).unwrap_err().to_string();
	assert!(error.contains("its manifest has no [prove]"), "{error}");
}

#[test]
fn names_without_quotes_lose_their_case_in_ascii_only() {
	let mut columns = columns();
	columns[0].name = "über Ö".to_owned();
	columns[1].name = "Öl".to_owned();
	let aggregates = |text: &str| parse(text, &columns).unwrap().aggregates;
	assert_eq!(aggregates("SELECT count(ÖL) FROM t"), aggregates("SELECT count(\"Öl\") FROM t"));
	assert_eq!(aggregates("SELECT count(\"über Ö\") FROM t"), [Aggregate::Count(0)]);
	assert!(parse("SELECT count(öl) FROM t", &columns).unwrap_err().to_string().contains("there is \"Öl\""));
}

#[test]
fn limits_of_the_normal_form() {
	let figures: Vec<String> = (0..20)
		.map(|index| {
			format!(
				"{}({})",
				["min", "max", "count"][index / 7],
				columns()[index % 7].name.replace("Upper", "\"Upper\"")
			)
		})
		.collect();
	let sixteen = format!("SELECT {}, min(temp) FROM t", figures[..MAX_AGGREGATES].join(", "));
	assert_eq!(good(&sixteen).aggregates.len(), MAX_AGGREGATES);
	let seventeen = format!("SELECT {} FROM t", figures[..=MAX_AGGREGATES].join(", "));
	assert!(bad(&seventeen).contains("at most 16 different aggregates"));
	let holes = |count: usize| {
		(0..count).map(|hole| format!("rows <> {}", 2 * hole)).collect::<Vec<_>>().join(" AND ")
	};
	assert_eq!(condition(&holes(MAX_PREDICATES)).len(), MAX_PREDICATES);
	let error = bad(&format!("SELECT count(*) FROM t WHERE {}", holes(MAX_PREDICATES + 1)));
	assert!(error.contains("comes to 9 conditions, the limit is 8"), "{error}");
	// What is merged is counted once.
	let ranges: Vec<String> = (0..100).map(|low| format!("rows > {low}")).collect();
	assert_eq!(condition(&ranges.join(" AND ")), within(ROWS, 100, i64::MAX));
}

#[test]
fn an_error_shows_no_more_of_the_text_than_it_has_room_for_and_nothing_that_moves_a_cursor() {
	let error = bad(&format!("SELECT sum(\"{}\u{1b}[2J\") FROM t", "x".repeat(1_000)));
	assert!(error.chars().count() < 400, "{error}");
	let error = bad("SELECT sum(\"a\u{1b}[2J\nb\") FROM t");
	assert!(!error.contains(char::is_control), "{error}");
	let error = bad("SELECT count(*) FROM t WHERE \u{1b} \u{7}");
	assert!(!error.contains(char::is_control), "{error}");
}

/// What nobody writes: long, deep, ambiguous. All of it is refused, and soon.
#[test]
fn hostile_texts_are_refused_at_once() {
	let deep = |open: &str, inside: &str, close: &str, times: usize| {
		format!("SELECT count(*) FROM t WHERE temp = {}{inside}{}", open.repeat(times), close.repeat(times))
	};
	let mut texts = vec![
		" ".repeat(1 << 20),
		"(".repeat(1 << 20),
		"a".repeat(1 << 20),
		"'".repeat(1 << 20),
		format!("SELECT count(*) FROM t WHERE temp = {}", "1".repeat(1 << 20)),
		format!("SELECT count(*) FROM t WHERE temp = {}", "1 AND temp = ".repeat(80_000)),
	];
	for times in [9, 20, 50, 300, 900, 6_000, 30_000] {
		texts.extend([
			deep("(", "1", ")", times),
			deep("(", "1", "", times),
			deep("[", "1", "]", times),
			deep("{", "1", "}", times),
			deep("f(", "1", ")", times),
			deep("ARRAY[", "1", "]", times),
			deep("CAST(", "x y", " AS INT)", times),
			deep("CASE ", "1", " END", times),
			deep("NOT ", "1", "", times),
			deep("- ", "1", "", times),
			deep("-", "1", "", times),
			deep("~", "1", "", times),
			deep("PRIOR ", "1", "", times),
			deep("INTERVAL ", "1", " DAY", times),
			deep("DATE ", "'x'", "", times),
			deep("EXISTS (SELECT ", "1", ")", times),
			deep("/*", "1", "*/", times),
			deep("/*! ", "1", "*/", times),
			deep("x IN (", "1", ")", times),
			deep("STRUCT(", "1", ")", times),
			deep("MAP {1: ", "1", "}", times),
			deep("TRIM(", "1", ")", times),
			deep("1::INT", "", "::INT", times),
			deep("x.", "y", "", times),
			deep("1 + ", "1", "", times),
			deep("1 OR ", "1", "", times),
			deep("1 = ", "1", "", times),
			deep("x COLLATE ", "y", "", times),
			format!("SELECT count(*) FROM {}t{}", "(".repeat(times), ")".repeat(times)),
			format!("SELECT count(*) FROM {}t x{}", "(".repeat(times), ")".repeat(times)),
			format!("SELECT count(*) FROM {}t{}", "(SELECT * FROM ".repeat(times), ") AS x".repeat(times)),
			format!("SELECT count(*) FROM t{}", " JOIN t".repeat(times)),
			format!("SELECT count(*) FROM t{}", " UNION SELECT 1".repeat(times)),
			format!("{}SELECT count(*) FROM t", "WITH x AS (".repeat(times)),
			format!("{}SELECT count(*) FROM t", "EXPLAIN ".repeat(times)),
			format!("{}1", "SELECT ".repeat(times)),
			format!("SELECT count(*) FROM t{}", ";".repeat(times)),
			format!("CREATE TABLE x (a {}INT{})", "ARRAY<".repeat(times), ">".repeat(times)),
			format!("CREATE TABLE x (a {}INT{})", "STRUCT<a ".repeat(times), ">".repeat(times)),
		]);
	}
	let started = Instant::now();
	let mut slowest = (Duration::ZERO, String::new());
	for text in &texts {
		let (outcome, took) = timed(text);
		let shown: String = text.chars().take(60).collect();
		// An alias of many semicolons, and a name of many letters, are all that is no attack.
		assert!(outcome.is_err() || text.ends_with(';') || text.contains("/*"), "{shown}");
		slowest = slowest.max((took, shown));
	}
	println!("{} texts in {:?}, the slowest {slowest:?}", texts.len(), started.elapsed());
	assert!(slowest.0 < PATIENCE, "{slowest:?}");
}

#[test]
fn a_text_of_exactly_the_limit_is_read() {
	let text = "SELECT count(*) FROM t";
	let padded = format!("{text}{}", " ".repeat(MAX_TEXT_BYTES - text.len()));
	assert_eq!(good(&padded), good(text));
	assert!(bad(&format!("{padded} ")).contains("65537 bytes, the limit is 65536"));
}

#[test]
fn the_grammar_for_people_is_itself_of_the_subset() {
	for item in ["count(*)", "count(column)", "sum(column)", "min(column)", "max(column)", "avg(column)"] {
		assert!(GRAMMAR.contains(item));
		good(&format!("SELECT {} FROM t", item.replace("column", "temp")));
	}
}

/// Words of the subset and of SQL around it, put together without sense.
const WORDS: &[&str] = &[
	"SELECT",
	"FROM",
	"WHERE",
	"GROUP BY",
	"AND",
	"OR",
	"NOT",
	"BETWEEN",
	"IN",
	"IS",
	"NULL",
	"AS",
	"count",
	"sum",
	"avg",
	"(",
	")",
	"*",
	",",
	".",
	"=",
	"<>",
	"<",
	">=",
	"1",
	"-1.5",
	"'x'",
	"DATE",
	"'2013-01-01'",
	"temp",
	"origin",
	"t",
	"\"Upper\"",
	"true",
	"$1",
	";",
	"HAVING",
	"ORDER BY",
	"LIMIT",
	"UNION",
	"JOIN",
	"ON",
	"WITH",
	"CASE",
	"END",
	"CAST",
	"ARRAY",
	"[",
	"]",
	"{",
	"}",
	"::",
	"|>",
	"INTERVAL",
	"EXISTS",
	"LIKE",
	"DISTINCT",
	"OVER",
	"FILTER",
	"VALUES",
	"TABLE",
	"/*",
	"*/",
	"--",
	"\n",
	"'",
	"\"",
	"`",
	"é",
	"\u{0}",
	"EXTRACT",
	"TRIM",
	"MAP",
	"STRUCT",
	"PRIOR",
	"LATERAL",
	"UNNEST",
	"TABLESAMPLE",
	"PIVOT",
	"MATCH_RECOGNIZE",
	"JSON_TABLE",
	"XMLELEMENT",
	"INTO",
	"TOP",
];

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	#[test]
	fn no_sequence_of_words_panics_or_takes_long(picks in proptest::collection::vec(0..WORDS.len(), 0..120), head in any::<bool>()) {
		let words: Vec<&str> = picks.into_iter().map(|pick| WORDS[pick]).collect();
		let text = format!("{}{}", if head { "SELECT count(*) FROM t WHERE " } else { "" }, words.join(" "));
		let (_, took) = timed(&text);
		prop_assert!(took < PATIENCE, "{:?}: {}", took, text);
	}

	#[test]
	fn no_text_panics(text in ".{0,200}") {
		let _ = parse(&text, &columns());
	}
}
