//! Turns a result (an Arrow IPC stream) into what the user asked for, one batch at a time.
//!
//! ```text
//! spooled IPC file ──StreamReader──> batch ──> table | csv | json | parquet ──> file or terminal
//! ```

mod csv;
mod json;
mod parquet;
mod table;

pub use table::{blank as blank_table, Screen};

use crate::failure::Failure;
use datafusion::arrow::{
	array::RecordBatch,
	datatypes::{Field, Schema, SchemaRef},
	error::ArrowError,
	ipc::reader::StreamReader,
};
use std::{
	collections::HashSet,
	io::{BufReader, Read, Write},
	sync::Arc,
};

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
	/// For reading; cut to a screenful.
	Table,
	/// RFC 4180 with a header. Null is nothing, an empty string is `""`; nested values are JSON.
	Csv,
	/// One array of objects, one object to a line. Every column is in every object, null included.
	Json,
	/// A Parquet file with the columns' exact types.
	Parquet,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formatted {
	/// Rows in the result.
	pub rows: u64,
	/// Rows that were written: fewer than `rows` where a table was cut.
	pub shown: u64,
}

/// A result that is read batch by batch.
pub struct Batches<R: Read> {
	reader: StreamReader<BufReader<R>>,
}

impl<R: Read> Batches<R> {
	/// Reads the schema. Fails where `ipc` is no Arrow IPC stream.
	pub fn open(ipc: R) -> Result<Self, Failure> {
		let reader = StreamReader::try_new(BufReader::new(ipc), None).map_err(unreadable)?;
		Ok(Self { reader })
	}

	/// The columns.
	pub fn schema(&self) -> SchemaRef {
		self.reader.schema()
	}
}

impl<R: Read> Iterator for Batches<R> {
	type Item = Result<RecordBatch, Failure>;

	fn next(&mut self) -> Option<Self::Item> {
		Some(self.reader.next()?.map_err(unreadable))
	}
}

fn unreadable(error: ArrowError) -> Failure {
	Failure::failed(format!(
		"the result is no readable Arrow stream ({error}); the provider runs another version"
	))
}

/// Writes the whole result. `screen` bounds tables; a terminal's is not sent what could act on it.
pub fn write<R: Read>(
	batches: Batches<R>,
	format: Format,
	screen: Screen,
	out: &mut (dyn Write + Send),
) -> Result<Formatted, Failure> {
	match format {
		Format::Table => table::write(batches, screen, out),
		Format::Csv => csv::write(batches, screen, out),
		Format::Json => json::write(batches, out),
		Format::Parquet => parquet::write(batches, out),
	}
}

/// The schema with names that differ: `SELECT a.x, b.x` gives two columns `x`, which an object cannot hold.
fn with_distinct_names(schema: &Schema) -> SchemaRef {
	let mut taken: HashSet<String> = HashSet::new();
	let fields: Vec<Field> = schema
		.fields()
		.iter()
		.map(|field| {
			let mut name = field.name().clone();
			let mut copy = 1u32;
			while !taken.insert(name.clone()) {
				copy = copy.saturating_add(1);
				name = format!("{}_{copy}", field.name());
			}
			field.as_ref().clone().with_name(name)
		})
		.collect();
	Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn renamed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Failure> {
	if batch.schema_ref() == schema {
		return Ok(batch.clone());
	}
	RecordBatch::try_new_with_options(
		schema.clone(),
		batch.columns().to_vec(),
		&datafusion::arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(batch.num_rows())),
	)
	.map_err(unreadable)
}

