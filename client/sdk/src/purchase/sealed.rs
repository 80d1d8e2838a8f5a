//! A sealed file on its way in, and what the chain says of it. One chunk is in memory at a time.

use super::folder::{file_error, hexadecimal, Folder};
use crate::{
	error::SdkError,
	types::{DataOrderView, ListingId, OrderView, Period, SnapshotView},
	Digest,
};
use serde::{Deserialize, Serialize};
use souk_proof_primitives::merkle::Path;
use souk_protocol::{
	chunk::{cipher_leaf, CHUNK_BYTES, CHUNK_OVERHEAD, MAX_CHUNKS},
	download::Piece,
	merkle::{root_of, MerkleStream},
};
use std::{
	fs::File,
	io::{BufReader, Read, Seek as _, SeekFrom, Write as _},
	path::PathBuf,
};

const SEALED_BYTES: usize = CHUNK_BYTES + CHUNK_OVERHEAD;
const LEAF_BYTES: usize = 32;

/// A snapshot as the chain has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
	/// The listing.
	pub listing: ListingId,
	/// The period.
	pub period: Period,
	/// Root over the salted hashes of the plaintext chunks.
	#[serde(with = "hexadecimal")]
	pub content_root: Digest,
	/// Root over the sealed chunks.
	#[serde(with = "hexadecimal")]
	pub cipher_root: Digest,
	/// Commitment to its key.
	#[serde(with = "hexadecimal")]
	pub key_commitment: Digest,
	/// Bytes of the plain file.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
}

impl Wanted {
	/// That of a final snapshot.
	///
	/// Errors: [`SdkError::SnapshotNotFound`] for one that cannot be sold whole.
	pub fn of_snapshot(listing: ListingId, snapshot: &SnapshotView) -> Result<Self, SdkError> {
		let SnapshotView { period, commitments, .. } = snapshot;
		let not_sold = |reason: &str| SdkError::SnapshotNotFound {
			listing,
			period: Some(*period),
			reason: reason.into(),
		};
		let key_commitment = commitments.key_commitment.ok_or_else(|| {
			not_sold("it commits to no key, so that no key could be proved to be its; take a newer one")
		})?;
		let chunks = chunks_of(commitments.bytes)
			.ok_or_else(|| not_sold("it claims more bytes than a snapshot can have"))?;
		Ok(Self {
			listing,
			period: *period,
			content_root: commitments.content_root,
			cipher_root: commitments.cipher_root,
			key_commitment,
			bytes: commitments.bytes,
			chunks,
		})
	}

	/// What an order is about, which outlives the snapshot on chain.
	pub(crate) fn of_order(order: &OrderView, data: &DataOrderView) -> Self {
		Self {
			listing: order.listing,
			period: data.period,
			content_root: data.content_root,
			cipher_root: data.cipher_root,
			key_commitment: data.key_commitment,
			bytes: data.bytes,
			chunks: data.chunks,
		}
	}

	/// Bytes of the whole sealed file.
	pub fn sealed_bytes(&self) -> u64 {
		self.bytes + u64::from(self.chunks) * CHUNK_OVERHEAD as u64
	}

	/// Bytes of a chunk's plaintext.
	pub(crate) fn plain_bytes(&self, index: u32) -> usize {
		let before = u64::from(index) * CHUNK_BYTES as u64;
		usize::try_from(self.bytes.saturating_sub(before)).unwrap_or(usize::MAX).min(CHUNK_BYTES)
	}
}

fn chunks_of(bytes: u64) -> Option<u32> {
	let chunks = u32::try_from(bytes.div_ceil(CHUNK_BYTES as u64)).ok()?;
	(chunks <= MAX_CHUNKS).then_some(chunks)
}

/// A download: what is there so far, in order from chunk 0.
pub(crate) struct Sealed {
	wanted: Wanted,
	paths: [PathBuf; 2],
	sealed: File,
	leaves: File,
	content: MerkleStream,
	ciphers: MerkleStream,
}

/// A chunk as the chain is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
	pub sealed: Vec<u8>,
	pub content_leaf: Digest,
	pub cipher_path: Path,
	pub content_path: Path,
}

