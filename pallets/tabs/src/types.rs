//! What is stored of a tab, and the rules that need nothing else.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{Balance, ListingId, PayoutSplit, PlanIndex, Price};
use souk_proof_primitives::voucher::SignedVoucher;

/// Sequential number of a tab.
pub type TabId = u64;

/// Most tabs in one page of a view.
pub const TAB_PAGE: u32 = 64;
/// Most nodes that one tab pays: twice as many as serve a listing at a time, for each of whom a place is kept.
pub const MAX_NODES: u32 = 16;
/// Most vouchers that are settled in one call.
pub const MAX_BATCH: u32 = 64;

/// Vouchers that are settled together.
pub type Batch = BoundedVec<SignedVoucher, ConstU32<MAX_BATCH>>;

/// Where a tab is in its life.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Phase {
	/// It pays.
	#[codec(index = 0)]
	Open {
		/// First block in which it closes by itself.
		until: u32,
	},
	/// It pays for vouchers that were signed before, and closes.
	#[codec(index = 1)]
	Closing {
		/// First block in which it is too late to settle one.
		until: u32,
	},
	/// It is decided whose the money is, but some of it could not be moved.
	#[codec(index = 2)]
	Over,
}

/// Why a tab closes.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Reason {
	/// Its payer closed it.
	#[codec(index = 0)]
	ByPayer,
	/// It was open for as long as a tab may be.
	#[codec(index = 1)]
	Expired,
	/// The listing was retired or taken down.
	#[codec(index = 2)]
	ListingEnded,
}

/// What a node has of a tab.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Earner<AccountId> {
	/// The node.
	pub node: AccountId,
	/// Counter of the highest voucher that was settled.
	pub counter: u64,
	/// What of that voucher the tab had money for, in the asset's smallest unit. Divided among all who earn by it.
	pub earned: Balance,
	/// What of that is still held, because it could be paid to nobody.
	pub owed: Balance,
}

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TabRecord<AccountId> {
	/// Whose queries it pays.
	pub listing: ListingId,
	/// Under which plan of the listing.
	pub plan: PlanIndex,
	/// Who pays; gets back what is not earned.
	pub payer: AccountId,
	/// The sr25519 key that signs vouchers, and asks.
	pub key: [u8; 32],
	/// What a query costs for as long as the tab is open.
	pub price: Price,
	/// Who earns, for as long as the tab is open.
	pub split: PayoutSplit,
	/// Block in which it was opened.
	pub opened_at: u32,
	/// Where it is in its life.
	pub phase: Phase,
	/// The block in whose queue it waits.
	pub due: u32,
	/// Block since which it is decided whose the money is, while that could not be moved.
	pub pending_since: Option<u32>,
	/// What was put on it, in the asset's smallest unit.
	pub limit: Balance,
	/// What is held of that.
	pub held: Balance,
	/// Who has earned something, in the order of their first vouchers.
	pub earners: BoundedVec<Earner<AccountId>, ConstU32<MAX_NODES>>,
	/// What is held for its bytes, in planck.
	pub deposit: Balance,
}

/// [`TabRecord`] of a runtime.
pub type TabRecordOf<T> = TabRecord<<T as frame_system::Config>::AccountId>;

impl<AccountId> TabRecord<AccountId> {
	/// What nobody has earned yet.
	pub fn free(&self) -> Balance {
		self.held.saturating_sub(self.owed())
	}

	/// What was earned, but could be paid to nobody yet.
	pub fn owed(&self) -> Balance {
		self.earners.iter().fold(0, |sum: Balance, earner| sum.saturating_add(earner.owed))
	}

	/// What was earned by all together.
	pub fn earned(&self) -> Balance {
		self.earners.iter().fold(0, |sum: Balance, earner| sum.saturating_add(earner.earned))
	}

	/// Whether a voucher is still settled in block `now`.
	pub fn settles_at(&self, now: u32) -> bool {
		match self.phase {
			Phase::Open { .. } => true,
			Phase::Closing { until } => now < until,
			Phase::Over => false,
		}
	}
}

/// How many queries of a listing are free for each who has a tab of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct QuotaRecord<AccountId> {
	/// Free queries for each key and node.
	pub queries: u32,
	/// Who paid the deposit.
	pub payer: AccountId,
	/// What is held for its bytes, in planck.
	pub deposit: Balance,
}

/// Why a voucher is not settled: a variant for each rule.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Refusal {
	/// There is no such tab.
	#[codec(index = 0)]
	NotFound,
	/// A voucher is settled by the node that it names.
	#[codec(index = 1)]
	NotAuthorized,
	/// As much was settled before.
	#[codec(index = 2)]
	Stale,
	/// The tab's time is over.
	#[codec(index = 3)]
	Expired,
	/// All that is on the tab was earned before.
	#[codec(index = 4)]
	Exhausted,
	/// A tab pays `MAX_NODES` nodes at most, and the places that are left are kept for nodes that were assigned before this one.
	#[codec(index = 5)]
	TooManyNodes,
	/// The signature is not that of the tab's key, for this chain, tab, node, counter and amount.
	#[codec(index = 6)]
	BadSignature,
}
