//! The traits through which one pallet reaches another. A pallet never names another pallet's crate.

mod backing;
mod cases;
mod offences;
mod ratings;

pub use backing::Backing;
pub use cases::{is_free, Cases, Pending};
pub use offences::{
	Bonds, Downtimes, Keeper, Keepers, Offences, OnKeepers, Promise, Promises, Subscribed, Subscribers,
};
pub use ratings::{Completed, Deals, Ratings, Rulings};

use crate::{
	Balance, Digest, ListingId, ListingKind, ListingState, NodeRole, OrderId, PayoutSplit, Period, Plan,
	PlanIndex, QueryPolicy, SnapshotView, Term,
};

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use scale_info::TypeInfo;
use souk_proof_primitives::statements::{Era, StatementId};
use souk_table_proofs::{Bundle, Expected, VerifyError};
use sp_runtime::DispatchError;

/// What other pallets need to know of listings. Offered by `listings`.
pub trait Listings<AccountId> {
	/// The curator who owns it, or `None` where there is no such listing.
	fn owner(listing: ListingId) -> Option<AccountId>;
	/// Its kind.
	fn kind(listing: ListingId) -> Option<ListingKind>;
	/// Its state and the block since which it is in it.
	fn state(listing: ListingId) -> Option<(ListingState, u32)>;
	/// One of its plans.
	fn plan(listing: ListingId, index: PlanIndex) -> Option<Plan>;
	/// How payments for it are divided.
	fn payouts(listing: ListingId) -> Option<PayoutSplit>;
	/// What a query over it may do.
	fn policy(listing: ListingId) -> Option<QueryPolicy>;
	/// Whether that is certainly the same at the ends of the blocks `from` and `to`.
	fn policy_stayed(_listing: ListingId, _from: u32, _to: u32) -> bool {
		false
	}
	/// For benchmarks: puts a service on sale and returns it.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_listing(owner: &AccountId, plan: Plan) -> ListingId;
	/// For benchmarks: puts a data product on sale and returns it.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_data_product(owner: &AccountId, plan: Plan) -> ListingId;
}

/// What other pallets need to know of curation. Offered by `curation`.
pub trait Curation<AccountId> {
	/// Whether the curator's bond allows the listing to be put on sale, and new sales of it. Only data products need one.
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool;
	/// Who worked for a listing in a role in any block from `from` up to, not including, `to`; bounded. Complete for what
	/// an open period, noted with `period_begins`, covers, and for as long as what nodes have signed can be reported. Who is still at work
	/// comes last, in the order of assignment, with an end in block `u32::MAX`.
	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<AccountId>>;
	/// Notes that money is held for a period that begins in block `start`, not later than this one. Until it is settled,
	/// whoever leaves the listing, or has left it since `start`, is remembered. Returns the mark to settle it with.
	fn period_begins(listing: ListingId, start: u32) -> u32;
	/// Notes that all who earned the period noted under `mark` are paid.
	fn period_settled(listing: ListingId, mark: u32);
	/// Whether `who` is assigned to the listing in any role.
	fn is_assigned(listing: ListingId, who: &AccountId) -> bool;
	/// Whether `who` is assigned to the listing in any role, and has agreed to it: by an answer to a challenge, or a snapshot. Anybody may be assigned.
	fn has_agreed(listing: ListingId, who: &AccountId) -> bool;
	/// Block in which the listing's first snapshot became final, or `None` before that.
	fn first_final_at(listing: ListingId) -> Option<u32>;
	/// The final snapshot of a period, while it is kept.
	fn snapshot(listing: ListingId, period: Period) -> Option<SnapshotView>;
	/// The final snapshot of the newest period.
	fn newest(listing: ListingId) -> Option<SnapshotView>;
	/// Sets `amount` planck of the listing's active bond aside for a sale in an open window. Where not that much is free,
	/// returns false and changes nothing.
	fn cover(listing: ListingId, amount: Balance) -> bool;
	/// Frees `amount` planck of what `cover` set aside.
	fn uncover(listing: ListingId, amount: Balance);
	/// Moves up to `amount` planck of the listing's bond to `to`: of the active part first, then of what is on its way out,
	/// newest first, and last of what is set aside for sales. Uncover before what this is about. Returns what moved.
	fn slash(listing: ListingId, amount: Balance, to: &AccountId) -> Balance;
	/// For benchmarks: as many terms of a listing as can be, from block 0 on, of nodes that can be paid and that no other listing has; those
	/// who are not at work any more left in block `left_at`.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_terms(listing: ListingId, left_at: u32);
	/// For benchmarks: the same, and one of those who left is `node`, the last that is found.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_left(_listing: ListingId, _node: &AccountId, _left_at: u32) {}
	/// For benchmarks: a final snapshot of a listing, and `bond` planck that answer for it.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_sale(listing: ListingId, snapshot: SnapshotView, bond: Balance);
}

