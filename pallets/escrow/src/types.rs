//! What is stored of an order, and the rules that need nothing else.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId, PayoutSplit, Period, Price};
use souk_proof_primitives::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	groth16::PROOF_BYTES_BOUND,
	merkle,
};

pub use souk_primitives::OrderId;

/// Most parts of an order.
pub const MAX_MILESTONES: u32 = 16;
/// Most deliveries in one batch.
pub const MAX_BATCH: u32 = 64;
/// Most eras of keys in one batch: the present one, and those that it replaces.
pub const MAX_ERAS: u32 = 4;
/// How many recipients for each delivery a batch pays in its own call. What it leaves is paid in the next block.
pub const RECIPIENTS_PER_DELIVERY: u32 = 4;
/// Most orders in one page of a view, and most listings that one asks about.
pub const ORDER_PAGE: u32 = 64;
/// Most bytes of a sealed chunk.
pub const MAX_SEALED_CHUNK: u32 = 64 * 1024 + 16;
const _: () = assert!(MAX_SEALED_CHUNK as usize == CHUNK_BYTES + CHUNK_OVERHEAD, "a chunk has another size");

/// The bytes of a proof.
pub type ProofBytes = BoundedVec<u8, ConstU32<PROOF_BYTES_BOUND>>;
/// The bytes of a sealed chunk.
pub type SealedChunk = BoundedVec<u8, ConstU32<MAX_SEALED_CHUNK>>;

/// What an order is for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum OrderDetails {
	/// One snapshot of a data product. Its key is delivered, encrypted to `buyer_key`.
	#[codec(index = 0)]
	Data {
		/// Which snapshot.
		period: Period,
		/// A point of Bandersnatch, fresh for this order: x, then y, 32 canonical little-endian bytes each.
		buyer_key: [u8; 64],
	},
	/// Work, or a thing.
	#[codec(index = 1)]
	Goods {
		/// Hash of what was agreed on outside the chain.
		terms: Option<Digest>,
	},
}

/// A part of an order that is delivered, confirmed and paid by itself.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MilestoneTerms {
	/// What it costs, in the offer's asset.
	pub amount: Balance,
	/// Blocks that the seller has for it, from the end of the part before it.
	pub deliver_within: u32,
	/// Blocks that the buyer has to confirm or dispute it; then it is paid all the same.
	pub confirm_within: u32,
}

/// All parts of an offer, in their order.
pub type Milestones = BoundedVec<MilestoneTerms, ConstU32<MAX_MILESTONES>>;

/// A snapshot's key, encrypted to a buyer, with the proof that it is the right one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct KeyDelivery {
	/// Era of the proof's key.
	pub era: u32,
	/// The seller's point of this delivery: x, then y, 32 canonical little-endian bytes each.
	pub ephemeral: [u8; 64],
	/// The encrypted key, a scalar.
	pub ciphertext: [u8; 32],
	/// A `KeyDelivery` proof.
	pub proof: ProofBytes,
}

/// Deliveries that are checked together.
pub type Deliveries = BoundedVec<(OrderId, KeyDelivery), ConstU32<MAX_BATCH>>;

/// The evidence that a chunk is not what its snapshot promises.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct BadChunk {
	/// Number of the chunk, from 0.
	pub index: u32,
	/// The sealed chunk, as it was downloaded.
	pub chunk: SealedChunk,
	/// From the chunk's leaf to `cipher_root`.
	pub cipher_path: merkle::Path,
	/// What the snapshot promises of the chunk's plaintext.
	pub content_leaf: Digest,
	/// From `content_leaf` to `content_root`.
	pub content_path: merkle::Path,
	/// The chunk's key, a scalar.
	pub chunk_key: [u8; 32],
	/// Era of the proof's key.
	pub era: u32,
	/// A `ChunkKey` proof.
	pub proof: ProofBytes,
}

