//! The DataFusion session: which functions exist, and one Parquet file as the only table.

use std::{
	collections::HashMap,
	fmt,
	path::Path,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
};

use datafusion::{
	arrow::datatypes::SchemaRef,
	catalog::TableProvider,
	common::TableReference,
	datasource::{
		file_format::{parquet::ParquetFormat, FileFormat},
		listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
	},
	error::DataFusionError,
	execution::{
		disk_manager::{DiskManagerBuilder, DiskManagerMode},
		memory_pool::{MemoryLimit, MemoryPool, MemoryReservation},
		runtime_env::RuntimeEnvBuilder,
		session_state::{SessionState, SessionStateBuilder},
		SessionStateDefaults,
	},
	logical_expr::{ScalarUDF, Volatility},
	prelude::{SessionConfig, SessionContext},
};

use crate::policy::DENIED_FUNCTIONS;

/// Whether a scalar function gives the same result on every node at every time, and touches nothing but its arguments.
pub(crate) fn is_repeatable(function: &ScalarUDF) -> bool {
	function.signature().volatility == Volatility::Immutable
		&& !DENIED_FUNCTIONS.contains(&function.name().to_lowercase().as_str())
		&& !function.aliases().iter().any(|alias| DENIED_FUNCTIONS.contains(&alias.to_lowercase().as_str()))
}

/// A session's parts that cost time to build and know nothing of a query yet: functions and optimiser rules.
///
/// No table functions, no file formats, no table factories: what is not there cannot be reached by any statement.
pub(crate) fn base_state(partitions: usize) -> SessionState {
	let config =
		SessionConfig::new().with_target_partitions(partitions.max(1)).with_information_schema(false);
	SessionStateBuilder::new()
		.with_config(config)
		.with_expr_planners(SessionStateDefaults::default_expr_planners())
		.with_scalar_functions(
			SessionStateDefaults::default_scalar_functions()
				.into_iter()
				.filter(|function| is_repeatable(function))
				.collect(),
		)
		.with_higher_order_functions(SessionStateDefaults::default_higher_order_functions())
		.with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
		.with_window_functions(SessionStateDefaults::default_window_functions())
		.with_table_functions(HashMap::new())
		.with_file_formats(Vec::new())
		.with_table_factories(HashMap::new())
		.build()
}

/// A greedy memory pool whose limit is set when the job is known, because the session around it is built before that.
#[derive(Debug)]
pub(crate) struct JobPool {
	limit: AtomicUsize,
	used: AtomicUsize,
}

impl JobPool {
	/// From here on, no more than `bytes` are granted.
	pub(crate) fn set_limit(&self, bytes: u64) {
		self.limit.store(usize::try_from(bytes).unwrap_or(usize::MAX), Ordering::Relaxed);
	}
}

impl MemoryPool for JobPool {
	fn name(&self) -> &str {
		"job"
	}

	fn grow(&self, _: &MemoryReservation, additional: usize) {
		self.used.fetch_add(additional, Ordering::Relaxed);
	}

	fn shrink(&self, _: &MemoryReservation, shrink: usize) {
		self.used.fetch_sub(shrink, Ordering::Relaxed);
	}

	fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<(), DataFusionError> {
		let limit = self.limit.load(Ordering::Relaxed);
		let grown = |used: usize| used.checked_add(additional).filter(|used| *used <= limit);
		match self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown) {
			Ok(_) => Ok(()),
			Err(used) => Err(DataFusionError::ResourcesExhausted(format!(
				"{} asks for {additional} bytes, {used} of {limit} are in use",
				reservation.consumer().name()
			))),
		}
	}

	fn reserved(&self) -> usize {
		self.used.load(Ordering::Relaxed)
	}

	fn memory_limit(&self) -> MemoryLimit {
		MemoryLimit::Finite(self.limit.load(Ordering::Relaxed))
	}
}

impl fmt::Display for JobPool {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "job(used: {}, limit: {})", self.reserved(), self.limit.load(Ordering::Relaxed))
	}
}

