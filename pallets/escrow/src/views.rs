//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Get;
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId, Period, Price};
use sp_runtime::Permill;

/// A part of an order as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct MilestoneView {
	/// What it costs.
	pub amount: Balance,
	/// Blocks that the seller has for it.
	pub deliver_within: u32,
	/// Blocks that the buyer has to confirm or dispute it.
	pub confirm_within: u32,
	/// Block in which the seller said that it is delivered, or the buyer that it is.
	pub delivered_at: Option<u32>,
	/// Hash of what the seller shows for it.
	pub evidence: Option<Digest>,
	/// Block in which it was paid out.
	pub paid_at: Option<u32>,
}

/// A key that was delivered, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct DeliveryView<AccountId> {
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

/// What an order for a snapshot is about, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct DataOrderView<AccountId> {
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
	pub delivery: Option<DeliveryView<AccountId>>,
}

/// An order as clients see it. Every `…_until` is the first block in which it is too late.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct OrderView<AccountId> {
	/// Its number.
	pub id: OrderId,
	/// What was ordered.
	pub listing: ListingId,
	/// Who pays.
	pub buyer: AccountId,
	/// Who is paid: the listing's curator, before workers and persistence nodes have their shares.
	pub seller: AccountId,
	/// What all of it costs.
	pub price: Price,
	/// Where it is in its life.
	pub state: OrderState,
	/// Block in which it was made.
	pub created_at: u32,
	/// Block in which the price was held.
	pub funded_at: Option<u32>,
	/// Until when the seller may deliver (the next part); then the money goes back.
	pub deliver_until: Option<u32>,
	/// Block in which it, or the part that is next to be paid, was delivered.
	pub delivered_at: Option<u32>,
	/// Until when the buyer may object to what was delivered.
	pub window_until: Option<u32>,
	/// Block in which it ended.
	pub ended_at: Option<u32>,
	/// What went to the seller's side so far, in the price's smallest unit.
	pub paid: Balance,
	/// What went back to the buyer so far, out of what was held.
	pub refunded: Balance,
	/// What is held.
	pub held: Balance,
	/// What of the curator's bond is set aside for it, in planck.
	pub covered: Balance,
	/// What is held for its record, in planck.
	pub deposit: Balance,
	/// Hash of what was agreed on outside the chain.
	pub terms: Option<Digest>,
	/// Its parts; empty for data.
	pub milestones: Vec<MilestoneView>,
	/// What only an order for a snapshot has.
	pub data: Option<DataOrderView<AccountId>>,
	/// Hash of the evidence of whoever disputed it.
	pub evidence: Option<Digest>,
	/// Block in which something happens by itself; of an offer that nobody took, when it expires.
	pub due: Option<u32>,
	/// Whose deposit it is.
	pub depositor: AccountId,
	/// What the buyer got out of the curator's bond, in planck.
	pub from_bond: Balance,
}

/// Spans of an order's life in blocks, and the other numbers by which orders are settled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
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
	/// What the buyer gets back then of goods that are disputed.
	pub dispute_buyer_share: Permill,
	/// What is set aside of a bond on top of what a sale is worth.
	pub cover_margin: Permill,
	/// What of a bond is lost for a bad chunk.
	pub bad_chunk_slash: Permill,
	/// From the end of an order until anybody may have it forgotten.
	pub keep_for: u32,
}

impl From<&MilestoneRecord> for MilestoneView {
	fn from(record: &MilestoneRecord) -> Self {
		let MilestoneRecord { terms, delivered_at, evidence, paid_at } = record;
		let MilestoneTerms { amount, deliver_within, confirm_within } = *terms;
		Self {
			amount,
			deliver_within,
			confirm_within,
			delivered_at: *delivered_at,
			evidence: *evidence,
			paid_at: *paid_at,
		}
	}
}

impl<AccountId> From<DeliveryRecord<AccountId>> for DeliveryView<AccountId> {
	fn from(record: DeliveryRecord<AccountId>) -> Self {
		let DeliveryRecord { by, era, ephemeral, ciphertext, proof_id } = record;
		Self { by, era, ephemeral, ciphertext, proof_id }
	}
}

