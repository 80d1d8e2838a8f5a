//! One JSON array, one object to a line.

use super::{renamed, unwritable, with_distinct_names, Batches, Formatted};
use crate::failure::Failure;
use datafusion::arrow::{
	error::ArrowError,
	json::writer::{JsonFormat, Writer, WriterBuilder},
};
use std::io::{Read, Write};

/// An array whose rows stand on lines of their own, so that line tools can be used on it too.
#[derive(Debug, Default)]
struct RowPerLine;

impl JsonFormat for RowPerLine {
	fn start_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
		Ok(writer.write_all(b"[")?)
	}

	fn start_row<W: Write>(&self, writer: &mut W, is_first_row: bool) -> Result<(), ArrowError> {
		Ok(writer.write_all(if is_first_row { b"\n" } else { b",\n" })?)
	}

	fn end_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
		Ok(writer.write_all(b"\n]\n")?)
	}
}

pub(super) fn write<R: Read>(
	batches: Batches<R>,
	out: &mut (dyn Write + Send),
) -> Result<Formatted, Failure> {
	let schema = with_distinct_names(&batches.schema());
	let mut writer: Writer<_, RowPerLine> = WriterBuilder::new().with_explicit_nulls(true).build(out);
	let mut rows = 0u64;
	for batch in batches {
		let batch = renamed(&batch?, &schema)?;
		writer.write(&batch).map_err(unwritable("json"))?;
		rows += batch.num_rows() as u64;
	}
	writer.finish().map_err(unwritable("json"))?;
	Ok(Formatted { rows, shown: rows })
}

#[cfg(test)]
mod tests {
	use super::super::{
		tests::{awkward, formatted, text},
		Format,
	};
	use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};
	use std::sync::Arc;

	#[test]
	fn json_keeps_nulls_quotes_scripts_and_nested_values() {
		assert_eq!(
			text(awkward(), Format::Json),
			concat!(
				"[\n",
				r#"{"text":"plain","number":1,"float":0.1,"flag":true,"place, name":"東京","day":"2013-01-01","#,
				r#""moment":"2013-01-01T06:00:00Z","price":12.34,"blob":"dead","list":[1,null],"pair":{"a":"x,y","b":null}},"#,
				"\n",
				r#"{"text":"says \"hi\", twice\n","number":null,"float":null,"flag":false,"place, name":"Zürich","day":null,"#,
				r#""moment":null,"price":null,"blob":null,"list":null,"pair":{"a":null,"b":2}},"#,
				"\n",
				r#"{"text":null,"number":-3,"float":null,"flag":null,"place, name":"🌦","day":"1970-01-01","#,
				r#""moment":"1970-01-01T00:00:00Z","price":-0.05,"blob":"","list":[],"pair":{"a":"\"","b":3}},"#,
				"\n",
				r#"{"text":"","number":9223372036854775807,"float":-2.0,"flag":true,"place, name":"\u001b[31mred","#,
				r#""day":"1969-12-31","moment":"1970-01-01T00:00:00.000001Z","price":0.00,"blob":"01","list":[7],"#,
				r#""pair":{"a":"é","b":4}}"#,
				"\n]\n",
			)
		);
	}

	#[test]
	fn an_empty_result_is_an_empty_array() {
		let (out, done) = formatted(&awkward().schema(), &[], Format::Json);
		assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).unwrap(), serde_json::json!([]));
		assert_eq!(done.rows, 0);
	}

	#[test]
	fn several_batches_are_one_array() {
		let batch = awkward();
		let (out, done) = formatted(&batch.schema(), &[batch.clone(), batch], Format::Json);
		let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
		assert_eq!(value.as_array().unwrap().len(), 8);
		assert_eq!(done.rows, 8);
	}

	#[test]
	fn no_column_is_lost_to_another_of_its_name() {
		let column = |n: i64| Arc::new(Int64Array::from(vec![n])) as ArrayRef;
		let batch = RecordBatch::try_from_iter([("x", column(1)), ("x", column(2))]).unwrap();
		assert_eq!(text(batch, Format::Json), "[\n{\"x\":1,\"x_2\":2}\n]\n");
	}
}
