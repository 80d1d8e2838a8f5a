//! Sealing a whole file, on all cores.
//!
//! ```text
//!            ┌──────────────── while these are sealed ────────────────┐
//! read ──> batch ──> sealed in parts, a thread each ──> written, leaves into the roots
//!            └── the next one is read, the one before is written ─────┘
//! ```
//!
//! Chunks do not depend on each other, and what they become depends on nothing but file and key: how many threads there are
//! makes no difference to a byte.

use crate::{
	chunk::{cipher_leaf, content_leaf, seal_chunk, SealedFile, CHUNK_BYTES, CHUNK_OVERHEAD, MAX_CHUNKS},
	hash::Digest,
	keys::{AllChunkKeys, SnapshotKey},
	merkle::Merkle,
};
use std::{
	io::{self, Read, Write},
	mem, thread,
};

/// Chunks of a batch for each thread: one MiB, so that starting a thread weighs nothing.
const PER_THREAD: usize = 16;
/// More threads than this wait for the disk, and each costs three MiB.
const MOST_THREADS: usize = 8;

/// Reads a file to its end, writes its sealed chunks back to back, and returns the roots. A few MiB are in memory at a time.
///
/// # Errors
///
/// Those of reading and writing, and a file of more than [`MAX_CHUNKS`] chunks.
pub fn seal_file(key: &SnapshotKey, from: &mut impl Read, to: &mut impl Write) -> io::Result<SealedFile> {
	let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
	seal_file_on(threads, key, from, to)
}

fn seal_file_on(
	threads: usize,
	key: &SnapshotKey,
	from: &mut impl Read,
	to: &mut impl Write,
) -> io::Result<SealedFile> {
	let keys = key.chunks();
	let mut sealed = Sealed::default();
	let [mut next, mut current, mut done] = [0; 3].map(|_| Batch::new(threads * PER_THREAD));
	next.fill(from, 0)?;
	while next.len > 0 {
		mem::swap(&mut current, &mut next);
		let being_sealed = current.len;
		thread::scope(|scope| {
			for part in current.parts(threads) {
				scope.spawn(move || part.iter_mut().for_each(|chunk| chunk.seal(&keys)));
			}
			sealed.write(&mut done, to)?;
			next.fill(from, sealed.count() + being_sealed)
		})?;
		mem::swap(&mut current, &mut done);
	}
	sealed.write(&mut done, to)?;
	Ok(sealed.finish())
}

/// A chunk before and after it is sealed.
struct Chunk {
	index: u32,
	/// Plaintext, then ciphertext.
	bytes: Vec<u8>,
	content: Digest,
	cipher: Digest,
}

impl Chunk {
	fn seal(&mut self, keys: &AllChunkKeys) {
		let keys = keys.chunk(self.index);
		self.content = content_leaf(self.index, &keys.salt, &self.bytes);
		seal_chunk(&keys, self.index, &mut self.bytes);
		self.cipher = cipher_leaf(self.index, &self.bytes);
	}
}

/// Chunks that are sealed together, in buffers that are used again.
struct Batch {
	chunks: Vec<Chunk>,
	/// How many of them are in use.
	len: usize,
}

impl Batch {
	fn new(size: usize) -> Self {
		let chunk = || Chunk {
			index: 0,
			bytes: Vec::with_capacity(CHUNK_BYTES + CHUNK_OVERHEAD),
			content: Digest::default(),
			cipher: Digest::default(),
		};
		Self { chunks: std::iter::repeat_with(chunk).take(size).collect(), len: 0 }
	}

	/// Reads chunks from number `first` on, until the batch is full or the file has ended.
	fn fill(&mut self, from: &mut impl Read, first: usize) -> io::Result<()> {
		self.len = 0;
		for (index, chunk) in (first..).zip(&mut self.chunks) {
			chunk.bytes.clear();
			from.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk.bytes)?;
			if chunk.bytes.is_empty() {
				break;
			}
			chunk.index = u32::try_from(index)
				.ok()
				.filter(|index| *index < MAX_CHUNKS)
				.ok_or_else(|| io::Error::other(format!("a snapshot has at most {MAX_CHUNKS} chunks")))?;
			self.len += 1;
		}
		Ok(())
	}

	fn used(&mut self) -> &mut [Chunk] {
		&mut self.chunks[..self.len]
	}

	/// Its chunks in as many parts as there are threads.
	fn parts(&mut self, threads: usize) -> impl Iterator<Item = &mut [Chunk]> {
		let size = self.len.div_ceil(threads).max(1);
		self.used().chunks_mut(size)
	}
}

