//! Answers to asks that were proved, and what is known of their way to the chain: whoever is killed posts none twice, and proves
//! none twice.

use crate::{
	database::{Database, Durability},
	StoreError,
};
use rusqlite::{params, OptionalExtension};
use std::path::Path;

const MIGRATIONS: &[&str] = &["
	CREATE TABLE answers (
		ask INTEGER PRIMARY KEY, bundle BLOB NOT NULL, decided_after INTEGER, refused TEXT
	) STRICT;
"];

/// An answer that was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedAnswer {
	/// Answer and proof.
	pub bundle: Vec<u8>,
	/// The last block that can have the transaction which was sent, where one was: after it, it is decided whether it got there.
	pub decided_after: Option<u32>,
	/// Why the chain refused it, where it did: it is not posted again.
	pub refused: Option<String>,
}

/// The proved answers of a node, by the number of the ask. An entry is on the disk when it was made.
pub struct AnswerStore {
	database: Database,
}

impl AnswerStore {
	/// Opens the store in `dir`, which is created where it does not exist.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "answers", MIGRATIONS, Durability::Full)? })
	}

	/// Keeps an answer that was proved, and not sent yet.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put(&self, ask: u64, bundle: &[u8]) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute("REPLACE INTO answers (ask, bundle) VALUES (?1, ?2)", params![key(ask), bundle])?;
			Ok(())
		})
	}

	/// Notes that it is sent in a transaction that no block after `decided_after` can have; or, with `None`, that it was not sent after all.
	///
	/// # Errors
	/// Those of the disk; it must not be sent then.
	pub fn set_sent(&self, ask: u64, decided_after: Option<u32>) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute(
				"UPDATE answers SET decided_after = ?2 WHERE ask = ?1",
				params![key(ask), decided_after],
			)?;
			Ok(())
		})
	}

	/// Notes that the chain refused it.
	///
	/// # Errors
	/// Those of the disk.
	pub fn set_refused(&self, ask: u64, why: &str) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute("UPDATE answers SET refused = ?2 WHERE ask = ?1", params![key(ask), why])?;
			Ok(())
		})
	}

	/// The answer to an ask, where there is one.
	///
	/// # Errors
	/// Those of the disk.
	pub fn get(&self, ask: u64) -> Result<Option<ProvedAnswer>, StoreError> {
		self.database.read(|t| {
			let mut query =
				t.prepare_cached("SELECT bundle, decided_after, refused FROM answers WHERE ask = ?1")?;
			let found = query.query_row(params![key(ask)], |row| {
				Ok(ProvedAnswer { bundle: row.get(0)?, decided_after: row.get(1)?, refused: row.get(2)? })
			});
			Ok(found.optional()?)
		})
	}

	/// Removes the answers to all asks that are over: those that are not among the `waiting` at block `at`. One that was sent stays until it
	/// is decided what became of it.
	///
	/// # Errors
	/// Those of the disk.
	pub fn keep_only(&self, waiting: &[u64], at: u32) -> Result<(), StoreError> {
		self.database.write(|t| {
			let asks: Vec<i64> = t
				.prepare_cached("SELECT ask FROM answers WHERE decided_after IS NULL OR decided_after < ?1")?
				.query_map(params![at], |row| row.get(0))?
				.collect::<Result<_, _>>()?;
			for ask in asks.into_iter().filter(|ask| !waiting.iter().any(|one| key(*one) == *ask)) {
				t.execute("DELETE FROM answers WHERE ask = ?1", params![ask])?;
			}
			Ok(())
		})
	}
}

/// SQLite's whole numbers have a sign; the same bits name the same ask.
fn key(ask: u64) -> i64 {
	ask.cast_signed()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_was_sent_survives_reopening_until_it_is_decided() {
		let dir = tempfile::tempdir().unwrap();
		let store = AnswerStore::open(dir.path()).unwrap();
		for ask in [1, 2, u64::MAX] {
			store.put(ask, b"bundle").unwrap();
		}
		store.set_sent(1, Some(100)).unwrap();
		store.set_sent(2, Some(100)).unwrap();
		store.set_sent(2, None).unwrap();
		store.set_refused(u64::MAX, "ProofNotValid").unwrap();
		drop(store);
		let store = AnswerStore::open(dir.path()).unwrap();
		let kept = |decided_after, refused: Option<&str>| ProvedAnswer {
			bundle: b"bundle".to_vec(),
			decided_after,
			refused: refused.map(str::to_owned),
		};
		assert_eq!(store.get(1).unwrap(), Some(kept(Some(100), None)));
		assert_eq!(store.get(u64::MAX).unwrap(), Some(kept(None, Some("ProofNotValid"))));
		// None of them waits any more; of the first it is not decided yet.
		store.keep_only(&[u64::MAX], 100).unwrap();
		assert_eq!(store.get(2).unwrap(), None);
		assert!(store.get(1).unwrap().is_some() && store.get(u64::MAX).unwrap().is_some());
		store.keep_only(&[], 101).unwrap();
		assert!(store.get(1).unwrap().is_none() && store.get(u64::MAX).unwrap().is_none());
	}
}
