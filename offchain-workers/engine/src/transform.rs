//! The curator's SQL over the curator's source file, in the worker's own process and in bounded memory.
//!
//! Everything about it is deterministic, because several workers must come to the same snapshot: types are inferred
//! from the whole file, columns of JSON are in alphabetical order, functions of time or chance are refused. There is one
//! partition, so rows that are only filtered and projected keep the file's order; others are sorted by what the SQL or
//! [`TransformOptions::order_by`] says and then by all columns. Where the order of rows inside the query shows in values,
//! as it does in the last digit of a sum of floats, every worker works with [`SHARED_MEMORY_BYTES`].

use std::{io, path::PathBuf, sync::Arc};

use datafusion::{
	common::TableReference,
	error::DataFusionError,
	execution::{
		disk_manager::{DiskManagerBuilder, DiskManagerMode},
		memory_pool::FairSpillPool,
		runtime_env::RuntimeEnvBuilder,
		SendableRecordBatchStream, SessionStateBuilder,
	},
	logical_expr::{Expr, LogicalPlan},
	physical_plan::{execute_stream, stream::RecordBatchStreamAdapter, ExecutionPlan},
	prelude::SessionContext,
};
use futures::StreamExt;

pub use crate::source::{CsvOptions, SourceFormat, SourceTable};
use crate::{
	errors::QueryError,
	order, plan,
	policy::{self, check_sql, Limits},
	session,
	source::prepare,
};

/// The name of the source file in the curator's SQL.
pub const SOURCE: &str = "source";

/// Memory of a transform whose values depend on how much is spilled, bytes: the same on each worker.
pub const SHARED_MEMORY_BYTES: u64 = 512 << 20;

/// What a transform may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformOptions {
	/// Memory for sorting, grouping and joining, bytes; what does not fit goes to `spill_dir`. A transform whose values
	/// depend on it uses [`SHARED_MEMORY_BYTES`] instead, and is refused if this is less.
	pub memory_bytes: u64,
	/// An existing directory for what does not fit into memory and for decompressed sources. Files in it are removed
	/// with the stream.
	pub spill_dir: PathBuf,
	/// Length of the source, decompressed, bytes, at most.
	pub max_source_bytes: u64,
	/// Columns of the result by which its rows are sorted first, ascending, nulls last.
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
	/// This worker may not use as much memory as all workers must.
	#[error(
		"[transform] sql: sums and averages of floats, window functions and the like come out the same on every worker \
		 only with the same memory, {needed} bytes, and here are {allowed}: raise memory_bytes in [limits], or sum decimals"
	)]
	TooLittleMemory {
		/// Bytes that every worker uses.
		needed: u64,
		/// Bytes allowed here.
		allowed: u64,
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

	let context = spilling_session(options, options.memory_bytes, 1)?;
	let table = prepared.table(&context).await?;
	context.register_table(TableReference::bare(SOURCE), Arc::clone(&table))?;

	let sql_error = |error: DataFusionError| TransformError::Sql(error.into());
	let (statement, _) = policy::parse(sql, &[SOURCE]).map_err(TransformError::Sql)?;
	let plan = context.state().statement_to_plan(statement).await.map_err(sql_error)?;
	plan::check_nodes(&plan, &table).map_err(TransformError::Sql)?;
	let order_by = order_by(&plan, options.order_by.as_deref().unwrap_or_default())?;
	let plan = order::decide(plan, order_by)?;
	let memory = if order::depends_on_memory(&plan)? { SHARED_MEMORY_BYTES } else { options.memory_bytes };
	if options.memory_bytes < memory {
		return Err(TransformError::TooLittleMemory { needed: memory, allowed: options.memory_bytes });
	}
	let physical = context.state().create_physical_plan(&plan).await.map_err(sql_error)?;
	// Only now is it known for how many sorts there must be memory.
	let context = spilling_session(options, memory, sorts(physical.as_ref()))?;
	let batches = execute_stream(physical, context.task_ctx())?;

	// The decompressed copy is needed until the last batch, and no longer.
	let schema = batches.schema();
	let guarded = batches.map(move |batch| {
		let _source = &prepared;
		batch
	});
	Ok(Box::pin(RecordBatchStreamAdapter::new(schema, guarded)))
}

fn order_by(plan: &LogicalPlan, columns: &[String]) -> Result<Vec<Expr>, TransformError> {
	let schema = plan.schema();
	let find = |column: &String| match schema.columns().into_iter().find(|found| found.name == *column) {
		Some(found) => Ok(Expr::Column(found)),
		None => Err(TransformError::NoSuchColumn {
			column: column.clone(),
			available: schema.fields().iter().map(|field| field.name().clone()).collect(),
		}),
	};
	columns.iter().map(find).collect()
}

fn sorts(plan: &dyn ExecutionPlan) -> usize {
	let below: usize = plan.children().into_iter().map(|child| sorts(child.as_ref())).sum();
	below + usize::from(plan.name() == "SortExec")
}

fn spilling_session(
	options: &TransformOptions,
	memory: u64,
	sorts: usize,
) -> Result<SessionContext, TransformError> {
	let memory = usize::try_from(memory).unwrap_or(usize::MAX);
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
	// A sort sets this aside to merge its parts. Comparing by several columns takes a copy of them, about twice as long as
	// narrow columns are, which the engine does not count in when it decides to spill. Half is left to what is grouped.
	settings.execution.sort_spill_reservation_bytes = memory / 5 * 2 / sorts.max(1);
	let state =
		SessionStateBuilder::new_from_existing(base).with_config(config).with_runtime_env(runtime).build();
	Ok(SessionContext::new_with_state(state))
}
