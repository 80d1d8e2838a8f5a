//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Get;
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId, Period, Price};
use souk_table_proofs::Query;
use sp_runtime::Permill;

/// An ask as clients see it. Every `…_until` is the first block in which it is too late.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AskView<AccountId> {
	/// Its number.
	pub id: AskId,
	/// Whose table is asked.
	pub listing: ListingId,
	/// Who pays.
	pub asker: AccountId,
	/// What the answer is worth to the asker.
	pub bounty: Price,
	/// Which snapshot.
	pub period: Period,
	/// Commitment to the snapshot's columns.
	pub columns_root: Digest,
	/// Rows of the snapshot.
	pub rows: u64,
	/// Groups of fewer rows are left out of the answer.
	pub min_group_size: u32,
	/// The query.
	pub query: Query,
	/// Hash of the text that the query was made from.
	pub text_hash: Option<Digest>,
	/// Where it is in its life.
	pub state: AskState,
	/// Block in which it was made.
	pub created_at: u32,
	/// Until when it is answered.
	pub answer_until: u32,
	/// Block in which it ended.
	pub ended_at: Option<u32>,
	/// Block in which something happens by itself.
	pub due: Option<u32>,
	/// What is held, in the bounty's smallest unit.
	pub held: Balance,
	/// What of the bounty was paid out.
	pub paid: Balance,
	/// What of it went back to the asker.
	pub refunded: Balance,
	/// What is held for its record, in planck.
	pub deposit: Balance,
	/// The answer that was taken.
	pub verdict: Option<Verdict<AccountId>>,
	/// Whether its asker may take it back, because nobody can answer it any more.
	pub withdrawable: bool,
}

/// The numbers by which asks are made and settled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AskSettings {
	/// The longest that an ask waits for its answer, in blocks.
	pub max_wait: u32,
	/// Most bytes of a bundle.
	pub max_bundle: u32,
	/// The part of a bounty that goes to the treasury.
	pub protocol_fee: Permill,
	/// Blocks from the end of an ask until anybody may have it forgotten.
	pub keep_for: u32,
}

fn page(limit: u32) -> usize {
	usize::try_from(limit.min(ASK_PAGE)).unwrap_or(0)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn view_of(id: AskId) -> Option<AskView<T::AccountId>> {
		let record = Asks::<T>::get(id)?;
		let withdrawable = record.state == AskState::Open && !Self::can_be_answered(&record);
		Some(AskView {
			id,
			listing: record.listing,
			asker: record.asker,
			bounty: record.bounty,
			period: record.period,
			columns_root: record.columns_root,
			rows: record.rows,
			min_group_size: record.min_group_size,
			// The bytes were written from a query.
			query: Query::decode(&mut &record.query[..]).ok()?,
			text_hash: record.text_hash,
			state: record.state,
			created_at: record.created_at,
			answer_until: record.until,
			ended_at: record.ended_at,
			due: record.due,
			held: record.held,
			paid: record.paid,
			refunded: record.refunded,
			deposit: record.deposit,
			verdict: record.verdict,
			withdrawable,
		})
	}

	pub(crate) fn page_by(
		asker: T::AccountId,
		start_after: Option<AskId>,
		limit: u32,
	) -> Vec<AskView<T::AccountId>> {
		let keys = match start_after {
			None => AsksBy::<T>::iter_key_prefix(&asker),
			Some(ask) => {
				let start = AsksBy::<T>::hashed_key_for(&asker, Self::key(ask));
				AsksBy::<T>::iter_key_prefix_from(&asker, start)
			}
		};
		Self::views_of(keys.take(page(limit)))
	}

	pub(crate) fn page_of(
		listing: ListingId,
		start_after: Option<AskId>,
		limit: u32,
	) -> Vec<AskView<T::AccountId>> {
		let keys = match start_after {
			None => AsksOf::<T>::iter_key_prefix(listing),
			Some(ask) => {
				let start = AsksOf::<T>::hashed_key_for(listing, Self::key(ask));
				AsksOf::<T>::iter_key_prefix_from(listing, start)
			}
		};
		Self::views_of(keys.take(page(limit)))
	}

	pub(crate) fn waiting_page(
		mut listings: Vec<ListingId>,
		start_after: Option<AskId>,
		limit: u32,
	) -> Vec<AskView<T::AccountId>> {
		listings.sort_unstable();
		listings.dedup();
		let mut keys: Vec<[u8; 8]> = listings
			.into_iter()
			.take(page(ASK_PAGE))
			.flat_map(|listing| {
				let keys = match start_after {
					None => Waiting::<T>::iter_key_prefix(listing),
					Some(ask) => {
						let start = Waiting::<T>::hashed_key_for(listing, Self::key(ask));
						Waiting::<T>::iter_key_prefix_from(listing, start)
					}
				};
				keys.take(page(limit))
			})
			.collect();
		keys.sort_unstable();
		Self::views_of(keys.into_iter().take(page(limit)))
	}

	fn views_of(keys: impl Iterator<Item = [u8; 8]>) -> Vec<AskView<T::AccountId>> {
		keys.filter_map(|key| Self::view_of(AskId::from_be_bytes(key))).collect()
	}

	pub(crate) fn current_settings() -> AskSettings {
		AskSettings {
			max_wait: T::MaxWait::get(),
			max_bundle: MAX_BUNDLE,
			protocol_fee: T::ProtocolFee::get(),
			keep_for: T::KeepFor::get(),
		}
	}
}
