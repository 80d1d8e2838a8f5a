//! What an executor does while it waits for its job: the work of a query, on a table of its own.
//!
//! The first query of a process is slow: code is paged in, tables of functions and rules are built, allocators start
//! from nothing. So the first ones are run here, on a small Parquet file in memory, on one thread, before the sandbox.

use std::{io, path::PathBuf, sync::Arc};

use datafusion::{
	arrow::{
		array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampSecondArray},
		datatypes::{DataType, Field, Schema, TimeUnit},
	},
	common::TableReference,
	error::DataFusionError,
	parquet::arrow::ArrowWriter,
	prelude::SessionContext,
};

use super::{
	child::query,
	object::{self, Content},
	QueryJob,
};
use crate::{
	errors::QueryError,
	policy::{Limits, QueryPolicy},
};

const TABLE: &str = "warm_up";
const ROWS: i64 = 64;

/// Shapes that most queries are made of.
const QUERIES: &[&str] = &[
	"SELECT s, count(*), avg(f) AS a, max(i) FROM warm_up WHERE i > 3 AND f IS NOT NULL GROUP BY s HAVING count(*) > 1 \
	 ORDER BY a DESC LIMIT 5",
	"SELECT x.i, x.f, row_number() OVER (PARTITION BY x.s ORDER BY x.f) FROM warm_up x JOIN warm_up y ON x.i = y.i \
	 WHERE y.s IN ('a', 'b') ORDER BY x.f",
	"SELECT date_trunc('day', t) AS d, count(DISTINCT i), sum(f * 2 + i) FROM warm_up GROUP BY d ORDER BY d",
	"SELECT * FROM warm_up LIMIT 10",
];

/// Leaves nothing behind in `context` but what it has cached, and the object that the snapshot replaces.
pub(super) fn run(context: &SessionContext) -> Result<(), QueryError> {
	let runtime = tokio::runtime::Builder::new_current_thread().build()?;
	runtime.block_on(async {
		let url = object::register(context, "warm-up.parquet", Content::Memory(parquet()?.into()))?;
		for sql in QUERIES {
			let job = QueryJob {
				sql: (*sql).into(),
				parquet: PathBuf::new(),
				tables: vec![TABLE.into()],
				policy: QueryPolicy::default(),
				limits: Limits::default(),
				reproducible: false,
				conceal: false,
			};
			query(context, url.clone(), &job, &mut io::sink()).await?;
			context.deregister_table(TableReference::bare(TABLE))?;
		}
		Ok(())
	})
}

fn parquet() -> Result<Vec<u8>, DataFusionError> {
	let timestamp = DataType::Timestamp(TimeUnit::Second, None);
	let schema = Arc::new(Schema::new(vec![
		Field::new("i", DataType::Int64, true),
		Field::new("f", DataType::Float64, true),
		Field::new("s", DataType::Utf8, true),
		Field::new("t", timestamp, true),
	]));
	let columns: Vec<ArrayRef> = vec![
		Arc::new(Int64Array::from_iter_values(0..ROWS)),
		Arc::new(Float64Array::from_iter((0..ROWS).map(|i| (i % 5 != 0).then_some(i as f64)))),
		Arc::new(StringArray::from_iter_values((0..ROWS).map(|i| ["a", "b", "c"][i as usize % 3]))),
		Arc::new(TimestampSecondArray::from_iter_values((0..ROWS).map(|i| i * 7_200))),
	];
	let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), None)?;
	writer.write(&RecordBatch::try_new(schema, columns)?)?;
	Ok(writer.into_inner()?)
}
