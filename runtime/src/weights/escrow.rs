//! Weights of `pallet_escrow`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_escrow::WeightInfo for WeightInfo<T> {
	/// At least 378_622 ns.
	fn order() -> Weight {
		Weight::from_parts(395_367_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 172_527 ns.
	/// `p` from 1 to 16.
	fn offer(p: u32) -> Weight {
		Weight::from_parts(179_753_227, 18_623)
			.saturating_add(Weight::from_parts(38_638, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 140_899 ns.
	fn fund() -> Weight {
		Weight::from_parts(146_227_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 7_719_401 ns.
	fn deliver() -> Weight {
		Weight::from_parts(8_023_653_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(119))
			.saturating_add(T::DbWeight::get().writes(110))
	}
	/// At least 58_011_289 ns.
	/// `n` from 8 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch(n: u32, e: u32) -> Weight {
		Weight::from_parts(58_174_832_000, 128_831)
			.saturating_add(Weight::from_parts(4_695_148_018, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 9_115).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 17_209_371 ns.
	/// `n` from 4 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch_taken(n: u32, e: u32) -> Weight {
		Weight::from_parts(17_395_156_000, 128_831)
			.saturating_add(Weight::from_parts(1_275_250_614, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(2_028_946_288, 0).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 8_916).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(20))
			.saturating_add(T::DbWeight::get().writes(13_u64.saturating_mul(n.into())))
	}
	/// At least 35_242 ns.
	fn mark_delivered() -> Weight {
		Weight::from_parts(39_078_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_093_553 ns.
	fn confirm() -> Weight {
		Weight::from_parts(3_218_839_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 125_746 ns.
	fn cancel() -> Weight {
		Weight::from_parts(130_143_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 3_092_772 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(3_221_783_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(108))
	}
	/// At least 5_410_313 ns.
	fn prove_bad_chunk() -> Weight {
		Weight::from_parts(5_668_846_000, 26_180)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 76_274 ns.
	fn dispute() -> Weight {
		Weight::from_parts(79_908_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_137_307 ns.
	fn resolve() -> Weight {
		Weight::from_parts(3_244_227_000, 131_440)
			.saturating_add(T::DbWeight::get().reads(112))
			.saturating_add(T::DbWeight::get().writes(109))
	}
	/// At least 131_015 ns.
	fn forget() -> Weight {
		Weight::from_parts(135_031_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 14_282 ns.
	fn work_off() -> Weight {
		Weight::from_parts(15_203_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_015_016 ns.
	fn turn() -> Weight {
		Weight::from_parts(3_116_977_000, 128_831)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(109))
	}
}