/// Where an order is in its life.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum OrderState {
	/// Offered; nothing is held for it yet.
	#[codec(index = 0)]
	Created,
	/// The price is held; the seller has to deliver (the next part).
	#[codec(index = 1)]
	Funded,
	/// (The part) was delivered; the buyer has a window to object.
	#[codec(index = 2)]
	Delivered,
	/// (The part) is the seller's, but the money could not be moved yet: it is tried again.
	#[codec(index = 3)]
	Confirmed,
	/// What is (still) held is the buyer's. Final.
	#[codec(index = 4)]
	Refunded,
	/// One side does not agree; the money stays held.
	#[codec(index = 5)]
	Disputed,
	/// It was paid. Final.
	#[codec(index = 6)]
	Released,
}

/// What follows once decided money has been moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Outcome {
	/// The next part, or the end as [`OrderState::Released`] where this was the last one.
	#[codec(index = 0)]
	NextPart,
	/// The end as [`OrderState::Released`].
	#[codec(index = 1)]
	Released,
	/// The end as [`OrderState::Refunded`].
	#[codec(index = 2)]
	Refunded,
}

impl Outcome {
	/// The state in which an order waits for its money to move.
	pub const fn waiting(self) -> OrderState {
		match self {
			Self::NextPart | Self::Released => OrderState::Confirmed,
			Self::Refunded => OrderState::Refunded,
		}
	}
}

/// Money that is decided on and could not be moved yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pending {
	/// What of the money held is the seller's side's.
	pub owed: Balance,
	/// What of it is the buyer's.
	pub back: Balance,
	/// What follows then.
	pub outcome: Outcome,
	/// Block in which it was decided.
	pub since: u32,
}

/// A key that was delivered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct DeliveryRecord<AccountId> {
	/// Who posted it.
	pub by: AccountId,
	/// Era of the proof's key.
	pub era: u32,
	/// The seller's point: x, then y.
	pub ephemeral: [u8; 64],
	/// The encrypted key.
	pub ciphertext: [u8; 32],
	/// Name of what was proved.
	pub proof_id: Digest,
}

/// What an order for a snapshot is about. Copied from the snapshot, which may be pruned while the order is open.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct DataRecord<AccountId> {
	/// Which snapshot.
	pub period: Period,
	/// The buyer's point: x, then y.
	pub buyer_key: [u8; 64],
	/// Commitment to the snapshot's key.
	pub key_commitment: Digest,
	/// Root over the content.
	pub content_root: Digest,
	/// Root over the sealed chunks.
	pub cipher_root: Digest,
	/// Bytes of the plain file.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
	/// The key, once it was delivered.
	pub delivery: Option<DeliveryRecord<AccountId>>,
}

/// A part of an order for goods.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct MilestoneRecord {
	/// What was agreed on.
	pub terms: MilestoneTerms,
	/// Block in which the seller said that it is delivered, or the buyer that it is.
	pub delivered_at: Option<u32>,
	/// Hash of what the seller shows for it.
	pub evidence: Option<Digest>,
	/// Block in which it was paid out.
	pub paid_at: Option<u32>,
}

impl From<MilestoneTerms> for MilestoneRecord {
	fn from(terms: MilestoneTerms) -> Self {
		Self { terms, delivered_at: None, evidence: None, paid_at: None }
	}
}

/// What an order for work, or for a thing, is about. Its parts come one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct GoodsRecord {
	/// Hash of what was agreed on outside the chain.
	pub terms: Option<Digest>,
	/// One at least.
	pub milestones: BoundedVec<MilestoneRecord, ConstU32<MAX_MILESTONES>>,
	/// Which of them is next to be paid; their number where all are.
	pub current: u32,
}

impl GoodsRecord {
	/// The part that is next to be paid.
	pub fn part(&self) -> Option<&MilestoneRecord> {
		self.milestones.get(usize::try_from(self.current).unwrap_or(usize::MAX))
	}

	/// The part that is next to be paid, to be changed.
	pub fn part_mut(&mut self) -> Option<&mut MilestoneRecord> {
		self.milestones.get_mut(usize::try_from(self.current).unwrap_or(usize::MAX))
	}

	/// The price of all parts that are not paid.
	pub fn unpaid(&self) -> Balance {
		let first = usize::try_from(self.current).unwrap_or(usize::MAX);
		let left = self.milestones.iter().skip(first);
		left.fold(0, |sum, part| sum.saturating_add(part.terms.amount))
	}
}

