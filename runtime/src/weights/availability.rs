//! Weights of `pallet_availability`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_availability::WeightInfo for WeightInfo<T> {
	/// At least 109_482 ns.
	fn set_health() -> Weight {
		Weight::from_parts(111_716_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 141_220 ns.
	fn clear_health() -> Weight {
		Weight::from_parts(144_475_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 65_317 ns.
	fn vote() -> Weight {
		Weight::from_parts(70_465_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 75_533 ns.
	fn authorize_vote() -> Weight {
		Weight::from_parts(78_416_000, 4_787).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 19_309 ns.
	fn look() -> Weight {
		Weight::from_parts(21_071_000, 3_509)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 2_398_762 ns.
	fn begin() -> Weight {
		Weight::from_parts(2_479_451_000, 488_030)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 13_340 ns.
	fn judging() -> Weight {
		Weight::from_parts(14_011_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 126_818 ns.
	fn judge() -> Weight {
		Weight::from_parts(132_176_000, 4_795)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 29_534 ns.
	fn punish() -> Weight {
		Weight::from_parts(31_186_000, 5_199).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 15_853 ns.
	fn close() -> Weight {
		Weight::from_parts(16_915_000, 0).saturating_add(T::DbWeight::get().writes(3))
	}
}
