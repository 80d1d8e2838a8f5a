//! Proofs that were made, so that none is made twice, and proofs that are to be made: whoever is killed goes on with them.

use crate::{
	database::{to_sql, Database, Durability, Fault},
	StoreError,
};
use rusqlite::{params, OptionalExtension, Transaction};
use souk_protocol::Digest;
use std::path::Path;

const MIGRATIONS: &[&str] = &["
	CREATE TABLE proofs (
		statement BLOB PRIMARY KEY, bundle BLOB NOT NULL, bytes INTEGER NOT NULL, used INTEGER NOT NULL
	) STRICT;
	CREATE INDEX proofs_by_use ON proofs (used);
	CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, job BLOB NOT NULL, lives INTEGER NOT NULL) STRICT;
"];

/// Number of a job that was noted.
pub type ProofJobId = i64;

/// A proof that an earlier life of the process was to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftJob {
	/// Its number.
	pub id: ProofJobId,
	/// What was noted.
	pub job: Vec<u8>,
	/// In how many lives it was begun, the one that begins now included.
	pub lives: u32,
}

/// The proofs of a node, by what they are of, and the jobs that are not done. What was entered is in the operating system's hands
/// when a call returns: it survives the process. What a power cut takes is made again.
pub struct ProofStore {
	database: Database,
	most_bytes: u64,
}

impl ProofStore {
	/// Opens the store in `dir`, which is created where it does not exist. It keeps `most_bytes` of proofs: beyond it, those go that
	/// were not used for longest.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path, most_bytes: u64) -> Result<Self, StoreError> {
		let database = Database::open(dir, "proofs", MIGRATIONS, Durability::Process)?;
		let store = Self { database, most_bytes };
		// The bound may have been another one before.
		store.database.write(|t| make_room(t, store.most_bytes))?;
		Ok(store)
	}

	/// Keeps the proof of a statement. One that is longer than all proofs may be is not kept.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put(&self, statement: &Digest, bundle: &[u8]) -> Result<(), StoreError> {
		let bytes = bundle.len() as u64;
		if bytes > self.most_bytes {
			return Ok(());
		}
		self.database.write(|t| {
			make_room(t, self.most_bytes - bytes)?;
			t.execute(
				"REPLACE INTO proofs (statement, bundle, bytes, used) \
				 VALUES (?1, ?2, ?3, (SELECT coalesce(max(used), 0) + 1 FROM proofs))",
				params![statement, bundle, to_sql(bytes)],
			)?;
			Ok(())
		})
	}

	/// The proof of a statement, where there is one; it counts as used.
	///
	/// # Errors
	/// Those of the disk.
	pub fn get(&self, statement: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		self.database.write(|t| {
			let found = t
				.prepare_cached("SELECT bundle FROM proofs WHERE statement = ?1")?
				.query_row(params![statement], |row| row.get(0))
				.optional()?;
			if found.is_some() {
				t.execute(
					"UPDATE proofs SET used = (SELECT max(used) + 1 FROM proofs) WHERE statement = ?1",
					params![statement],
				)?;
			}
			Ok(found)
		})
	}

	/// Forgets the proof of a statement.
	///
	/// # Errors
	/// Those of the disk.
	pub fn remove(&self, statement: &Digest) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute("DELETE FROM proofs WHERE statement = ?1", params![statement])?;
			Ok(())
		})
	}

	/// Notes a proof that is to be made.
	///
	/// # Errors
	/// Those of the disk.
	pub fn begin(&self, job: &[u8]) -> Result<ProofJobId, StoreError> {
		self.database.write(|t| {
			t.execute("INSERT INTO jobs (job, lives) VALUES (?1, 1)", params![job])?;
			Ok(t.last_insert_rowid())
		})
	}

	/// Notes that a job is not to be done any more: its proof was made, or nobody wants it.
	///
	/// # Errors
	/// Those of the disk.
	pub fn end(&self, id: ProofJobId) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute("DELETE FROM jobs WHERE id = ?1", params![id])?;
			Ok(())
		})
	}

	/// The jobs that earlier lives have left, oldest first, each of which begins another life; those that were begun in more than
	/// `most_lives` are forgotten, for it may have been them that ended the others. To be called before a job of this life is noted.
	///
	/// # Errors
	/// Those of the disk.
	pub fn left(&self, most_lives: u32) -> Result<Vec<LeftJob>, StoreError> {
		self.database.write(|t| {
			t.execute("DELETE FROM jobs WHERE lives >= ?1", params![most_lives])?;
			t.execute("UPDATE jobs SET lives = lives + 1", [])?;
			let mut query = t.prepare_cached("SELECT id, job, lives FROM jobs ORDER BY id")?;
			let jobs = query
				.query_map([], |row| Ok(LeftJob { id: row.get(0)?, job: row.get(1)?, lives: row.get(2)? }))?;
			Ok(jobs.collect::<Result<_, _>>()?)
		})
	}
}

