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
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
mod fixture;
mod impls;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{types::*, weights::WeightInfo};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold, Inspect},
			fungibles, EnsureOrigin,
		},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Curation, OnListingState, Subscriptions},
		Asset, Balance, Digest, ListingId, ListingKind, ListingState, PayoutSplit, Plan,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which deposits are held.
		type Currency: Inspect<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The assets that a plan may be priced in.
		type Assets: fungibles::Inspect<Self::AccountId, AssetId = Asset>;

		/// Deposit for a byte that a listing stores, in planck. May change; holds for what is written after that.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any listing, in planck.
		type DepositBase: Get<Balance>;

		/// Governance: who may end a listing that is not theirs.
		type TakeDownOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Says whether a curator's bond allows a listing to be active.
		type Curation: Curation<Self::AccountId>;

		/// Says how many subscriptions hold money for a listing.
		type Subscriptions: Subscriptions;

		/// Who is told when a listing's state changes.
		type OnState: OnListingState;

		/// Most plans of a listing; at most 255, because a plan's index is a byte.
		#[pallet::constant]
		type MaxPlans: Get<u32>;

		/// Most tags of a listing.
		#[pallet::constant]
		type MaxTags: Get<u32>;

		/// Most listings in one page of a view.
		#[pallet::constant]
		type MaxListPage: Get<u32>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Rent for the bytes that a listing stores; on its owner's account.
		#[codec(index = 0)]
		Deposit,
	}

	/// The number of the next listing. Written by `create`.
	#[pallet::storage]
	pub type NextListingId<T: Config> = StorageValue<_, ListingId, ValueQuery>;

	/// All listings, ended ones too (trimmed). Twox, because the key is sequential. One entry per `create`, backed by the
	/// owner's deposit. Written by every call.
	#[pallet::storage]
	pub type Listings<T: Config> = StorageMap<_, Twox64Concat, ListingId, ListingRecordOf<T>>;

	/// Addresses `<account>/<name>`. Blake2, because anybody may choose both keys. One entry per listing, never removed, so
	/// that an address is never reused. Written by `create`.
	#[pallet::storage]
	pub type Addresses<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, Name, ListingId>;

	/// The listings that a search finds: public and not ended. Identity over the number in big-endian order, so that
	/// iteration ascends and the chain alone chooses keys. At most one entry per listing. Written by `create`, `update`,
	/// `retire` and `take_down`.
	#[pallet::storage]
	pub type Searchable<T: Config> = StorageMap<_, Identity, [u8; 4], ()>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A listing was created, as a draft.
		#[codec(index = 0)]
		Created {
			/// Its number.
			listing: ListingId,
			/// Its curator.
			owner: T::AccountId,
			/// The name under which its address is `<owner>/<name>`.
			name: Name,
			/// What it sells.
			kind: ListingKind,
		},
		/// What a listing says or costs was changed.
		#[codec(index = 1)]
		Updated {
			/// Which.
			listing: ListingId,
			/// Its new version.
			version: u32,
		},
		/// A listing moved to another state.
		#[codec(index = 2)]
		StateChanged {
			/// Which.
			listing: ListingId,
			/// The state it left.
			from: ListingState,
			/// The state it is in.
			to: ListingState,
		},
		/// The shares of later payments were changed.
		#[codec(index = 3)]
		PayoutsChanged {
			/// Which.
			listing: ListingId,
			/// The new shares.
			payouts: PayoutSplit,
		},
		/// Governance ended a listing. Follows its `StateChanged`.
		#[codec(index = 4)]
		TakenDown {
			/// Which.
			listing: ListingId,
			/// Hash of the published reason.
			reason_hash: Digest,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing.
		#[codec(index = 0)]
		NotFound,
		/// Only the owner of a listing may do this.
		#[codec(index = 1)]
		NotAuthorized,
		/// An address is used once: this account has, or had, a listing of this name.
		#[codec(index = 2)]
		NameTaken,
		/// A name is 1 to 64 of the characters a-z, 0-9 and '-', and does not start or end with '-'.
		#[codec(index = 3)]
		InvalidName,
		/// A period is at least `MIN_PERIOD` and at most `MAX_PERIOD` blocks long.
		#[codec(index = 4)]
		InvalidPeriod,
		/// A trial is free.
		#[codec(index = 5)]
		TrialNotFree,
		/// A price is in the native token or a registered asset.
		#[codec(index = 6)]
		UnknownAsset,
		/// The shares of workers and persistence nodes are at most the whole.
		#[codec(index = 7)]
		InvalidPayouts,
		/// The listing has ended, for good.
		#[codec(index = 8)]
		Ended,
		/// The listing cannot move from its state to this one.
		#[codec(index = 9)]
		InvalidTransition,
		/// A listing that is for sale has a plan.
		#[codec(index = 10)]
		NoPlans,
		/// A data product is for sale only while its curator's bond covers it.
		#[codec(index = 11)]
		BondMissing,
		/// The owner cannot pay the deposit for what the listing stores.
		#[codec(index = 12)]
		DepositUnpaid,
		/// All numbers of listings are used up.
		#[codec(index = 13)]
		TooManyListings,
		/// A subscription costs something: what is free is a trial.
		#[codec(index = 14)]
		FreeSubscription,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxPlans::get() <= 255, "a plan's index does not fit into a byte");
			assert!(T::MaxListPage::get() >= 1, "pages of listings are empty");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Creates a listing as a draft at the address `<caller>/<name>`, and holds the deposit for its bytes.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create(u32::try_from(plans.len()).unwrap_or(u32::MAX)))]
		pub fn create(
			origin: OriginFor<T>,
			name: Name,
			kind: ListingKind,
			details: DetailsOf<T>,
			plans: BoundedVec<Plan, T::MaxPlans>,
			payouts: PayoutSplit,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_create(who, name, kind, details, plans, payouts)
		}

		/// Replaces what a listing says and costs. Whoever bought before keeps the price they agreed to.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update(u32::try_from(plans.len()).unwrap_or(u32::MAX)))]
		pub fn update(
			origin: OriginFor<T>,
			id: ListingId,
			details: DetailsOf<T>,
			plans: BoundedVec<Plan, T::MaxPlans>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update(who, id, details, plans)
		}

		/// Puts a listing on sale (`Active`) or pauses it (`Paused`). A listing on sale has a plan and, where it is a data
		/// product, its curator's bond. To end a listing use `retire`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_state())]
		pub fn set_state(origin: OriginFor<T>, id: ListingId, to: ListingState) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_state(who, id, to)
		}

		/// Changes who earns later payments. Periods that are paid for already are divided as agreed when they began.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_payouts())]
		pub fn set_payouts(origin: OriginFor<T>, id: ListingId, payouts: PayoutSplit) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_payouts(who, id, payouts)
		}

		/// Ends a listing for good. Its plans and tags are dropped and their deposit returns; the address stays taken.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, id: ListingId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire(who, id)
		}

		/// Ends somebody's listing for good, by governance. `reason_hash` commits to the published reason.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::take_down())]
		pub fn take_down(origin: OriginFor<T>, id: ListingId, reason_hash: Digest) -> DispatchResult {
			T::TakeDownOrigin::ensure_origin(origin)?;
			Self::do_take_down(id, reason_hash)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// One listing, ended ones too.
		pub fn listing(id: ListingId) -> Option<ListingView<T::AccountId>> {
			Self::view_of(id)
		}

		/// The listing at the address `<owner>/<name>`, ended ones too.
		pub fn listing_by_address(owner: T::AccountId, name: Vec<u8>) -> Option<ListingView<T::AccountId>> {
			let name = Name::try_from(name).ok()?;
			Self::view_of(Addresses::<T>::get(owner, name)?)
		}

		/// A page of the public listings that have not ended, by ascending number: up to `limit` and `MaxListPage` of those
		/// after `start_after`. An empty page is the end.
		pub fn listings(start_after: Option<ListingId>, limit: u32) -> Vec<ListingView<T::AccountId>> {
			Self::page(start_after, limit)
		}

		/// The listings of an account, ended ones too; at most `OWNER_PAGE`.
		pub fn listings_of(owner: T::AccountId) -> Vec<ListingView<T::AccountId>> {
			Addresses::<T>::iter_prefix_values(owner).take(OWNER_PAGE).filter_map(Self::view_of).collect()
		}
	}
}
