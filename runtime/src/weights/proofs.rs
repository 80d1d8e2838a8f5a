//! Weights of `pallet_proofs`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_proofs::WeightInfo for WeightInfo<T> {
	/// At least 6_948_377 ns.
	fn register_key() -> Weight {
		Weight::from_parts(7_070_725_000, 5_610)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 52_435 ns.
	fn retire_key() -> Weight {
		Weight::from_parts(63_342_000, 5_610)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 20_601 ns.
	fn pause() -> Weight {
		Weight::from_parts(22_916_000, 3_479)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 21_760 ns.
	fn resume() -> Weight {
		Weight::from_parts(24_889_000, 3_479)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_690_489 ns.
	fn verify_proof() -> Weight {
		Weight::from_parts(4_068_874_000, 5_610).saturating_add(T::DbWeight::get().reads(2))
	}
}
