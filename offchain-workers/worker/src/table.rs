//! A table between two steps: an Arrow IPC file that is there whole or not at all, read batch by batch.

use crate::{budget::Budget, error::StepError};
use datafusion::arrow::{
	array::RecordBatch,
	compute::cast,
	datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef},
	error::ArrowError,
	ipc::{reader::FileReader, writer::FileWriter},
};
use std::{
	fs::File,
	io::{BufReader, BufWriter, Write},
	path::{Path, PathBuf},
	sync::Arc,
};
use tempfile::TempPath;

/// A file that gets its name when it is complete and on the disk.
pub struct NewFile {
	to: PathBuf,
	partial: TempPath,
	file: BufWriter<File>,
}

impl NewFile {
	/// Begins to write what will be `to`.
	///
	/// # Errors
	/// [`StepError::Fault`].
	pub fn create(to: &Path) -> Result<Self, StepError> {
		// A name of its own: an earlier attempt that was given up may still be writing to its file.
		let folder = to.parent().unwrap_or(Path::new("."));
		let file = tempfile::Builder::new().suffix(".partial").tempfile_in(folder);
		let (file, partial) = file.map_err(|error| StepError::fault(to.display(), error))?.into_parts();
		Ok(Self { to: to.into(), partial, file: BufWriter::with_capacity(256 << 10, file) })
	}

	/// Gives the file its name, durably.
	///
	/// # Errors
	/// [`StepError::Fault`].
	pub fn keep(self) -> Result<(), StepError> {
		let failed = |error: std::io::Error| StepError::fault(self.to.display(), error);
		let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
		file.sync_all().map_err(failed)?;
		self.partial.persist(&self.to).map_err(|error| failed(error.error))?;
		if let Some(folder) = self.to.parent() {
			File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
		}
		Ok(())
	}
}

impl Write for NewFile {
	fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
		self.file.write(bytes)
	}

	fn flush(&mut self) -> std::io::Result<()> {
		self.file.flush()
	}
}

/// Writes a table in its one representation: see [`canonical_schema`].
pub struct TableWriter {
	path: PathBuf,
	schema: SchemaRef,
	writer: FileWriter<NewFile>,
	rows: u64,
}

impl TableWriter {
	/// Begins to write a table of the canonical form of `schema`.
	///
	/// # Errors
	/// [`StepError::Fault`], and [`StepError::Poison`] for types that cannot be stored.
	pub fn create(path: &Path, schema: &Schema) -> Result<Self, StepError> {
		let schema = canonical_schema(schema)?;
		let writer =
			FileWriter::try_new(NewFile::create(path)?, &schema).map_err(|error| failed(path, error))?;
		Ok(Self { path: path.into(), schema, writer, rows: 0 })
	}

	/// Appends a batch.
	///
	/// # Errors
	/// [`StepError::Fault`], and [`StepError::Poison`] for values that cannot be stored.
	pub fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
		let columns = batch
			.columns()
			.iter()
			.zip(self.schema.fields())
			.map(|(column, field)| cast(column, field.data_type()))
			.collect::<Result<Vec<_>, _>>()
			.and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns))
			.map_err(|error| StepError::poison(format!("the table cannot be stored: {error}")))?;
		self.writer.write(&columns).map_err(|error| failed(&self.path, error))?;
		self.rows += batch.num_rows() as u64;
		Ok(())
	}

	/// Completes the file and returns how many rows it has.
	///
	/// # Errors
	/// [`StepError::Fault`].
	pub fn finish(mut self) -> Result<u64, StepError> {
		self.writer.finish().map_err(|error| failed(&self.path, error))?;
		self.writer.into_inner().map_err(|error| failed(&self.path, error))?.keep()?;
		Ok(self.rows)
	}
}

/// A table that an earlier step has written.
#[derive(Clone, Debug)]
pub struct Table {
	path: PathBuf,
	schema: SchemaRef,
}

impl Table {
	/// Opens a table.
	///
	/// # Errors
	/// [`StepError::Lost`] where it is not there or not readable any more.
	pub fn open(path: &Path) -> Result<Self, StepError> {
		let schema = reader(path)?.schema();
		Ok(Self { path: path.into(), schema })
	}

	/// Its columns.
	pub fn schema(&self) -> &SchemaRef {
		&self.schema
	}

	/// Its batches, in order.
	///
	/// # Errors
	/// [`StepError::Lost`], also for items.
	pub fn batches<'a>(
		&'a self,
		budget: &'a Budget,
	) -> Result<impl Iterator<Item = Result<RecordBatch, StepError>> + 'a, StepError> {
		let batches = reader(&self.path)?;
		Ok(batches.map(move |batch| {
			budget.check()?;
			batch.map_err(|error| lost(&self.path, error))
		}))
	}

	/// The place of a column, or what there is instead.
	///
	/// # Errors
	/// [`StepError::Poison`].
	pub fn column(&self, name: &str) -> Result<usize, StepError> {
		column(&self.schema, name)
	}
}

/// The place of a column by its exact name.
///
/// # Errors
/// [`StepError::Poison`].
pub fn column(schema: &Schema, name: &str) -> Result<usize, StepError> {
	schema.fields().iter().position(|field| field.name() == name).ok_or_else(|| {
		let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
		StepError::Poison(format!("the table has no column {name:?}, it has: {}", names.join(", ")))
	})
}

fn reader(path: &Path) -> Result<FileReader<BufReader<File>>, StepError> {
	let file = File::open(path).map_err(|error| lost(path, error))?;
	FileReader::try_new_buffered(file, None).map_err(|error| lost(path, error))
}

fn lost(path: &Path, error: impl std::fmt::Display) -> StepError {
	StepError::Lost(format!("{} is not there any more: {error}", path.display()))
}

fn failed(path: &Path, error: ArrowError) -> StepError {
	match error {
		ArrowError::IoError(..) | ArrowError::MemoryError(_) => StepError::fault(path.display(), error),
		other => StepError::poison(format!("the table cannot be stored: {other}")),
	}
}

/// The one representation of a table's columns: text and bytes in their plain layout, no dictionaries, everything
/// nullable, no metadata; so that nothing depends on how a source was read or a plan was made.
///
/// # Errors
/// [`StepError::Poison`] for a table without columns, or with two of the same name.
pub fn canonical_schema(schema: &Schema) -> Result<SchemaRef, StepError> {
	let mut fields: Vec<FieldRef> = Vec::with_capacity(schema.fields().len());
	for field in schema.fields() {
		if fields.iter().any(|earlier| earlier.name() == field.name()) {
			return Err(StepError::Poison(format!(
				"two columns are named {:?}: name one of them with AS",
				field.name()
			)));
		}
		fields.push(Arc::new(Field::new(field.name(), canonical_type(field.data_type()), true)));
	}
	if fields.is_empty() {
		return Err(StepError::poison("the table has no columns"));
	}
	Ok(Arc::new(Schema::new(fields)))
}

fn canonical_type(kind: &DataType) -> DataType {
	let inner = |field: &FieldRef| -> FieldRef {
		Arc::new(Field::new(field.name(), canonical_type(field.data_type()), true))
	};
	match kind {
		DataType::Null | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
		DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
		DataType::Dictionary(_, values) => canonical_type(values),
		DataType::List(item)
		| DataType::LargeList(item)
		| DataType::ListView(item)
		| DataType::LargeListView(item) => DataType::List(inner(item)),
		DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect::<Fields>()),
		other => other.clone(),
	}
}
