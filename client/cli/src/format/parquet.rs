//! A Parquet file with the result's exact types, compressed by Snappy.

use super::{renamed, with_distinct_names, Batches, Formatted};
use crate::failure::Failure;
use datafusion::parquet::{
	arrow::ArrowWriter, basic::Compression, errors::ParquetError, file::properties::WriterProperties,
};
use std::io::{Read, Write};

/// A row group is cut here, so that memory does not grow with the result.
const ROW_GROUP: usize = 64 * 1024;

pub(super) fn write<R: Read>(
	batches: Batches<R>,
	out: &mut (dyn Write + Send),
) -> Result<Formatted, Failure> {
	let schema = with_distinct_names(&batches.schema());
	let properties = WriterProperties::builder()
		.set_compression(Compression::SNAPPY)
		.set_max_row_group_row_count(Some(ROW_GROUP))
		.set_created_by("souk".to_owned())
		.build();
	let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(unwritable)?;
	let mut rows = 0u64;
	for batch in batches {
		let batch = renamed(&batch?, &schema)?;
		writer.write(&batch).map_err(unwritable)?;
		rows += batch.num_rows() as u64;
	}
	writer.close().map_err(unwritable)?;
	Ok(Formatted { rows, shown: rows })
}

fn unwritable(error: ParquetError) -> Failure {
	Failure::failed(format!(
		"the result cannot be written as parquet ({error}); choose another --format or CAST the column in the query"
	))
}

#[cfg(test)]
mod tests {
	use super::super::{
		tests::{awkward, formatted},
		Format,
	};
	use datafusion::{
		arrow::compute::concat_batches,
		parquet::{arrow::arrow_reader::ParquetRecordBatchReaderBuilder, data_type::AsBytes as _},
	};

	#[test]
	fn parquet_gives_back_the_same_columns_and_values() {
		let batch = awkward();
		let (out, done) = formatted(&batch.schema(), &[batch.clone(), batch.clone()], Format::Parquet);
		assert_eq!(done.rows, 8);
		assert_eq!(&out.as_bytes()[..4], b"PAR1");
		let reader =
			ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(out)).unwrap().build().unwrap();
		let read: Vec<_> = reader.map(Result::unwrap).collect();
		let schema = read[0].schema();
		assert_eq!(schema.fields(), batch.schema().fields());
		// NaN differs from itself, hence the comparison of texts
		assert_eq!(
			format!("{:?}", concat_batches(&schema, &read).unwrap().columns()),
			format!("{:?}", concat_batches(&schema, &[batch.clone(), batch]).unwrap().columns())
		);
	}

	#[test]
	fn an_empty_result_keeps_its_schema() {
		let (out, done) = formatted(&awkward().schema(), &[], Format::Parquet);
		assert_eq!(done.rows, 0);
		let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(out)).unwrap();
		assert_eq!(reader.schema().fields(), awkward().schema().fields());
	}
}
