//! Weights of the record of an offence and of the hooks' steps. Set by hand from the database operations that each makes at its worst,
//! until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function for what others cause, and one per step of the hooks.
pub trait WeightInfo {
	/// An offence that two bonds answer for
	fn commit() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One bond's offences that are old enough
	fn forget() -> Weight;
	/// Finding the next fine, and writing it
	fn next_fine() -> Weight;
	/// Adding what one subscriber has paid
	fn count() -> Weight;
	/// A payment to one subscriber
	fn pay_next() -> Weight;
	/// The payments to reporter and treasury
	fn pay_rest() -> Weight;
}

impl WeightInfo for () {
	/// Both histories with a queue each for the oldest and the newest, both bonds, what is forfeited of them, the fine and its number; reads
	/// the penalties and the first subscriber; payments of both to reporter and treasury.
	fn commit() -> Weight {
		Weight::from_parts(260_000_000, 40_000).saturating_add(RocksDbWeight::get().reads_writes(20, 20))
	}
	/// The first key of a queue, and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// History, queue, the key after it.
	fn forget() -> Weight {
		Weight::from_parts(20_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// Fine, and the key before it.
	fn next_fine() -> Weight {
		Weight::from_parts(15_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(2, 1))
	}
	/// The next key, the subscription, what its asset is worth.
	fn count() -> Weight {
		Weight::from_parts(15_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(3))
	}
	/// The same, and a payment out of two bonds: what is forfeited, their owners' accounts and holds, the payer's account.
	fn pay_next() -> Weight {
		Weight::from_parts(110_000_000, 14_000).saturating_add(RocksDbWeight::get().reads_writes(10, 7))
	}
	/// Two payments out of two bonds.
	fn pay_rest() -> Weight {
		Weight::from_parts(180_000_000, 16_000).saturating_add(RocksDbWeight::get().reads_writes(8, 8))
	}
}
