//! Weights of `pallet_listings`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_listings::WeightInfo for WeightInfo<T> {
	/// At least 111_856 ns.
	/// `p` from 0 to 8.
	fn create(p: u32) -> Weight {
		Weight::from_parts(108_342_347, 6_028)
			.saturating_add(Weight::from_parts(11_187_507, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 74_641 ns.
	/// `p` from 0 to 8.
	fn update(_p: u32) -> Weight {
		Weight::from_parts(196_996_125, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 93_639 ns.
	fn set_state() -> Weight {
		Weight::from_parts(100_429_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 67_671 ns.
	fn set_payouts() -> Weight {
		Weight::from_parts(74_551_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 183_933 ns.
	fn retire() -> Weight {
		Weight::from_parts(197_093_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 189_631 ns.
	fn take_down() -> Weight {
		Weight::from_parts(200_297_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
}
