//! Weights of `pallet_stakes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_stakes::WeightInfo for WeightInfo<T> {
	/// At least 333_065 ns.
	fn commit() -> Weight {
		Weight::from_parts(339_754_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	/// At least 21_722 ns.
	fn work_off() -> Weight {
		Weight::from_parts(22_774_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 480_704 ns.
	fn turn() -> Weight {
		Weight::from_parts(502_897_000, 23_661)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(21))
	}
	/// At least 15_663 ns.
	fn next_fine() -> Weight {
		Weight::from_parts(16_695_000, 6_556).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 29_785 ns.
	fn count() -> Weight {
		Weight::from_parts(31_697_000, 3_671).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 289_119 ns.
	fn pay_next() -> Weight {
		Weight::from_parts(295_008_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 296_029 ns.
	fn pay_rest() -> Weight {
		Weight::from_parts(302_599_000, 12_248)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 160_178 ns.
	fn announce_report() -> Weight {
		Weight::from_parts(165_285_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 787_620 ns.
	fn report_conflict() -> Weight {
		Weight::from_parts(894_539_000, 31_218)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(20))
	}
	/// At least 800_508 ns.
	fn report_attestations() -> Weight {
		Weight::from_parts(846_678_000, 33_737)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(20))
	}
	/// At least 23_165 ns.
	fn round() -> Weight {
		Weight::from_parts(24_607_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 695_573 ns.
	fn visit() -> Weight {
		Weight::from_parts(766_658_000, 41_806)
			.saturating_add(T::DbWeight::get().reads(60))
			.saturating_add(T::DbWeight::get().writes(28))
	}
	/// At least 41_541 ns.
	fn answer_challenge() -> Weight {
		Weight::from_parts(50_224_000, 3_581)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 125_596 ns.
	fn announce_downtime() -> Weight {
		Weight::from_parts(130_604_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
