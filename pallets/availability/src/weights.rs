//! Weights of the calls and of the hooks' steps. Set by hand from the database operations that each makes at its worst, and from a
//! signature's check in wasm, until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, and one per step of the hooks.
pub trait WeightInfo {
	/// `set_health`
	fn set_health() -> Weight;
	/// `clear_health`
	fn clear_health() -> Weight;
	/// `vote`, without what authorizes it
	fn vote() -> Weight;
	/// What authorizes a vote
	fn authorize_vote() -> Weight;
	/// Looking whether there is anything to do
	fn look() -> Weight;
	/// Beginning a period with as many nodes and validators as can be
	fn begin() -> Weight;
	/// Reading and writing where the judging is
	fn judging() -> Weight;
	/// Judging one node
	fn judge() -> Weight;
	/// Finding what a node answers for, without the offence
	fn punish() -> Weight;
	/// Forgetting a period
	fn close() -> Weight;
}

impl WeightInfo for () {
	/// Health address, account, holds; reads the node, and what the chain allows.
	fn set_health() -> Weight {
		Weight::from_parts(60_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(5, 3))
	}
	/// Health address, account, holds; reads the period and its list of some five kilobytes.
	fn clear_health() -> Weight {
		Weight::from_parts(70_000_000, 14_000).saturating_add(RocksDbWeight::get().reads_writes(5, 3))
	}
	/// Period, set and list.
	fn vote() -> Weight {
		Weight::from_parts(60_000_000, 12_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	/// A signature; reads period, set and genesis hash.
	fn authorize_vote() -> Weight {
		Weight::from_parts(120_000_000, 8_000).saturating_add(RocksDbWeight::get().reads(3))
	}
	/// The period, where it is made shorter; reads how long periods are.
	fn look() -> Weight {
		Weight::from_parts(10_000_000, 2_000).saturating_add(RocksDbWeight::get().reads_writes(2, 1))
	}
	/// 128 health addresses are read, with the key after each and what each node keeps, and a hundred session keys; period, set, list and
	/// number are written.
	fn begin() -> Weight {
		Weight::from_parts(900_000_000, 300_000)
			.saturating_add(RocksDbWeight::get().reads_writes(3 + 2 * 128, 4))
	}
	/// The period is written; reads the list.
	fn judging() -> Weight {
		Weight::from_parts(30_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Health address, account, holds; reads the least number of voters, downtime, and what the node keeps.
	fn judge() -> Weight {
		Weight::from_parts(80_000_000, 12_000).saturating_add(RocksDbWeight::get().reads_writes(6, 3))
	}
	/// Reads what the node keeps, assignments, and the listing.
	fn punish() -> Weight {
		Weight::from_parts(40_000_000, 12_000).saturating_add(RocksDbWeight::get().reads(3))
	}
	/// Period, set and list are removed.
	fn close() -> Weight {
		Weight::from_parts(12_000_000, 0).saturating_add(RocksDbWeight::get().writes(3))
	}
}
