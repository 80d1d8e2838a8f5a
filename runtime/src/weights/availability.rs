//! Weights of `pallet_availability`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_availability::WeightInfo for WeightInfo<T> {
	/// At least 125_008 ns.
	fn set_health() -> Weight {
		Weight::from_parts(130_964_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 131_143 ns.
	fn clear_health() -> Weight {
		Weight::from_parts(157_415_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 68_822 ns.
	fn vote() -> Weight {
		Weight::from_parts(92_534_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 99_546 ns.
	fn authorize_vote() -> Weight {
		Weight::from_parts(141_067_000, 4_787).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 19_360 ns.
	fn look() -> Weight {
		Weight::from_parts(24_252_000, 3_509)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 2_847_132 ns.
	fn begin() -> Weight {
		Weight::from_parts(2_913_888_000, 488_030)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 16_232 ns.
	fn judging() -> Weight {
		Weight::from_parts(21_619_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 136_168 ns.
	fn judge() -> Weight {
		Weight::from_parts(243_310_000, 4_795)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 35_665 ns.
	fn punish() -> Weight {
		Weight::from_parts(56_553_000, 5_199).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 14_993 ns.
	fn close() -> Weight {
		Weight::from_parts(28_275_000, 0).saturating_add(T::DbWeight::get().writes(3))
	}
}
