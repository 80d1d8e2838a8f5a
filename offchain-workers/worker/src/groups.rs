//! Counts equal values of a column of any length in bounded memory: fingerprints, sorted part by part on disk.

use crate::error::StepError;
use std::{
	fs::File,
	io::{BufWriter, Read, Seek, Write},
	path::{Path, PathBuf},
};

/// Entries in memory before they go to the disk: 64 MiB of them.
const IN_MEMORY: usize = 2 << 20;
/// Parts on disk; each is sorted in memory on its own.
const PARTS: usize = 64;
/// Bytes of an entry on disk.
const ENTRY: usize = 24;

/// What a value is compared by: 128 bits of a hash, so that two different values do not meet.
pub type Fingerprint = u128;

/// The fingerprint of a value's bytes.
pub fn fingerprint(bytes: &[u8]) -> Fingerprint {
	let mut short = [0; 16];
	blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut short);
	u128::from_le_bytes(short)
}

/// Values that are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
	/// Of the value.
	pub fingerprint: Fingerprint,
	/// How many rows have it.
	pub count: u64,
	/// The first row that has it, from 1.
	pub first: u64,
	/// The second one; the first again where there is none.
	pub second: u64,
}

/// Collects fingerprints with the rows they are from.
pub struct Groups {
	dir: PathBuf,
	limit: usize,
	memory: Vec<(Fingerprint, u64)>,
	parts: Option<Vec<BufWriter<File>>>,
}

impl Groups {
	/// Collects; what does not fit into memory goes to unnamed files in `dir`.
	pub fn new(dir: &Path) -> Self {
		Self::with_limit(dir, IN_MEMORY)
	}

	fn with_limit(dir: &Path, limit: usize) -> Self {
		Self { dir: dir.into(), limit, memory: Vec::new(), parts: None }
	}

	/// Adds a row's value.
	///
	/// # Errors
	/// [`StepError::Fault`].
	pub fn push(&mut self, fingerprint: Fingerprint, row: u64) -> Result<(), StepError> {
		self.memory.push((fingerprint, row));
		if self.memory.len() >= self.limit {
			self.spill()?;
		}
		Ok(())
	}

	fn failed(&self) -> impl Fn(std::io::Error) -> StepError {
		let dir = self.dir.display().to_string();
		move |error| StepError::fault(&dir, error)
	}

	fn spill(&mut self) -> Result<(), StepError> {
		let failed = self.failed();
		let mut parts = match self.parts.take() {
			Some(parts) => parts,
			None => (0..PARTS)
				.map(|_| tempfile::tempfile_in(&self.dir).map(BufWriter::new))
				.collect::<Result<_, _>>()
				.map_err(&failed)?,
		};
		for (fingerprint, row) in self.memory.drain(..) {
			// The top bits, so that a part is a range of fingerprints.
			let index = (fingerprint >> 122) as usize;
			if let Some(part) = parts.get_mut(index) {
				part.write_all(&fingerprint.to_le_bytes())
					.and_then(|()| part.write_all(&row.to_le_bytes()))
					.map_err(&failed)?;
			}
		}
		self.parts = Some(parts);
		Ok(())
	}

	/// Shows each group once, in the order of fingerprints.
	///
	/// # Errors
	/// [`StepError::Fault`], and those of `look`.
	pub fn each(mut self, mut look: impl FnMut(Group) -> Result<(), StepError>) -> Result<(), StepError> {
		if self.parts.is_none() {
			return each_of(&mut self.memory, &mut look);
		}
		self.spill()?;
		let failed = self.failed();
		for part in self.parts.take().into_iter().flatten() {
			let mut file = part.into_inner().map_err(|error| failed(error.into_error()))?;
			file.rewind().map_err(&failed)?;
			let mut bytes = Vec::new();
			file.read_to_end(&mut bytes).map_err(&failed)?;
			self.memory.clear();
			for entry in bytes.chunks_exact(ENTRY) {
				let (mut fingerprint, mut row) = ([0; 16], [0; 8]);
				fingerprint.copy_from_slice(&entry[..16]);
				row.copy_from_slice(&entry[16..]);
				self.memory.push((u128::from_le_bytes(fingerprint), u64::from_le_bytes(row)));
			}
			drop(bytes);
			each_of(&mut self.memory, &mut look)?;
		}
		Ok(())
	}
}

fn each_of(
	entries: &mut [(Fingerprint, u64)],
	look: &mut impl FnMut(Group) -> Result<(), StepError>,
) -> Result<(), StepError> {
	entries.sort_unstable();
	for equal in entries.chunk_by(|a, b| a.0 == b.0) {
		let Some((fingerprint, first)) = equal.first().copied() else { continue };
		let second = equal.get(1).map_or(first, |entry| entry.1);
		look(Group { fingerprint, count: equal.len() as u64, first, second })?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn counted(limit: usize) -> Vec<Group> {
		let dir = tempfile::tempdir().unwrap();
		let mut groups = Groups::with_limit(dir.path(), limit);
		for row in 1..=1000u64 {
			groups.push(fingerprint(&(row % 300).to_le_bytes()), row).unwrap();
		}
		let mut all = Vec::new();
		groups
			.each(|group| {
				all.push(group);
				Ok(())
			})
			.unwrap();
		all
	}

	#[test]
	fn spilling_changes_nothing() {
		let (memory, disk) = (counted(usize::MAX), counted(64));
		assert_eq!(memory, disk);
		assert_eq!(memory.len(), 300);
		assert_eq!(memory.iter().map(|group| group.count).sum::<u64>(), 1000);
		assert!(memory.iter().all(|group| group.second == group.first + 300));
	}
}
