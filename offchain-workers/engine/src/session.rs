//! The DataFusion session: which functions exist, and one Parquet file as the only table.

use std::{collections::HashMap, path::Path, sync::Arc};

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
		memory_pool::GreedyMemoryPool,
		runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
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
	let config = SessionConfig::new().with_target_partitions(partitions.max(1)).with_information_schema(false);
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

/// Memory bounded by one greedy pool; nothing spills to disk.
pub(crate) fn bounded_runtime(memory_bytes: u64) -> Result<Arc<RuntimeEnv>, DataFusionError> {
	RuntimeEnvBuilder::new()
		.with_memory_pool(Arc::new(GreedyMemoryPool::new(usize::try_from(memory_bytes).unwrap_or(usize::MAX))))
		.with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
		.build_arc()
}

/// A file's `file://` URL. Every byte that could mean something in a URL or a glob is escaped.
pub(crate) fn file_url(path: &Path) -> Result<ListingTableUrl, DataFusionError> {
	use std::{fmt::Write, os::unix::ffi::OsStrExt};
	let mut url = String::from("file://");
	for byte in path.as_os_str().as_bytes() {
		match byte {
			b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => url.push(char::from(*byte)),
			other => {
				let _ = write!(url, "%{other:02X}"); // writing to a String cannot fail
			},
		}
	}
	ListingTableUrl::parse(url)
}

/// One file as a table. The schema is read from the file unless it is given.
pub(crate) async fn file_table(
	context: &SessionContext,
	path: &Path,
	format: Arc<dyn FileFormat>,
	schema: Option<SchemaRef>,
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
	let url = file_url(path)?;
	let options = ListingOptions::new(format).with_file_extension("");
	let schema = match schema {
		Some(schema) => schema,
		None => options.infer_schema(&context.state(), &url).await?,
	};
	let config = ListingTableConfig::new(url).with_listing_options(options).with_schema(schema);
	let cache = context.runtime_env().cache_manager.get_file_statistic_cache();
	Ok(Arc::new(ListingTable::try_new(config)?.with_cache(cache)))
}

/// A session in which `parquet` is visible under each of `tables`, and nothing else is visible. Also returns the table,
/// so that a plan's scans can be compared with it by identity.
pub(crate) async fn snapshot_session(
	base: SessionState,
	runtime: Arc<RuntimeEnv>,
	parquet: &Path,
	tables: &[String],
) -> Result<(SessionContext, Arc<dyn TableProvider>), DataFusionError> {
	let state = SessionStateBuilder::new_from_existing(base).with_runtime_env(runtime).build();
	let context = SessionContext::new_with_state(state);
	let table = file_table(&context, parquet, Arc::new(ParquetFormat::default()), None).await?;
	for name in tables {
		context.register_table(TableReference::bare(name.as_str()), Arc::clone(&table))?;
	}
	Ok((context, table))
}
