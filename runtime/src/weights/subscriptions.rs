//! Weights of `pallet_subscriptions`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_subscriptions::WeightInfo for WeightInfo<T> {
	/// At least 542_205 ns.
	fn subscribe() -> Weight {
		Weight::from_parts(550_297_000, 278_622)
			.saturating_add(T::DbWeight::get().reads(79))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 3_240_752 ns.
	fn cancel() -> Weight {
		Weight::from_parts(3_298_998_000, 131_440)
			.saturating_add(T::DbWeight::get().reads(120))
			.saturating_add(T::DbWeight::get().writes(115))
	}
	/// At least 118_536 ns.
	fn set_auto_renew() -> Weight {
		Weight::from_parts(119_768_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 470_198 ns.
	fn renew() -> Weight {
		Weight::from_parts(478_720_000, 287_298)
			.saturating_add(T::DbWeight::get().reads(77))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 3_590_370 ns.
	fn settle() -> Weight {
		Weight::from_parts(3_628_688_000, 287_298)
			.saturating_add(T::DbWeight::get().reads(184))
			.saturating_add(T::DbWeight::get().writes(113))
	}
	/// At least 77_405 ns.
	fn clear_trial() -> Weight {
		Weight::from_parts(79_388_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 7_161 ns.
	fn work_off() -> Weight {
		Weight::from_parts(7_832_000, 5_328)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_470_533 ns.
	fn turn() -> Weight {
		Weight::from_parts(3_501_249_000, 282_960)
			.saturating_add(T::DbWeight::get().reads(183))
			.saturating_add(T::DbWeight::get().writes(112))
	}
}
