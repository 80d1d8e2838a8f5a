//! Weights of `pallet_asks`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_asks::WeightInfo for WeightInfo<T> {
	/// At least 248_809 ns.
	fn ask() -> Weight {
		Weight::from_parts(257_843_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 20_106_993 ns.
	fn answer() -> Weight {
		Weight::from_parts(21_610_966_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 39_419 ns.
	fn answer_not_read() -> Weight {
		Weight::from_parts(41_752_000, 7_950).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 19_826_927 ns.
	fn check() -> Weight {
		Weight::from_parts(20_565_624_000, 4_244).saturating_add(T::DbWeight::get().reads(5))
	}
	/// At least 22_833 ns.
	fn check_not_read() -> Weight {
		Weight::from_parts(24_316_000, 4_244).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 128_500 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(132_306_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// At least 120_419 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(124_315_000, 4_002)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 118_496 ns.
	fn forget() -> Weight {
		Weight::from_parts(121_941_000, 3_994)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 14_482 ns.
	fn work_off() -> Weight {
		Weight::from_parts(15_352_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 112_837 ns.
	fn turn() -> Weight {
		Weight::from_parts(116_714_000, 4_002)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
}
