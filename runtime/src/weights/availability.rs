//! Weights of `pallet_availability`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_availability::WeightInfo for WeightInfo<T> {
	/// At least 109_473 ns.
	fn set_health() -> Weight {
		Weight::from_parts(114_129_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 139_838 ns.
	fn clear_health() -> Weight {
		Weight::from_parts(145_826_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 67_501 ns.
	fn vote() -> Weight {
		Weight::from_parts(71_176_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 73_068 ns.
	fn authorize_vote() -> Weight {
		Weight::from_parts(75_752_000, 4_787).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 33_449 ns.
	fn look() -> Weight {
		Weight::from_parts(35_592_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 2_482_285 ns.
	fn begin() -> Weight {
		Weight::from_parts(2_663_976_000, 488_030)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 14_491 ns.
	fn judging() -> Weight {
		Weight::from_parts(14_963_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 138_957 ns.
	fn judge() -> Weight {
		Weight::from_parts(141_900_000, 5_563)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 33_860 ns.
	fn punish() -> Weight {
		Weight::from_parts(35_523_000, 5_199).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 16_064 ns.
	fn close() -> Weight {
		Weight::from_parts(17_036_000, 0).saturating_add(T::DbWeight::get().writes(3))
	}
}
