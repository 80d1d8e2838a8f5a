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

mod asks;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod benchmarking;
mod dispatchables;
mod hooks;
#[cfg(test)]
mod mock;
mod refusal;
mod settlement;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use views::{AskSettings, AskView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		types::*,
		views::{AskSettings, AskView},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Curation, Listings, TableProofs},
		Asset, Balance, Digest, ListingId, Period, Price,
	};
	use souk_table_proofs::{Answer, Query};
	use sp_runtime::Permill;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Everything that bounties are in: the native token and the assets together.
		type Money: fungibles::Inspect<Self::AccountId, AssetId = Asset, Balance = Balance>
			+ fungibles::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The native token, in which deposits are held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Whose tables are asked, and what a query over them may do.
		type Listings: Listings<Self::AccountId>;

		/// Their snapshots, and the nodes that keep them.
		type Curation: Curation<Self::AccountId>;

		/// What checks proofs.
		type Proofs: TableProofs;

		/// Where the protocol fee goes, and what nobody else can be paid.
		type Treasury: Get<Self::AccountId>;

		/// The part of each bounty that goes to the treasury.
		type ProtocolFee: Get<Permill>;

		/// Blocks after which money that could not be moved is tried first.
		type RetryEvery: Get<u32>;

		/// Blocks after an ask's end from which anybody may have it forgotten.
		type KeepFor: Get<u32>;

		/// Longest time that an ask waits for its answer, in blocks.
		#[pallet::constant]
		type MaxWait: Get<u32>;

		/// Deposit for a byte that an ask stores, in planck.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any ask, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The bounty of an ask, or what of it is not paid; on the asker's account, in the bounty's asset.
		#[codec(index = 0)]
		Bounty,
		/// Rent for the bytes that an ask stores; on the asker's account.
		#[codec(index = 1)]
		Deposit,
	}

	/// All asks that are not forgotten. Twox, because asks are numbered in sequence. Each is paid for by its deposit, and so are
	/// its entries in the indexes below. Written by every call but `check`, and by the hooks.
	#[pallet::storage]
	pub type Asks<T: Config> = StorageMap<_, Twox64Concat, AskId, AskRecordOf<T>>;

	/// The number of the next ask. Written by `ask`.
	#[pallet::storage]
	pub type NextAskId<T: Config> = StorageValue<_, AskId, ValueQuery>;

	/// Asks by asker. Blake2, because anybody may choose an account; identity over the number in big-endian order, here and
	/// below, so that iteration ascends and the chain alone chooses keys. Written by `ask` and `forget`.
	#[pallet::storage]
	pub type AsksBy<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, [u8; 8], ()>;

	/// Asks by listing. Written by `ask` and `forget`.
	#[pallet::storage]
	pub type AsksOf<T: Config> = StorageDoubleMap<_, Twox64Concat, ListingId, Identity, [u8; 8], ()>;

	/// Asks that wait for an answer, by listing. Written by `ask`, and by whatever ends the wait.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageDoubleMap<_, Twox64Concat, ListingId, Identity, [u8; 8], ()>;

	/// Whose turn it is in a block: each ask that has not ended has one place. A map and no list, so that there is room for every
	/// ask in any block; the hooks do in a block what it has room for. Written by whatever changes an ask's state.
	#[pallet::storage]
	pub type Due<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Identity, [u8; 8], ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody asked, and the bounty is held.
		#[codec(index = 0)]
		Asked {
			/// The ask.
			ask: AskId,
			/// Whose table.
			listing: ListingId,
			/// Which snapshot of it.
			period: Period,
			/// Who.
			asker: T::AccountId,
			/// What the answer is worth to them.
			bounty: Price,
			/// Name of the query.
			query_hash: Digest,
			/// Groups of fewer rows will be left out.
			min_group_size: u32,
			/// First block in which it is too late to answer.
			until: u32,
		},
		/// The answer was proved. The bundle is in the transaction.
		#[codec(index = 1)]
		Answered {
			/// The ask.
			ask: AskId,
			/// Whose table.
			listing: ListingId,
			/// Which snapshot of it.
			period: Period,
			/// Who proved it.
			by: T::AccountId,
			/// Groups of fewer rows were left out.
			min_group_size: u32,
			/// Name of the bundle.
			bundle_hash: Digest,
			/// Name of the answer.
			answer_hash: Digest,
			/// The answer.
			answer: Answer,
		},
		/// The chain has checked a bundle, for somebody: its answer is that of its query over that snapshot.
		#[codec(index = 2)]
		Checked {
			/// Who had it checked.
			who: T::AccountId,
			/// Whose table.
			listing: ListingId,
			/// Which snapshot of it.
			period: Period,
			/// The query.
			query: Query,
			/// Groups of fewer rows were left out.
			min_group_size: u32,
			/// Name of the bundle.
			bundle_hash: Digest,
			/// Name of the answer.
			answer_hash: Digest,
			/// The answer.
			answer: Answer,
		},
		/// The asker took back what nobody can answer any more.
		#[codec(index = 3)]
		Withdrawn {
			/// Which ask.
			ask: AskId,
		},
		/// Nobody answered in time.
		#[codec(index = 4)]
		TimedOut {
			/// Which ask.
			ask: AskId,
		},
		/// Somebody was paid out of a bounty.
		#[codec(index = 5)]
		PaidOut {
			/// For which ask.
			ask: AskId,
			/// Who.
			recipient: T::AccountId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// What was held went back to the asker.
		#[codec(index = 6)]
		Refunded {
			/// Of which ask.
			ask: AskId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// It is decided whose the money is, but it could not be moved (a frozen asset, a blocked account). It stays held and is
		/// tried again; anybody may try with `claim_timeout`.
		#[codec(index = 7)]
		SettlementDelayed {
			/// For which ask.
			ask: AskId,
			/// What is still held, in the bounty's smallest unit.
			held: Balance,
		},
		/// An ask has ended: nothing is held for it any more but its deposit.
		#[codec(index = 8)]
		Ended {
			/// Which one.
			ask: AskId,
			/// How: `Answered` or `Refunded`.
			state: AskState,
		},
		/// The record of an ask is gone, and its deposit returned.
		#[codec(index = 9)]
		Forgotten {
			/// Which one.
			ask: AskId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing.
		#[codec(index = 0)]
		UnknownListing,
		/// Only the tables of active listings are asked.
		#[codec(index = 1)]
		NotActive,
		/// The listing has no such final snapshot (any more).
		#[codec(index = 2)]
		UnknownSnapshot,
		/// Only a snapshot that commits to columns is asked.
		#[codec(index = 3)]
		NothingProvable,
		/// The listing's `min_group_size` is another one than the asker saw, or than it was when the ask was made.
		#[codec(index = 4)]
		PolicyChanged,
		/// A query has one aggregate at least, and sixteen at most.
		#[codec(index = 5)]
		BadAggregates,
		/// A query has at most eight predicates, in ascending order, none twice.
		#[codec(index = 6)]
		BadPredicates,
		/// A snapshot commits to at most 64 columns.
		#[codec(index = 7)]
		NoSuchColumn,
		/// Tables of more rows than 2²⁰ are not proved over.
		#[codec(index = 8)]
		TooManyRows,
		/// A bounty is more than nothing.
		#[codec(index = 9)]
		ZeroBounty,
		/// An ask waits for one block at least, and for `MaxWait` at most.
		#[codec(index = 10)]
		BadWait,
		/// The asker cannot pay the bounty.
		#[codec(index = 11)]
		InsufficientFunds,
		/// The asker cannot pay the deposit.
		#[codec(index = 12)]
		DepositUnpaid,
		/// There is no such ask.
		#[codec(index = 13)]
		NotFound,
		/// Only a persistence node that is assigned to the listing answers; only the asker withdraws.
		#[codec(index = 14)]
		NotAuthorized,
		/// The ask was answered already.
		#[codec(index = 15)]
		AlreadyAnswered,
		/// It is too late: the money goes back.
		#[codec(index = 16)]
		Expired,
		/// The ask has ended.
		#[codec(index = 17)]
		Ended,
		/// A node may be computing the answer: an ask is taken back only when nobody can answer it any more.
		#[codec(index = 18)]
		AnswerOnItsWay,
		/// Nothing is due for the ask yet.
		#[codec(index = 19)]
		NothingDue,
		/// It is decided whose the money is, but it still cannot be moved.
		#[codec(index = 20)]
		SettlementPending,
		/// Only an ask that has ended is forgotten.
		#[codec(index = 21)]
		NotEnded,
		/// For a while after its end only its asker has an ask forgotten.
		#[codec(index = 22)]
		TooEarly,
		/// Proofs over tables are not taken at the moment.
		#[codec(index = 23)]
		ProofsPaused,
		/// The version of the proof was retired.
		#[codec(index = 24)]
		ProofRetired,
		/// The chain checks no proofs of that version.
		#[codec(index = 25)]
		UnknownProofVersion,
		/// A bundle has at most `MAX_BUNDLE` bytes.
		#[codec(index = 26)]
		BundleTooLarge,
		/// A bundle has one encoding, and each part of it is within its bound.
		#[codec(index = 27)]
		BundleMalformed,
		/// The proof is for another chain, listing or period.
		#[codec(index = 28)]
		WrongContext,
		/// The columns are not those that the snapshot commits to.
		#[codec(index = 29)]
		WrongColumns,
		/// The proof answers another query than was asked.
		#[codec(index = 30)]
		WrongQuery,
		/// The proof was made for another `min_group_size` than the listing's.
		#[codec(index = 31)]
		WrongGroupSize,
		/// The proof does not prove this answer of that query over that table.
		#[codec(index = 32)]
		ProofNotValid,
		/// No proof can be made of such a query over such columns: a sum over text, a column that is not there.
		#[codec(index = 33)]
		NotProvable,
		/// What is said to be the answer cannot be one to the query: other figures than were asked for, groups out of order.
		#[codec(index = 34)]
		NoAnswer,
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
			let largest = Self::answer_weight(Shape::most(MAX_BUNDLE));
			let room = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic;
			assert!(
				room.is_none_or(|room| largest.all_lte(room)),
				"a block has no room for the largest bundle: {largest:?} in {room:?}"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Asks a listing's table `query`, of the snapshot of `period` or of the newest one. Holds the bounty and the deposit. Where
		/// nobody proves the answer within `wait` blocks, the bounty goes back by itself.
		///
		/// `min_group_size` is what proofs are made with by the listing's policy, as the caller saw it: `min_group_size`, but 2 at
		/// least where that or `aggregate_only` hides anything, else 0. Where it is another one by now, nothing is asked
		/// (`PolicyChanged`). `text_hash` is the hash of the text that the query was made from, for the asker's own books.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::ask())]
		pub fn ask(
			origin: OriginFor<T>,
			listing: ListingId,
			period: Option<Period>,
			query: Query,
			text_hash: Option<Digest>,
			min_group_size: u32,
			bounty: Price,
			wait: u32,
		) -> DispatchResult {
			let asker = ensure_signed(origin)?;
			Self::do_ask(asker, listing, period, query, text_hash, min_group_size, bounty, wait)
		}

		/// Answers an ask with a bundle, as a persistence node that is assigned to its listing. The first valid answer has the
		/// bounty, less the protocol fee. The fee of the call is paid in any case, for the weight that was used.
		#[pallet::call_index(1)]
		#[pallet::weight(Pallet::<T>::answer_weight(Shape::most(bundle.len() as u32)))]
		pub fn answer(origin: OriginFor<T>, ask: AskId, bundle: BundleBytes) -> DispatchResultWithPostInfo {
			let by = ensure_signed(origin)?;
			Self::do_answer(by, ask, &bundle)
		}

		/// Has the chain check a bundle over the snapshot of `period`, for anybody: an event says what it proves. The fee is paid
		/// whether it is valid or not, for the weight that was used.
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::check_weight(Shape::most(bundle.len() as u32)))]
		pub fn check(
			origin: OriginFor<T>,
			listing: ListingId,
			period: Period,
			bundle: BundleBytes,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_check(who, listing, period, &bundle)
		}

		/// Takes back, as the asker, an ask that nobody can answer any more: its listing has ended or has another
		/// `min_group_size`, or no persistence node is assigned to it. Any other one waits for its time: a node may be computing.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, ask: AskId) -> DispatchResult {
			let asker = ensure_signed(origin)?;
			Self::do_withdraw(asker, ask)
		}

		/// Does what is due for an ask without waiting for its turn, or tries again to move its money. Anybody may. The hooks do it
		/// by themselves; this is for blocks that have no room for all turns.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::claim_timeout())]
		pub fn claim_timeout(origin: OriginFor<T>, ask: AskId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_timeout(ask)
		}

		/// Removes the record of an ask that has ended; its deposit goes back. The asker may at once, anybody `KeepFor` blocks later.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(origin: OriginFor<T>, ask: AskId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_forget(who, ask)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// An ask, while it is not forgotten.
		pub fn ask_details(id: AskId) -> Option<AskView<T::AccountId>> {
			Self::view_of(id)
		}

		/// A page of an account's asks, by ascending number: up to `limit` and `ASK_PAGE` of those after `start_after`. An empty
		/// page is the end.
		pub fn asks_by(
			asker: T::AccountId,
			start_after: Option<AskId>,
			limit: u32,
		) -> Vec<AskView<T::AccountId>> {
			Self::page_by(asker, start_after, limit)
		}

		/// A page of a listing's asks, likewise.
		pub fn asks_of(
			listing: ListingId,
			start_after: Option<AskId>,
			limit: u32,
		) -> Vec<AskView<T::AccountId>> {
			Self::page_of(listing, start_after, limit)
		}

		/// A page of the asks of up to `ASK_PAGE` listings that wait for an answer, oldest first: what a node looks for.
		pub fn waiting(
			listings: Vec<ListingId>,
			start_after: Option<AskId>,
			limit: u32,
		) -> Vec<AskView<T::AccountId>> {
			Self::waiting_page(listings, start_after, limit)
		}

		/// The numbers by which asks are made and settled, for what begins now.
		pub fn settings() -> AskSettings {
			Self::current_settings()
		}
	}
}
