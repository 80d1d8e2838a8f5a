//! What workers commit to, and how fresh a listing is.

use crate::{Digest, Period};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What one snapshot commits to. All assigned workers must reach the same.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitments {
	/// Merkle root over the salted hashes of the plaintext chunks.
	pub content_root: Digest,
	/// Merkle root over the ciphertext chunks.
	pub cipher_root: Digest,
	/// Commitment to the snapshot's key; filled by the proofs.
	pub key_commitment: Option<Digest>,
	/// Commitment to the columns that can be proved over; filled by the proofs.
	pub columns_root: Option<Digest>,
	/// Hash of the table's schema.
	pub schema_hash: Digest,
	/// Hash of the source's bytes as they were fetched.
	pub source_digest: Digest,
	/// Rows of the table.
	pub rows: u64,
	/// Length of the plaintext file, in bytes.
	pub bytes: u64,
}

/// How fresh a listing's newest snapshot is.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum SnapshotHealth {
	/// No schedule was set: nothing is due.
	#[codec(index = 0)]
	Unscheduled,
	/// The newest final snapshot is as young as the schedule promises.
	#[codec(index = 1)]
	OnTime,
	/// The next one is overdue.
	#[codec(index = 2)]
	Late {
		/// Blocks past the time at which it was due, tolerance included.
		by: u32,
	},
	/// None was ever final, and the first is overdue.
	#[codec(index = 3)]
	Missing {
		/// Blocks past the time at which it was due, tolerance included.
		by: u32,
	},
}

/// A final snapshot as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SnapshotView {
	/// The period it is for.
	pub period: Period,
	/// What it commits to.
	pub commitments: Commitments,
	/// Block in which the quorum was reached.
	pub final_at: u32,
}
