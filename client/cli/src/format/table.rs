//! A screenful for a person.

use super::{unwritable, Batches, Formatted};
use crate::{
	failure::Failure,
	text::{printable, shortened},
};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use datafusion::arrow::{
	array::Array as _,
	util::display::{ArrayFormatter, FormatOptions},
};
use std::io::{Read, Write};

/// How much of a result a table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
	/// Rows.
	pub rows: usize,
	/// Characters of one cell.
	pub cell: usize,
	/// Columns of the terminal, where the output goes to one: cells are wrapped to fit.
	pub width: Option<u16>,
}

/// A table in the style that every command uses.
pub fn blank(width: Option<u16>) -> Table {
	let mut table = Table::new();
	table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
	match width {
		Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
		None => table.set_content_arrangement(ContentArrangement::Disabled),
	};
	table
}

pub(super) fn write<R: Read>(
	batches: Batches<R>,
	screen: Screen,
	out: &mut (dyn Write + Send),
) -> Result<Formatted, Failure> {
	let schema = batches.schema();
	let mut table = blank(screen.width);
	table.set_header(schema.fields().iter().map(|f| Cell::new(shortened(&printable(f.name()), screen.cell))));
	let options = FormatOptions::new().with_display_error(true).with_null("NULL");
	let (mut rows, mut shown) = (0u64, 0usize);
	for batch in batches {
		let batch = batch?;
		rows += batch.num_rows() as u64;
		let take = batch.num_rows().min(screen.rows.saturating_sub(shown));
		if take == 0 {
			continue;
		}
		let formatters = batch
			.columns()
			.iter()
			.map(|array| ArrayFormatter::try_new(array.as_ref(), &options))
			.collect::<Result<Vec<_>, _>>()
			.map_err(unwritable("table"))?;
		for row in 0..take {
			table.add_row(formatters.iter().zip(batch.columns()).map(|(formatter, array)| {
				let cell = Cell::new(shortened(&printable(&formatter.value(row).to_string()), screen.cell));
				let right = array.data_type().is_numeric();
				cell.set_alignment(if right { CellAlignment::Right } else { CellAlignment::Left })
			}));
		}
		shown += take;
	}
	if schema.fields().is_empty() {
		writeln!(out, "(no columns)")?;
	} else {
		writeln!(out, "{table}")?;
	}
	Ok(Formatted { rows, shown: shown as u64 })
}

#[cfg(test)]
mod tests {
	use super::super::{
		tests::{awkward, formatted, text},
		Format, Formatted,
	};

	#[test]
	fn a_table_shows_nulls_and_hides_no_escape_codes() {
		let batch = awkward().project(&[0, 1, 4, 9]).unwrap();
		assert_eq!(
			text(batch.slice(1, 3), Format::Table),
			"\
┌────────────────────┬─────────────────────┬───────────────┬──────┐
│ text               ┆ number              ┆ place, name   ┆ list │
╞════════════════════╪═════════════════════╪═══════════════╪══════╡
│ says \"hi\", twice\\n ┆                NULL ┆ Zürich        ┆ NULL │
│ NULL               ┆                  -3 ┆ 🌦             ┆ []   │
│                    ┆ 9223372036854775807 ┆ \\u{1b}[31mred ┆ [7]  │
└────────────────────┴─────────────────────┴───────────────┴──────┘
"
		);
	}

	#[test]
	fn a_table_is_cut_to_a_screenful_and_counts_the_rest() {
		let batch = awkward().project(&[1]).unwrap();
		let (out, done) = formatted(&batch.schema(), &[batch.clone(), batch.clone()], Format::Table);
		assert_eq!(done, Formatted { rows: 8, shown: 3 });
		assert_eq!(String::from_utf8(out).unwrap().lines().count(), 3 + 3 + 1);
	}
}
