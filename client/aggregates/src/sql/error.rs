//! What a refusal says.

use std::fmt;

/// The page that says what can be proved.
pub const GUIDE: &str = "docs/provable-sql.md";

/// A place in the text, both counted from 1; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
	/// The line.
	pub line: u64,
	/// The character in it.
	pub column: u64,
}

/// A part of the text: where it begins, and its words, shortened where they are many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
	pub(super) position: Option<Position>,
	pub(super) words: String,
}

impl Part {
	pub(super) fn refuse(&self, reason: impl Into<String>) -> SqlError {
		// Of some things the parser does not say where they stand.
		let part = (!self.words.is_empty()).then(|| self.words.clone());
		SqlError { position: self.position, part, reason: reason.into() }
	}
}

/// The text is no provable query. Displayed, it is a sentence that names the part, says why, and where to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
	/// Where the part begins, where that is known.
	pub position: Option<Position>,
	/// The part of the text that is refused; `None` if it is the text as a whole.
	pub part: Option<String>,
	/// Why, and what to write instead, where there is something.
	pub reason: String,
}

impl SqlError {
	pub(super) fn whole(reason: impl Into<String>) -> Self {
		Self { position: None, part: None, reason: reason.into() }
	}
}

impl fmt::Display for SqlError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some(Position { line, column }) = self.position {
			write!(f, "line {line}, column {column}: ")?;
		}
		match &self.part {
			Some(part) => write!(f, "`{part}` cannot be proved: ")?,
			None => write!(f, "the query cannot be proved: ")?,
		}
		write!(f, "{} (what can be: {GUIDE})", self.reason)
	}
}

impl std::error::Error for SqlError {}
