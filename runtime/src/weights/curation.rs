//! Weights of `pallet_curation`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curation::WeightInfo for WeightInfo<T> {
	/// At least 187_659 ns.
	fn register_node() -> Weight {
		Weight::from_parts(204_774_000, 8_547)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 248_879 ns.
	fn update_node() -> Weight {
		Weight::from_parts(263_371_000, 18_623)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 225_284 ns.
	fn deregister_node() -> Weight {
		Weight::from_parts(251_613_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 82_452 ns.
	fn withdraw_node_bond() -> Weight {
		Weight::from_parts(104_515_000, 4_154)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 113_649 ns.
	fn bond() -> Weight {
		Weight::from_parts(138_095_000, 4_244)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 33_800 ns.
	fn unbond() -> Weight {
		Weight::from_parts(34_602_000, 13_585)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 97_225 ns.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(114_961_000, 4_182)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 2_504_348 ns.
	fn assign() -> Weight {
		Weight::from_parts(2_572_830_000, 9_408)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 2_303_751 ns.
	fn unassign() -> Weight {
		Weight::from_parts(2_341_396_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	/// At least 2_305_983 ns.
	fn resign() -> Weight {
		Weight::from_parts(2_385_412_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	/// At least 108_251 ns.
	/// `p` from 0 to 63.
	fn set_schedule(p: u32) -> Weight {
		Weight::from_parts(109_719_833, 6_028)
			.saturating_add(Weight::from_parts(3_020_244, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 186_126 ns.
	fn submit_snapshot() -> Weight {
		Weight::from_parts(214_278_000, 26_958)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	/// At least 2_540_251 ns.
	/// `p` from 0 to 64.
	fn clear_listing(p: u32) -> Weight {
		Weight::from_parts(2_550_347_089, 31_430)
			.saturating_add(Weight::from_parts(6_033_720, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
	}
	/// At least 102_682 ns.
	fn restore_node_bond() -> Weight {
		Weight::from_parts(112_357_000, 4_691)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
