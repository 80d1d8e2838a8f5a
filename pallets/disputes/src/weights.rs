//! Weights of the calls and of the hooks' steps. Set by hand from the database operations and the arithmetic that each makes at
//! its worst, until they are measured.
//!
//! The pool is one value of 28 KB at most. A drawing hashes four times for each of its 256 places; the end of a case with three juries,
//! each of whose seats was drawn twice, pays or fines 50 accounts.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, and one per step of the hooks.
pub trait WeightInfo {
	/// `join_pool`
	fn join_pool() -> Weight;
	/// `bond_extra`
	fn bond_extra() -> Weight;
	/// `leave_pool`
	fn leave_pool() -> Weight;
	/// `withdraw`
	fn withdraw() -> Weight;
	/// `answer`
	fn answer() -> Weight;
	/// `submit_evidence`
	fn submit_evidence() -> Weight;
	/// `commit_vote`
	fn commit_vote() -> Weight;
	/// `reveal_vote`
	fn reveal_vote() -> Weight;
	/// `appeal`
	fn appeal() -> Weight;
	/// `request_review`
	fn request_review() -> Weight;
	/// `approve_review`
	fn approve_review() -> Weight;
	/// `execute`
	fn execute() -> Weight;
	/// The opening of a case, by another pallet
	fn open() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One turn in the hook: the end of a case with three juries, with what becomes of the order
	fn turn() -> Weight;
}

/// The pool, read and written.
fn pool() -> Weight {
	Weight::from_parts(120_000_000, 30_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
}

/// Somebody's account and holds.
fn account() -> Weight {
	Weight::from_parts(30_000_000, 4_000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
}

/// Whether so many have a part in an order: the order, its listing, its assignments, what each of them has behind the bond.
fn concerns(many: u64) -> Weight {
	Weight::from_parts(6_000_000, 6_000).saturating_add(RocksDbWeight::get().reads(3)).saturating_add(
		Weight::from_parts(2_000_000, 2_500)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_mul(many),
	)
}

/// The three juries of a case, read or written.
fn juries() -> Weight {
	Weight::from_parts(40_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(3, 1))
}

/// A payment for an order: to 50 recipients, each with an account and an asset account.
fn ruling() -> Weight {
	let each = Weight::from_parts(24_000_000, 300).saturating_add(RocksDbWeight::get().reads_writes(2, 2));
	Weight::from_parts(150_000_000, 150_000)
		.saturating_add(RocksDbWeight::get().reads_writes(16, 14))
		.saturating_add(each.saturating_mul(50))
}

impl WeightInfo for () {
	/// The pool, two accounts, the list of those that leave, when somebody was pushed out last.
	fn join_pool() -> Weight {
		Weight::from_parts(40_000_000, 4_000)
			.saturating_add(pool())
			.saturating_add(account().saturating_mul(2))
			.saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// The pool and an account.
	fn bond_extra() -> Weight {
		Weight::from_parts(20_000_000, 1_000).saturating_add(pool()).saturating_add(account())
	}
	/// The pool, the list of those that leave.
	fn leave_pool() -> Weight {
		Weight::from_parts(20_000_000, 3_000)
			.saturating_add(pool())
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	/// The list of those that leave, an account.
	fn withdraw() -> Weight {
		Weight::from_parts(30_000_000, 3_000)
			.saturating_add(account())
			.saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Record, two queues, an account.
	fn answer() -> Weight {
		Weight::from_parts(30_000_000, 6_000)
			.saturating_add(account())
			.saturating_add(RocksDbWeight::get().reads_writes(1, 3))
	}
	/// Record, evidence, an account.
	fn submit_evidence() -> Weight {
		Weight::from_parts(30_000_000, 6_000)
			.saturating_add(account())
			.saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// Record, jury, two queues.
	fn commit_vote() -> Weight {
		Weight::from_parts(40_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(2, 4))
	}
	/// A turn: the last vote of the last round ends the case.
	fn reveal_vote() -> Weight {
		Weight::from_parts(20_000_000, 6_000).saturating_add(<() as WeightInfo>::turn())
	}
	/// Record, juries, two queues, the pool, an account; asks who has a part in the order.
	fn appeal() -> Weight {
		Weight::from_parts(50_000_000, 6_000)
			.saturating_add(juries())
			.saturating_add(pool())
			.saturating_add(concerns(256))
			.saturating_add(account())
			.saturating_add(RocksDbWeight::get().reads_writes(1, 3))
	}
	/// Record, juries, reviews, two accounts.
	fn request_review() -> Weight {
		Weight::from_parts(40_000_000, 8_000)
			.saturating_add(juries())
			.saturating_add(concerns(1))
			.saturating_add(account().saturating_mul(3))
			.saturating_add(RocksDbWeight::get().reads_writes(2, 1))
	}
	/// Record, juries, reviews.
	fn approve_review() -> Weight {
		Weight::from_parts(30_000_000, 8_000)
			.saturating_add(juries())
			.saturating_add(RocksDbWeight::get().reads_writes(2, 1))
	}
	/// A turn.
	fn execute() -> Weight {
		<() as WeightInfo>::turn()
	}
	/// Record, number, index, evidence, queue, the pool, an account; asks who has a part in the order.
	fn open() -> Weight {
		Weight::from_parts(60_000_000, 10_000)
			.saturating_add(pool())
			.saturating_add(concerns(256))
			.saturating_add(account().saturating_mul(2))
			.saturating_add(RocksDbWeight::get().reads_writes(3, 5))
	}
	/// The first key of a queue, and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Record, the key after it, two queues, juries, the pool, 1,024 hashes for a drawing, or 50 jurors and both sides, and the order.
	fn turn() -> Weight {
		Weight::from_parts(2_500_000_000, 20_000)
			.saturating_add(RocksDbWeight::get().reads_writes(4, 6))
			.saturating_add(juries())
			.saturating_add(pool())
			.saturating_add(account().saturating_mul(54))
			.saturating_add(ruling())
	}
}
