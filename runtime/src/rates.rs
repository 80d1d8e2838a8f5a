//! What assets are worth in the native token when a chain starts. `pallet-asset-rate` keeps the rates and has no genesis of its
//! own.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;
	use core::marker::PhantomData;
	use frame_support::{pallet_prelude::*, traits::fungible::NativeOrWithId};
	use pallet_asset_rate::ConversionRateToNative;
	use sp_runtime::{FixedPointNumber, FixedU128};

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config + pallet_asset_rate::Config<AssetKind = NativeOrWithId<u32>>
	{
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The number of each asset, and what its smallest unit is worth in planck.
		pub rates: Vec<(u32, u128)>,
		#[serde(skip)]
		_config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (asset, planck) in &self.rates {
				let rate = FixedU128::saturating_from_integer(*planck);
				ConversionRateToNative::<T>::insert(NativeOrWithId::WithId(*asset), rate);
			}
		}
	}
}
