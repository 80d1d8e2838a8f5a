//! Arrow arrays of every type, with values that fit and values that do not.

use std::sync::Arc;

use arrow_array::{
	types::Int32Type, ArrayRef, BooleanArray, Date32Array, Date64Array, Decimal128Array, Decimal256Array,
	Decimal32Array, Decimal64Array, DictionaryArray, Float32Array, Float64Array, Int64Array, Int8Array,
	LargeStringArray, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
	TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use proptest::prelude::*;
use souk_table_proofs::{ColumnType, MAX_DICTIONARY, MAX_DICTIONARY_BYTES};

use super::{Declared, DictionaryBuilder, Table, TableError};

fn declared(scale: Option<u8>) -> Declared {
	Declared { name: "c".to_owned(), scale }
}

fn table(arrays: Vec<ArrayRef>, scale: Option<u8>) -> Result<(ColumnType, Vec<Option<i64>>), TableError> {
	let batches: Vec<RecordBatch> = arrays
		.into_iter()
		.map(|array| RecordBatch::try_from_iter_with_nullable([("c", array, true)]).unwrap())
		.collect();
	let mut table = Table::from_batches(&batches, &[declared(scale)])?;
	Ok((table.descriptors[0].kind, table.columns.pop().unwrap()))
}

fn good(array: impl arrow_array::Array + 'static, scale: Option<u8>) -> (ColumnType, Vec<Option<i64>>) {
	table(vec![Arc::new(array)], scale).unwrap()
}

fn bad(array: impl arrow_array::Array + 'static, scale: Option<u8>) -> String {
	table(vec![Arc::new(array)], scale).unwrap_err().to_string()
}

const fn decimal(scale: u8) -> ColumnType {
	ColumnType::Decimal { scale }
}

#[test]
fn whole_numbers_keep_their_value_and_take_a_scale() {
	let ends = Int64Array::from(vec![Some(i64::MIN), None, Some(i64::MAX)]);
	assert_eq!(good(ends.clone(), None), (decimal(0), vec![Some(i64::MIN), None, Some(i64::MAX)]));
	assert_eq!(
		good(Int8Array::from(vec![-128, 127]), Some(2)),
		(decimal(2), vec![Some(-12_800), Some(12_700)])
	);
	assert_eq!(good(UInt64Array::from(vec![i64::MAX as u64]), None), (decimal(0), vec![Some(i64::MAX)]));
	let error = bad(UInt64Array::from(vec![0, u64::MAX]), None);
	assert_eq!(error, "column c, row 2: 18446744073709551615 is too large for 64 bits at this scale");
	assert!(bad(ends, Some(1)).starts_with("column c, row 1: -9223372036854775808 is too large"));
}

#[test]
fn decimals_are_rescaled_exactly_or_not_at_all() {
	let array =
		|values: Vec<i128>, scale| Decimal128Array::from(values).with_precision_and_scale(38, scale).unwrap();
	assert_eq!(good(array(vec![1250, -5], 2), None), (decimal(2), vec![Some(1250), Some(-5)]));
	assert_eq!(good(array(vec![1250, -50], 2), Some(1)), (decimal(1), vec![Some(125), Some(-5)]));
	assert_eq!(good(array(vec![1250], 2), Some(6)), (decimal(6), vec![Some(12_500_000)]));
	assert_eq!(good(array(vec![12, 0], -3), None), (decimal(0), vec![Some(12_000), Some(0)]));
	assert_eq!(good(array(vec![0], 38), Some(0)), (decimal(0), vec![Some(0)]));
	let error = bad(array(vec![100, 1251], 2), Some(1));
	assert_eq!(
		error,
		"column c, row 2: 12.51 has more than 1 digits after the point: declare a larger scale, or round it in [transform]"
	);
	assert!(bad(array(vec![10_i128.pow(30)], 2), None).contains("too large for 64 bits"));
	assert!(bad(array(vec![i128::MAX / 10], 0), Some(18)).contains("too large for 64 bits"));
	assert_eq!(bad(array(vec![1], 20), None), "the column c has a scale of 20, the limit is 18");
	let small = Decimal32Array::from(vec![-7]).with_precision_and_scale(5, 1).unwrap();
	assert_eq!(good(small, None), (decimal(1), vec![Some(-7)]));
	let middle = Decimal64Array::from(vec![70]).with_precision_and_scale(15, 3).unwrap();
	assert_eq!(good(middle, Some(2)), (decimal(2), vec![Some(7)]));
	// One bit beyond 128, and -100 at a scale of 2.
	let wide = |value: arrow_buffer::i256| {
		Decimal256Array::from(vec![value]).with_precision_and_scale(76, 2).unwrap()
	};
	assert_eq!(good(wide(arrow_buffer::i256::from_i128(-10_000)), None), (decimal(2), vec![Some(-10_000)]));
	let beyond = arrow_buffer::i256::from_parts(0, 1);
	assert!(bad(wide(beyond), None)
		.contains("340282366920938463463374607431768211456e-2 is too large for 64 bits"));
}

#[test]
fn a_float_is_the_shortest_decimal_that_reads_as_it() {
	let values = vec![Some(0.1), Some(39.02), None, Some(-0.0), Some(1e-2), Some(123_456_789_012.34)];
	let expected = vec![Some(10), Some(3902), None, Some(0), Some(1), Some(12_345_678_901_234)];
	assert_eq!(good(Float64Array::from(values), Some(2)), (decimal(2), expected));
	// Far from zero, neighbours are further apart than a unit: the shortest digits are still these.
	assert_eq!(
		good(Float64Array::from(vec![1e18, -9_007_199_254_740_993.0]), Some(0)).1[0],
		Some(10_i64.pow(18))
	);
	assert_eq!(
		good(Float32Array::from(vec![0.1, 16_777_216.0, -3.4]), Some(1)).1,
		[Some(1), Some(167_772_160), Some(-34)]
	);
	assert_eq!(
		bad(Float64Array::from(vec![0.1]), None),
		"the column c has floating-point numbers: say with `scale` how many digits after the point they have"
	);
	assert!(bad(Float64Array::from(vec![0.5, 0.125]), Some(2))
		.starts_with("column c, row 2: 1.25e-1 has more than 2 digits"));
	assert!(bad(Float64Array::from(vec![0.1 + 0.2]), Some(2))
		.starts_with("column c, row 1: 3.0000000000000004e-1 has more"));
	assert!(bad(Float64Array::from(vec![1e300]), Some(2)).contains("1e300 is too large for 64 bits"));
	assert!(bad(Float64Array::from(vec![f64::MAX]), Some(18)).contains("is too large for 64 bits"));
	assert!(bad(Float64Array::from(vec![f64::MIN_POSITIVE]), Some(18)).contains("has more than 18 digits"));
	for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
		assert!(bad(Float64Array::from(vec![value]), Some(2))
			.ends_with("is no number: make it NULL in [transform]"));
	}
	assert!(bad(Float32Array::from(vec![f32::NAN]), Some(2))
		.ends_with("is no number: make it NULL in [transform]"));
}

