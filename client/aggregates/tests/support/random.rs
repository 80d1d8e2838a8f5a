//! Random tables, the same ones in every run.

use std::sync::Arc;

use arrow_array::{
	ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
	TimestampMicrosecondArray,
};
use souk_aggregates::{table::Declared, Table};

/// SplitMix64: enough for tests, and the same everywhere.
pub struct Random(u64);

impl Random {
	/// From a seed.
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// 64 random bits.
	pub fn bits(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		mixed ^ (mixed >> 31)
	}

	/// A number below `end`.
	pub fn below(&mut self, end: usize) -> usize {
		(self.bits() % end as u64) as usize
	}

	/// A number of a range, ends included.
	pub fn within(&mut self, low: i64, high: i64) -> i64 {
		low + (self.bits() % (high.abs_diff(low) + 1)) as i64
	}

	/// True in so many of a hundred cases.
	pub fn chance(&mut self, percent: usize) -> bool {
		self.below(100) < percent
	}
}

const WORDS: &[&str] = &[
	"",
	"A",
	"AA",
	"Z",
	"a",
	"o'clock",
	"ü",
	"zebra",
	"zebras",
	"日本",
	"A string of more than twelve bytes",
];

/// A table of up to 150 rows in up to three batches, with every type, few different values, and NULLs; as Arrow has it, and
/// as it is committed to.
pub fn table(random: &mut Random) -> (Vec<RecordBatch>, Table) {
	let nulls: Vec<usize> = (0..9).map(|_| [0, 5, 20, 60][random.below(4)]).collect();
	let batches: Vec<RecordBatch> = (0..=random.below(3))
		.map(|_| {
			let rows = random.below(51);
			batch(random, rows, &nulls)
		})
		.collect();
	let schema = batches[0].schema();
	let declared: Vec<Declared> =
		schema.fields().iter().map(|field| Declared { name: field.name().clone(), scale: None }).collect();
	let table = Table::from_batches(&batches, &declared).expect("all of it can be committed to");
	(batches, table)
}

fn batch(random: &mut Random, rows: usize, nulls: &[usize]) -> RecordBatch {
	let mut column = |at: usize, value: &mut dyn FnMut(&mut Random) -> i64| -> Vec<Option<i64>> {
		(0..rows).map(|_| (!random.chance(nulls[at])).then(|| value(random))).collect()
	};
	let wide = |values: Vec<Option<i64>>, precision, scale| -> ArrayRef {
		let values = values.into_iter().map(|value| value.map(i128::from));
		Arc::new(
			Decimal128Array::from_iter(values).with_precision_and_scale(precision, scale).expect("they fit"),
		)
	};
	let small = column(0, &mut |random| random.within(-9, 9));
	let key = column(1, &mut |random| random.within(0, 4));
	let whole = column(2, &mut |random| match random.below(4) {
		0 => [i64::MIN, i64::MAX, 0][random.below(3)],
		1 => random.bits() as i64,
		_ => random.within(-2, 2),
	});
	let price = column(3, &mut |random| random.within(-500, 500));
	let fine = column(4, &mut |random| random.within(-3_000_000, 3_000_000));
	let day = column(5, &mut |random| random.within(-3, 3) + [0, 15_706][random.below(2)]);
	let at = column(6, &mut |random| {
		random.within(-2, 2) * 86_400_000_000 + [0, 1, 500_000, 3_600_000_000][random.below(4)]
	});
	let wet = column(7, &mut |random| random.within(0, 1));
	let word = column(8, &mut |random| random.below(WORDS.len()) as i64);
	let columns: Vec<(&str, ArrayRef)> = vec![
		("small", Arc::new(Int64Array::from(small))),
		(
			"Key",
			Arc::new(Int32Array::from_iter(key.into_iter().map(|value| value.map(|value| value as i32)))),
		),
		("dec_whole", wide(whole, 19, 0)),
		("dec_price", wide(price, 12, 2)),
		("dec_fine", wide(fine, 18, 6)),
		(
			"day",
			Arc::new(Date32Array::from_iter(day.into_iter().map(|value| value.map(|value| value as i32)))),
		),
		("at", Arc::new(TimestampMicrosecondArray::from(at))),
		(
			"wet",
			Arc::new(BooleanArray::from_iter(wet.into_iter().map(|value| value.map(|value| value == 1)))),
		),
		(
			"word",
			Arc::new(StringArray::from_iter(
				word.into_iter().map(|value| value.map(|value| WORDS[value as usize])),
			)),
		),
	];
	RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
		.expect("columns of one length")
}
