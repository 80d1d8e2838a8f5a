//! The distinct strings of a text column.

use std::collections::BTreeMap;

use arrow_array::{cast::AsArray, Array};
use arrow_schema::DataType;
use souk_table_proofs::{MAX_DICTIONARY, MAX_DICTIONARY_BYTES};

use super::TableError;

/// Collects the distinct strings of a column, batch by batch. Its memory is bounded by the limits of a dictionary.
#[derive(Debug)]
pub struct DictionaryBuilder {
	column: String,
	/// In how many rows each of them is.
	words: BTreeMap<String, u64>,
	bytes: usize,
}

impl DictionaryBuilder {
	/// For the column of this name.
	pub fn new(column: &str) -> Self {
		Self { column: column.to_owned(), words: BTreeMap::new(), bytes: 0 }
	}

	/// Adds the strings of an array of `Utf8`, `LargeUtf8` or `Utf8View`.
	///
	/// # Errors
	/// [`TableError::Dictionary`] past the limits, [`TableError::Changed`] for an array of another type.
	pub fn add(&mut self, array: &dyn Array) -> Result<(), TableError> {
		for_each_string(array, &self.column.clone(), |_, word| match word {
			Some(word) => self.insert(word),
			None => Ok(()),
		})
	}

	fn insert(&mut self, word: &str) -> Result<(), TableError> {
		if let Some(rows) = self.words.get_mut(word) {
			*rows = rows.saturating_add(1);
			return Ok(());
		}
		self.bytes = self.bytes.saturating_add(word.len());
		if self.words.len() >= MAX_DICTIONARY || self.bytes > MAX_DICTIONARY_BYTES {
			return Err(TableError::Dictionary { column: self.column.clone() });
		}
		self.words.insert(word.to_owned(), 1);
		Ok(())
	}

	/// In how many rows the rarest of the strings is; `None` where there are no strings. NULL is none.
	pub fn fewest_rows(&self) -> Option<u64> {
		self.words.values().copied().min()
	}

	/// The strings, in strictly ascending order of their bytes.
	pub fn finish(self) -> Vec<String> {
		self.words.into_keys().collect()
	}
}

/// Calls `each` with index and value for every row of an array of strings.
pub(super) fn for_each_string(
	array: &dyn Array,
	column: &str,
	mut each: impl FnMut(usize, Option<&str>) -> Result<(), TableError>,
) -> Result<(), TableError> {
	match array.data_type() {
		DataType::Utf8 => {
			array.as_string::<i32>().iter().enumerate().try_for_each(|(row, word)| each(row, word))
		}
		DataType::LargeUtf8 => {
			array.as_string::<i64>().iter().enumerate().try_for_each(|(row, word)| each(row, word))
		}
		DataType::Utf8View => {
			array.as_string_view().iter().enumerate().try_for_each(|(row, word)| each(row, word))
		}
		found => Err(TableError::Changed { column: column.to_owned(), found: found.to_string() }),
	}
}
