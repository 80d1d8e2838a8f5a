//! Weights of `pallet_curation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curation::WeightInfo for WeightInfo<T> {
	/// At least 176_685 ns.
	fn register_node() -> Weight {
		Weight::from_parts(466_561_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 122_133 ns.
	fn update_node() -> Weight {
		Weight::from_parts(130_973_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 106_928 ns.
	fn deregister_node() -> Weight {
		Weight::from_parts(116_341_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// At least 76_946 ns.
	fn withdraw_node_bond() -> Weight {
		Weight::from_parts(82_735_000, 4_154)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 110_507 ns.
	fn bond() -> Weight {
		Weight::from_parts(120_871_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 30_619 ns.
	fn unbond() -> Weight {
		Weight::from_parts(34_286_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 83_027 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(88_668_000, 4_182)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 2_344_077 ns.
	fn assign() -> Weight {
		Weight::from_parts(2_452_910_000, 9_408)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 2_163_240 ns.
	fn unassign() -> Weight {
		Weight::from_parts(2_187_132_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 2_169_538 ns.
	fn resign() -> Weight {
		Weight::from_parts(2_282_276_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 123_952 ns.
	/// `p` from 0 to 63.
	fn set_schedule(p: u32) -> Weight {
		Weight::from_parts(141_769_854, 6_028)
			.saturating_add(Weight::from_parts(3_028_777, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 140_353 ns.
	fn submit_snapshot() -> Weight {
		Weight::from_parts(154_134_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// At least 2_494_105 ns.
	/// `p` from 0 to 64.
	fn clear_listing(p: u32) -> Weight {
		Weight::from_parts(2_544_129_555, 31_430)
			.saturating_add(Weight::from_parts(4_493_468, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 115_244 ns.
	fn restore_node_bond() -> Weight {
		Weight::from_parts(122_721_000, 4_691)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
