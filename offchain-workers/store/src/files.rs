//! Files that are there whole or not at all, and that stay while somebody reads them.

use crate::{
	database::{locked, private_dir},
	StoreError,
};
use std::{
	collections::{HashMap, HashSet},
	fs::{self, File, OpenOptions},
	io::Write,
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
	sync::{Arc, Mutex},
};

/// The folders of a store.
pub(crate) struct Files {
	kept: PathBuf,
	unfinished: PathBuf,
	readers: Arc<Readers>,
}

/// How many readers each file has, and which files go when their last reader has gone.
#[derive(Default)]
pub(crate) struct Readers(Mutex<HashMap<PathBuf, Reading>>);

#[derive(Default)]
struct Reading {
	readers: usize,
	doomed: bool,
}

/// Keeps files from being removed for as long as it lives.
pub(crate) struct Pin {
	paths: Vec<PathBuf>,
	readers: Arc<Readers>,
}

impl Drop for Pin {
	fn drop(&mut self) {
		let mut all = locked(&self.readers.0);
		for path in &self.paths {
			let Some(reading) = all.get_mut(path) else { continue };
			reading.readers = reading.readers.saturating_sub(1);
			if reading.readers == 0 {
				let doomed = reading.doomed;
				all.remove(path);
				if doomed {
					remove(path);
				}
			}
		}
	}
}

/// A file that stays behind wastes space until the store is opened again, and nothing else.
fn remove(path: &Path) {
	let _ = fs::remove_file(path);
}

impl Files {
	/// Makes the folders, and removes what was being written when the last owner ended.
	pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
		let files =
			Self { kept: dir.join("files"), unfinished: dir.join("unfinished"), readers: Arc::default() };
		private_dir(&files.kept)?;
		private_dir(&files.unfinished)?;
		for entry in entries(&files.unfinished)? {
			remove(&entry);
		}
		Ok(files)
	}

	/// Removes every file that is not among `named` (paths relative to the folder of kept files).
	pub(crate) fn sweep(&self, named: &HashSet<String>) -> Result<(), StoreError> {
		for folder in entries(&self.kept)? {
			for path in entries(&folder)? {
				let known =
					path.strip_prefix(&self.kept).is_ok_and(|p| named.contains(&*p.to_string_lossy()));
				if !known {
					remove(&path);
				}
			}
			// Fails where something is left in it, which is what is wanted.
			let _ = fs::remove_dir(&folder);
		}
		Ok(())
	}

	/// Where a file of the index is.
	pub(crate) fn path(&self, name: &str) -> PathBuf {
		self.kept.join(name)
	}

	/// A new file to be written; nobody sees it before [`Draft::keep`].
	pub(crate) fn draft(&self) -> Result<Draft, StoreError> {
		loop {
			let path = self.unfinished.join(random_name());
			match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
				Ok(file) => return Ok(Draft { file, path, bytes: 0, kept: false }),
				Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
				Err(source) => return Err(StoreError::Io { what: "creating", path, source }),
			}
		}
	}

	/// A name that no file has had before.
	pub(crate) fn new_name(&self, listing: u32, period: u32, extension: &str) -> String {
		format!("{listing}/{period}-{}.{extension}", random_name())
	}

	/// Looks entries up and pins the files of each before any of them can be removed.
	pub(crate) fn pinned<E, T>(
		&self,
		look: impl FnOnce() -> Result<Vec<E>, StoreError>,
		make: impl Fn(E, Pin) -> T,
		names: impl Fn(&E) -> Vec<String>,
	) -> Result<Vec<T>, StoreError> {
		let mut all = locked(&self.readers.0);
		let found = look()?;
		let pinned = found.into_iter().map(|entry| {
			let paths: Vec<PathBuf> = names(&entry).iter().map(|name| self.path(name)).collect();
			for path in &paths {
				all.entry(path.clone()).or_default().readers += 1;
			}
			make(entry, Pin { paths, readers: self.readers.clone() })
		});
		Ok(pinned.collect())
	}

	/// Removes files that the index no longer names, now or when their last reader has gone.
	pub(crate) fn discard<'a>(&self, names: impl IntoIterator<Item = &'a String>) {
		let mut all = locked(&self.readers.0);
		for path in names.into_iter().map(|name| self.path(name)) {
			match all.get_mut(&path) {
				Some(reading) => reading.doomed = true,
				None => remove(&path),
			}
		}
	}
}

/// A file that is being written. Dropped without [`keep`](Self::keep) it goes away.
pub(crate) struct Draft {
	file: File,
	path: PathBuf,
	bytes: u64,
	kept: bool,
}

impl Draft {
	/// Bytes written so far.
	pub(crate) fn bytes(&self) -> u64 {
		self.bytes
	}

	/// Puts the file on the disk under `name`, so that it survives a power cut. No row names it yet.
	pub(crate) fn keep(mut self, files: &Files, name: &str) -> Result<(), StoreError> {
		let to = files.path(name);
		let failed = |what: &'static str, path: &Path| {
			let path = path.to_owned();
			move |source| StoreError::Io { what, path, source }
		};
		self.file.sync_all().map_err(failed("syncing", &self.path))?;
		let folder = to.parent().unwrap_or(&files.kept);
		private_dir(folder)?;
		fs::rename(&self.path, &to).map_err(failed("moving to its place", &self.path))?;
		self.kept = true;
		for folder in [folder, &files.kept] {
			File::open(folder).and_then(|f| f.sync_all()).map_err(failed("syncing the folder", folder))?;
		}
		Ok(())
	}
}

impl Write for Draft {
	fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
		let written = self.file.write(bytes)?;
		self.bytes += written as u64;
		Ok(written)
	}

	fn flush(&mut self) -> std::io::Result<()> {
		self.file.flush()
	}
}

impl Drop for Draft {
	fn drop(&mut self) {
		if !self.kept {
			remove(&self.path);
		}
	}
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
	let failed = |source| StoreError::Io { what: "reading the folder", path: folder.into(), source };
	fs::read_dir(folder).map_err(failed)?.map(|entry| entry.map(|e| e.path()).map_err(failed)).collect()
}

/// 64 random bits in hex; what makes a name new. The standard library seeds its hashers from the system's randomness.
fn random_name() -> String {
	use std::hash::{BuildHasher, RandomState};
	format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}
