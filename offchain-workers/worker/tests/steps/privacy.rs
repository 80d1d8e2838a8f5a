//! `[[privacy]]`: each action, with values.

use crate::support::{secret, Dataset};
use datafusion::{
	arrow::{
		array::{Array, AsArray, Decimal128Array, RecordBatch},
		compute::{cast, concat_batches},
		datatypes::{DataType, Decimal128Type, Field, Schema},
	},
	parquet::arrow::{arrow_reader::ParquetRecordBatchReaderBuilder, ArrowWriter},
};
use souk_protocol::ListingSecret;
use souk_worker::error::StepError;
use std::{collections::BTreeSet, fs, sync::Arc};

const TABLE: &str =
	"who,age,city,score\nann,31,Oslo,0.5\nbob,42,Bergen,1.5\nann,31,Oslo,2.675\neve,,Oslo,-0.04\n";

fn action(column: &str, rest: &str) -> String {
	format!("[[privacy]]\ncolumn = \"{column}\"\n{rest}\n")
}

fn table(dataset: &Dataset, secret: ListingSecret) -> RecordBatch {
	let dir = tempfile::tempdir().unwrap();
	let mut work = dataset.work(dir.path());
	work.secret = secret;
	dataset.encode(&work).unwrap();
	let bytes = axum::body::Bytes::from(fs::read(work.snapshot_file()).unwrap());
	let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
	let batches: Vec<_> = reader.map(|batch| batch.unwrap()).collect();
	concat_batches(&batches[0].schema(), &batches).unwrap()
}

/// The values of a column as text, after some actions on the table above.
fn column(rules: &str, name: &str) -> Vec<Option<String>> {
	texts(&table(&Dataset::csv(TABLE, rules), secret()), name)
}

fn texts(table: &RecordBatch, name: &str) -> Vec<Option<String>> {
	let column = cast(table.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
	column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

fn some(values: &[&str]) -> Vec<Option<String>> {
	values.iter().map(|value| (*value != "-").then(|| (*value).to_owned())).collect()
}

#[test]
fn keep_and_remove() {
	let rules = action("who", "action = \"keep\"") + &action("age", "action = \"remove\"");
	let table = table(&Dataset::csv(TABLE, &rules), secret());
	let names: Vec<_> = table.schema().fields().iter().map(|field| field.name().clone()).collect();
	assert_eq!(names, ["who", "city", "score"]);
	assert_eq!(texts(&table, "who"), some(&["ann", "bob", "ann", "eve"]));
}

#[test]
fn hashes_are_equal_for_equals_and_nothing_without_the_secret() {
	let dataset =
		Dataset::csv(TABLE, &(action("who", "action = \"hash\"") + &action("age", "action = \"hash\"")));
	let ours = texts(&table(&dataset, secret()), "who");
	assert_eq!(ours[0], ours[2]);
	assert_eq!(ours.iter().collect::<BTreeSet<_>>().len(), 3);
	assert!(ours
		.iter()
		.flatten()
		.all(|hash| hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit())));
	assert_eq!(texts(&table(&dataset, secret()), "who"), ours, "all workers agree");
	let other = texts(&table(&dataset, ListingSecret::from_bytes([8; 32]).unwrap()), "who");
	assert!(ours.iter().zip(&other).all(|(a, b)| a != b));
	let ages = texts(&table(&dataset, secret()), "age");
	assert!(ages[0].is_some() && ages[3].is_none(), "a missing value stays missing");
	// A plain hash, which anybody could try out, is not what stands there.
	assert!(ours.iter().flatten().all(|hash| !blake3::hash(b"ann").to_hex().starts_with(hash.as_str())));
}

#[test]
fn floats_are_rounded_half_to_even() {
	let rounded =
		|digits: u32| column(&action("score", &format!("action = \"round\"\nprecision = {digits}")), "score");
	assert_eq!(rounded(0), some(&["0.0", "2.0", "3.0", "0.0"]));
	assert_eq!(rounded(1), some(&["0.5", "1.5", "2.7", "0.0"]));
	assert_eq!(rounded(2), some(&["0.5", "1.5", "2.68", "-0.04"]));
	let whole = column(&action("age", "action = \"round\"\nprecision = 0"), "age");
	assert_eq!(whole, some(&["31", "42", "31", "-"]), "whole numbers stay");
}

#[test]
fn decimals_are_rounded_exactly_and_may_grow_by_a_digit() {
	let schema = Arc::new(Schema::new(vec![Field::new("price", DataType::Decimal128(3, 2), true)]));
	let values = Decimal128Array::from(vec![Some(125), Some(135), Some(999), None])
		.with_precision_and_scale(3, 2)
		.unwrap();
	let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(values)]).unwrap();
	let mut parquet = Vec::new();
	let mut writer = ArrowWriter::try_new(&mut parquet, schema, None).unwrap();
	writer.write(&batch).unwrap();
	writer.close().unwrap();
	let dataset = Dataset::new(
		"parquet",
		"prices.parquet",
		&parquet,
		&action("price", "action = \"round\"\nprecision = 1"),
	);
	let table = table(&dataset, secret());
	let column = table.column(0);
	assert_eq!(column.data_type(), &DataType::Decimal128(4, 2));
	let values: Vec<_> = column.as_primitive::<Decimal128Type>().iter().collect();
	assert_eq!(values, [Some(120), Some(140), Some(1000), None]);
}

#[test]
fn generalize_maps_and_falls_back() {
	let mapping = "action = \"generalize\"\nmapping = { Oslo = \"east\", Bergen = \"west\" }";
	assert_eq!(column(&action("city", mapping), "city"), some(&["east", "west", "east", "east"]));
	let some_of = "action = \"generalize\"\nmapping = { Oslo = \"east\" }";
	assert_eq!(column(&action("city", some_of), "city"), some(&["east", "-", "east", "east"]));
	let with_default = "action = \"generalize\"\nmapping = { \"31\" = \"thirties\" }\ndefault = \"other\"";
	assert_eq!(column(&action("age", with_default), "age"), some(&["thirties", "other", "thirties", "-"]));
}

#[test]
fn suppress_takes_out_listed_and_rare_values() {
	let listed = "action = \"suppress\"\nbelow = [\"bob\", \"eve\"]";
	assert_eq!(column(&action("who", listed), "who"), some(&["ann", "-", "ann", "-"]));
	let rare =
		|least: u64| column(&action("city", &format!("action = \"suppress\"\nbelow = {least}")), "city");
	assert_eq!(rare(2), some(&["Oslo", "-", "Oslo", "Oslo"]));
	assert_eq!(rare(3), some(&["Oslo", "-", "Oslo", "Oslo"]));
	assert_eq!(rare(4), some(&["-", "-", "-", "-"]));
}

#[test]
fn an_action_finds_its_column_after_another_one_was_removed() {
	let rules = action("who", "action = \"remove\"") + &action("city", "action = \"suppress\"\nbelow = 2");
	assert_eq!(column(&rules, "city"), some(&["Oslo", "-", "Oslo", "Oslo"]));
}

#[test]
fn an_action_that_does_not_fit_is_poison() {
	for (rules, word) in [
		(action("who", "action = \"round\"\nprecision = 1"), "cannot be rounded"),
		(action("nobody", "action = \"hash\""), "nobody"),
		(
			["who", "age", "city", "score"].map(|name| action(name, "action = \"remove\"")).concat(),
			"nothing would be left",
		),
	] {
		let error = Dataset::csv(TABLE, &rules).error();
		let StepError::Poison(text) = &error else { panic!("{error:?}") };
		assert!(text.contains(word), "{text}");
	}
}
