//! The normal form of a provable query.
#![allow(
	clippy::cast_possible_truncation,
	reason = "the derived encoding casts the indices, which are small"
)]

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Number of a column among the committed ones, in the order of the manifest's `[prove]`.
pub type ColumnIndex = u8;

/// One figure of the answer.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo,
)]
pub enum Aggregate {
	/// `count(*)`: rows.
	#[codec(index = 0)]
	CountAll,
	/// `count(column)`: values that are not NULL.
	#[codec(index = 1)]
	Count(ColumnIndex),
	/// `sum(column)`, of a decimal column; NULL where there is no value.
	#[codec(index = 2)]
	Sum(ColumnIndex),
	/// `min(column)`; NULL where there is no value.
	#[codec(index = 3)]
	Min(ColumnIndex),
	/// `max(column)`; NULL where there is no value.
	#[codec(index = 4)]
	Max(ColumnIndex),
	/// `avg(column)`, of a decimal column: proved as its sum and count, divided by the reader.
	#[codec(index = 5)]
	Avg(ColumnIndex),
}

/// What a row must be to count. All predicates of a query hold together (`AND`).
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo,
)]
pub enum Condition {
	/// `low <= value <= high`; NULL is no match. `low > high` matches nothing.
	#[codec(index = 0)]
	Within {
		/// Least value that matches.
		low: i64,
		/// Greatest value that matches.
		high: i64,
	},
	/// Not NULL, and below `low` or above `high`.
	#[codec(index = 1)]
	Outside {
		/// Least value that does not match.
		low: i64,
		/// Greatest value that does not match.
		high: i64,
	},
	/// `IS NULL`.
	#[codec(index = 2)]
	IsNull,
	/// `IS NOT NULL`.
	#[codec(index = 3)]
	IsNotNull,
}

/// A condition on a column.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo,
)]
pub struct Predicate {
	/// The column.
	pub column: ColumnIndex,
	/// What its value must be.
	pub condition: Condition,
}

/// A provable query: aggregates over the rows that match all predicates, for each value of a column or over all.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Query {
	/// The figures, in the order of the text; at least one, at most [`MAX_AGGREGATES`].
	pub aggregates: Vec<Aggregate>,
	/// In ascending order, none twice; at most [`MAX_PREDICATES`].
	pub predicates: Vec<Predicate>,
	/// `GROUP BY` this column; NULL is a group of its own, after all others.
	pub group_by: Option<ColumnIndex>,
}

/// Most figures of a query.
pub const MAX_AGGREGATES: usize = 16;
/// Most predicates of a query.
pub const MAX_PREDICATES: usize = 8;
