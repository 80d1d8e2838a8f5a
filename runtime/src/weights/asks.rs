//! Weights of `pallet_asks`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_asks::WeightInfo for WeightInfo<T> {
	/// At least 233_076 ns.
	fn ask() -> Weight {
		Weight::from_parts(236_662_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 20_836_886 ns.
	fn answer() -> Weight {
		Weight::from_parts(22_167_081_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 33_159 ns.
	fn answer_not_read() -> Weight {
		Weight::from_parts(35_402_000, 7_950).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 20_363_013 ns.
	fn check() -> Weight {
		Weight::from_parts(23_874_687_000, 4_244).saturating_add(T::DbWeight::get().reads(5))
	}
	/// At least 19_769 ns.
	fn check_not_read() -> Weight {
		Weight::from_parts(21_442_000, 4_244).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 116_262 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(119_798_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// At least 109_172 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(111_275_000, 4_002)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 112_136 ns.
	fn forget() -> Weight {
		Weight::from_parts(114_671_000, 3_994)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 12_729 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_460_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 103_453 ns.
	fn turn() -> Weight {
		Weight::from_parts(107_710_000, 4_002)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
}
