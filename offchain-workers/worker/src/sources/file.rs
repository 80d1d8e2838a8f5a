//! What the connectors of local files have in common.

use crate::error::StepError;
use std::{
	fs::File,
	io::{ErrorKind, Read},
	path::PathBuf,
};

/// A file on this machine.
pub(super) struct LocalFile {
	/// As the manifest says it, for messages.
	pub(super) location: String,
	/// Where it is.
	pub(super) path: PathBuf,
}

impl LocalFile {
	pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, StepError> {
		let sentence =
			|what: &str| format!("[source] location {}: {what} ({})", self.location, self.path.display());
		let file = File::open(&self.path).map_err(|error| match error.kind() {
			ErrorKind::NotFound => StepError::Poison(sentence("there is no such file")),
			ErrorKind::PermissionDenied => StepError::Poison(sentence("this user may not read it")),
			_ => StepError::Fault(sentence(&error.to_string())),
		})?;
		match file.metadata() {
			Ok(found) if found.is_file() => Ok(Box::new(file)),
			Ok(_) => Err(StepError::Poison(sentence("not a file"))),
			Err(error) => Err(StepError::Fault(sentence(&error.to_string()))),
		}
	}
}
