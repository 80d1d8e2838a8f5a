//! Real proofs over a small table, written down, read back, changed and refused.

use super::*;
use souk_aggregates::{prove, Table};
use souk_table_proofs::{columns_root, ColumnDescriptor, ColumnType};
use std::{ops::ControlFlow, sync::OnceLock};

const SQL: &str = "SELECT origin AS airport, count(*), avg(temp), min(day), max(late) FROM t WHERE temp > -5 GROUP BY origin";
const KEY: [u8; 32] = [3; 32];
const CONTEXT: Context = Context { genesis: [1; 32], listing: 4, period: 9 };

fn column(name: &str, kind: ColumnType, words: &[&str]) -> ColumnDescriptor {
	let dictionary = words.iter().map(|word| (*word).into()).collect();
	ColumnDescriptor { name: name.into(), kind, dictionary }
}

fn table() -> Table {
	let descriptors = vec![
		column("origin", ColumnType::Text, &["EWR", "JFK"]),
		column("temp", ColumnType::Decimal { scale: 2 }, &[]),
		column("day", ColumnType::Date, &[]),
		column("late", ColumnType::Bool, &[]),
		column("note", ColumnType::Text, &["secret", "words"]),
	];
	let rows = 0..50i64;
	let every = |n: i64, value: i64| (value % n != 0).then_some(value);
	let columns = vec![
		rows.clone().map(|row| (row % 9 != 0).then_some(row % 2)).collect(),
		rows.clone().map(|row| every(7, row * 131 - 900)).collect(),
		rows.clone().map(|row| Some(15_706 + row)).collect(),
		rows.clone().map(|row| Some(i64::from(row > 40))).collect(),
		rows.map(|row| Some(row % 2)).collect(),
	];
	Table { descriptors, columns }
}

fn proved(sql: &str) -> Bundle {
	let table = table();
	let query = sql::parse(sql, &table.descriptors).unwrap();
	prove(&table, &KEY, CONTEXT, &query, 2, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Proving takes its time: one for all tests.
fn bundle() -> &'static Bundle {
	static BUNDLE: OnceLock<Bundle> = OnceLock::new();
	BUNDLE.get_or_init(|| proved(SQL))
}

fn anchor() -> Anchor {
	let columns_root = columns_root(50, &souk_aggregates::commit(&table(), &KEY));
	Anchor { context: CONTEXT, columns_root, min_group_size: 2 }
}

fn document() -> Document {
	Document::new(bundle(), SQL).unwrap()
}

/// What a verifier says of a document.
fn verdict(document: &Document) -> Result<Bundle, &'static str> {
	let json = serde_json::to_vec(document).unwrap();
	let document = Document::parse(&json).map_err(|error| error.code())?;
	let bytes = document.bundle().map_err(|error| error.code())?;
	anchor().check(&bytes, &document.sql).map_err(|why| why.code())
}

#[test]
fn what_is_written_down_is_read_back_and_holds() {
	let document = document();
	assert_eq!(verdict(&document).as_ref(), Ok(bundle()));
	assert_eq!(document.answer.columns, ["origin", "count(*)", "avg(temp)", "min(day)", "max(late)"]);
	assert_eq!(document.answer.rows.len(), 3);
	assert_eq!(document.answer.rows[0][0].as_deref(), Some("EWR"));
	assert_eq!(document.answer.rows[2][0], None, "the group of NULL");
	assert!(document.answer.rows[0][2].as_deref().unwrap().contains(" / "));
	let json = serde_json::to_string_pretty(&document).unwrap();
	assert!(!json.contains("secret"), "words of a column that the query does not name");
}

#[test]
fn whoever_changes_one_digit_is_refused() {
	let good = document();
	// Every digit of every cell.
	let mut changed = 0;
	for row in 0..good.answer.rows.len() {
		for cell in 0..good.answer.columns.len() {
			let Some(words) = &good.answer.rows[row][cell] else { continue };
			for (at, digit) in words.char_indices().filter(|(_, letter)| letter.is_ascii_digit()) {
				let mut bad = good.clone();
				let other = if digit == '9' { '8' } else { char::from(digit as u8 + 1) };
				let mut words = words.clone();
				words.replace_range(at..=at, &other.to_string());
				bad.answer.rows[row][cell] = Some(words);
				let code = verdict(&bad).expect_err("another digit");
				assert!(["answer", "invalid"].contains(&code), "{code}");
				changed += 1;
			}
		}
	}
	assert!(changed > 50, "{changed}");
}

