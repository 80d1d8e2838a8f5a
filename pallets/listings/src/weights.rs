//! Weights of the calls. Set by hand from the database operations that each call makes, until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call.
pub trait WeightInfo {
	/// `create` with `p` plans
	fn create(p: u32) -> Weight;
	/// `update` with `p` plans
	fn update(p: u32) -> Weight;
	/// `set_state`
	fn set_state() -> Weight;
	/// `set_payouts`
	fn set_payouts() -> Weight;
	/// `retire`
	fn retire() -> Weight;
	/// `take_down`
	fn take_down() -> Weight;
}

impl WeightInfo for () {
	/// Next number, address, record, place in searches, account, holds; reads each plan's asset.
	fn create(p: u32) -> Weight {
		Weight::from_parts(60_000_000, 12_000)
			.saturating_add(Weight::from_parts(3_000_000, 2_700).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(5, 6))
			.saturating_add(RocksDbWeight::get().reads(p.into()))
	}
	/// Record, place in searches, account, holds; reads each plan's asset.
	fn update(p: u32) -> Weight {
		Weight::from_parts(55_000_000, 12_000)
			.saturating_add(Weight::from_parts(3_000_000, 2_700).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(4, 4))
			.saturating_add(RocksDbWeight::get().reads(p.into()))
	}
	/// Record, place in searches, account, holds, and what `OnState` reads and writes; reads the curator's bond.
	fn set_state() -> Weight {
		Weight::from_parts(50_000_000, 12_000).saturating_add(RocksDbWeight::get().reads_writes(8, 7))
	}
	/// Record, place in searches, account, holds.
	fn set_payouts() -> Weight {
		Weight::from_parts(40_000_000, 9_000).saturating_add(RocksDbWeight::get().reads_writes(3, 4))
	}
	/// Record, place in searches, account, holds, and what `OnState` reads and writes.
	fn retire() -> Weight {
		Weight::from_parts(70_000_000, 18_000).saturating_add(RocksDbWeight::get().reads_writes(10, 8))
	}
	/// Record, place in searches, account, holds, and what `OnState` reads and writes.
	fn take_down() -> Weight {
		Weight::from_parts(70_000_000, 18_000).saturating_add(RocksDbWeight::get().reads_writes(10, 8))
	}
}