/// What `listings` tells others when a listing's state has changed. Implementations must be cheap.
pub trait OnListingState {
	/// The listing moved to `state` in this block.
	fn on_state(listing: ListingId, state: ListingState);
	/// For benchmarks: a listing about which there is as much to do.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_on_state(_listing: ListingId) {}
}

impl OnListingState for () {
	fn on_state(_: ListingId, _: ListingState) {}
}

/// Both are told.
impl<First: OnListingState, Second: OnListingState> OnListingState for (First, Second) {
	fn on_state(listing: ListingId, state: ListingState) {
		First::on_state(listing, state);
		Second::on_state(listing, state);
	}
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_on_state(listing: ListingId) {
		First::benchmark_on_state(listing);
		Second::benchmark_on_state(listing);
	}
}

/// What other pallets need to know of subscriptions. Offered by `subscriptions`.
pub trait Subscriptions {
	/// How many subscriptions of the listing still hold money.
	fn open(listing: ListingId) -> u32;
}

/// What other pallets need to know of orders. Offered by `escrow`.
pub trait Orders {
	/// How many orders of the listing have not ended.
	fn open(listing: ListingId) -> u32;
}

/// A side of an order.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Side {
	/// Who pays.
	#[codec(index = 0)]
	Buyer,
	/// Who is paid.
	#[codec(index = 1)]
	Seller,
}

impl Side {
	/// The other one.
	pub const fn other(self) -> Self {
		match self {
			Self::Buyer => Self::Seller,
			Self::Seller => Self::Buyer,
		}
	}
}

/// What is decided of a dispute.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Ruling {
	/// For the buyer: what is disputed goes back.
	#[codec(index = 0)]
	Buyer,
	/// For the seller: it is paid.
	#[codec(index = 1)]
	Seller,
	/// For neither: it is divided as where nobody rules.
	#[codec(index = 2)]
	Refused,
}

impl Ruling {
	/// The side that has lost by it, if one has.
	pub const fn loser(self) -> Option<Side> {
		match self {
			Self::Buyer => Some(Side::Seller),
			Self::Seller => Some(Side::Buyer),
			Self::Refused => None,
		}
	}

	/// The ruling for a side.
	pub const fn of(side: Side) -> Self {
		match side {
			Side::Buyer => Self::Buyer,
			Side::Seller => Self::Seller,
		}
	}
}

/// An order that one side does not agree with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute<AccountId> {
	/// Which one.
	pub order: OrderId,
	/// What was ordered.
	pub listing: ListingId,
	/// Who pays.
	pub buyer: AccountId,
	/// Who is paid.
	pub seller: AccountId,
	/// Which of them does not agree.
	pub opener: Side,
	/// First block in which the buyer cannot object any more to what was delivered; `None` where nothing was.
	pub window_until: Option<u32>,
	/// Hash of what that side shows for it.
	pub evidence: Digest,
}

