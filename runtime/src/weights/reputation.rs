//! Weights of `pallet_reputation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_reputation::WeightInfo for WeightInfo<T> {
	/// At least 339_487 ns.
	fn rate() -> Weight {
		Weight::from_parts(349_082_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// At least 195_574 ns.
	fn issue_credential() -> Weight {
		Weight::from_parts(214_418_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 28_768 ns.
	fn revoke_credential() -> Weight {
		Weight::from_parts(35_157_000, 3_615)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 103_698 ns.
	fn remove_credential() -> Weight {
		Weight::from_parts(107_649_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 14_193 ns.
	fn work_off() -> Weight {
		Weight::from_parts(15_998_000, 3_531)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 93_128 ns.
	fn turn() -> Weight {
		Weight::from_parts(99_971_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
