//! The curator's SQL over the curator's source file, in the worker's own process and in bounded memory.
//!
//! Everything about it is deterministic, because several workers must come to the same snapshot: types are inferred
//! from the whole file, columns of JSON are in alphabetical order, there is one partition, so rows keep the file's order
//! unless the SQL or [`TransformOptions::order_by`] sorts them, and functions of time or chance are refused.

use std::{
	fs::File,
	io::{self, BufRead, BufReader, Read, Seek, Write},
	path::{Path, PathBuf},
	sync::Arc,
};

use datafusion::{
	arrow::{
		csv::reader::Format,
		datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef},
		error::ArrowError,
		json::reader::infer_json_schema_from_iterator,
	},
	common::{Column, TableReference},
	datasource::file_format::{csv::CsvFormat, json::JsonFormat, parquet::ParquetFormat, FileFormat},
	error::DataFusionError,
	execution::{
		disk_manager::{DiskManagerBuilder, DiskManagerMode},
		memory_pool::FairSpillPool,
		runtime_env::RuntimeEnvBuilder,
		SendableRecordBatchStream, SessionStateBuilder,
	},
	logical_expr::{Expr, LogicalPlanBuilder},
	physical_plan::{execute_stream, stream::RecordBatchStreamAdapter},
	prelude::SessionContext,
};
use flate2::read::MultiGzDecoder;
use futures::StreamExt;
use regex::Regex;
use tempfile::NamedTempFile;

use crate::{
	errors::QueryError,
	plan,
	policy::{self, check_sql, Limits},
	session,
};

/// The name of the source file in the curator's SQL.
pub const SOURCE: &str = "source";

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

/// What a transform may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformOptions {
	/// Memory for sorting, grouping and joining, bytes; what does not fit goes to `spill_dir`.
	pub memory_bytes: u64,
	/// An existing directory for what does not fit into memory and for decompressed sources. Files in it are removed
	/// with the stream.
	pub spill_dir: PathBuf,
	/// Length of the source, decompressed, bytes, at most.
	pub max_source_bytes: u64,
	/// Columns of the result by which its rows are sorted, ascending, nulls last.
	pub order_by: Option<Vec<String>>,
}

/// Why a transform could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransformError {
	/// The SQL is not one SELECT over `source`, or not valid for its columns.
	#[error("[transform] sql: {0}")]
	Sql(#[source] QueryError),
	/// The file is not what its format says.
	#[error("{}{}: {message}", path.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
	Source {
		/// The source.
		path: PathBuf,
		/// Where, counted from 1, in the decompressed file, if that is known.
		line: Option<u64>,
		/// What is wrong there.
		message: String,
	},
	/// The file is longer than it may be.
	#[error("{} has more than {limit} bytes decompressed, the most allowed: raise max_bytes in [source]", path.display())]
	TooLarge {
		/// The source.
		path: PathBuf,
		/// Bytes allowed.
		limit: u64,
	},
	/// The result has no column of that name to sort by.
	#[error("order_by: the result has no column {column}, it has: {}", available.join(", "))]
	NoSuchColumn {
		/// What was asked for.
		column: String,
		/// What there is.
		available: Vec<String>,
	},
	/// Reading the source or writing to the spill directory failed.
	#[error("{}: {source}", path.display())]
	Io {
		/// The file or directory.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// The engine failed.
	#[error("the transform failed: {0}")]
	Engine(#[from] DataFusionError),
}

/// Runs `sql` over `source`, which it sees as the table `source`. Batches come as they are computed.
///
/// Errors of single values met later, such as a cast that does not fit, come as items of the stream.
///
/// # Errors
/// A [`TransformError`] for everything that shows before the first row: SQL, columns, a ragged or unreadable file.
pub async fn transform(
	source: SourceTable,
	sql: &str,
	options: &TransformOptions,
) -> Result<SendableRecordBatchStream, TransformError> {
	let limits = Limits { sql_bytes: 1 << 20, ..Limits::default() };
	check_sql(sql, &[SOURCE], &limits).map_err(TransformError::Sql)?;
	let prepared = {
		let options = options.clone();
		tokio::task::spawn_blocking(move || prepare(&source, &options))
			.await
			.map_err(|error| TransformError::Engine(DataFusionError::ExecutionJoin(Box::new(error))))??
	};

	let context = spilling_session(options)?;
	let format: Arc<dyn FileFormat> = match &prepared.format {
		SourceFormat::Csv(csv) => Arc::new(
			CsvFormat::default()
				.with_has_header(csv.has_header)
				.with_delimiter(csv.delimiter)
				.with_null_regex(null_pattern(csv))
				// One partition reads the file from start to end, so quoted ends of lines are no problem.
				.with_newlines_in_values(true),
		),
		SourceFormat::JsonLines => Arc::new(JsonFormat::default()),
		SourceFormat::Parquet => Arc::new(ParquetFormat::default()),
	};
	let table = session::file_table(&context, &prepared.path, format, prepared.schema.clone()).await?;
	context.register_table(TableReference::bare(SOURCE), Arc::clone(&table))?;

	let state = context.state();
	let sql_error = |error: DataFusionError| TransformError::Sql(error.into());
	let (statement, _) = policy::parse(sql, &[SOURCE]).map_err(TransformError::Sql)?;
	let plan = state.statement_to_plan(statement).await.map_err(sql_error)?;
	plan::check_nodes(&plan, &table).map_err(TransformError::Sql)?;
	let plan = match &options.order_by {
		Some(columns) if !columns.is_empty() => {
			let available: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
			let mut sort = Vec::with_capacity(columns.len());
			for column in columns {
				if !available.contains(column) {
					return Err(TransformError::NoSuchColumn { column: column.clone(), available });
				}
				sort.push(Expr::Column(Column::from_name(column)).sort(true, false));
			}
			LogicalPlanBuilder::from(plan).sort(sort)?.build()?
		},
		_ => plan,
	};
	let physical = state.create_physical_plan(&plan).await.map_err(sql_error)?;
	let batches = execute_stream(physical, context.task_ctx())?;

	// The decompressed copy is needed until the last batch, and no longer.
	let schema = batches.schema();
	let guarded = batches.map(move |batch| {
		let _source = &prepared;
		batch
	});
	Ok(Box::pin(RecordBatchStreamAdapter::new(schema, guarded)))
}

fn spilling_session(options: &TransformOptions) -> Result<SessionContext, TransformError> {
	let memory = usize::try_from(options.memory_bytes).unwrap_or(usize::MAX);
	let spill = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![options.spill_dir.clone()]));
	let runtime = RuntimeEnvBuilder::new()
		.with_memory_pool(Arc::new(FairSpillPool::new(memory)))
		.with_disk_manager_builder(spill)
		.build_arc()?;
	let base = session::base_state(1);
	let mut config = base.config().clone();
	let settings = config.options_mut();
	// What leaves here is written to Parquet and compared byte by byte: one representation of a string.
	settings.execution.parquet.schema_force_view_types = false;
	settings.sql_parser.map_string_types_to_utf8view = false;
	// A sort sets this aside to merge what it spilled; by default more than a small limit has.
	settings.execution.sort_spill_reservation_bytes = (memory / 8).min(10 << 20);
	let state = SessionStateBuilder::new_from_existing(base).with_config(config).with_runtime_env(runtime).build();
	Ok(SessionContext::new_with_state(state))
}

