#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

#[cfg(any(test, feature = "runtime-benchmarks"))]
mod benchmarking;
mod dispatchables;
mod hooks;
mod impls;
#[cfg(test)]
mod mock;
mod refusal;
mod settlement;
mod tabs;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
mod vouchers;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use views::{TabSettings, TabView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		types::*,
		views::{TabSettings, TabView},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Backing, Curation, Listings},
		Asset, Balance, ListingId, PlanIndex, Price,
	};
	use souk_proof_primitives::voucher::SignedVoucher;
	use sp_runtime::Permill;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: From<[u8; 32]> + Into<[u8; 32]>>
	{
		/// Everything that prices are in: the native token and the assets together.
		type Money: fungibles::Inspect<Self::AccountId, AssetId = Asset, Balance = Balance>
			+ fungibles::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The native token, in which deposits are held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// What is for sale.
		type Listings: Listings<Self::AccountId>;

		/// Who works for it.
		type Curation: Curation<Self::AccountId>;

		/// Who shares in what a curator earns.
		type Backing: Backing<Self::AccountId>;

		/// Where the protocol fee goes, and what nobody else can be paid.
		type Treasury: Get<Self::AccountId>;

		/// The part of each payment that goes to the treasury.
		type ProtocolFee: Get<Permill>;

		/// Blocks from the closing of a tab in which vouchers are still settled. May change; holds for tabs that close after that.
		type Challenge: Get<u32>;

		/// Blocks for which a tab is open, at most. May change; holds for tabs that are opened after that.
		type Lifetime: Get<u32>;

		/// Blocks after which money that could not be moved is tried first.
		type RetryEvery: Get<u32>;

		/// Deposit for a byte that a tab or a free quota stores, in planck.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any tab or free quota, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// What is on a tab; on the payer's account, in the plan's asset.
		#[codec(index = 0)]
		Tab,
		/// Rent for the bytes that a tab or a free quota stores; on the account of the payer, or of the curator.
		#[codec(index = 1)]
		Deposit,
	}

	/// All tabs. Twox, because tabs are numbered in sequence. Each is paid for by its deposit, and so are its entries below. Written by
	/// every call but `set_free_quota`, and by the hooks.
	#[pallet::storage]
	pub type Tabs<T: Config> = StorageMap<_, Twox64Concat, TabId, TabRecordOf<T>>;

	/// The number of the next tab. Written by `open_tab`.
	#[pallet::storage]
	pub type NextTabId<T: Config> = StorageValue<_, TabId, ValueQuery>;

	/// Tabs by payer. Blake2, because anybody may choose an account; identity over the number in big-endian order, here and below, so
	/// that iteration ascends and the chain alone chooses keys. Written by `open_tab`, and when a tab has ended.
	#[pallet::storage]
	pub type TabsBy<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, [u8; 8], ()>;

	/// Tabs by listing. Written by `open_tab`, and when a tab has ended.
	#[pallet::storage]
	pub type TabsOf<T: Config> = StorageDoubleMap<_, Twox64Concat, ListingId, Identity, [u8; 8], ()>;

	/// Whose turn it is in a block: each tab has one place. A map and no list, so that there is room for every tab in any block; the
	/// hooks do in a block what it has room for. Written by whatever changes a tab's phase.
	#[pallet::storage]
	pub type Due<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Identity, [u8; 8], ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	/// Listings that have ended and whose tabs are being closed, with the last one that was. Only of listings with a tab, whose
	/// deposit pays for it. Twox, because listings are numbered. Written when a listing ends, and by the hooks.
	#[pallet::storage]
	pub type Endings<T: Config> = StorageMap<_, Twox64Concat, ListingId, Option<TabId>>;

	/// How many queries are free. Backed by a deposit of the curator each. Twox, because listings are numbered. Written by
	/// `set_free_quota`, and when a listing ends.
	#[pallet::storage]
	pub type FreeQuotas<T: Config> = StorageMap<_, Twox64Concat, ListingId, QuotaRecord<T::AccountId>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A tab was opened.
		#[codec(index = 0)]
		Opened {
			/// The tab.
			tab: TabId,
			/// Whose queries it pays.
			listing: ListingId,
			/// Who pays.
			payer: T::AccountId,
			/// Under which plan.
			plan: PlanIndex,
			/// What was put on it, in the price's smallest unit.
			limit: Balance,
			/// First block in which it closes by itself.
			until: u32,
		},
		/// More was put on a tab.
		#[codec(index = 1)]
		ToppedUp {
			/// The tab.
			tab: TabId,
			/// How much, in the price's smallest unit.
			amount: Balance,
			/// What was put on it in all.
			limit: Balance,
		},
		/// A voucher was settled. Followed by what it paid, or by `SettlementDelayed`.
		#[codec(index = 2)]
		VoucherSettled {
			/// Of which tab.
			tab: TabId,
			/// By whom.
			node: T::AccountId,
			/// Counter of the voucher.
			counter: u64,
			/// What it had earned more than what was settled before, as far as the tab had it; in the price's smallest unit.
			amount: Balance,
		},
		/// A voucher that came with others was not settled.
		#[codec(index = 3)]
		VoucherRefused {
			/// Of which tab.
			tab: TabId,
			/// Counter of the voucher.
			counter: u64,
			/// Why.
			reason: Refusal,
		},
		/// A tab closes: vouchers are settled before the block `until`, and then the rest goes back.
		#[codec(index = 4)]
		Closing {
			/// Which one.
			tab: TabId,
			/// First block in which it is too late to settle a voucher.
			until: u32,
			/// Why.
			reason: Reason,
		},
		/// Somebody was paid from a tab.
		#[codec(index = 5)]
		PaidOut {
			/// From which tab.
			tab: TabId,
			/// Who.
			recipient: T::AccountId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// What was held went back to the payer.
		#[codec(index = 6)]
		Refunded {
			/// Of which tab.
			tab: TabId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// It is decided whose the money is, but it could not be moved (a frozen asset, a blocked account). It stays held; once the tab
		/// is over it is tried again, and anybody may try with `claim_timeout`.
		#[codec(index = 7)]
		SettlementDelayed {
			/// Of which tab.
			tab: TabId,
			/// What is held of that, in the price's smallest unit.
			held: Balance,
		},
		/// A tab is gone: nothing is held for it any more, nor its deposit.
		#[codec(index = 8)]
		Ended {
			/// Which one.
			tab: TabId,
		},
		/// How many queries are free for each who has a tab was changed.
		#[codec(index = 9)]
		FreeQuotaSet {
			/// Of which listing.
			listing: ListingId,
			/// How many.
			queries: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing.
		#[codec(index = 0)]
		UnknownListing,
		/// Only the queries of an active listing are sold.
		#[codec(index = 1)]
		NotForSale,
		/// The listing has no such plan.
		#[codec(index = 2)]
		UnknownPlan,
		/// Only plans that are paid query by query, for more than nothing, have tabs.
		#[codec(index = 3)]
		NotSoldHere,
		/// The plan is not in the asset that the payer agreed to (any more).
		#[codec(index = 4)]
		OfferGone,
		/// A query costs more than the payer agreed to.
		#[codec(index = 5)]
		TooExpensive,
		/// There is enough on a tab for one query at least.
		#[codec(index = 6)]
		LimitTooSmall,
		/// The payer has not got what is to be put on the tab.
		#[codec(index = 7)]
		InsufficientFunds,
		/// The deposit cannot be paid.
		#[codec(index = 8)]
		DepositUnpaid,
		/// There is no such tab.
		#[codec(index = 9)]
		NotFound,
		/// Only the payer changes a tab; only the node that a voucher names settles it; only the curator says how many queries are free.
		#[codec(index = 10)]
		NotAuthorized,
		/// Only an open tab is topped up or closed.
		#[codec(index = 11)]
		NotOpen,
		/// Nothing is put on a tab.
		#[codec(index = 12)]
		ZeroAmount,
		/// As much was settled for this tab and node before.
		#[codec(index = 13)]
		Stale,
		/// The tab's time is over: what is left goes back.
		#[codec(index = 14)]
		Expired,
		/// All that is on the tab was earned before.
		#[codec(index = 15)]
		Exhausted,
		/// A tab pays `MAX_NODES` nodes at most, and the places that are left are kept for nodes that were assigned before this one.
		#[codec(index = 16)]
		TooManyNodes,
		/// The signature is not that of the tab's key, for this chain, tab, node, counter and amount.
		#[codec(index = 17)]
		BadSignature,
		/// Nothing is due for the tab yet.
		#[codec(index = 18)]
		NothingDue,
		/// It is decided whose the money is, but it still cannot be moved.
		#[codec(index = 19)]
		SettlementPending,
		/// The listing has ended.
		#[codec(index = 20)]
		ListingEnded,
		/// No tab is opened at a data product whose bond is below the minimum, after a slash for instance, before its curator has bonded up to it.
		#[codec(index = 21)]
		BondTooSmall,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::work_off(Self::now(), Self::hook_limit())
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_off(Self::now(), remaining)
		}

		fn integrity_test() {
			let one = T::WeightInfo::work_off().saturating_add(T::WeightInfo::turn());
			assert!(one.all_lte(Self::hook_limit()), "a block has no room for a single turn");
			let largest = T::WeightInfo::settle_vouchers(MAX_BATCH);
			let room = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic;
			assert!(
				room.is_none_or(|room| largest.all_lte(room)),
				"a block has no room for the largest batch: {largest:?} in {room:?}"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Opens a tab for queries of `listing` under its plan number `plan`, paid by the caller. Holds `limit`, in the plan's asset, and
		/// the deposit. The tab closes by itself after `Lifetime` blocks.
		///
		/// `key` is the sr25519 key that signs vouchers; without one it is the caller's account. What a query costs is the plan's price,
		/// and stays that for as long as the tab is open; a plan that is in another asset than `max_price` by now (`OfferGone`), or
		/// costs more (`TooExpensive`), is not bought.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open_tab())]
		pub fn open_tab(
			origin: OriginFor<T>,
			listing: ListingId,
			plan: PlanIndex,
			key: Option<[u8; 32]>,
			limit: Balance,
			max_price: Price,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_open_tab(payer, listing, plan, key, limit, max_price)
		}

		/// Puts `amount` more on an open tab, as its payer.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::top_up_tab())]
		pub fn top_up_tab(origin: OriginFor<T>, tab: TabId, amount: Balance) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_top_up_tab(payer, tab, amount)
		}

		/// Settles a voucher, as the node that it names: pays what it is worth more than what was settled before, as far as the tab has
		/// it.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::settle_vouchers(1))]
		pub fn settle_voucher(origin: OriginFor<T>, voucher: SignedVoucher) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_settle_voucher(node, voucher)
		}

		/// Settles vouchers of many tabs. One that is refused does not keep the others from being settled; an event names it.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::settle_vouchers(vouchers.len() as u32))]
		pub fn settle_vouchers(origin: OriginFor<T>, vouchers: Batch) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_settle_vouchers(node, vouchers)
		}

		/// Closes a tab, as its payer. For `Challenge` blocks vouchers are still settled; then the rest goes back by itself.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::close_tab())]
		pub fn close_tab(origin: OriginFor<T>, tab: TabId) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_close_tab(payer, tab)
		}

		/// Does what is due for a tab without waiting for its turn, or tries again to move its money. Anybody may. The hooks do it by
		/// themselves; this is for blocks that have no room for all turns.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::claim_timeout())]
		pub fn claim_timeout(origin: OriginFor<T>, tab: TabId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_timeout(tab)
		}

		/// Says, as the curator, how many queries of a listing each node answers for nothing to each key that has an open tab. The deposit
		/// comes back with 0, or when the listing ends.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_free_quota())]
		pub fn set_free_quota(origin: OriginFor<T>, listing: ListingId, queries: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_free_quota(who, listing, queries)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A tab, until it has ended.
		pub fn tab_details(id: TabId) -> Option<TabView<T::AccountId>> {
			Self::view_of(id)
		}

		/// Those of up to `TAB_PAGE` tabs that there are.
		pub fn tabs_details(ids: Vec<TabId>) -> Vec<TabView<T::AccountId>> {
			Self::views_of(ids)
		}

		/// A page of an account's tabs, by ascending number: up to `limit` and `TAB_PAGE` of those after `start_after`. An empty page is
		/// the end.
		pub fn tabs_by(
			payer: T::AccountId,
			start_after: Option<TabId>,
			limit: u32,
		) -> Vec<TabView<T::AccountId>> {
			Self::page_by(payer, start_after, limit)
		}

		/// A page of a listing's tabs, likewise.
		pub fn tabs_of(
			listing: ListingId,
			start_after: Option<TabId>,
			limit: u32,
		) -> Vec<TabView<T::AccountId>> {
			Self::page_of(listing, start_after, limit)
		}

		/// How many queries of a listing each node answers for nothing to each key that has an open tab.
		pub fn free_quota(listing: ListingId) -> u32 {
			FreeQuotas::<T>::get(listing).map_or(0, |quota| quota.queries)
		}

		/// The numbers by which tabs are opened, closed and settled, for what begins now.
		pub fn settings() -> TabSettings {
			Self::current_settings()
		}
	}
}
