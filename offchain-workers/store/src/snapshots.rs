//! Snapshots: Parquet files, plain or sealed, and an index of them.

use crate::{
	database::{from_sql, to_sql, Database, Durability, Fault},
	files::{Draft, Files, Pin},
	StoreError,
};
use rusqlite::{params, OptionalExtension as _, Row, ToSql, Transaction};
use souk_protocol::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	Digest,
};
use std::{
	collections::HashSet,
	fmt,
	io::{self, Write},
	path::{Path, PathBuf},
	sync::Arc,
};

const MIGRATIONS: &[&str] = &[
	"
	CREATE TABLE snapshots (
		listing INTEGER NOT NULL,
		period INTEGER NOT NULL,
		content_root BLOB NOT NULL,
		cipher_root BLOB NOT NULL,
		bytes INTEGER NOT NULL,
		chunks INTEGER NOT NULL,
		rows INTEGER NOT NULL,
		plain TEXT UNIQUE,
		sealed TEXT UNIQUE,
		PRIMARY KEY (listing, period),
		CHECK (plain IS NOT NULL OR sealed IS NOT NULL)
	) STRICT, WITHOUT ROWID;
",
	"
	CREATE TABLE keys (
		listing INTEGER NOT NULL, period INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (listing, period)
	) STRICT, WITHOUT ROWID;
",
];

/// What is known of a snapshot apart from its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotFacts {
	/// Over the salted hashes of the plaintext chunks.
	pub content_root: Digest,
	/// Over the ciphertext chunks.
	pub cipher_root: Digest,
	/// Bytes of plaintext.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
	/// Rows of the table.
	pub rows: u64,
}

/// A snapshot on this disk. Its files stay where they are for as long as this value lives, even when the snapshot is
/// pruned or replaced meanwhile.
pub struct StoredSnapshot {
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// The Parquet file.
	pub plain: Option<PathBuf>,
	/// Its sealed chunks, back to back.
	pub sealed: Option<PathBuf>,
	/// Over the salted hashes of the plaintext chunks.
	pub content_root: Digest,
	/// Over the ciphertext chunks.
	pub cipher_root: Digest,
	/// Bytes of plaintext.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
	/// Rows of the table.
	pub rows: u64,
	_pin: Pin,
}

impl fmt::Debug for StoredSnapshot {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("StoredSnapshot")
			.field("listing", &self.listing)
			.field("period", &self.period)
			.field("plain", &self.plain)
			.field("sealed", &self.sealed)
			.field("rows", &self.rows)
			.finish_non_exhaustive()
	}
}

/// The snapshots of one daemon. Cheap to clone.
#[derive(Clone)]
pub struct SnapshotStore(Arc<Inner>);

struct Inner {
	database: Database,
	files: Files,
}

#[derive(Clone, Copy)]
enum Kind {
	Plain,
	Sealed,
}

/// A row of the index.
struct Entry {
	listing: u32,
	period: u32,
	facts: SnapshotFacts,
	plain: Option<String>,
	sealed: Option<String>,
}

const COLUMNS: &str = "listing, period, content_root, cipher_root, bytes, chunks, rows, plain, sealed";

impl Entry {
	fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
		Ok(Self {
			listing: row.get(0)?,
			period: row.get(1)?,
			facts: SnapshotFacts {
				content_root: row.get(2)?,
				cipher_root: row.get(3)?,
				bytes: from_sql(row.get(4)?),
				chunks: row.get(5)?,
				rows: from_sql(row.get(6)?),
			},
			plain: row.get(7)?,
			sealed: row.get(8)?,
		})
	}

	fn names(&self) -> impl Iterator<Item = &String> {
		self.plain.iter().chain(&self.sealed)
	}

	/// This entry with one more file: what is of the same snapshot stays, what is not gives way.
	fn joined(self, other: Option<Entry>) -> Self {
		match other {
			Some(other) if other.facts == self.facts => {
				Self { plain: self.plain.or(other.plain), sealed: self.sealed.or(other.sealed), ..self }
			}
			_ => self,
		}
	}
}

