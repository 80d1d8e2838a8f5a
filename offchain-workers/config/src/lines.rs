//! Where in a TOML file each key stands, so that an error found after parsing can still name a line.

use std::{collections::HashMap, fs, path::Path};

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use crate::errors::{ConfigError, Problem};

/// Lines of keys, by path: `dataset.name`, `plan[0].price`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(HashMap<String, usize>);

impl Lines {
	/// The line of a key, or of the nearest table around it that the file has.
	pub(crate) fn of(&self, key: &str) -> Option<usize> {
		let mut key = key;
		loop {
			if let Some(line) = self.0.get(key) {
				return Some(*line);
			}
			key = key.get(..key.rfind(['.', '['])?)?;
		}
	}

	fn read(text: &str) -> Self {
		let mut lines = Self::default();
		if let Ok(table) = DeTable::parse(text) {
			lines.add_table(text, "", table.get_ref());
		}
		lines
	}

	fn add_table(&mut self, text: &str, prefix: &str, table: &DeTable<'_>) {
		for (key, value) in table {
			let path = if prefix.is_empty() {
				key.get_ref().to_string()
			} else {
				format!("{prefix}.{}", key.get_ref())
			};
			self.0.insert(path.clone(), line_at(text, key.span().start));
			self.add_value(text, &path, value.get_ref());
		}
	}

	fn add_value(&mut self, text: &str, path: &str, value: &DeValue<'_>) {
		match value {
			DeValue::Table(table) => self.add_table(text, path, table),
			DeValue::Array(items) => {
				for (index, item) in items.iter().enumerate() {
					let path = format!("{path}[{index}]");
					self.0.insert(path.clone(), line_at(text, item.span().start));
					self.add_value(text, &path, item.get_ref());
				}
			}
			_ => {}
		}
	}
}

fn line_at(text: &str, offset: usize) -> usize {
	text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Parses TOML into `T` and notes where its keys stand.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<(T, Lines), ConfigError> {
	let parsed = toml::from_str(text).map_err(|error| {
		let line = error.span().map(|span| line_at(text, span.start));
		ConfigError::Parse {
			path: None,
			problem: Problem { key: String::new(), line, message: error.message().trim().to_owned() },
		}
	})?;
	Ok((parsed, Lines::read(text)))
}

/// A file's text.
pub(crate) fn read(path: &Path) -> Result<String, ConfigError> {
	fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_is_found_on_its_line_and_a_missing_one_on_its_table_s() {
		let lines = Lines::read("[a]\nb = 1\n\n[[c]]\nd = 2\n[[c]]\nd = 3\ne = [\n 1,\n 2 ]\n");
		assert_eq!(lines.of("a.b"), Some(2));
		assert_eq!(lines.of("a.missing"), Some(1));
		assert_eq!(lines.of("c[1].d"), Some(7));
		assert_eq!(lines.of("c[1].e[1]"), Some(10));
		assert_eq!(lines.of("c[1].missing"), Some(6));
		assert_eq!(lines.of("z"), None);
	}
}