/// Why what was received is not what the chain has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotWanted {
	#[error("a piece of it cannot be read: {0}")]
	Malformed(String),
	#[error("chunk {index} has {found} bytes and should have {expected}")]
	WrongSize { index: u32, found: usize, expected: usize },
	#[error("more chunks came than the snapshot has")]
	TooMany,
	#[error("it is not the file that the chain has: the {0} is another")]
	WrongRoot(&'static str),
}

/// What went wrong with a piece.
#[derive(Debug)]
pub(crate) enum PieceError {
	/// It is not what it should be.
	NotWanted(NotWanted),
	/// It could not be written down.
	Here(SdkError),
}

impl Sealed {
	/// Opens what is there of a download, or begins it. Reads all that is there.
	///
	/// Errors: [`SdkError::File`].
	pub fn open(folder: &Folder, wanted: Wanted) -> Result<Self, SdkError> {
		let paths = [folder.sealed(), folder.leaves()];
		let open = |path: &PathBuf| {
			let file = File::options().read(true).write(true).create(true).truncate(false).open(path);
			file.map_err(file_error("open", path))
		};
		let (sealed, leaves) = (open(&paths[0])?, open(&paths[1])?);
		let mut download = Self {
			wanted,
			sealed,
			leaves,
			paths,
			content: MerkleStream::default(),
			ciphers: MerkleStream::default(),
		};
		download.read_back()?;
		Ok(download)
	}

	/// The first chunk that is not there.
	pub fn next(&self) -> u32 {
		u32::try_from(self.ciphers.leaves()).unwrap_or(u32::MAX)
	}

	/// Whether all chunks are there.
	pub fn is_complete(&self) -> bool {
		self.next() == self.wanted.chunks
	}

	/// Takes the next piece, as it came from a provider.
	pub fn push(&mut self, frame: &[u8]) -> Result<(), PieceError> {
		let Piece { content_leaf, sealed } =
			Piece::split(frame).map_err(|error| not_wanted(NotWanted::Malformed(error.to_string())))?;
		let index = self.next();
		if index >= self.wanted.chunks {
			return Err(not_wanted(NotWanted::TooMany));
		}
		let expected = self.wanted.plain_bytes(index) + CHUNK_OVERHEAD;
		if sealed.len() != expected {
			let found = sealed.len();
			return Err(not_wanted(NotWanted::WrongSize { index, found, expected }));
		}
		let here = |path| move |error| PieceError::Here(file_error("write", path)(error));
		self.sealed.write_all(sealed).map_err(here(&self.paths[0]))?;
		self.leaves.write_all(&content_leaf).map_err(here(&self.paths[1]))?;
		self.ciphers.push(cipher_leaf(index, sealed));
		self.content.push(content_leaf);
		Ok(())
	}

	/// Compares what is there, all of it, with the chain. It is on the disk then.
	///
	/// Errors: [`SdkError::File`]; within, which root is another.
	pub fn check(&mut self) -> Result<Result<(), NotWanted>, SdkError> {
		for (file, path) in [(&self.sealed, &self.paths[0]), (&self.leaves, &self.paths[1])] {
			file.sync_all().map_err(file_error("write", path))?;
		}
		if self.ciphers.root() != self.wanted.cipher_root {
			return Ok(Err(NotWanted::WrongRoot("cipher root")));
		}
		if self.content.root() != self.wanted.content_root {
			return Ok(Err(NotWanted::WrongRoot("content root")));
		}
		Ok(Ok(()))
	}

	/// Throws away what is there.
	///
	/// Errors: [`SdkError::File`].
	pub fn restart(&mut self) -> Result<(), SdkError> {
		self.cut(0)?;
		(self.content, self.ciphers) = (MerkleStream::default(), MerkleStream::default());
		Ok(())
	}

	/// The sealed chunks and their leaves, from the first on.
	///
	/// Errors: [`SdkError::File`].
	pub fn reader(&self) -> Result<SealedReader, SdkError> {
		let open = |path: &PathBuf| File::open(path).map_err(file_error("read", path));
		Ok(SealedReader {
			wanted: self.wanted,
			sealed: BufReader::new(open(&self.paths[0])?),
			leaves: BufReader::new(open(&self.paths[1])?),
			paths: self.paths.clone(),
			next: 0,
			buffer: Vec::with_capacity(SEALED_BYTES),
		})
	}