impl SnapshotStore {
	/// Opens the store in `dir`, which is created where it does not exist, and removes what an unfinished write left.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		let database = Database::open(dir, "snapshots", MIGRATIONS, Durability::Full)?;
		let inner = Inner { files: Files::open(dir)?, database };
		// A file that somebody removed by hand: better an index without it than one that promises it.
		let lost: Vec<(Option<String>, Option<String>)> = inner
			.entries("", params![])?
			.into_iter()
			.map(|entry| {
				let gone = |name: &String| !inner.files.path(name).is_file();
				(entry.plain.filter(gone), entry.sealed.filter(gone))
			})
			.filter(|(plain, sealed)| plain.is_some() || sealed.is_some())
			.collect();
		inner.database.write(|t| {
			for (plain, sealed) in &lost {
				t.execute(
					"DELETE FROM snapshots WHERE plain = ?1 AND (sealed IS NULL OR sealed = ?2)",
					[plain, sealed],
				)?;
				t.execute("DELETE FROM snapshots WHERE sealed = ?1 AND plain IS NULL", [sealed])?;
				t.execute("UPDATE snapshots SET plain = NULL WHERE plain = ?1", [plain])?;
				t.execute("UPDATE snapshots SET sealed = NULL WHERE sealed = ?1", [sealed])?;
			}
			// Of snapshots that have gone, or never came to be.
			t.execute(
				"DELETE FROM keys WHERE NOT EXISTS (SELECT 1 FROM snapshots s
				WHERE s.listing = keys.listing AND s.period = keys.period)",
				[],
			)?;
			Ok(())
		})?;
		let named: HashSet<String> = inner
			.entries("", params![])?
			.into_iter()
			.flat_map(|e| e.plain.into_iter().chain(e.sealed))
			.collect();
		inner.files.sweep(&named)?;
		Ok(Self(Arc::new(inner)))
	}

	/// Begins to write the Parquet file of a snapshot.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put_plain(&self, listing: u32, period: u32) -> Result<SnapshotWriter, StoreError> {
		self.put(listing, period, Kind::Plain)
	}

	/// Begins to write the sealed chunks of a snapshot.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put_sealed(&self, listing: u32, period: u32) -> Result<SnapshotWriter, StoreError> {
		self.put(listing, period, Kind::Sealed)
	}

	fn put(&self, listing: u32, period: u32, kind: Kind) -> Result<SnapshotWriter, StoreError> {
		Ok(SnapshotWriter { inner: self.0.clone(), draft: self.0.files.draft()?, listing, period, kind })
	}

	/// Keeps the key of a snapshot beside it, so that it can be sealed again when the listing has a new secret. Who has the file learns nothing
	/// from it.
	///
	/// # Errors
	/// Those of the disk.
	pub fn keep_key(&self, listing: u32, period: u32, key: &Digest) -> Result<(), StoreError> {
		self.0.database.write(|t| {
			t.execute("REPLACE INTO keys VALUES (?1, ?2, ?3)", params![listing, period, key])?;
			Ok(())
		})
	}

	/// The key of a snapshot, where it was kept.
	///
	/// # Errors
	/// Those of the disk.
	pub fn key(&self, listing: u32, period: u32) -> Result<Option<Digest>, StoreError> {
		self.0.database.read(|t| {
			let mut query = t.prepare_cached("SELECT key FROM keys WHERE listing = ?1 AND period = ?2")?;
			Ok(query.query_row(params![listing, period], |row| row.get(0)).optional()?)
		})
	}

	/// The snapshot of a listing and period.
	///
	/// # Errors
	/// Those of the disk.
	pub fn get(&self, listing: u32, period: u32) -> Result<Option<StoredSnapshot>, StoreError> {
		Ok(self.0.pinned("WHERE listing = ?1 AND period = ?2", params![listing, period])?.pop())
	}

	/// The snapshot of a listing's newest period.
	///
	/// # Errors
	/// Those of the disk.
	pub fn newest(&self, listing: u32) -> Result<Option<StoredSnapshot>, StoreError> {
		Ok(self.0.pinned("WHERE listing = ?1 ORDER BY period DESC LIMIT 1", params![listing])?.pop())
	}

	/// All snapshots of a listing, newest first.
	///
	/// # Errors
	/// Those of the disk.
	pub fn list(&self, listing: u32) -> Result<Vec<StoredSnapshot>, StoreError> {
		self.0.pinned("WHERE listing = ?1 ORDER BY period DESC", params![listing])
	}

	/// The listings that have a snapshot here, in order.
	///
	/// # Errors
	/// Those of the disk.
	pub fn listings(&self) -> Result<Vec<u32>, StoreError> {
		self.0.database.read(|t| {
			let mut query = t.prepare_cached("SELECT DISTINCT listing FROM snapshots ORDER BY listing")?;
			let rows = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
			Ok(rows)
		})
	}

	/// How many snapshots there are.
	///
	/// # Errors
	/// Those of the disk.
	pub fn count(&self) -> Result<u64, StoreError> {
		self.0
			.database
			.read(|t| Ok(from_sql(t.query_row("SELECT count(*) FROM snapshots", [], |r| r.get(0))?)))
	}

	/// Removes all snapshots of a listing but the newest `keep`, and returns how many went. Files that somebody still
	/// reads go when they are done.
	///
	/// # Errors
	/// Those of the disk.
	pub fn prune(&self, listing: u32, keep: u32) -> Result<usize, StoreError> {
		self.0.remove("WHERE listing = ?1 ORDER BY period DESC LIMIT -1 OFFSET ?2", params![listing, keep])
	}

	/// Removes one snapshot and returns whether it was there.
	///
	/// # Errors
	/// Those of the disk.
	pub fn remove(&self, listing: u32, period: u32) -> Result<bool, StoreError> {
		Ok(self.0.remove("WHERE listing = ?1 AND period = ?2", params![listing, period])? > 0)
	}
}

