//! Weights of `pallet_escrow`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_escrow::WeightInfo for WeightInfo<T> {
	/// At least 519_255 ns.
	fn order() -> Weight {
		Weight::from_parts(545_971_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// At least 174_735 ns.
	/// `p` from 1 to 16.
	fn offer(_p: u32) -> Weight {
		Weight::from_parts(190_095_381, 8_547)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// At least 154_420 ns.
	fn fund() -> Weight {
		Weight::from_parts(160_551_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 8_322_904 ns.
	fn deliver() -> Weight {
		Weight::from_parts(11_299_783_000, 131_140)
			.saturating_add(T::DbWeight::get().reads(67))
			.saturating_add(T::DbWeight::get().writes(59))
	}
	/// At least 55_215_455 ns.
	/// `n` from 8 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch(n: u32, e: u32) -> Weight {
		Weight::from_parts(47_742_273_874, 131_140)
			.saturating_add(Weight::from_parts(5_578_821_934, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 3_942).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(e.into())))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(n.into())))
	}
	/// At least 15_232_944 ns.
	/// `n` from 4 to 64.
	/// `e` from 1 to 4.
	fn deliver_batch_taken(n: u32, e: u32) -> Weight {
		Weight::from_parts(15_852_044_000, 131_140)
			.saturating_add(Weight::from_parts(1_238_373_535, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(2_495_316_870, 0).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 4_620).saturating_mul(e.into()))
			.saturating_add(Weight::from_parts(0, 3_942).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(e.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(e.into())))
	}
	/// At least 55_512 ns.
	fn mark_delivered() -> Weight {
		Weight::from_parts(60_546_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 6_483_699 ns.
	fn confirm() -> Weight {
		Weight::from_parts(6_972_538_000, 131_140)
			.saturating_add(T::DbWeight::get().reads(59))
			.saturating_add(T::DbWeight::get().writes(57))
	}
	/// At least 134_826 ns.
	fn cancel() -> Weight {
		Weight::from_parts(143_850_000, 7_950)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 3_783_542 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(3_835_161_000, 131_140)
			.saturating_add(T::DbWeight::get().reads(59))
			.saturating_add(T::DbWeight::get().writes(57))
	}
	/// At least 4_940_716 ns.
	fn prove_bad_chunk() -> Weight {
		Weight::from_parts(7_430_495_000, 26_180)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	/// At least 79_176 ns.
	fn dispute() -> Weight {
		Weight::from_parts(81_918_000, 32_207)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 3_755_660 ns.
	fn resolve() -> Weight {
		Weight::from_parts(3_846_385_000, 131_140)
			.saturating_add(T::DbWeight::get().reads(60))
			.saturating_add(T::DbWeight::get().writes(57))
	}
	/// At least 111_880 ns.
	fn forget() -> Weight {
		Weight::from_parts(121_134_000, 4_932)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 15_115 ns.
	fn work_off() -> Weight {
		Weight::from_parts(17_662_000, 3_485)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 3_879_162 ns.
	fn turn() -> Weight {
		Weight::from_parts(6_402_632_000, 131_140)
			.saturating_add(T::DbWeight::get().reads(59))
			.saturating_add(T::DbWeight::get().writes(58))
	}
}
