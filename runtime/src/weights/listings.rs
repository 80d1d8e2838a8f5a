//! Weights of `pallet_listings`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_listings::WeightInfo for WeightInfo<T> {
	/// At least 109_693 ns.
	/// `p` from 0 to 8.
	fn create(p: u32) -> Weight {
		Weight::from_parts(112_205_702, 6_028)
			.saturating_add(Weight::from_parts(145_297, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 57_015 ns.
	/// `p` from 0 to 8.
	fn update(_p: u32) -> Weight {
		Weight::from_parts(129_030_822, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 54_341 ns.
	fn set_state() -> Weight {
		Weight::from_parts(55_693_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 53_700 ns.
	fn set_payouts() -> Weight {
		Weight::from_parts(54_521_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 129_443 ns.
	fn retire() -> Weight {
		Weight::from_parts(134_400_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 133_148 ns.
	fn take_down() -> Weight {
		Weight::from_parts(134_610_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
