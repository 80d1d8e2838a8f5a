//! Weights of `pallet_proofs`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_proofs::WeightInfo for WeightInfo<T> {
	/// At least 6_035_180 ns.
	fn register_key() -> Weight {
		Weight::from_parts(6_054_700_000, 5_610)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 54_952 ns.
	fn retire_key() -> Weight {
		Weight::from_parts(57_615_000, 5_610)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 18_757 ns.
	fn pause() -> Weight {
		Weight::from_parts(20_340_000, 3_479)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 19_208 ns.
	fn resume() -> Weight {
		Weight::from_parts(20_220_000, 3_479)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_186_971 ns.
	fn verify_proof() -> Weight {
		Weight::from_parts(3_345_076_000, 5_610).saturating_add(T::DbWeight::get().reads(2))
	}
}
