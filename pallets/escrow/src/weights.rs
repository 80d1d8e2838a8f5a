//! Weights of the calls and of the hooks' steps. Set by hand from the database operations and the arithmetic that each makes at
//! its worst, until they are measured.
//!
//! A payment is counted for 50 recipients, each with an account and an asset account, and for dividing among them: a listing has
//! 48 terms at most, and treasury and curator are paid as well. A proof is counted with 4.5 ms (the pairings 2.8 ms by host
//! functions, reading its points and hashing its inputs the rest), one more proof in a batch with 0.6 ms.

use crate::RECIPIENTS_PER_DELIVERY;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, one for a batch that was taken as a whole, and one per step of the hooks.
pub trait WeightInfo {
	/// `order`
	fn order() -> Weight;
	/// `offer` of `p` parts
	fn offer(p: u32) -> Weight;
	/// `fund`
	fn fund() -> Weight;
	/// `deliver`
	fn deliver() -> Weight;
	/// `deliver_batch` of `n` keys of `e` eras, where each proof has to be checked again alone
	fn deliver_batch(n: u32, e: u32) -> Weight;
	/// `deliver_batch` of `n` keys of `e` eras that are all taken
	fn deliver_batch_taken(n: u32, e: u32) -> Weight;
	/// `mark_delivered`
	fn mark_delivered() -> Weight;
	/// `confirm`
	fn confirm() -> Weight;
	/// `cancel`
	fn cancel() -> Weight;
	/// `claim_timeout`
	fn claim_timeout() -> Weight;
	/// `prove_bad_chunk`
	fn prove_bad_chunk() -> Weight;
	/// `dispute`
	fn dispute() -> Weight;
	/// `resolve`
	fn resolve() -> Weight;
	/// `forget`
	fn forget() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One turn in the hook: a payment, and the next part or the end
	fn turn() -> Weight;
}

/// The check of one proof.
fn proof() -> Weight {
	Weight::from_parts(4_500_000_000, 2_500)
}

/// Reads and writes of a payment to so many: the buyer's account, holds, asset, asset holds; split, assignments, departures;
/// recipients; the backers' part of the curator's.
fn payment(recipients: u64) -> Weight {
	let each = Weight::from_parts(24_000_000, 300).saturating_add(RocksDbWeight::get().reads_writes(2, 2));
	Weight::from_parts(110_000_000, 140_000)
		.saturating_add(RocksDbWeight::get().reads_writes(13, 10))
		.saturating_add(each.saturating_mul(recipients))
}

/// As many recipients as a payment can have.
fn longest_payment() -> Weight {
	payment(50)
}

/// What a key does besides being checked and paid for: its point, the record, two queues, the list of those that wait, what
/// covers the sale.
fn key() -> Weight {
	Weight::from_parts(500_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(3, 6))
}

impl WeightInfo for () {
	/// Record, number, two indexes, count, queue, list of those that wait, account, holds, asset account, asset, asset holds,
	/// departures; reads listing, snapshot and bond; checks the buyer's point.
	fn order() -> Weight {
		Weight::from_parts(650_000_000, 15_000).saturating_add(RocksDbWeight::get().reads_writes(15, 14))
	}
	/// Record, number, two indexes, count, queue, account, holds; reads the listing.
	fn offer(p: u32) -> Weight {
		Weight::from_parts(90_000_000, 10_000)
			.saturating_add(Weight::from_parts(500_000, 80).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(7, 8))
	}
	/// Record, two queues, account, holds, asset account, asset, asset holds, departures; reads the listing.
	fn fund() -> Weight {
		Weight::from_parts(110_000_000, 14_000).saturating_add(RocksDbWeight::get().reads_writes(9, 9))
	}
	/// A key, its proof with the key that checks it, and a payment.
	fn deliver() -> Weight {
		key()
			.saturating_add(proof())
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(longest_payment())
	}
	/// A batch that was taken, and each proof alone.
	fn deliver_batch(n: u32, e: u32) -> Weight {
		<() as WeightInfo>::deliver_batch_taken(n, e).saturating_add(proof().saturating_mul(n.into()))
	}
	/// Keys, with a short payment each; one check for each era, with the key that it is made with.
	fn deliver_batch_taken(n: u32, e: u32) -> Weight {
		let one = key()
			.saturating_add(payment(RECIPIENTS_PER_DELIVERY.into()))
			.saturating_add(Weight::from_parts(600_000_000, 1_000));
		let era = proof().saturating_add(RocksDbWeight::get().reads(2));
		one.saturating_mul(n.into()).saturating_add(era.saturating_mul(e.into()))
	}
	/// Record, two queues.
	fn mark_delivered() -> Weight {
		Weight::from_parts(35_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(1, 3))
	}
	/// Record, two queues, count, what covers the sale, and a payment. The case is counted apart, here and below.
	fn confirm() -> Weight {
		Weight::from_parts(70_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads_writes(4, 5))
			.saturating_add(longest_payment())
	}
	/// Record, queue, count, list of those that wait, departures, and a refund.
	fn cancel() -> Weight {
		Weight::from_parts(60_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads_writes(4, 5))
			.saturating_add(payment(1))
	}
	/// A turn.
	fn claim_timeout() -> Weight {
		<() as WeightInfo>::turn()
	}
	/// A proof with the key that checks it; a chunk of 64 KiB that is hashed twice and opened once, and two paths of 22 steps, in
	/// wasm; record, queue, count, departures, and a refund; the bond is used twice, for the buyer. The offence is counted
	/// apart.
	fn prove_bad_chunk() -> Weight {
		Weight::from_parts(3_000_000_000, 20_000)
			.saturating_add(proof())
			.saturating_add(RocksDbWeight::get().reads_writes(9, 9))
			.saturating_add(payment(1))
	}
	/// Record, two queues.
	fn dispute() -> Weight {
		Weight::from_parts(35_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(1, 3))
	}
	/// Record, queue, count, departures, and a payment.
	fn resolve() -> Weight {
		Weight::from_parts(70_000_000, 12_000)
			.saturating_add(RocksDbWeight::get().reads_writes(4, 5))
			.saturating_add(longest_payment())
	}
	/// Record, two indexes, account, holds; reads whether somebody may rate it.
	fn forget() -> Weight {
		Weight::from_parts(60_000_000, 12_000).saturating_add(RocksDbWeight::get().reads_writes(5, 5))
	}
	/// The first key of a queue, and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Record, the key after it, two queues, count, what covers the sale, list of those that wait, and a payment.
	fn turn() -> Weight {
		Weight::from_parts(90_000_000, 14_000)
			.saturating_add(RocksDbWeight::get().reads_writes(7, 6))
			.saturating_add(longest_payment())
	}
}
