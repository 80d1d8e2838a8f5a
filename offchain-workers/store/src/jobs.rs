//! Curation jobs and their runs.

use crate::{
	database::{from_sql, to_sql, Database, Durability, Fault},
	StoreError,
};
use rusqlite::{params, Row, Transaction};
use serde::{Deserialize, Serialize};
use std::{
	fmt,
	path::{Path, PathBuf},
};

const MIGRATIONS: &[&str] = &["
	CREATE TABLE jobs (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		listing INTEGER NOT NULL UNIQUE,
		manifest TEXT NOT NULL,
		base_dir TEXT NOT NULL,
		secret BLOB,
		state TEXT NOT NULL,
		error TEXT,
		added INTEGER NOT NULL
	) STRICT;
	CREATE TABLE runs (
		job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
		period INTEGER NOT NULL,
		step TEXT NOT NULL,
		started INTEGER NOT NULL,
		updated INTEGER NOT NULL,
		outputs TEXT NOT NULL,
		attempts INTEGER NOT NULL,
		error TEXT,
		PRIMARY KEY (job, period)
	) STRICT, WITHOUT ROWID;
	CREATE UNIQUE INDEX one_run_at_a_time ON runs (job) WHERE step <> 'recorded';
"];

/// How far a run is: the step that was done last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
	/// Nothing but that it has to be done.
	Due,
	/// The source's bytes are here.
	Fetched,
	/// The manifest's SQL was run over them.
	Transformed,
	/// Every rule holds.
	Validated,
	/// The privacy actions were applied.
	Privatised,
	/// The deterministic Parquet file is written.
	Encoded,
	/// Its chunks are sealed, its commitments known.
	Sealed,
	/// The commitments are on chain.
	Submitted,
	/// The persistence nodes have the snapshot.
	HandedOver,
	/// The end, good or bad.
	Recorded,
}

impl Step {
	/// All steps, in order.
	pub const ALL: [Step; 10] = [
		Step::Due,
		Step::Fetched,
		Step::Transformed,
		Step::Validated,
		Step::Privatised,
		Step::Encoded,
		Step::Sealed,
		Step::Submitted,
		Step::HandedOver,
		Step::Recorded,
	];

	/// The step's name in the database and in messages.
	pub const fn name(self) -> &'static str {
		match self {
			Step::Due => "due",
			Step::Fetched => "fetched",
			Step::Transformed => "transformed",
			Step::Validated => "validated",
			Step::Privatised => "privatised",
			Step::Encoded => "encoded",
			Step::Sealed => "sealed",
			Step::Submitted => "submitted",
			Step::HandedOver => "handed_over",
			Step::Recorded => "recorded",
		}
	}

	/// The step of that name.
	pub fn from_name(name: &str) -> Option<Self> {
		Self::ALL.into_iter().find(|step| step.name() == name)
	}

	/// The step after this one; `None` after the last.
	pub fn next(self) -> Option<Self> {
		Self::ALL.into_iter().find(|step| *step > self)
	}
}

impl fmt::Display for Step {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

/// Whether a job runs when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
	/// It does.
	Active,
	/// Its operator stopped it.
	Paused,
	/// It failed in a way that trying again does not mend; its error says how.
	Quarantined,
}

impl JobState {
	/// The state's name in the database.
	pub const fn name(self) -> &'static str {
		match self {
			JobState::Active => "active",
			JobState::Paused => "paused",
			JobState::Quarantined => "quarantined",
		}
	}

	fn from_name(name: &str) -> Option<Self> {
		[Self::Active, Self::Paused, Self::Quarantined].into_iter().find(|state| state.name() == name)
	}
}

/// What makes a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
	/// The listing that it keeps fresh; a listing has one job.
	pub listing: u32,
	/// The manifest's text.
	pub manifest: String,
	/// The folder that relative paths in the manifest start from.
	pub base_dir: PathBuf,
	/// The listing's secret as it was wrapped to this node; `None` where the chain is asked for it at every run.
	pub secret: Option<Vec<u8>>,
}

