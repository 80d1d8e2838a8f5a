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
mod election;
mod impls;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use election::elect;
pub use impls::{FullIdentificationOf, RegisteredKeys, ValidatorIdOf};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{impls::RegisteredKeys, types::*, weights::WeightInfo};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{BalancedHold, Credit, Inspect, MutateHold},
			OnUnbalanced,
		},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::Balance;
	use sp_runtime::Permill;
	use sp_staking::SessionIndex;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which bonds are held and slashed.
		type Currency: Inspect<Self::AccountId, Balance = Balance>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ BalancedHold<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// What the runtime's session pallet is told: whom to disable, and which history to forget.
		type SessionInterface: pallet_session::SessionInterface<
			ValidatorId = Self::AccountId,
			AccountId = Self::AccountId,
		>;

		/// Who has registered which session keys; the session pallet.
		type KeysRegistered: RegisteredKeys<Self::AccountId>;

		/// Who may take a candidate off the list by force.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Where slashed money goes, less the reporters' share.
		type SlashTreasury: OnUnbalanced<Credit<Self::AccountId, Self::Currency>>;

		/// The part of a slash that the reporters share equally.
		#[pallet::constant]
		type ReporterShare: Get<Permill>;

		/// Smallest active bond of a candidate, in planck. May change.
		type MinBond: Get<Balance>;

		/// Most validators in a set.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Fewest validators in a set. Where there are fewer candidates, sitting validators stay. May change; counts as
		/// at least one and at most `MaxValidators`.
		type MinValidators: Get<u32>;

		/// How many validators a set has where there are candidates enough; 0: as many as the chain started with. May
		/// change; counts as at least `MinValidators` and at most `MaxValidators`.
		type SetSize: Get<u32>;

		/// Most candidates; bounds the work of an election. At least `MaxValidators`.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;

		/// Sessions for which money stays slashable after the last session that it was exposed in. Longer than an
		/// offence may take to be reported.
		#[pallet::constant]
		type UnbondingSessions: Get<u32>;

		/// Most portions of one bond on their way out at the same time.
		#[pallet::constant]
		type MaxUnlocking: Get<u32>;

		/// Past sessions whose exposures are kept. At least `UnbondingSessions`; may grow, but not shrink.
		#[pallet::constant]
		type HistoryDepth: Get<u32>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A validator's bond, active or on its way out.
		#[codec(index = 0)]
		Bond,
	}

	/// Bonds by validator. Blake2, because anybody may choose the key. One entry per account, backed by at least its
	/// own bond. Written by `bond`, `bond_extra`, `unbond`, `withdraw_unbonded` and slashes.
	#[pallet::storage]
	pub type Ledgers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, LedgerRecordOf<T>>;

	/// Who stands for election, sorted by account. Written by `validate`, `chill`, `force_chill` and slashes.
	#[pallet::storage]
	pub type Candidates<T: Config> = StorageValue<_, BoundedVec<T::AccountId, T::MaxCandidates>, ValueQuery>;

	/// The set of each session from `HistoryDepth` back to the planned one, and the bonds exposed in it. Twox, because
	/// the key is sequential. Written when a session is planned; `slashed` by offences.
	#[pallet::storage]
	pub type Exposures<T: Config> = StorageMap<
		_,
		Twox64Concat,
		SessionIndex,
		BoundedVec<ExposureRecord<T::AccountId>, T::MaxValidators>,
		ValueQuery,
	>;

	/// How many validators the chain started with. Written by genesis.
	#[pallet::storage]
	pub type GenesisSize<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The running session. Written when a session starts.
	#[pallet::storage]
	pub type CurrentSession<T: Config> = StorageValue<_, SessionIndex, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Money was bonded.
		#[codec(index = 0)]
		Bonded {
			/// Whose bond it is.
			validator: T::AccountId,
			/// What was added, in planck.
			amount: Balance,
		},
		/// Money started on its way out of a bond.
		#[codec(index = 1)]
		Unbonded {
			/// Whose bond it is.
			validator: T::AccountId,
			/// What left the active bond, in planck.
			amount: Balance,
			/// First session in which it can be withdrawn.
			until: SessionIndex,
		},
		/// Money left a bond.
		#[codec(index = 2)]
		Withdrawn {
			/// Whose bond it was.
			validator: T::AccountId,
			/// What was released, in planck.
			amount: Balance,
		},
		/// An account stands for election.
		#[codec(index = 3)]
		CandidacyDeclared {
			/// Who.
			validator: T::AccountId,
		},
		/// An account stands for election no more.
		#[codec(index = 4)]
		Chilled {
			/// Who.
			validator: T::AccountId,
		},
		/// A set that differs from its predecessor was planned.
		#[codec(index = 5)]
		SetPlanned {
			/// First session of the set.
			session: SessionIndex,
			/// How many validators it has.
			validators: u32,
		},
		/// An offence was punished.
		#[codec(index = 6)]
		Slashed {
			/// The offender.
			validator: T::AccountId,
			/// The session of the offence.
			session: SessionIndex,
			/// What was taken, in planck.
			amount: Balance,
			/// What of it the reporters got, in planck.
			rewarded: Balance,
		},
		/// An offence was reported by somebody who was not in the set of that session, or of a session long forgotten.
		#[codec(index = 7)]
		OffenceIgnored {
			/// The accused.
			validator: T::AccountId,
			/// The session of the offence.
			session: SessionIndex,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// An account has one bond: add to it with `bond_extra`.
		#[codec(index = 0)]
		AlreadyBonded,
		/// Only a bonded account can do this.
		#[codec(index = 1)]
		NotBonded,
		/// The amount must be more than nothing.
		#[codec(index = 2)]
		ZeroAmount,
		/// The active bond must be at least `MinBond`.
		#[codec(index = 3)]
		BelowMinimum,
		/// The active bond is smaller than the amount.
		#[codec(index = 4)]
		InsufficientBond,
		/// A candidate, or a validator of the running or the planned set, keeps at least `MinBond`: chill first, and
		/// wait to be replaced.
		#[codec(index = 5)]
		StillValidating,
		/// At most `MaxUnlocking` portions can be on their way out: withdraw some first.
		#[codec(index = 6)]
		TooManyUnlocking,
		/// Nothing can be withdrawn before its unbonding sessions have passed.
		#[codec(index = 7)]
		TooEarly,
		/// Only an account with session keys can stand for election.
		#[codec(index = 8)]
		NoSessionKeys,
		/// The account stands for election already.
		#[codec(index = 9)]
		AlreadyCandidate,
		/// The account does not stand for election.
		#[codec(index = 10)]
		NotCandidate,
		/// The list is full, and every candidate's bond is at least as large.
		#[codec(index = 11)]
		TooManyCandidates,
	}

	/// The validators that the chain starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Accounts and their bonds in planck. Each must be endowed with more than its bond, and have session keys in
		/// the session pallet's genesis.
		pub validators: Vec<(T::AccountId, Balance)>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::do_genesis(&self.validators);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinValidators::get() >= 1, "a chain needs a validator");
			assert!(
				T::MinValidators::get() <= T::MaxValidators::get(),
				"MinValidators exceeds MaxValidators"
			);
			assert!(
				T::MaxValidators::get() <= T::MaxCandidates::get(),
				"MaxValidators exceeds MaxCandidates"
			);
			assert!(T::UnbondingSessions::get() <= T::HistoryDepth::get(), "bonds outlive their exposures");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Opens a bond of `amount` planck, at least `MinBond`, held on the caller's account.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond(who, amount)
		}

		/// Adds `amount` planck to the caller's active bond.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::bond_extra())]
		pub fn bond_extra(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_extra(who, amount)
		}

		/// Starts `amount` planck of the active bond on its way out. It stays held and slashable until the unbonding
		/// sessions have passed.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who, amount)
		}

		/// Releases what has passed its unbonding sessions.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw_unbonded())]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(who)
		}

		/// Stands for election from the next planned session on. Needs `MinBond` and registered session keys. A set has
		/// `SetSize` members, so that a newcomer is elected where a place is free or by a larger bond. Where the
		/// list is full, the candidate with the smallest bond makes room for a larger one.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::validate(T::MaxCandidates::get()))]
		pub fn validate(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_validate(who)
		}

		/// Stands for election no more. A sitting validator serves until it is replaced.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::chill())]
		pub fn chill(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_chill(who)
		}

		/// Takes `validator` off the list of candidates. Its bond is not touched.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::force_chill())]
		pub fn force_chill(origin: OriginFor<T>, validator: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_chill(validator)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Who stands for election, with the active bond in planck: largest first, ties by account.
		pub fn candidates() -> Vec<(T::AccountId, Balance)> {
			Self::ranked_candidates()
		}

		/// The running set with the bonds exposed in it, in planck.
		pub fn active_set() -> Vec<(T::AccountId, Balance)> {
			Exposures::<T>::get(CurrentSession::<T>::get())
				.into_iter()
				.map(|record| (record.validator, record.bond))
				.collect()
		}

		/// What is known of one validator, or `None` where it has no bond.
		pub fn validator(account: T::AccountId) -> Option<ValidatorView> {
			Self::view_of(&account)
		}
	}
}
