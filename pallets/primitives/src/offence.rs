//! What is held against a listing or a node, and the bonds that answer for it.

use crate::{Digest, ListingId, OrderId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What somebody who serves a listing did wrong, or failed to do.
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
pub enum OffenceKind {
	/// A node could not be reached by most of the validators.
	#[codec(index = 0)]
	Unreachable,
	/// A persistence node did not show a chunk that it keeps.
	#[codec(index = 1)]
	MissedChallenge,
	/// A snapshot did not become final when the schedule promised it.
	#[codec(index = 2)]
	MissedPeriod,
	/// A worker signed two different snapshots of one period.
	#[codec(index = 3)]
	ConflictingSnapshots,
	/// A chunk that was sold is not what its snapshot commits to.
	#[codec(index = 4)]
	BadChunk,
	/// Two signed answers to one query over one snapshot differ.
	#[codec(index = 5)]
	ContradictingAttestations,
	/// A ruling went against the listing.
	#[codec(index = 6)]
	LostDispute,
}

impl OffenceKind {
	/// All of them.
	pub const ALL: [Self; 7] = [
		Self::Unreachable,
		Self::MissedChallenge,
		Self::MissedPeriod,
		Self::ConflictingSnapshots,
		Self::BadChunk,
		Self::ContradictingAttestations,
		Self::LostDispute,
	];

	/// Whether it is an absence: nobody came, and the chain has seen it by itself. Absences are cheap and come as often as somebody looks.
	pub const fn is_absence(self) -> bool {
		matches!(self, Self::Unreachable | Self::MissedChallenge | Self::MissedPeriod)
	}
}

/// A bond that answers for something.
#[derive(
	Clone,
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
pub enum Bond<AccountId> {
	/// A curator's, on a listing.
	#[codec(index = 0)]
	Listing(ListingId),
	/// A node's, for all that it does.
	#[codec(index = 1)]
	Node(AccountId),
}

/// What an offence rests on: who says so, or what proves it.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Basis {
	/// Votes of validators.
	#[codec(index = 0)]
	Votes {
		/// How many did not reach the node.
		against: u32,
		/// How many could vote.
		of: u32,
	},
	/// The chain has asked, and got no answer.
	#[codec(index = 1)]
	NoAnswer {
		/// First block in which it was too late.
		until: u32,
	},
	/// What was promised did not come.
	#[codec(index = 2)]
	Late {
		/// First block in which it was too late.
		until: u32,
	},
	/// Two signed statements that contradict each other. The evidence is their hash.
	#[codec(index = 3)]
	Statements,
	/// A proof that the buyer of an order gave.
	#[codec(index = 4)]
	Proof {
		/// Which order.
		order: OrderId,
	},
	/// The ruling of a jury, or against who did not answer.
	#[codec(index = 5)]
	Ruling {
		/// In which case.
		case: u64,
	},
}

/// An offence that was proved, seen by the chain itself, or ruled on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offence<AccountId> {
	/// What was done.
	pub kind: OffenceKind,
	/// The listing that it was done to.
	pub listing: ListingId,
	/// The node that did it, where one did. Its bond answers beside the curator's, as far as the penalty says.
	pub node: Option<AccountId>,
	/// Whether the curator's bond answers. It does not for a node that she had not assigned.
	pub curator_answers: bool,
	/// Who proved it, where somebody did.
	pub reporter: Option<AccountId>,
	/// Block since which the harm could be seen. Whoever subscribed in it or later has no part of the fine: else who sees an offence coming would
	/// subscribe for its sake. Never later than the block in which it is committed.
	pub began: u32,
	/// Blocks that whoever pays for the listing was without what they had paid for; more than a period is all of it.
	pub harmed_for: u32,
	/// What it rests on.
	pub basis: Basis,
	/// Hash that names the evidence.
	pub evidence: Digest,
}
