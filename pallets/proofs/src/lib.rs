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
mod checking;
mod dispatchables;
mod impls;
#[cfg(test)]
mod mock;
mod refusal;
mod tables;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use tables::TABLE_VERSIONS;
pub use types::*;
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{types::*, weights::WeightInfo};
	use alloc::vec::Vec;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use souk_primitives::Digest;
	use souk_proof_primitives::statements::{Era, StatementId};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Who registers and retires keys, and pauses statements.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Keys by statement and era, retired ones included. Twox, because only the admin chooses the key, here and below; and the
	/// admin alone makes it grow, by two kilobytes for each ceremony. Written by genesis, `register_key` and `retire_key`.
	#[pallet::storage]
	pub type Keys<T: Config> = StorageDoubleMap<_, Twox64Concat, StatementId, Twox64Concat, Era, KeyRecord>;

	/// The eras of a statement whose keys are not retired, the newest last: at most `MAX_LIVE_KEYS`. Written with `Keys`.
	#[pallet::storage]
	pub type LiveEras<T: Config> = StorageMap<_, Twox64Concat, StatementId, Eras, ValueQuery>;

	/// Whether a statement is paused: at most one for each. Written by `pause` and `resume`.
	#[pallet::storage]
	pub type Switches<T: Config> = StorageMap<_, Twox64Concat, StatementId, Switch>;

	/// Whether proofs over tables are paused. Written by `pause` and `resume`.
	#[pallet::storage]
	pub type TableSwitch<T: Config> = StorageValue<_, Switch>;

	/// Versions of proofs over tables that are retired, and from which block on. Twox, and bounded by the versions that there are.
	/// Written by `retire_key`.
	#[pallet::storage]
	pub type RetiredVersions<T: Config> = StorageMap<_, Twox64Concat, u32, u32>;

	/// Whether the chain takes proofs that anybody can make, for nothing is at stake on it. Written by genesis alone.
	#[pallet::storage]
	pub type AllowDevelopmentKeys<T: Config> = StorageValue<_, bool, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A statement got the key of another era.
		#[codec(index = 0)]
		KeyRegistered {
			/// Number of the statement.
			statement: u8,
			/// The era.
			era: u32,
			/// The key's id.
			id: Digest,
			/// Hash of the transcript of the ceremony that made it.
			transcript: Digest,
		},
		/// A key is at its end.
		#[codec(index = 1)]
		KeyRetired {
			/// Number of the statement.
			statement: u8,
			/// The era.
			era: u32,
			/// First block in which nothing is proved under it.
			from: u32,
		},
		/// A statement is paused.
		#[codec(index = 2)]
		Paused {
			/// Number of the statement.
			statement: u8,
			/// First block in which no proof of it is taken.
			from: u32,
		},
		/// A statement is not paused any more.
		#[codec(index = 3)]
		Resumed {
			/// Number of the statement.
			statement: u8,
			/// First block in which proofs of it are taken again.
			from: u32,
		},
		/// Somebody showed a proof, and it is valid.
		#[codec(index = 4)]
		Verified {
			/// Who.
			who: T::AccountId,
			/// Number of the statement.
			statement: u8,
			/// Era of the key.
			era: u32,
			/// The name of what was proved.
			proof_id: Digest,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A statement has one of the numbers that `docs/statements/` lists.
		#[codec(index = 0)]
		UnknownStatement,
		/// The statement has no key of that era.
		#[codec(index = 1)]
		NotFound,
		/// An era has one key, which is never replaced: a new key is for a new era.
		#[codec(index = 2)]
		AlreadyExists,
		/// The key of that era was retired.
		#[codec(index = 3)]
		Retired,
		/// The statement is paused.
		#[codec(index = 4)]
		Paused,
		/// The statement is paused already, or will be with the next block.
		#[codec(index = 5)]
		AlreadyPaused,
		/// The statement is not paused, or will not be with the next block.
		#[codec(index = 6)]
		NotPaused,
		/// A chain on which something is at stake takes no key that everybody can make.
		#[codec(index = 7)]
		DevelopmentKey,
		/// A key that not everybody can make comes from a ceremony, and with the hash of its transcript.
		#[codec(index = 8)]
		NoTranscript,
		/// A statement has at most `MAX_LIVE_KEYS` keys at a time: retire one first.
		#[codec(index = 9)]
		TooManyKeys,
		/// A key has as many bytes as its points, and not one more.
		#[codec(index = 10)]
		KeyWrongLength,
		/// A key takes as many public inputs as its statement has.
		#[codec(index = 11)]
		KeyWrongInputCount,
		/// Each point of a key has the one encoding that it has.
		#[codec(index = 12)]
		KeyNotCanonical,
		/// Each point of a key is on its curve.
		#[codec(index = 13)]
		KeyNotOnCurve,
		/// No point of a key is the identity.
		#[codec(index = 14)]
		KeyIdentity,
		/// Each point of a key is in the subgroup of prime order.
		#[codec(index = 15)]
		KeyNotInSubgroup,
		/// γ and δ of a key are different points: otherwise everything could be proved under it.
		#[codec(index = 16)]
		KeyGammaIsDelta,
		/// A statement has a fixed number of public inputs, of 32 bytes each.
		#[codec(index = 17)]
		WrongInputCount,
		/// A public input is a number below the modulus.
		#[codec(index = 18)]
		InputNotCanonical,
		/// The number of a chunk has 32 bits.
		#[codec(index = 19)]
		IndexTooLarge,
		/// A point among the public inputs is on Bandersnatch.
		#[codec(index = 20)]
		InputNotOnCurve,
		/// No point among the public inputs is the identity.
		#[codec(index = 21)]
		InputIdentity,
		/// A point among the public inputs is in the subgroup of prime order.
		#[codec(index = 22)]
		InputNotInSubgroup,
		/// A proof has the one encoding that its points have: no byte more or less, no coordinate at or above the modulus.
		#[codec(index = 23)]
		ProofMalformed,
		/// Each point of a proof is on its curve.
		#[codec(index = 24)]
		ProofNotOnCurve,
		/// No point of a proof is the identity.
		#[codec(index = 25)]
		ProofIdentity,
		/// Each point of a proof is in the subgroup of prime order.
		#[codec(index = 26)]
		ProofNotInSubgroup,
		/// A proof is valid for the public inputs that it was made for, and for no others: not those of another chain, listing,
		/// order, era or statement.
		#[codec(index = 27)]
		ProofNotValid,
		/// Proofs over tables are checked without keys: none is registered, and they are checked as bundles.
		#[codec(index = 28)]
		NoKeys,
	}

	/// The keys that the chain starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Statement, era, key (compressed), and hash of the ceremony's transcript.
		pub keys: Vec<(u8, u32, Vec<u8>, Digest)>,
		/// Whether the chain takes keys that everybody can make. Never where something is at stake.
		pub development_keys: bool,
		/// The runtime that this is the genesis of.
		#[serde(skip)]
		pub runtime: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::do_genesis(&self.keys, self.development_keys);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers the key of a statement for an era. `key` is compressed; `transcript` is the hash of the transcript of the
		/// ceremony that made it, zero for a development key.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register_key())]
		pub fn register_key(
			origin: OriginFor<T>,
			statement: u8,
			era: u32,
			key: KeyBytes,
			transcript: Digest,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_register_key(statement, era, &key, transcript)
		}

		/// From the next block on, nothing is proved under the key of an era. There is no way back. Of proofs over tables, which
		/// have no keys, it retires the version `era`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::retire_key())]
		pub fn retire_key(origin: OriginFor<T>, statement: u8, era: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_retire_key(statement, era)
		}

		/// From the next block on, no proof of a statement is taken, until it is resumed.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>, statement: u8) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_pause(statement)
		}

		/// From the next block on, proofs of a paused statement are taken again.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::resume())]
		pub fn resume(origin: OriginFor<T>, statement: u8) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_resume(statement)
		}

		/// Has the chain check a proof, for anybody: an event says that it is valid. `inputs` are the canonical bytes of the
		/// statement's public inputs. The fee is paid whether it is valid or not.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::verify_proof())]
		pub fn verify(
			origin: OriginFor<T>,
			statement: u8,
			era: u32,
			inputs: InputBytes,
			proof: ProofBytes,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_verify(who, statement, era, &inputs, &proof)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The key of a statement and era, retired or not.
		pub fn key(statement: u8, era: u32) -> Option<KeyView> {
			Self::key_view(StatementId::from_code(statement)?, Era(era))
		}

		/// The key that newest proofs of a statement are for: of the highest era that is not retired.
		pub fn current(statement: u8) -> Option<KeyView> {
			let statement = StatementId::from_code(statement)?;
			Self::key_view(statement, Self::newest_era(statement)?)
		}

		/// What is checked of proofs over tables.
		pub fn tables() -> TablesView {
			Self::tables_view()
		}
	}
}
