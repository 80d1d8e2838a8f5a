//! Weights of `pallet_disputes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_disputes::WeightInfo for WeightInfo<T> {
	/// At least 270_401 ns.
	fn join_pool() -> Weight {
		Weight::from_parts(282_059_000, 33_737)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 152_316 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(161_680_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 113_429 ns.
	fn leave_pool() -> Weight {
		Weight::from_parts(131_616_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 125_085 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(127_620_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 142_381 ns.
	fn answer() -> Weight {
		Weight::from_parts(150_704_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 148_881 ns.
	fn submit_evidence() -> Weight {
		Weight::from_parts(162_261_000, 4_066)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 63_965 ns.
	fn commit_vote() -> Weight {
		Weight::from_parts(67_881_000, 5_522)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_044_014 ns.
	fn reveal_vote() -> Weight {
		Weight::from_parts(4_190_211_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 455_696 ns.
	fn appeal() -> Weight {
		Weight::from_parts(490_318_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 287_817 ns.
	fn request_review() -> Weight {
		Weight::from_parts(311_883_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 87_911 ns.
	fn approve_review() -> Weight {
		Weight::from_parts(102_773_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_912_359 ns.
	fn execute() -> Weight {
		Weight::from_parts(4_083_422_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 359_884 ns.
	fn open() -> Weight {
		Weight::from_parts(390_880_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 13_219 ns.
	fn work_off() -> Weight {
		Weight::from_parts(14_020_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_873_541 ns.
	fn turn() -> Weight {
		Weight::from_parts(3_979_098_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
}
