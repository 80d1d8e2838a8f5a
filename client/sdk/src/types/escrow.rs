//! Orders: money that is held until a delivery is proved, confirmed or timed out.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, Period, Price};
use serde::Serialize;
use souk_custody::AccountId;
use souk_proof_primitives::merkle::Path;
use souk_protocol::Digest;
use subxt::ext::scale_decode::{self, DecodeAsType};

/// Sequential number of an order.
pub type OrderId = u64;

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderDetails {
	/// One snapshot of a data product. Its key is delivered, encrypted to `buyer_key`.
	Data {
		/// Which snapshot.
		period: Period,
		/// A point of Bandersnatch, fresh for this order: x, then y, 32 canonical little-endian bytes each.
		buyer_key: [u8; 64],
	},
	/// Work, or a thing.
	Goods {
		/// Hash of what was agreed on outside the chain.
		terms: Option<Digest>,
	},
}

/// A part of an order that is delivered, confirmed and paid by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MilestoneTerms {
	/// What it costs, in the offer's asset.
	pub amount: u128,
	/// Blocks that the seller has for it.
	pub deliver_within: u32,
	/// Blocks that the buyer has to confirm or dispute it; then it is paid all the same.
	pub confirm_within: u32,
}

/// A snapshot's key, encrypted to a buyer, with the proof that it is the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDelivery {
	/// Era of the proof's key.
	pub era: u32,
	/// The seller's point of this delivery: x, then y.
	pub ephemeral: [u8; 64],
	/// The encrypted key, a scalar.
	pub ciphertext: [u8; 32],
	/// A `KeyDelivery` proof.
	pub proof: Vec<u8>,
}

/// The evidence that a chunk is not what its snapshot promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadChunk {
	/// Number of the chunk.
	pub index: u32,
	/// The sealed chunk, as it was downloaded.
	pub chunk: Vec<u8>,
	/// From the sealed chunk's leaf to `cipher_root`.
	pub cipher_path: Path,
	/// What the snapshot promises of the chunk's plaintext.
	pub content_leaf: Digest,
	/// From `content_leaf` to `content_root`.
	pub content_path: Path,
	/// The chunk's key, a scalar.
	pub chunk_key: [u8; 32],
	/// Era of the proof's key.
	pub era: u32,
	/// A `ChunkKey` proof.
	pub proof: Vec<u8>,
}

mirror! {
	/// Where an order is in its life.
	#[derive(Copy)]
	pub enum OrderState {
		/// Offered; nothing is held for it yet.
		Created,
		/// The price is held; the seller has to deliver.
		Funded,
		/// All of it was delivered.
		Delivered,
		/// It is decided that the seller's side has the money, which cannot be moved at present.
		Confirmed,
		/// The buyer has the money back, or will as soon as it can be moved.
		Refunded,
		/// One side does not agree; the money stays held.
		Disputed,
		/// It ended, and the seller has the money.
		Released,
	}
}

impl OrderState {
	/// Whether it is decided whose the money is, though it may not have moved yet.
	pub fn is_decided(self) -> bool {
		matches!(self, Self::Confirmed | Self::Refunded | Self::Released)
	}
}

mirror! {
	/// A part of an order.
	#[derive(Copy)]
	pub struct MilestoneView {
		/// What it costs.
		#[serde(serialize_with = "text::balance")]
		pub amount: u128,
		/// Blocks that the seller has for it.
		pub deliver_within: u32,
		/// Blocks that the buyer has to confirm it.
		pub confirm_within: u32,
		/// Block in which the seller said that it is delivered.
		pub delivered_at: Option<u32>,
		/// Hash of what the seller shows for it.
		#[serde(serialize_with = "text::optional_hex")]
		pub evidence: Option<Digest>,
		/// Block in which it was paid out.
		pub paid_at: Option<u32>,
	}
}

mirror! {
	/// A key that was delivered.
	#[derive(Copy)]
	pub struct DeliveryView {
		/// Who posted it.
		#[serde(serialize_with = "text::account")]
		pub by: AccountId,
		/// Era of the proof's key.
		pub era: u32,
		/// The seller's point: x, then y.
		#[serde(serialize_with = "text::hex")]
		pub ephemeral: [u8; 64],
		/// The encrypted key.
		#[serde(serialize_with = "text::hex")]
		pub ciphertext: [u8; 32],
		/// Name of what was proved.
		#[serde(serialize_with = "text::hex")]
		pub proof_id: Digest,
	}
}

