//! Weights of `pallet_disputes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_disputes::WeightInfo for WeightInfo<T> {
	/// At least 308_798 ns.
	fn join_pool() -> Weight {
		Weight::from_parts(326_261_000, 33_737)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 188_093 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(191_378_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 131_674 ns.
	fn leave_pool() -> Weight {
		Weight::from_parts(142_558_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 124_130 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(138_449_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 171_226 ns.
	fn answer() -> Weight {
		Weight::from_parts(192_986_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 175_671 ns.
	fn submit_evidence() -> Weight {
		Weight::from_parts(184_098_000, 4_066)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 78_604 ns.
	fn commit_vote() -> Weight {
		Weight::from_parts(84_454_000, 5_522)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_081_948 ns.
	fn reveal_vote() -> Weight {
		Weight::from_parts(4_416_680_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(93))
			.saturating_add(T::DbWeight::get().writes(90))
	}
	/// At least 464_629 ns.
	fn appeal() -> Weight {
		Weight::from_parts(504_858_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 328_632 ns.
	fn request_review() -> Weight {
		Weight::from_parts(345_697_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 115_570 ns.
	fn approve_review() -> Weight {
		Weight::from_parts(123_687_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_326_944 ns.
	fn execute() -> Weight {
		Weight::from_parts(4_589_003_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(93))
			.saturating_add(T::DbWeight::get().writes(90))
	}
	/// At least 406_434 ns.
	fn open() -> Weight {
		Weight::from_parts(430_341_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// At least 14_951 ns.
	fn work_off() -> Weight {
		Weight::from_parts(16_012_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_274_136 ns.
	fn turn() -> Weight {
		Weight::from_parts(7_893_151_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(93))
			.saturating_add(T::DbWeight::get().writes(90))
	}
}
