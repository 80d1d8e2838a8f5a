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

mod bad_chunk;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod benchmarking;
mod dispatchables;
mod hooks;
mod impls;
mod integrity;
#[cfg(test)]
mod mock;
mod orders;
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
pub use refusal::{DeliveryRefusal, PointRefusal};
pub use types::*;
pub use views::{DataOrderView, DeliveryView, EscrowSettings, MilestoneView, OrderView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		refusal::DeliveryRefusal,
		types::*,
		views::{EscrowSettings, OrderView},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles, tokens::ConversionFromAssetBalance, EnsureOrigin},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Backing, Curation, Juries, Listings, Offences, Proofs, Ratings},
		Asset, Balance, Digest, ListingId, PlanIndex, Price,
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

		/// Its snapshots, who serves it, and the bond that answers for it.
		type Curation: Curation<Self::AccountId>;

		/// Who shares in what a curator earns.
		type Backing: Backing<Self::AccountId>;

		/// Where a bad chunk is recorded, and what it costs.
		type Offences: Offences<Self::AccountId>;

		/// What checks proofs.
		type Proofs: Proofs;

		/// What an amount of an asset is worth in planck. The native token is worth itself.
		type BondValue: ConversionFromAssetBalance<Balance, Asset, Balance>;

		/// Who rules on disputes.
		type Juries: Juries<Self::AccountId>;

		/// Who remembers how satisfied both sides were: an order that its seller may still rate is not forgotten.
		type Ratings: Ratings<Self::AccountId>;

		/// Who rules on disputes where no jury can be drawn.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Where the protocol fee goes, and what nobody else can be paid.
		type Treasury: Get<Self::AccountId>;

		/// The part of each payment that goes to the treasury.
		type ProtocolFee: Get<Permill>;

		/// What is set aside of the curator's bond on top of what a sale is worth, as a part of that: for prices in assets whose
		/// worth may change within the window. May change, like all numbers below; what has begun goes on as it began.
		type CoverMargin: Get<Permill>;

		/// Blocks that a buyer has to prove a bad chunk.
		type ChallengeWindow: Get<u32>;

		/// Blocks within which the key of an ordered snapshot must be delivered.
		type DeliveryTimeout: Get<u32>;

		/// Blocks within which anything else must be delivered that was ordered under a plan.
		type GoodsTimeout: Get<u32>;

		/// Blocks that its buyer has to confirm or dispute it.
		type ConfirmTimeout: Get<u32>;

		/// Blocks after which an offer that nobody took expires.
		type OfferTimeout: Get<u32>;

		/// Blocks after which a dispute that nobody ruled on is over.
		type DisputeTimeout: Get<u32>;

		/// What the buyer gets back then of goods that are disputed.
		type DisputeBuyerShare: Get<Permill>;

		/// What of the curator's bond is lost for the first bad chunk, as clients see it; [`Config::Offences`] takes it.
		type BadChunkSlash: Get<Permill>;

		/// Blocks after which money that could not be moved is tried first.
		type RetryEvery: Get<u32>;

		/// Blocks after an order's end from which anybody may have it forgotten.
		type KeepFor: Get<u32>;

		/// Longest time for delivery or confirmation that an offer may name, in blocks.
		#[pallet::constant]
		type MaxTimeout: Get<u32>;

		/// Blocks for which what is unbonded stays held: as long as a delivery can be disputed.
		type UnbondingPeriod: Get<u32>;

		/// Deposit for a byte that an order stores, in planck.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any order, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The price of an order, or of what of it is not paid; on the buyer's account, in the price's asset.
		#[codec(index = 0)]
		Order,
		/// Rent for the bytes that an order stores; on the account of whoever made it.
		#[codec(index = 1)]
		Deposit,
	}

	/// All orders that are not forgotten. Twox, because orders are numbered in sequence. Each is paid for by its deposit, and so
	/// are its entries in the indexes below. Written by every call, and by the hooks.
	#[pallet::storage]
	pub type Orders<T: Config> = StorageMap<_, Twox64Concat, OrderId, OrderRecordOf<T>>;

	/// The number of the next order. Written by `order` and `offer`.
	#[pallet::storage]
	pub type NextOrderId<T: Config> = StorageValue<_, OrderId, ValueQuery>;

	/// Orders by buyer. Blake2, because anybody may choose an account; identity over the number in big-endian order, here and
	/// below, so that iteration ascends and the chain alone chooses keys. Written by `order`, `offer` and `forget`.
	#[pallet::storage]
	pub type OrdersOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, [u8; 8], ()>;

	/// Orders by listing. Written by `order`, `offer` and `forget`.
	#[pallet::storage]
	pub type SalesOf<T: Config> = StorageDoubleMap<_, Twox64Concat, ListingId, Identity, [u8; 8], ()>;

	/// Orders that wait for a snapshot's key, by listing. Written by `order`, and by whatever ends the wait.
	#[pallet::storage]
	pub type Awaiting<T: Config> = StorageDoubleMap<_, Twox64Concat, ListingId, Identity, [u8; 8], ()>;

	/// How many orders of a listing have not ended; no entry for none. Written with the first and the last change of an order.
	#[pallet::storage]
	pub type Open<T: Config> = StorageMap<_, Twox64Concat, ListingId, u32, ValueQuery>;

	/// Whose turn it is in a block: each order that has not ended has one place. A map and no list, so that there is room for
	/// every order in any block; the hooks do in a block what it has room for. Written by whatever changes an order's state.
	#[pallet::storage]
	pub type Due<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Identity, [u8; 8], ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody ordered under a plan. Followed by `Funded`.
		#[codec(index = 0)]
		Ordered {
			/// The order.
			order: OrderId,
			/// What.
			listing: ListingId,
			/// Who.
			buyer: T::AccountId,
		},
		/// A curator made an offer to one buyer.
		#[codec(index = 1)]
		Offered {
			/// The order that it becomes when it is funded.
			order: OrderId,
			/// What.
			listing: ListingId,
			/// To whom.
			buyer: T::AccountId,
			/// First block in which it cannot be taken any more.
			until: u32,
		},
		/// The price is held.
		#[codec(index = 2)]
		Funded {
			/// For which order.
			order: OrderId,
			/// First block in which it is too late to deliver (the first part).
			deliver_until: u32,
		},
		/// The key of an ordered snapshot was delivered and proved.
		#[codec(index = 3)]
		KeyDelivered {
			/// Of which order.
			order: OrderId,
			/// Who posted it.
			by: T::AccountId,
			/// Name of what was proved.
			proof_id: Digest,
			/// First block in which a bad chunk cannot be proved any more.
			window_until: u32,
		},
		/// A key in a batch was not taken.
		#[codec(index = 4)]
		DeliveryRefused {
			/// For which order.
			order: OrderId,
			/// Why.
			reason: DeliveryRefusal,
		},
		/// The curator's bond covers a sale until its window is over: it is paid at once.
		#[codec(index = 5)]
		Covered {
			/// Which order.
			order: OrderId,
			/// What is set aside, in planck.
			amount: Balance,
		},
		/// The seller says that a part was delivered.
		#[codec(index = 6)]
		MarkedDelivered {
			/// Of which order.
			order: OrderId,
			/// Which part.
			milestone: u32,
			/// Hash of what the seller shows for it.
			evidence: Option<Digest>,
			/// First block in which it is paid without the buyer.
			window_until: u32,
		},
		/// The buyer says that a part was delivered as agreed, or that a snapshot is as promised.
		#[codec(index = 7)]
		Confirmed {
			/// Of which order.
			order: OrderId,
			/// Which part.
			milestone: u32,
		},
		/// A part was paid.
		#[codec(index = 8)]
		MilestonePaid {
			/// Of which order.
			order: OrderId,
			/// Which part.
			milestone: u32,
		},
		/// One side gave up the order, or the offer.
		#[codec(index = 9)]
		Cancelled {
			/// Which order.
			order: OrderId,
			/// Which side.
			by: T::AccountId,
		},
		/// Time was up, and what follows happened by itself.
		#[codec(index = 10)]
		TimedOut {
			/// For which order.
			order: OrderId,
			/// What it was waiting in.
			state: OrderState,
		},
		/// Somebody earned a share of a payment.
		#[codec(index = 11)]
		PaidOut {
			/// For which order.
			order: OrderId,
			/// Who.
			recipient: T::AccountId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// What was held went back to the buyer.
		#[codec(index = 12)]
		Refunded {
			/// Of which order.
			order: OrderId,
			/// In what.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// A chunk is not what its snapshot promised: the chain has seen it.
		#[codec(index = 13)]
		BadChunkProven {
			/// Of which order.
			order: OrderId,
			/// Which chunk.
			index: u32,
			/// What the buyer got out of the curator's bond for what had been paid, in planck.
			from_bond: Balance,
			/// What the curator's bond lost on top, in planck.
			fine: Balance,
		},
		/// One side does not agree.
		#[codec(index = 14)]
		Disputed {
			/// With which order.
			order: OrderId,
			/// Which side.
			by: T::AccountId,
			/// Hash of what that side shows for it.
			evidence: Digest,
			/// First block in which it is over without a ruling.
			until: u32,
		},
		/// A dispute was ruled on.
		#[codec(index = 15)]
		Resolved {
			/// Of which order.
			order: OrderId,
			/// What the buyer gets back of what was disputed.
			buyer_share: Permill,
		},
		/// It is decided whose the money is, but it could not be moved (a frozen asset, a blocked account). It stays held and is
		/// tried again; anybody may try with `claim_timeout`.
		#[codec(index = 16)]
		SettlementDelayed {
			/// For which order.
			order: OrderId,
			/// What is still held, in the price's smallest unit.
			held: Balance,
		},
		/// An order has ended: nothing is held for it any more but its deposit.
		#[codec(index = 17)]
		Ended {
			/// Which one.
			order: OrderId,
			/// How: `Released` or `Refunded`.
			state: OrderState,
		},
		/// The record of an order is gone, and its deposit returned.
		#[codec(index = 18)]
		Forgotten {
			/// Which one.
			order: OrderId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing.
		#[codec(index = 0)]
		UnknownListing,
		/// Only an active listing is sold.
		#[codec(index = 1)]
		NotForSale,
		/// The listing has no such plan.
		#[codec(index = 2)]
		UnknownPlan,
		/// Only one-time plans are sold here.
		#[codec(index = 3)]
		NotSoldHere,
		/// The plan is not in the asset that the buyer agreed to.
		#[codec(index = 4)]
		OfferGone,
		/// The price is higher than the buyer agreed to.
		#[codec(index = 5)]
		TooExpensive,
		/// Nobody orders from themselves: an order has two sides.
		#[codec(index = 6)]
		OwnListing,
		/// A data product is ordered by its snapshot, under a plan; anything else by terms.
		#[codec(index = 7)]
		WrongDetails,
		/// The listing has no such final snapshot (any more).
		#[codec(index = 8)]
		UnknownSnapshot,
		/// Only a snapshot that commits to its key is sold.
		#[codec(index = 9)]
		NoKeyCommitment,
		/// A snapshot has at most 2²² chunks.
		#[codec(index = 10)]
		SnapshotTooLarge,
		/// A number that stands for a scalar is below the modulus.
		#[codec(index = 11)]
		NotCanonical,
		/// The coordinates are those of no point of the curve.
		#[codec(index = 12)]
		PointNotOnCurve,
		/// The point is the identity.
		#[codec(index = 13)]
		PointIsIdentity,
		/// The point is outside the subgroup of prime order.
		#[codec(index = 14)]
		PointNotInSubgroup,
		/// The buyer cannot pay the price.
		#[codec(index = 15)]
		InsufficientFunds,
		/// Whoever makes an order must be able to pay the deposit for what it stores.
		#[codec(index = 16)]
		DepositUnpaid,
		/// There is no such order.
		#[codec(index = 17)]
		NotFound,
		/// Only the right side of an order may do this.
		#[codec(index = 18)]
		NotAuthorized,
		/// An offer has one part at least.
		#[codec(index = 19)]
		NoMilestones,
		/// Each part of an offer costs something.
		#[codec(index = 20)]
		ZeroAmount,
		/// A time is one block at least, and `MaxTimeout` at most.
		#[codec(index = 21)]
		BadTimeout,
		/// The parts together cost more than there can be.
		#[codec(index = 22)]
		TooLarge,
		/// Only an offer that was not taken yet is funded.
		#[codec(index = 23)]
		NotOffered,
		/// It is too late for that.
		#[codec(index = 24)]
		Expired,
		/// Only orders for data have keys and chunks.
		#[codec(index = 25)]
		NotData,
		/// Data is delivered with a proof, not by saying so.
		#[codec(index = 26)]
		NotGoods,
		/// Nothing was delivered yet.
		#[codec(index = 27)]
		NotDelivered,
		/// It was delivered already.
		#[codec(index = 28)]
		AlreadyDelivered,
		/// The parts of an order are delivered and paid one after the other.
		#[codec(index = 29)]
		WrongMilestone,
		/// Nothing is held (any more) that one could disagree about or give back.
		#[codec(index = 30)]
		NothingHeld,
		/// An order is disputed once.
		#[codec(index = 31)]
		AlreadyDisputed,
		/// Only a dispute is ruled on.
		#[codec(index = 32)]
		NotDisputed,
		/// The buyer of a snapshot cannot cancel: the key may be on its way, for everybody to see.
		#[codec(index = 33)]
		KeyOnItsWay,
		/// The order has ended.
		#[codec(index = 34)]
		Ended,
		/// It is decided whose the money is, but it still cannot be moved.
		#[codec(index = 35)]
		SettlementPending,
		/// Nothing is due for the order yet.
		#[codec(index = 36)]
		NothingDue,
		/// Only an order that has ended is forgotten.
		#[codec(index = 37)]
		NotEnded,
		/// For a while after its end only its buyer has an order forgotten, and nobody while its seller may still rate it.
		#[codec(index = 38)]
		TooEarly,
		/// The time to object is over.
		#[codec(index = 39)]
		WindowClosed,
		/// The snapshot has fewer chunks.
		#[codec(index = 40)]
		NoSuchChunk,
		/// The chunk is not under the snapshot's `cipher_root`.
		#[codec(index = 41)]
		WrongCipherPath,
		/// The leaf is not under the snapshot's `content_root`.
		#[codec(index = 42)]
		WrongContentPath,
		/// The chunk opens to what the snapshot promises.
		#[codec(index = 43)]
		ChunkIsGood,
		/// No key of the batch was taken.
		#[codec(index = 44)]
		NothingDelivered,
		/// A batch has one delivery for an order.
		#[codec(index = 45)]
		Repeated,
		/// The statement has no key of that era.
		#[codec(index = 46)]
		UnknownProofKey,
		/// Proofs of the statement are not taken at the moment.
		#[codec(index = 47)]
		ProofsPaused,
		/// The key of that era was retired.
		#[codec(index = 48)]
		ProofKeyRetired,
		/// The bytes are not the one encoding of a proof.
		#[codec(index = 49)]
		ProofMalformed,
		/// A point of the proof is outside the subgroup of prime order.
		#[codec(index = 50)]
		ProofNotInSubgroup,
		/// A point of the proof is the identity.
		#[codec(index = 51)]
		ProofIdentity,
		/// The key is for another number of public inputs.
		#[codec(index = 52)]
		WrongInputCount,
		/// The proof does not prove this for this order.
		#[codec(index = 53)]
		ProofNotValid,
		/// A point of the proof is not on its curve.
		#[codec(index = 54)]
		ProofNotOnCurve,
		/// The chain takes no development keys.
		#[codec(index = 55)]
		DevelopmentKey,
		/// The proofs of a batch are of four eras at most.
		#[codec(index = 56)]
		TooManyEras,
		/// No key is taken while a bad chunk could not be proved.
		#[codec(index = 57)]
		NoRecourse,
		/// Where a jury rules, nobody else does.
		#[codec(index = 58)]
		CaseOpen,
		/// Nothing more is sold of a data product whose bond is below the minimum, after a slash for instance, before its curator has bonded up to it.
		#[codec(index = 59)]
		BondTooSmall,
		/// Nobody has longer to confirm a part than what answers for it takes to be unbonded.
		#[codec(index = 60)]
		ConfirmTooLong,
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
			Self::assert_room();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Orders `listing` under its one-time plan number `plan`. Holds the price and the deposit.
		///
		/// `max_price` is what the caller saw of the plan and agrees to: one that is in another asset by now (`OfferGone`) or
		/// costs more (`TooExpensive`) is not bought. A data product is ordered by snapshot, with a key for this order.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::order())]
		pub fn order(
			origin: OriginFor<T>,
			listing: ListingId,
			plan: PlanIndex,
			max_price: Price,
			details: OrderDetails,
		) -> DispatchResult {
			let buyer = ensure_signed(origin)?;
			Self::do_order(buyer, listing, plan, max_price, details)
		}

		/// Offers a listing of the caller, which is no data product, to one buyer, in parts that are delivered and paid one
		/// after the other. Holds the deposit only. The offer expires where the buyer does not fund it.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::offer(milestones.len() as u32))]
		pub fn offer(
			origin: OriginFor<T>,
			listing: ListingId,
			buyer: T::AccountId,
			asset: Asset,
			milestones: Milestones,
			terms: Option<Digest>,
		) -> DispatchResult {
			let seller = ensure_signed(origin)?;
			Self::do_offer(seller, listing, buyer, asset, milestones, terms)
		}

		/// Takes an offer that was made to the caller. Holds the price of all its parts.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::fund())]
		pub fn fund(origin: OriginFor<T>, order: OrderId) -> DispatchResult {
			let buyer = ensure_signed(origin)?;
			Self::do_fund(buyer, order)
		}

		/// Posts the key of an ordered snapshot, encrypted to its buyer, with a proof. Anybody may. The seller's side is paid in
		/// this call where the curator's bond covers the sale, else when the window is over. A delivery that is taken costs no
		/// fee, one that is refused does.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::deliver())]
		pub fn deliver(
			origin: OriginFor<T>,
			order: OrderId,
			delivery: KeyDelivery,
		) -> DispatchResultWithPostInfo {
			let by = ensure_signed(origin)?;
			Self::do_deliver(by, order, delivery)
		}

		/// Posts the keys of several orders, with one check of all proofs of an era. Those that are refused are named by events and
		/// stop no other. Costs no fee where all are taken.
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::batch_weight(deliveries))]
		pub fn deliver_batch(origin: OriginFor<T>, deliveries: Deliveries) -> DispatchResultWithPostInfo {
			let by = ensure_signed(origin)?;
			Self::do_deliver_batch(by, deliveries)
		}

		/// Says, as the seller, that the part `milestone` of an order was delivered. Where the buyer neither confirms nor disputes
		/// it in time, it is paid.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::mark_delivered())]
		pub fn mark_delivered(
			origin: OriginFor<T>,
			order: OrderId,
			milestone: u32,
			evidence: Option<Digest>,
		) -> DispatchResult {
			let seller = ensure_signed(origin)?;
			Self::do_mark_delivered(seller, order, milestone, evidence)
		}

		/// Says, as the buyer, that the part `milestone` of an order is as agreed: it is paid. Of an order for data (part 0) it
		/// closes the window, once the key is delivered. A buyer against whom a jury has ruled ends the order with it, as the ruling would have.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::confirm().max(T::WeightInfo::resolve()).saturating_add(T::Juries::weight()))]
		pub fn confirm(origin: OriginFor<T>, order: OrderId, milestone: u32) -> DispatchResult {
			let buyer = ensure_signed(origin)?;
			Self::do_confirm(buyer, order, milestone)
		}

		/// Gives up an order: what is held goes back to the buyer.
		///
		/// The seller may until it is paid (or, with data, delivered); the buyer while it is an offer, or goods of which nothing was
		/// delivered. The buyer of a snapshot may not: the key may be on its way, and then everybody can see what was posted.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::cancel().saturating_add(T::Juries::weight()))]
		pub fn cancel(origin: OriginFor<T>, order: OrderId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel(who, order)
		}

		/// Does what is due for an order without waiting for its turn, or tries again to move its money. Anybody may. The hooks do
		/// it by themselves; this is for blocks that have no room for all turns.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::claim_timeout())]
		pub fn claim_timeout(origin: OriginFor<T>, order: OrderId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_timeout(order)
		}

		/// Shows the chain, as the buyer, a chunk that is not what its snapshot promises, within the window. The chain opens the
		/// chunk itself. What is held goes back; what was paid is taken from the curator's bond, which is fined as well.
		/// Operational: a seller must not be able to fill the blocks of the window.
		#[pallet::call_index(9)]
		#[pallet::weight((
			T::WeightInfo::prove_bad_chunk().saturating_add(T::Juries::weight()).saturating_add(T::Offences::weight()),
			DispatchClass::Operational,
		))]
		pub fn prove_bad_chunk(origin: OriginFor<T>, order: OrderId, evidence: BadChunk) -> DispatchResult {
			let buyer = ensure_signed(origin)?;
			Self::do_prove_bad_chunk(buyer, order, evidence)
		}

		/// Says that one side does not agree; the money stays held until a jury has ruled on it. That side pays for the jury in
		/// advance, and gets it back where it wins. Where no jury can be drawn, the money stays held until governance has ruled, or
		/// for `DisputeTimeout` blocks, and nobody pays.
		/// `evidence` is the hash of what that side will show. The seller may only after a delivery, and so may the buyer of data, who has
		/// no longer for it than for a bad chunk: operational as that.
		#[pallet::call_index(10)]
		#[pallet::weight((T::WeightInfo::dispute().saturating_add(T::Juries::weight()), DispatchClass::Operational))]
		pub fn dispute(origin: OriginFor<T>, order: OrderId, evidence: Digest) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_dispute(who, order, evidence)
		}

		/// Rules on a dispute: `buyer_share` of the disputed part goes back to the buyer, the rest is paid. What belongs to later
		/// parts goes back. Governance only, and only where no jury rules.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::resolve())]
		pub fn resolve(origin: OriginFor<T>, order: OrderId, buyer_share: Permill) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_resolve(order, buyer_share)
		}

		/// Removes the record of an order that has ended; its deposit goes back to who paid it. The buyer may at once, anybody
		/// `KeepFor` blocks later, or where it never was more than an offer. Not while its seller may still rate it.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(origin: OriginFor<T>, order: OrderId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_forget(who, order)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// An order, while it is not forgotten.
		pub fn order_details(id: OrderId) -> Option<OrderView<T::AccountId>> {
			Self::view_of(id)
		}

		/// A page of an account's orders as a buyer, by ascending number: up to `limit` and `ORDER_PAGE` of those after
		/// `start_after`. An empty page is the end.
		pub fn orders_of(
			buyer: T::AccountId,
			start_after: Option<OrderId>,
			limit: u32,
		) -> Vec<OrderView<T::AccountId>> {
			Self::orders_page(buyer, start_after, limit)
		}

		/// A page of a listing's orders, likewise.
		pub fn sales_of(
			listing: ListingId,
			start_after: Option<OrderId>,
			limit: u32,
		) -> Vec<OrderView<T::AccountId>> {
			Self::sales_page(listing, start_after, limit)
		}

		/// A page of the orders of up to `ORDER_PAGE` listings that wait for a snapshot's key, oldest first.
		pub fn awaiting(
			listings: Vec<ListingId>,
			start_after: Option<OrderId>,
			limit: u32,
		) -> Vec<OrderView<T::AccountId>> {
			Self::awaiting_page(listings, start_after, limit)
		}

		/// The spans of an order's life and the other numbers by which orders are settled, for what begins now.
		pub fn settings() -> EscrowSettings {
			Self::current_settings()
		}
	}
}
