//! What is stored of offences and of the money that they cost.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Basis, Bond, Digest, Holder, ListingId, OffenceKind, Period};
use souk_proof_primitives::evidence::{ATTESTATION, SUBMISSION};

/// Sequential number of a fine.
pub type FineId = u64;
/// A signed submission, as it was handed on.
pub type SubmissionBytes = BoundedVec<u8, ConstU32<SUBMISSION>>;
/// A signed attestation, as it came with an answer.
pub type AttestationBytes = BoundedVec<u8, ConstU32<ATTESTATION>>;

/// What became of the money of a fine, in planck; together all that it took.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Division {
	/// What those who pay for the listing got.
	pub subscribers: Balance,
	/// What who proved the offence got.
	pub reporter: Balance,
	/// What the treasury got.
	pub treasury: Balance,
}

/// An offence, as it is remembered against a bond.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OffenceRecord<AccountId> {
	/// What was done.
	pub kind: OffenceKind,
	/// The listing that it was done to.
	pub listing: ListingId,
	/// The node that did it, where one did.
	pub node: Option<AccountId>,
	/// Who proved it, where somebody did.
	pub reporter: Option<AccountId>,
	/// What it rests on.
	pub basis: Basis,
	/// Hash that names the evidence.
	pub evidence: Digest,
	/// Block in which it was recorded.
	pub at: u32,
	/// Block in which it is forgotten, if not before: for newer ones there is but so much room.
	pub until: u32,
	/// What it cost this bond, in planck.
	pub taken: Balance,
	/// The fine that divides that, with what it cost another bond; none where it cost nothing.
	pub fine: Option<FineId>,
	/// What became of the fine, when all of it is paid.
	pub division: Option<Division>,
}

/// A part of a bond that is to be paid to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Source<AccountId> {
	/// The bond.
	pub bond: Bond<AccountId>,
	/// What of it is left, in planck.
	pub left: Balance,
}

/// Where the division of a fine is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Stage<AccountId> {
	/// It is added up what the subscribers have paid for their running periods.
	#[codec(index = 0)]
	Counting {
		/// The last one that was counted.
		after: Option<Holder<AccountId>>,
		/// The sum so far, in planck.
		claims: Balance,
	},
	/// They are paid, each in proportion.
	#[codec(index = 1)]
	Paying {
		/// The last one whose turn it was.
		after: Option<Holder<AccountId>>,
		/// What all have paid, in planck.
		claims: Balance,
		/// What is divided among them, in planck.
		part: Balance,
	},
	/// The reporter and the treasury are paid.
	#[codec(index = 2)]
	Rest,
}

/// Money that an offence has taken of bonds and that is not paid out yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct FineRecord<AccountId> {
	/// Whose subscribers were harmed.
	pub listing: ListingId,
	/// Block of the offence.
	pub at: u32,
	/// Block since which the harm could be seen, `at` or before: who came in it or later has no part.
	pub began: u32,
	/// For how many blocks subscribers were without what they had paid for.
	pub harmed_for: u32,
	/// The bonds, the curator's first.
	pub sources: BoundedVec<Source<AccountId>, ConstU32<2>>,
	/// What is left for subscribers, in planck.
	pub subscribers: Balance,
	/// Who proved it, and what they get, in planck.
	pub reporter: Option<(AccountId, Balance)>,
	/// What was paid of it so far.
	pub paid: Division,
	/// Where its division is.
	pub stage: Stage<AccountId>,
	/// The block before which it is not tried again, where money could not be moved, and the block of the first try.
	pub waiting: Option<Waiting>,
}

/// Since when money could not be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Waiting {
	/// Block of the first try.
	pub since: u32,
	/// Block of the next one.
	pub until: u32,
}

/// [`FineRecord`] of a runtime.
pub type FineRecordOf<T> = FineRecord<<T as frame_system::Config>::AccountId>;

impl<AccountId> FineRecord<AccountId> {
	/// What is left of it, in planck.
	pub fn left(&self) -> Balance {
		self.sources.iter().fold(0, |sum, source| sum.saturating_add(source.left))
	}
}

/// What is due in a block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Turn<AccountId> {
	/// Offences against a bond are forgotten.
	#[codec(index = 0)]
	Forget(Bond<AccountId>),
	/// A case cannot be reported any more.
	#[codec(index = 1)]
	Case(Digest),
	/// An announcement is too old.
	#[codec(index = 2)]
	Announcement(AccountId),
	/// A node has not shown its piece of a listing's snapshot.
	#[codec(index = 3)]
	Challenge(AccountId, ListingId),
	/// A node may announce its next downtime.
	#[codec(index = 4)]
	Downtime(AccountId),
}

/// A walk over all listings that have promised something.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RoundRecord {
	/// Its number.
	pub number: u32,
	/// What places are drawn by.
	pub seed: Digest,
	/// Block in which the next one begins.
	pub until: u32,
	/// The last listing that was visited.
	pub after: Option<ListingId>,
	/// Whether all were.
	pub done: bool,
}

/// A place in a snapshot.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChallengePlace {
	/// Which chunk.
	pub chunk: u32,
	/// Bytes of that chunk, as it is sealed.
	pub sealed: u32,
	/// Which piece of it.
	pub piece: u32,
}

/// What a node has to show of a listing's snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ChallengeRecord {
	/// Which snapshot.
	pub period: Period,
	/// Merkle root over its ciphertext chunks.
	pub cipher_root: Digest,
	/// Where in it.
	pub place: ChallengePlace,
	/// Block of the challenge.
	pub at: u32,
	/// First block in which it is too late.
	pub until: u32,
	/// Whether the node had agreed to keep the listing by then. Else the curator answers alone.
	pub agreed: bool,
}

/// When a node is away, as it has said in time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct DowntimeRecord {
	/// First block.
	pub from: u32,
	/// First block in which it is back.
	pub until: u32,
	/// Block from which on it can announce the next one.
	pub next: u32,
	/// What is held for its bytes, in planck.
	pub deposit: Balance,
}

/// A report that somebody means to make.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AnnouncementRecord {
	/// [`crate::announcement`] of reporter and evidence.
	pub hash: Digest,
	/// Block of the announcement.
	pub at: u32,
	/// First block in which it is worth nothing any more.
	pub until: u32,
	/// What is held for its bytes, in planck.
	pub deposit: Balance,
}

/// What somebody was reported for, so that nobody reports it again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CaseRecord<AccountId> {
	/// Who reported it.
	pub reporter: AccountId,
	/// Block in which it is forgotten.
	pub until: u32,
	/// What is held of the reporter for its bytes, in planck.
	pub deposit: Balance,
}
