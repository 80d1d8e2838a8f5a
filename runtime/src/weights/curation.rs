//! Weights of `pallet_curation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curation::WeightInfo for WeightInfo<T> {
	/// At least 155_150 ns.
	fn register_node() -> Weight {
		Weight::from_parts(158_735_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 196_352 ns.
	fn update_node() -> Weight {
		Weight::from_parts(203_503_000, 18_623)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 184_474 ns.
	fn deregister_node() -> Weight {
		Weight::from_parts(188_891_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 74_170 ns.
	fn withdraw_node_bond() -> Weight {
		Weight::from_parts(77_084_000, 4_154)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 101_390 ns.
	fn bond() -> Weight {
		Weight::from_parts(103_474_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 33_540 ns.
	fn unbond() -> Weight {
		Weight::from_parts(35_182_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 83_474 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(84_906_000, 4_182)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 2_514_513 ns.
	fn assign() -> Weight {
		Weight::from_parts(2_685_988_000, 9_408)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 2_166_587 ns.
	fn unassign() -> Weight {
		Weight::from_parts(2_243_090_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 2_154_899 ns.
	fn resign() -> Weight {
		Weight::from_parts(2_231_794_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 109_332 ns.
	/// `p` from 0 to 63.
	fn set_schedule(p: u32) -> Weight {
		Weight::from_parts(112_006_062, 6_028)
			.saturating_add(Weight::from_parts(2_628_255, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 127_199 ns.
	fn submit_snapshot() -> Weight {
		Weight::from_parts(138_365_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 2_528_393 ns.
	/// `p` from 0 to 64.
	fn clear_listing(p: u32) -> Weight {
		Weight::from_parts(2_744_464_254, 31_430)
			.saturating_add(Weight::from_parts(251_838, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 98_506 ns.
	fn restore_node_bond() -> Weight {
		Weight::from_parts(100_519_000, 4_691)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
