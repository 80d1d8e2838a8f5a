//! What is wrong with a file, in words.

use std::{fmt, io, path::PathBuf};

/// One thing that is wrong: which key, on which line, what it is, what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
	/// The key's path, such as `plan[0].price`.
	pub key: String,
	/// The line of the file, counted from 1, where that is known.
	pub line: Option<usize>,
	/// What is wrong and what belongs there.
	pub message: String,
}

impl fmt::Display for Problem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some(line) = self.line {
			write!(f, "line {line}: ")?;
		}
		if !self.key.is_empty() {
			write!(f, "{}: ", self.key)?;
		}
		f.write_str(&self.message)
	}
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
	/// The file cannot be read.
	#[error("cannot read {}: {source}", path.display())]
	Read {
		/// Which file.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// It is not TOML, or a key is unknown, missing or of the wrong type.
	#[error("{}{problem}", path.as_ref().map(|path| format!("{}: ", path.display())).unwrap_or_default())]
	Parse {
		/// Which file, if it came from one.
		path: Option<PathBuf>,
		/// What is wrong.
		problem: Problem,
	},
	/// Every key has its type, but some values make no sense.
	#[error("{}{}", path.as_ref().map(|path| format!("{}:", path.display())).unwrap_or_else(|| "invalid:".into()), list(problems))]
	Invalid {
		/// Which file, if it came from one.
		path: Option<PathBuf>,
		/// All of them, in the order of the checks; never empty.
		problems: Vec<Problem>,
	},
}

fn list(problems: &[Problem]) -> String {
	problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

impl ConfigError {
	/// What is wrong, without the file's name. Empty where the file could not be read.
	pub fn problems(&self) -> &[Problem] {
		match self {
			Self::Read { .. } => &[],
			Self::Parse { problem, .. } => std::slice::from_ref(problem),
			Self::Invalid { problems, .. } => problems,
		}
	}

	/// The same error, of this file.
	pub(crate) fn of(self, file: &std::path::Path) -> Self {
		match self {
			Self::Parse { problem, .. } => Self::Parse { path: Some(file.to_owned()), problem },
			Self::Invalid { problems, .. } => Self::Invalid { path: Some(file.to_owned()), problems },
			read @ Self::Read { .. } => read,
		}
	}
}

/// Collects problems, and makes an error of them if there are any.
pub(crate) struct Problems<'a> {
	lines: &'a crate::lines::Lines,
	found: Vec<Problem>,
}

impl<'a> Problems<'a> {
	pub(crate) fn new(lines: &'a crate::lines::Lines) -> Self {
		Self { lines, found: Vec::new() }
	}

	pub(crate) fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
		let key = key.into();
		self.found.push(Problem { line: self.lines.of(&key), key, message: message.into() });
	}

	/// Adds a problem unless `good`.
	pub(crate) fn require(&mut self, good: bool, key: impl Into<String>, message: impl Into<String>) {
		if !good {
			self.add(key, message);
		}
	}

	pub(crate) fn finish(self) -> Result<(), ConfigError> {
		if self.found.is_empty() {
			Ok(())
		} else {
			Err(ConfigError::Invalid { path: None, problems: self.found })
		}
	}
}
