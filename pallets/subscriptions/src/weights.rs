//! Weights of the calls and of the hook's steps. Set by hand from the database operations that each makes, until they are
//! measured.
//!
//! A search for a place in the queues reads 65 of them at most. A settlement is counted for 48 recipients, each with an
//! account and an asset account, and for dividing among them; so many terms can a listing have.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, and one per step of the hook.
pub trait WeightInfo {
	/// `subscribe`
	fn subscribe() -> Weight;
	/// `cancel`
	fn cancel() -> Weight;
	/// `set_auto_renew`
	fn set_auto_renew() -> Weight;
	/// `renew`
	fn renew() -> Weight;
	/// `settle`
	fn settle() -> Weight;
	/// `clear_trial`
	fn clear_trial() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One turn in the hook: a settlement, and a renewal or the end
	fn turn() -> Weight;
}

/// Reads and writes of a settlement: the payer's account, holds, asset, asset holds; listing, split, assignments,
/// departures; recipients; the right to rate the period, and its place in a queue; the backers' part of the curator's.
fn settlement() -> Weight {
	Weight::from_parts(1_250_000_000, 160_000)
		.saturating_add(RocksDbWeight::get().reads_writes(14 + 2 * 48, 11 + 2 * 48))
}

impl WeightInfo for () {
	/// Record, index, queue, both counts, trial, account, holds, asset account, asset, asset holds, departures; reads listing, bond
	/// and assignments.
	fn subscribe() -> Weight {
		Weight::from_parts(135_000_000, 125_000)
			.saturating_add(RocksDbWeight::get().reads_writes(15 + 65, 13))
	}
	/// Record, index, queue, counts, and a settlement.
	fn cancel() -> Weight {
		Weight::from_parts(60_000_000, 120_000)
			.saturating_add(RocksDbWeight::get().reads_writes(5 + 65, 6))
			.saturating_add(settlement())
	}
	/// Record, index, queue, counts, account, holds, departures.
	fn set_auto_renew() -> Weight {
		Weight::from_parts(55_000_000, 17_000).saturating_add(RocksDbWeight::get().reads_writes(8, 8))
	}
	/// Record, two queues, counts, account, holds, asset account, asset, asset holds, departures; reads listing and
	/// assignments.
	fn renew() -> Weight {
		Weight::from_parts(115_000_000, 125_000)
			.saturating_add(RocksDbWeight::get().reads_writes(14 + 65, 11))
	}
	/// A turn, and the queue it waits in.
	fn settle() -> Weight {
		<() as WeightInfo>::turn().saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// Trial, account, holds; reads the listing.
	fn clear_trial() -> Weight {
		Weight::from_parts(45_000_000, 9_000).saturating_add(RocksDbWeight::get().reads_writes(4, 3))
	}
	/// Queue and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// Record, index, a later queue, counts, a hold for the next period, and a settlement.
	fn turn() -> Weight {
		Weight::from_parts(110_000_000, 120_000)
			.saturating_add(RocksDbWeight::get().reads_writes(9 + 65, 11))
			.saturating_add(settlement())
	}
}
