//! Weights of `pallet_reputation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_reputation::WeightInfo for WeightInfo<T> {
	/// At least 313_636 ns.
	fn rate() -> Weight {
		Weight::from_parts(318_663_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// At least 187_088 ns.
	fn issue_credential() -> Weight {
		Weight::from_parts(191_565_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 25_848 ns.
	fn revoke_credential() -> Weight {
		Weight::from_parts(27_862_000, 3_615)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 103_884 ns.
	fn remove_credential() -> Weight {
		Weight::from_parts(127_349_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 12_248 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_369_000, 3_531)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 86_419 ns.
	fn turn() -> Weight {
		Weight::from_parts(89_984_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
