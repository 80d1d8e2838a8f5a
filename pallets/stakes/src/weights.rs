//! Weights of the record of an offence and of the hooks' steps. Set by hand from the database operations that each makes at its worst,
//! until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function for what others cause, and one per step of the hooks.
pub trait WeightInfo {
	/// An offence that two bonds answer for
	fn commit() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One turn: a bond's offences that are old enough, or a case or an announcement whose time is over
	fn turn() -> Weight;
	/// Finding the next fine, and writing it
	fn next_fine() -> Weight;
	/// Adding what one subscriber has paid
	fn count() -> Weight;
	/// A payment to one subscriber
	fn pay_next() -> Weight;
	/// The payments to reporter and treasury
	fn pay_rest() -> Weight;
	/// `announce_report`
	fn announce_report() -> Weight;
	/// `report_conflict`
	fn report_conflict() -> Weight;
	/// `report_attestations`
	fn report_attestations() -> Weight;
	/// `answer_challenge`
	fn answer_challenge() -> Weight;
	/// `announce_downtime`
	fn announce_downtime() -> Weight;
	/// Beginning a round, or finding that there is none to begin
	fn round() -> Weight;
	/// A visit to one listing in a round
	fn visit() -> Weight;
}

impl WeightInfo for () {
	/// Both histories with a queue each for the oldest and the newest, both bonds, what is forfeited of them, the fine and its number; reads
	/// the penalties and the first subscriber; payments of both to reporter and treasury. What backs the curator's bond, as often, and the most
	/// of it that answers, from all penalties.
	fn commit() -> Weight {
		Weight::from_parts(380_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(30, 23))
	}
	/// The first key of a queue, and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// A challenge that was missed, which is more than the others: challenge, queue, the key after it, an offence; reads assignments.
	fn turn() -> Weight {
		Weight::from_parts(35_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads_writes(5, 3))
			.saturating_add(<() as WeightInfo>::commit())
	}
	/// Fine, and the key before it.
	fn next_fine() -> Weight {
		Weight::from_parts(15_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(2, 1))
	}
	/// The next key, the subscription, what its asset is worth.
	fn count() -> Weight {
		Weight::from_parts(15_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(3))
	}
	/// The same, and a payment out of two bonds and of what backs one: what is forfeited, their owners' accounts and holds, the payer's account.
	fn pay_next() -> Weight {
		Weight::from_parts(160_000_000, 20_000).saturating_add(RocksDbWeight::get().reads_writes(11, 8))
	}
	/// Two payments out of two bonds and of what backs one; both histories, where it is noted.
	fn pay_rest() -> Weight {
		Weight::from_parts(310_000_000, 34_000).saturating_add(RocksDbWeight::get().reads_writes(13, 13))
	}
	/// Two announcements with a queue each, account, holds.
	fn announce_report() -> Weight {
		Weight::from_parts(80_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(4, 6))
	}
	/// Two signatures; announcement and case with a queue each, account, holds; the offence. Reads genesis hash, time, assignments,
	/// departures and bond.
	fn report_conflict() -> Weight {
		Weight::from_parts(265_000_000, 29_000)
			.saturating_add(RocksDbWeight::get().reads_writes(12, 6))
			.saturating_add(<() as WeightInfo>::commit())
	}
	/// The same; reads the listing instead of the time.
	fn report_attestations() -> Weight {
		<() as WeightInfo>::report_conflict()
	}
	/// A kibibyte that is hashed, a way of seven steps and a path of 22, in wasm; challenge and queue.
	fn answer_challenge() -> Weight {
		Weight::from_parts(120_000_000, 5_000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// Downtime, queue, account, holds; reads the bond.
	fn announce_downtime() -> Weight {
		Weight::from_parts(60_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(5, 4))
	}
	/// Round; reads the randomness.
	fn round() -> Weight {
		Weight::from_parts(12_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(3, 1))
	}
	/// Schedule, key, list of snapshots, eight of them, the first one's block and assignments are read, with downtime and challenge of each of eight
	/// nodes, and the downtimes of eight workers; a challenge and a queue for each node, an offence, and the schedule.
	fn visit() -> Weight {
		Weight::from_parts(150_000_000, 60_000)
			.saturating_add(RocksDbWeight::get().reads_writes(16 + 3 * 8, 1 + 2 * 8))
			.saturating_add(<() as WeightInfo>::commit())
	}
}
