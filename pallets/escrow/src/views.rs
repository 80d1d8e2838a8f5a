//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use souk_primitives::ListingId;

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
