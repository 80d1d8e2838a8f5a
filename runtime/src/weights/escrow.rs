//! Weights of `pallet_escrow`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_escrow::WeightInfo for WeightInfo<T> {
	/// At least 372_744 ns.
	fn order() -> Weight {
		Weight::from_parts(444_179_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 149_782 ns.
	/// `p` from 1 to 16.
	fn offer(p: u32) -> Weight {
		Weight::from_parts(130_668_009, 8_547)
			.saturating_add(Weight::from_parts(6_762_444, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 127_229 ns.
	fn fund() -> Weight {
		Weight::from_parts(130_954_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 6_671_435 ns.
	fn deliver() -> Weight {
		Weight::from_parts(10_270_438_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(119))
			.saturating_add(T::DbWeight::get().writes(110))
	}
	/// At least 60_652_290 ns.
	/// `n` from 8 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch(n: u32, e: u32) -> Weight {
		Weight::from_parts(63_879_572_000, 128_831)
			.saturating_add(Weight::from_parts(4_006_196_125, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 9_115).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 13_789_303 ns.
	/// `n` from 4 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch_taken(n: u32, e: u32) -> Weight {
		Weight::from_parts(14_296_316_000, 128_831)
			.saturating_add(Weight::from_parts(1_184_058_234, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(2_795_934_634, 0).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 8_916).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 30_635 ns.
	fn mark_delivered() -> Weight {
		Weight::from_parts(32_308_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_011_511 ns.
	fn confirm() -> Weight {
		Weight::from_parts(3_082_496_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 109_462 ns.
	fn cancel() -> Weight {
		Weight::from_parts(117_715_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 2_963_139 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(3_043_379_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 4_806_196 ns.
	fn prove_bad_chunk() -> Weight {
		Weight::from_parts(7_386_106_000, 26_180)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 68_492 ns.
	fn dispute() -> Weight {
		Weight::from_parts(70_665_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_295_162 ns.
	fn resolve() -> Weight {
		Weight::from_parts(5_644_560_000, 131_440)
			.saturating_add(T::DbWeight::get().reads(112))
			.saturating_add(T::DbWeight::get().writes(109))
	}
	/// At least 99_458 ns.
	fn forget() -> Weight {
		Weight::from_parts(110_364_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 12_919 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_530_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_398_526 ns.
	fn turn() -> Weight {
		Weight::from_parts(4_423_988_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(109))
	}
}