mirror! {
	/// What an order for a snapshot is about, copied from the snapshot when it was made.
	#[derive(Copy)]
	pub struct DataOrderView {
		/// Which snapshot.
		pub period: Period,
		/// The buyer's point: x, then y.
		#[serde(serialize_with = "text::hex")]
		pub buyer_key: [u8; 64],
		/// Commitment to the snapshot's key.
		#[serde(serialize_with = "text::hex")]
		pub key_commitment: Digest,
		/// Root over the content.
		#[serde(serialize_with = "text::hex")]
		pub content_root: Digest,
		/// Root over the sealed chunks.
		#[serde(serialize_with = "text::hex")]
		pub cipher_root: Digest,
		/// Bytes of the plain file.
		pub bytes: u64,
		/// Number of chunks.
		pub chunks: u32,
		/// The key, once it was delivered.
		pub delivery: Option<DeliveryView>,
	}
}

mirror! {
	/// An order.
	pub struct OrderView {
		/// Its number.
		pub id: OrderId,
		/// What was ordered.
		pub listing: ListingId,
		/// Who pays.
		#[serde(serialize_with = "text::account")]
		pub buyer: AccountId,
		/// Who is paid: the listing's curator.
		#[serde(serialize_with = "text::account")]
		pub seller: AccountId,
		/// What all of it costs.
		pub price: Price,
		/// Where it is in its life.
		pub state: OrderState,
		/// Block in which it was made.
		pub created_at: u32,
		/// Block in which the money was held.
		pub funded_at: Option<u32>,
		/// First block in which it is too late for the seller to deliver (what is due next): the money goes back.
		pub deliver_until: Option<u32>,
		/// Block in which all of it was delivered.
		pub delivered_at: Option<u32>,
		/// First block in which it is too late for the buyer to object.
		pub window_until: Option<u32>,
		/// Block in which something happens by itself.
		pub due: Option<u32>,
		/// Block in which it ended.
		pub ended_at: Option<u32>,
		/// What went to the seller's side so far.
		#[serde(serialize_with = "text::balance")]
		pub paid: u128,
		/// What went back to the buyer so far.
		#[serde(serialize_with = "text::balance")]
		pub refunded: u128,
		/// What is held.
		#[serde(serialize_with = "text::balance")]
		pub held: u128,
		/// What of the curator's bond is set aside for it, in planck.
		#[serde(serialize_with = "text::balance")]
		pub covered: u128,
		/// What the buyer got out of the curator's bond, in planck.
		#[serde(serialize_with = "text::balance")]
		pub from_bond: u128,
		/// What is held for its record, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
		/// Whose deposit it is.
		#[serde(serialize_with = "text::account")]
		pub depositor: AccountId,
		/// Hash of what was agreed on outside the chain.
		#[serde(serialize_with = "text::optional_hex")]
		pub terms: Option<Digest>,
		/// Its parts; empty for data.
		pub milestones: Vec<MilestoneView>,
		/// What only an order for a snapshot has.
		pub data: Option<DataOrderView>,
		/// Hash of the evidence of whoever disputed it.
		#[serde(serialize_with = "text::optional_hex")]
		pub evidence: Option<Digest>,
	}
}

mirror! {
	/// Spans of an order's life in blocks, and the other numbers by which orders are settled.
	#[derive(Copy)]
	pub struct EscrowSettings {
		/// For proving a bad chunk, from the delivery on.
		pub challenge_window: u32,
		/// For delivering a key, from the order on.
		pub delivery_timeout: u32,
		/// For delivering what was ordered under a plan and is no data.
		pub goods_timeout: u32,
		/// For confirming or disputing it.
		pub confirm_timeout: u32,
		/// Until an offer that nobody took expires.
		pub offer_timeout: u32,
		/// Until a dispute that nobody ruled on is over.
		pub dispute_timeout: u32,
		/// What the buyer gets back then of goods that are disputed, in parts per million.
		pub dispute_buyer_share: u32,
		/// What is set aside of a bond on top of what a sale is worth, in parts per million.
		pub cover_margin: u32,
		/// What of a bond is lost for a bad chunk, in parts per million.
		pub bad_chunk_slash: u32,
		/// From the end of an order until anybody may have it forgotten.
		pub keep_for: u32,
	}
}
