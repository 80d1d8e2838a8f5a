//! Weights of `pallet_subscriptions`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_subscriptions::WeightInfo for WeightInfo<T> {
	/// At least 588_664 ns.
	fn subscribe() -> Weight {
		Weight::from_parts(598_609_000, 278_622)
			.saturating_add(T::DbWeight::get().reads(79))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// At least 3_331_406 ns.
	fn cancel() -> Weight {
		Weight::from_parts(3_424_585_000, 131_440)
			.saturating_add(T::DbWeight::get().reads(120))
			.saturating_add(T::DbWeight::get().writes(115))
	}
	/// At least 132_857 ns.
	fn set_auto_renew() -> Weight {
		Weight::from_parts(136_563_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 515_455 ns.
	fn renew() -> Weight {
		Weight::from_parts(525_520_000, 287_298)
			.saturating_add(T::DbWeight::get().reads(77))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 3_676_929 ns.
	fn settle() -> Weight {
		Weight::from_parts(3_752_721_000, 287_298)
			.saturating_add(T::DbWeight::get().reads(184))
			.saturating_add(T::DbWeight::get().writes(113))
	}
	/// At least 87_000 ns.
	fn clear_trial() -> Weight {
		Weight::from_parts(89_954_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 8_602 ns.
	fn work_off() -> Weight {
		Weight::from_parts(9_304_000, 5_328)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_613_414 ns.
	fn turn() -> Weight {
		Weight::from_parts(3_735_827_000, 282_960)
			.saturating_add(T::DbWeight::get().reads(183))
			.saturating_add(T::DbWeight::get().writes(112))
	}
}
