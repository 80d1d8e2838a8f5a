//! Source files: what they hold, and how they become tables.

use std::{
	fs::File,
	io::{self, BufRead, BufReader, Read, Seek, Write},
	path::{Path, PathBuf},
	sync::Arc,
};

use datafusion::{
	arrow::{
		csv::{reader::Format, ReaderBuilder},
		datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef},
		error::ArrowError,
		json::reader::infer_json_schema_from_iterator,
	},
	catalog::{streaming::StreamingTable, TableProvider},
	datasource::file_format::{json::JsonFormat, parquet::ParquetFormat},
	error::DataFusionError,
	execution::{SendableRecordBatchStream, TaskContext},
	physical_plan::{stream::RecordBatchReceiverStreamBuilder, streaming::PartitionStream},
	prelude::SessionContext,
};
use flate2::read::MultiGzDecoder;
use regex::Regex;
use tempfile::NamedTempFile;

use crate::{
	session,
	transform::{TransformError, TransformOptions},
};

/// A line of JSON is not longer than this.
const MAX_JSON_LINE: u64 = 64 << 20;

/// A file to be transformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTable {
	/// Where it is. A file that starts like gzip is taken as gzip, whatever its name.
	pub path: PathBuf,
	/// What is in it, after decompression.
	pub format: SourceFormat,
}

/// What a source file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFormat {
	/// Lines of separated values; quotes are `"`, types are inferred from all lines.
	Csv(CsvOptions),
	/// One JSON object a line; types are inferred from all lines.
	JsonLines,
	/// Apache Parquet, with its own types.
	Parquet,
}

/// How a CSV file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
	/// The first line holds the columns' names. Without it they are `column_1`, `column_2`...
	pub has_header: bool,
	/// The byte between two values.
	pub delimiter: u8,
	/// Values that mean "no value", such as `NA`. An empty value always does.
	pub null_values: Vec<String>,
}

impl Default for CsvOptions {
	/// A header, commas, and only the empty value is null.
	fn default() -> Self {
		Self { has_header: true, delimiter: b',', null_values: Vec::new() }
	}
}

/// A source that is ready to be scanned.
pub(crate) struct Prepared {
	path: PathBuf,
	format: SourceFormat,
	/// `None` where the file itself has one.
	schema: Option<SchemaRef>,
	/// Removed when this is dropped.
	_decompressed: Option<NamedTempFile>,
}

impl Prepared {
	/// The file as a table of one partition, in the file's order.
	pub(crate) async fn table(
		&self,
		context: &SessionContext,
	) -> Result<Arc<dyn TableProvider>, DataFusionError> {
		match (&self.format, &self.schema) {
			(SourceFormat::Csv(csv), Some(schema)) => {
				let lines =
					CsvLines { path: self.path.clone(), schema: Arc::clone(schema), csv: csv.clone() };
				Ok(Arc::new(StreamingTable::try_new(Arc::clone(schema), vec![Arc::new(lines)])?))
			}
			(SourceFormat::Parquet, schema) => {
				session::file_table(
					context,
					session::file_url(&self.path)?,
					Arc::new(ParquetFormat::default()),
					schema.clone(),
				)
				.await
			}
			(_, schema) => {
				session::file_table(
					context,
					session::file_url(&self.path)?,
					Arc::new(JsonFormat::default()),
					schema.clone(),
				)
				.await
			}
		}
	}
}

/// A CSV file, read by Arrow's reader: the engine's own scan does not know of words that mean "no value".
#[derive(Debug)]
struct CsvLines {
	path: PathBuf,
	schema: SchemaRef,
	csv: CsvOptions,
}

impl PartitionStream for CsvLines {
	fn schema(&self) -> &SchemaRef {
		&self.schema
	}

	fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
		let mut builder = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), 2);
		let batches = builder.tx();
		let batch_size = context.session_config().batch_size();
		let (path, schema, csv) = (self.path.clone(), Arc::clone(&self.schema), self.csv.clone());
		builder.spawn_blocking(move || {
			let file = BufReader::with_capacity(256 << 10, File::open(path)?);
			let format = csv_format(&csv).map_err(|error| DataFusionError::External(Box::new(error)))?;
			let reader =
				ReaderBuilder::new(schema).with_format(format).with_batch_size(batch_size).build(file)?;
			for batch in reader {
				if batches.blocking_send(batch.map_err(DataFusionError::from)).is_err() {
					break; // nobody reads on
				}
			}
			Ok(())
		});
		builder.build()
	}
}

pub(crate) fn prepare(source: &SourceTable, options: &TransformOptions) -> Result<Prepared, TransformError> {
	let io = |error: io::Error| TransformError::Io { path: source.path.clone(), source: error };
	let path = std::fs::canonicalize(&source.path).map_err(io)?;
	let mut file = File::open(&path).map_err(io)?;
	if !file.metadata().map_err(io)?.is_file() {
		return Err(io(io::Error::new(io::ErrorKind::InvalidInput, "not a file")));
	}
	let mut magic = Vec::with_capacity(2);
	(&mut file).take(2).read_to_end(&mut magic).map_err(io)?;
	file.rewind().map_err(io)?;
	let too_large =
		|| TransformError::TooLarge { path: source.path.clone(), limit: options.max_source_bytes };

	let (path, decompressed) = if magic == [0x1f, 0x8b] {
		let copy = decompress(file, source, options)?.ok_or_else(too_large)?;
		(copy.path().to_owned(), Some(copy))
	} else if file.metadata().map_err(io)?.len() > options.max_source_bytes {
		return Err(too_large());
	} else {
		(path, None)
	};
	let schema = match &source.format {
		SourceFormat::Csv(csv) => Some(infer_csv(&path, source, csv)?),
		SourceFormat::JsonLines => Some(infer_json(&path, source)?),
		SourceFormat::Parquet => None,
	};
	Ok(Prepared { path, format: source.format.clone(), schema, _decompressed: decompressed })
}

/// `None` if there is more in it than allowed.
fn decompress(
	file: File,
	source: &SourceTable,
	options: &TransformOptions,
) -> Result<Option<NamedTempFile>, TransformError> {
	let spill = |error: io::Error| TransformError::Io { path: options.spill_dir.clone(), source: error };
	let mut copy =
		tempfile::Builder::new().prefix("source-").tempfile_in(&options.spill_dir).map_err(spill)?;
	let mut input = MultiGzDecoder::new(BufReader::new(file));
	let mut buffer = vec![0; 256 << 10];
	let mut total = 0_u64;
	loop {
		let length = input.read(&mut buffer).map_err(|error| TransformError::Source {
			path: source.path.clone(),
			line: None,
			message: format!("not a complete gzip file: {error}"),
		})?;
		let Some(chunk) = buffer.get(..length).filter(|chunk| !chunk.is_empty()) else { break };
		total = total.saturating_add(chunk.len() as u64);
		if total > options.max_source_bytes {
			return Ok(None);
		}
		copy.write_all(chunk).map_err(spill)?;
	}
	copy.flush().map_err(spill)?;
	Ok(Some(copy))
}

fn csv_format(csv: &CsvOptions) -> Result<Format, regex::Error> {
	let format = Format::default().with_header(csv.has_header).with_delimiter(csv.delimiter);
	if csv.null_values.is_empty() {
		return Ok(format);
	}
	let words: Vec<String> = csv.null_values.iter().map(|word| regex::escape(word)).collect();
	Ok(format.with_null_regex(Regex::new(&format!("^(?:|{})$", words.join("|")))?))
}

