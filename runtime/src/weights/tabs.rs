//! Weights of `pallet_tabs`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_tabs::WeightInfo for WeightInfo<T> {
	/// At least 230_792 ns.
	fn open_tab() -> Weight {
		Weight::from_parts(239_255_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	/// At least 113_870 ns.
	fn top_up_tab() -> Weight {
		Weight::from_parts(118_045_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 815_981 ns.
	/// `n` from 1 to 64.
	fn settle_vouchers(n: u32) -> Weight {
		Weight::from_parts(822_461_000, 3_675)
			.saturating_add(Weight::from_parts(768_794_415, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 23_481).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(27_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(24_u64.saturating_mul(n.into())))
	}
	/// At least 45_697 ns.
	fn close_tab() -> Weight {
		Weight::from_parts(46_980_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 853_658 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(863_753_000, 29_689)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(33))
	}
	/// At least 166_988 ns.
	fn set_free_quota() -> Weight {
		Weight::from_parts(170_183_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 19_319 ns.
	fn work_off() -> Weight {
		Weight::from_parts(20_129_000, 3_486)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 833_318 ns.
	fn turn() -> Weight {
		Weight::from_parts(841_390_000, 29_689)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(33))
	}
}
