//! What is stored of an ask, and the rules that need nothing else.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, weights::Weight, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId, Period, Price};
use souk_table_proofs::{
	column::MAX_COLUMNS,
	plan::{Plan, PlanError, MAX_GROUPS, MAX_ROWS},
	query::{MAX_AGGREGATES, MAX_PREDICATES},
	Answer, Bundle, ColumnType, Query, MAX_BUNDLE_BYTES,
};
use sp_io::hashing::blake2_256;

/// Sequential number of an ask.
pub type AskId = u64;

/// Most asks in one page of a view, and most listings that one asks about.
pub const ASK_PAGE: u32 = 64;
/// Most bytes of a bundle.
pub const MAX_BUNDLE: u32 = MAX_BUNDLE_BYTES as u32;
const _: () = assert!(MAX_BUNDLE as usize == MAX_BUNDLE_BYTES, "a bundle has more bytes than can be counted");
/// Most bytes of a query: three lengths or options of a byte, aggregates of two, predicates of eighteen, a column.
pub const MAX_QUERY: u32 = (4 + 2 * MAX_AGGREGATES + 18 * MAX_PREDICATES) as u32;

/// A bundle as it comes: no byte of it is read before its length is checked.
pub type BundleBytes = BoundedVec<u8, ConstU32<MAX_BUNDLE>>;
/// A query as it is kept: encoded, after [`check_query`].
pub type QueryBytes = BoundedVec<u8, ConstU32<MAX_QUERY>>;

/// Where an ask is in its life.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum AskState {
	/// The bounty is held; a node that proves the answer collects it.
	#[codec(index = 0)]
	Open,
	/// The answer was proved: what is (still) held is the node's.
	#[codec(index = 1)]
	Answered,
	/// Nobody proved one in time, or nobody can: what is (still) held is the asker's.
	#[codec(index = 2)]
	Refunded,
}

/// An answer that the chain has checked.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Verdict<AccountId> {
	/// Who proved it.
	pub by: AccountId,
	/// Block in which it was checked.
	pub at: u32,
	/// Version of the proof.
	pub version: u32,
	/// [`bundle_hash`] of the bundle.
	pub bundle_hash: Digest,
	/// [`answer_hash`] of the answer.
	pub answer_hash: Digest,
}

/// One ask.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AskRecord<AccountId> {
	/// Whose table is asked.
	pub listing: ListingId,
	/// Who pays.
	pub asker: AccountId,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
	/// What the answer is worth to the asker.
	pub bounty: Price,
	/// Which snapshot. What is needed of it is copied, since it may be pruned while the ask is open.
	pub period: Period,
	/// Commitment to the snapshot's columns.
	pub columns_root: Digest,
	/// Rows of the snapshot.
	pub rows: u64,
	/// Groups of fewer rows are left out of the answer: by the listing's policy when the ask was made.
	pub min_group_size: u32,
	/// The query.
	pub query: QueryBytes,
	/// Hash of the text that the query was made from, where the asker gave one.
	pub text_hash: Option<Digest>,
	/// Where it is in its life.
	pub state: AskState,
	/// Block in which it was made.
	pub created_at: u32,
	/// First block in which it is too late to answer.
	pub until: u32,
	/// Block since which nothing is held for it any more.
	pub ended_at: Option<u32>,
	/// The block in whose queue it waits; `None` once it has ended.
	pub due: Option<u32>,
	/// Block since which it is decided whose the money is, while that could not be moved.
	pub pending_since: Option<u32>,
	/// What is held, in the bounty's smallest unit.
	pub held: Balance,
	/// What of the bounty was paid out.
	pub paid: Balance,
	/// What of it went back to the asker.
	pub refunded: Balance,
	/// The answer that was taken.
	pub verdict: Option<Verdict<AccountId>>,
}

/// [`AskRecord`] of a runtime.
pub type AskRecordOf<T> = AskRecord<<T as frame_system::Config>::AccountId>;

/// Checks what can be checked of a query by somebody who does not know the columns, only how many there can be: the limits, and that
/// predicates strictly ascend. A query that could be said more shortly is taken (two ranges of one column, a figure twice), and so is
/// a sum over text, which cannot be proved by anybody.
///
/// # Errors
///
/// The first fault.
pub fn check_query(query: &Query, rows: u64, min_group_size: u32) -> Result<(), PlanError> {
	Plan::new(query, &[ColumnType::Decimal { scale: 0 }; MAX_COLUMNS], rows, min_group_size).map(|_| ())
}

/// What the checking of a bundle costs by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
	/// Bytes of the bundle.
	pub bytes: u32,
	/// Columns that the table commits to.
	pub columns: u32,
	/// Groups in the answer.
	pub groups: u32,
	/// How many binary digits the number of rows has.
	pub row_bits: u32,
}

impl Shape {
	/// That of the bundle with which `answer` and `check` are measured.
	pub(crate) const MEASURED: Self = Self { bytes: 430_242, columns: 2, groups: 3, row_bits: 6 };

	/// What a bundle of this shape weighs more than the measured one: a third more than `souk-bench --only aggregates` finds in the
	/// runtime's wasm. One that is smaller is not charged less.
	pub(crate) fn surcharge(self) -> Weight {
		let part = |each: u64, count: u32, measured: u32| {
			Weight::from_parts(each, 0).saturating_mul(count.saturating_sub(measured).into())
		};
		part(60_000, self.bytes, Self::MEASURED.bytes)
			.saturating_add(part(50_000_000, self.columns, Self::MEASURED.columns))
			.saturating_add(part(20_000, self.groups, Self::MEASURED.groups))
			.saturating_add(part(20_000_000, self.row_bits, Self::MEASURED.row_bits))
	}

	/// The most that a bundle of so many bytes can cost: what is charged before anybody has read it.
	pub fn most(bytes: u32) -> Self {
		Self { bytes, columns: COLUMNS, groups: GROUPS, row_bits: ROW_BITS }
	}

	/// What a bundle that was read costs.
	pub fn of(bundle: &Bundle, bytes: u32) -> Self {
		let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
		Self {
			bytes,
			columns: count(bundle.columns.len()),
			groups: count(bundle.answer.groups.len()),
			row_bits: u64::BITS.saturating_sub(bundle.rows.leading_zeros()),
		}
	}
}

/// Most columns that a snapshot commits to.
const COLUMNS: u32 = MAX_COLUMNS as u32;
/// Most groups of an answer.
const GROUPS: u32 = MAX_GROUPS as u32;
/// Binary digits of the most rows that are proved at once.
const ROW_BITS: u32 = u64::BITS - MAX_ROWS.leading_zeros();

/// Name of a bundle: `Blake2b-256("souk/bundle/v1" ‖ its bytes)`.
pub fn bundle_hash(bundle: &[u8]) -> Digest {
	tagged(b"souk/bundle/v1", bundle)
}

/// Name of an answer: `Blake2b-256("souk/answer/v1" ‖ its encoding)`.
pub fn answer_hash(answer: &Answer) -> Digest {
	tagged(b"souk/answer/v1", &answer.encode())
}

/// Name of a query: `Blake2b-256("souk/query-form/v1" ‖ its encoding)`.
pub fn query_hash(query: &[u8]) -> Digest {
	tagged(b"souk/query-form/v1", query)
}

fn tagged(tag: &[u8], bytes: &[u8]) -> Digest {
	let mut all = Vec::with_capacity(tag.len().saturating_add(bytes.len()));
	all.extend_from_slice(tag);
	all.extend_from_slice(bytes);
	blake2_256(&all)
}
