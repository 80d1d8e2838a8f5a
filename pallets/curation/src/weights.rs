//! Weights of the calls. Set by hand from the database operations that each call makes at its worst, until they are
//! measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call.
pub trait WeightInfo {
	/// `register_node`
	fn register_node() -> Weight;
	/// `update_node`
	fn update_node() -> Weight;
	/// `deregister_node`
	fn deregister_node() -> Weight;
	/// `withdraw_node_bond`
	fn withdraw_node_bond() -> Weight;
	/// `bond`
	fn bond() -> Weight;
	/// `unbond`
	fn unbond() -> Weight;
	/// `withdraw_unbonded`
	fn withdraw_unbonded() -> Weight;
	/// `assign`
	fn assign() -> Weight;
	/// `unassign`
	fn unassign() -> Weight;
	/// `resign`
	fn resign() -> Weight;
	/// `set_schedule`, dropping `p` snapshots
	fn set_schedule(p: u32) -> Weight;
	/// `submit_snapshot`
	fn submit_snapshot() -> Weight;
	/// `clear_listing`, dropping `p` snapshots
	fn clear_listing(p: u32) -> Weight;
	/// `restore_node_bond`
	fn restore_node_bond() -> Weight;
}

impl WeightInfo for () {
	/// Node, account, holds.
	fn register_node() -> Weight {
		Weight::from_parts(60_000_000, 5_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	/// Node, unlocking, account, holds; reads the node's assignments.
	fn update_node() -> Weight {
		Weight::from_parts(65_000_000, 7_000).saturating_add(RocksDbWeight::get().reads_writes(5, 4))
	}
	/// Node, unlocking, account, holds; reads the number of assignments.
	fn deregister_node() -> Weight {
		Weight::from_parts(50_000_000, 7_000).saturating_add(RocksDbWeight::get().reads_writes(5, 4))
	}
	/// Unlocking, account, holds.
	fn withdraw_node_bond() -> Weight {
		Weight::from_parts(45_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	/// Bond, account, holds; reads the listing.
	fn bond() -> Weight {
		Weight::from_parts(50_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(4, 3))
	}
	/// Bond; reads the listing.
	fn unbond() -> Weight {
		Weight::from_parts(25_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(2, 1))
	}
	/// Bond, account, holds.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(45_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	/// Assignments on both sides, account, holds, departures, with the deposits of 48 of them; reads the listing, the node
	/// and the other role's assignments.
	fn assign() -> Weight {
		Weight::from_parts(650_000_000, 18_000).saturating_add(RocksDbWeight::get().reads_writes(8, 5))
	}
	/// Assignments on both sides, account, holds, departures, with the deposits of 48 of them, four open periods with their
	/// list; all may become final: schedule, snapshots and their list, as many old snapshots, newest and first.
	fn unassign() -> Weight {
		Weight::from_parts(760_000_000, 46_000).saturating_add(RocksDbWeight::get().reads_writes(15, 22))
	}
	/// Like `unassign`, without the listing.
	fn resign() -> Weight {
		Weight::from_parts(758_000_000, 46_000).saturating_add(RocksDbWeight::get().reads_writes(14, 22))
	}
	/// Schedule, account, holds, list of snapshots, and each that is dropped; reads the listing.
	fn set_schedule(p: u32) -> Weight {
		Weight::from_parts(60_000_000, 6_000)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(5, 4))
			.saturating_add(RocksDbWeight::get().writes(p.into()))
	}
	/// Four open periods with their list, snapshot and its list, the oldest snapshot, schedule, newest and first; reads the
	/// listing, the workers and the time.
	fn submit_snapshot() -> Weight {
		Weight::from_parts(110_000_000, 40_000).saturating_add(RocksDbWeight::get().reads_writes(17, 11))
	}
	/// Schedule, 48 terms, sixteen of them on both sides, with the curator's account and holds, four open periods with
	/// their list, the list of snapshots and each of them, newest and first; reads the listing, its subscriptions and
	/// orders.
	fn clear_listing(p: u32) -> Weight {
		Weight::from_parts(1_100_000_000, 66_000)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(29, 31))
			.saturating_add(RocksDbWeight::get().writes(p.into()))
	}
	/// Node, account, holds.
	fn restore_node_bond() -> Weight {
		Weight::from_parts(50_000_000, 5_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
}
