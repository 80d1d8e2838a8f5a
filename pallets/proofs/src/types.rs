//! Records and views. Their arithmetic is plain code, without FRAME.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::Digest;
use souk_proof_primitives::{
	groth16::{KEY_BYTES_BOUND, PREPARED_KEY_BYTES_BOUND, PROOF_BYTES_BOUND},
	statements::Era,
};

/// Most keys of a statement that are not retired.
pub const MAX_LIVE_KEYS: u32 = 16;

/// A key as it is registered: compressed.
pub type KeyBytes = BoundedVec<u8, ConstU32<KEY_BYTES_BOUND>>;
/// A key as it is kept: with nothing left to compute.
pub type PreparedKey = BoundedVec<u8, ConstU32<PREPARED_KEY_BYTES_BOUND>>;
/// The public inputs of a proof; no statement has more than sixteen.
pub type InputBytes = BoundedVec<u8, ConstU32<512>>;
/// A proof.
pub type ProofBytes = BoundedVec<u8, ConstU32<PROOF_BYTES_BOUND>>;
/// Eras, the newest last.
pub type Eras = BoundedVec<Era, ConstU32<MAX_LIVE_KEYS>>;

/// The key of a statement for an era.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyRecord {
	/// Its id.
	pub id: Digest,
	/// The key.
	pub key: PreparedKey,
	/// Hash of the transcript of the ceremony that made it.
	pub transcript: Digest,
	/// Whether everybody can make it.
	pub development: bool,
	/// Block of its registration.
	pub registered_at: u32,
	/// First block in which nothing is proved under it.
	pub retired_from: Option<u32>,
}

impl KeyRecord {
	/// Whether it is retired in block `now`.
	pub fn is_retired(&self, now: u32) -> bool {
		self.retired_from.is_some_and(|from| from <= now)
	}
}

/// Pausing and resuming take effect with a block: the switch is in one position from there on, and was in the other before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Switch {
	/// Whether the statement is paused from then on.
	pub paused: bool,
	/// First block for which that holds.
	pub from: u32,
}

impl Switch {
	/// Whether the statement is paused in block `now`.
	pub fn is_paused(&self, now: u32) -> bool {
		(self.from <= now) == self.paused
	}
}

/// What turning the switch comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
	/// It stands like that already, at the latest with the next block.
	Already,
	/// It is like this from now on, in storage. `None` where it is as if it had never been turned.
	To(Option<Switch>),
}

/// Turns a switch in block `now`, with effect from the next one. A turn that has had no effect yet is taken back.
pub fn turn(switch: Option<Switch>, paused: bool, now: u32) -> Turned {
	let next = now.saturating_add(1);
	let is = |block| switch.is_some_and(|switch| switch.is_paused(block));
	match (is(now), is(next)) {
		(_, after) if after == paused => Turned::Already,
		// It would have been turned with the next block.
		(true, _) if paused => Turned::To(Some(Switch { paused: true, from: now })),
		(false, _) if !paused => Turned::To(None),
		_ => Turned::To(Some(Switch { paused, from: next })),
	}
}

/// What is checked of proofs over tables, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TablesView {
	/// Number of the statement.
	pub statement: u8,
	/// The versions of proofs that the chain checks, the newest last, and the first block in which one is not taken any more.
	pub versions: Vec<(u32, Option<u32>)>,
	/// Whether no proof is taken in this block.
	pub paused: bool,
}

/// A key as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct KeyView {
	/// Number of the statement.
	pub statement: u8,
	/// The era that it is for.
	pub era: u32,
	/// Its id.
	pub id: Digest,
	/// The key, compressed.
	pub key: Vec<u8>,
	/// Hash of the transcript of the ceremony that made it.
	pub transcript: Digest,
	/// Whether everybody can make it.
	pub development: bool,
	/// Block of its registration.
	pub registered_at: u32,
	/// First block in which nothing is proved under it.
	pub retired_from: Option<u32>,
	/// Whether its statement is paused in this block.
	pub paused: bool,
}