#[test]
fn every_other_change_is_refused_by_the_rule_that_it_breaks() {
	type Change = fn(&mut Document);
	let changes: [(Change, &str); 27] = [
		(|d| d.format.push('2'), "version"),
		(|d| d.version += 1, "version"),
		(|d| d.genesis = d.genesis.replacen("01", "02", 1), "context"),
		(|d| d.genesis.push('0'), "context"),
		(|d| d.listing += 1, "context"),
		(|d| d.period += 1, "context"),
		(|d| d.rows += 1, "columns_root"),
		(|d| d.columns_root = d.columns_root.to_uppercase(), "columns_root"),
		(|d| d.min_group_size = 0, "min_group_size"),
		(|d| d.sql = d.sql.replace("-5", "-4"), "invalid"),
		(|d| d.sql = d.sql.replace("count(*)", "count(temp)"), "answer"),
		(|d| d.sql = d.sql.replace("temp > -5", "note = 'secret'"), "withheld"),
		(|d| d.sql = "SELECT".into(), "sql"),
		(|d| d.answer.columns[0] = "airport".into(), "answer"),
		(|d| drop(d.answer.rows.remove(0)), "invalid"),
		(|d| d.answer.rows.swap(0, 1), "answer"),
		(|d| d.answer.rows[1] = d.answer.rows[0].clone(), "answer"),
		(|d| drop(d.answer.rows[0].pop()), "answer"),
		(|d| d.answer.rows[0][1] = None, "answer"),
		(|d| d.columns[3].kind = "date".into(), "answer"),
		(|d| d.columns[1].scale = Some(3), "answer"),
		(|d| d.columns[0].name = "to".into(), "sql"),
		(
			|d| d.columns[0].dictionary = Some(["EWR", "JFK", "LGA"].map(String::from).to_vec()),
			"columns_root",
		),
		(|d| d.columns[4].dictionary_hash = Some(format!("0x{}", "00".repeat(32))), "columns_root"),
		(|d| d.columns[2].kind = "text".into(), "columns"),
		(|d| d.proof = d.proof.replacen("0x", "0X", 1), "malformed_proof"),
		(|d| d.proof.truncate(d.proof.len() - 2), "malformed_proof"),
	];
	for (number, (change, code)) in changes.into_iter().enumerate() {
		let mut bad = document();
		change(&mut bad);
		assert_eq!(verdict(&bad).expect_err("a change"), code, "change {number}");
	}
	let json = serde_json::to_string(&document()).unwrap();
	for bad in [json.replacen("\"sql\"", "\"more\":1,\"sql\"", 1), json[..json.len() - 1].to_owned()] {
		assert_eq!(Document::parse(bad.as_bytes()).unwrap_err().code(), "malformed");
	}
}

#[test]
fn the_words_of_a_column_that_is_compared_cannot_be_left_out() {
	// Without the words no string is any of them, so that the SQL would mean what an honest proof can be had of.
	const ASKED: &str = "SELECT count(*) FROM t WHERE origin = 'JFK'";
	let mut wordless = table();
	let words = std::mem::take(&mut wordless.descriptors[0].dictionary);
	let query = sql::parse(ASKED, &wordless.descriptors).unwrap();
	let mut forged = prove(&table(), &KEY, CONTEXT, &query, 2, &mut |_| ControlFlow::Continue(())).unwrap();
	assert_eq!(forged.columns[0].descriptor.dictionary, words, "what is proved has the words");
	let code = |bundle: &Bundle| anchor().check(&codec::Encode::encode(bundle), ASKED).unwrap_err().code();
	assert_eq!(code(&forged), "query");
	forged.columns[0].descriptor.dictionary.clear();
	forged.withheld.insert(0, (0, souk_table_proofs::commitment::dictionary_hash(&words)));
	assert_eq!(meaning(&forged, ASKED).unwrap().query, forged.query, "the SQL means it over such columns");
	assert_eq!(forged.columns_root(), Some(anchor().columns_root), "the root is the snapshot's");
	assert_eq!(code(&forged), "withheld");
}

#[test]
fn sql_is_about_the_listings_table_or_refused() {
	let code = |table: &str| {
		let sql = SQL.replace("FROM t", &format!("FROM {table}"));
		check_table(&sql, "nyc-weather").map_err(|why| why.code())
	};
	for own in ["t", "T", "nyc_weather", "NYC_Weather"] {
		assert_eq!(code(own), Ok(()), "{own}");
	}
	for other in ["salaries", "nyc", "\"nyc-weather\""] {
		assert_eq!(code(other), Err("table"), "{other}");
	}
	assert_eq!(check_table("SELECT", "nyc-weather").unwrap_err().code(), "sql");
}

