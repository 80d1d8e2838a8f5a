//! Weights of `pallet_backing`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_backing::WeightInfo for WeightInfo<T> {
	/// At least 115_847 ns.
	fn open_backing() -> Weight {
		Weight::from_parts(125_946_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 166_444 ns.
	fn close_backing() -> Weight {
		Weight::from_parts(190_570_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 234_693 ns.
	fn back() -> Weight {
		Weight::from_parts(395_629_000, 31_218)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 61_560 ns.
	fn unback() -> Weight {
		Weight::from_parts(94_776_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 143_901 ns.
	fn withdraw_unbacked() -> Weight {
		Weight::from_parts(217_031_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 136_101 ns.
	fn claim_income() -> Weight {
		Weight::from_parts(211_490_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
}