	/// A chunk with its paths to both roots. Reads all that is there; `None` where that is not the chain's file any more.
	///
	/// Errors: [`SdkError::File`].
	pub fn shown(&self, index: u32) -> Result<Option<Shown>, SdkError> {
		let mut reader = self.reader()?;
		let (mut ciphers, mut content) =
			(MerkleStream::with_path_of(index), MerkleStream::with_path_of(index));
		let mut found = None;
		while let Some(chunk) = reader.next_chunk()? {
			ciphers.push(cipher_leaf(chunk.index, chunk.sealed));
			content.push(chunk.content_leaf);
			if chunk.index == index {
				found = Some((chunk.sealed.to_vec(), chunk.content_leaf));
			}
		}
		let paths = ciphers.path().zip(content.path());
		let Some(((sealed, content_leaf), (cipher_path, content_path))) = found.zip(paths) else {
			return Ok(None);
		};
		let intact = root_of(cipher_leaf(index, &sealed), index, &cipher_path)
			== Some(self.wanted.cipher_root)
			&& root_of(content_leaf, index, &content_path) == Some(self.wanted.content_root);
		Ok(intact.then_some(Shown { sealed, content_leaf, cipher_path, content_path }))
	}

	/// Hashes what was received before, and cuts off what is not whole.
	fn read_back(&mut self) -> Result<(), SdkError> {
		let mut reader = self.reader()?;
		while let Some(chunk) = reader.next_chunk()? {
			self.ciphers.push(cipher_leaf(chunk.index, chunk.sealed));
			self.content.push(chunk.content_leaf);
		}
		self.cut(self.next())
	}

	/// Keeps the first `chunks` chunks and goes on behind them.
	fn cut(&mut self, chunks: u32) -> Result<(), SdkError> {
		let whole = u64::from(chunks) * SEALED_BYTES as u64;
		let lengths = [whole.min(self.wanted.sealed_bytes()), u64::from(chunks) * LEAF_BYTES as u64];
		for ((file, path), length) in
			[(&mut self.sealed, &self.paths[0]), (&mut self.leaves, &self.paths[1])].into_iter().zip(lengths)
		{
			file.set_len(length)
				.and_then(|()| file.seek(SeekFrom::Start(length)))
				.map_err(file_error("write", path))?;
		}
		Ok(())
	}
}

fn not_wanted(reason: NotWanted) -> PieceError {
	PieceError::NotWanted(reason)
}

/// Reads a download from its first chunk on.
pub(crate) struct SealedReader {
	wanted: Wanted,
	sealed: BufReader<File>,
	leaves: BufReader<File>,
	paths: [PathBuf; 2],
	next: u32,
	buffer: Vec<u8>,
}

/// One chunk of a download.
pub(crate) struct SealedChunk<'a> {
	pub index: u32,
	pub sealed: &'a mut [u8],
	pub content_leaf: Digest,
}

impl SealedReader {
	/// The next chunk; `None` where no whole one is left.
	///
	/// Errors: [`SdkError::File`].
	pub fn next_chunk(&mut self) -> Result<Option<SealedChunk<'_>>, SdkError> {
		let index = self.next;
		if index >= self.wanted.chunks {
			return Ok(None);
		}
		self.buffer.resize(self.wanted.plain_bytes(index) + CHUNK_OVERHEAD, 0);
		let mut content_leaf = [0; LEAF_BYTES];
		let read = whole(self.sealed.read_exact(&mut self.buffer))
			.map_err(file_error("read", &self.paths[0]))?
			&& whole(self.leaves.read_exact(&mut content_leaf))
				.map_err(file_error("read", &self.paths[1]))?;
		if !read {
			return Ok(None);
		}
		self.next += 1;
		Ok(Some(SealedChunk { index, sealed: &mut self.buffer, content_leaf }))
	}
}

