//! Weights of `pallet_disputes`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_disputes::WeightInfo for WeightInfo<T> {
	/// At least 239_966 ns.
	fn join_pool() -> Weight {
		Weight::from_parts(251_894_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 156_863 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(170_373_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 112_186 ns.
	fn leave_pool() -> Weight {
		Weight::from_parts(121_871_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 133_208 ns.
	fn withdraw() -> Weight {
		Weight::from_parts(136_823_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 145_516 ns.
	fn answer() -> Weight {
		Weight::from_parts(151_646_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 161_169 ns.
	fn submit_evidence() -> Weight {
		Weight::from_parts(168_020_000, 4_066)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 65_358 ns.
	fn commit_vote() -> Weight {
		Weight::from_parts(72_558_000, 5_522)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_181_799 ns.
	fn reveal_vote() -> Weight {
		Weight::from_parts(4_362_107_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 6_344_510 ns.
	fn appeal() -> Weight {
		Weight::from_parts(6_455_084_000, 743_210)
			.saturating_add(T::DbWeight::get().reads(248))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 308_779 ns.
	fn request_review() -> Weight {
		Weight::from_parts(321_718_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 92_758 ns.
	fn approve_review() -> Weight {
		Weight::from_parts(104_885_000, 14_586)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_200_707 ns.
	fn execute() -> Weight {
		Weight::from_parts(4_356_158_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
	/// At least 6_992_762 ns.
	fn open() -> Weight {
		Weight::from_parts(7_103_807_000, 806_110)
			.saturating_add(T::DbWeight::get().reads(279))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 14_452 ns.
	fn work_off() -> Weight {
		Weight::from_parts(15_523_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 4_014_631 ns.
	fn turn() -> Weight {
		Weight::from_parts(4_077_724_000, 136_346)
			.saturating_add(T::DbWeight::get().reads(106))
			.saturating_add(T::DbWeight::get().writes(95))
	}
}
