//! Weights of the calls and of the hooks' steps. Set by hand from the database operations and the arithmetic that each makes at
//! its worst, until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, one for each that stopped before the bundle was read, and one per step of the hooks.
pub trait WeightInfo {
	/// `ask`
	fn ask() -> Weight;
	/// `answer` with the bundle of the benchmarks
	fn answer() -> Weight;
	/// `answer` that was refused before the bundle was read
	fn answer_not_read() -> Weight;
	/// `check` of the bundle of the benchmarks
	fn check() -> Weight;
	/// `check` that was refused before the bundle was read
	fn check_not_read() -> Weight;
	/// `withdraw`
	fn withdraw() -> Weight;
	/// `claim_timeout`
	fn claim_timeout() -> Weight;
	/// `forget`
	fn forget() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One turn in the hook: a payment or a refund, and the end
	fn turn() -> Weight;
}

/// The check of the benchmarks' proof, with its bundle's decoding and hash, and the answer's way into an event: a third more than
/// `souk-bench --only aggregates` measures in the runtime's wasm.
fn proof() -> Weight {
	Weight::from_parts(71_000_000_000, 10_000)
}

/// Reads and writes of a payment to so many: the asker's account, holds, asset, asset holds; recipients.
fn payment(recipients: u64) -> Weight {
	let each = Weight::from_parts(24_000_000, 300).saturating_add(RocksDbWeight::get().reads_writes(2, 2));
	Weight::from_parts(40_000_000, 12_000)
		.saturating_add(RocksDbWeight::get().reads_writes(5, 5))
		.saturating_add(each.saturating_mul(recipients))
}

impl WeightInfo for () {
	/// Record, number, two indexes, queue, list of those that wait, account, holds, asset account, asset, asset holds; reads
	/// listing, snapshot, and whether proofs are taken.
	fn ask() -> Weight {
		Weight::from_parts(140_000_000, 20_000).saturating_add(RocksDbWeight::get().reads_writes(13, 11))
	}
	/// A proof, a turn, and what is read before.
	fn answer() -> Weight {
		<() as WeightInfo>::answer_not_read()
			.saturating_add(proof())
			.saturating_add(<() as WeightInfo>::turn())
	}
	/// Reads record, listing, assignments, departures, genesis hash, and whether proofs are taken.
	fn answer_not_read() -> Weight {
		Weight::from_parts(40_000_000, 20_000).saturating_add(RocksDbWeight::get().reads(7))
	}
	/// A proof, and what is read before.
	fn check() -> Weight {
		<() as WeightInfo>::check_not_read().saturating_add(proof())
	}
	/// Reads listing, snapshot, genesis hash, and whether proofs are taken.
	fn check_not_read() -> Weight {
		Weight::from_parts(30_000_000, 12_000).saturating_add(RocksDbWeight::get().reads(5))
	}
	/// A turn; reads listing, assignments, departures.
	fn withdraw() -> Weight {
		Weight::from_parts(20_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(<() as WeightInfo>::turn())
	}
	/// A turn.
	fn claim_timeout() -> Weight {
		<() as WeightInfo>::turn()
	}
	/// Record, two indexes, account, holds.
	fn forget() -> Weight {
		Weight::from_parts(55_000_000, 10_000).saturating_add(RocksDbWeight::get().reads_writes(3, 5))
	}
	/// The first key of a queue, and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Record, the key after it, two queues, list of those that wait, and a payment to node, treasury and asker.
	fn turn() -> Weight {
		Weight::from_parts(60_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads_writes(3, 4))
			.saturating_add(payment(3))
	}
}