/// What was sealed and written so far.
#[derive(Default)]
struct Sealed {
	content: Merkle,
	ciphers: Merkle,
	bytes: u64,
}

impl Sealed {
	fn count(&self) -> usize {
		self.ciphers.len()
	}

	/// Writes the chunks of a batch, and empties it.
	fn write(&mut self, batch: &mut Batch, to: &mut impl Write) -> io::Result<()> {
		for chunk in batch.used() {
			self.bytes += (chunk.bytes.len() - CHUNK_OVERHEAD) as u64;
			self.content.push(chunk.content);
			self.ciphers.push(chunk.cipher);
			to.write_all(&chunk.bytes)?;
		}
		batch.len = 0;
		Ok(())
	}

	fn finish(self) -> SealedFile {
		SealedFile {
			content_root: self.content.root(),
			cipher_root: self.ciphers.root(),
			bytes: self.bytes,
			chunks: self.ciphers.len() as u32,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{chunk::ChunkOpener, keys::ListingSecret};

	fn key() -> SnapshotKey {
		ListingSecret::from_bytes([5; 32]).unwrap().snapshot_key(1, 2)
	}

	fn file(bytes: usize) -> Vec<u8> {
		(0..bytes).map(|i| (i * 7 + i / 251) as u8).collect()
	}

	#[test]
	fn what_was_sealed_opens_to_the_same_bytes_and_roots() {
		for size in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5] {
			let (plain, mut sealed) = (file(size), Vec::new());
			let made = seal_file(&key(), &mut &plain[..], &mut sealed).unwrap();
			let mut opener = ChunkOpener::new(key());
			let mut opened = Vec::new();
			for chunk in sealed.clone().chunks_mut(CHUNK_BYTES + CHUNK_OVERHEAD) {
				opened.extend_from_slice(opener.open(chunk).unwrap());
			}
			assert_eq!(opened, plain);
			assert_eq!(opener.finish(), made);
			let mut again = Vec::new();
			assert_eq!(seal_file(&key(), &mut &plain[..], &mut again).unwrap(), made);
			assert_eq!(again, sealed);
		}
	}

	#[test]
	fn the_number_of_threads_makes_no_difference() {
		for size in [CHUNK_BYTES, PER_THREAD * CHUNK_BYTES, 5 * PER_THREAD * CHUNK_BYTES + 3] {
			let plain = file(size);
			let sealed = [1, 2, 3, 8].map(|threads| {
				let mut sealed = Vec::new();
				let made = seal_file_on(threads, &key(), &mut &plain[..], &mut sealed).unwrap();
				(made, sealed)
			});
			assert!(sealed.iter().all(|one| *one == sealed[0]), "{size} bytes");
			assert_eq!(sealed[0].0.chunks as usize, size.div_ceil(CHUNK_BYTES));
		}
	}

	/// Reads well for a while.
	struct Fails {
		after: usize,
	}

	impl Read for Fails {
		fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
			let bytes = buffer.len().min(self.after);
			self.after -= bytes;
			if bytes == 0 {
				return Err(io::Error::other("the disk is gone"));
			}
			Ok(bytes)
		}
	}

	impl Write for Fails {
		fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
			let bytes = buffer.len().min(self.after);
			self.after -= bytes;
			if bytes == 0 {
				return Err(io::Error::other("the disk is full"));
			}
			Ok(bytes)
		}

		fn flush(&mut self) -> io::Result<()> {
			Ok(())
		}
	}

	#[test]
	fn a_file_that_cannot_be_read_or_written_to_its_end_is_not_sealed() {
		for after in [1, 3 * CHUNK_BYTES, 50 * CHUNK_BYTES] {
			let error = seal_file_on(2, &key(), &mut Fails { after }, &mut io::sink()).unwrap_err();
			assert_eq!(error.to_string(), "the disk is gone");
			let plain = file(80 * CHUNK_BYTES);
			let error = seal_file_on(2, &key(), &mut &plain[..], &mut Fails { after }).unwrap_err();
			assert_eq!(error.to_string(), "the disk is full");
		}
	}
}
