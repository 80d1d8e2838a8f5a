//! Weights of the calls and of the hooks' steps. Set by hand from the database operations that each makes at its worst, until they
//! are measured.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call, and one per step of the hooks.
pub trait WeightInfo {
	/// `rate`
	fn rate() -> Weight;
	/// `issue_credential`
	fn issue_credential() -> Weight;
	/// `revoke_credential`
	fn revoke_credential() -> Weight;
	/// `remove_credential`
	fn remove_credential() -> Weight;
	/// The hook's work on one queue, without its turns
	fn work_off() -> Weight;
	/// One turn in the hook: the end of a credential, which has the most keys
	fn turn() -> Weight;
}

impl WeightInfo for () {
	/// Right, tally, three places in queues, two accounts with their holds; reads order, listing, assignments and departures.
	fn rate() -> Weight {
		Weight::from_parts(160_000_000, 150_000).saturating_add(RocksDbWeight::get().reads_writes(11, 9))
	}
	/// Credential, two entries in the index, a place in a queue, account, holds; reads order, case, listing, assignments and
	/// departures.
	fn issue_credential() -> Weight {
		Weight::from_parts(120_000_000, 150_000).saturating_add(RocksDbWeight::get().reads_writes(9, 6))
	}
	/// Credential.
	fn revoke_credential() -> Weight {
		Weight::from_parts(25_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// A turn, and the credential before it.
	fn remove_credential() -> Weight {
		<() as WeightInfo>::turn().saturating_add(RocksDbWeight::get().reads(1))
	}
	/// The first key of a queue, and the number of the next.
	fn work_off() -> Weight {
		Weight::from_parts(8_000_000, 3_000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Credential, the key after it, two entries in the index, a place in a queue, account, holds.
	fn turn() -> Weight {
		Weight::from_parts(70_000_000, 10_000).saturating_add(RocksDbWeight::get().reads_writes(4, 6))
	}
}
