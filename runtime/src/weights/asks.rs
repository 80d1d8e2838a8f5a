//! Weights of `pallet_asks`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_asks::WeightInfo for WeightInfo<T> {
	/// At least 235_150 ns.
	fn ask() -> Weight {
		Weight::from_parts(237_282_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 20_268_312 ns.
	fn answer() -> Weight {
		Weight::from_parts(20_495_590_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 32_598 ns.
	fn answer_not_read() -> Weight {
		Weight::from_parts(33_700_000, 7_950).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 20_050_169 ns.
	fn check() -> Weight {
		Weight::from_parts(20_147_964_000, 4_244).saturating_add(T::DbWeight::get().reads(5))
	}
	/// At least 20_030 ns.
	fn check_not_read() -> Weight {
		Weight::from_parts(22_333_000, 4_244).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 116_092 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(163_943_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// At least 109_403 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(111_466_000, 4_002)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 109_132 ns.
	fn forget() -> Weight {
		Weight::from_parts(112_848_000, 3_994)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 13_240 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_480_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 103_984 ns.
	fn turn() -> Weight {
		Weight::from_parts(107_309_000, 4_002)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
}