impl<AccountId> From<DataRecord<AccountId>> for DataOrderView<AccountId> {
	fn from(record: DataRecord<AccountId>) -> Self {
		let DataRecord {
			period,
			buyer_key,
			key_commitment,
			content_root,
			cipher_root,
			bytes,
			chunks,
			delivery,
		} = record;
		let delivery = delivery.map(DeliveryView::from);
		Self { period, buyer_key, key_commitment, content_root, cipher_root, bytes, chunks, delivery }
	}
}

fn page(limit: u32) -> usize {
	usize::try_from(limit.min(ORDER_PAGE)).unwrap_or(0)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn view_of(id: OrderId) -> Option<OrderView<T::AccountId>> {
		let record = Orders::<T>::get(id)?;
		let (terms, milestones, data) = match record.subject {
			Subject::Data(data) => (None, Vec::new(), Some(data.into())),
			Subject::Goods(goods) => {
				(goods.terms, goods.milestones.iter().map(MilestoneView::from).collect(), None)
			}
		};
		Some(OrderView {
			id,
			listing: record.listing,
			buyer: record.buyer,
			seller: record.seller,
			price: record.price,
			state: record.state,
			created_at: record.created_at,
			funded_at: record.funded_at,
			deliver_until: record.deliver_until,
			delivered_at: record.delivered_at,
			window_until: record.window_until,
			ended_at: record.ended_at,
			paid: record.paid,
			refunded: record.refunded,
			held: record.held,
			covered: record.covered,
			deposit: record.deposit,
			terms,
			milestones,
			data,
			evidence: record.evidence,
			due: record.due,
			depositor: record.depositor,
			from_bond: record.from_bond,
		})
	}

	pub(crate) fn orders_page(
		buyer: T::AccountId,
		start_after: Option<OrderId>,
		limit: u32,
	) -> Vec<OrderView<T::AccountId>> {
		let keys = match start_after {
			None => OrdersOf::<T>::iter_key_prefix(&buyer),
			Some(order) => {
				let start = OrdersOf::<T>::hashed_key_for(&buyer, Self::key(order));
				OrdersOf::<T>::iter_key_prefix_from(&buyer, start)
			}
		};
		Self::views_of(keys.take(page(limit)))
	}

	pub(crate) fn sales_page(
		listing: ListingId,
		start_after: Option<OrderId>,
		limit: u32,
	) -> Vec<OrderView<T::AccountId>> {
		let keys = match start_after {
			None => SalesOf::<T>::iter_key_prefix(listing),
			Some(order) => {
				let start = SalesOf::<T>::hashed_key_for(listing, Self::key(order));
				SalesOf::<T>::iter_key_prefix_from(listing, start)
			}
		};
		Self::views_of(keys.take(page(limit)))
	}

	pub(crate) fn awaiting_page(
		mut listings: Vec<ListingId>,
		start_after: Option<OrderId>,
		limit: u32,
	) -> Vec<OrderView<T::AccountId>> {
		listings.sort_unstable();
		listings.dedup();
		let mut keys: Vec<[u8; 8]> = listings
			.into_iter()
			.take(page(ORDER_PAGE))
			.flat_map(|listing| {
				let keys = match start_after {
					None => Awaiting::<T>::iter_key_prefix(listing),
					Some(order) => {
						let start = Awaiting::<T>::hashed_key_for(listing, Self::key(order));
						Awaiting::<T>::iter_key_prefix_from(listing, start)
					}
				};
				keys.take(page(limit))
			})
			.collect();
		keys.sort_unstable();
		Self::views_of(keys.into_iter().take(page(limit)))
	}

	fn views_of(keys: impl Iterator<Item = [u8; 8]>) -> Vec<OrderView<T::AccountId>> {
		keys.filter_map(|key| Self::view_of(OrderId::from_be_bytes(key))).collect()
	}

	pub(crate) fn current_settings() -> EscrowSettings {
		EscrowSettings {
			challenge_window: T::ChallengeWindow::get(),
			delivery_timeout: T::DeliveryTimeout::get(),
			goods_timeout: T::GoodsTimeout::get(),
			confirm_timeout: T::ConfirmTimeout::get(),
			offer_timeout: T::OfferTimeout::get(),
			dispute_timeout: T::DisputeTimeout::get(),
			dispute_buyer_share: T::DisputeBuyerShare::get(),
			cover_margin: T::CoverMargin::get(),
			bad_chunk_slash: T::BadChunkSlash::get(),
			keep_for: T::KeepFor::get(),
		}
	}
}