impl Inner {
	fn entries(&self, which: &str, values: &[&dyn ToSql]) -> Result<Vec<Entry>, StoreError> {
		self.database.read(|t| select(t, which, values))
	}

	fn pinned(&self, which: &str, values: &[&dyn ToSql]) -> Result<Vec<StoredSnapshot>, StoreError> {
		self.files.pinned(
			|| self.entries(which, values),
			|entry, pin| StoredSnapshot {
				listing: entry.listing,
				period: entry.period,
				plain: entry.plain.map(|name| self.files.path(&name)),
				sealed: entry.sealed.map(|name| self.files.path(&name)),
				content_root: entry.facts.content_root,
				cipher_root: entry.facts.cipher_root,
				bytes: entry.facts.bytes,
				chunks: entry.facts.chunks,
				rows: entry.facts.rows,
				_pin: pin,
			},
			|entry| entry.names().cloned().collect(),
		)
	}

	fn remove(&self, which: &str, values: &[&dyn ToSql]) -> Result<usize, StoreError> {
		let gone = self.database.write(|t| {
			let gone = select(t, which, values)?;
			for entry in &gone {
				t.execute(
					"DELETE FROM snapshots WHERE listing = ?1 AND period = ?2",
					params![entry.listing, entry.period],
				)?;
				t.execute(
					"DELETE FROM keys WHERE listing = ?1 AND period = ?2",
					params![entry.listing, entry.period],
				)?;
			}
			Ok(gone)
		})?;
		self.files.discard(gone.iter().flat_map(Entry::names));
		Ok(gone.len())
	}

	/// Names a file that is in its place already, and drops what it replaces.
	fn insert(&self, entry: Entry) -> Result<(), StoreError> {
		let replaced = self.database.write(|t| {
			let before =
				select(t, "WHERE listing = ?1 AND period = ?2", params![entry.listing, entry.period])?.pop();
			let old: Vec<String> = before.iter().flat_map(Entry::names).cloned().collect();
			let new = entry.joined(before);
			t.execute(
				&format!("REPLACE INTO snapshots ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
				params![
					new.listing,
					new.period,
					new.facts.content_root,
					new.facts.cipher_root,
					to_sql(new.facts.bytes),
					new.facts.chunks,
					to_sql(new.facts.rows),
					new.plain,
					new.sealed
				],
			)?;
			Ok(old.into_iter().filter(|name| !new.names().any(|kept| kept == name)).collect::<Vec<_>>())
		})?;
		self.files.discard(&replaced);
		Ok(())
	}
}

fn select(t: &Transaction<'_>, which: &str, values: &[&dyn ToSql]) -> Result<Vec<Entry>, Fault> {
	let mut query = t.prepare_cached(&format!("SELECT {COLUMNS} FROM snapshots {which}"))?;
	let entries = query.query_map(values, Entry::read)?.collect::<Result<_, _>>()?;
	Ok(entries)
}

/// A file of a snapshot that is being written. Nobody sees it before [`commit`](Self::commit); dropped without it, it
/// leaves nothing behind.
pub struct SnapshotWriter {
	inner: Arc<Inner>,
	draft: Draft,
	listing: u32,
	period: u32,
	kind: Kind,
}

impl SnapshotWriter {
	/// Bytes written so far.
	pub fn written(&self) -> u64 {
		self.draft.bytes()
	}