#[test]
fn a_bundle_holds_for_one_snapshot_and_policy() {
	let bytes = codec::Encode::encode(bundle());
	let code = |change: fn(&mut Anchor)| {
		let mut anchor = anchor();
		change(&mut anchor);
		anchor.check(&bytes, SQL).map_err(|why| why.code()).map(drop)
	};
	assert_eq!(code(|_| {}), Ok(()));
	assert_eq!(code(|anchor| anchor.context.genesis[0] ^= 1), Err("context"));
	assert_eq!(code(|anchor| anchor.context.listing += 1), Err("context"));
	assert_eq!(code(|anchor| anchor.context.period += 1), Err("context"));
	assert_eq!(code(|anchor| anchor.columns_root[0] ^= 1), Err("columns_root"));
	assert_eq!(code(|anchor| anchor.min_group_size = 3), Err("min_group_size"));
	assert_eq!(anchor().check(&bytes, &SQL.replace("-5", "-4")).unwrap_err().code(), "query");
	assert_eq!(anchor().check(&bytes, "SELECT x FROM t").unwrap_err().code(), "sql");
	// Another way to say the same.
	anchor().check(&bytes, &SQL.replace("temp > -5", "-5 < temp").to_lowercase()).unwrap();
}

#[test]
fn the_figures_are_a_table_as_the_sql_lays_it_out() {
	let statement = meaning(bundle(), SQL).unwrap();
	let batch = batch(bundle(), &statement.layout).unwrap();
	let schema = batch.schema();
	let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
	assert_eq!(names, ["airport", "count(*)", "avg(temp)", "min(day)", "max(late)"]);
	let kinds: Vec<_> = schema.fields().iter().map(|field| field.data_type().to_string()).collect();
	assert_eq!(kinds, ["Utf8", "UInt64", "Decimal128(38, 6)", "Date32", "Boolean"]);
	assert_eq!(batch.num_rows(), 3);
}

#[test]
fn columns_are_read_out_of_a_bundle_with_the_words_that_it_has() {
	let document = document();
	let known = KnownColumns::of_bundle(&document, anchor().columns_root).unwrap();
	for sql in ["SELECT count(*) FROM t WHERE origin = 'JFK'", "SELECT count(*) FROM t GROUP BY note"] {
		assert_eq!(known.read(sql).unwrap().query, sql::parse(sql, &table().descriptors).unwrap(), "{sql}");
	}
	let error = known.read("SELECT count(*) FROM t WHERE note = 'words'").unwrap_err();
	assert!(error.reason.contains("are not published"), "{error}");
	assert_eq!(KnownColumns::of_bundle(&document, [0; 32]), Err(ColumnsUnknown::OtherColumns));
	let changed = Document { rows: 51, ..document };
	assert!(matches!(
		KnownColumns::of_bundle(&changed, anchor().columns_root),
		Err(ColumnsUnknown::NoBundle(_))
	));
}

#[test]
fn the_answer_to_an_ask_is_one_to_its_query_over_its_snapshot() {
	use crate::types::{AskState, AskView, Asset, Price};
	use codec::Encode as _;
	let ask = AskView {
		id: 7,
		listing: CONTEXT.listing,
		asker: [1; 32],
		bounty: Price { asset: Asset::Native, amount: 1 },
		period: CONTEXT.period,
		columns_root: anchor().columns_root,
		rows: 50,
		min_group_size: 2,
		query: bundle().query.clone(),
		text_hash: Some(asked_text_hash(SQL)),
		state: AskState::Open,
		created_at: 1,
		answer_until: 2,
		ended_at: None,
		due: None,
		held: 1,
		paid: 0,
		refunded: 0,
		deposit: 0,
		verdict: None,
		withdrawable: false,
	};
	let bytes = bundle().encode();
	let verdict = |ask: &AskView| {
		let checked = Anchor::of_ask(CONTEXT.genesis, ask).check_answer(&bytes, ask);
		checked.map_err(|why| why.code())
	};
	assert_eq!(verdict(&ask).as_ref(), Ok(bundle()));
	let other = Query { group_by: None, ..ask.query.clone() };
	for (changed, code) in [
		(AskView { query: other, ..ask.clone() }, "query"),
		(AskView { listing: 5, ..ask.clone() }, "context"),
		(AskView { period: 8, ..ask.clone() }, "context"),
		(AskView { columns_root: [0; 32], ..ask.clone() }, "columns_root"),
		(AskView { min_group_size: 0, ..ask.clone() }, "min_group_size"),
	] {
		assert_eq!(verdict(&changed), Err(code));
	}
}
