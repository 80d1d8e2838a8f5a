//! Privatised → encoded: the one Parquet file that this table has.
//!
//! Everything that a Parquet writer may choose is fixed here, and the rows reach it in slices of a fixed length, so that
//! the same table gives the same bytes on every worker. Changing anything in [`properties`] changes every snapshot's
//! roots: all workers of a listing have to change together.

use crate::{
	error::StepError,
	table::{NewFile, Table},
	work::{Outputs, Work},
};
use datafusion::{
	arrow::{
		compute::BatchCoalescer,
		datatypes::{Schema, SchemaRef},
	},
	parquet::{
		arrow::{arrow_writer::ArrowWriterOptions, ArrowWriter},
		basic::{Compression, ZstdLevel},
		errors::ParquetError,
		file::properties::{EnabledStatistics, WriterProperties, WriterVersion},
	},
};
use souk_config::Manifest;
use souk_engine::columns::{self, Declared};
use souk_protocol::{
	hash::{tagged, TaggedHasher},
	Digest,
};
use std::io::Write;

/// Rows handed to the writer at a time. Page borders depend on it.
const SLICE: usize = 8_192;
/// Rows of a row group.
const ROW_GROUP: usize = 131_072;
/// Bytes of a page, about.
const PAGE: usize = 1 << 20;

/// Writes the table as Parquet.
///
/// # Errors
/// [`StepError::Poison`] for types that Parquet does not have.
pub fn run(work: &Work, outputs: &mut Outputs) -> Result<(), StepError> {
	let table = Table::open(&work.privatised_file())?;
	let schema = table.schema().clone();
	fit(&work.manifest, &schema)?;
	let path = work.snapshot_file();
	let failed = |error: ParquetError| match error {
		ParquetError::External(source) => StepError::fault(path.display(), source),
		other => unfit(other),
	};
	let declared = declared(&work.manifest);
	let mut writer = writer(NewFile::create(&path)?, &schema, &declared).map_err(&failed)?;
	let mut slices = BatchCoalescer::new(schema.clone(), SLICE);
	let mut rows = 0u64;
	let sliced = |error: datafusion::arrow::error::ArrowError| StepError::fault("slicing the table", error);
	let mut write = |slices: &mut BatchCoalescer| {
		while let Some(slice) = slices.next_completed_batch() {
			rows += slice.num_rows() as u64;
			writer.write(&slice).map_err(&failed)?;
		}
		Ok::<(), StepError>(())
	};
	for batch in table.batches(&work.budget)? {
		slices.push_batch(batch?).map_err(sliced)?;
		write(&mut slices)?;
	}
	slices.finish_buffered_batch().map_err(sliced)?;
	write(&mut slices)?;
	let file = writer.into_inner().map_err(&failed)?;
	file.keep()?;
	let length = std::fs::metadata(&path).map_err(|error| StepError::fault(path.display(), error))?.len();
	outputs.rows = Some(rows);
	outputs.bytes = Some(length);
	outputs.schema_hash = Some(schema_hash(&schema));
	Ok(())
}

/// Whether Parquet has the types of a table with these columns, and those under `[prove]` can be committed to.
///
/// # Errors
/// [`StepError::Poison`] where it does not, or they cannot.
pub fn fit(manifest: &Manifest, schema: &SchemaRef) -> Result<(), StepError> {
	let declared = declared(manifest);
	columns::types(&declared, schema).map_err(unprovable)?;
	writer(std::io::sink(), schema, &declared).map(|_| ()).map_err(unfit)
}

/// The columns under `[prove]`, in their order.
pub fn declared(manifest: &Manifest) -> Vec<Declared> {
	let Some(prove) = &manifest.prove else { return Vec::new() };
	let declared = |name: &String| Declared { name: name.clone(), scale: prove.scale.get(name).copied() };
	prove.columns.iter().map(declared).collect()
}

/// A column under `[prove]`, or a value of one, that cannot be committed to.
pub fn unprovable(error: impl std::fmt::Display) -> StepError {
	StepError::Poison(format!("[prove] {error}"))
}

fn writer<W: Write + Send>(
	to: W,
	schema: &SchemaRef,
	declared: &[Declared],
) -> Result<ArrowWriter<W>, ParquetError> {
	let options = ArrowWriterOptions::new().with_properties(properties(declared)?);
	ArrowWriter::try_new_with_options(to, schema.clone(), options)
}

fn unfit(error: ParquetError) -> StepError {
	StepError::Poison(format!("the table cannot be written as Parquet: {error}"))
}

/// Every choice of the writer. Columns that are committed to are noted in the file, for whoever computes their commitments again.
fn properties(declared: &[Declared]) -> Result<WriterProperties, ParquetError> {
	let level = ZstdLevel::try_new(3)?;
	Ok(WriterProperties::builder()
		.set_created_by("souk".into())
		.set_writer_version(WriterVersion::PARQUET_1_0)
		.set_compression(Compression::ZSTD(level))
		.set_max_row_group_row_count(Some(ROW_GROUP))
		.set_max_row_group_bytes(None)
		.set_write_batch_size(1_024)
		.set_data_page_size_limit(PAGE)
		.set_data_page_row_count_limit(20_000)
		.set_dictionary_enabled(true)
		.set_dictionary_page_size_limit(PAGE)
		.set_statistics_enabled(EnabledStatistics::Page)
		.set_statistics_truncate_length(Some(64))
		.set_column_index_truncate_length(Some(64))
		.set_bloom_filter_enabled(false)
		.set_coerce_types(false)
		.set_key_value_metadata((!declared.is_empty()).then(|| vec![columns::metadata(declared)]))
		.build())
}

/// Hash of a table's columns: each one's name and type, in order.
pub fn schema_hash(schema: &Schema) -> Digest {
	let mut hasher = TaggedHasher::new("souk/schema/v1");
	for field in schema.fields() {
		hasher.part(field.name().as_bytes());
		hasher.part(field.data_type().to_string().as_bytes());
	}
	tagged("souk/schema-columns/v1", &[&hasher.finish(), &(schema.fields().len() as u64).to_le_bytes()])
}
