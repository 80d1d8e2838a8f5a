//! Two columns of the demo's table, cut or repeated to a number of rows.

use anyhow::{Context, Result};
use std::io::Read;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/weather.csv.gz");

/// Humidity between 50 and 80 per cent, in hundredths.
const RANGE: (i64, i64) = (5_000, 8_000);
/// Bits that a widened humidity has more.
const MORE_BITS: u32 = 40;

/// Temperatures and humidities in hundredths.
pub struct Weather {
	/// What is summed.
	pub temp: Vec<i64>,
	/// What the range is of.
	pub humid: Vec<i64>,
	/// The range: its first and last value.
	pub range: (i64, i64),
}

/// What `SELECT count(*), sum(temp) … WHERE humid BETWEEN …` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
	/// Rows within the range.
	pub count: i64,
	/// Sum of their temperatures.
	pub sum: i64,
}

impl Weather {
	/// The first rows that have both figures (proof-of-sql has no NULL), from the beginning again where they do not suffice.
	pub fn read(rows: usize) -> Result<Self> {
		let mut text = String::new();
		flate2::read::GzDecoder::new(std::fs::File::open(FILE).context(FILE)?).read_to_string(&mut text)?;
		let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
		let header = lines.next().context("the table is empty")?;
		let place = |name| header.iter().position(|field| *field == name).context("a column is missing");
		let (temp, humid) = (place("temp")?, place("humid")?);
		let pairs: Vec<_> =
			lines.filter_map(|fields| hundredths(fields[temp]).zip(hundredths(fields[humid]))).collect();
		let (temp, humid) = pairs.into_iter().cycle().take(rows).unzip();
		Ok(Self { temp, humid, range: RANGE })
	}

	/// The same rows are selected, but humidities differ in 54 bits instead of 14: proof-of-sql commits to each bit that differs.
	pub fn widened(mut self) -> Self {
		let noise =
			|row: usize| ((row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - MORE_BITS)) as i64;
		for (row, humid) in self.humid.iter_mut().enumerate() {
			*humid = (*humid << MORE_BITS) + noise(row);
		}
		let (low, high) = self.range;
		self.range = (low << MORE_BITS, ((high + 1) << MORE_BITS) - 1);
		self
	}

	/// The answer in plain code.
	pub fn answer(&self) -> Answer {
		let within = |humid: &i64| (self.range.0..=self.range.1).contains(humid);
		let selected: Vec<_> = self.temp.iter().zip(&self.humid).filter(|(_, humid)| within(humid)).collect();
		Answer { count: selected.len() as i64, sum: selected.iter().map(|(temp, _)| *temp).sum() }
	}
}

fn hundredths(text: &str) -> Option<i64> {
	text.parse::<f64>().ok().map(|number| (number * 100.0).round() as i64)
}
