//! The columns of a snapshot's file that are committed to, so that aggregates over them can be proved.
//!
//! The file says itself which they are: its metadata has their names and scales, in the order of the manifest's `[prove]`. So
//! whoever has the file and the snapshot's key can compute the commitments again and compare them with those on chain: the worker
//! that makes them, the node that proves, the buyer of the whole.
//!
//! ```text
//! metadata ─> declared columns ─ schema ─> types     text columns ─ a pass of their own ─> dictionaries
//!                                              all columns, batch by batch ─> digests ─> columns_root
//! ```

use std::{
	fs::File,
	io::{self, BufReader, Read},
	os::unix::fs::FileExt,
	sync::Arc,
};

use bytes::Bytes;
use datafusion::{
	arrow::{datatypes::Schema, error::ArrowError, record_batch::RecordBatch},
	parquet::{
		arrow::{
			arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
			ProjectionMask,
		},
		errors::ParquetError,
		file::{
			metadata::KeyValue,
			reader::{ChunkReader, Length},
		},
	},
};
use rayon::prelude::*;
use souk_aggregates::{
	table::{check_declared, column_type, encode, DictionaryBuilder, Table, TableError},
	Committers,
};
use souk_table_proofs::{column_salt, columns_root, ColumnDescriptor, ColumnType, CommittedColumn};

pub use souk_aggregates::table::Declared;

/// Under which key the file's metadata has the declared columns, as JSON.
pub const METADATA_KEY: &str = "souk.prove";
/// Rows that are read at a time.
const BATCH: usize = 8_192;
/// A table is committed to in one piece for each column. The salt leaves room for more.
const SEGMENT: u32 = 0;

/// Why there are no commitments.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
	/// The file declares no columns.
	#[error("the snapshot commits to no columns: its curator names them under [prove] in the manifest")]
	NotDeclared,
	/// A column, or a value of one, cannot be committed to.
	#[error(transparent)]
	Table(#[from] TableError),
	/// The file cannot be read.
	#[error("the snapshot cannot be read: {0}")]
	Read(String),
}

impl From<ParquetError> for ColumnsError {
	fn from(error: ParquetError) -> Self {
		Self::Read(error.to_string())
	}
}

impl From<ArrowError> for ColumnsError {
	fn from(error: ArrowError) -> Self {
		Self::Read(error.to_string())
	}
}

impl From<io::Error> for ColumnsError {
	fn from(error: io::Error) -> Self {
		Self::Read(error.to_string())
	}
}

/// What a file's metadata says of its declared columns.
pub fn metadata(declared: &[Declared]) -> KeyValue {
	// Names and numbers always become JSON.
	let json = serde_json::to_string(declared).unwrap_or_default();
	KeyValue::new(METADATA_KEY.into(), json)
}

/// The types of declared columns in a table of this schema; no row is looked at.
///
/// # Errors
/// [`TableError`] for a column that is not there or cannot be committed to.
pub fn types(declared: &[Declared], schema: &Schema) -> Result<Vec<ColumnType>, TableError> {
	check_declared(declared)?;
	let typed = declared.iter().map(|declared| {
		let field = schema.field_with_name(&declared.name);
		column_type(field.map_err(|_| TableError::Missing { column: declared.name.clone() })?, declared)
	});
	typed.collect()
}

/// A snapshot's open file. Its length is asked for once: an executor that is locked in may not ask any more.
#[derive(Clone, Debug)]
pub struct SnapshotFile {
	file: Arc<File>,
	bytes: u64,
}

impl SnapshotFile {
	/// Takes an open file.
	///
	/// # Errors
	/// What the system says about its length.
	pub fn new(file: File) -> io::Result<Self> {
		let bytes = file.metadata()?.len();
		Ok(Self { file: Arc::new(file), bytes })
	}
}

impl Length for SnapshotFile {
	fn len(&self) -> u64 {
		self.bytes
	}
}

impl ChunkReader for SnapshotFile {
	type T = BufReader<FromHere>;

	fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
		Ok(BufReader::new(FromHere { file: self.file.clone(), at: start }))
	}

	fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
		if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
			return Err(ParquetError::EOF("it ends before it says".into()));
		}
		let mut bytes = vec![0; length];
		self.file.read_exact_at(&mut bytes, start)?;
		Ok(bytes.into())
	}
}

/// Reads a file from a place on, whatever else is read from it.
pub struct FromHere {
	file: Arc<File>,
	at: u64,
}

impl Read for FromHere {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		let count = self.file.read_at(buffer, self.at)?;
		self.at = self.at.saturating_add(count as u64);
		Ok(count)
	}
}

/// The columns of a file that are committed to.
pub struct Columns {
	file: SnapshotFile,
	rows: u64,
	descriptors: Vec<ColumnDescriptor>,
	/// Of each column, in how many rows its rarest word is; `None` where it has no words.
	fewest_rows: Vec<Option<u64>>,
}

/// What a file's columns are committed to by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
	/// Rows of the table.
	pub rows: u64,
	/// The columns, in the order of their declaration.
	pub columns: Vec<CommittedColumn>,
}