/// Removes proofs until those that stay have `most_bytes` at most.
fn make_room(t: &Transaction<'_>, most_bytes: u64) -> Result<(), Fault> {
	loop {
		let bytes: i64 = t
			.prepare_cached("SELECT coalesce(sum(bytes), 0) FROM proofs")?
			.query_row([], |row| row.get(0))?;
		if bytes <= to_sql(most_bytes) {
			return Ok(());
		}
		let removed = t.execute(
			"DELETE FROM proofs WHERE statement = (SELECT statement FROM proofs ORDER BY used LIMIT 1)",
			[],
		)?;
		if removed == 0 {
			return Ok(());
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_proof_is_kept_by_its_statement_also_when_the_process_ends() {
		let dir = tempfile::tempdir().unwrap();
		let store = ProofStore::open(dir.path(), 1000).unwrap();
		store.put(&[1; 32], b"first").unwrap();
		store.put(&[2; 32], b"second").unwrap();
		drop(store);
		let store = ProofStore::open(dir.path(), 1000).unwrap();
		assert_eq!(store.get(&[1; 32]).unwrap().as_deref(), Some(&b"first"[..]));
		assert_eq!(store.get(&[3; 32]).unwrap(), None);
		store.put(&[1; 32], b"again").unwrap();
		assert_eq!(store.get(&[1; 32]).unwrap().as_deref(), Some(&b"again"[..]));
		store.remove(&[1; 32]).unwrap();
		assert_eq!(store.get(&[1; 32]).unwrap(), None);
		assert!(store.get(&[2; 32]).unwrap().is_some());
	}

	#[test]
	fn beyond_the_bound_those_go_that_were_not_used_for_longest() {
		let dir = tempfile::tempdir().unwrap();
		let store = ProofStore::open(dir.path(), 30).unwrap();
		let has = |store: &ProofStore, number: u8| store.get(&[number; 32]).unwrap().is_some();
		for number in 1..=3 {
			store.put(&[number; 32], &[number; 10]).unwrap();
		}
		assert!(has(&store, 1));
		store.put(&[4; 32], &[4; 10]).unwrap();
		assert!(has(&store, 1) && !has(&store, 2) && has(&store, 3) && has(&store, 4));
		store.put(&[5; 32], &[5; 31]).unwrap();
		assert!(!has(&store, 5) && has(&store, 4), "what is too long for the whole store drives nothing out");
		drop(store);
		let store = ProofStore::open(dir.path(), 15).unwrap();
		assert!(has(&store, 4) && !has(&store, 1) && !has(&store, 3));
	}

	#[test]
	fn a_job_is_left_until_it_is_done_or_was_begun_too_often() {
		let dir = tempfile::tempdir().unwrap();
		let store = ProofStore::open(dir.path(), 1000).unwrap();
		assert_eq!(store.left(3).unwrap(), []);
		let (first, second) = (store.begin(b"first").unwrap(), store.begin(b"second").unwrap());
		store.end(first).unwrap();
		for lives in 2..=3 {
			let left = LeftJob { id: second, job: b"second".to_vec(), lives };
			assert_eq!(store.left(3).unwrap(), [left]);
		}
		assert_eq!(store.left(3).unwrap(), []);
		assert!(store.begin(b"third").unwrap() > second, "no number is used twice");
	}
}
