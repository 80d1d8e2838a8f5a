//! A snapshot's file as sealed chunks, with its two roots.
//!
//! The file is cut into chunks of 64 KiB. Everything is determined by file, listing secret and period, so that workers
//! who agree on the file agree on the ciphertext.
//!
//! Sizes, keys and leaves are those by which the chain opens a chunk. Only the cipher is another library's, for speed.

use crate::{
	hash::Digest,
	keys::{AllChunkKeys, ChunkKeys, SnapshotKey},
	merkle::Merkle,
	ProtocolError,
};
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey, CHACHA20_POLY1305};

pub use crate::sealing::seal_file;
pub use souk_proof_primitives::chunk::{cipher_leaf, content_leaf, CHUNK_BYTES, CHUNK_OVERHEAD, MAX_CHUNKS};

/// Roots and sizes of a sealed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFile {
	/// Over the salted hashes of the plaintext chunks.
	pub content_root: Digest,
	/// Over the ciphertext chunks.
	pub cipher_root: Digest,
	/// Bytes of plaintext.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
}

/// Encrypts one chunk in place and appends its authentication tag.
pub fn seal_chunk(keys: &ChunkKeys, index: u32, buffer: &mut Vec<u8>) {
	cipher(keys)
		.seal_in_place_append_tag(zero_nonce(), Aad::from(index.to_le_bytes()), buffer)
		.expect("a chunk is far below the cipher's limit of 256 GiB");
}

/// Decrypts one chunk in place and returns its plaintext.
pub fn open_chunk<'a>(keys: &ChunkKeys, index: u32, buffer: &'a mut [u8]) -> Result<&'a [u8], ProtocolError> {
	cipher(keys)
		.open_in_place(zero_nonce(), Aad::from(index.to_le_bytes()), buffer)
		.map(|plain| &*plain)
		.map_err(|_| ProtocolError::DoesNotOpen { what: "chunk" })
}

fn cipher(keys: &ChunkKeys) -> LessSafeKey {
	LessSafeKey::new(
		UnboundKey::new(&CHACHA20_POLY1305, &keys.cipher).expect("the key has the cipher's length"),
	)
}

/// Each key seals one chunk and nothing else, which is what makes a constant nonce safe.
fn zero_nonce() -> Nonce {
	Nonce::assume_unique_for_key([0; 12])
}

/// Opens sealed chunks in order and checks both roots at the end.
pub struct ChunkOpener {
	keys: AllChunkKeys,
	content: Merkle,
	ciphers: Merkle,
	bytes: u64,
}

impl ChunkOpener {
	/// Starts at chunk 0.
	pub fn new(key: SnapshotKey) -> Self {
		Self { keys: key.chunks(), content: Merkle::default(), ciphers: Merkle::default(), bytes: 0 }
	}

	/// Opens the next chunk in place and returns its plaintext.
	pub fn open<'a>(&mut self, sealed: &'a mut [u8]) -> Result<&'a [u8], ProtocolError> {
		let limit = CHUNK_BYTES + CHUNK_OVERHEAD;
		if sealed.len() > limit {
			return Err(ProtocolError::TooLarge { what: "chunk", bytes: sealed.len(), limit });
		}
		let index = u32::try_from(self.ciphers.len())
			.map_err(|_| ProtocolError::Malformed { what: "chunk index" })?;
		self.ciphers.push(cipher_leaf(index, sealed));
		let keys = self.keys.chunk(index);
		let plain = open_chunk(&keys, index, sealed)?;
		self.content.push(content_leaf(index, &keys.salt, plain));
		self.bytes += plain.len() as u64;
		Ok(plain)
	}

	/// Roots and sizes of what was opened; the caller compares them with the chain.
	pub fn finish(self) -> SealedFile {
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
	use crate::keys::ListingSecret;

	fn key() -> SnapshotKey {
		ListingSecret::from_bytes([5; 32]).unwrap().snapshot_key(1, 2)
	}

	fn file(bytes: usize) -> Vec<u8> {
		(0..bytes).map(|i| (i * 7 + i / 251) as u8).collect()
	}

	/// The chain opens chunks with another library.
	#[test]
	fn the_chain_opens_what_was_sealed_here_and_nothing_else() {
		for (index, size) in [(0, 0), (1, 1), (2, 1000), (4_194_303, CHUNK_BYTES)] {
			let (keys, plain) = (key().chunk(index), file(size));
			let mut sealed = plain.clone();
			seal_chunk(&keys, index, &mut sealed);
			let on_chain = |index, mut sealed: Vec<u8>| {
				souk_proof_primitives::chunk::open_chunk(&keys, index, &mut sealed).map(<[u8]>::to_vec)
			};
			assert_eq!(on_chain(index, sealed.clone()), Some(plain));
			for (index, at) in [(index + 1, None), (index, Some(0)), (index, Some(size + CHUNK_OVERHEAD - 1))]
			{
				let mut changed = sealed.clone();
				if let Some(at) = at {
					changed[at] ^= 1;
				}
				assert_eq!(on_chain(index, changed.clone()), None);
				assert!(open_chunk(&keys, index, &mut changed).is_err());
			}
		}
	}

	#[test]
	fn a_changed_or_moved_chunk_does_not_open() {
		let (plain, mut sealed) = (file(2 * CHUNK_BYTES), Vec::new());
		seal_file(&key(), &mut &plain[..], &mut sealed).unwrap();
		let second = CHUNK_BYTES + CHUNK_OVERHEAD;
		assert!(ChunkOpener::new(key()).open(&mut sealed[second..].to_vec()).is_err());
		sealed[10] ^= 1;
		assert!(ChunkOpener::new(key()).open(&mut sealed[..second].to_vec()).is_err());
	}
}