impl Committed {
	/// What goes on chain.
	pub fn root(&self) -> [u8; 32] {
		columns_root(self.rows, &self.columns)
	}
}

impl Columns {
	/// Finds the declared columns of a Parquet file, and collects the distinct words of those that hold text, with the rows of each.
	///
	/// # Errors
	/// [`ColumnsError`].
	pub fn of(file: SnapshotFile) -> Result<Self, ColumnsError> {
		let builder = ParquetRecordBatchReaderBuilder::try_new(file.clone())?;
		let facts = builder.metadata().file_metadata();
		let noted = facts.key_value_metadata().into_iter().flatten().find(|pair| pair.key == METADATA_KEY);
		let json = noted.and_then(|pair| pair.value.as_deref()).ok_or(ColumnsError::NotDeclared)?;
		let declared: Vec<Declared> = serde_json::from_str(json)
			.map_err(|error| ColumnsError::Read(format!("its declared columns are malformed: {error}")))?;
		let rows = u64::try_from(facts.num_rows())
			.map_err(|_| ColumnsError::Read("it has less than no rows".into()))?;
		let kinds = types(&declared, builder.schema())?;
		let fewest_rows = vec![None; declared.len()];
		let mut columns = Self { file, rows, descriptors: Vec::with_capacity(declared.len()), fewest_rows };
		for (Declared { name, .. }, kind) in declared.into_iter().zip(kinds) {
			columns.descriptors.push(ColumnDescriptor { name, kind, dictionary: Vec::new() });
		}
		columns.collect_words()?;
		Ok(columns)
	}

	/// What the columns are.
	pub fn descriptors(&self) -> &[ColumnDescriptor] {
		&self.descriptors
	}

	/// The text columns with a word that fewer than `least` rows have, by name. Whoever gets a proof over such a column learns of
	/// that word.
	pub fn with_rare_words(&self, least: u64) -> impl Iterator<Item = &str> {
		let columns = self.descriptors.iter().zip(&self.fewest_rows);
		let rare = columns.filter(move |(_, fewest)| fewest.is_some_and(|fewest| fewest < least));
		rare.map(|(column, _)| column.name.as_str())
	}

	/// One pass over the text columns.
	fn collect_words(&mut self) -> Result<(), ColumnsError> {
		let text = |column: &&ColumnDescriptor| column.kind == ColumnType::Text;
		let names: Vec<&str> =
			self.descriptors.iter().filter(text).map(|column| column.name.as_str()).collect();
		if names.is_empty() {
			return Ok(());
		}
		let mut words: Vec<_> = names.iter().map(|name| DictionaryBuilder::new(name)).collect();
		for batch in self.batches(&names)? {
			let batch = batch?;
			for (words, name) in words.iter_mut().zip(&names) {
				words.add(array(&batch, name)?)?;
			}
		}
		let columns = self.descriptors.iter_mut().zip(&mut self.fewest_rows);
		let texts = columns.filter(|(column, _)| column.kind == ColumnType::Text);
		for ((column, fewest_rows), words) in texts.zip(words) {
			*fewest_rows = words.fewest_rows();
			column.dictionary = words.finish();
		}
		Ok(())
	}

	/// Commits to the columns in one pass, in constant memory. `key` is the snapshot's columns key; `go_on` is asked before each
	/// batch.
	///
	/// # Errors
	/// [`ColumnsError`], as `E`, and what `go_on` says.
	pub fn commit<E: From<ColumnsError>>(
		&self,
		key: &[u8; 32],
		mut go_on: impl FnMut() -> Result<(), E>,
	) -> Result<Committed, E> {
		let salt = |index: usize| {
			// There are far fewer columns than that.
			let index = u8::try_from(index).unwrap_or(u8::MAX);
			column_salt(key, index, SEGMENT)
		};
		let mut committers = Committers::new(&(0..self.descriptors.len()).map(salt).collect::<Vec<_>>());
		self.each_batch::<E>(|first_row, batch| {
			go_on()?;
			let encoded: Vec<Result<Vec<_>, ColumnsError>> = self
				.descriptors
				.par_iter()
				.map(|descriptor| {
					let mut values = Vec::with_capacity(BATCH);
					encode_column(batch, descriptor, first_row, &mut values)?;
					Ok(values)
				})
				.collect();
			// Of several that are wrong, the first is told of.
			let columns = encoded.into_iter().collect::<Result<Vec<_>, _>>()?;
			committers.push(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>());
			Ok(())
		})?;
		let columns = self.descriptors.iter().cloned().zip(committers.finish());
		Ok(Committed {
			rows: self.rows,
			columns: columns.map(|(descriptor, digest)| CommittedColumn { descriptor, digest }).collect(),
		})
	}

