//! Whether a chunk is what its snapshot promised. No storage, no FRAME.
//!
//! What is asked, in this order, the cheap questions first:
//!
//! 1. is it one of the snapshot's chunks, by its number;
//! 2. are these its sealed bytes (`cipher_root`);
//! 3. is this what the snapshot promises of the plain bytes (`content_root`);
//! 4. is this the chunk's key (a `ChunkKey` proof, which the caller checks);
//! 5. does the chunk open with it, and to what was promised?
//!
//! Only a no to the last question is a bad chunk. A no to any other one is the buyer's own doing.

use crate::types::{BadChunk, DataRecord};
use ark_bls12_381::Fr;
use codec::Encode;
use souk_primitives::{Digest, ListingId, Period};
use souk_proof_primitives::{
	chunk::{cipher_leaf, content_leaf, open_chunk, ChunkKeys},
	merkle,
};
use sp_io::hashing::blake2_256;

/// Names the offence: `Blake2b-256("souk/bad-chunk/v1" ‖ listing ‖ period)`. A snapshot that is bad is one, whichever chunk of it somebody proves,
/// and however many have bought it.
pub(crate) fn offence(listing: ListingId, period: Period) -> Digest {
	blake2_256(&(b"souk/bad-chunk/v1", listing, period).encode())
}

/// Why chunk and leaf are not those of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misplaced {
	/// The snapshot has fewer chunks.
	NoSuchChunk,
	/// The chunk is not under `cipher_root`.
	WrongCipherPath,
	/// The leaf is not under `content_root`.
	WrongContentPath,
}

impl BadChunk {
	/// Questions 1 to 3.
	pub(crate) fn belongs_to<AccountId>(&self, data: &DataRecord<AccountId>) -> Result<(), Misplaced> {
		if self.index >= data.chunks {
			return Err(Misplaced::NoSuchChunk);
		}
		let sealed = cipher_leaf(self.index, &self.chunk);
		if merkle::root_of(sealed, self.index, &self.cipher_path) != Some(data.cipher_root) {
			return Err(Misplaced::WrongCipherPath);
		}
		if merkle::root_of(self.content_leaf, self.index, &self.content_path) != Some(data.content_root) {
			return Err(Misplaced::WrongContentPath);
		}
		Ok(())
	}

	/// Question 5.
	pub(crate) fn is_good(&self, chunk_key: &Fr) -> bool {
		let keys = ChunkKeys::derive(chunk_key);
		let mut chunk = self.chunk.to_vec();
		open_chunk(&keys, self.index, &mut chunk)
			.is_some_and(|plain| content_leaf(self.index, &keys.salt, plain) == self.content_leaf)
	}
}