/// A curation job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
	/// Its number here.
	pub id: i64,
	/// The listing that it keeps fresh.
	pub listing: u32,
	/// The manifest's text.
	pub manifest: String,
	/// The folder that relative paths in the manifest start from.
	pub base_dir: PathBuf,
	/// The listing's secret as it was wrapped to this node, where it is kept here.
	pub secret: Option<Vec<u8>>,
	/// Whether it runs.
	pub state: JobState,
	/// Why it is quarantined.
	pub error: Option<String>,
	/// When it was added, in milliseconds since the Unix epoch.
	pub added: u64,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
	/// The job's number.
	pub job: i64,
	/// The listing.
	pub listing: u32,
	/// The period that the run makes a snapshot for.
	pub period: u32,
	/// The step done last.
	pub step: Step,
	/// When the run began, in milliseconds since the Unix epoch.
	pub started: u64,
	/// When it last changed, in milliseconds since the Unix epoch.
	pub updated: u64,
	/// What the steps have found out so far, an object.
	pub outputs: serde_json::Value,
	/// Failed attempts at the next step.
	pub attempts: u32,
	/// What the last attempt failed with.
	pub error: Option<String>,
}

/// Jobs and runs of a worker. Every change is one transaction that is on the disk when the call returns. All times are
/// the caller's, in milliseconds since the Unix epoch.
pub struct JobStore {
	database: Database,
}

