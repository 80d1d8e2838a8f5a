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
mod challenges;
mod downtimes;
mod fines;
mod history;
mod hooks;
mod impls;
#[cfg(test)]
mod mock;
pub mod penalty;
mod reports;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use penalty::Penalty;
pub use reports::MINUTES_AHEAD;
pub use souk_proof_primitives::evidence::{
	announcement, evidence_hash, Accusation, Innocence, ATTESTATION, SUBMISSION,
};
pub use types::*;
pub use views::{ChallengeView, FineView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		penalty::Penalty,
		types::*,
		views::{ChallengeView, FineView},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, tokens::ConversionFromAssetBalance, Randomness, UnixTime},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Bonds, Curation, Listings, Promises, Subscribers},
		Asset, Balance, Bond, Digest, ListingId, OffenceKind, Period,
	};
	use souk_proof_primitives::{merkle::Path, piece::Piece};
	use sp_runtime::traits::Convert;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The table of penalties.
	pub trait Penalties {
		/// What an offence of a kind costs. May change; holds for what is recorded after that.
		fn of(kind: OffenceKind) -> Penalty;
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which bonds and deposits are held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// What is for sale, and whose it is.
		type Listings: Listings<Self::AccountId>;

		/// Who is assigned to what.
		type Curation: Curation<Self::AccountId>;

		/// The bonds that answer.
		type Bonds: Bonds<Self::AccountId>;

		/// Who has promised snapshots, who makes them, and who keeps them.
		type Promises: Promises<Self::AccountId>;

		/// What the places that challenges ask for are drawn by: nothing that a node or a block's author can choose.
		type Randomness: Randomness<Self::Hash, BlockNumberFor<Self>>;

		/// Who pays for a listing.
		type Subscribers: Subscribers<Self::AccountId>;

		/// What an amount of an asset is worth in planck. The native token is worth itself.
		type Worth: ConversionFromAssetBalance<Balance, Asset, Balance>;

		/// Where the rest of a fine goes, and what nobody else can be paid.
		type Treasury: Get<Self::AccountId>;

		/// What offences cost.
		type Penalties: Penalties;

		/// Blocks after which money that could not be moved is tried first. May change.
		type RetryEvery: Get<u32>;

		/// Blocks for which an offence is remembered.
		#[pallet::constant]
		type Memory: Get<u32>;

		/// Most offences that are remembered against one bond.
		#[pallet::constant]
		type MaxRemembered: Get<u32>;

		/// Blocks in which absences of a kind against one bond count once for what the next one costs: a day.
		#[pallet::constant]
		type CountedEvery: Get<u32>;

		/// Blocks after an offence in which it can still be reported. What is unbonded stays held for longer.
		#[pallet::constant]
		type ReportWindow: Get<u32>;

		/// The same in minutes, for statements that name a time and no block.
		#[pallet::constant]
		type ReportMinutes: Get<u32>;

		/// Blocks in which an announced report is made, from the one after the announcement.
		#[pallet::constant]
		type AnnouncedFor: Get<u32>;

		/// Most blocks between two attestations that are compared. May change.
		type SameAnswerFor: Get<u32>;

		/// Blocks between two rounds of challenges; 0 for no rounds. May change.
		type ChallengeEvery: Get<u32>;

		/// Blocks in which a challenge is answered, and for which nodes have had a snapshot before they are asked for it. Shorter than
		/// the time between two rounds. May change; holds for what is challenged after that.
		type ChallengeWindow: Get<u32>;

		/// Most blocks of a downtime.
		#[pallet::constant]
		type MaxDowntime: Get<u32>;

		/// Blocks from the announcement of a downtime to its beginning at least: more than an open challenge has.
		#[pallet::constant]
		type DowntimeNotice: Get<u32>;

		/// Blocks between the beginnings of two downtimes of a node at least.
		#[pallet::constant]
		type DowntimeEvery: Get<u32>;

		/// The account of a public key.
		type AccountOf: Convert<[u8; 32], Self::AccountId>;

		/// The chain's time.
		type UnixTime: UnixTime;

		/// Deposit for a byte that a report stores, in planck. May change; holds for what is written after that.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any report, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Rent for the bytes that reports and downtimes store; on the account of who made them.
		#[codec(index = 0)]
		Deposit,
	}

	/// What is remembered against a bond, oldest first: at most `MaxRemembered` for each listing and node, and each for `Memory` blocks. Absences only of
	/// who had a bond, which has paid for them; what else comes took a sale or a report, each with a deposit. Blake2, because anybody may choose a node's account. Written with each
	/// offence, and by the hooks.
	#[pallet::storage]
	pub type History<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		Bond<T::AccountId>,
		BoundedVec<OffenceRecord<T::AccountId>, T::MaxRemembered>,
		ValueQuery,
	>;

	/// Fines that are being divided. Identity over the number in big-endian order, so that iteration ascends and the chain alone
	/// chooses keys. Each is gone when all of it is paid. Written with each offence, and by the hooks.
	#[pallet::storage]
	pub type Fines<T: Config> = StorageMap<_, Identity, [u8; 8], FineRecordOf<T>>;

	/// The number of the next fine. Written with each offence.
	#[pallet::storage]
	pub type NextFineId<T: Config> = StorageValue<_, FineId, ValueQuery>;

	/// Reports that somebody means to make: one for each account, paid for by its deposit. Blake2, because anybody may choose an account.
	/// Written by `announce_report`, by the reports, and by the hooks.
	#[pallet::storage]
	pub type Announcements<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, AnnouncementRecord>;

	/// What was reported, while it could be reported again. Identity, because the key is a hash. Each is paid for by its reporter's
	/// deposit. Written by the reports, and by the hooks.
	#[pallet::storage]
	pub type Cases<T: Config> = StorageMap<_, Identity, Digest, CaseRecord<T::AccountId>>;

	/// The round that goes on, or the last one. Written by the hooks.
	#[pallet::storage]
	pub type Round<T: Config> = StorageValue<_, RoundRecord>;

	/// What nodes have to show: one entry at most for each assignment, which has paid a deposit, or has ended since; gone when its time is over. Blake2,
	/// because anybody may choose an account; Twox, because listings are numbered. Written by `answer_challenge`, and by the hooks.
	#[pallet::storage]
	pub type Challenges<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, ListingId, ChallengeRecord>;

	/// When nodes are away: one entry for each node, paid for by its deposit, until the node may announce the next one. Written by
	/// `announce_downtime`, and by the hooks.
	#[pallet::storage]
	pub type Downtimes<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, DowntimeRecord>;

	/// What is due in a block. Twox, because the key is sequential; Blake2, because anybody may choose an account. One entry for
	/// each block in which something is forgotten and bond, and one for each case, announcement, challenge and downtime. Written with each offence, and by the hooks.
	#[pallet::storage]
	pub type Due<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, Turn<T::AccountId>, ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An offence was recorded.
		#[codec(index = 0)]
		OffenceCommitted {
			/// What was done.
			kind: OffenceKind,
			/// The listing that it was done to.
			listing: ListingId,
			/// The node that did it, where one did.
			node: Option<T::AccountId>,
			/// Who proved it, where somebody did.
			reporter: Option<T::AccountId>,
			/// Hash that names the evidence.
			evidence: Digest,
			/// What it cost the curator's bond, in planck.
			of_curator: Balance,
			/// What it cost the node's bond, in planck.
			of_node: Balance,
		},
		/// The division of a fine began.
		#[codec(index = 1)]
		FineImposed {
			/// Its number.
			fine: FineId,
			/// For what was done to which listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
		},
		/// Who pays for a listing got a share of a fine.
		#[codec(index = 2)]
		Compensated {
			/// The listing.
			listing: ListingId,
			/// Who pays for it.
			payer: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// Who proved an offence got their share.
		#[codec(index = 3)]
		Rewarded {
			/// The listing.
			listing: ListingId,
			/// Who proved it.
			reporter: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// The treasury got the rest of a fine.
		#[codec(index = 4)]
		Collected {
			/// The listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
		},
		/// All of a fine is paid.
		#[codec(index = 5)]
		FineSettled {
			/// Its number.
			fine: FineId,
		},
		/// The rest of a fine cannot be moved. It is tried again.
		#[codec(index = 6)]
		FineDelayed {
			/// Its number.
			fine: FineId,
			/// What is left, in planck.
			left: Balance,
		},
		/// Somebody means to report something.
		#[codec(index = 7)]
		ReportAnnounced {
			/// Who.
			reporter: T::AccountId,
			/// A hash over reporter and evidence.
			hash: Digest,
			/// First block in which it is worth nothing any more.
			until: u32,
		},
		/// A node has to show a piece of a snapshot that it keeps.
		#[codec(index = 8)]
		Challenged {
			/// Who.
			node: T::AccountId,
			/// The listing.
			listing: ListingId,
			/// Which snapshot.
			period: Period,
			/// Which chunk.
			chunk: u32,
			/// Which piece of it.
			piece: u32,
			/// First block in which it is too late.
			until: u32,
		},
		/// It has shown it.
		#[codec(index = 9)]
		ChallengeAnswered {
			/// Who.
			node: T::AccountId,
			/// The listing.
			listing: ListingId,
			/// Which snapshot.
			period: Period,
		},
		/// A node will be away.
		#[codec(index = 10)]
		DowntimeAnnounced {
			/// Who.
			node: T::AccountId,
			/// First block.
			from: u32,
			/// First block in which it is back.
			until: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A report is announced at least one block before.
		#[codec(index = 0)]
		NotAnnounced,
		/// The announcement is in this block: the report comes in a later one.
		#[codec(index = 1)]
		AnnouncedNow,
		/// Exactly this is announced.
		#[codec(index = 2)]
		AlreadyAnnounced,
		/// The reporter cannot pay the deposit for what the report stores.
		#[codec(index = 3)]
		DepositUnpaid,
		/// A statement has one encoding, no byte more or less.
		#[codec(index = 4)]
		Malformed,
		/// Both statements are for this chain.
		#[codec(index = 5)]
		OtherChain,
		/// Both statements are about the same listing, period and signer; attestations about the same query over the same snapshot.
		#[codec(index = 6)]
		NotComparable,
		/// The statements do not contradict each other. Only complete answers to queries can.
		#[codec(index = 7)]
		NoContradiction,
		/// Each statement is signed by who it says.
		#[codec(index = 8)]
		BadSignature,
		/// Its time is over: it is too long ago to be reported, or the challenge was to be answered before.
		#[codec(index = 9)]
		TooLate,
		/// A period is at most five minutes ahead of the chain's time.
		#[codec(index = 10)]
		PeriodAhead,
		/// An attestation names a block that this chain has not had yet.
		#[codec(index = 11)]
		BlockAhead,
		/// The attestations are further apart than an answer has to stay the same.
		#[codec(index = 12)]
		TooFarApart,
		/// What a query may show was changed meanwhile, or so often later that nobody knows.
		#[codec(index = 13)]
		PolicyChanged,
		/// The signer was reported for this listing and period.
		#[codec(index = 14)]
		AlreadyReported,
		/// The node has no bond, and is assigned to nothing here.
		#[codec(index = 15)]
		NothingAtStake,
		/// The caller has nothing to show of this listing.
		#[codec(index = 16)]
		NotChallenged,
		/// This is not the piece that was asked for.
		#[codec(index = 17)]
		WrongPiece,
		/// A downtime has 1 to `MaxDowntime` blocks, and begins `DowntimeNotice` blocks later at least, but within `DowntimeEvery` after that.
		#[codec(index = 18)]
		BadDowntime,
		/// A node is away once in `DowntimeEvery` blocks.
		#[codec(index = 19)]
		AwayTooOften,
		/// It is promised of both answers, by the same rules, that they are the same bytes each time.
		#[codec(index = 20)]
		NotReproducible,
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
			let unbonding = T::Bonds::unbonding_period();
			let window = T::ReportWindow::get();
			assert!(unbonding > window, "bonds are gone after {unbonding} blocks, reports come for {window}");
			// Twice, because a period may be a little ahead of the chain's time.
			let remembered = T::Memory::get() >= window.saturating_mul(2);
			assert!(remembered, "an offence is forgotten while it can be reported");
			assert!(T::MaxRemembered::get() >= 1, "nothing can be remembered");
			let fine = T::WeightInfo::next_fine();
			assert!(T::AnnouncedFor::get() >= 1, "no announced report can be made");
			let asked = T::ChallengeWindow::get();
			assert!(asked >= 1, "no challenge can be answered");
			let every = T::ChallengeEvery::get();
			assert!(every == 0 || every > asked, "a challenge is open when the next one comes");
			assert!(T::DowntimeNotice::get() > asked, "a challenge that is open can be evaded");
			assert!(T::DowntimeEvery::get() > T::MaxDowntime::get(), "a node can always be away");
			for step in [
				T::WeightInfo::turn(),
				T::WeightInfo::round().saturating_add(T::WeightInfo::visit()),
				fine.saturating_add(T::WeightInfo::pay_next()),
				fine.saturating_add(T::WeightInfo::pay_rest()),
			] {
				let all = step
					.saturating_add(T::WeightInfo::work_off())
					.saturating_add(T::DbWeight::get().reads(1));
				assert!(all.all_lte(Self::hook_limit()), "a block has no room for a single step");
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Announces a report: `hash` is `Blake2b-256` over `souk/report/v1`, the caller, and the hash of the evidence, so that nobody else
		/// can use it. It is made in one of the `AnnouncedFor` blocks after this one. An account has one announcement at a time; a new one takes
		/// the place of the old. The deposit comes back with the report, or when the time is over.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::announce_report())]
		pub fn announce_report(origin: OriginFor<T>, hash: Digest) -> DispatchResult {
			let reporter = ensure_signed(origin)?;
			Self::do_announce_report(reporter, hash)
		}

		/// Reports two submissions that one worker signed for one period, as announced. Costs no fee where it is true. The deposit for the
		/// case is held until it could not be reported any more.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::report_conflict())]
		pub fn report_conflict(
			origin: OriginFor<T>,
			first: SubmissionBytes,
			second: SubmissionBytes,
		) -> DispatchResultWithPostInfo {
			let reporter = ensure_signed(origin)?;
			Self::do_report_conflict(reporter, &first, &second)
		}

		/// Reports two complete answers to one query over one snapshot that one node signed as reproducible, with different results, as
		/// announced: the attestations in the bytes in which they came. Costs no fee where it is true.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::report_attestations())]
		pub fn report_attestations(
			origin: OriginFor<T>,
			first: AttestationBytes,
			second: AttestationBytes,
		) -> DispatchResultWithPostInfo {
			let reporter = ensure_signed(origin)?;
			Self::do_report_attestations(reporter, &first, &second)
		}

		/// Shows, as a challenged node, the piece of a listing's snapshot that was drawn, with what leads from it to the root over the
		/// ciphertext. Costs no fee where it is the right one. Operational: who fills blocks must not have honest nodes fined.
		///
		/// By its first answer a node agrees to the assignment: it answers for later challenges, and not only the curator.
		#[pallet::call_index(3)]
		#[pallet::weight((
			T::WeightInfo::answer_challenge().saturating_add(T::DbWeight::get().reads_writes(1, 1)),
			DispatchClass::Operational,
		))]
		pub fn answer_challenge(
			origin: OriginFor<T>,
			listing: ListingId,
			piece: Piece,
			path: Path,
		) -> DispatchResultWithPostInfo {
			let node = ensure_signed(origin)?;
			Self::do_answer_challenge(node, listing, &piece, &path)
		}

		/// Says, as a node with a bond, that it will be away for `blocks` blocks from block `from` on: it is not challenged then, and where no quorum of
		/// workers is left, no snapshot is missed. The deposit comes back when the next downtime can be announced.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::announce_downtime())]
		pub fn announce_downtime(origin: OriginFor<T>, from: u32, blocks: u32) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_announce_downtime(node, from, blocks)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What is remembered against a listing, newest first.
		pub fn history(listing: ListingId) -> Vec<OffenceRecord<T::AccountId>> {
			Self::history_of(&Bond::Listing(listing))
		}

		/// What is remembered against a node, newest first.
		pub fn node_history(node: T::AccountId) -> Vec<OffenceRecord<T::AccountId>> {
			Self::history_of(&Bond::Node(node))
		}

		/// What each kind of offence costs.
		pub fn penalties() -> Vec<(OffenceKind, Penalty)> {
			Self::penalty_table()
		}

		/// What a node has to show, of each listing that it keeps.
		pub fn challenges(node: T::AccountId) -> Vec<ChallengeView> {
			Self::challenges_of(&node)
		}

		/// When a node is away, or was, until it can announce the next downtime.
		pub fn downtime(node: T::AccountId) -> Option<DowntimeRecord> {
			Downtimes::<T>::get(node)
		}

		/// Fines that are being divided, by ascending number: up to `limit` (at most 100) of those after `start_after`.
		pub fn fines(start_after: Option<FineId>, limit: u32) -> Vec<FineView<T::AccountId>> {
			Self::fine_page(start_after, limit)
		}
	}
}
