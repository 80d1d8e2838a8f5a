//! Who runs workers and persistence nodes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What a registered node does for a listing.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum NodeRole {
	/// Runs curation jobs and submits snapshots.
	#[codec(index = 0)]
	Worker,
	/// Keeps snapshots and answers queries.
	#[codec(index = 1)]
	Persistence,
}

/// How many of `workers` make a quorum: more than half.
pub fn quorum(workers: u32) -> u32 {
	workers.saturating_div(2).saturating_add(1)
}

/// A node's time at work for a listing in one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<AccountId> {
	/// The node.
	pub node: AccountId,
	/// First block in which it was assigned.
	pub since: u32,
	/// First block in which it was no longer.
	pub until: u32,
}
