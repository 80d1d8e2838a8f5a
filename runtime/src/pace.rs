//! How fast a chain goes, chosen at its genesis: how long its epochs are, how short governance may make the phases of a dispute, and parameters
//! that differ from their first values.
//!
//! A jury is drawn by the randomness of one epoch ago, and phases of a case last days: on a chain that somebody tries things on nobody
//! waits for that. `pallet-parameters` has no genesis of its own. An epoch's length never changes while the chain runs: BABE could not
//! tell in which epoch a slot is. Nor does the shortest phase: it is a limit of governance.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;
	use codec::DecodeAll;
	use core::marker::PhantomData;
	use frame_support::{pallet_prelude::*, traits::dynamic_params::AggregatedKeyValue};
	use pallet_parameters::Parameters;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config + pallet_parameters::Config {
		/// Blocks of an epoch where the genesis does not say.
		#[pallet::constant]
		type EpochBlocks: Get<u64>;

		/// Blocks of the shortest phase of a dispute where the genesis does not say.
		#[pallet::constant]
		type ShortestPhase: Get<u32>;
	}

	/// Blocks of an epoch. Written by genesis; [`Config::EpochBlocks`] where there is nothing.
	#[pallet::storage]
	pub type EpochBlocks<T: Config> = StorageValue<_, u64>;

	/// Blocks of the shortest phase of a dispute, and of the shortest drawing. Written by genesis; [`Config::ShortestPhase`] where there is nothing,
	/// and for a drawing two epochs more.
	#[pallet::storage]
	pub type ShortestPhase<T: Config> = StorageValue<_, u32>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Blocks of an epoch, one at least.
		pub epoch_blocks: Option<u64>,
		/// Blocks of the shortest phase of a dispute, and of the shortest drawing.
		pub shortest_phase: Option<u32>,
		/// Parameters with the value they start with, SCALE-encoded.
		pub parameters: Vec<Vec<u8>>,
		#[serde(skip)]
		_config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		// A chain that is not what its genesis says must not start.
		#[allow(clippy::expect_used, clippy::panic)]
		fn build(&self) {
			if let Some(blocks) = self.epoch_blocks {
				assert!(blocks > 0, "an epoch has one block at least");
				EpochBlocks::<T>::put(blocks);
			}
			if let Some(blocks) = self.shortest_phase {
				ShortestPhase::<T>::put(blocks);
			}
			for bytes in &self.parameters {
				let parameter = T::RuntimeParameters::decode_all(&mut &bytes[..]);
				let (key, value) = parameter.expect("a parameter of this runtime").into_parts();
				Parameters::<T>::set(key, value);
			}
		}
	}

	impl<T: Config> Pallet<T> {
		/// Blocks of an epoch.
		pub fn epoch_blocks() -> u64 {
			EpochBlocks::<T>::get().unwrap_or_else(T::EpochBlocks::get)
		}

		/// Blocks of the shortest phase of a dispute.
		pub fn shortest_phase() -> u32 {
			ShortestPhase::<T>::get().unwrap_or_else(T::ShortestPhase::get)
		}

		/// Blocks of the shortest drawing of a jury. In two epochs its randomness is gathered and known, in whatever block the drawing begins: an epoch
		/// has no more blocks than slots. Another phase is for blocks that are full, and for arbitrators who are busy.
		pub fn shortest_drawing() -> u32 {
			ShortestPhase::<T>::get().unwrap_or_else(|| {
				let epochs = u32::try_from(Self::epoch_blocks().saturating_mul(2)).unwrap_or(u32::MAX);
				epochs.saturating_add(T::ShortestPhase::get())
			})
		}
	}
}
