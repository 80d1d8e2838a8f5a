//! Where a dataset comes from: one connector per file.
//!
//! A connector knows how to get at the source's bytes and what table is in them. It does not parse: the engine does.

mod csv;
mod file;
mod json;
mod parquet;

use crate::error::StepError;
use souk_config::{Source, SourceKind};
use souk_engine::SourceFormat;
use std::{io::Read, path::Path};

/// One kind of source.
pub trait Connector: Send {
	/// What people call the source in messages.
	fn name(&self) -> String;

	/// Its bytes, as they are: plain or compressed.
	///
	/// # Errors
	/// [`StepError::Poison`] where there is nothing that could be read, [`StepError::Fault`] where reading fails.
	fn open(&self) -> Result<Box<dyn Read + Send>, StepError>;

	/// What is in the bytes.
	fn format(&self) -> SourceFormat;
}

/// The connector of a manifest's source; relative locations start from `base`.
///
/// # Errors
/// [`StepError::Poison`] for a kind that this version does not have.
pub fn connect(source: &Source, base: &Path) -> Result<Box<dyn Connector>, StepError> {
	match source.kind {
		SourceKind::Csv => Ok(Box::new(csv::Csv::new(source, base))),
		SourceKind::Json => Ok(Box::new(json::Json::new(source, base))),
		SourceKind::Parquet => Ok(Box::new(parquet::Parquet::new(source, base))),
		kind @ (SourceKind::Http | SourceKind::S3 | SourceKind::Postgres) => Err(StepError::Poison(format!(
			"[source] kind = {:?} is not supported by this version: use csv, json or parquet",
			kind.name()
		))),
	}
}
