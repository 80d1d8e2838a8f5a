//! Weights of `pallet_subscriptions`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_subscriptions::WeightInfo for WeightInfo<T> {
	/// At least 955_224 ns.
	fn subscribe() -> Weight {
		Weight::from_parts(1_027_014_000, 278_622)
			.saturating_add(T::DbWeight::get().reads(75))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 3_894_671 ns.
	fn cancel() -> Weight {
		Weight::from_parts(3_938_437_000, 131_140)
			.saturating_add(T::DbWeight::get().reads(66))
			.saturating_add(T::DbWeight::get().writes(61))
	}
	/// At least 130_403 ns.
	fn set_auto_renew() -> Weight {
		Weight::from_parts(134_517_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 504_757 ns.
	fn renew() -> Weight {
		Weight::from_parts(526_207_000, 287_298)
			.saturating_add(T::DbWeight::get().reads(75))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 4_513_214 ns.
	fn settle() -> Weight {
		Weight::from_parts(6_968_935_000, 287_298)
			.saturating_add(T::DbWeight::get().reads(130))
			.saturating_add(T::DbWeight::get().writes(59))
	}
	/// At least 132_417 ns.
	fn clear_trial() -> Weight {
		Weight::from_parts(167_953_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 18_177 ns.
	fn work_off() -> Weight {
		Weight::from_parts(19_800_000, 5_328)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_980_832 ns.
	fn turn() -> Weight {
		Weight::from_parts(6_340_520_000, 282_960)
			.saturating_add(T::DbWeight::get().reads(129))
			.saturating_add(T::DbWeight::get().writes(58))
	}
}
