//! A SQLite database: opened with the same settings everywhere, migrated, locked, with one writer and many readers.

use crate::StoreError;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::{
	fs::{File, OpenOptions, TryLockError},
	os::unix::fs::{DirBuilderExt, OpenOptionsExt},
	path::{Path, PathBuf},
	sync::{Mutex, MutexGuard, PoisonError},
	thread,
	time::{Duration, Instant},
};

/// For how long a store is waited for that is open. A process that is ending, and a child of this one on its way to a program of its own,
/// hold a lock for a moment longer.
const LOCK_WAIT: Duration = Duration::from_secs(10);
/// Between two tries of a lock.
const LOCK_TRY: Duration = Duration::from_millis(5);
/// For how long one connection waits for another: the disk and the processors may have much else to do.
const BUSY: Duration = Duration::from_secs(60);

/// When a transaction counts as done.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
	/// When it is on the disk: it survives a power cut.
	Full,
	/// When it is in the operating system's hands: it survives the end of the process.
	Process,
}

/// One database file.
pub(crate) struct Database {
	path: PathBuf,
	writer: Mutex<Connection>,
	/// Readers that nobody uses at the moment. In WAL mode they do not wait for the writer.
	readers: Mutex<Vec<Connection>>,
	/// Held for as long as the store is open; the operating system drops it with the process.
	_lock: File,
}

/// What ends a transaction: SQLite's own errors, which do not know their file yet, and ours.
pub(crate) enum Fault {
	Sql(rusqlite::Error),
	Store(StoreError),
}

impl From<rusqlite::Error> for Fault {
	fn from(error: rusqlite::Error) -> Self {
		Self::Sql(error)
	}
}

impl From<StoreError> for Fault {
	fn from(error: StoreError) -> Self {
		Self::Store(error)
	}
}

/// Makes a folder that only its owner can look into.
pub(crate) fn private_dir(path: &Path) -> Result<(), StoreError> {
	std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|source| StoreError::Io {
		what: "creating the folder",
		path: path.into(),
		source,
	})
}

impl Database {
	/// Opens `dir/name.db`, creating both, and brings its schema up to date. `migrations[n]` leads from version `n` to
	/// `n + 1`.
	pub(crate) fn open(
		dir: &Path,
		name: &str,
		migrations: &[&str],
		durability: Durability,
	) -> Result<Self, StoreError> {
		Self::open_within(LOCK_WAIT, dir, name, migrations, durability)
	}

	/// The same, waiting no longer than `wait` for whoever has it open.
	fn open_within(
		wait: Duration,
		dir: &Path,
		name: &str,
		migrations: &[&str],
		durability: Durability,
	) -> Result<Self, StoreError> {
		private_dir(dir)?;
		let path = dir.join(format!("{name}.db"));
		let lock = lock(&dir.join(format!("{name}.lock")), &path, wait)?;
		// Made with its mode before SQLite sees it: the journal files take over the mode of the database.
		OpenOptions::new()
			.create(true)
			.append(true)
			.mode(0o600)
			.open(&path)
			.map_err(|source| StoreError::Io { what: "creating the database", path: path.clone(), source })?;
		let failed = |source| StoreError::Database { path: path.clone(), source };
		let mut writer = Connection::open(&path).map_err(failed)?;
		writer.busy_timeout(BUSY).map_err(failed)?;
		writer.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
		let synchronous = match durability {
			Durability::Full => "FULL",
			Durability::Process => "NORMAL",
		};
		writer.pragma_update(None, "synchronous", synchronous).map_err(failed)?;
		writer.pragma_update(None, "foreign_keys", true).map_err(failed)?;
		let known = migrations.len() as u32;
		let found: u32 = writer.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
		if found > known {
			return Err(StoreError::NewerSchema { path, found, known });
		}
		for (version, migration) in migrations.iter().enumerate().skip(found as usize) {
			let step = writer.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(failed)?;
			step.execute_batch(migration).map_err(failed)?;
			step.pragma_update(None, "user_version", version as u32 + 1).map_err(failed)?;
			step.commit().map_err(failed)?;
		}
		Ok(Self { path, writer: Mutex::new(writer), readers: Mutex::default(), _lock: lock })
	}

	/// Runs `change` in one transaction; an error leaves everything as it was.
	pub(crate) fn write<T>(
		&self,
		change: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
	) -> Result<T, StoreError> {
		let mut writer = locked(&self.writer);
		let run = || {
			let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
			let out = change(&transaction)?;
			transaction.commit()?;
			Ok(out)
		};
		run().map_err(|fault| self.failed(fault))
	}

	/// Runs `look` on a connection that only reads, in one consistent state.
	pub(crate) fn read<T>(
		&self,
		look: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
	) -> Result<T, StoreError> {
		let idle = locked(&self.readers).pop();
		let run = || {
			let mut reader = match idle {
				Some(reader) => reader,
				None => self.reader()?,
			};
			let transaction = reader.transaction()?;
			let out = look(&transaction)?;
			transaction.finish()?;
			locked(&self.readers).push(reader);
			Ok(out)
		};
		run().map_err(|fault| self.failed(fault))
	}

	fn reader(&self) -> rusqlite::Result<Connection> {
		let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
		let reader = Connection::open_with_flags(&self.path, flags)?;
		reader.busy_timeout(BUSY)?;
		Ok(reader)
	}

