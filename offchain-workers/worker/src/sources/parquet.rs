//! Apache Parquet, plain or gzip.

use super::{file::LocalFile, Connector};
use crate::error::StepError;
use souk_config::Source;
use souk_engine::SourceFormat;
use std::{io::Read, path::Path};

/// Apache Parquet, plain or gzip.
pub(super) struct Parquet {
	file: LocalFile,
}

impl Parquet {
	pub(super) fn new(source: &Source, base: &Path) -> Self {
		Self { file: LocalFile { location: source.location.clone(), path: source.path(base) } }
	}
}

impl Connector for Parquet {
	fn name(&self) -> String {
		self.file.location.clone()
	}

	fn open(&self) -> Result<Box<dyn Read + Send>, StepError> {
		self.file.open()
	}

	fn format(&self) -> SourceFormat {
		SourceFormat::Parquet
	}
}
