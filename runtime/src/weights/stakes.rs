//! Weights of `pallet_stakes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_stakes::WeightInfo for WeightInfo<T> {
	/// At least 617_506 ns.
	fn commit() -> Weight {
		Weight::from_parts(643_787_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	/// At least 36_218 ns.
	fn work_off() -> Weight {
		Weight::from_parts(43_160_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 860_583 ns.
	fn turn() -> Weight {
		Weight::from_parts(935_823_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// At least 30_122 ns.
	fn next_fine() -> Weight {
		Weight::from_parts(31_770_000, 6_548).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 37_522 ns.
	fn count() -> Weight {
		Weight::from_parts(42_275_000, 3_671).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 466_002 ns.
	fn pay_next() -> Weight {
		Weight::from_parts(525_987_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 538_512 ns.
	fn pay_rest() -> Weight {
		Weight::from_parts(558_390_000, 11_960)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 282_297 ns.
	fn announce_report() -> Weight {
		Weight::from_parts(297_700_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 1_067_457 ns.
	fn report_conflict() -> Weight {
		Weight::from_parts(1_096_662_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 626_032 ns.
	fn report_attestations() -> Weight {
		Weight::from_parts(640_889_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 23_644 ns.
	fn round() -> Weight {
		Weight::from_parts(26_334_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 499_675 ns.
	fn visit() -> Weight {
		Weight::from_parts(536_975_000, 26_180)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(27))
	}
	/// At least 42_864 ns.
	fn answer_challenge() -> Weight {
		Weight::from_parts(44_786_000, 3_581)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 127_860 ns.
	fn announce_downtime() -> Weight {
		Weight::from_parts(130_194_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