	fn failed(&self, fault: Fault) -> StoreError {
		match fault {
			Fault::Sql(source) => StoreError::Database { path: self.path.clone(), source },
			Fault::Store(error) => error,
		}
	}

	/// A value that this program cannot have written.
	pub(crate) fn corrupt(&self, what: &'static str, value: impl Into<String>) -> StoreError {
		StoreError::Corrupt { path: self.path.clone(), what, value: value.into() }
	}
}

/// Takes a lock whatever became of the thread that held it: a transaction that it did not finish was rolled back.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock(path: &Path, database: &Path, wait: Duration) -> Result<File, StoreError> {
	let failed = |source| StoreError::Io { what: "locking", path: path.into(), source };
	let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(failed)?;
	let until = Instant::now() + wait;
	loop {
		match file.try_lock() {
			Ok(()) => return Ok(file),
			Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(LOCK_TRY),
			Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { path: database.into() }),
			Err(TryLockError::Error(source)) => return Err(failed(source)),
		}
	}
}

/// SQLite's integers are signed; sizes and times fit into 63 bits.
pub(crate) fn to_sql(value: u64) -> i64 {
	i64::try_from(value).unwrap_or(i64::MAX)
}

/// The way back from [`to_sql`].
pub(crate) fn from_sql(value: i64) -> u64 {
	u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;

	const ONE: &str = "CREATE TABLE a (x INTEGER) STRICT;";
	const TWO: &str = "ALTER TABLE a ADD COLUMN y INTEGER;";

	fn number(database: &Database, sql: &str) -> Option<i64> {
		database.read(|t| Ok(t.query_row(sql, [], |row| row.get(0))?)).unwrap()
	}

	#[test]
	fn migrations_run_once_each_and_a_newer_schema_is_refused() {
		let dir = tempfile::tempdir().unwrap();
		let open = |migrations: &[&str]| Database::open(dir.path(), "t", migrations, Durability::Full);
		let first = open(&[ONE]).unwrap();
		first.write(|t| Ok(t.execute("INSERT INTO a (x) VALUES (1)", [])?)).unwrap();
		drop(first);
		let second = open(&[ONE, TWO]).unwrap();
		assert_eq!(number(&second, "SELECT y FROM a WHERE x = 1"), None);
		assert_eq!(number(&second, "PRAGMA user_version"), Some(2));
		drop(second);
		assert!(open(&[ONE, TWO]).is_ok());
		assert!(matches!(open(&[ONE]), Err(StoreError::NewerSchema { found: 2, known: 1, .. })));
	}

	#[test]
	fn a_failed_migration_leaves_the_version_before_it() {
		let dir = tempfile::tempdir().unwrap();
		assert!(Database::open(dir.path(), "t", &[ONE, "NOT SQL"], Durability::Full).is_err());
		let repaired = Database::open(dir.path(), "t", &[ONE, TWO], Durability::Full).unwrap();
		assert_eq!(number(&repaired, "SELECT count(y) FROM a"), Some(0));
	}

	#[test]
	fn a_change_that_fails_changes_nothing() {
		let dir = tempfile::tempdir().unwrap();
		let database = Database::open(dir.path(), "t", &[ONE], Durability::Process).unwrap();
		let result: Result<(), _> = database.write(|t| {
			t.execute("INSERT INTO a VALUES (1)", [])?;
			Err(database.corrupt("a test", "stop").into())
		});
		assert!(result.is_err());
		assert_eq!(number(&database, "SELECT count(*) FROM a"), Some(0));
	}

	#[test]
	fn readers_do_not_wait_for_a_writer_and_see_the_state_before_it() {
		let dir = tempfile::tempdir().unwrap();
		let database = Database::open(dir.path(), "t", &[ONE], Durability::Full).unwrap();
		database
			.write(|t| {
				t.execute("INSERT INTO a VALUES (1)", [])?;
				std::thread::scope(|threads| {
					let readers: Vec<_> = (0..8)
						.map(|_| threads.spawn(|| number(&database, "SELECT count(*) FROM a")))
						.collect();
					for reader in readers {
						assert_eq!(reader.join().unwrap(), Some(0));
					}
				});
				Ok(())
			})
			.unwrap();
		assert_eq!(number(&database, "SELECT count(*) FROM a"), Some(1));
	}

	#[test]
	fn a_store_belongs_to_one_owner() {
		let dir = tempfile::tempdir().unwrap();
		let open = || Database::open(dir.path(), "t", &[ONE], Durability::Full);
		let first = open().unwrap();
		let second =
			Database::open_within(Duration::from_millis(20), dir.path(), "t", &[ONE], Durability::Full);
		assert!(matches!(second, Err(StoreError::InUse { .. })));
		drop(first);
		assert!(open().is_ok());
	}

	#[test]
	fn an_owner_that_is_about_to_leave_is_waited_for() {
		let dir = tempfile::tempdir().unwrap();
		let open = || Database::open(dir.path(), "t", &[ONE], Durability::Full);
		let first = open().unwrap();
		thread::scope(|threads| {
			threads.spawn(|| {
				// Whenever it leaves, the other one gets in: here most likely after its first try.
				thread::sleep(LOCK_TRY * 10);
				drop(first);
			});
			assert!(open().is_ok());
		});
	}
}
