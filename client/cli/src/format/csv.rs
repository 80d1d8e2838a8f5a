//! RFC 4180, with null and the empty string told apart. On a terminal, what could act on it is escaped.

use super::{unwritable, Batches, Formatted, Screen};
use crate::{failure::Failure, text::printable};
use datafusion::arrow::{
	array::{Array, ArrayRef},
	datatypes::{DataType, FieldRef},
	error::ArrowError,
	json::writer::{make_encoder, EncoderOptions, NullableEncoder},
	util::display::{ArrayFormatter, FormatOptions},
};
use std::{
	borrow::Cow,
	io::{Read, Write},
};

pub(super) fn write<R: Read>(
	batches: Batches<R>,
	screen: Screen,
	out: &mut (dyn Write + Send),
) -> Result<Formatted, Failure> {
	let schema = batches.schema();
	let mut line = Line { text: String::new(), escaped: screen.width.is_some() };
	for (index, field) in schema.fields().iter().enumerate() {
		line.separate(index);
		line.push(field.name());
	}
	line.end(out)?;
	let (options, nested_options) =
		(FormatOptions::new().with_display_error(false), EncoderOptions::default().with_explicit_nulls(true));
	let mut rows = 0u64;
	for batch in batches {
		let batch = batch?;
		let mut columns = Vec::with_capacity(batch.num_columns());
		for (field, array) in schema.fields().iter().zip(batch.columns()) {
			columns.push(Column::new(field, array, &options, &nested_options).map_err(unwritable("csv"))?);
		}
		for row in 0..batch.num_rows() {
			for (index, column) in columns.iter_mut().enumerate() {
				line.separate(index);
				column.push(&mut line, row).map_err(unwritable("csv"))?;
			}
			line.end(out)?;
		}
		rows += batch.num_rows() as u64;
	}
	Ok(Formatted { rows, shown: rows })
}

enum Column<'a> {
	Plain { array: &'a ArrayRef, formatter: ArrayFormatter<'a> },
	Nested { encoder: NullableEncoder<'a>, buffer: Vec<u8> },
}

impl<'a> Column<'a> {
	fn new(
		field: &'a FieldRef,
		array: &'a ArrayRef,
		options: &FormatOptions<'a>,
		nested_options: &'a EncoderOptions,
	) -> Result<Self, ArrowError> {
		Ok(if is_nested(field.data_type()) {
			Self::Nested { encoder: make_encoder(field, array, nested_options)?, buffer: Vec::new() }
		} else {
			Self::Plain { array, formatter: ArrayFormatter::try_new(array, options)? }
		})
	}

	fn push(&mut self, line: &mut Line, row: usize) -> Result<(), ArrowError> {
		match self {
			Self::Plain { array, .. } if array.is_null(row) => Ok(()),
			Self::Plain { formatter, .. } => {
				line.push(&formatter.value(row).try_to_string()?);
				Ok(())
			}
			Self::Nested { encoder, .. } if encoder.is_null(row) => Ok(()),
			Self::Nested { encoder, buffer } => {
				buffer.clear();
				encoder.encode(row, buffer);
				line.push(&String::from_utf8_lossy(buffer));
				Ok(())
			}
		}
	}
}

fn is_nested(data_type: &DataType) -> bool {
	match data_type {
		DataType::Dictionary(_, value) => is_nested(value),
		other => other.is_nested(),
	}
}

/// A line that is being written.
struct Line {
	text: String,
	/// Whether it is for a terminal.
	escaped: bool,
}

impl Line {
	fn separate(&mut self, index: usize) {
		if index > 0 {
			self.text.push(',');
		}
	}

	/// Adds a field: quoted where its text would be misread, and where it is empty: nothing at all means null.
	fn push(&mut self, field: &str) {
		let field = if self.escaped { Cow::Owned(printable(field)) } else { Cow::Borrowed(field) };
		let edge = |c: char| c == ' ' || c == '\t';
		if !field.is_empty()
			&& !field.contains(['"', ',', '\n', '\r'])
			&& !field.starts_with(edge)
			&& !field.ends_with(edge)
		{
			self.text.push_str(&field);
			return;
		}
		self.text.push('"');
		for (index, part) in field.split('"').enumerate() {
			if index > 0 {
				self.text.push_str("\"\"");
			}
			self.text.push_str(part);
		}
		self.text.push('"');
	}

	fn end(&mut self, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
		self.text.push('\n');
		out.write_all(self.text.as_bytes())?;
		self.text.clear();
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::super::{
		tests::{awkward, formatted, formatted_for, text},
		Format, Screen,
	};

	#[test]
	fn csv_keeps_nulls_quotes_scripts_and_nested_values() {
		assert_eq!(
			text(awkward(), Format::Csv),
			concat!(
				"text,number,float,flag,\"place, name\",day,moment,price,blob,list,pair\n",
				"plain,1,0.1,true,東京,2013-01-01,2013-01-01T06:00:00Z,12.34,dead,\"[1,null]\",\"{\"\"a\"\":\"\"x,y\"\",\"\"b\"\":null}\"\n",
				"\"says \"\"hi\"\", twice\n\",,NaN,false,Zürich,,,,,,\"{\"\"a\"\":null,\"\"b\"\":2}\"\n",
				",-3,,,🌦,1970-01-01,1970-01-01T00:00:00Z,-0.05,\"\",[],\"{\"\"a\"\":\"\"\\\"\"\"\",\"\"b\"\":3}\"\n",
				"\"\",9223372036854775807,-2.0,true,\u{1b}[31mred,1969-12-31,1970-01-01T00:00:00.000001Z,0.00,01,[7],",
				"\"{\"\"a\"\":\"\"é\"\",\"\"b\"\":4}\"\n",
			)
		);
	}

	#[test]
	fn an_empty_result_is_a_header() {
		let (out, done) = formatted(&awkward().schema(), &[], Format::Csv);
		assert_eq!(
			String::from_utf8(out).unwrap(),
			"text,number,float,flag,\"place, name\",day,moment,price,blob,list,pair\n"
		);
		assert_eq!(done.rows, 0);
	}

	#[test]
	fn on_a_terminal_a_value_does_not_act() {
		let screen = Screen { rows: 3, cell: 20, width: Some(80) };
		let (out, done) = formatted_for(&awkward().schema(), &[awkward()], Format::Csv, screen);
		let out = String::from_utf8(out).unwrap();
		assert!(
			out.contains("\"says \"\"hi\"\", twice\\n\",,NaN") && out.contains(",\\u{1b}[31mred,"),
			"{out}"
		);
		assert!(out.chars().all(|c| c == '\n' || !c.is_control()) && out.contains("東京"));
		assert_eq!(done.rows, 4);
	}
}
