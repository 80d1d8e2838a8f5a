//! The figures at the end.

use comfy_table::{presets::UTF8_BORDERS_ONLY, CellAlignment, Table};
use std::time::Duration;

/// One step's figures.
#[derive(Default)]
pub struct Figures {
	/// How long it took.
	pub took: Duration,
	/// Block of its transaction.
	pub block: Option<u64>,
	/// Rows of its result.
	pub rows: Option<u64>,
	/// Bytes of its result.
	pub bytes: Option<u64>,
}

/// All steps, in order.
#[derive(Default)]
pub struct Report {
	steps: Vec<(String, Figures)>,
}

impl Report {
	/// Adds a step.
	pub fn add(&mut self, step: impl Into<String>, figures: Figures) {
		self.steps.push((step.into(), figures));
	}

	/// Prints the table.
	pub fn print(&self) {
		let mut table = Table::new();
		table.load_style(UTF8_BORDERS_ONLY).set_header(["step", "seconds", "block", "rows", "bytes"]);
		let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
		for (step, figures) in &self.steps {
			table.add_row([
				step.clone(),
				format!("{:.1}", figures.took.as_secs_f64()),
				number(figures.block),
				number(figures.rows),
				number(figures.bytes),
			]);
		}
		table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
		println!("\n{table}");
	}
}