	/// All values, in memory: 16 bytes each.
	///
	/// # Errors
	/// [`ColumnsError`].
	pub fn load(&self) -> Result<Table, ColumnsError> {
		let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
		let mut columns: Vec<_> = self.descriptors.iter().map(|_| Vec::with_capacity(rows)).collect();
		self.each_batch(|first_row, batch| {
			for (descriptor, values) in self.descriptors.iter().zip(&mut columns) {
				encode_column(batch, descriptor, first_row, values)?;
			}
			Ok::<_, ColumnsError>(())
		})?;
		Ok(Table { descriptors: self.descriptors.clone(), columns })
	}

	/// Goes through the committed columns, with the number of each batch's first row.
	fn each_batch<E: From<ColumnsError>>(
		&self,
		mut each: impl FnMut(u64, &RecordBatch) -> Result<(), E>,
	) -> Result<(), E> {
		let names: Vec<&str> = self.descriptors.iter().map(|column| column.name.as_str()).collect();
		let mut row = 0u64;
		for batch in self.batches(&names)? {
			let batch = batch.map_err(ColumnsError::from)?;
			each(row, &batch)?;
			row = row.saturating_add(batch.num_rows() as u64);
		}
		if row != self.rows {
			return Err(ColumnsError::Read("its rows are not as many as it says".into()).into());
		}
		Ok(())
	}

	fn batches(&self, names: &[&str]) -> Result<ParquetRecordBatchReader, ColumnsError> {
		let builder = ParquetRecordBatchReaderBuilder::try_new(self.file.clone())?;
		let roots: Vec<usize> = builder
			.schema()
			.fields()
			.iter()
			.enumerate()
			.filter(|(_, field)| names.contains(&field.name().as_str()))
			.map(|(place, _)| place)
			.collect();
		let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
		Ok(builder.with_projection(mask).with_batch_size(BATCH).build()?)
	}
}

fn array<'a>(
	batch: &'a RecordBatch,
	name: &str,
) -> Result<&'a dyn datafusion::arrow::array::Array, TableError> {
	let found = batch.column_by_name(name);
	found.map(AsRef::as_ref).ok_or_else(|| TableError::Missing { column: name.into() })
}

fn encode_column(
	batch: &RecordBatch,
	descriptor: &ColumnDescriptor,
	first_row: u64,
	values: &mut Vec<Option<i64>>,
) -> Result<(), ColumnsError> {
	Ok(encode(array(batch, &descriptor.name)?, descriptor, first_row, values)?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use datafusion::{
		arrow::array::{ArrayRef, Int64Array, StringArray},
		parquet::{arrow::ArrowWriter, file::properties::WriterProperties},
	};

	/// The committed columns `id`, `town` and `note` of a table with these towns and notes.
	fn columns(towns: Vec<Option<&str>>, notes: Vec<Option<&str>>) -> Columns {
		let ids: Vec<i64> = (0..).take(towns.len()).collect();
		let arrays: [(&str, ArrayRef); 3] = [
			("id", Arc::new(Int64Array::from(ids))),
			("town", Arc::new(StringArray::from(towns))),
			("note", Arc::new(StringArray::from(notes))),
		];
		let batch = RecordBatch::try_from_iter_with_nullable(arrays.map(|(name, array)| (name, array, true)))
			.unwrap();
		// In another order than in the table.
		let declared = ["note", "id", "town"].map(|name| Declared { name: name.into(), scale: None });
		let properties =
			WriterProperties::builder().set_key_value_metadata(Some(vec![metadata(&declared)])).build();
		let mut file = tempfile::tempfile().unwrap();
		let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
		writer.write(&batch).unwrap();
		writer.close().unwrap();
		Columns::of(SnapshotFile::new(file).unwrap()).unwrap()
	}

	fn rare(columns: &Columns, least: u64) -> Vec<&str> {
		columns.with_rare_words(least).collect()
	}

	#[test]
	fn a_column_has_a_rare_word_where_one_is_on_fewer_rows_than_the_least() {
		let (a, b) = (Some("a"), Some("b"));
		let found = columns(vec![a, b, a, b, a], vec![None, a, None, None, a]);
		// The rarest town is on two rows of five; so is the only note, because what is missing is no word.
		for least in [0, 1, 2] {
			assert!(rare(&found, least).is_empty(), "{least}");
		}
		assert_eq!(rare(&found, 3), ["note", "town"], "numbers have no words");
		let found = columns(vec![a, b, a, b, a], vec![a; 5]);
		assert_eq!((rare(&found, 3), rare(&found, 6)), (vec!["town"], vec!["note", "town"]));
		assert!(rare(&columns(vec![None; 3], vec![None; 3]), 100).is_empty(), "there is no word");
		assert!(rare(&columns(vec![], vec![]), 100).is_empty(), "there is no row");
	}

	#[test]
	fn a_word_s_rows_are_counted_over_all_batches() {
		let rows = BATCH + 10;
		let mut towns = vec![Some("a"); rows];
		(towns[0], towns[rows - 1]) = (Some("b"), Some("b"));
		let found = columns(towns, vec![None; rows]);
		assert_eq!((rare(&found, 2), rare(&found, 3)), (vec![], vec!["town"]));
	}
}
