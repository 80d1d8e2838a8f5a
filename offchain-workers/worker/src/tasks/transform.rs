//! Fetched → transformed: the manifest's SQL over the source.

use crate::{
	error::StepError,
	sources,
	table::TableWriter,
	work::{Outputs, Work},
};
use datafusion::{arrow::error::ArrowError, error::DataFusionError};
use futures::StreamExt;
use souk_engine::{transform, SourceTable, TransformError, TransformOptions};

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
	let options = TransformOptions {
		memory_bytes: work.memory_bytes,
		spill_dir: work.scratch()?,
		max_source_bytes: work.manifest.source.max_bytes,
		order_by: (!work.manifest.dataset.order_by.is_empty())
			.then(|| work.manifest.dataset.order_by.clone()),
	};
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
