//! The curator's SQL over the curator's source file, in the worker's own process and in bounded memory.
//!
//! Everything about it is deterministic, because several workers must come to the same snapshot: types are inferred
//! from the whole file, columns of JSON are in alphabetical order, there is one partition, so rows keep the file's order
//! unless the SQL or [`TransformOptions::order_by`] sorts them, and functions of time or chance are refused.

use std::{io, path::PathBuf, sync::Arc};

use datafusion::{
	common::{Column, TableReference},
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
use futures::StreamExt;

pub use crate::source::{CsvOptions, SourceFormat, SourceTable};
use crate::{
	errors::QueryError,
	plan,
	policy::{self, check_sql, Limits},
	session,
	source::prepare,
};

/// The name of the source file in the curator's SQL.
pub const SOURCE: &str = "source";

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
	let table = prepared.table(&context).await?;
	context.register_table(TableReference::bare(SOURCE), Arc::clone(&table))?;

	let state = context.state();
	let sql_error = |error: DataFusionError| TransformError::Sql(error.into());
	let (statement, _) = policy::parse(sql, &[SOURCE]).map_err(TransformError::Sql)?;
	let plan = state.statement_to_plan(statement).await.map_err(sql_error)?;
	plan::check_nodes(&plan, &table).map_err(TransformError::Sql)?;
	let plan = match &options.order_by {
		Some(columns) if !columns.is_empty() => {
			let available: Vec<String> =
				plan.schema().fields().iter().map(|field| field.name().clone()).collect();
			let mut sort = Vec::with_capacity(columns.len());
			for column in columns {
				if !available.contains(column) {
					return Err(TransformError::NoSuchColumn { column: column.clone(), available });
				}
				sort.push(Expr::Column(Column::from_name(column)).sort(true, false));
			}
			LogicalPlanBuilder::from(plan).sort(sort)?.build()?
		}
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
	let spill = DiskManagerBuilder::default()
		.with_mode(DiskManagerMode::Directories(vec![options.spill_dir.clone()]));
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
	let state =
		SessionStateBuilder::new_from_existing(base).with_config(config).with_runtime_env(runtime).build();
	Ok(SessionContext::new_with_state(state))
}
