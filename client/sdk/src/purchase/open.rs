//! Opening the file: each chunk is compared with what was listed before it is believed.

use super::sealed::{SealedReader, Wanted};
use crate::{error::SdkError, purchase::folder::file_error};
use souk_protocol::{
	chunk::{content_leaf, open_chunk},
	SnapshotKey,
};
use std::{
	fs::File,
	io::{BufWriter, Write as _},
	path::Path,
};

/// What the sealed file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
	/// What was listed; it is written.
	Whole,
	/// This chunk is not what was listed; nothing is written.
	Bad(u32),
}

/// Opens all chunks and writes the plain file to `out`: whole, or not at all. Blocks.
///
/// A chunk is bad where it does not open, or where its plaintext has not the leaf that `content_root` promises: exactly what the
/// chain finds out when it is shown the chunk.
///
/// Errors: [`SdkError::File`].
pub(crate) fn open_file(
	mut reader: SealedReader,
	wanted: &Wanted,
	key: &SnapshotKey,
	out: &Path,
) -> Result<Opened, SdkError> {
	let dir = out.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
	let mut partial = tempfile::Builder::new();
	#[cfg(unix)]
	partial.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
	let partial = partial.prefix(".souk-").suffix(".partial").tempfile_in(dir);
	let partial = partial.map_err(file_error("create a file in", dir))?;
	let failed = file_error("write", out);
	let mut file = BufWriter::new(partial.as_file());
	let all_keys = key.chunks();
	let mut next = 0;
	while let Some(chunk) = reader.next_chunk()? {
		let keys = all_keys.chunk(chunk.index);
		let plain = match open_chunk(&keys, chunk.index, chunk.sealed) {
			Ok(plain) if content_leaf(chunk.index, &keys.salt, plain) == chunk.content_leaf => plain,
			Ok(_) | Err(_) => return Ok(Opened::Bad(chunk.index)),
		};
		file.write_all(plain).map_err(&failed)?;
		next = chunk.index + 1;
	}
	if next < wanted.chunks {
		let source = std::io::Error::other(format!("chunk {next} of {} is missing", wanted.chunks));
		return Err(SdkError::File { action: "read all of the download of", path: out.into(), source });
	}
	file.flush().map_err(&failed)?;
	drop(file);
	partial.as_file().sync_all().map_err(&failed)?;
	partial.persist(out).map_err(|error| failed(error.error))?;
	// The name as well. The file itself is there, so that a directory that cannot be synchronised is no failure.
	let _ = File::open(dir).and_then(|dir| dir.sync_all());
	Ok(Opened::Whole)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::{
		played::{snapshot, Made, Shelved},
		sealed::Sealed,
	};
	use souk_protocol::CHUNK_BYTES;

	/// The file that comes of it, if one does.
	fn opened(made: &Made, key: &SnapshotKey) -> (Opened, Option<Vec<u8>>) {
		let shelved = Shelved::new();
		let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
		made.pieces.iter().for_each(|piece| download.push(piece).unwrap());
		assert_eq!(download.check().unwrap(), Ok(()));
		let out = shelved.root().join("out.parquet");
		let opened = open_file(download.reader().unwrap(), &made.wanted, key, &out).unwrap();
		let left: Vec<_> =
			std::fs::read_dir(shelved.root()).unwrap().map(|e| e.unwrap().file_name()).collect();
		assert!(!left.iter().any(|name| name.to_string_lossy().contains("partial")), "{left:?}");
		(opened, std::fs::read(out).ok())
	}

	#[test]
	fn a_good_file_is_written_whole() {
		for size in [0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 5] {
			let made = snapshot(size);
			assert_eq!(opened(&made, &made.key), (Opened::Whole, Some(made.plain.clone())));
		}
	}

	#[test]
	fn a_chunk_that_is_not_as_listed_is_named_and_nothing_is_written() {
		let size = 3 * CHUNK_BYTES + 5;
		for index in 0..4 {
			let other = snapshot(size).with_other_content(index);
			assert_eq!(opened(&other, &other.key), (Opened::Bad(index), None));
			let unopenable = snapshot(size).with_broken_seal(index);
			assert_eq!(opened(&unopenable, &unopenable.key), (Opened::Bad(index), None));
		}
	}

	#[test]
	fn the_first_bad_chunk_is_enough() {
		let made = snapshot(3 * CHUNK_BYTES + 5).with_other_content(3).with_broken_seal(1);
		assert_eq!(opened(&made, &made.key), (Opened::Bad(1), None));
	}

	#[cfg(unix)]
	#[test]
	fn the_file_is_as_readable_as_others() {
		use std::os::unix::fs::PermissionsExt as _;
		let (shelved, made) = (Shelved::new(), snapshot(10));
		let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
		made.pieces.iter().for_each(|piece| download.push(piece).unwrap());
		let out = shelved.root().join("out");
		open_file(download.reader().unwrap(), &made.wanted, &made.key, &out).unwrap();
		assert_eq!(std::fs::metadata(out).unwrap().permissions().mode() & 0o600, 0o600);
		let gone = shelved.root().join("none").join("out");
		let refused = open_file(download.reader().unwrap(), &made.wanted, &made.key, &gone).unwrap_err();
		assert!(refused.to_string().contains("none"), "{refused}");
	}
}
