//! Results on stdout: text for a person, or one JSON document for machines.

use crate::{failure::Failure, format};
use comfy_table::Cell;
use serde::Serialize;
use std::io::Write;

/// Where a command's result goes. `Send`, because the Parquet writer asks for it.
pub type Out<'a> = &'a mut (dyn Write + Send);

/// Writes `value` as one JSON document.
pub fn json(out: Out<'_>, value: &impl Serialize) -> Result<(), Failure> {
	serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
	out.write_all(b"\n")?;
	Ok(())
}

/// Names and values under each other, the values aligned.
pub fn pairs(out: Out<'_>, pairs: &[(&str, String)]) -> Result<(), Failure> {
	let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
	for (name, value) in pairs {
		writeln!(out, "{name:<width$}  {value}")?;
	}
	Ok(())
}

/// A table of texts that are safe to print already.
pub fn table(
	out: Out<'_>,
	width: Option<u16>,
	header: &[&str],
	rows: Vec<Vec<String>>,
) -> Result<(), Failure> {
	let mut table = format::blank_table(width);
	table.set_header(header.iter().map(Cell::new));
	table.add_rows(rows);
	writeln!(out, "{table}")?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pairs_are_aligned() {
		let mut out = Vec::new();
		pairs(&mut out, &[("a", "1".into()), ("long", "2".into())]).unwrap();
		assert_eq!(String::from_utf8(out).unwrap(), "a     1\nlong  2\n");
	}
}