proptest! {
	#[test]
	fn every_decimal_of_fifteen_digits_survives_being_a_float(units in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u8..=18) {
		let value: f64 = crate::decimal::decimal_text(units.into(), scale).parse().unwrap();
		prop_assert_eq!(good(Float64Array::from(vec![value]), Some(scale)).1, [Some(units)]);
	}

	#[test]
	fn what_is_read_from_any_float_reads_back_as_it(bits in any::<u64>(), scale in 0_u8..=18) {
		let value = f64::from_bits(bits);
		if let Ok((_, units)) = table(vec![Arc::new(Float64Array::from(vec![value]))], Some(scale)) {
			let text = crate::decimal::decimal_text(units[0].unwrap().into(), scale);
			prop_assert_eq!(text.parse::<f64>().unwrap(), value);
		}
	}
}

#[test]
fn dates_and_timestamps_are_days_and_microseconds() {
	assert_eq!(good(Date32Array::from(vec![Some(-1), None]), None), (ColumnType::Date, vec![Some(-1), None]));
	assert_eq!(good(Date64Array::from(vec![-86_400_000, 172_800_000]), None).1, [Some(-1), Some(2)]);
	assert_eq!(
		bad(Date64Array::from(vec![0, 86_400_001]), None),
		"column c, row 2: 86400001 ms is a time within a day, in a column of dates"
	);
	let micros = |array: ArrayRef| table(vec![array], None).unwrap();
	assert_eq!(
		micros(Arc::new(TimestampSecondArray::from(vec![-1]))),
		(ColumnType::Timestamp, vec![Some(-1_000_000)])
	);
	assert_eq!(micros(Arc::new(TimestampMillisecondArray::from(vec![7]))).1, [Some(7_000)]);
	assert_eq!(micros(Arc::new(TimestampMicrosecondArray::from(vec![i64::MIN]))).1, [Some(i64::MIN)]);
	assert_eq!(
		micros(Arc::new(TimestampNanosecondArray::from(vec![-2_000]).with_timezone("UTC"))).1,
		[Some(-2)]
	);
	assert_eq!(
		bad(TimestampNanosecondArray::from(vec![1_001]), None),
		"column c, row 1: 1001 ns is not a whole number of microseconds: round it in [transform]"
	);
	assert!(bad(TimestampSecondArray::from(vec![i64::MAX]), None).contains("is out of range"));
	assert_eq!(
		bad(TimestampSecondArray::from(vec![0]).with_timezone("Europe/Berlin"), None),
		"the timestamps of the column c are in the zone Europe/Berlin: convert them to UTC in [transform]"
	);
}

