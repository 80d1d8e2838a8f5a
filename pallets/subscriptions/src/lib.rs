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
mod phase;
mod queue;
mod settlement;
mod subscribers;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use pallet::*;
pub use phase::Phase;
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
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Backing, Curation, Listings, Offences, Ratings},
		Asset, Balance, Digest, EntitlementView, Holder, ListingId, PlanIndex, Price,
	};
	use sp_runtime::Permill;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
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

		/// Who serves it, and since when.
		type Curation: Curation<Self::AccountId>;

		/// Who shares in what a curator earns.
		type Backing: Backing<Self::AccountId>;

		/// What is remembered against a listing: its rank falls by it.
		type Offences: Offences<Self::AccountId>;

		/// Who remembers how satisfied both sides were with a period.
		type Ratings: Ratings<Self::AccountId>;

		/// Where the protocol fee goes, and what nobody else can be paid.
		type Treasury: Get<Self::AccountId>;

		/// The part of each payment that goes to the treasury.
		type ProtocolFee: Get<Permill>;

		/// Blocks after an unpaid period in which queries are still answered; never more than a tenth of the plan's period,
		/// or one block where that is less.
		type Grace: Get<u32>;

		/// Blocks between attempts to collect a late payment, and the first wait before a delayed settlement is tried
		/// again.
		type RetryEvery: Get<u32>;

		/// Blocks that a subscription must have been paid for until rankings count it as one that stays. May change.
		type RetainedAfter: Get<u32>;

		/// Most subscriptions that are queued for one block.
		#[pallet::constant]
		type MaxDuePerBlock: Get<u32>;

		/// Deposit for a byte that a subscription stores, in planck. May change; holds for what is written after that.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any subscription, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The price of a running period; on the payer's account, in the plan's asset.
		#[codec(index = 0)]
		Payment,
		/// Rent for the bytes that a subscription or a used trial stores; on the payer's account.
		#[codec(index = 1)]
		Deposit,
	}

	/// Who may query what until when, and the money held for it. Holder first, so that somebody's subscriptions are found
	/// by prefix. Blake2, because anybody may choose a holder; Twox, because listings are numbered. Each entry is backed by
	/// its payer's deposit. Written by every call but `clear_trial`, and by the hook.
	#[pallet::storage]
	pub type Subscriptions<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		Holder<T::AccountId>,
		Twox64Concat,
		ListingId,
		SubscriptionRecordOf<T>,
	>;

	/// Whose turn it is in a block. Twox, because the key is sequential. One place per subscription in all queues together,
	/// at most `MaxDuePerBlock` in each. Written by whatever starts or ends a period.
	#[pallet::storage]
	pub type Due<T: Config> = StorageMap<
		_,
		Twox64Concat,
		u32,
		BoundedVec<(Holder<T::AccountId>, ListingId), T::MaxDuePerBlock>,
		ValueQuery,
	>;

	/// The first block whose queue is not worked off. Written by the hook.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	/// Who has had a trial of what. Backed by a deposit each. Written by `subscribe` and, once the listing has ended,
	/// `clear_trial`.
	#[pallet::storage]
	pub type TrialsUsed<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		ListingId,
		Blake2_128Concat,
		Holder<T::AccountId>,
		TrialRecord<T::AccountId>,
	>;

	/// Counts over the subscriptions to a listing that one account pays for; no entry where all are zero, so that each is
	/// backed by a subscription's deposit. Twox, because listings are numbered; Blake2, because anybody may choose an
	/// account. Written with each subscription.
	#[pallet::storage]
	pub type Payers<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ListingId, Blake2_128Concat, T::AccountId, StatsRecord, ValueQuery>;

	/// The subscriptions of a listing, to find them by it. Twox, because listings are numbered; Blake2, because anybody may choose
	/// a holder. Each entry is paid for with its subscription. Written with each subscription.
	#[pallet::storage]
	pub type Holders<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ListingId, Blake2_128Concat, Holder<T::AccountId>, ()>;

	/// Counts over a listing's subscriptions; no entry where all are zero. Identity over the number in big-endian order, so
	/// that iteration ascends and the chain alone chooses keys. Written with each subscription.
	#[pallet::storage]
	pub type Stats<T: Config> = StorageMap<_, Identity, [u8; 4], StatsRecord, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A subscription or trial began.
		#[codec(index = 0)]
		Subscribed {
			/// To what.
			listing: ListingId,
			/// Who may query.
			holder: Holder<T::AccountId>,
			/// Under which plan.
			plan: PlanIndex,
			/// First block that is not paid for.
			paid_until: u32,
			/// Whether it is a free trial.
			trial: bool,
		},
		/// The next period was paid for.
		#[codec(index = 1)]
		Renewed {
			/// Of what.
			listing: ListingId,
			/// Who may query.
			holder: Holder<T::AccountId>,
			/// What is held for the period, in the price's smallest unit.
			amount: Balance,
			/// First block that is not paid for.
			paid_until: u32,
		},
		/// The next period could not be paid for. Queries are answered until `until`; payment is tried again.
		#[codec(index = 2)]
		GraceStarted {
			/// Of what.
			listing: ListingId,
			/// Who may query.
			holder: Holder<T::AccountId>,
			/// First block in which queries are refused.
			until: u32,
		},
		/// A subscription that was to renew did not. Followed by `Ended`, or `SettlementDelayed`.
		#[codec(index = 3)]
		NotRenewed {
			/// Of what.
			listing: ListingId,
			/// Who could query.
			holder: Holder<T::AccountId>,
			/// Why.
			reason: NotRenewedReason,
		},
		/// The payer cancelled. Followed by `Ended`, or `SettlementDelayed`.
		#[codec(index = 4)]
		Cancelled {
			/// What.
			listing: ListingId,
			/// Who could query.
			holder: Holder<T::AccountId>,
		},
		/// A subscription is gone: settled, and its deposit returned.
		#[codec(index = 5)]
		Ended {
			/// Of what.
			listing: ListingId,
			/// Who could query.
			holder: Holder<T::AccountId>,
		},
		/// Somebody earned a share of a payment.
		#[codec(index = 6)]
		PaidOut {
			/// For what.
			listing: ListingId,
			/// Who.
			recipient: T::AccountId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// The part of a payment that was not earned went back to its payer.
		#[codec(index = 7)]
		Refunded {
			/// For what.
			listing: ListingId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// Whether a subscription renews by itself was changed.
		#[codec(index = 8)]
		AutoRenewSet {
			/// Of what.
			listing: ListingId,
			/// Who may query.
			holder: Holder<T::AccountId>,
			/// Whether it does now.
			enabled: bool,
		},
		/// A subscription has ended, but its money could not be moved (a frozen asset, a blocked account). It stays held
		/// and is tried again; anybody may try with `settle`.
		#[codec(index = 9)]
		SettlementDelayed {
			/// Of what.
			listing: ListingId,
			/// Who could query.
			holder: Holder<T::AccountId>,
			/// What is still held, in the price's smallest unit.
			held: Balance,
		},
		/// The trace of a trial of an ended listing was removed, and its deposit returned.
		#[codec(index = 10)]
		TrialCleared {
			/// Of what.
			listing: ListingId,
			/// Who had it.
			holder: Holder<T::AccountId>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing.
		#[codec(index = 0)]
		UnknownListing,
		/// Only an active listing is sold, and renewed.
		#[codec(index = 1)]
		NotForSale,
		/// The listing has no such plan.
		#[codec(index = 2)]
		UnknownPlan,
		/// Only period subscriptions and trials are sold here.
		#[codec(index = 3)]
		NotSoldHere,
		/// A holder has one subscription to a listing at a time, trials included.
		#[codec(index = 4)]
		AlreadySubscribed,
		/// The price is higher than the payer agreed to.
		#[codec(index = 5)]
		TooExpensive,
		/// The payer cannot pay the price.
		#[codec(index = 6)]
		InsufficientFunds,
		/// The payer cannot pay the deposit for what the subscription stores.
		#[codec(index = 7)]
		DepositUnpaid,
		/// An account has one trial of a listing.
		#[codec(index = 8)]
		TrialUsed,
		/// The queues for the blocks after the period's end are full: try again in a few blocks.
		#[codec(index = 9)]
		QueueFull,
		/// There is no such subscription, or trial.
		#[codec(index = 10)]
		NotFound,
		/// Only the payer of a subscription may do this.
		#[codec(index = 11)]
		NotAuthorized,
		/// A trial does not renew.
		#[codec(index = 12)]
		TrialDoesNotRenew,
		/// The subscription has ended.
		#[codec(index = 13)]
		Expired,
		/// Only a subscription in its late-payment grace is renewed by hand.
		#[codec(index = 14)]
		NotInGrace,
		/// The plan is not offered (any more) with the period and in the asset that the payer agreed to.
		#[codec(index = 15)]
		OfferGone,
		/// The money still cannot be moved.
		#[codec(index = 16)]
		SettlementPending,
		/// Only an ended subscription, or one to an ended listing, is settled.
		#[codec(index = 17)]
		NothingDue,
		/// A trial is remembered until its listing has ended.
		#[codec(index = 18)]
		ListingNotEnded,
		/// Nobody new subscribes to a data product whose bond is below the minimum, after a slash for instance, before its curator has bonded up to it.
		#[codec(index = 19)]
		BondTooSmall,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::work_off(Self::now())
		}

		fn integrity_test() {
			assert!(T::MaxDuePerBlock::get() >= 1, "nothing can be queued");
			let one = T::WeightInfo::work_off().saturating_add(T::WeightInfo::turn());
			assert!(one.all_lte(Self::hook_limit()), "a block has no room for a single turn");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Subscribes to `listing` under its plan number `plan`, paid by the caller. Holds the price of the first period
		/// and the deposit.
		///
		/// The holder is the caller, or the commitment `holder`. `period`, in blocks, and `max_price` are what the caller saw
		/// and agrees to: a plan that has another length by now, is in another asset (`OfferGone`), or costs more
		/// (`TooExpensive`) is not bought.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::subscribe())]
		pub fn subscribe(
			origin: OriginFor<T>,
			listing: ListingId,
			plan: PlanIndex,
			holder: Option<Digest>,
			auto_renew: bool,
			period: u32,
			max_price: Price,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let holder = Self::holder(&who, holder);
			Self::do_subscribe(who, listing, plan, holder, auto_renew, period, max_price)
		}

		/// Ends a subscription now. The served part of the running period is paid out, the rest returns to the caller,
		/// who is its payer, with the deposit.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, listing: ListingId, holder: Option<Digest>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let holder = Self::holder(&who, holder);
			Self::do_cancel(who, listing, holder)
		}

		/// Says whether a subscription renews by itself. Switched off in the late-payment grace it ends at once.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_auto_renew())]
		pub fn set_auto_renew(
			origin: OriginFor<T>,
			listing: ListingId,
			holder: Option<Digest>,
			enabled: bool,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let holder = Self::holder(&who, holder);
			Self::do_set_auto_renew(who, listing, holder, enabled)
		}

		/// Pays a late period in the grace, without waiting for the next attempt. The period starts where the last one
		/// ended.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::renew())]
		pub fn renew(origin: OriginFor<T>, listing: ListingId, holder: Option<Digest>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let holder = Self::holder(&who, holder);
			Self::do_renew(who, listing, holder)
		}

		/// Settles without waiting for the queue: a period that is over, a subscription to a listing that has ended, or a
		/// settlement that was delayed. Anybody may.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn settle(
			origin: OriginFor<T>,
			listing: ListingId,
			holder: Holder<T::AccountId>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(listing, holder)
		}

		/// Removes the trace of a trial of an ended listing; its deposit returns to its payer. Anybody may.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::clear_trial())]
		pub fn clear_trial(
			origin: OriginFor<T>,
			listing: ListingId,
			holder: Holder<T::AccountId>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_clear_trial(listing, holder)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A holder's right to query a listing, as of this block.
		pub fn entitlement(
			listing: ListingId,
			holder: Holder<T::AccountId>,
		) -> Option<EntitlementView<T::AccountId>> {
			let record = Subscriptions::<T>::get(&holder, listing)?;
			Some(Self::view_of(listing, holder, record))
		}

		/// What an account itself may query; at most `HOLDER_PAGE`. Not what it pays for behind commitments.
		pub fn subscriptions_of(account: T::AccountId) -> Vec<EntitlementView<T::AccountId>> {
			Self::views_of(Holder::Account(account))
		}

		/// How a listing ranks; zero throughout for one that has ended or never sold.
		pub fn rank(listing: ListingId) -> RankView {
			Self::rank_of(listing)
		}

		/// A page of the ranks of listings that have sold, by ascending number: up to `limit` and `RANKING_PAGE` of those
		/// after `start_after`. An empty page is the end.
		pub fn ranking(start_after: Option<ListingId>, limit: u32) -> Vec<(ListingId, RankView)> {
			Self::ranks(start_after, limit)
		}
	}
}
