//! Weights of `pallet_disputes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_disputes::WeightInfo for WeightInfo<T> {
	/// At least 260_627 ns.
	fn join_pool() -> Weight {
		Weight::from_parts(271_803_000, 33_737)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 148_490 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(152_757_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 106_007 ns.
	fn leave_pool() -> Weight {
		Weight::from_parts(118_366_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 124_605 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(126_728_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 136_483 ns.
	fn answer() -> Weight {
		Weight::from_parts(150_083_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 144_675 ns.
	fn submit_evidence() -> Weight {
		Weight::from_parts(154_900_000, 4_066)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 59_158 ns.
	fn commit_vote() -> Weight {
		Weight::from_parts(65_948_000, 5_522)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_966_078 ns.
	fn reveal_vote() -> Weight {
		Weight::from_parts(4_038_967_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 433_253 ns.
	fn appeal() -> Weight {
		Weight::from_parts(440_634_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 273_496 ns.
	fn request_review() -> Weight {
		Weight::from_parts(301_507_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 81_170 ns.
	fn approve_review() -> Weight {
		Weight::from_parts(92_317_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_973_610 ns.
	fn execute() -> Weight {
		Weight::from_parts(4_087_278_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 360_645 ns.
	fn open() -> Weight {
		Weight::from_parts(374_446_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 12_729 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_430_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_901_943 ns.
	fn turn() -> Weight {
		Weight::from_parts(4_095_952_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
}
