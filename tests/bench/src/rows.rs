//! Whether two results are the same.

use anyhow::{ensure, Context, Result};
use datafusion::arrow::{
	array::{Array, ArrayRef, Float64Array, RecordBatch},
	compute::{cast, concat_batches},
	datatypes::SchemaRef,
	ipc::reader::StreamReader,
};
use std::io::Cursor;

/// How far apart two sums of the same numbers in another order may be, relative to their size.
const ROUNDING: f64 = 1e-9;

/// The batches of an Arrow IPC stream as one.
pub fn of_ipc(stream: &[u8]) -> Result<RecordBatch> {
	let reader = StreamReader::try_new(Cursor::new(stream), None)?;
	let schema = reader.schema();
	let batches = reader.collect::<Result<Vec<_>, _>>()?;
	Ok(concat_batches(&schema, &batches)?)
}

/// Checks that `bare` has the rows of `sandboxed`, in the same order. Types may differ in how they are held in memory.
pub fn ensure_same(sandboxed: &RecordBatch, schema: &SchemaRef, bare: &[RecordBatch]) -> Result<()> {
	let bare = concat_batches(schema, bare)?;
	ensure!(
		sandboxed.num_rows() == bare.num_rows(),
		"{} rows in the sandbox, {} without",
		sandboxed.num_rows(),
		bare.num_rows()
	);
	ensure!(
		sandboxed.num_columns() == bare.num_columns(),
		"{} columns in the sandbox, {} without",
		sandboxed.num_columns(),
		bare.num_columns()
	);
	for (index, field) in sandboxed.schema().fields().iter().enumerate() {
		let ours = sandboxed.column(index);
		let theirs = cast(bare.column(index), ours.data_type())?;
		ensure!(same_column(ours, &theirs), "the column {} differs", field.name());
	}
	Ok(())
}

fn same_column(ours: &ArrayRef, theirs: &ArrayRef) -> bool {
	let float = |array: &ArrayRef| array.as_any().downcast_ref::<Float64Array>().cloned();
	match (float(ours), float(theirs)) {
		(Some(ours), Some(theirs)) => ours.iter().zip(theirs.iter()).all(|pair| match pair {
			(Some(a), Some(b)) => (a - b).abs() <= ROUNDING * a.abs().max(b.abs()),
			(a, b) => a.is_none() && b.is_none(),
		}),
		_ => ours.as_ref() == theirs.as_ref(),
	}
}

/// The only row of an Arrow IPC stream, checked to be the only one.
pub fn only_row(stream: &[u8]) -> Result<RecordBatch> {
	let batch = of_ipc(stream).context("the result is not readable")?;
	ensure!(batch.num_rows() == 1, "{} rows instead of one", batch.num_rows());
	Ok(batch)
}

#[cfg(test)]
mod tests {
	use super::*;
	use datafusion::arrow::array::{Int64Array, StringArray};
	use std::sync::Arc;

	fn batch(numbers: Vec<Option<f64>>, names: Vec<&str>, counts: Vec<i64>) -> RecordBatch {
		let columns: [(&str, ArrayRef); 3] = [
			("number", Arc::new(Float64Array::from(numbers))),
			("name", Arc::new(StringArray::from(names))),
			("count", Arc::new(Int64Array::from(counts))),
		];
		RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap()
	}

	#[test]
	fn rounding_is_forgiven_and_nothing_else() {
		let one = batch(vec![Some(0.1 + 0.2), None], vec!["a", "b"], vec![1, 2]);
		let same = |other: RecordBatch| ensure_same(&one, &other.schema(), &[other]).is_ok();
		assert!(same(batch(vec![Some(0.3), None], vec!["a", "b"], vec![1, 2])));
		assert!(!same(batch(vec![Some(0.3001), None], vec!["a", "b"], vec![1, 2])));
		assert!(!same(batch(vec![Some(0.3), Some(0.0)], vec!["a", "b"], vec![1, 2])));
		assert!(!same(batch(vec![Some(0.3), None], vec!["a", "c"], vec![1, 2])));
		assert!(!same(batch(vec![Some(0.3), None], vec!["a", "b"], vec![1, 3])));
		assert!(!same(batch(vec![Some(0.3)], vec!["a"], vec![1])));
	}
}
