use super::*;
use crate::spool::tests::count;
use datafusion::arrow::{
	array::{
		new_empty_array, new_null_array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
	},
	datatypes::{
		DataType, Field, Fields, IntervalUnit as Interval, Schema, TimeUnit as Unit, UnionFields, UnionMode,
	},
	ipc::{root_as_message, writer::StreamWriter},
};
use std::{collections::HashMap, sync::Arc};

fn field(kind: DataType) -> Arc<Field> {
	Arc::new(Field::new("x", kind, true))
}

fn stream(schema: Schema, batches: &[Vec<ArrayRef>]) -> Vec<u8> {
	let schema = Arc::new(schema);
	let mut writer = StreamWriter::try_new(Vec::new(), &schema).unwrap();
	for columns in batches {
		writer.write(&RecordBatch::try_new(schema.clone(), columns.clone()).unwrap()).unwrap();
	}
	writer.into_inner().unwrap()
}

fn of_kind(kind: DataType) -> Schema {
	Schema::new(vec![Field::new("first", DataType::Int64, true), Field::new("second", kind, true)])
}

fn numbers(rows: i64) -> ArrayRef {
	Arc::new(Int64Array::from_iter_values(0..rows))
}

/// Replaces numbers that stand beside each other in one place.
fn replaced(mut bytes: Vec<u8>, from: &[i64], to: &[i64]) -> Vec<u8> {
	let [from, to] = [from, to]
		.map(|numbers| -> Vec<u8> { numbers.iter().flat_map(|number| number.to_le_bytes()).collect() });
	let found: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&from)).collect();
	let [at] = found[..] else { panic!("they stand in {} places", found.len()) };
	bytes[at..at + to.len()].copy_from_slice(&to);
	bytes
}

#[test]
fn all_that_a_node_sends_passes() {
	let pair =
		Fields::from(vec![Field::new("a", DataType::Int8, true), Field::new("b", DataType::Utf8, true)]);
	let entry = Fields::from(vec![
		Field::new("keys", DataType::Utf8, false),
		Field::new("values", DataType::Int64, true),
	]);
	let entries = Arc::new(Field::new("entries", DataType::Struct(entry), false));
	let kinds = [
		DataType::Boolean,
		DataType::Int8,
		DataType::UInt16,
		DataType::Int32,
		DataType::UInt64,
		DataType::Float16,
		DataType::Float32,
		DataType::Float64,
		DataType::Decimal32(5, 2),
		DataType::Decimal64(12, -2),
		DataType::Decimal128(20, 2),
		DataType::Decimal256(50, 2),
		DataType::Date32,
		DataType::Date64,
		DataType::Time32(Unit::Second),
		DataType::Time64(Unit::Nanosecond),
		DataType::Timestamp(Unit::Microsecond, Some("UTC".into())),
		DataType::Timestamp(Unit::Second, None),
		DataType::Duration(Unit::Millisecond),
		DataType::Interval(Interval::YearMonth),
		DataType::Interval(Interval::DayTime),
		DataType::Interval(Interval::MonthDayNano),
		DataType::FixedSizeBinary(3),
		DataType::Utf8,
		DataType::LargeUtf8,
		DataType::Binary,
		DataType::LargeBinary,
		DataType::List(field(DataType::Utf8)),
		DataType::LargeList(field(DataType::List(field(DataType::Boolean)))),
		DataType::FixedSizeList(field(DataType::Struct(pair.clone())), 3),
		DataType::Struct(pair),
		DataType::Map(entries, false),
	];
	for kind in kinds {
		let second = |rows| [new_null_array(&kind, rows), new_null_array(&kind, rows + 4).slice(3, rows)];
		let mut batches: Vec<_> = second(7).into_iter().map(|second| vec![numbers(7), second]).collect();
		batches.push(vec![numbers(0), new_empty_array(&kind)]);
		assert_eq!(count(&stream(of_kind(kind.clone()), &batches)), Ok(14), "{kind}");
	}
	let words: ArrayRef = Arc::new(StringArray::from(vec![Some("one"), None, Some(""), Some("東京")]));
	let batches = [vec![numbers(4), words.clone()], vec![numbers(4).slice(1, 2), words.slice(2, 2)]];
	assert_eq!(count(&stream(of_kind(DataType::Utf8), &batches)), Ok(6));
}

