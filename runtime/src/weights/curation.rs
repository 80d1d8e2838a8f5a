//! Weights of `pallet_curation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curation::WeightInfo for WeightInfo<T> {
	/// At least 156_503 ns.
	fn register_node() -> Weight {
		Weight::from_parts(159_587_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 117_744 ns.
	fn update_node() -> Weight {
		Weight::from_parts(118_446_000, 16_104)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 102_041 ns.
	fn deregister_node() -> Weight {
		Weight::from_parts(105_186_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 73_549 ns.
	fn withdraw_node_bond() -> Weight {
		Weight::from_parts(76_193_000, 4_154)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 102_782 ns.
	fn bond() -> Weight {
		Weight::from_parts(105_016_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 31_056 ns.
	fn unbond() -> Weight {
		Weight::from_parts(31_997_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 84_786 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(86_729_000, 4_182)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 2_437_889 ns.
	fn assign() -> Weight {
		Weight::from_parts(2_496_938_000, 9_408)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 2_140_438 ns.
	fn unassign() -> Weight {
		Weight::from_parts(2_189_531_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 2_099_877 ns.
	fn resign() -> Weight {
		Weight::from_parts(2_242_440_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 109_092 ns.
	/// `p` from 0 to 63.
	fn set_schedule(p: u32) -> Weight {
		Weight::from_parts(112_574_208, 6_028)
			.saturating_add(Weight::from_parts(2_613_001, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 121_701 ns.
	fn submit_snapshot() -> Weight {
		Weight::from_parts(130_924_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 2_487_033 ns.
	/// `p` from 0 to 64.
	fn clear_listing(p: u32) -> Weight {
		Weight::from_parts(2_587_591_129, 31_430)
			.saturating_add(Weight::from_parts(1_933_601, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 98_416 ns.
	fn restore_node_bond() -> Weight {
		Weight::from_parts(100_509_000, 4_691)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