/// Who rules on disputed orders. Offered by `disputes`.
pub trait Juries<AccountId> {
	/// Opens a case about an order, and holds what that costs its opener. Returns for how many blocks it is open at most; `None`
	/// where no jury could be drawn, and nobody else rules but governance.
	///
	/// # Errors
	///
	/// The opener cannot pay.
	fn open(dispute: Dispute<AccountId>) -> Result<Option<u32>, DispatchError>;
	/// Whether there is a case about the order that will be ruled on.
	fn is_open(order: OrderId) -> bool;
	/// Whether a jury has ruled on the order, while the case is kept: also where the side that had lost gave in then. Who did not answer was not
	/// ruled on.
	fn has_ruled(order: OrderId) -> bool;
	/// Closes the case about an order, if there is one: the order was decided for `winner` without a ruling. Where the last jury had decided
	/// for them, its ruling stands, and a seller who had lost by it answers for that as if it had been carried out. A jury that nobody can vote on any
	/// more is counted first.
	fn settled(order: OrderId, winner: Side);
	/// What opening or closing a case weighs at most, with what closing it does to a seller who has lost.
	fn weight() -> Weight;
	/// For benchmarks: a jury rules for the buyer in a dispute, whose opener has enough money.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_ruled(dispute: Dispute<AccountId>);
}

impl<AccountId> Juries<AccountId> for () {
	fn open(_: Dispute<AccountId>) -> Result<Option<u32>, DispatchError> {
		Ok(None)
	}
	fn is_open(_: OrderId) -> bool {
		false
	}
	fn has_ruled(_: OrderId) -> bool {
		false
	}
	fn settled(_: OrderId, _: Side) {}
	fn weight() -> Weight {
		Weight::zero()
	}
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_ruled(_: Dispute<AccountId>) {}
}

/// What rulings do to orders. Offered by `escrow`.
pub trait Disputed<AccountId> {
	/// Does with a disputed order what the ruling says. Nothing, where it is not disputed (any more).
	fn rule(order: OrderId, ruling: Ruling);
	/// Whether somebody has a part in the order: its sides, who owns the listing, who has agreed to work for it, and who backs its bond. Cheap: a drawing
	/// asks it of everybody in the pool.
	fn concerns(order: OrderId, who: &AccountId) -> bool;
	/// Whether what an order waits for was delivered, by what its seller says or by a proof.
	fn is_delivered(order: OrderId) -> bool;
	/// Whether it was, by a proof: the chain has seen that the key is the right one.
	fn is_proved(order: OrderId) -> bool;
	/// What a ruling weighs at most. Covers one of these questions besides.
	fn weight() -> Weight;
	/// A disputed order of `buyer` from `seller`, with as many recipients as an order can have, for benchmarks.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_disputed(buyer: &AccountId, seller: &AccountId) -> OrderId;
	/// For benchmarks: somebody has a part in the order, and it takes as long as can be to find that out.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_concerned(order: OrderId, who: &AccountId);
}

/// Why a proof was refused: a variant for each rule.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ProofRefusal {
	/// The statement has no key of that era.
	#[codec(index = 0)]
	NoKey,
	/// The statement is paused.
	#[codec(index = 1)]
	Paused,
	/// The key of that era was retired.
	#[codec(index = 2)]
	Retired,
	/// A proof has the one encoding that its points have: no byte more or less, no coordinate at or above the modulus.
	#[codec(index = 3)]
	Malformed,
	/// Each point of a proof is in the group of prime order.
	#[codec(index = 4)]
	NotInSubgroup,
	/// No point of a proof is the neutral one.
	#[codec(index = 5)]
	Identity,
	/// A statement has a fixed number of public inputs.
	#[codec(index = 6)]
	WrongCount,
	/// The proof does not prove this of these public inputs: another chain's, listing's or order's does not either.
	#[codec(index = 7)]
	NotValid,
	/// Each point of a proof is on its curve.
	#[codec(index = 8)]
	NotOnCurve,
	/// The key is one that everybody can make, and the chain takes none of those.
	#[codec(index = 9)]
	DevelopmentKey,
}

