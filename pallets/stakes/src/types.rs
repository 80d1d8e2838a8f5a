//! What is stored of offences and of the money that they cost.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Bond, Digest, Holder, ListingId, OffenceKind};

/// Sequential number of a fine.
pub type FineId = u64;

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
	/// Hash that names the evidence.
	pub evidence: Digest,
	/// Block in which it was recorded.
	pub at: u32,
	/// Block in which it is forgotten, if not before: for newer ones there is but so much room.
	pub until: u32,
	/// What it cost this bond, in planck.
	pub taken: Balance,
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
	/// Block of the offence: who came later was not harmed.
	pub at: u32,
	/// The bonds, the curator's first.
	pub sources: BoundedVec<Source<AccountId>, ConstU32<2>>,
	/// What is left for subscribers, in planck.
	pub subscribers: Balance,
	/// Who proved it, and what they get, in planck.
	pub reporter: Option<(AccountId, Balance)>,
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
}