	/// Makes the file part of the snapshot, durably. A file of the same snapshot (the same facts) that is there already
	/// stays beside it; anything else that is there for listing and period is replaced.
	///
	/// # Errors
	/// [`StoreError::WrongLength`] where what was written cannot be the file that `facts` describe, and those of the
	/// disk. The store is unchanged then.
	pub fn commit(self, facts: SnapshotFacts) -> Result<(), StoreError> {
		let Self { inner, draft, listing, period, kind } = self;
		let (extension, expected) = match kind {
			Kind::Plain => ("parquet", facts.bytes),
			Kind::Sealed => ("sealed", facts.bytes + u64::from(facts.chunks) * CHUNK_OVERHEAD as u64),
		};
		let chunks_fit = u64::from(facts.chunks) == facts.bytes.div_ceil(CHUNK_BYTES as u64);
		if draft.bytes() != expected || !chunks_fit {
			let what = format!("the {extension} file of listing {listing}, period {period}");
			return Err(StoreError::WrongLength { what, written: draft.bytes(), expected });
		}
		let name = inner.files.new_name(listing, period, extension);
		draft.keep(&inner.files, &name)?;
		let (plain, sealed) = match kind {
			Kind::Plain => (Some(name.clone()), None),
			Kind::Sealed => (None, Some(name.clone())),
		};
		let inserted = inner.insert(Entry { listing, period, facts, plain, sealed });
		if inserted.is_err() {
			inner.files.discard(&[name]);
		}
		inserted
	}
}

impl Write for SnapshotWriter {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		self.draft.write(bytes)
	}

	fn flush(&mut self) -> io::Result<()> {
		self.draft.flush()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{fs, os::unix::fs::PermissionsExt};

	fn facts(content: u8, bytes: &[u8]) -> SnapshotFacts {
		SnapshotFacts {
			content_root: [content; 32],
			cipher_root: [content ^ 1; 32],
			bytes: bytes.len() as u64,
			chunks: u32::try_from(bytes.len().div_ceil(CHUNK_BYTES)).unwrap(),
			rows: 3,
		}
	}

	fn put_plain(store: &SnapshotStore, period: u32, content: u8, bytes: &[u8]) {
		let mut writer = store.put_plain(7, period).unwrap();
		writer.write_all(bytes).unwrap();
		writer.commit(facts(content, bytes)).unwrap();
	}

	fn put_sealed(store: &SnapshotStore, period: u32, content: u8, bytes: &[u8]) {
		let mut writer = store.put_sealed(7, period).unwrap();
		writer.write_all(bytes).unwrap();
		writer.write_all(&vec![0; CHUNK_OVERHEAD * bytes.len().div_ceil(CHUNK_BYTES)]).unwrap();
		writer.commit(facts(content, bytes)).unwrap();
	}

	/// Names of all files below the folder, without the databases.
	fn files(dir: &Path) -> Vec<PathBuf> {
		let mut found = Vec::new();
		let mut folders = vec![dir.join("files"), dir.join("unfinished")];
		while let Some(folder) = folders.pop() {
			for entry in fs::read_dir(folder).unwrap() {
				let path = entry.unwrap().path();
				if path.is_dir() {
					folders.push(path);
				} else {
					found.push(path);
				}
			}
		}
		found
	}

	#[test]
	fn both_files_of_a_snapshot_belong_together_and_survive_reopening() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		put_plain(&store, 10, 1, b"parquet");
		put_sealed(&store, 10, 1, b"parquet");
		drop(store);
		let store = SnapshotStore::open(dir.path()).unwrap();
		let stored = store.get(7, 10).unwrap().unwrap();
		let plain = stored.plain.clone().unwrap();
		assert_eq!(fs::read(&plain).unwrap(), b"parquet");
		assert_eq!(fs::metadata(&plain).unwrap().permissions().mode() & 0o777, 0o600);
		assert_eq!(fs::metadata(stored.sealed.as_ref().unwrap()).unwrap().len(), 7 + 16);
		assert_eq!((stored.content_root, stored.bytes, stored.chunks, stored.rows), ([1; 32], 7, 1, 3));
		assert_eq!((store.count().unwrap(), store.listings().unwrap()), (1, vec![7]));
		assert!(store.get(7, 11).unwrap().is_none() && store.get(8, 10).unwrap().is_none());
	}

