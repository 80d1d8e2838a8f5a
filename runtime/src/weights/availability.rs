//! Weights of `pallet_availability`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_availability::WeightInfo for WeightInfo<T> {
	/// At least 120_188 ns.
	fn set_health() -> Weight {
		Weight::from_parts(124_445_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 151_305 ns.
	fn clear_health() -> Weight {
		Weight::from_parts(158_976_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 81_742 ns.
	fn vote() -> Weight {
		Weight::from_parts(87_209_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 93_379 ns.
	fn authorize_vote() -> Weight {
		Weight::from_parts(97_094_000, 4_787).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 40_891 ns.
	fn look() -> Weight {
		Weight::from_parts(41_992_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 2_147_448 ns.
	fn begin() -> Weight {
		Weight::from_parts(2_220_357_000, 488_030)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 18_307 ns.
	fn judging() -> Weight {
		Weight::from_parts(20_039_000, 6_607)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 154_049 ns.
	fn judge() -> Weight {
		Weight::from_parts(157_053_000, 5_563)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 40_200 ns.
	fn punish() -> Weight {
		Weight::from_parts(44_056_000, 5_231).saturating_add(T::DbWeight::get().reads(3))
	}
	/// At least 18_277 ns.
	fn close() -> Weight {
		Weight::from_parts(19_008_000, 0).saturating_add(T::DbWeight::get().writes(3))
	}
}
