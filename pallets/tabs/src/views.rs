//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Get;
use scale_info::TypeInfo;
use souk_primitives::{Balance, ListingId, PlanIndex, Price};
use sp_runtime::Permill;

/// A tab as clients and nodes see it. Every `…_until` is the first block in which it is too late.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TabView<AccountId> {
	/// Its number.
	pub id: TabId,
	/// Whose queries it pays.
	pub listing: ListingId,
	/// Under which plan.
	pub plan: PlanIndex,
	/// Who pays.
	pub payer: AccountId,
	/// The key that signs vouchers, and asks.
	pub key: [u8; 32],
	/// What a query costs.
	pub price: Price,
	/// Block in which it was opened.
	pub opened_at: u32,
	/// Where it is in its life.
	pub phase: Phase,
	/// Whether a query may be paid with it in the block that this view was read at.
	pub open: bool,
	/// Block in which something happens by itself.
	pub due: u32,
	/// What was put on it, in the price's smallest unit.
	pub limit: Balance,
	/// What is held of that.
	pub held: Balance,
	/// What nobody has earned yet.
	pub free: Balance,
	/// Who has earned what.
	pub earners: Vec<Earner<AccountId>>,
	/// What is held for its record, in planck.
	pub deposit: Balance,
}

/// The numbers by which tabs are opened, closed and settled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TabSettings {
	/// Blocks from the closing of a tab in which vouchers are settled.
	pub challenge: u32,
	/// Blocks for which a tab is open, at most.
	pub lifetime: u32,
	/// Most nodes that one tab pays.
	pub max_nodes: u32,
	/// The part of a payment that goes to the treasury.
	pub protocol_fee: Permill,
}

fn page(limit: u32) -> usize {
	usize::try_from(limit.min(TAB_PAGE)).unwrap_or(0)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn view_of(id: TabId) -> Option<TabView<T::AccountId>> {
		let record = Tabs::<T>::get(id)?;
		let open = matches!(record.phase, Phase::Open { until } if Self::now() < until);
		Some(TabView {
			id,
			listing: record.listing,
			plan: record.plan,
			open: open && !Self::listing_has_ended(record.listing),
			free: record.free(),
			payer: record.payer,
			key: record.key,
			price: record.price,
			opened_at: record.opened_at,
			phase: record.phase,
			due: record.due,
			limit: record.limit,
			held: record.held,
			earners: record.earners.into_inner(),
			deposit: record.deposit,
		})
	}

	pub(crate) fn views_of(ids: Vec<TabId>) -> Vec<TabView<T::AccountId>> {
		ids.into_iter().take(page(TAB_PAGE)).filter_map(Self::view_of).collect()
	}

	pub(crate) fn page_by(
		payer: T::AccountId,
		start_after: Option<TabId>,
		limit: u32,
	) -> Vec<TabView<T::AccountId>> {
		let keys = match start_after {
			None => TabsBy::<T>::iter_key_prefix(&payer),
			Some(tab) => {
				let start = TabsBy::<T>::hashed_key_for(&payer, Self::key(tab));
				TabsBy::<T>::iter_key_prefix_from(&payer, start)
			}
		};
		Self::views_of(keys.take(page(limit)).map(TabId::from_be_bytes).collect())
	}

	pub(crate) fn page_of(
		listing: ListingId,
		start_after: Option<TabId>,
		limit: u32,
	) -> Vec<TabView<T::AccountId>> {
		let keys = match start_after {
			None => TabsOf::<T>::iter_key_prefix(listing),
			Some(tab) => {
				let start = TabsOf::<T>::hashed_key_for(listing, Self::key(tab));
				TabsOf::<T>::iter_key_prefix_from(listing, start)
			}
		};
		Self::views_of(keys.take(page(limit)).map(TabId::from_be_bytes).collect())
	}

	pub(crate) fn current_settings() -> TabSettings {
		TabSettings {
			challenge: T::Challenge::get(),
			lifetime: T::Lifetime::get(),
			max_nodes: MAX_NODES,
			protocol_fee: T::ProtocolFee::get(),
		}
	}
}
