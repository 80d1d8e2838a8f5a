//! Weights of `pallet_escrow`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_escrow::WeightInfo for WeightInfo<T> {
	/// At least 365_542 ns.
	fn order() -> Weight {
		Weight::from_parts(388_426_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 163_242 ns.
	/// `p` from 1 to 16.
	fn offer(p: u32) -> Weight {
		Weight::from_parts(163_476_787, 18_623)
			.saturating_add(Weight::from_parts(1_550_156, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 129_953 ns.
	fn fund() -> Weight {
		Weight::from_parts(135_171_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 6_577_606 ns.
	fn deliver() -> Weight {
		Weight::from_parts(6_803_311_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(119))
			.saturating_add(T::DbWeight::get().writes(110))
	}
	/// At least 42_171_752 ns.
	/// `n` from 8 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch(n: u32, e: u32) -> Weight {
		Weight::from_parts(4_312_621_455, 128_831)
			.saturating_add(Weight::from_parts(3_914_829_706, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(1_741_323_111, 0).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 9_115).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 13_154_130 ns.
	/// `n` from 4 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch_taken(n: u32, e: u32) -> Weight {
		Weight::from_parts(13_370_772_000, 128_831)
			.saturating_add(Weight::from_parts(1_221_907_761, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(400_141_967, 0).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 8_916).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 31_236 ns.
	fn mark_delivered() -> Weight {
		Weight::from_parts(33_970_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_018_982 ns.
	fn confirm() -> Weight {
		Weight::from_parts(3_122_245_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 111_625 ns.
	fn cancel() -> Weight {
		Weight::from_parts(119_818_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 3_080_724 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(3_130_548_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 4_591_998 ns.
	fn prove_bad_chunk() -> Weight {
		Weight::from_parts(4_726_698_000, 26_180)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 71_125 ns.
	fn dispute() -> Weight {
		Weight::from_parts(73_919_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_125_561 ns.
	fn resolve() -> Weight {
		Weight::from_parts(3_155_414_000, 131_440)
			.saturating_add(T::DbWeight::get().reads(112))
			.saturating_add(T::DbWeight::get().writes(109))
	}
	/// At least 119_287 ns.
	fn forget() -> Weight {
		Weight::from_parts(119_848_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 12_949 ns.
	fn work_off() -> Weight {
		Weight::from_parts(14_001_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_088_465 ns.
	fn turn() -> Weight {
		Weight::from_parts(3_382_372_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(109))
	}
}
