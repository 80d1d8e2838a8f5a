//! Tables, and what was aimed at.

use comfy_table::{presets::UTF8_BORDERS_ONLY, CellAlignment};

/// A table with a title; all columns but the first are figures.
pub struct Table {
	title: String,
	header: Vec<&'static str>,
	rows: Vec<Vec<String>>,
	notes: Vec<String>,
}

impl Table {
	/// An empty one.
	pub fn new(title: impl Into<String>, header: &[&'static str]) -> Self {
		Self { title: title.into(), header: header.to_vec(), rows: vec![], notes: vec![] }
	}

	/// Adds a row.
	pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
		self.rows.push(cells.into_iter().collect());
	}

	/// Adds a sentence below.
	pub fn note(&mut self, text: impl Into<String>) {
		self.notes.push(text.into());
	}

	fn plain(&self) -> String {
		let mut table = comfy_table::Table::new();
		table.load_style(UTF8_BORDERS_ONLY).set_header(self.header.iter().copied());
		for row in &self.rows {
			table.add_row(row.iter().map(String::as_str));
		}
		table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
		let notes: String = self.notes.iter().map(|note| format!("\n{note}")).collect();
		format!("{}\n{table}{notes}", self.title)
	}

	fn markdown(&self) -> String {
		let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
		let mut text = format!("### {}\n\n", self.title);
		text += &line(self.header.clone());
		text +=
			&line((0..self.header.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect());
		for row in &self.rows {
			text += &line(row.iter().map(String::as_str).collect());
		}
		for note in &self.notes {
			text += &format!("\n{note}\n");
		}
		text
	}
}

/// Something aimed at.
struct Target {
	what: &'static str,
	figure: f64,
	limit: f64,
	/// Whether the figure must not be above the limit, or not below.
	most: bool,
}

impl Target {
	fn met(&self) -> bool {
		match self.most {
			true => self.figure <= self.limit,
			false => self.figure >= self.limit,
		}
	}

	fn cells(&self) -> [String; 4] {
		[
			self.what.into(),
			format!("{:.2}", self.figure),
			format!("{} {}", if self.most { "≤" } else { "≥" }, self.limit),
			if self.met() { "met" } else { "MISSED" }.into(),
		]
	}
}

/// Everything that was measured.
pub struct Report {
	machine: String,
	tables: Vec<Table>,
	targets: Vec<Target>,
}

impl Report {
	/// An empty one, of a machine.
	pub fn new(machine: String) -> Self {
		Self { machine, tables: vec![], targets: vec![] }
	}

	/// Adds a table.
	pub fn add(&mut self, table: Table) {
		self.tables.push(table);
	}

	/// Adds a figure that must not be above `limit`.
	pub fn at_most(&mut self, what: &'static str, figure: f64, limit: f64) {
		self.targets.push(Target { what, figure, limit, most: true });
	}

	/// Adds a figure that must not be below `limit`.
	pub fn at_least(&mut self, what: &'static str, figure: f64, limit: f64) {
		self.targets.push(Target { what, figure, limit, most: false });
	}

	/// Whether every target was met.
	pub fn met(&self) -> bool {
		self.targets.iter().all(Target::met)
	}

	fn summary(&self) -> Table {
		let mut table = Table::new("Targets", &["figure", "measured", "target", ""]);
		self.targets.iter().for_each(|target| table.row(target.cells()));
		table
	}

	/// Prints it for a person.
	pub fn print(&self) {
		println!("{}\n", self.machine);
		for table in &self.tables {
			println!("{}\n", table.plain());
		}
		if !self.targets.is_empty() {
			println!("{}", self.summary().plain());
		}
	}

	/// The same in markdown.
	pub fn markdown(&self) -> String {
		let mut parts = vec![format!("Machine: {}.\n", self.machine)];
		if !self.targets.is_empty() {
			parts.push(self.summary().markdown());
		}
		parts.extend(self.tables.iter().map(Table::markdown));
		parts.join("\n")
	}
}

/// A whole number with its thousands apart.
pub fn grouped(number: u64) -> String {
	let digits = number.to_string();
	let mut text = String::new();
	for (place, digit) in digits.chars().enumerate() {
		if place > 0 && (digits.len() - place).is_multiple_of(3) {
			text.push(',');
		}
		text.push(digit);
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_missed_target_is_said_to_be_missed() {
		let mut report = Report::new("a machine".into());
		report.at_most("a ratio", 1.1, 1.15);
		assert!(report.met());
		report.at_least("a throughput", 0.39, 0.4);
		assert!(!report.met());
		let text = report.markdown();
		assert!(text.contains("| a ratio | 1.10 | ≤ 1.15 | met |"), "{text}");
		assert!(text.contains("| a throughput | 0.39 | ≥ 0.4 | MISSED |"), "{text}");
	}

	#[test]
	fn thousands_are_apart() {
		assert_eq!(grouped(7), "7");
		assert_eq!(grouped(1_018_485), "1,018,485");
		assert_eq!(grouped(100_000), "100,000");
	}
}
