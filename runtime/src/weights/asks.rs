//! Weights of `pallet_asks`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_asks::WeightInfo for WeightInfo<T> {
	/// At least 443_759 ns.
	fn ask() -> Weight {
		Weight::from_parts(460_371_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 38_535_900 ns.
	fn answer() -> Weight {
		Weight::from_parts(40_929_294_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 58_877 ns.
	fn answer_not_read() -> Weight {
		Weight::from_parts(63_603_000, 7_950).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 38_869_087 ns.
	fn check() -> Weight {
		Weight::from_parts(40_297_721_000, 4_244).saturating_add(T::DbWeight::get().reads(5))
	}
	/// At least 42_473 ns.
	fn check_not_read() -> Weight {
		Weight::from_parts(45_089_000, 4_244).saturating_add(T::DbWeight::get().reads(2))
	}
	/// At least 231_106 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(236_750_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 203_493 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(210_613_000, 3_994)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 131_757 ns.
	fn forget() -> Weight {
		Weight::from_parts(136_177_000, 3_994)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 15_294 ns.
	fn work_off() -> Weight {
		Weight::from_parts(16_986_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 126_272 ns.
	fn turn() -> Weight {
		Weight::from_parts(133_290_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