fn unwritable(format: &'static str) -> impl Fn(ArrowError) -> Failure {
	move |error| {
		match error {
		ArrowError::IoError(_, error) => Failure::from(error),
		error => Failure::failed(format!(
			"the result cannot be written as {format} ({error}); choose another --format or CAST the column in the query"
		)),
	}
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use datafusion::arrow::{
		array::{
			ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
			ListArray, StringArray, StructArray, TimestampMicrosecondArray,
		},
		datatypes::{DataType, Int64Type},
		ipc::writer::StreamWriter,
	};

	/// Everything that is awkward: nulls, quotes, line ends, other scripts, escape codes, nested values.
	pub(crate) fn awkward() -> RecordBatch {
		let text = StringArray::from(vec![Some("plain"), Some("says \"hi\", twice\n"), None, Some("")]);
		let number = Int64Array::from(vec![Some(1), None, Some(-3), Some(i64::MAX)]);
		let float = Float64Array::from(vec![Some(0.1), Some(f64::NAN), None, Some(-2.0)]);
		let flag = BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]);
		let place = StringArray::from(vec!["東京", "Zürich", "🌦", "\u{1b}[31mred"]);
		let day = Date32Array::from(vec![Some(15706), None, Some(0), Some(-1)]);
		let moment =
			TimestampMicrosecondArray::from(vec![Some(1_357_020_000_000_000), None, Some(0), Some(1)])
				.with_timezone("UTC");
		let price = Decimal128Array::from(vec![Some(1234), None, Some(-5), Some(0)])
			.with_precision_and_scale(10, 2)
			.expect("ten digits hold these");
		let blob = BinaryArray::from_opt_vec(vec![Some(&[0xde, 0xad]), None, Some(&[]), Some(&[1])]);
		let list = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
			Some(vec![Some(1), None]),
			None,
			Some(vec![]),
			Some(vec![Some(7)]),
		]);
		let pair = StructArray::from(vec![
			(
				Arc::new(Field::new("a", DataType::Utf8, true)),
				Arc::new(StringArray::from(vec![Some("x,y"), None, Some("\""), Some("é")])) as ArrayRef,
			),
			(
				Arc::new(Field::new("b", DataType::Int64, true)),
				Arc::new(Int64Array::from(vec![None, Some(2), Some(3), Some(4)])) as ArrayRef,
			),
		]);
		RecordBatch::try_from_iter_with_nullable([
			("text", Arc::new(text) as ArrayRef, true),
			("number", Arc::new(number), true),
			("float", Arc::new(float), true),
			("flag", Arc::new(flag), true),
			("place, name", Arc::new(place), true),
			("day", Arc::new(day), true),
			("moment", Arc::new(moment), true),
			("price", Arc::new(price), true),
			("blob", Arc::new(blob), true),
			("list", Arc::new(list), true),
			("pair", Arc::new(pair), true),
		])
		.expect("columns of one length")
	}

	pub(crate) fn ipc(schema: &SchemaRef, batches: &[RecordBatch]) -> Vec<u8> {
		let mut bytes = Vec::new();
		let mut writer = StreamWriter::try_new(&mut bytes, schema).expect("a stream into memory");
		for batch in batches {
			writer.write(batch).expect("a batch into memory");
		}
		writer.finish().expect("an end into memory");
		drop(writer);
		bytes
	}

	pub(crate) fn formatted(
		schema: &SchemaRef,
		batches: &[RecordBatch],
		format: Format,
	) -> (Vec<u8>, Formatted) {
		formatted_for(schema, batches, format, Screen { rows: 3, cell: 20, width: None })
	}

	pub(crate) fn formatted_for(
		schema: &SchemaRef,
		batches: &[RecordBatch],
		format: Format,
		screen: Screen,
	) -> (Vec<u8>, Formatted) {
		let mut out = Vec::new();
		let bytes = ipc(schema, batches);
		let done = write(Batches::open(bytes.as_slice()).expect("a stream"), format, screen, &mut out);
		(out, done.expect("formats"))
	}

	pub(crate) fn text(batch: RecordBatch, format: Format) -> String {
		let (out, _) = formatted(&batch.schema(), &[batch], format);
		String::from_utf8(out).expect("text")
	}

	#[test]
	fn columns_of_one_name_are_told_apart() {
		let field = |name: &str| Field::new(name, DataType::Int64, true);
		let schema = Schema::new(vec![field("x"), field("x"), field("x_2"), field("x")]);
		let names = with_distinct_names(&schema);
		let names: Vec<_> = names.fields().iter().map(|f| f.name().as_str()).collect();
		assert_eq!(names, ["x", "x_2", "x_2_2", "x_3"]);
	}

	#[test]
	fn bytes_that_are_no_result_are_refused() {
		assert!(Batches::open(&b"not arrow at all, just some text"[..]).is_err());
	}
}
