//! Weights of `pallet_escrow`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_escrow::WeightInfo for WeightInfo<T> {
	/// At least 371_692 ns.
	fn order() -> Weight {
		Weight::from_parts(398_372_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 163_052 ns.
	/// `p` from 1 to 16.
	fn offer(_p: u32) -> Weight {
		Weight::from_parts(169_220_661, 18_623)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 128_631 ns.
	fn fund() -> Weight {
		Weight::from_parts(132_647_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 6_613_779 ns.
	fn deliver() -> Weight {
		Weight::from_parts(6_768_590_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(119))
			.saturating_add(T::DbWeight::get().writes(110))
	}
	/// At least 45_790_826 ns.
	/// `n` from 8 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch(n: u32, e: u32) -> Weight {
		Weight::from_parts(46_085_723_000, 128_831)
			.saturating_add(Weight::from_parts(3_676_913_756, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 9_115).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 13_314_749 ns.
	/// `n` from 4 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch_taken(n: u32, e: u32) -> Weight {
		Weight::from_parts(13_396_179_000, 128_831)
			.saturating_add(Weight::from_parts(1_298_744_878, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(827_627_770, 0).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 8_916).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 30_936 ns.
	fn mark_delivered() -> Weight {
		Weight::from_parts(33_069_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_039_313 ns.
	fn confirm() -> Weight {
		Weight::from_parts(3_303_655_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 113_579 ns.
	fn cancel() -> Weight {
		Weight::from_parts(118_887_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 3_086_883 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(3_132_561_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 4_342_007 ns.
	fn prove_bad_chunk() -> Weight {
		Weight::from_parts(4_563_806_000, 26_180)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 70_415 ns.
	fn dispute() -> Weight {
		Weight::from_parts(77_675_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_159_761 ns.
	fn resolve() -> Weight {
		Weight::from_parts(3_379_618_000, 131_440)
			.saturating_add(T::DbWeight::get().reads(112))
			.saturating_add(T::DbWeight::get().writes(109))
	}
	/// At least 99_657 ns.
	fn forget() -> Weight {
		Weight::from_parts(101_240_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 13_029 ns.
	fn work_off() -> Weight {
		Weight::from_parts(13_420_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_068_596 ns.
	fn turn() -> Weight {
		Weight::from_parts(3_138_109_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(109))
	}
}
