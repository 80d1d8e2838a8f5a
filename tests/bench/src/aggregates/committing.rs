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
/// As many columns as the demo's table commits to. The target is for so many and says so.
const COLUMNS: usize = 7;
/// Fewer, for comparison: a column's digest is a chain, and some columns take as long as one.
const FEWER: [usize; 2] = [1, 3];

/// What one number of columns took.
struct Committed {
	columns: usize,
	committed: Vec<Duration>,
	hashed: Vec<Duration>,
}

impl Committed {
	fn ratio(&self) -> f64 {
		median(&self.committed).as_secs_f64() / median(&self.hashed).as_secs_f64()
	}
}

/// Everything that was measured here.
pub struct Figures {
	rows: usize,
	fewer: [Committed; 2],
	all: Committed,
}

/// Commits to tables of several columns, and hashes them, `repetitions` times by turns.
pub fn measure(rows: usize, repetitions: usize) -> Figures {
	let of = |columns| committed(rows, columns, repetitions);
	Figures { rows, fewer: FEWER.map(of), all: of(COLUMNS) }
}

fn committed(rows: usize, count: usize, repetitions: usize) -> Committed {
	let mut table = table(rows);
	let different = table.columns.len();
	table.columns = (0..count).map(|column| table.columns[column % different].clone()).collect();
	table.descriptors = (0..count).map(|column| table.descriptors[column % different].clone()).collect();
	let columns: Vec<Vec<u8>> = table
		.columns
		.iter()
		.map(|column| column.iter().flat_map(|value| value.unwrap_or_default().to_le_bytes()).collect())
		.collect();
	let mut figures = Committed { columns: count, committed: vec![], hashed: vec![] };
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
		let mut lines = Table::new(
			format!("Committing to columns of {} rows", grouped(self.rows as u64)),
			&["what", "committed to, on all cores, ms", "blake3, one thread, ms", "blake3, MB/s", "ratio"],
		);
		for committed in self.fewer.iter().chain([&self.all]) {
			let hashed = median(&committed.hashed);
			let bytes = (self.rows * committed.columns * 8) as f64;
			lines.row([
				format!("{} column{}", committed.columns, if committed.columns == 1 { "" } else { "s" }),
				format!("{:.3}", millis(median(&committed.committed))),
				format!("{:.3}", millis(hashed)),
				format!("{:.0}", bytes / hashed.as_secs_f64() / 1e6),
				format!("{:.1}", committed.ratio()),
			]);
		}
		lines.note(format!(
			"Medians of {} by turns; eight bytes of each value are counted. A column's digest is a chain: what can be computed at once is the same \
			 step of several columns. The demo's table has {COLUMNS}.",
			self.all.hashed.len()
		));
		report.add(lines);
		report.at_most("commit to seven columns ÷ hash their bytes with blake3", self.all.ratio(), RATIO);
	}
}