/// A source that is ready to be scanned.
struct Prepared {
	path: PathBuf,
	format: SourceFormat,
	/// `None` where the file itself has one.
	schema: Option<SchemaRef>,
	_decompressed: Option<NamedTempFile>,
}

fn prepare(source: &SourceTable, options: &TransformOptions) -> Result<Prepared, TransformError> {
	let io = |error: io::Error| TransformError::Io { path: source.path.clone(), source: error };
	let path = std::fs::canonicalize(&source.path).map_err(io)?;
	let mut file = File::open(&path).map_err(io)?;
	if !file.metadata().map_err(io)?.is_file() {
		return Err(io(io::Error::new(io::ErrorKind::InvalidInput, "not a file")));
	}
	let mut magic = Vec::with_capacity(2);
	(&mut file).take(2).read_to_end(&mut magic).map_err(io)?;
	file.rewind().map_err(io)?;
	let too_large = || TransformError::TooLarge { path: source.path.clone(), limit: options.max_source_bytes };

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
	let mut copy = tempfile::Builder::new().prefix("source-").tempfile_in(&options.spill_dir).map_err(spill)?;
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

fn null_pattern(csv: &CsvOptions) -> Option<String> {
	if csv.null_values.is_empty() {
		return None;
	}
	let words: Vec<String> = csv.null_values.iter().map(|word| regex::escape(word)).collect();
	Some(format!("^(?:|{})$", words.join("|")))
}

fn infer_csv(path: &Path, source: &SourceTable, csv: &CsvOptions) -> Result<SchemaRef, TransformError> {
	let wrong = |line, message| TransformError::Source { path: source.path.clone(), line, message };
	let file = File::open(path).map_err(|error| TransformError::Io { path: source.path.clone(), source: error })?;
	let mut format = Format::default().with_header(csv.has_header).with_delimiter(csv.delimiter);
	if let Some(pattern) = null_pattern(csv) {
		// The words are escaped; what may fail is their total size.
		let regex = Regex::new(&pattern).map_err(|error| wrong(None, format!("null_values: {error}")))?;
		format = format.with_null_regex(regex);
	}
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
		},
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
	let file = File::open(path).map_err(|error| TransformError::Io { path: source.path.clone(), source: error })?;
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
		},
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
				let message = format!("a line has more than {MAX_JSON_LINE} bytes: one JSON object a line is expected");
				return Some(Err(ArrowError::JsonError(message)));
			}
			if !self.text.trim_ascii().is_empty() {
				let value = serde_json::from_slice(&self.text);
				return Some(value.map_err(|error| ArrowError::JsonError(format!("not JSON: {error}"))));
			}
		}
	}
}
