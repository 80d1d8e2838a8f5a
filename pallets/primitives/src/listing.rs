//! What a curator offers: its kind, its life, and what a query over it may do.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What kind of thing a listing sells.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ListingKind {
	/// A dataset: snapshots and queries over them.
	#[codec(index = 0)]
	DataProduct,
	/// Work done by a person or a machine.
	#[codec(index = 1)]
	Service,
	/// A thing that is shipped.
	#[codec(index = 2)]
	PhysicalGood,
	/// A file or key that is not a dataset.
	#[codec(index = 3)]
	DigitalGood,
}

/// Where a listing is in its life.
///
/// ```text
/// Draft ──> Active <──> Paused
///   │         │            │
///   └─────────┴── Retired ─┘        Active | Paused ──(governance)──> TakenDown
/// ```
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ListingState {
	/// Not for sale yet; everything may change.
	#[codec(index = 0)]
	Draft,
	/// For sale.
	#[codec(index = 1)]
	Active,
	/// No new sales; running subscriptions are served, but not renewed.
	#[codec(index = 2)]
	Paused,
	/// Ended by its curator, for good.
	#[codec(index = 3)]
	Retired,
	/// Ended by governance, for good.
	#[codec(index = 4)]
	TakenDown,
}

impl ListingState {
	/// Whether the listing has ended: nothing is served or sold any more, and nothing leads back.
	pub const fn is_final(self) -> bool {
		matches!(self, Self::Retired | Self::TakenDown)
	}

	/// Whether the curator herself may move a listing from `self` to `to`.
	pub const fn curator_may_move_to(self, to: Self) -> bool {
		use ListingState::*;
		matches!(
			(self, to),
			(Draft, Active) | (Active, Paused) | (Paused, Active) | (Draft | Active | Paused, Retired)
		)
	}
}

/// Who finds a listing.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Visibility {
	/// In search results.
	#[codec(index = 0)]
	Public,
	/// Sold to whoever knows the address.
	#[codec(index = 1)]
	Unlisted,
}

/// What a query over a data product may do; persistence nodes enforce it.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct QueryPolicy {
	/// Most rows that one result may have.
	pub max_rows: u32,
	/// Only aggregates over the base table, never its rows.
	pub aggregate_only: bool,
	/// Groups of fewer rows than this are left out of results; 0 and 1 mean no limit.
	pub min_group_size: u32,
}

impl QueryPolicy {
	/// What proofs are made with: groups of fewer rows are left out of a proved answer, and a group is never a single row where
	/// no row may be seen; 0 where nothing is left out.
	pub fn proved_group_size(&self) -> u32 {
		if self.aggregate_only || self.min_group_size > 1 {
			self.min_group_size.max(2)
		} else {
			0
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_proved_group_is_no_single_row_where_no_row_may_be_seen() {
		for (aggregate_only, min_group_size, expected) in [
			(false, 0, 0),
			(false, 1, 0),
			(false, 2, 2),
			(false, 9, 9),
			(true, 0, 2),
			(true, 1, 2),
			(true, 9, 9),
		] {
			let policy = QueryPolicy { max_rows: 10, aggregate_only, min_group_size };
			assert_eq!(policy.proved_group_size(), expected, "{policy:?}");
		}
	}
}
