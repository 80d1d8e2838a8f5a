//! Weights of the calls. Set by hand from the database operations that each makes at its worst, until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call.
pub trait WeightInfo {
	/// `open_backing`
	fn open_backing() -> Weight;
	/// `close_backing`
	fn close_backing() -> Weight;
	/// `back`
	fn back() -> Weight;
	/// `unback`
	fn unback() -> Weight;
	/// `withdraw_unbacked`
	fn withdraw_unbacked() -> Weight;
	/// `claim_income`
	fn claim_income() -> Weight;
}

impl WeightInfo for () {
	/// Record, account, holds; reads the listing and the unbonding period.
	fn open_backing() -> Weight {
		Weight::from_parts(60_000_000, 10_000).saturating_add(RocksDbWeight::get().reads_writes(6, 3))
	}
	/// Record, account, holds; reads the unbonding period.
	fn close_backing() -> Weight {
		Weight::from_parts(55_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(5, 3))
	}
	/// Both records, both accounts and their holds; reads the bond, the most that may back it (from the penalties of all offences), and
	/// counts in eight assets.
	fn back() -> Weight {
		Weight::from_parts(130_000_000, 22_000).saturating_add(RocksDbWeight::get().reads_writes(19, 6))
	}
	/// Both records; reads least backing and unbonding period, and counts in eight assets.
	fn unback() -> Weight {
		Weight::from_parts(60_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(5, 2))
	}
	/// Both records, both accounts and their holds, both deposits; counts in eight assets.
	fn withdraw_unbacked() -> Weight {
		Weight::from_parts(150_000_000, 16_000).saturating_add(RocksDbWeight::get().reads_writes(6, 6))
	}
	/// Both records, asset, both asset accounts, asset holds; account and holds for the deposits; counts in eight assets.
	fn claim_income() -> Weight {
		Weight::from_parts(160_000_000, 22_000).saturating_add(RocksDbWeight::get().reads_writes(11, 10))
	}
}