/// What an order is about.
// A record is read and written as a whole: boxing the larger variant would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Subject<AccountId> {
	/// One snapshot.
	#[codec(index = 0)]
	Data(DataRecord<AccountId>),
	/// Work, or a thing.
	#[codec(index = 1)]
	Goods(GoodsRecord),
}

impl<AccountId: MaxEncodedLen> Subject<AccountId> {
	/// Most bytes that it has in its life.
	pub fn footprint(&self) -> usize {
		match self {
			Self::Data(_) => DataRecord::<AccountId>::max_encoded_len().saturating_add(1),
			Self::Goods(goods) => {
				let parts = goods.milestones.len().saturating_mul(MilestoneRecord::max_encoded_len());
				// The variant, the terms, the number of parts and which is next.
				parts.saturating_add(1 + (1 + 32) + 1 + 4)
			}
		}
	}
}

/// One order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OrderRecord<AccountId> {
	/// What was ordered.
	pub listing: ListingId,
	/// Who pays.
	pub buyer: AccountId,
	/// The listing's curator when the order was made.
	pub seller: AccountId,
	/// Whose deposit it is.
	pub depositor: AccountId,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
	/// What all of it costs.
	pub price: Price,
	/// Who earns the price, as it was when it was held.
	pub split: PayoutSplit,
	/// Where it is in its life.
	pub state: OrderState,
	/// Block in which it was made.
	pub created_at: u32,
	/// Block in which the price was held.
	pub funded_at: Option<u32>,
	/// First block of those in which the next payment is earned: that of the money, or of the last payment.
	pub earned_from: u32,
	/// First block in which it is too late to deliver (the next part).
	pub deliver_until: Option<u32>,
	/// Block in which it, or the part that is next to be paid, was delivered.
	pub delivered_at: Option<u32>,
	/// First block in which it is too late to object to what was delivered.
	pub window_until: Option<u32>,
	/// Block since which nothing is held for it any more, and nothing will be.
	pub ended_at: Option<u32>,
	/// The block in whose queue it waits; `None` once it has ended.
	pub due: Option<u32>,
	/// Money held for it, in the price's smallest unit.
	pub held: Balance,
	/// What went to the seller's side so far.
	pub paid: Balance,
	/// What went back to the buyer so far, out of what was held.
	pub refunded: Balance,
	/// What of the curator's bond is set aside for it, in planck.
	pub covered: Balance,
	/// What the buyer got out of the curator's bond, in planck.
	pub from_bond: Balance,
	/// The mark under which curation remembers who worked for it; `None` where nobody is owed anything.
	pub mark: Option<u32>,
	/// Money that is decided on and could not be moved yet.
	pub pending: Option<Pending>,
	/// Hash of the evidence of whoever disputed it.
	pub evidence: Option<Digest>,
	/// What it is about.
	pub subject: Subject<AccountId>,
}

/// [`OrderRecord`] of a runtime.
pub type OrderRecordOf<T> = OrderRecord<<T as frame_system::Config>::AccountId>;

impl<AccountId> OrderRecord<AccountId> {
	/// The snapshot that it is for, where it is for one.
	pub fn data(&self) -> Option<&DataRecord<AccountId>> {
		match &self.subject {
			Subject::Data(data) => Some(data),
			Subject::Goods(_) => None,
		}
	}

	/// Its parts, where it is not for data.
	pub fn goods(&self) -> Option<&GoodsRecord> {
		match &self.subject {
			Subject::Data(_) => None,
			Subject::Goods(goods) => Some(goods),
		}
	}

	/// Whether it waits for a snapshot's key.
	pub fn awaits_key(&self) -> bool {
		self.state == OrderState::Funded && self.data().is_some()
	}

	/// What the part that is next to be paid costs: of an order for data, all that is held.
	pub fn part_amount(&self) -> Balance {
		match &self.subject {
			Subject::Data(_) => self.held,
			Subject::Goods(goods) => goods.part().map_or(0, |part| part.terms.amount).min(self.held),
		}
	}
}