/// The checking of proofs. Offered by `proofs`.
pub trait Proofs {
	/// Checks a proof of `inputs` under the statement's key of an era. Charge the fee before.
	///
	/// # Errors
	///
	/// The first rule that is broken.
	fn verify(statement: StatementId, era: Era, inputs: &[Fr], proof: &[u8]) -> Result<(), ProofRefusal>;
	/// Checks many proofs at once. Charge the fee before.
	///
	/// # Errors
	///
	/// The positions of those that are refused, and why.
	fn verify_batch(
		statement: StatementId,
		era: Era,
		proofs: &[(Vec<Fr>, &[u8])],
	) -> Result<(), Vec<(u32, ProofRefusal)>>;
	/// The era whose key the newest proofs are for, or `None` where the statement has no key, or is paused, or will be with the
	/// next block.
	fn current_era(statement: StatementId) -> Option<Era>;
	/// For benchmarks: registers a key of the statement under which [`Self::benchmark_proof`] proves anything. Returns its era.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_key(statement: StatementId) -> Era;
	/// For benchmarks: a proof of `inputs` that is valid under that key.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_proof(statement: StatementId, era: Era, inputs: &[Fr]) -> Vec<u8>;
}

/// Why a bundle was refused: a variant for each rule.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum BundleRefusal {
	/// Proofs over tables are paused.
	#[codec(index = 0)]
	Paused,
	/// The version of the proof was retired.
	#[codec(index = 1)]
	Retired,
	/// The chain checks no proofs of that version.
	#[codec(index = 2)]
	UnknownVersion,
	/// A bundle has a most number of bytes.
	#[codec(index = 3)]
	TooLarge,
	/// A bundle has one encoding, and each part of it is within its bound.
	#[codec(index = 4)]
	Malformed,
	/// The proof is for another chain, listing or period.
	#[codec(index = 5)]
	WrongContext,
	/// The columns are not those that the snapshot commits to.
	#[codec(index = 6)]
	WrongColumns,
	/// The proof answers another query.
	#[codec(index = 7)]
	WrongQuery,
	/// The proof was made for another least size of a group.
	#[codec(index = 8)]
	WrongGroupSize,
	/// The proof does not prove this answer of that query over that table.
	#[codec(index = 9)]
	NotValid,
	/// No proof can be made of such a query over such columns: a sum over text, a column that is not there.
	#[codec(index = 10)]
	NotProvable,
	/// What is said to be the answer cannot be one to the query: other figures than were asked for, groups out of order.
	#[codec(index = 11)]
	NoAnswer,
}

impl From<VerifyError> for BundleRefusal {
	fn from(error: VerifyError) -> Self {
		match error {
			VerifyError::TooLong => Self::TooLarge,
			VerifyError::Malformed
			| VerifyError::MalformedProof
			| VerifyError::Columns
			| VerifyError::Withheld => Self::Malformed,
			VerifyError::Version => Self::UnknownVersion,
			VerifyError::Context => Self::WrongContext,
			VerifyError::Query => Self::WrongQuery,
			VerifyError::MinGroupSize => Self::WrongGroupSize,
			VerifyError::ColumnsRoot => Self::WrongColumns,
			VerifyError::Plan(_) => Self::NotProvable,
			VerifyError::Answer(_) => Self::NoAnswer,
			VerifyError::Heights | VerifyError::Invalid => Self::NotValid,
		}
	}
}

/// The checking of proofs over tables: the second proof system, without keys. A version stands where others have an era. Offered
/// by `proofs`.
pub trait TableProofs {
	/// Checks a bundle for what is `expected` of it. Charge the fee before.
	///
	/// # Errors
	///
	/// The first rule that is broken.
	fn verify(bundle: &[u8], expected: &Expected<'_>) -> Result<Bundle, BundleRefusal>;
	/// The version of the newest proofs, or `None` where it is retired, or proofs over tables are paused, or will be with the
	/// next block.
	fn current_version() -> Option<u32>;
}