/// Whether as much as was asked for was there.
fn whole(read: std::io::Result<()>) -> std::io::Result<bool> {
	match read {
		Ok(()) => Ok(true),
		Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
		Err(error) => Err(error),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{snapshot, Shelved};
	use std::fs;

	const SIZES: [usize; 5] = [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5];

	#[test]
	fn what_was_received_is_compared_with_the_chain() {
		for size in SIZES {
			let (shelved, made) = (Shelved::new(), snapshot(size));
			let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
			for piece in &made.pieces {
				assert!(!download.is_complete());
				download.push(piece).unwrap();
			}
			assert!(download.is_complete());
			assert_eq!(download.check().unwrap(), Ok(()));
			assert!(matches!(download.push(&made.pieces[0]), Err(PieceError::NotWanted(NotWanted::TooMany))));
			assert_eq!(fs::metadata(shelved.folder.sealed()).unwrap().len(), made.wanted.sealed_bytes());
		}
	}

	#[test]
	fn a_changed_chunk_or_leaf_is_noticed() {
		let made = snapshot(3 * CHUNK_BYTES + 5);
		for (at, root) in [(0, "content root"), (LEAF_BYTES, "cipher root")] {
			let shelved = Shelved::new();
			let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
			let mut pieces = made.pieces.clone();
			pieces[2][at] ^= 1;
			for piece in &pieces {
				download.push(piece).unwrap();
			}
			assert_eq!(download.check().unwrap(), Err(NotWanted::WrongRoot(root)));
			download.restart().unwrap();
			assert_eq!(download.next(), 0);
			for piece in &made.pieces {
				download.push(piece).unwrap();
			}
			assert_eq!(download.check().unwrap(), Ok(()));
		}
	}

	#[test]
	fn a_piece_of_another_size_is_refused_at_once() {
		let (shelved, made) = (Shelved::new(), snapshot(CHUNK_BYTES + 5));
		let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
		for piece in [&made.pieces[0][1..], &made.pieces[1], &[], &[0; 10]] {
			assert!(matches!(download.push(piece), Err(PieceError::NotWanted(_))), "{} bytes", piece.len());
		}
		assert_eq!(download.next(), 0);
		download.push(&made.pieces[0]).unwrap();
	}

	#[test]
	fn a_download_goes_on_behind_its_last_whole_chunk() {
		let (shelved, made) = (Shelved::new(), snapshot(3 * CHUNK_BYTES + 5));
		let push = |download: &mut Sealed, range: std::ops::Range<usize>| {
			made.pieces[range].iter().for_each(|piece| download.push(piece).unwrap());
		};
		push(&mut Sealed::open(&shelved.folder, made.wanted).unwrap(), 0..2);
		// A crash left half a chunk, and no leaf for it.
		let sealed = shelved.folder.sealed();
		let mut torn = fs::read(&sealed).unwrap();
		torn.extend_from_slice(&made.pieces[2][LEAF_BYTES..1_000]);
		fs::write(&sealed, &torn).unwrap();
		let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
		assert_eq!(download.next(), 2);
		push(&mut download, 2..4);
		assert_eq!(download.check().unwrap(), Ok(()));
		let mut again = Sealed::open(&shelved.folder, made.wanted).unwrap();
		assert!(again.is_complete());
		assert_eq!(again.check().unwrap(), Ok(()));
	}

	#[test]
	fn every_chunk_is_shown_with_its_paths_to_both_roots() {
		let (shelved, made) = (Shelved::new(), snapshot(3 * CHUNK_BYTES + 5));
		let mut download = Sealed::open(&shelved.folder, made.wanted).unwrap();
		made.pieces.iter().for_each(|piece| download.push(piece).unwrap());
		for (index, piece) in (0..).zip(&made.pieces) {
			let shown = download.shown(index).unwrap().unwrap();
			assert_eq!([&shown.content_leaf[..], &shown.sealed].concat(), *piece);
			let leaf = cipher_leaf(index, &shown.sealed);
			assert_eq!(root_of(leaf, index, &shown.cipher_path), Some(made.wanted.cipher_root));
			assert_eq!(
				root_of(shown.content_leaf, index, &shown.content_path),
				Some(made.wanted.content_root)
			);
		}
		assert_eq!(download.shown(4).unwrap(), None);
	}

	#[test]
	fn only_a_snapshot_that_commits_to_a_key_can_be_bought() {
		let made = snapshot(CHUNK_BYTES + 5);
		let view = made.view();
		assert_eq!(Wanted::of_snapshot(3, &view).unwrap(), made.wanted);
		let mut keyless = view;
		keyless.commitments.key_commitment = None;
		assert!(Wanted::of_snapshot(3, &keyless).unwrap_err().to_string().contains("commits to no key"));
		let mut huge = view;
		huge.commitments.bytes = u64::MAX;
		assert!(Wanted::of_snapshot(3, &huge).is_err());
	}
}
