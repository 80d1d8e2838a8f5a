//! What workers have signed of which period, as far as a node has seen it: whoever says two things has signed the proof of it.

use crate::{
	database::{to_sql, Database, Durability, Fault},
	StoreError,
};
use rusqlite::{params, Row};
use souk_protocol::{
	submission::{decode_submission, encode_submission},
	AccountId, SignedSubmission,
};
use std::path::Path;

const MIGRATIONS: &[&str] = &["
	CREATE TABLE submissions (
		listing INTEGER NOT NULL, period INTEGER NOT NULL, worker BLOB NOT NULL, commitments BLOB NOT NULL, signed BLOB NOT NULL,
		received INTEGER NOT NULL, PRIMARY KEY (listing, period, worker, commitments)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE reports (
		listing INTEGER NOT NULL, period INTEGER NOT NULL, worker BLOB NOT NULL, outcome TEXT NOT NULL,
		PRIMARY KEY (listing, period, worker)
	) STRICT, WITHOUT ROWID;
"];

/// Different statements that are kept of one worker about one period: two are proof enough.
const MOST: i64 = 2;

/// Two submissions of one worker for one period that are not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
	/// One of them.
	pub first: SignedSubmission,
	/// The other.
	pub second: SignedSubmission,
	/// What became of its report, where it was reported or cannot be.
	pub outcome: Option<String>,
}

/// The submissions that a node has seen. What was written is on the disk when a call returns.
pub struct SubmissionStore {
	database: Database,
}

impl SubmissionStore {
	/// Opens the store in `dir`, which is created where it does not exist.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "submissions", MIGRATIONS, Durability::Full)? })
	}

	/// Keeps a submission whose signature was checked; `now` is in milliseconds since the Unix epoch. Returns whether its worker has now
	/// said two things.
	///
	/// # Errors
	/// Those of the disk.
	pub fn keep(&self, signed: &SignedSubmission, now: u64) -> Result<bool, StoreError> {
		let claim = &signed.submission;
		self.database.write(|t| {
			let count = || -> Result<i64, Fault> {
				let mut query = t.prepare_cached(
					"SELECT count(*) FROM submissions WHERE listing = ?1 AND period = ?2 AND worker = ?3",
				)?;
				Ok(query.query_row(params![claim.listing, claim.period, claim.worker], |row| row.get(0))?)
			};
			if count()? < MOST {
				t.execute(
					"INSERT OR IGNORE INTO submissions VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
					params![
						claim.listing,
						claim.period,
						claim.worker,
						claim.commitments,
						encode_submission(signed),
						to_sql(now)
					],
				)?;
			}
			Ok(count()? >= MOST)
		})
	}

	/// All pairs of one worker's submissions for one period that are not the same.
	///
	/// # Errors
	/// Those of the disk.
	pub fn conflicts(&self) -> Result<Vec<Conflict>, StoreError> {
		self.database.read(|t| {
			let mut query = t.prepare_cached(
				"SELECT a.signed, b.signed, r.outcome FROM submissions a
				JOIN submissions b ON a.listing = b.listing AND a.period = b.period AND a.worker = b.worker
				AND a.commitments < b.commitments
				LEFT JOIN reports r ON a.listing = r.listing AND a.period = r.period AND a.worker = r.worker
				ORDER BY a.listing, a.period, a.worker",
			)?;
			let mut rows = query.query([])?;
			let mut all = Vec::new();
			while let Some(row) = rows.next()? {
				let (first, second) = (self.read(row, 0)?, self.read(row, 1)?);
				all.push(Conflict { first, second, outcome: row.get(2)? });
			}
			Ok(all)
		})
	}

	/// Notes what became of the report of a conflict.
	///
	/// # Errors
	/// Those of the disk.
	pub fn set_outcome(
		&self,
		listing: u32,
		period: u32,
		worker: &AccountId,
		outcome: &str,
	) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute(
				"REPLACE INTO reports VALUES (?1, ?2, ?3, ?4)",
				params![listing, period, worker, outcome],
			)?;
			Ok(())
		})
	}

	/// Forgets what was said of periods before `period`.
	///
	/// # Errors
	/// Those of the disk.
	pub fn forget_before(&self, period: u32) -> Result<usize, StoreError> {
		self.database.write(|t| {
			t.execute("DELETE FROM reports WHERE period < ?1", params![period])?;
			Ok(t.execute("DELETE FROM submissions WHERE period < ?1", params![period])?)
		})
	}

	fn read(&self, row: &Row<'_>, column: usize) -> Result<SignedSubmission, Fault> {
		let bytes: Vec<u8> = row.get(column)?;
		decode_submission(&bytes)
			.map_err(|_| self.database.corrupt("signed submission", hex::encode(&bytes)).into())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::Submission;

	fn signed(worker: u8, period: u32, commitments: u8) -> SignedSubmission {
		let submission = Submission {
			genesis: [1; 32],
			listing: 7,
			period,
			worker: [worker; 32],
			commitments: [commitments; 32],
		};
		SignedSubmission { submission, signature: [commitments; 64] }
	}

	#[test]
	fn who_says_two_things_of_one_period_is_found_and_nobody_else() {
		let dir = tempfile::tempdir().unwrap();
		let store = SubmissionStore::open(dir.path()).unwrap();
		for (worker, period, commitments, conflict) in [
			(1, 5, 1, false),
			(1, 5, 1, false),
			(1, 6, 2, false),
			(2, 5, 2, false),
			(1, 5, 3, true),
			(1, 5, 4, true),
		] {
			let kept = store.keep(&signed(worker, period, commitments), 9).unwrap();
			assert_eq!(kept, conflict, "{worker} {period} {commitments}");
		}
		drop(store);
		let store = SubmissionStore::open(dir.path()).unwrap();
		let conflict = |outcome: Option<&str>| Conflict {
			first: signed(1, 5, 1),
			second: signed(1, 5, 3),
			outcome: outcome.map(str::to_owned),
		};
		assert_eq!(store.conflicts().unwrap(), [conflict(None)]);
		store.set_outcome(7, 5, &[1; 32], "reported in block 3").unwrap();
		assert_eq!(store.conflicts().unwrap(), [conflict(Some("reported in block 3"))]);
	}

	#[test]
	fn what_is_too_old_to_be_reported_is_forgotten() {
		let dir = tempfile::tempdir().unwrap();
		let store = SubmissionStore::open(dir.path()).unwrap();
		for (period, commitments) in [(5, 1), (5, 2), (6, 1)] {
			store.keep(&signed(1, period, commitments), 9).unwrap();
		}
		assert_eq!(store.forget_before(6).unwrap(), 2);
		assert!(store.conflicts().unwrap().is_empty());
		assert!(store.keep(&signed(1, 6, 2), 9).unwrap());
	}
}
