//! Weights of `pallet_stakes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_stakes::WeightInfo for WeightInfo<T> {
	/// At least 315_068 ns.
	fn commit() -> Weight {
		Weight::from_parts(317_451_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	/// At least 19_639 ns.
	fn work_off() -> Weight {
		Weight::from_parts(20_480_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 467_454 ns.
	fn turn() -> Weight {
		Weight::from_parts(484_750_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// At least 14_161 ns.
	fn next_fine() -> Weight {
		Weight::from_parts(14_602_000, 6_548).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 27_732 ns.
	fn count() -> Weight {
		Weight::from_parts(28_332_000, 3_671).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 271_824 ns.
	fn pay_next() -> Weight {
		Weight::from_parts(275_580_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 274_618 ns.
	fn pay_rest() -> Weight {
		Weight::from_parts(279_615_000, 12_248)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 152_376 ns.
	fn announce_report() -> Weight {
		Weight::from_parts(154_850_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 570_938 ns.
	fn report_conflict() -> Weight {
		Weight::from_parts(616_956_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 553_742 ns.
	fn report_attestations() -> Weight {
		Weight::from_parts(598_609_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 20_531 ns.
	fn round() -> Weight {
		Weight::from_parts(21_582_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 587_092 ns.
	fn visit() -> Weight {
		Weight::from_parts(589_836_000, 41_806)
			.saturating_add(T::DbWeight::get().reads(52))
			.saturating_add(T::DbWeight::get().writes(27))
	}
	/// At least 44_115 ns.
	fn answer_challenge() -> Weight {
		Weight::from_parts(49_734_000, 3_581)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 117_234 ns.
	fn announce_downtime() -> Weight {
		Weight::from_parts(119_888_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
