//! Weights of `pallet_backing`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_backing::WeightInfo for WeightInfo<T> {
	/// At least 170_032 ns.
	fn open_backing() -> Weight {
		Weight::from_parts(176_142_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 130_904 ns.
	fn close_backing() -> Weight {
		Weight::from_parts(140_789_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 305_574 ns.
	fn back() -> Weight {
		Weight::from_parts(323_511_000, 31_218)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 80_429 ns.
	fn unback() -> Weight {
		Weight::from_parts(83_544_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 108_231 ns.
	fn withdraw_unbacked() -> Weight {
		Weight::from_parts(114_039_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 100_449 ns.
	fn claim_income() -> Weight {
		Weight::from_parts(104_154_000, 4_135)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}
}
