//! Weights of `pallet_proofs`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_proofs::WeightInfo for WeightInfo<T> {
	/// At least 6_635_932 ns.
	fn register_key() -> Weight {
		Weight::from_parts(6_884_492_000, 5_610)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 62_092 ns.
	fn retire_key() -> Weight {
		Weight::from_parts(70_044_000, 5_610)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 22_894 ns.
	fn pause() -> Weight {
		Weight::from_parts(24_636_000, 3_479)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 23_495 ns.
	fn resume() -> Weight {
		Weight::from_parts(24_806_000, 3_479)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_249_299 ns.
	fn verify_proof() -> Weight {
		Weight::from_parts(4_776_492_000, 5_610).saturating_add(T::DbWeight::get().reads(2))
	}
}
