//! Weights of `pallet_listings`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_listings::WeightInfo for WeightInfo<T> {
	/// At least 119_714 ns.
	/// `p` from 0 to 8.
	fn create(p: u32) -> Weight {
		Weight::from_parts(128_667_919, 6_028)
			.saturating_add(Weight::from_parts(390_961, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 61_068 ns.
	/// `p` from 0 to 8.
	fn update(_p: u32) -> Weight {
		Weight::from_parts(146_442_296, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 60_859 ns.
	fn set_state() -> Weight {
		Weight::from_parts(64_308_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 59_235 ns.
	fn set_payouts() -> Weight {
		Weight::from_parts(63_175_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 141_090 ns.
	fn retire() -> Weight {
		Weight::from_parts(153_226_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 142_224 ns.
	fn take_down() -> Weight {
		Weight::from_parts(150_279_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