#[test]
fn strings_are_ranks_over_all_batches_whatever_their_array() {
	let arrays: Vec<ArrayRef> = vec![
		Arc::new(StringArray::from(vec![Some("LGA"), None, Some("ü")])),
		Arc::new(StringArray::from(vec![Some("EWR"), Some("LGA"), Some("")])),
	];
	assert_eq!(
		table(arrays, None).unwrap(),
		(ColumnType::Text, vec![Some(2), None, Some(3), Some(1), Some(2), Some(0)])
	);
	assert_eq!(good(LargeStringArray::from(vec!["b", "a"]), None).1, [Some(1), Some(0)]);
	assert_eq!(
		good(StringViewArray::from(vec!["b", "a string that is no view of twelve bytes"]), None).1,
		[Some(1), Some(0)]
	);
	let many: Vec<String> = (0..=MAX_DICTIONARY).map(|number| number.to_string()).collect();
	assert!(bad(StringArray::from(many.clone()), None).contains("too many different strings"));
	assert_eq!(good(StringArray::from(many[1..].to_vec()), None).1.len(), MAX_DICTIONARY);
	let long = vec!["x".repeat(MAX_DICTIONARY_BYTES), "x".repeat(MAX_DICTIONARY_BYTES)];
	assert_eq!(good(StringArray::from(long), None).1, [Some(0), Some(0)]);
	assert!(bad(StringArray::from(vec!["x".repeat(MAX_DICTIONARY_BYTES), "y".to_owned()]), None)
		.contains("too many"));
}

#[test]
fn the_rows_of_the_rarest_string_are_counted_over_all_batches() {
	let fewest = |batches: &[&[Option<&str>]]| {
		let mut words = DictionaryBuilder::new("c");
		for batch in batches {
			words.add(&StringArray::from(batch.to_vec())).unwrap();
		}
		words.fewest_rows()
	};
	let (a, b) = (Some("a"), Some("b"));
	assert_eq!(fewest(&[&[a, b, a], &[b, a]]), Some(2));
	assert_eq!(fewest(&[&[a, b, a], &[a]]), Some(1));
	assert_eq!(fewest(&[&[a, None, a], &[None, None, None]]), Some(2), "NULL is no string");
	assert_eq!(fewest(&[&[a, Some(""), a]]), Some(1), "the empty string is one");
	assert_eq!(fewest(&[&[None], &[]]), None);
}

#[test]
fn booleans_are_0_and_1() {
	assert_eq!(
		good(BooleanArray::from(vec![Some(true), None, Some(false)]), None),
		(ColumnType::Bool, vec![Some(1), None, Some(0)])
	);
}

#[test]
fn columns_that_cannot_be_are_named() {
	let dictionary: DictionaryArray<Int32Type> = vec!["a"].into_iter().collect();
	assert!(
		bad(dictionary, None).starts_with("the column c is of type Dictionary(Int32, Utf8), which cannot")
	);
	assert_eq!(
		bad(BooleanArray::from(vec![true]), Some(1)),
		"the column c has no numbers, so it cannot have a scale"
	);
	let arrays: Vec<ArrayRef> =
		vec![Arc::new(Int64Array::from(vec![1])), Arc::new(StringArray::from(vec!["1"]))];
	assert_eq!(
		table(arrays, None).unwrap_err().to_string(),
		"the column c is of type Utf8 in one batch, which is not what it was before"
	);
	let one: ArrayRef = Arc::new(Int64Array::from(vec![1]));
	let batch = [RecordBatch::try_from_iter([("c", one)]).unwrap()];
	let named = |name: &str| Declared { name: name.to_owned(), scale: None };
	let error = |declared: &[Declared]| Table::from_batches(&batch, declared).unwrap_err().to_string();
	assert_eq!(error(&[named("d")]), "the table has no column d, which [prove] names");
	assert_eq!(error(&[named("c"), named("c")]), "[prove] names the column c twice");
	assert!(error(&[named("")]).contains("has 0 bytes"));
	assert!(error(&[named(&"c".repeat(65))]).contains("has 65 bytes"));
	let many: Vec<Declared> = (0..65).map(|number| named(&format!("c{number}"))).collect();
	assert_eq!(error(&many), "[prove] names 65 columns, the limit is 64");
}

#[test]
fn rows_are_counted_over_batches() {
	let arrays: Vec<ArrayRef> =
		vec![Arc::new(Float64Array::from(vec![1.0, 2.0])), Arc::new(Float64Array::from(vec![3.0, f64::NAN]))];
	assert!(table(arrays, Some(0)).unwrap_err().to_string().starts_with("column c, row 4: NaN"));
}