impl JobStore {
	/// Opens the store in `dir`, which is created where it does not exist.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "jobs", MIGRATIONS, Durability::Full)? })
	}

	/// Adds a job, or gives the job of that listing another manifest; it is active then, and an open run that has not
	/// submitted anything yet starts over.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put_job(&self, new: NewJob, now: u64) -> Result<Job, StoreError> {
		self.database.write(|t| {
			t.execute(
				"INSERT INTO jobs (listing, manifest, base_dir, secret, state, added) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
				ON CONFLICT (listing) DO UPDATE SET
					manifest = excluded.manifest, base_dir = excluded.base_dir, secret = excluded.secret,
					state = excluded.state, error = NULL",
				params![
					new.listing,
					new.manifest,
					new.base_dir.to_string_lossy(),
					new.secret,
					JobState::Active.name(),
					to_sql(now)
				],
			)?;
			self.start_over(t, new.listing, now)?;
			self.job_in(t, new.listing)
		})
	}

	/// The job of a listing.
	///
	/// # Errors
	/// [`StoreError::NoSuchJob`], and those of the disk.
	pub fn job(&self, listing: u32) -> Result<Job, StoreError> {
		self.database.read(|t| self.job_in(t, listing))
	}

	/// All jobs, in the order of their listings.
	///
	/// # Errors
	/// Those of the disk.
	pub fn jobs(&self) -> Result<Vec<Job>, StoreError> {
		self.database.read(|t| {
			let mut query = t.prepare_cached(&format!("SELECT {JOB} FROM jobs ORDER BY listing"))?;
			let mut rows = query.query([])?;
			let mut jobs = Vec::new();
			while let Some(row) = rows.next()? {
				jobs.push(self.read_job(row)?);
			}
			Ok(jobs)
		})
	}

	/// Removes a job with its runs.
	///
	/// # Errors
	/// [`StoreError::NoSuchJob`], and those of the disk.
	pub fn remove_job(&self, listing: u32) -> Result<(), StoreError> {
		self.database
			.write(|t| one_job(t.execute("DELETE FROM jobs WHERE listing = ?1", [listing])?, listing))
	}

	/// Pauses a job or sets it going again.
	///
	/// # Errors
	/// [`StoreError::NoSuchJob`], and those of the disk.
	pub fn set_state(&self, listing: u32, state: JobState, error: Option<&str>) -> Result<(), StoreError> {
		self.database.write(|t| {
			let changed = t.execute(
				"UPDATE jobs SET state = ?2, error = ?3 WHERE listing = ?1",
				params![listing, state.name(), error],
			)?;
			one_job(changed, listing)
		})
	}

	/// Sets a quarantined or paused job going again; an open run that has not submitted anything yet starts over, as
	/// its source may have been mended.
	///
	/// # Errors
	/// [`StoreError::NoSuchJob`], and those of the disk.
	pub fn retry(&self, listing: u32, now: u64) -> Result<(), StoreError> {
		self.database.write(|t| {
			let changed = t.execute(
				"UPDATE jobs SET state = ?2, error = NULL WHERE listing = ?1",
				params![listing, JobState::Active.name()],
			)?;
			one_job(changed, listing)?;
			self.start_over(t, listing, now)
		})
	}

	/// Begins a run at [`Step::Due`].
	///
	/// # Errors
	/// [`StoreError::RunExists`] where the period has a run or another one is under way, [`StoreError::NoSuchJob`], and
	/// those of the disk.
	pub fn begin(&self, listing: u32, period: u32, now: u64) -> Result<Run, StoreError> {
		self.database.write(|t| {
			let job = self.job_in(t, listing)?;
			let begun = t.execute(
				"INSERT OR IGNORE INTO runs (job, period, step, started, updated, outputs, attempts)
				VALUES (?1, ?2, ?3, ?4, ?4, '{}', 0)",
				params![job.id, period, Step::Due.name(), to_sql(now)],
			)?;
			if begun == 0 {
				return Err(StoreError::RunExists { listing, period }.into());
			}
			self.run_in(t, listing, period)
		})
	}

	/// Records that the step after `run.step` is done, with what has been found out so far. The run's attempts start
	/// at zero again.
	///
	/// # Errors
	/// [`StoreError::WrongStep`] where the run has moved meanwhile or was at its end, [`StoreError::NoSuchRun`], and
	/// those of the disk.
	pub fn advance(&self, run: &Run, outputs: &serde_json::Value, now: u64) -> Result<Run, StoreError> {
		self.step(run, run.step.next().unwrap_or(run.step), outputs, None, now)
	}

	/// Records that the run is over before its last step, with an error where it ended badly.
	///
	/// # Errors
	/// As [`advance`](Self::advance).
	pub fn finish(
		&self,
		run: &Run,
		outputs: &serde_json::Value,
		error: Option<&str>,
		now: u64,
	) -> Result<Run, StoreError> {
		self.step(run, Step::Recorded, outputs, error, now)
	}

	fn step(
		&self,
		run: &Run,
		to: Step,
		outputs: &serde_json::Value,
		error: Option<&str>,
		now: u64,
	) -> Result<Run, StoreError> {
		let (listing, period) = (run.listing, run.period);
		self.database.write(|t| {
			let actual = self.run_in(t, listing, period)?.step;
			if actual != run.step || actual == Step::Recorded {
				return Err(StoreError::WrongStep { listing, period, expected: run.step, actual }.into());
			}
			t.execute(
				"UPDATE runs SET step = ?3, outputs = ?4, attempts = 0, error = ?5, updated = ?6
				WHERE job = ?1 AND period = ?2",
				params![run.job, period, to.name(), outputs.to_string(), error, to_sql(now)],
			)?;
			self.run_in(t, listing, period)
		})
	}

	/// Counts a failed attempt at the next step and keeps its error.
	///
	/// # Errors
	/// [`StoreError::NoSuchRun`], and those of the disk.
	pub fn failed(&self, run: &Run, error: &str, now: u64) -> Result<Run, StoreError> {
		self.database.write(|t| {
			self.note_failure(t, run, error, now)?;
			self.run_in(t, run.listing, run.period)
		})
	}

	/// Puts the run's job into quarantine with its error; the run stays where it is.
	///
	/// # Errors
	/// [`StoreError::NoSuchRun`], and those of the disk.
	pub fn quarantine(&self, run: &Run, error: &str, now: u64) -> Result<(), StoreError> {
		self.database.write(|t| {
			self.note_failure(t, run, error, now)?;
			t.execute(
				"UPDATE jobs SET state = ?2, error = ?3 WHERE id = ?1",
				params![run.job, JobState::Quarantined.name(), error],
			)?;
			Ok(())
		})
	}

	/// The run of a listing and period.
	///
	/// # Errors
	/// Those of the disk.
	pub fn run(&self, listing: u32, period: u32) -> Result<Option<Run>, StoreError> {
		Ok(self.select("AND period = ?2", listing, period)?.pop())
	}

	/// The run that is under way, whether or not its job is active.
	///
	/// # Errors
	/// Those of the disk.
	pub fn open_run(&self, listing: u32) -> Result<Option<Run>, StoreError> {
		Ok(self.select("AND step <> 'recorded' LIMIT ?2", listing, 1)?.pop())
	}

	/// The newest `limit` runs of a listing, newest first.
	///
	/// # Errors
	/// Those of the disk.
	pub fn runs(&self, listing: u32, limit: u32) -> Result<Vec<Run>, StoreError> {
		self.select("ORDER BY period DESC LIMIT ?2", listing, limit)
	}

	/// Forgets all finished runs of a listing but the newest `keep`.
	///
	/// # Errors
	/// Those of the disk.
	pub fn prune_runs(&self, listing: u32, keep: u32) -> Result<usize, StoreError> {
		self.database.write(|t| {
			Ok(t.execute(
				"DELETE FROM runs WHERE step = 'recorded' AND (job, period) IN (
					SELECT job, period FROM runs WHERE job = (SELECT id FROM jobs WHERE listing = ?1)
					ORDER BY period DESC LIMIT -1 OFFSET ?2
				)",
				params![listing, keep],
			)?)
		})
	}

	/// Forgets what an open run did, unless it has submitted: what is on chain stays true.
	fn start_over(&self, t: &Transaction<'_>, listing: u32, now: u64) -> Result<(), Fault> {
		let repeatable = Step::ALL.iter().filter(|step| **step < Step::Sealed).map(|step| step.name());
		for step in repeatable {
			t.execute(
				"UPDATE runs SET step = 'due', outputs = '{}', attempts = 0, error = NULL, updated = ?3
				WHERE job = (SELECT id FROM jobs WHERE listing = ?1) AND step = ?2",
				params![listing, step, to_sql(now)],
			)?;
		}
		t.execute(
			"UPDATE runs SET attempts = 0, error = NULL
			WHERE job = (SELECT id FROM jobs WHERE listing = ?1) AND step <> 'recorded'",
			[listing],
		)?;
		Ok(())
	}

	fn note_failure(&self, t: &Transaction<'_>, run: &Run, error: &str, now: u64) -> Result<(), Fault> {
		let changed = t.execute(
			"UPDATE runs SET attempts = attempts + 1, error = ?3, updated = ?4 WHERE job = ?1 AND period = ?2",
			params![run.job, run.period, error, to_sql(now)],
		)?;
		match changed {
			0 => Err(StoreError::NoSuchRun { listing: run.listing, period: run.period }.into()),
			_ => Ok(()),
		}
	}

	fn job_in(&self, t: &Transaction<'_>, listing: u32) -> Result<Job, Fault> {
		let mut query = t.prepare_cached(&format!("SELECT {JOB} FROM jobs WHERE listing = ?1"))?;
		let mut rows = query.query([listing])?;
		match rows.next()? {
			Some(row) => self.read_job(row),
			None => Err(StoreError::NoSuchJob { listing }.into()),
		}
	}

	fn run_in(&self, t: &Transaction<'_>, listing: u32, period: u32) -> Result<Run, Fault> {
		let found = self.select_in(t, "AND period = ?2", listing, period)?.pop();
		found.ok_or_else(|| StoreError::NoSuchRun { listing, period }.into())
	}

	fn select(&self, which: &str, listing: u32, number: u32) -> Result<Vec<Run>, StoreError> {
		self.database.read(|t| self.select_in(t, which, listing, number))
	}

	fn select_in(
		&self,
		t: &Transaction<'_>,
		which: &str,
		listing: u32,
		number: u32,
	) -> Result<Vec<Run>, Fault> {
		let sql =
			format!("SELECT {RUN} FROM runs JOIN jobs ON jobs.id = runs.job WHERE jobs.listing = ?1 {which}");
		let mut query = t.prepare_cached(&sql)?;
		let mut rows = query.query([listing, number])?;
		let mut runs = Vec::new();
		while let Some(row) = rows.next()? {
			runs.push(self.read_run(row)?);
		}
		Ok(runs)
	}

	fn read_job(&self, row: &Row<'_>) -> Result<Job, Fault> {
		let state: String = row.get(5)?;
		Ok(Job {
			id: row.get(0)?,
			listing: row.get(1)?,
			manifest: row.get(2)?,
			base_dir: PathBuf::from(row.get::<_, String>(3)?),
			secret: row.get(4)?,
			state: JobState::from_name(&state)
				.ok_or_else(|| self.database.corrupt("a job's state", state))?,
			error: row.get(6)?,
			added: from_sql(row.get(7)?),
		})
	}

	fn read_run(&self, row: &Row<'_>) -> Result<Run, Fault> {
		let (step, outputs): (String, String) = (row.get(3)?, row.get(6)?);
		Ok(Run {
			job: row.get(0)?,
			listing: row.get(1)?,
			period: row.get(2)?,
			step: Step::from_name(&step).ok_or_else(|| self.database.corrupt("a run's step", step))?,
			started: from_sql(row.get(4)?),
			updated: from_sql(row.get(5)?),
			outputs: serde_json::from_str(&outputs)
				.map_err(|_| self.database.corrupt("a run's outputs", outputs.clone()))?,
			attempts: row.get(7)?,
			error: row.get(8)?,
		})
	}
}

