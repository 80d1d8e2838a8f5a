//! Weights of the calls. Set by hand from the database operations that each call makes, until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call.
pub trait WeightInfo {
	/// `bond`
	fn bond() -> Weight;
	/// `bond_extra`
	fn bond_extra() -> Weight;
	/// `unbond`
	fn unbond() -> Weight;
	/// `withdraw_unbonded`
	fn withdraw_unbonded() -> Weight;
	/// `validate` with `c` candidates listed
	fn validate(c: u32) -> Weight;
	/// `chill`
	fn chill() -> Weight;
	/// `force_chill`
	fn force_chill() -> Weight;
}

impl WeightInfo for () {
	/// Ledger, account, holds.
	fn bond() -> Weight {
		Weight::from_parts(40_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	/// Ledger, account, holds.
	fn bond_extra() -> Weight {
		Weight::from_parts(42_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	/// Ledger; reads the session, the candidates and two sets.
	fn unbond() -> Weight {
		Weight::from_parts(35_000_000, 24_000).saturating_add(RocksDbWeight::get().reads_writes(5, 1))
	}
	/// Ledger, account, holds; reads the session.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(45_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(4, 3))
	}
	/// Candidates; reads the own ledger, the session keys, and on a full list each candidate's ledger.
	fn validate(c: u32) -> Weight {
		Weight::from_parts(25_000_000, 6_000)
			.saturating_add(Weight::from_parts(4_000_000, 2_600).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(3, 1))
			.saturating_add(RocksDbWeight::get().reads(c.into()))
	}
	/// Candidates.
	fn chill() -> Weight {
		Weight::from_parts(15_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Candidates.
	fn force_chill() -> Weight {
		Weight::from_parts(15_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
}
