//! Weights of `pallet_tabs`, measured. Written by `make weights`: not to be changed by hand (docs/decisions/0020-weights.md).
//!
//! 2026-11-30, frame-benchmarking-cli 64.0.0, AMD EPYC; 8 steps, 8 repetitions.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What was measured, one function per benchmark.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_tabs::WeightInfo for WeightInfo<T> {
	/// At least 257_983 ns.
	fn open_tab() -> Weight {
		Weight::from_parts(288_098_000, 11_066)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	/// At least 132_908 ns.
	fn top_up_tab() -> Weight {
		Weight::from_parts(153_227_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// At least 972_043 ns.
	/// `n` from 1 to 64.
	fn settle_vouchers(n: u32) -> Weight {
		Weight::from_parts(988_758_000, 3_675)
			.saturating_add(Weight::from_parts(841_300_416, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 23_481).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(28_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(24_u64.saturating_mul(n.into())))
	}
	/// At least 63_114 ns.
	fn close_tab() -> Weight {
		Weight::from_parts(79_167_000, 4_798)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 908_329 ns.
	fn claim_timeout() -> Weight {
		Weight::from_parts(946_245_000, 29_689)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(33))
	}
	/// At least 187_108 ns.
	fn set_free_quota() -> Weight {
		Weight::from_parts(203_392_000, 6_028)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// At least 20_110 ns.
	fn work_off() -> Weight {
		Weight::from_parts(21_332_000, 3_486)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// At least 895_369 ns.
	fn turn() -> Weight {
		Weight::from_parts(967_146_000, 29_689)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(33))
	}
}