const JOB: &str = "id, listing, manifest, base_dir, secret, state, error, added";
const RUN: &str =
	"runs.job, jobs.listing, runs.period, runs.step, runs.started, runs.updated, runs.outputs, \
	runs.attempts, runs.error";

fn one_job(changed: usize, listing: u32) -> Result<(), Fault> {
	match changed {
		0 => Err(StoreError::NoSuchJob { listing }.into()),
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn store(dir: &Path) -> JobStore {
		JobStore::open(dir).unwrap()
	}

	fn job(listing: u32) -> NewJob {
		NewJob { listing, manifest: "[dataset]".into(), base_dir: "/data".into(), secret: None }
	}

	#[test]
	fn steps_follow_each_other_and_have_names() {
		let mut step = Step::Due;
		for expected in &Step::ALL[1..] {
			step = step.next().unwrap();
			assert_eq!(step, *expected);
			assert_eq!(Step::from_name(step.name()), Some(step));
		}
		assert_eq!(Step::Recorded.next(), None);
	}

	#[test]
	fn a_run_goes_through_its_steps_and_is_where_it_was_after_reopening() {
		let dir = tempfile::tempdir().unwrap();
		store(dir.path()).put_job(job(3), 1).unwrap();
		let mut run = store(dir.path()).begin(3, 100, 2).unwrap();
		for (n, expected) in Step::ALL.into_iter().enumerate().skip(1) {
			let outputs = json!({ "n": n });
			let moved = store(dir.path()).advance(&run, &outputs, 10 + n as u64).unwrap();
			assert_eq!((moved.step, &moved.outputs, moved.started), (expected, &outputs, 2));
			assert!(matches!(
				store(dir.path()).advance(&run, &outputs, 0),
				Err(StoreError::WrongStep { .. })
			));
			run = moved;
		}
		assert!(matches!(store(dir.path()).advance(&run, &json!({}), 0), Err(StoreError::WrongStep { .. })));
		assert_eq!(store(dir.path()).run(3, 100).unwrap(), Some(run));
		assert_eq!(store(dir.path()).open_run(3).unwrap(), None);
	}

	#[test]
	fn a_period_runs_once_and_one_run_at_a_time() {
		let dir = tempfile::tempdir().unwrap();
		let store = store(dir.path());
		assert!(matches!(store.begin(3, 100, 1), Err(StoreError::NoSuchJob { listing: 3 })));
		store.put_job(job(3), 1).unwrap();
		store.put_job(job(4), 1).unwrap();
		let run = store.begin(3, 100, 1).unwrap();
		assert!(matches!(store.begin(3, 100, 1), Err(StoreError::RunExists { .. })));
		assert!(matches!(store.begin(3, 101, 1), Err(StoreError::RunExists { .. })));
		assert!(store.begin(4, 100, 1).is_ok(), "another job");
		store.finish(&run, &json!({ "outcome": "disagreed" }), Some("why"), 2).unwrap();
		assert!(matches!(store.begin(3, 100, 1), Err(StoreError::RunExists { .. })));
		assert!(store.begin(3, 101, 1).is_ok());
		assert_eq!(store.runs(3, 9).unwrap().iter().map(|r| r.period).collect::<Vec<_>>(), [101, 100]);
		assert_eq!(store.run(3, 100).unwrap().unwrap().error.as_deref(), Some("why"));
	}

	#[test]
	fn quarantine_keeps_the_error_and_a_retry_starts_over_only_before_anything_was_sealed() {
		let dir = tempfile::tempdir().unwrap();
		let store = store(dir.path());
		store.put_job(job(3), 1).unwrap();
		let mut run = store.begin(3, 100, 1).unwrap();
		run = store.advance(&run, &json!({ "source": "x" }), 2).unwrap();
		run = store.failed(&run, "no network", 3).unwrap();
		assert_eq!((run.attempts, run.error.as_deref(), run.step), (1, Some("no network"), Step::Fetched));
		store.quarantine(&run, "line 7", 4).unwrap();
		let quarantined = store.job(3).unwrap();
		assert_eq!(
			(quarantined.state, quarantined.error.as_deref()),
			(JobState::Quarantined, Some("line 7"))
		);
		store.retry(3, 5).unwrap();
		run = store.open_run(3).unwrap().unwrap();
		assert_eq!((run.step, run.attempts, &run.outputs), (Step::Due, 0, &json!({})));
		assert_eq!(store.job(3).unwrap().state, JobState::Active);
		for _ in 0..7 {
			run = store.advance(&run, &json!({ "root": 1 }), 6).unwrap();
		}
		assert_eq!(run.step, Step::Submitted);
		store.quarantine(&run, "later", 7).unwrap();
		store.retry(3, 8).unwrap();
		let kept = store.open_run(3).unwrap().unwrap();
		assert_eq!((kept.step, &kept.outputs), (Step::Submitted, &json!({ "root": 1 })));
	}

	#[test]
	fn a_job_can_be_changed_paused_and_removed_with_its_runs() {
		let dir = tempfile::tempdir().unwrap();
		let store = store(dir.path());
		let first = store.put_job(job(3), 1).unwrap();
		store.begin(3, 100, 1).unwrap();
		store.set_state(3, JobState::Paused, None).unwrap();
		assert_eq!(store.jobs().unwrap()[0].state, JobState::Paused);
		let second =
			store.put_job(NewJob { manifest: "new".into(), secret: Some(vec![1]), ..job(3) }, 2).unwrap();
		assert_eq!((second.id, second.manifest.as_str(), second.state), (first.id, "new", JobState::Active));
		store.remove_job(3).unwrap();
		assert!(store.jobs().unwrap().is_empty() && store.run(3, 100).unwrap().is_none());
		assert!(matches!(store.remove_job(3), Err(StoreError::NoSuchJob { .. })));
		assert!(matches!(store.set_state(3, JobState::Active, None), Err(StoreError::NoSuchJob { .. })));
	}

	#[test]
	fn old_runs_are_forgotten_but_never_the_open_one() {
		let dir = tempfile::tempdir().unwrap();
		let store = store(dir.path());
		store.put_job(job(3), 1).unwrap();
		for period in 1..=6 {
			let run = store.begin(3, period, 1).unwrap();
			if period < 6 {
				store.finish(&run, &json!({}), None, 1).unwrap();
			}
		}
		assert_eq!(store.prune_runs(3, 2).unwrap(), 4);
		assert_eq!(store.runs(3, 9).unwrap().iter().map(|r| r.period).collect::<Vec<_>>(), [6, 5]);
		assert_eq!(store.prune_runs(3, 0).unwrap(), 1);
		assert!(store.open_run(3).unwrap().is_some());
	}
}
