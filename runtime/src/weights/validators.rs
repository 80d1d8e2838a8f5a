//! Weights of `pallet_validators`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_validators::WeightInfo for WeightInfo<T> {
	/// At least 97_184 ns.
	fn bond() -> Weight {
		Weight::from_parts(99_929_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 94_270 ns.
	fn bond_extra() -> Weight {
		Weight::from_parts(97_444_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 30_275 ns.
	fn unbond() -> Weight {
		Weight::from_parts(32_147_000, 3_914)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 83_675 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(86_859_000, 3_982)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 43_925 ns.
	/// `c` from 0 to 500.
	fn validate(c: u32) -> Weight {
		Weight::from_parts(45_217_000, 17_487)
			.saturating_add(Weight::from_parts(2_734_646, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 1_025).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 20_290 ns.
	fn chill() -> Weight {
		Weight::from_parts(22_013_000, 17_487)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 20_400 ns.
	fn force_chill() -> Weight {
		Weight::from_parts(21_832_000, 17_487)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