	#[test]
	fn a_key_stays_as_long_as_its_snapshot() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		for period in [10, 11, 12] {
			store.keep_key(7, period, &[period as u8; 32]).unwrap();
		}
		put_plain(&store, 10, 1, b"parquet");
		put_plain(&store, 11, 1, b"parquet");
		assert!(store.remove(7, 11).unwrap());
		drop(store);
		// The third one never came to be.
		let store = SnapshotStore::open(dir.path()).unwrap();
		let keys = [10, 11, 12, 13].map(|period| store.key(7, period).unwrap());
		assert_eq!(keys, [Some([10; 32]), None, None, None]);
	}

	#[test]
	fn another_snapshot_of_the_period_replaces_both_files() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		put_plain(&store, 10, 1, b"old");
		put_sealed(&store, 10, 1, b"old");
		put_plain(&store, 10, 2, b"newer");
		let stored = store.get(7, 10).unwrap().unwrap();
		assert!(stored.sealed.is_none());
		assert_eq!(fs::read(stored.plain.as_ref().unwrap()).unwrap(), b"newer");
		assert_eq!(files(dir.path()).len(), 1);
	}

	#[test]
	fn what_is_not_committed_was_never_there() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		put_plain(&store, 10, 1, b"old");
		let mut writer = store.put_plain(7, 10).unwrap();
		writer.write_all(b"half of").unwrap();
		assert_eq!(writer.written(), 7);
		drop(writer);
		let mut short = store.put_plain(7, 10).unwrap();
		short.write_all(b"shor").unwrap();
		assert!(matches!(
			short.commit(facts(2, b"short")),
			Err(StoreError::WrongLength { written: 4, expected: 5, .. })
		));
		assert_eq!(fs::read(store.newest(7).unwrap().unwrap().plain.as_ref().unwrap()).unwrap(), b"old");
		assert_eq!(files(dir.path()).len(), 1);
	}

	#[test]
	fn opening_removes_leftovers_and_forgets_what_is_gone() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		put_plain(&store, 10, 1, b"stays");
		put_plain(&store, 11, 2, b"removed by hand");
		put_plain(&store, 12, 3, b"one of two");
		put_sealed(&store, 12, 3, b"one of two");
		fs::remove_file(store.get(7, 11).unwrap().unwrap().plain.as_ref().unwrap()).unwrap();
		fs::remove_file(store.get(7, 12).unwrap().unwrap().plain.as_ref().unwrap()).unwrap();
		drop(store);
		// What a kill leaves between a write and its commit, before and after the file has moved to its place.
		fs::write(dir.path().join("unfinished/0123"), b"half").unwrap();
		fs::write(dir.path().join("files/7/13-0123.parquet"), b"whole").unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		let periods: Vec<u32> = store.list(7).unwrap().iter().map(|s| s.period).collect();
		assert_eq!(periods, [12, 10]);
		let half = store.get(7, 12).unwrap().unwrap();
		assert!(half.plain.is_none() && half.sealed.is_some());
		assert_eq!(files(dir.path()).len(), 2);
	}

	#[test]
	fn pruning_keeps_the_newest_and_waits_for_readers() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		for period in 1..=5 {
			put_plain(&store, period, 1, b"table");
		}
		let read = store.get(7, 1).unwrap().unwrap();
		let again = store.get(7, 1).unwrap().unwrap();
		assert_eq!(store.prune(7, 2).unwrap(), 3);
		assert_eq!(store.list(7).unwrap().iter().map(|s| s.period).collect::<Vec<_>>(), [5, 4]);
		let path = read.plain.clone().unwrap();
		drop(read);
		assert!(path.is_file(), "somebody still reads it");
		drop(again);
		assert!(!path.exists());
		assert_eq!(files(dir.path()).len(), 2);
		assert_eq!(store.prune(7, 2).unwrap(), 0);
		assert!(store.remove(7, 5).unwrap() && !store.remove(7, 5).unwrap());
	}

	#[test]
	fn readers_see_whole_snapshots_while_they_are_replaced() {
		let dir = tempfile::tempdir().unwrap();
		let store = SnapshotStore::open(dir.path()).unwrap();
		put_plain(&store, 1, 0, &[0; 100]);
		std::thread::scope(|threads| {
			let readers: Vec<_> = (0..4)
				.map(|_| {
					threads.spawn(|| loop {
						let stored = store.newest(7).unwrap().unwrap();
						let bytes = fs::read(stored.plain.as_ref().unwrap()).unwrap();
						assert!(bytes.len() == 100 && bytes.iter().all(|b| *b == stored.content_root[0]));
						if stored.content_root[0] == 20 {
							break;
						}
					})
				})
				.collect();
			(1..=20u8).for_each(|n| put_plain(&store, 1, n, &[n; 100]));
			readers.into_iter().for_each(|reader| reader.join().unwrap());
		});
		assert_eq!(files(dir.path()).len(), 1);
	}
}
