//! Weights of `pallet_validators`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_validators::WeightInfo for WeightInfo<T> {
	/// At least 92_022 ns.
	fn bond() -> Weight {
		Weight::from_parts(97_732_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 88_827 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(96_097_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 27_909 ns.
	fn unbond() -> Weight {
		Weight::from_parts(32_063_000, 3_914)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 77_842 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(82_779_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 41_175 ns.
	/// `c` from 0 to 500.
	fn validate(c: u32) -> Weight {
		Weight::from_parts(43_740_000, 17_487)
			.saturating_add(Weight::from_parts(3_344_934, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 1_025).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 23_162 ns.
	fn chill() -> Weight {
		Weight::from_parts(39_487_000, 17_487)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 19_954 ns.
	fn force_chill() -> Weight {
		Weight::from_parts(27_410_000, 17_487)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
