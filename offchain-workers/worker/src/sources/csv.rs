//! Lines of separated values, plain or gzip.

use super::{file::LocalFile, Connector};
use crate::error::StepError;
use souk_config::Source;
use souk_engine::{CsvOptions, SourceFormat};
use std::{io::Read, path::Path};

/// Lines of separated values, plain or gzip.
pub(super) struct Csv {
	file: LocalFile,
	options: CsvOptions,
}

impl Csv {
	pub(super) fn new(source: &Source, base: &Path) -> Self {
		Self {
			file: LocalFile { location: source.location.clone(), path: source.path(base) },
			options: CsvOptions {
				has_header: source.has_header(),
				delimiter: source.delimiter(),
				null_values: source.null_values.clone(),
			},
		}
	}
}

impl Connector for Csv {
	fn name(&self) -> String {
		self.file.location.clone()
	}

	fn open(&self) -> Result<Box<dyn Read + Send>, StepError> {
		self.file.open()
	}

	fn format(&self) -> SourceFormat {
		SourceFormat::Csv(self.options.clone())
	}
}
