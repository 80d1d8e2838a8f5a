//! Weights of `pallet_stakes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_stakes::WeightInfo for WeightInfo<T> {
	/// At least 315_768 ns.
	fn commit() -> Weight {
		Weight::from_parts(331_833_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	/// At least 20_089 ns.
	fn work_off() -> Weight {
		Weight::from_parts(20_721_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 471_970 ns.
	fn turn() -> Weight {
		Weight::from_parts(487_974_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// At least 13_660 ns.
	fn next_fine() -> Weight {
		Weight::from_parts(14_402_000, 6_556).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 27_651 ns.
	fn count() -> Weight {
		Weight::from_parts(28_232_000, 3_671).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 271_143 ns.
	fn pay_next() -> Weight {
		Weight::from_parts(281_028_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 273_126 ns.
	fn pay_rest() -> Weight {
		Weight::from_parts(277_452_000, 12_248)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 155_100 ns.
	fn announce_report() -> Weight {
		Weight::from_parts(156_953_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 564_448 ns.
	fn report_conflict() -> Weight {
		Weight::from_parts(591_237_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 574_423 ns.
	fn report_attestations() -> Weight {
		Weight::from_parts(594_533_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 20_961 ns.
	fn round() -> Weight {
		Weight::from_parts(21_291_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 662_383 ns.
	fn visit() -> Weight {
		Weight::from_parts(686_349_000, 41_806)
			.saturating_add(T::DbWeight::get().reads(60))
			.saturating_add(T::DbWeight::get().writes(28))
	}
	/// At least 40_581 ns.
	fn answer_challenge() -> Weight {
		Weight::from_parts(46_198_000, 3_581)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 118_176 ns.
	fn announce_downtime() -> Weight {
		Weight::from_parts(120_019_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
