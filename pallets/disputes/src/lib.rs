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
pub mod bill;
mod cases;
mod dispatchables;
mod drawing;
mod hooks;
mod impls;
#[cfg(test)]
mod mock;
mod pool;
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
pub use views::{ArbitratorView, CaseView, DisputeSettings, ReviewView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		types::*,
		views::{ArbitratorView, CaseView, DisputeSettings},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Randomness},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Disputed, Offences, Ruling, Side},
		Balance, Digest, ListingId, OrderId,
	};
	use sp_runtime::Permill;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which everything is held and paid here.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The orders that are disputed.
		type Orders: Disputed<Self::AccountId>;

		/// Where disputes are held against sellers who have lost them.
		type Offences: Offences<Self::AccountId>;

		/// What decides drawings. It must say truly since when it could be known.
		type Randomness: Randomness<Self::Hash, BlockNumberFor<Self>>;

		/// Gets fines that nobody has earned, and what cannot be paid to whom it is due.
		type Treasury: Get<Self::AccountId>;

		/// Most arbitrators of the pool.
		#[pallet::constant]
		type MaxArbitrators: Get<u32>;

		/// Least bond of an arbitrator, in planck; and of a ticket.
		type MinBond: Get<Balance>;

		/// Blocks between leaving the pool and withdrawing the bond; never fewer than a case that opens now may take.
		type Unbonding: Get<u32>;

		/// What a juror earns, in planck. This, and the numbers below up to `AppealTime`, are copied into each case.
		type JurorFee: Get<Balance>;

		/// What a seat on a jury locks of a bond, in planck; never less than twice what a juror earns.
		type JurorStake: Get<Balance>;

		/// What of that is lost with a vote that the last ruling is not; likewise.
		type IncoherentFine: Get<Permill>;

		/// Blocks that each phase of a case, and a drawing, may take at least, whatever the next six say.
		type ShortestPhase: Get<u32>;

		/// Blocks that the other side has to post its fee.
		type ResponseTime: Get<u32>;

		/// Blocks for evidence after that.
		type EvidenceTime: Get<u32>;

		/// Most blocks that a drawing takes.
		type DrawTimeout: Get<u32>;

		/// Blocks for commitments.
		type CommitTime: Get<u32>;

		/// Blocks for revealing them.
		type RevealTime: Get<u32>;

		/// Blocks for an appeal.
		type AppealTime: Get<u32>;

		/// Blocks for which an approved reviewer has access to evidence.
		type ReviewTime: Get<u32>;

		/// Blocks for which a case is kept after its end.
		type KeepFor: Get<u32>;

		/// Deposit for a stored byte, in planck.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any record, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// An arbitrator's bond, in the pool or on its way out of it.
		#[codec(index = 0)]
		Bond,
		/// What a side has posted for the juries of its cases.
		#[codec(index = 1)]
		Fee,
		/// Rent for stored bytes; on the account of whoever stored them.
		#[codec(index = 2)]
		Deposit,
	}

	/// The pool. One value, because a drawing reads all of it. Bounded by `MaxArbitrators`; each place is paid for by its deposit.
	/// Written by the calls of arbitrators, by drawings, and at the end of cases with juries.
	#[pallet::storage]
	pub type Pool<T: Config> =
		StorageValue<_, BoundedVec<Arbitrator<T::AccountId>, T::MaxArbitrators>, ValueQuery>;

	/// Bonds on their way out, by whose they are. Blake2, because anybody may choose an account. Written by `join_pool`, `leave_pool`
	/// and `withdraw`.
	#[pallet::storage]
	pub type LeavingPool<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Leaving>;

	/// The block in which somebody was pushed out of a full pool last. Written by `join_pool`.
	#[pallet::storage]
	pub type LastEviction<T: Config> = StorageValue<_, u32>;

	/// All cases that are not forgotten. Identity over the number in big-endian order, here and below, so that iteration ascends and
	/// the chain alone chooses keys. Paid for by its opener. Written by whatever changes a case.
	#[pallet::storage]
	pub type Cases<T: Config> = StorageMap<_, Identity, [u8; 8], CaseRecordOf<T>>;

	/// The number of the next case. Written where one is opened.
	#[pallet::storage]
	pub type NextCaseId<T: Config> = StorageValue<_, CaseId, ValueQuery>;

	/// The case about an order. Twox, because orders are numbered in sequence. Written where one is opened or forgotten.
	#[pallet::storage]
	pub type CaseOf<T: Config> = StorageMap<_, Twox64Concat, OrderId, CaseId>;

	/// The cases about a listing that are open. Twox, because listings are numbered in sequence. Paid for by their openers. Written where one
	/// is opened or closed.
	#[pallet::storage]
	pub type CasesOf<T: Config> = StorageMap<_, Twox64Concat, ListingId, OpenCases>;

	/// The juries of a case, by round. Paid for by who made it necessary. Written by drawings, votes and counts.
	#[pallet::storage]
	pub type Juries<T: Config> =
		StorageDoubleMap<_, Identity, [u8; 8], Identity, [u8; 1], Jury<T::AccountId>>;

	/// The evidence of a case. Each piece is paid for by who showed it. Written where a case is opened, and by `submit_evidence`.
	#[pallet::storage]
	pub type Evidence<T: Config> = StorageMap<_, Identity, [u8; 8], EvidenceOf, ValueQuery>;

	/// Who from outside asks to see it, or may. Each is paid for by the reviewer. Written by `request_review` and `approve_review`.
	#[pallet::storage]
	pub type Reviews<T: Config> = StorageMap<_, Identity, [u8; 8], ReviewsOf<T>, ValueQuery>;

	/// Whose turn it is in a block: each case that is not forgotten has one place. A map and no list, so that there is room for
	/// every case in any block; the hooks do in a block what it has room for. Written by whatever changes a case's phase.
	#[pallet::storage]
	pub type Due<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Identity, [u8; 8], ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody joined the pool.
		#[codec(index = 0)]
		Joined {
			/// Who.
			who: T::AccountId,
			/// With how much, in planck.
			bond: Balance,
		},
		/// An arbitrator's bond has grown.
		#[codec(index = 1)]
		BondAdded {
			/// Whose.
			who: T::AccountId,
			/// By how much, in planck.
			amount: Balance,
		},
		/// Somebody left the pool, or had to make room for a larger bond, whose own is free at once.
		#[codec(index = 2)]
		Left {
			/// Who.
			who: T::AccountId,
			/// First block in which the bond can be withdrawn.
			at: u32,
		},
		/// A bond is its owner's again.
		#[codec(index = 3)]
		Withdrawn {
			/// Whose.
			who: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// A case was opened. The evidence is that of its opener.
		#[codec(index = 4)]
		CaseOpened {
			/// The case.
			case: CaseId,
			/// About which order.
			order: OrderId,
			/// By which side.
			by: Side,
			/// First block in which the other side has lost, if it has not posted its fee. Of a seller whose delivery is proved it is posted
			/// then.
			until: u32,
		},
		/// The other side posted its fee, or it was posted for a seller who said nothing and whose delivery is proved.
		#[codec(index = 5)]
		Answered {
			/// In which case.
			case: CaseId,
			/// First block in which a jury is drawn.
			until: u32,
		},
		/// A side showed something.
		#[codec(index = 6)]
		EvidenceSubmitted {
			/// In which case.
			case: CaseId,
			/// Which side.
			by: Side,
			/// Its hash.
			hash: Digest,
		},
		/// A jury, or who replaces those who did not appear, was drawn.
		#[codec(index = 7)]
		JuryDrawn {
			/// For which case.
			case: CaseId,
			/// For which round.
			round: u8,
			/// Who.
			jurors: Vec<T::AccountId>,
			/// First block in which it is too late to commit to a vote.
			until: u32,
		},
		/// A juror did not commit to a vote in time and does not sit on the jury any more.
		#[codec(index = 8)]
		Absent {
			/// In which case.
			case: CaseId,
			/// Who.
			who: T::AccountId,
		},
		/// A juror committed to a vote.
		#[codec(index = 9)]
		Committed {
			/// In which case.
			case: CaseId,
			/// Who.
			who: T::AccountId,
		},
		/// It is time to reveal.
		#[codec(index = 10)]
		RevealStarted {
			/// In which case.
			case: CaseId,
			/// First block in which it is too late.
			until: u32,
		},
		/// A juror revealed a vote.
		#[codec(index = 11)]
		Revealed {
			/// In which case.
			case: CaseId,
			/// Who.
			who: T::AccountId,
			/// For which ruling.
			vote: Ruling,
		},
		/// A jury was counted.
		#[codec(index = 12)]
		Ruled {
			/// In which case.
			case: CaseId,
			/// Which jury.
			round: u8,
			/// What it came to.
			verdict: Verdict,
			/// First block in which it is too late to appeal; `None` after the last round, and where a side gives in as it is counted.
			appeal_until: Option<u32>,
		},
		/// A side appealed: there will be another, larger jury.
		#[codec(index = 13)]
		Appealed {
			/// In which case.
			case: CaseId,
			/// Which side.
			by: Side,
			/// To which round.
			round: u8,
		},
		/// A case is over.
		#[codec(index = 14)]
		Closed {
			/// Which one.
			case: CaseId,
			/// About which order.
			order: OrderId,
			/// How.
			how: Ending,
			/// For whom.
			ruling: Ruling,
		},
		/// Somebody was paid for a case, out of fees or fines.
		#[codec(index = 15)]
		Paid {
			/// For which case.
			case: CaseId,
			/// Who.
			who: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// A juror lost a part of a bond: for a vote that the last ruling is not, or for none.
		#[codec(index = 16)]
		Fined {
			/// In which case.
			case: CaseId,
			/// Who.
			who: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// Somebody from outside asks to see the evidence.
		#[codec(index = 17)]
		ReviewRequested {
			/// In which case.
			case: CaseId,
			/// Who.
			reviewer: T::AccountId,
		},
		/// A juror approves of that.
		#[codec(index = 18)]
		ReviewApproved {
			/// In which case.
			case: CaseId,
			/// Whose request.
			reviewer: T::AccountId,
			/// Which juror.
			by: T::AccountId,
			/// First block in which the access is over, if it is given now.
			until: Option<u32>,
		},
		/// The record of a case is gone, with all that belonged to it, and the deposits are returned.
		#[codec(index = 19)]
		Forgotten {
			/// Which one.
			case: CaseId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// An arbitrator has one place in the pool.
		#[codec(index = 0)]
		AlreadyJoined,
		/// Only an arbitrator of the pool may do this.
		#[codec(index = 1)]
		NotJoined,
		/// Who left the pool joins again only after withdrawing.
		#[codec(index = 2)]
		StillLeaving,
		/// A bond is `MinBond` at least.
		#[codec(index = 3)]
		BondTooSmall,
		/// The pool is full, and the bond is not larger by a quarter than that of anybody who could make room.
		#[codec(index = 4)]
		PoolFull,
		/// A key of nothing but zeros is none.
		#[codec(index = 5)]
		InvalidKey,
		/// Nothing is no bond.
		#[codec(index = 6)]
		ZeroAmount,
		/// Nobody leaves the pool who sits on the jury of a case that is not over.
		#[codec(index = 7)]
		OnJury,
		/// Nothing is on its way out.
		#[codec(index = 8)]
		NotLeaving,
		/// It is too early for that.
		#[codec(index = 9)]
		TooEarly,
		/// Whoever bonds, posts or stores must be able to pay for it.
		#[codec(index = 10)]
		InsufficientFunds,
		/// There is no such case.
		#[codec(index = 11)]
		NotFound,
		/// Only who has the right part in a case may do this.
		#[codec(index = 12)]
		NotAuthorized,
		/// The case does not wait for that (any more).
		#[codec(index = 13)]
		WrongPhase,
		/// It is too late for that.
		#[codec(index = 14)]
		Expired,
		/// A side shows `MAX_EVIDENCE` pieces of evidence at most.
		#[codec(index = 15)]
		TooMuchEvidence,
		/// A piece of evidence is shown once.
		#[codec(index = 16)]
		AlreadyShown,
		/// A commitment is final.
		#[codec(index = 17)]
		AlreadyCommitted,
		/// Only who has committed to a vote reveals one.
		#[codec(index = 18)]
		NotCommitted,
		/// A vote is revealed once.
		#[codec(index = 19)]
		AlreadyRevealed,
		/// This is not what was committed to.
		#[codec(index = 20)]
		WrongReveal,
		/// Only the side that lost appeals.
		#[codec(index = 21)]
		NotLost,
		/// No larger jury could be drawn, even if nobody else's case kept anybody busy.
		#[codec(index = 22)]
		PoolTooSmall,
		/// A reviewer asks once.
		#[codec(index = 23)]
		AlreadyRequested,
		/// Nobody reviews a case in which they have a part.
		#[codec(index = 24)]
		NotFromOutside,
		/// There is no room for a request until one is approved or the case is over.
		#[codec(index = 25)]
		TooManyReviews,
		/// Nobody with that account asked to see the evidence.
		#[codec(index = 26)]
		NotRequested,
		/// A juror approves once.
		#[codec(index = 27)]
		AlreadyApproved,
		/// The access is given already.
		#[codec(index = 28)]
		AlreadyGiven,
		/// Nothing is due for the case yet.
		#[codec(index = 29)]
		NothingDue,
		/// An order has one case at a time.
		#[codec(index = 30)]
		AlreadyOpened,
		/// The pool is full, and somebody was pushed out of it less than `DRAW_EVERY` blocks ago.
		#[codec(index = 31)]
		EvictedLately,
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
			let one = T::WeightInfo::work_off().saturating_add(Self::turn_weight());
			assert!(one.all_lte(Self::hook_limit()), "a block has no room for a single turn");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	// What sides and jurors have a time for is operational: who fills blocks must not decide a case.
	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Joins the pool with a bond, and the X25519 key to which evidence is encrypted for the caller. Where the pool is full, the
		/// smallest bond that sits on no jury leaves it and is free at once, if this one is larger by a quarter; once in `DRAW_EVERY` blocks.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::join_pool())]
		pub fn join_pool(origin: OriginFor<T>, bond: Balance, key: [u8; 32]) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_join_pool(who, bond, key)
		}

		/// Adds to the caller's bond. Randomness that is known already draws the caller no more.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::bond_extra())]
		pub fn bond_extra(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_extra(who, amount)
		}

		/// Leaves the pool. Not while the caller sits on the jury of a case that is not over.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::leave_pool())]
		pub fn leave_pool(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave_pool(who)
		}

		/// Takes a bond back that has waited long enough.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who)
		}

		/// Posts the fee of a case that the other side has opened. Who does not in time has lost it; but for a seller whose delivery is proved it
		/// is posted then, if she can pay it.
		#[pallet::call_index(4)]
		#[pallet::weight((T::WeightInfo::answer(), DispatchClass::Operational))]
		pub fn answer(origin: OriginFor<T>, case: CaseId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_answer(who, case)
		}

		/// Shows evidence, as a side of a case, until its first jury is drawn. Its bytes are handed to the jury off the chain.
		#[pallet::call_index(5)]
		#[pallet::weight((T::WeightInfo::submit_evidence(), DispatchClass::Operational))]
		pub fn submit_evidence(origin: OriginFor<T>, case: CaseId, hash: Digest) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_submit_evidence(who, case, hash)
		}

		/// Commits to a vote, as a juror: [`commitment`] of case, round, juror, vote, and 32 bytes that nobody else knows.
		#[pallet::call_index(6)]
		#[pallet::weight((T::WeightInfo::commit_vote(), DispatchClass::Operational))]
		pub fn commit_vote(origin: OriginFor<T>, case: CaseId, commitment: Digest) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit_vote(who, case, commitment)
		}

		/// Reveals a vote that the caller has committed to.
		#[pallet::call_index(7)]
		#[pallet::weight((
			T::WeightInfo::reveal_vote().saturating_add(Pallet::<T>::ruling_weight()),
			DispatchClass::Operational,
		))]
		pub fn reveal_vote(
			origin: OriginFor<T>,
			case: CaseId,
			vote: Ruling,
			salt: [u8; 32],
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal_vote(who, case, vote, salt)
		}

		/// Appeals, as the side that has lost, to a jury of twice the size. Posts what that costs. After a refusal either side may.
		#[pallet::call_index(8)]
		#[pallet::weight((T::WeightInfo::appeal(), DispatchClass::Operational))]
		pub fn appeal(origin: OriginFor<T>, case: CaseId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_appeal(who, case)
		}

		/// Asks, from outside, for access to a case's evidence, encrypted to `key` then. Takes the place of the oldest request that
		/// nobody approves of, where there is no other.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::request_review())]
		pub fn request_review(origin: OriginFor<T>, case: CaseId, key: [u8; 32]) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request_review(who, case, key)
		}

		/// Approves of a reviewer's access, as a juror of the case. With the second approval it is given, for `ReviewTime` blocks.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::approve_review())]
		pub fn approve_review(origin: OriginFor<T>, case: CaseId, reviewer: T::AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_approve_review(who, case, reviewer)
		}

		/// Does what is due for a case without waiting for its turn. Anybody may. The hooks do it by themselves; this is for blocks
		/// that have no room for all turns.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::execute().saturating_add(Pallet::<T>::ruling_weight()))]
		pub fn execute(origin: OriginFor<T>, case: CaseId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_execute(case)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A case with its juries, evidence and reviews, while it is not forgotten.
		pub fn case_details(case: CaseId) -> Option<CaseView<T::AccountId>> {
			Self::view_of(case)
		}

		/// The case about an order, likewise.
		pub fn case_about(order: OrderId) -> Option<CaseView<T::AccountId>> {
			CaseOf::<T>::get(order).and_then(Self::view_of)
		}

		/// A page of all cases by ascending number: up to `limit` and `CASE_PAGE` of those after `start_after`. An empty page is
		/// the end.
		pub fn cases(start_after: Option<CaseId>, limit: u32) -> Vec<CaseView<T::AccountId>> {
			Self::cases_page(start_after, limit)
		}

		/// An arbitrator of the pool, or one whose bond is on its way out.
		pub fn arbitrator(who: T::AccountId) -> Option<ArbitratorView> {
			Self::arbitrator_view(&who)
		}

		/// How many arbitrators the pool has.
		pub fn pool_size() -> u32 {
			Pool::<T>::decode_len().and_then(|len| u32::try_from(len).ok()).unwrap_or(0)
		}

		/// The numbers by which cases go that are opened now.
		pub fn settings() -> DisputeSettings {
			Self::current_settings()
		}
	}
}
