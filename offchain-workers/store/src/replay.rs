//! Requests that were answered: none is answered twice.

use crate::{
	database::{to_sql, Database, Durability},
	StoreError,
};
use rusqlite::params;
use souk_protocol::Digest;
use std::path::Path;

const MIGRATIONS: &[&str] = &["
	CREATE TABLE requests (digest BLOB PRIMARY KEY, deadline INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	CREATE INDEX requests_by_deadline ON requests (deadline);
"];

/// Remembers requests until their deadline, also when the daemon is killed and started again.
///
/// An entry is in the operating system's hands when [`insert`](Self::insert) returns; it is not waited for the disk,
/// which would bound a node to some hundred queries a second. So a power cut can forget the last moments, and what an
/// attacker can gain by that is that a request is answered once more, to the same key, within its deadline.
pub struct ReplayGuard {
	database: Database,
}

impl ReplayGuard {
	/// Opens the guard in `dir`, which is created where it does not exist.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "requests", MIGRATIONS, Durability::Process)? })
	}

	/// Enters a request and returns whether it is fresh. Of many that enter the same one, exactly one is told so.
	/// `deadline` is in milliseconds since the Unix epoch.
	///
	/// # Errors
	/// Those of the disk; the request must not be answered then.
	pub fn insert(&self, digest: Digest, deadline: u64) -> Result<bool, StoreError> {
		self.database.write(|t| {
			let mut insert =
				t.prepare_cached("INSERT OR IGNORE INTO requests (digest, deadline) VALUES (?1, ?2)")?;
			Ok(insert.execute(params![digest, to_sql(deadline)])? == 1)
		})
	}

	/// Whether a request was entered. That it was not says nothing about the next moment: only [`insert`](Self::insert) does.
	///
	/// # Errors
	/// Those of the disk.
	pub fn contains(&self, digest: Digest) -> Result<bool, StoreError> {
		self.database.read(|t| {
			Ok(t.prepare_cached("SELECT 1 FROM requests WHERE digest = ?1")?.exists(params![digest])?)
		})
	}

	/// Forgets the requests whose deadline is before `now` (milliseconds since the Unix epoch): they are refused for
	/// their age. Returns how many there were.
	///
	/// # Errors
	/// Those of the disk.
	pub fn expire(&self, now: u64) -> Result<usize, StoreError> {
		self.database
			.write(|t| Ok(t.execute("DELETE FROM requests WHERE deadline < ?1", params![to_sql(now)])?))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::atomic::{AtomicUsize, Ordering};

	#[test]
	fn a_request_is_fresh_once_even_after_a_restart_until_it_expires() {
		let dir = tempfile::tempdir().unwrap();
		let guard = ReplayGuard::open(dir.path()).unwrap();
		assert!(guard.insert([1; 32], 1000).unwrap());
		assert!(!guard.insert([1; 32], 1000).unwrap());
		assert!(!guard.insert([1; 32], 9000).unwrap(), "a later deadline makes it no fresher");
		assert!(guard.insert([2; 32], 2000).unwrap());
		drop(guard);
		let guard = ReplayGuard::open(dir.path()).unwrap();
		assert!(!guard.insert([1; 32], 1000).unwrap());
		assert!(guard.contains([1; 32]).unwrap() && !guard.contains([3; 32]).unwrap());
		assert_eq!(guard.expire(1000).unwrap(), 0, "the deadline itself is still in time");
		assert_eq!(guard.expire(1001).unwrap(), 1);
		assert!(!guard.insert([2; 32], 2000).unwrap());
	}

	#[test]
	fn of_many_at_once_one_is_fresh() {
		let dir = tempfile::tempdir().unwrap();
		let guard = ReplayGuard::open(dir.path()).unwrap();
		let fresh = AtomicUsize::new(0);
		std::thread::scope(|threads| {
			for _ in 0..16 {
				threads.spawn(|| {
					if guard.insert([7; 32], 1000).unwrap() {
						fresh.fetch_add(1, Ordering::Relaxed);
					}
				});
			}
		});
		assert_eq!(fresh.into_inner(), 1);
	}
}
