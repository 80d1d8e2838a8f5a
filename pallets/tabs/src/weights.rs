//! Weights of the calls and of the hooks' steps. Set by hand from the database operations and the arithmetic that each makes at
//! its worst, until they are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, and one per step of the hooks.
pub trait WeightInfo {
	/// `open_tab`
	fn open_tab() -> Weight;
	/// `top_up_tab`
	fn top_up_tab() -> Weight;
	/// `settle_voucher`, `settle_vouchers` of so many
	fn settle_vouchers(count: u32) -> Weight;
	/// `close_tab`
	fn close_tab() -> Weight;
	/// `claim_timeout`
	fn claim_timeout() -> Weight;
	/// `set_free_quota`
	fn set_free_quota() -> Weight;
	/// The hook's work on one queue, or on one listing that has ended, without their turns
	fn work_off() -> Weight;
	/// One turn in the hook: what nobody has earned goes back, one node is paid, and the end
	fn turn() -> Weight;
}

/// Most workers of a listing that share in a payment.
const WORKERS: u64 = 8;

/// Reads and writes of a payment to node, workers, curator and treasury: the payer's account, holds, asset, asset holds; recipients; the
/// backers' part of the curator's.
fn payment() -> Weight {
	let each = Weight::from_parts(24_000_000, 300).saturating_add(RocksDbWeight::get().reads_writes(2, 2));
	Weight::from_parts(90_000_000, 17_000)
		.saturating_add(RocksDbWeight::get().reads_writes(8, 8))
		.saturating_add(each.saturating_mul(WORKERS + 3))
}

impl WeightInfo for () {
	/// Record, number, two indexes, queue, account, holds, asset account, asset, asset holds; reads listing and bond.
	fn open_tab() -> Weight {
		Weight::from_parts(120_000_000, 16_000).saturating_add(RocksDbWeight::get().reads_writes(9, 10))
	}
	/// Record, asset account, asset, asset holds; reads the listing.
	fn top_up_tab() -> Weight {
		Weight::from_parts(60_000_000, 12_000).saturating_add(RocksDbWeight::get().reads_writes(6, 5))
	}
	/// For each a signature, the record, and a payment; reads listing, assignments in both roles, departures. The genesis hash once.
	fn settle_vouchers(count: u32) -> Weight {
		let each = Weight::from_parts(120_000_000, 28_000)
			.saturating_add(RocksDbWeight::get().reads_writes(5, 1))
			.saturating_add(payment());
		Weight::from_parts(10_000_000, 3_000)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_add(each.saturating_mul(count.into()))
	}
	/// Record, two queues; reads the listing.
	fn close_tab() -> Weight {
		Weight::from_parts(35_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(2, 3))
	}
	/// A turn; reads the listing.
	fn claim_timeout() -> Weight {
		<() as WeightInfo>::turn().saturating_add(RocksDbWeight::get().reads(1))
	}
	/// Record, account, holds; reads the listing.
	fn set_free_quota() -> Weight {
		Weight::from_parts(70_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(4, 3))
	}
	/// The first key of a queue, and the number of the next; or a listing that has ended, the first of its tabs, and whether there is
	/// another listing.
	fn work_off() -> Weight {
		Weight::from_parts(12_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(3, 1))
	}
	/// Record, the key after it, two queues, two indexes, deposit; a refund, and a payment, which reads listing, assignments and
	/// departures.
	fn turn() -> Weight {
		Weight::from_parts(90_000_000, 24_000)
			.saturating_add(RocksDbWeight::get().reads_writes(7, 9))
			.saturating_add(payment())
	}
}
