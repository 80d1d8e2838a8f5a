//! Weights of `pallet_stakes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_stakes::WeightInfo for WeightInfo<T> {
	/// At least 317_531 ns.
	fn commit() -> Weight {
		Weight::from_parts(326_795_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	/// At least 20_020 ns.
	fn work_off() -> Weight {
		Weight::from_parts(20_701_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 476_427 ns.
	fn turn() -> Weight {
		Weight::from_parts(512_201_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// At least 14_872 ns.
	fn next_fine() -> Weight {
		Weight::from_parts(20_330_000, 6_548).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 29_474 ns.
	fn count() -> Weight {
		Weight::from_parts(33_599_000, 3_671).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 276_400 ns.
	fn pay_next() -> Weight {
		Weight::from_parts(285_924_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 284_222 ns.
	fn pay_rest() -> Weight {
		Weight::from_parts(322_999_000, 12_248)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 154_189 ns.
	fn announce_report() -> Weight {
		Weight::from_parts(165_456_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 649_885 ns.
	fn report_conflict() -> Weight {
		Weight::from_parts(687_822_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 590_997 ns.
	fn report_attestations() -> Weight {
		Weight::from_parts(629_615_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	/// At least 20_620 ns.
	fn round() -> Weight {
		Weight::from_parts(21_622_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 633_571 ns.
	fn visit() -> Weight {
		Weight::from_parts(685_878_000, 41_806)
			.saturating_add(T::DbWeight::get().reads(52))
			.saturating_add(T::DbWeight::get().writes(27))
	}
	/// At least 41_412 ns.
	fn answer_challenge() -> Weight {
		Weight::from_parts(51_977_000, 3_581)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 115_882 ns.
	fn announce_downtime() -> Weight {
		Weight::from_parts(121_421_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
