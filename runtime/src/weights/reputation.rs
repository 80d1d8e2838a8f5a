//! Weights of `pallet_reputation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_reputation::WeightInfo for WeightInfo<T> {
	/// At least 355_678 ns.
	fn rate() -> Weight {
		Weight::from_parts(387_735_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// At least 213_347 ns.
	fn issue_credential() -> Weight {
		Weight::from_parts(240_157_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 32_448 ns.
	fn revoke_credential() -> Weight {
		Weight::from_parts(41_902_000, 3_615)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 110_013 ns.
	fn remove_credential() -> Weight {
		Weight::from_parts(124_094_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 13_640 ns.
	fn work_off() -> Weight {
		Weight::from_parts(14_702_000, 3_531)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 94_220 ns.
	fn turn() -> Weight {
		Weight::from_parts(105_396_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
