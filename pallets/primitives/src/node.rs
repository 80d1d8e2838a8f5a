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
