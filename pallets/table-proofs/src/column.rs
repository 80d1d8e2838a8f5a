//! What a committed column is: its type, and the words that stand for its values.
#![allow(
	clippy::cast_possible_truncation,
	reason = "the derived encoding casts the indices, which are small"
)]

use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// The type of a committed column. Every value is a 64-bit signed number; the type says what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum ColumnType {
	/// A number with `scale` decimal digits after the point, at most 18: 12.5 at scale 2 is 1250.
	#[codec(index = 0)]
	Decimal {
		/// Digits after the point.
		scale: u8,
	},
	/// Days since 1970-01-01.
	#[codec(index = 1)]
	Date,
	/// Microseconds since 1970-01-01, UTC.
	#[codec(index = 2)]
	Timestamp,
	/// 0 or 1.
	#[codec(index = 3)]
	Bool,
	/// Rank in the column's dictionary.
	#[codec(index = 4)]
	Text,
}

/// A column as it is committed to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ColumnDescriptor {
	/// Its name in the table, at most [`MAX_NAME_BYTES`] bytes.
	pub name: String,
	/// What its values are.
	pub kind: ColumnType,
	/// The distinct strings of a text column in strictly ascending order of their bytes; empty for other types.
	pub dictionary: Vec<String>,
}

/// Longest column name, in bytes.
pub const MAX_NAME_BYTES: usize = 64;
/// Most columns that one snapshot commits to.
pub const MAX_COLUMNS: usize = 64;
/// Most strings of a dictionary.
pub const MAX_DICTIONARY: usize = 4096;
/// Most bytes of a dictionary, all strings together.
pub const MAX_DICTIONARY_BYTES: usize = 64 * 1024;
