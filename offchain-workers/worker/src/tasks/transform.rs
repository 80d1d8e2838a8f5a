//! Fetched → transformed: the manifest's SQL over the source.

use crate::{
	error::StepError,
	sources,
	table::TableWriter,
	work::{Outputs, Work},
};
use datafusion::{
	arrow::{datatypes::SchemaRef, error::ArrowError},
	error::DataFusionError,
};
use futures::StreamExt;
use souk_config::Manifest;
use souk_engine::{transform, SourceTable, TransformError, TransformOptions};
use std::path::{Path, PathBuf};

/// Runs the SQL and writes its result. Blocks its thread: the engine works inside the future that is polled here.
///
/// # Errors
/// [`StepError::Poison`] for SQL, columns and sources that are wrong, [`StepError::Fault`] for memory and disk,
/// [`StepError::Lost`] where the fetched source is gone.
pub fn run(work: &Work, outputs: &mut Outputs, runtime: &tokio::runtime::Handle) -> Result<(), StepError> {
	let path = work.source_file();
	if !path.is_file() {
		return Err(StepError::Lost(format!("{} is not there any more", path.display())));
	}
	let source = sources::connect(&work.manifest.source, &work.base_dir)?;
	let table = SourceTable { path, format: source.format() };
	let options = options(&work.manifest, work.memory_bytes, work.scratch()?);
	let sql = &work.manifest.transform.sql;
	let table = async {
		let mut batches =
			transform(table, sql, &options).await.map_err(|error| of_transform(error, &source.name()))?;
		let mut writer = TableWriter::create(&work.transformed_file(), &batches.schema())?;
		while let Some(batch) = batches.next().await {
			work.budget.check()?;
			writer.write(&batch.map_err(|error| of_engine(&error))?)?;
		}
		work.budget.check()?;
		writer.finish()
	};
	// A sort or a join may work for long before it yields a row; how long is not ours to say, see the runner.
	let rows = runtime.block_on(async {
		tokio::select! {
			biased;
			error = work.budget.ended() => Err(error),
			rows = table => rows,
		}
	})?;
	outputs.rows = Some(rows);
	Ok(())
}

/// The columns of the SQL's result over the source where it is; no row of it is computed. Types are those of a run, so a
/// source that has none of its own is read to its end.
///
/// # Errors
/// As [`run`].
pub async fn columns(
	manifest: &Manifest,
	base_dir: &Path,
	memory_bytes: u64,
	scratch: PathBuf,
) -> Result<SchemaRef, StepError> {
	let source = sources::connect(&manifest.source, base_dir)?;
	// Nothing is read from it; it says what is wrong with the file in a curator's words.
	drop(source.open()?);
	let table = SourceTable { path: manifest.source.path(base_dir), format: source.format() };
	let options = options(manifest, memory_bytes, scratch);
	let batches = transform(table, &manifest.transform.sql, &options).await;
	Ok(batches.map_err(|error| of_transform(error, &source.name()))?.schema())
}

fn options(manifest: &Manifest, memory_bytes: u64, spill_dir: PathBuf) -> TransformOptions {
	let order_by = &manifest.dataset.order_by;
	TransformOptions {
		memory_bytes,
		spill_dir,
		max_source_bytes: manifest.source.max_bytes,
		order_by: (!order_by.is_empty()).then(|| order_by.clone()),
	}
}

fn of_transform(error: TransformError, name: &str) -> StepError {
	match error {
		// The copy that was read means nothing to people; the source does.
		TransformError::Source { line, message, .. } => {
			let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
			StepError::Poison(format!("[source] {name}{line}: {message}"))
		}
		TransformError::TooLarge { limit, .. } => StepError::Poison(format!(
			"[source] {name} has more than {limit} bytes decompressed, the most allowed: raise max_bytes in [source]"
		)),
		TransformError::Sql(_) | TransformError::NoSuchColumn { .. } => StepError::poison(error),
		// The only Parquet that is read is the source.
		TransformError::Engine(inner) if matches!(inner.find_root(), DataFusionError::ParquetError(_)) => {
			StepError::Poison(format!("[source] {name}: {}", inner.strip_backtrace()))
		}
		TransformError::Engine(inner) => of_engine(&inner),
		other => StepError::Fault(other.to_string()),
	}
}

fn of_engine(error: &DataFusionError) -> StepError {
	let sentence = format!("[transform] the SQL failed: {}", error.strip_backtrace());
	match error.find_root() {
		DataFusionError::ResourcesExhausted(_)
		| DataFusionError::IoError(_)
		| DataFusionError::ExecutionJoin(_) => StepError::Fault(sentence),
		DataFusionError::ArrowError(inner, _)
			if matches!(**inner, ArrowError::MemoryError(_) | ArrowError::IoError(..)) =>
		{
			StepError::Fault(sentence)
		}
		_ => StepError::Poison(sentence),
	}
}
