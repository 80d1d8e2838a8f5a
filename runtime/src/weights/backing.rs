//! Weights of `pallet_backing`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_backing::WeightInfo for WeightInfo<T> {
	/// At least 119_107 ns.
	fn open_backing() -> Weight {
		Weight::from_parts(123_193_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 101_190 ns.
	fn close_backing() -> Weight {
		Weight::from_parts(104_815_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 219_576 ns.
	fn back() -> Weight {
		Weight::from_parts(226_076_000, 31_218)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 54_101 ns.
	fn unback() -> Weight {
		Weight::from_parts(57_165_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 119_448 ns.
	fn withdraw_unbacked() -> Weight {
		Weight::from_parts(126_918_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 112_136 ns.
	fn claim_income() -> Weight {
		Weight::from_parts(120_168_000, 4_135)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}
}