#[test]
fn many_columns_with_short_names_have_their_bytes() {
	let kept = HashMap::from([("k".to_owned(), "v".to_owned())]);
	for kept in [HashMap::new(), kept] {
		let column = Field::new("", DataType::Boolean, true).with_metadata(kept);
		assert_eq!(count(&stream(Schema::new(vec![column; 5_000]), &[])), Ok(0));
	}
}

#[test]
fn a_schema_that_says_more_than_its_head_has_bytes_for_is_refused() {
	let columns = (0..100).map(|at| Field::new(format!("column {at}"), DataType::Utf8, true));
	let bytes = stream(Schema::new(columns.collect::<Vec<_>>()), &[]);
	let length = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
	let message = root_as_message(&bytes[8..8 + length]).unwrap();
	let schema = message.header_as_schema().unwrap();
	assert!(Columns::of(&schema, length).is_ok());
	// As if each had said ten.
	let refused = Columns::of(&schema, length / 10).unwrap_err();
	assert!(refused.contains("more columns than bytes"), "{refused}");
}

#[test]
fn what_comes_out_of_nothing_is_refused_for_what_it_is_however_deep() {
	let runs = DataType::RunEndEncoded(
		Arc::new(Field::new("run_ends", DataType::Int32, false)),
		field(DataType::Utf8),
	);
	let union = UnionFields::from_fields([Field::new("a", DataType::Int64, true)]);
	let kinds = [
		(DataType::Utf8View, "view"),
		(DataType::BinaryView, "view"),
		(DataType::ListView(field(DataType::Int64)), "view"),
		(DataType::LargeListView(field(DataType::Int64)), "view"),
		(DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)), "dictionary"),
		(runs, "runs"),
		(DataType::Null, "nulls"),
		(DataType::Union(union, UnionMode::Dense), "union"),
		(DataType::Struct(Fields::empty()), "no bytes"),
		(DataType::FixedSizeBinary(0), "no bytes"),
		(DataType::FixedSizeList(field(DataType::Int64), 0), "no bytes"),
	];
	for (kind, word) in kinds {
		let within = DataType::Struct(Fields::from(vec![field(DataType::List(field(kind.clone())))]));
		for kind in [kind, within] {
			let refused = count(&stream(of_kind(kind.clone()), &[])).unwrap_err();
			assert!(refused.contains("column 2 is not plain") && refused.contains(word), "{kind}: {refused}");
		}
	}
}

#[test]
fn lists_within_lists_end_somewhere() {
	let deep = (0..200).fold(DataType::Int64, |kind, _| DataType::List(field(kind)));
	assert!(count(&stream(of_kind(deep), &[])).is_err());
	let not_so_deep = (0..20).fold(DataType::Int64, |kind, _| DataType::List(field(kind)));
	assert_eq!(count(&stream(of_kind(not_so_deep), &[])), Ok(0));
}

#[test]
fn rows_without_bytes_are_refused() {
	let schema = Schema::new(vec![Field::new("n", DataType::Int64, true)]);
	let good = stream(schema, &[vec![numbers(9)]]);
	assert_eq!(count(&good), Ok(9));
	for (values, nulls, word) in [
		(1 << 50, 0, "in 72 bytes"),
		(10, 0, "in 72 bytes"),
		(8, 0, "where 9 values belong"),
		(9, 3, "in 0 bytes"),
		(9, 10, "10 nulls"),
		(-1, 0, "is -1"),
	] {
		let refused = count(&replaced(good.clone(), &[9, 0], &[values, nulls])).unwrap_err();
		assert!(refused.contains(word), "{values} values, {nulls} nulls: {refused}");
	}
	let options = RecordBatchOptions::new().with_row_count(Some(5));
	let none = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).unwrap();
	let mut writer = StreamWriter::try_new(Vec::new(), &none.schema()).unwrap();
	writer.write(&none).unwrap();
	assert_eq!(count(&writer.into_inner().unwrap()), Err("it has 5 rows without a column".into()));
}

#[test]
fn columns_do_not_share_bytes() {
	// Eight numbers are 64 bytes, and so the second column's are those from 64 on.
	let good = stream(of_kind(DataType::Int64), &[vec![numbers(8), numbers(8)]]);
	assert_eq!(count(&good), Ok(8));
	let shared = count(&replaced(good.clone(), &[64, 0, 64, 64], &[64, 0, 0, 64]));
	assert_eq!(shared, Err("column 2 is not plain: its bytes are another column's as well".into()));
	let beyond = count(&replaced(good, &[64, 0, 64, 64], &[64, 0, 65, 64]));
	assert_eq!(beyond, Err("column 2 is not plain: its bytes are not there".into()));
}
