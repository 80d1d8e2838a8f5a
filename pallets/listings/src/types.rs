//! What is stored of a listing, and what clients see of it.

use crate::Config;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::{ConstU32, Get},
	BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use souk_primitives::{
	Balance, Digest, ListingId, ListingKind, ListingState, PayoutSplit, Plan, PlanKind, QueryPolicy,
	Visibility,
};

/// The part of an address after the account: 1 to 64 of a-z, 0-9 and '-', not starting or ending with '-'.
pub type Name = BoundedVec<u8, ConstU32<64>>;
/// An SPDX licence expression.
pub type License = BoundedVec<u8, ConstU32<64>>;
/// One word that listings are grouped by.
pub type Category = BoundedVec<u8, ConstU32<32>>;
/// One word that listings are searched by.
pub type Tag = BoundedVec<u8, ConstU32<32>>;

/// Shortest period of a subscription or trial, in blocks. Each period costs every node a settlement.
pub const MIN_PERIOD: u32 = 5;
/// Longest period of a subscription or trial, in blocks: five years of three-second blocks.
pub const MAX_PERIOD: u32 = 52_560_000;
/// Most listings that are shown of one account.
pub const OWNER_PAGE: usize = 1_024;

/// What a curator says of a listing.
#[derive(
	CloneNoBound,
	DebugNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(MaxTags))]
pub struct Details<MaxTags: Get<u32>> {
	/// Hash of the metadata record that nodes pass around: title, description, schema, sample rows, licence text.
	pub metadata_hash: Digest,
	/// Under which licence it is sold, as an SPDX expression.
	pub license: License,
	/// What it is grouped by.
	pub category: Category,
	/// What it is searched by.
	pub tags: BoundedVec<Tag, MaxTags>,
	/// What a query over it may do.
	pub policy: QueryPolicy,
	/// Who finds it.
	pub visibility: Visibility,
}

/// [`Details`] in the bounds of a runtime.
pub type DetailsOf<T> = Details<<T as Config>::MaxTags>;

/// One listing.
#[derive(
	CloneNoBound,
	DebugNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[codec(mel_bound(AccountId: MaxEncodedLen))]
#[scale_info(skip_type_params(MaxTags, MaxPlans))]
pub struct ListingRecord<AccountId, MaxTags, MaxPlans>
where
	AccountId: Clone + core::fmt::Debug + Eq,
	MaxTags: Get<u32>,
	MaxPlans: Get<u32>,
{
	/// The curator.
	pub owner: AccountId,
	/// The name under which its address is `<owner>/<name>`.
	pub name: Name,
	/// What it sells.
	pub kind: ListingKind,
	/// Where it is in its life.
	pub state: ListingState,
	/// The block since which it is there.
	pub state_since: u32,
	/// What the curator says of it.
	pub details: Details<MaxTags>,
	/// The ways to buy it.
	pub plans: BoundedVec<Plan, MaxPlans>,
	/// Who earns payments for it.
	pub payouts: PayoutSplit,
	/// Number of `update`s, from 1 for the created listing.
	pub version: u32,
	/// The block in which it was created.
	pub created_at: u32,
	/// The blocks in which its policy was last changed, newest first; 0 for none.
	pub policy_changes: [u32; POLICY_CHANGES],
	/// What is held on the owner's account for its bytes, in planck.
	pub deposit: Balance,
}

/// How many changes of a policy are known.
pub const POLICY_CHANGES: usize = 4;

/// Whether a policy that was changed in these blocks, newest first, is certainly the same at the ends of the blocks `from` and `to`. Where so
/// many changes came later that older ones are not known any more, nothing is certain.
pub fn policy_stayed(changes: &[u32; POLICY_CHANGES], from: u32, to: u32) -> bool {
	let oldest = changes.last().copied().unwrap_or(0);
	oldest <= from && !changes.iter().any(|change| (from.saturating_add(1)..=to).contains(change))
}

/// [`ListingRecord`] in the bounds of a runtime.
pub type ListingRecordOf<T> =
	ListingRecord<<T as frame_system::Config>::AccountId, <T as Config>::MaxTags, <T as Config>::MaxPlans>;

/// A listing as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ListingView<AccountId> {
	/// Its number.
	pub id: ListingId,
	/// The curator.
	pub owner: AccountId,
	/// The name under which its address is `<owner>/<name>`; ASCII.
	pub name: Vec<u8>,
	/// What it sells.
	pub kind: ListingKind,
	/// Where it is in its life.
	pub state: ListingState,
	/// The block since which it is there.
	pub state_since: u32,
	/// Hash of its metadata record.
	pub metadata_hash: Digest,
	/// Under which licence it is sold.
	pub license: Vec<u8>,
	/// What it is grouped by.
	pub category: Vec<u8>,
	/// What it is searched by.
	pub tags: Vec<Vec<u8>>,
	/// What a query over it may do.
	pub policy: QueryPolicy,
	/// Who finds it.
	pub visibility: Visibility,
	/// The ways to buy it; a plan's index is its place here.
	pub plans: Vec<Plan>,
	/// Who earns payments for it.
	pub payouts: PayoutSplit,
	/// Number of updates, from 1 for the created listing.
	pub version: u32,
	/// The block in which it was created.
	pub created_at: u32,
	/// What is held on the owner's account for its bytes, in planck.
	pub deposit: Balance,
	/// How many subscriptions hold money for it.
	pub open: u32,
}

/// Whether `name` may be the second part of an address.
pub fn is_valid_name(name: &[u8]) -> bool {
	let allowed = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
	let ends_in_dash = name.first() == Some(&b'-') || name.last() == Some(&b'-');
	!name.is_empty() && !ends_in_dash && name.iter().all(allowed)
}

/// The length of the plan's period in blocks, where it has one.
pub fn period_of(plan: &Plan) -> Option<u32> {
	match plan.kind {
		PlanKind::Subscription { period } | PlanKind::Trial { period } => Some(period),
		PlanKind::OneTime | PlanKind::PayPerQuery => None,
	}
}
