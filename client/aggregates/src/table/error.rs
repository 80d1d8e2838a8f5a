//! Why a column cannot be committed to.

use souk_table_proofs::{MAX_COLUMNS, MAX_DICTIONARY, MAX_DICTIONARY_BYTES, MAX_NAME_BYTES};

use super::MAX_SCALE;

/// A column of `[prove]` that cannot be committed to. Rows are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
	/// It is not in the table.
	#[error("the table has no column {column}, which [prove] names")]
	Missing {
		/// The column.
		column: String,
	},
	/// It is declared twice.
	#[error("[prove] names the column {column} twice")]
	Twice {
		/// The column.
		column: String,
	},
	/// There are too many.
	#[error("[prove] names {found} columns, the limit is {MAX_COLUMNS}")]
	TooMany {
		/// How many there are.
		found: usize,
	},
	/// Its name is empty or too long.
	#[error("the name of the column {column:?} has {} bytes, and 1 to {MAX_NAME_BYTES} are allowed", column.len())]
	Name {
		/// The column.
		column: String,
	},
	/// Its type has no committed form.
	#[error("the column {column} is of type {found}, which cannot be proved about: cast it in [transform]")]
	Type {
		/// The column.
		column: String,
		/// Its Arrow type.
		found: String,
	},
	/// Its timestamps are shown in a zone, so that a literal would mean another moment than in a plain query.
	#[error(
		"the timestamps of the column {column} are in the zone {zone}: convert them to UTC in [transform]"
	)]
	Zone {
		/// The column.
		column: String,
		/// The zone.
		zone: String,
	},
	/// It is of floating-point numbers and has no scale.
	#[error("the column {column} has floating-point numbers: say with `scale` how many digits after the point they have")]
	NoScale {
		/// The column.
		column: String,
	},
	/// Its scale is too large.
	#[error("the column {column} has a scale of {scale}, the limit is {MAX_SCALE}")]
	Scale {
		/// The column.
		column: String,
		/// The scale.
		scale: u8,
	},
	/// A scale is declared, and it is not of numbers.
	#[error("the column {column} has no numbers, so it cannot have a scale")]
	NotANumber {
		/// The column.
		column: String,
	},
	/// A batch has it as another type than the first.
	#[error("the column {column} is of type {found} in one batch, which is not what it was before")]
	Changed {
		/// The column.
		column: String,
		/// The Arrow type found.
		found: String,
	},
	/// It has too many different strings.
	#[error(
		"the column {column} has too many different strings: {MAX_DICTIONARY} of together {MAX_DICTIONARY_BYTES} bytes are the limit"
	)]
	Dictionary {
		/// The column.
		column: String,
	},
	/// A value cannot be committed to as it is.
	#[error("column {column}, row {row}: {value} {reason}")]
	Value {
		/// The column.
		column: String,
		/// The row, from 1.
		row: u64,
		/// The value.
		value: String,
		/// Why not.
		reason: String,
	},
}
