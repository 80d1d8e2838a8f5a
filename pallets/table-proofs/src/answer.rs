//! The answer to a provable query.
#![allow(
	clippy::cast_possible_truncation,
	reason = "the derived encoding casts the indices, which are small"
)]

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// One figure of an answer, for the aggregate at the same place in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Figure {
	/// A number of rows or values.
	#[codec(index = 0)]
	Count(u64),
	/// A sum in units of the column's scale; `None` is NULL.
	#[codec(index = 1)]
	Sum(Option<i128>),
	/// A value of the column; `None` is NULL.
	#[codec(index = 2)]
	Value(Option<i64>),
	/// Sum and count of an average; a count of 0 is NULL.
	#[codec(index = 3)]
	Average {
		/// Sum, in units of the column's scale.
		sum: i128,
		/// How many values.
		count: u64,
	},
}

/// A group of at least `min_group_size` rows, or the one row of a query without `GROUP BY`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Group {
	/// The value of the grouping column: `None` without `GROUP BY`, `Some(None)` for the group of NULL.
	pub key: Option<Option<i64>>,
	/// One figure per aggregate.
	pub figures: Vec<Figure>,
}

/// The answer: groups in ascending order of their keys, NULL last. Groups smaller than `min_group_size` are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Answer {
	/// The groups.
	pub groups: Vec<Group>,
}