/// An executor's session before it has a job: bounded memory, and nothing spills to disk.
pub(crate) fn executor_session(partitions: usize) -> Result<(SessionContext, Arc<JobPool>), DataFusionError> {
	let pool = Arc::new(JobPool { limit: AtomicUsize::new(usize::MAX), used: AtomicUsize::new(0) });
	let runtime = RuntimeEnvBuilder::new()
		.with_memory_pool(Arc::clone(&pool) as Arc<dyn MemoryPool>)
		.with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
		.build_arc()?;
	let state =
		SessionStateBuilder::new_from_existing(base_state(partitions)).with_runtime_env(runtime).build();
	Ok((SessionContext::new_with_state(state), pool))
}

/// The rules by which this engine's results are reproducible: [`souk_protocol::attestation::reproducible_by`], where changes to this crate after
/// which such a result may be other bytes are counted.
pub fn reproducible_by() -> u32 {
	souk_protocol::attestation::reproducible_by(datafusion::DATAFUSION_VERSION)
}

/// The same session, for a result that is the same bytes each time: one partition, so that rows come in one order, and no filter that depends on how
/// far another operator has got. Functions that change from run to run are in no session, and nothing is spilled, which would be another order.
pub(crate) fn reproducible(context: &SessionContext) -> SessionContext {
	let mut config = context.copied_config().with_target_partitions(1);
	let optimizer = &mut config.options_mut().optimizer;
	optimizer.enable_dynamic_filter_pushdown = false;
	optimizer.enable_topk_dynamic_filter_pushdown = false;
	optimizer.enable_join_dynamic_filter_pushdown = false;
	optimizer.enable_aggregate_dynamic_filter_pushdown = false;
	let state = SessionStateBuilder::new_from_existing(context.state()).with_config(config).build();
	SessionContext::new_with_state(state)
}

/// A file's `file://` URL. Every byte that could mean something in a URL or a glob is escaped.
pub(crate) fn file_url(path: &Path) -> Result<ListingTableUrl, DataFusionError> {
	use std::{fmt::Write, os::unix::ffi::OsStrExt};
	let mut url = String::from("file://");
	for byte in path.as_os_str().as_bytes() {
		match byte {
			b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
				url.push(char::from(*byte))
			}
			other => {
				let _ = write!(url, "%{other:02X}"); // writing to a String cannot fail
			}
		}
	}
	ListingTableUrl::parse(url)
}

/// One file as a table. The schema is read from the file unless it is given.
pub(crate) async fn file_table(
	context: &SessionContext,
	url: ListingTableUrl,
	format: Arc<dyn FileFormat>,
	schema: Option<SchemaRef>,
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
	let options = ListingOptions::new(format).with_file_extension("");
	let schema = match schema {
		Some(schema) => schema,
		None => options.infer_schema(&context.state(), &url).await?,
	};
	let config = ListingTableConfig::new(url).with_listing_options(options).with_schema(schema);
	let cache = context.runtime_env().cache_manager.get_file_statistic_cache();
	Ok(Arc::new(ListingTable::try_new(config)?.with_cache(cache)))
}

/// Makes the Parquet file at `url` visible under each of `tables`. Returns the table, so that a plan's scans can be
/// compared with it by identity.
pub(crate) async fn register_snapshot(
	context: &SessionContext,
	url: ListingTableUrl,
	tables: &[String],
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
	let table = file_table(context, url, Arc::new(ParquetFormat::default()), None).await?;
	for name in tables {
		context.register_table(TableReference::bare(name.as_str()), Arc::clone(&table))?;
	}
	Ok(table)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn what_is_reproducible_runs_in_one_partition_with_the_same_functions_and_memory() {
		let (context, pool) = executor_session(4).unwrap();
		let alone = reproducible(&context);
		assert_eq!(
			(context.copied_config().target_partitions(), alone.copied_config().target_partitions()),
			(4, 1)
		);
		assert!(!alone.copied_config().options().optimizer.enable_topk_dynamic_filter_pushdown);
		assert_eq!(alone.state().scalar_functions().len(), context.state().scalar_functions().len());
		pool.set_limit(7);
		assert!(matches!(alone.runtime_env().memory_pool.memory_limit(), MemoryLimit::Finite(7)));
		assert_ne!(reproducible_by(), 0);
	}
}
