//! Weights of `pallet_disputes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_disputes::WeightInfo for WeightInfo<T> {
	/// At least 269_190 ns.
	fn join_pool() -> Weight {
		Weight::from_parts(298_834_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 163_964 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(193_387_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 116_533 ns.
	fn leave_pool() -> Weight {
		Weight::from_parts(140_679_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 126_118 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(132_997_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 141_670 ns.
	fn answer() -> Weight {
		Weight::from_parts(151_225_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 160_349 ns.
	fn submit_evidence() -> Weight {
		Weight::from_parts(182_251_000, 4_066)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 67_861 ns.
	fn commit_vote() -> Weight {
		Weight::from_parts(82_292_000, 5_522)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_201_839 ns.
	fn reveal_vote() -> Weight {
		Weight::from_parts(4_340_894_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 6_439_921 ns.
	fn appeal() -> Weight {
		Weight::from_parts(6_583_284_000, 743_210)
			.saturating_add(T::DbWeight::get().reads(248))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 305_303 ns.
	fn request_review() -> Weight {
		Weight::from_parts(372_604_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 85_937 ns.
	fn approve_review() -> Weight {
		Weight::from_parts(94_280_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_183_241 ns.
	fn execute() -> Weight {
		Weight::from_parts(4_253_155_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 6_869_169 ns.
	fn open() -> Weight {
		Weight::from_parts(6_909_899_000, 806_110)
			.saturating_add(T::DbWeight::get().reads(279))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 12_839 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_600_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_051_295 ns.
	fn turn() -> Weight {
		Weight::from_parts(4_156_792_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
}
