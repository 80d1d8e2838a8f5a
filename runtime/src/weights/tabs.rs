//! Weights of `pallet_tabs`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, Intel(R) Xeon(R) Processor; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_tabs::WeightInfo for WeightInfo<T> {
	/// At least 275_693 ns.
	fn open_tab() -> Weight {
		Weight::from_parts(455_240_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// At least 132_235 ns.
	fn top_up_tab() -> Weight {
		Weight::from_parts(155_582_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 2_146_789 ns.
	/// `n` from 1 to 64.
	fn settle_vouchers(n: u32) -> Weight {
		Weight::from_parts(2_239_302_000, 68_668)
			.saturating_add(Weight::from_parts(2_150_425_230, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 3_808).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(28))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
	}
	/// At least 54_583 ns.
	fn close_tab() -> Weight {
		Weight::from_parts(58_936_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 157_676 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(161_433_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// At least 171_256 ns.
	fn set_free_quota() -> Weight {
		Weight::from_parts(190_884_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 21_903 ns.
	fn work_off() -> Weight {
		Weight::from_parts(23_647_000, 3_486)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 2_059_829 ns.
	fn turn() -> Weight {
		Weight::from_parts(2_112_394_000, 68_668)
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().writes(32))
	}
}
