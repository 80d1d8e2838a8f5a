//! Weights of `pallet_reputation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_reputation::WeightInfo for WeightInfo<T> {
	/// At least 346_154 ns.
	fn rate() -> Weight {
		Weight::from_parts(355_668_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// At least 201_980 ns.
	fn issue_credential() -> Weight {
		Weight::from_parts(220_397_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 28_212 ns.
	fn revoke_credential() -> Weight {
		Weight::from_parts(31_808_000, 3_615)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 95_973 ns.
	fn remove_credential() -> Weight {
		Weight::from_parts(106_879_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 12_469 ns.
	fn work_off() -> Weight {
		Weight::from_parts(12_860_000, 3_531)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 88_572 ns.
	fn turn() -> Weight {
		Weight::from_parts(93_609_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
