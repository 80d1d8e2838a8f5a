//! Weights of `pallet_curation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curation::WeightInfo for WeightInfo<T> {
	/// At least 164_654 ns.
	fn register_node() -> Weight {
		Weight::from_parts(170_152_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 214_949 ns.
	fn update_node() -> Weight {
		Weight::from_parts(221_038_000, 18_623)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 200_437 ns.
	fn deregister_node() -> Weight {
		Weight::from_parts(208_330_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 80_980 ns.
	fn withdraw_node_bond() -> Weight {
		Weight::from_parts(84_405_000, 4_154)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 111_796 ns.
	fn bond() -> Weight {
		Weight::from_parts(115_201_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 38_056 ns.
	fn unbond() -> Weight {
		Weight::from_parts(40_460_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 94_160 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(97_675_000, 4_182)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 2_542_825 ns.
	fn assign() -> Weight {
		Weight::from_parts(2_633_050_000, 16_104)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 2_325_984 ns.
	fn unassign() -> Weight {
		Weight::from_parts(2_410_629_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	/// At least 2_353_564 ns.
	fn resign() -> Weight {
		Weight::from_parts(2_440_233_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	/// At least 125_236 ns.
	/// `p` from 0 to 63.
	fn set_schedule(p: u32) -> Weight {
		Weight::from_parts(130_067_993, 6_028)
			.saturating_add(Weight::from_parts(2_491_482, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 203_512 ns.
	fn submit_snapshot() -> Weight {
		Weight::from_parts(220_217_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	/// At least 2_609_404 ns.
	/// `p` from 0 to 64.
	fn clear_listing(p: u32) -> Weight {
		Weight::from_parts(2_648_162_236, 31_430)
			.saturating_add(Weight::from_parts(3_081_454, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 108_762 ns.
	fn restore_node_bond() -> Weight {
		Weight::from_parts(112_587_000, 4_691)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
