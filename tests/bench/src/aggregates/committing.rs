//! Committing to columns, beside hashing the same values, eight bytes each, with BLAKE3.

use super::{table, KEY};
use crate::{
	report::{grouped, Report, Table},
	stats::{median, millis},
};
use souk_aggregates::commit;
use std::{
	hint::black_box,
	time::{Duration, Instant},
};

/// Commitment ÷ BLAKE3.
const RATIO: f64 = 30.0;

/// Everything that was measured here.
pub struct Figures {
	rows: usize,
	columns: usize,
	committed: Vec<Duration>,
	hashed: Vec<Duration>,
}

/// Commits to a table of three columns, and hashes it, `repetitions` times by turns.
pub fn measure(rows: usize, repetitions: usize) -> Figures {
	let table = table(rows);
	let columns: Vec<Vec<u8>> = table
		.columns
		.iter()
		.map(|column| column.iter().flat_map(|value| value.unwrap_or_default().to_le_bytes()).collect())
		.collect();
	let mut figures = Figures { rows, columns: columns.len(), committed: vec![], hashed: vec![] };
	for _ in 0..repetitions {
		let start = Instant::now();
		black_box(commit(black_box(&table), &KEY));
		figures.committed.push(start.elapsed());
		let start = Instant::now();
		for column in &columns {
			black_box(blake3::hash(black_box(column)));
		}
		figures.hashed.push(start.elapsed());
	}
	figures
}

impl Figures {
	/// Adds the table and its target.
	pub fn report(&self, report: &mut Report) {
		let one = median(&self.hashed).as_secs_f64();
		let bytes = (self.rows * self.columns * 8) as f64;
		let mut lines = Table::new(
			format!("Committing to {} columns of {} rows", self.columns, grouped(self.rows as u64)),
			&["what", "ms", "MB/s", "÷ blake3"],
		);
		for (what, times) in [
			("committed to, on all cores", &self.committed),
			("hashed with blake3, one thread", &self.hashed),
		] {
			let time = median(times);
			lines.row([
				what.into(),
				format!("{:.3}", millis(time)),
				format!("{:.0}", bytes / time.as_secs_f64() / 1e6),
				format!("{:.1}", time.as_secs_f64() / one),
			]);
		}
		lines.note(format!(
			"Medians of {} by turns; eight bytes of each value are counted.",
			self.hashed.len()
		));
		report.add(lines);
		report.at_most(
			"commit to columns ÷ hash their bytes with blake3",
			median(&self.committed).as_secs_f64() / one,
			RATIO,
		);
	}
}
