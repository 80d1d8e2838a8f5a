//! A table, and queries over it through real executor processes.

// Not every test file uses all of it.
#![allow(dead_code)]

use std::{
	fs::File,
	io::Cursor,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};

use datafusion::{
	arrow::{
		array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray},
		datatypes::{DataType, Field, Schema},
		ipc::reader::StreamReader,
		util::display::{ArrayFormatter, FormatOptions},
	},
	parquet::arrow::ArrowWriter,
};
use futures::StreamExt;
use souk_engine::{ExecutorPool, Limits, QueryError, QueryJob, QueryPolicy};
use tempfile::TempDir;

/// Long enough for anything that ends, on whatever machine.
pub const PATIENCE: Duration = Duration::from_secs(300);

pub struct World {
	pub directory: TempDir,
	pub parquet: PathBuf,
	pub pool: ExecutorPool,
}

/// Rows `0..rows`: `id`, `station` (`A` to `D` by turns), `temp` (`id % 50 + 0.5`, null where `id % 10 == 7`), `note`
/// (32 characters, different on each row), `Mixed Case` (the id again).
pub fn write_table(path: &Path, rows: i64) {
	let schema = Arc::new(Schema::new(vec![
		Field::new("id", DataType::Int64, false),
		Field::new("station", DataType::Utf8, false),
		Field::new("temp", DataType::Float64, true),
		Field::new("note", DataType::Utf8, false),
		Field::new("Mixed Case", DataType::Int64, false),
	]));
	let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), Arc::clone(&schema), None).unwrap();
	let step = 100_000;
	for start in (0..rows).step_by(step) {
		let ids = start..(start + step as i64).min(rows);
		let columns: Vec<ArrayRef> = vec![
			Arc::new(Int64Array::from_iter_values(ids.clone())),
			Arc::new(StringArray::from_iter_values(
				ids.clone().map(|id| ["A", "B", "C", "D"][id as usize % 4]),
			)),
			Arc::new(Float64Array::from_iter(
				ids.clone().map(|id| (id % 10 != 7).then_some((id % 50) as f64 + 0.5)),
			)),
			Arc::new(StringArray::from_iter_values(ids.clone().map(|id| {
				format!("{:032x}", (id as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
			}))),
			Arc::new(Int64Array::from_iter_values(ids)),
		];
		writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()).unwrap();
	}
	writer.close().unwrap();
}

impl World {
	/// Must be called inside a tokio runtime.
	pub fn new(rows: i64) -> Self {
		let directory = tempfile::tempdir().unwrap();
		// A name with everything that a URL or a glob could trip over.
		let parquet = directory.path().join("snap shot [1] #%20*?.bin");
		write_table(&parquet, rows);
		let pool = ExecutorPool::new(env!("CARGO_BIN_EXE_souk-executor").into(), vec![], 2);
		Self { directory, parquet, pool }
	}

	pub fn job(&self, sql: &str) -> QueryJob {
		QueryJob {
			sql: sql.to_owned(),
			parquet: self.parquet.clone(),
			tables: vec!["t".into(), "nyc_weather".into()],
			policy: QueryPolicy { max_rows: 10_000, ..QueryPolicy::default() },
			limits: Limits { wall: PATIENCE, ..Limits::default() },
			reproducible: false,
			conceal: false,
		}
	}

	pub async fn query(&self, sql: &str) -> Result<Vec<String>, QueryError> {
		self.run(self.job(sql)).await
	}

	/// The result's rows, values separated by `|`.
	pub async fn run(&self, job: QueryJob) -> Result<Vec<String>, QueryError> {
		Ok(rows(&read_all(&self.pool, job).await?.0))
	}

	pub async fn refusal(&self, job: QueryJob) -> String {
		match self.run(job.clone()).await {
			Err(QueryError::Refused { reason }) => reason,
			other => panic!("not refused: {}: {other:?}", job.sql),
		}
	}
}

/// The whole stream, and the rows that each piece claims.
pub async fn read_all(
	pool: &ExecutorPool,
	job: QueryJob,
) -> Result<(Vec<u8>, Vec<(usize, u64)>), QueryError> {
	let mut stream = pool.run(job).await?;
	let (mut bytes, mut pieces) = (Vec::new(), Vec::new());
	while let Some(piece) = stream.next().await {
		let piece = piece?;
		bytes.extend_from_slice(&piece.bytes);
		pieces.push((piece.bytes.len(), piece.rows));
	}
	Ok((bytes, pieces))
}

pub fn batches(ipc: &[u8]) -> Vec<RecordBatch> {
	assert_eq!(&ipc[ipc.len() - 8..], [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], "no end-of-stream marker");
	StreamReader::try_new(Cursor::new(ipc), None).unwrap().collect::<Result<_, _>>().unwrap()
}

pub fn rows(ipc: &[u8]) -> Vec<String> {
	let options = FormatOptions::default().with_null("null");
	let mut rows = Vec::new();
	for batch in batches(ipc) {
		let columns: Vec<_> =
			batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
		for row in 0..batch.num_rows() {
			rows.push(
				columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|"),
			);
		}
	}
	rows
}
