//! Files of the ceremony on disk. What is there is never overwritten: somebody's contribution may be the only copy.

use crate::Error;
use std::{
	fs::{self, File},
	io::{self, Read, Write},
	path::Path,
};

/// Nothing of ours is larger: the largest powers have 38 MB.
const MAX_BYTES: u64 = 64 << 20;

/// Reads a file.
///
/// # Errors
///
/// [`Error::Io`], also for a file that is larger than any of ours.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
	let read = || {
		let mut bytes = Vec::new();
		File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
		if bytes.len() as u64 > MAX_BYTES {
			return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than any file of a ceremony"));
		}
		Ok(bytes)
	};
	read().map_err(|error| Error::Io { path: path.into(), error })
}

/// Writes a file that is not there yet. It is whole, or not there.
///
/// # Errors
///
/// [`Error::Io`], also where the file exists.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
	let at = |error| Error::Io { path: path.into(), error };
	let mut file = File::create_new(path).map_err(at)?;
	file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
		// What is left of it is of no use; that it cannot be removed says nothing new.
		let _ = fs::remove_file(path);
		at(error)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nothing_is_overwritten() {
		let directory = tempfile::tempdir().unwrap();
		let path = directory.path().join("file");
		write_new(&path, b"first").unwrap();
		let error = write_new(&path, b"second").unwrap_err().to_string();
		assert!(error.contains("file") && error.contains("exists"), "{error}");
		assert_eq!(read(&path).unwrap(), b"first");
		assert!(read(&directory.path().join("none")).unwrap_err().to_string().contains("none"));
	}
}
