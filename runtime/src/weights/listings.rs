//! Weights of `pallet_listings`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_listings::WeightInfo for WeightInfo<T> {
	/// At least 119_096 ns.
	/// `p` from 0 to 8.
	fn create(_p: u32) -> Weight {
		Weight::from_parts(123_004_520, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 62_553 ns.
	/// `p` from 0 to 8.
	fn update(_p: u32) -> Weight {
		Weight::from_parts(138_878_907, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 71_876 ns.
	fn set_state() -> Weight {
		Weight::from_parts(74_521_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 58_717 ns.
	fn set_payouts() -> Weight {
		Weight::from_parts(60_901_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 151_335 ns.
	fn retire() -> Weight {
		Weight::from_parts(156_763_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 155_922 ns.
	fn take_down() -> Weight {
		Weight::from_parts(160_168_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
}
