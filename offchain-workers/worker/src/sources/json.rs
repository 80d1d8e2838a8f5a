//! One JSON object a line, plain or gzip.

use super::{file::LocalFile, Connector};
use crate::error::StepError;
use souk_config::Source;
use souk_engine::SourceFormat;
use std::{io::Read, path::Path};

/// One JSON object a line, plain or gzip.
pub(super) struct Json {
	file: LocalFile,
}

impl Json {
	pub(super) fn new(source: &Source, base: &Path) -> Self {
		Self { file: LocalFile { location: source.location.clone(), path: source.path(base) } }
	}
}

impl Connector for Json {
	fn name(&self) -> String {
		self.file.location.clone()
	}

	fn open(&self) -> Result<Box<dyn Read + Send>, StepError> {
		self.file.open()
	}

	fn format(&self) -> SourceFormat {
		SourceFormat::JsonLines
	}
}