fn infer_csv(path: &Path, source: &SourceTable, csv: &CsvOptions) -> Result<SchemaRef, TransformError> {
	let wrong = |line, message| TransformError::Source { path: source.path.clone(), line, message };
	let file =
		File::open(path).map_err(|error| TransformError::Io { path: source.path.clone(), source: error })?;
	// The words are escaped; what may fail is their total size.
	let format = csv_format(csv).map_err(|error| wrong(None, format!("null_values: {error}")))?;
	let (schema, _) = format.infer_schema(BufReader::new(file), None).map_err(|error| match error {
		ArrowError::CsvError(message) => {
			let line = message.rsplit_once("at line ").and_then(|(_, line)| line.trim().parse().ok());
			let message = match message.split_once("Expected ").and_then(|(_, rest)| {
				let (expected, rest) = rest.split_once(" records, found ")?;
				Some((expected, rest.split_once(" records")?.0))
			}) {
				Some((expected, found)) => format!("{found} values where the lines before have {expected}"),
				None => message,
			};
			wrong(line, message)
		}
		other => wrong(None, other.to_string()),
	})?;
	if schema.fields().is_empty() {
		return Err(wrong(None, "the file is empty".into()));
	}
	for (index, field) in schema.fields().iter().enumerate() {
		if schema.fields().iter().take(index).any(|earlier| earlier.name() == field.name()) {
			return Err(wrong(Some(1), format!("two columns are named {:?}", field.name())));
		}
	}
	Ok(Arc::new(without_null_types(&schema)))
}

/// A column in which every value is null has no type; text is the one that any later value fits.
fn without_null_types(schema: &Schema) -> Schema {
	let fields = schema.fields().iter().map(|field| match field.data_type() {
		DataType::Null => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
		_ => Arc::clone(field),
	});
	Schema::new(fields.collect::<Fields>())
}

fn infer_json(path: &Path, source: &SourceTable) -> Result<SchemaRef, TransformError> {
	let file =
		File::open(path).map_err(|error| TransformError::Io { path: source.path.clone(), source: error })?;
	let mut lines = JsonLines { input: BufReader::new(file), line: 0, text: Vec::new() };
	let schema = infer_json_schema_from_iterator(&mut lines).map_err(|error| TransformError::Source {
		path: source.path.clone(),
		line: Some(lines.line),
		message: match error {
			ArrowError::JsonError(message) => message,
			other => other.to_string(),
		},
	})?;
	if schema.fields().is_empty() {
		return Err(TransformError::Source {
			path: source.path.clone(),
			line: None,
			message: "no JSON object with at least one key".into(),
		});
	}
	Ok(Arc::new(Schema::new(sorted(schema.fields()))))
}

/// The inference collects keys in a hash map; their order must not depend on its seed.
fn sorted(fields: &Fields) -> Fields {
	let mut fields: Vec<FieldRef> = fields
		.iter()
		.map(|field| {
			let kind = sorted_type(field.data_type());
			Arc::new(field.as_ref().clone().with_data_type(kind))
		})
		.collect();
	fields.sort_by(|a, b| a.name().cmp(b.name()));
	fields.into()
}

fn sorted_type(kind: &DataType) -> DataType {
	match kind {
		DataType::Struct(inner) => DataType::Struct(sorted(inner)),
		DataType::List(item) => {
			let item: &Field = item;
			DataType::List(Arc::new(item.clone().with_data_type(sorted_type(item.data_type()))))
		}
		DataType::Null => DataType::Utf8,
		other => other.clone(),
	}
}

/// Lines of a file as JSON values, counted.
struct JsonLines<R> {
	input: R,
	line: u64,
	text: Vec<u8>,
}

impl<R: BufRead> Iterator for JsonLines<R> {
	type Item = Result<serde_json::Value, ArrowError>;

	fn next(&mut self) -> Option<Self::Item> {
		loop {
			self.text.clear();
			let length = match (&mut self.input).take(MAX_JSON_LINE).read_until(b'\n', &mut self.text) {
				Ok(0) => return None,
				Ok(length) => length,
				Err(error) => return Some(Err(ArrowError::JsonError(error.to_string()))),
			};
			self.line += 1;
			if length as u64 == MAX_JSON_LINE {
				let message =
					format!("a line has more than {MAX_JSON_LINE} bytes: one JSON object a line is expected");
				return Some(Err(ArrowError::JsonError(message)));
			}
			if !self.text.trim_ascii().is_empty() {
				let value = serde_json::from_slice(&self.text);
				return Some(value.map_err(|error| ArrowError::JsonError(format!("not JSON: {error}"))));
			}
		}
	}
}
