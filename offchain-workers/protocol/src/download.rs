//! How anybody fetches a snapshot's sealed chunks: a request, a reply, the chunks.
//!
//! ```text
//! buyer ── DownloadRequest ─────────────────────> persistence node
//!       <── DownloadReply::Sends | Refused | Later
//!       <── pieces from_chunk … n-1               (one frame each; only after Sends)
//! ```
//!
//! The chunks are ciphertext: without the key they tell nobody anything, so that nobody has to say who asks, and nothing is
//! paid. Each comes with its leaf of `content_root`, a salted hash, so that whoever has all of them can compare both roots
//! with the chain before paying for the key, and has the leaves at hand to prove that a chunk was bad.
//!
//! A node serves one stream for a bounded time. A stream that ends, with its mark or without, before the last chunk is gone on
//! with by asking for the next one.

use crate::{
	chunk::{content_leaf, seal_chunk, CHUNK_BYTES, CHUNK_OVERHEAD},
	hash::Digest,
	keys::{ChunkKeys, SnapshotKey},
	ProtocolError,
};
use codec::{Decode, Encode};

/// Bytes of a leaf.
const LEAF_BYTES: usize = 32;
/// Bytes of the longest piece.
pub const MAX_PIECE_BYTES: usize = LEAF_BYTES + CHUNK_BYTES + CHUNK_OVERHEAD;
/// Bytes of an encoded request.
pub const REQUEST_BYTES: usize = 44;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DownloadRequest {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// The first chunk to be sent, from 0.
	pub from_chunk: u32,
}

/// What the node says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum DownloadReply {
	/// The pieces follow. What stands here is of the whole snapshot, wherever the pieces begin.
	#[codec(index = 0)]
	Sends {
		/// Number of chunks.
		chunks: u32,
		/// Bytes of plaintext.
		bytes: u64,
		/// Root over the sealed chunks.
		cipher_root: Digest,
		/// Root over the salted hashes of the plaintext chunks.
		content_root: Digest,
	},
	/// This node will not send it: another one may.
	#[codec(index = 1)]
	Refused {
		/// Why.
		reason: String,
	},
	/// Not now: ask again later, or another node.
	#[codec(index = 2)]
	Later {
		/// Why.
		reason: String,
	},
}

/// One chunk on its way: its leaf of `content_root`, then the sealed chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
	/// The chunk's leaf of `content_root`.
	pub content_leaf: Digest,
	/// The chunk, sealed.
	pub sealed: &'a [u8],
}

impl<'a> Piece<'a> {
	/// The parts of a frame. Whether they are the chain's, the roots tell.
	///
	/// # Errors
	/// [`ProtocolError::Truncated`], [`ProtocolError::TooLarge`].
	pub fn split(frame: &'a [u8]) -> Result<Self, ProtocolError> {
		if frame.len() > MAX_PIECE_BYTES {
			let (bytes, limit) = (frame.len(), MAX_PIECE_BYTES);
			return Err(ProtocolError::TooLarge { what: "piece of a download", bytes, limit });
		}
		match frame.split_first_chunk::<LEAF_BYTES>() {
			// A sealed chunk has a byte of plaintext at least: an empty file has no chunks.
			Some((leaf, sealed)) if sealed.len() > CHUNK_OVERHEAD => Ok(Self { content_leaf: *leaf, sealed }),
			_ => Err(ProtocolError::Truncated { what: "piece of a download" }),
		}
	}
}

/// The frame of chunk `index`, whose plaintext this is. `chunk` is used up and can be filled again.
pub fn piece(key: &SnapshotKey, index: u32, chunk: &mut Vec<u8>) -> Vec<u8> {
	seal_piece(&key.chunk(index), index, chunk)
}

/// The same with the keys of the chunk, which whoever sends many of them has [at half the price](SnapshotKey::chunks).
pub fn seal_piece(keys: &ChunkKeys, index: u32, chunk: &mut Vec<u8>) -> Vec<u8> {
	let mut frame = Vec::with_capacity(LEAF_BYTES + chunk.len() + CHUNK_OVERHEAD);
	frame.extend_from_slice(&content_leaf(index, &keys.salt, chunk));
	seal_chunk(keys, index, chunk);
	frame.append(chunk);
	frame
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chunk::{cipher_leaf, seal_file},
		keys::ListingSecret,
		merkle::Merkle,
	};

	fn key() -> SnapshotKey {
		ListingSecret::from_bytes([5; 32]).unwrap().snapshot_key(1, 2)
	}

	#[test]
	fn the_pieces_of_a_file_reach_the_roots_that_its_workers_agreed_on() {
		let plain: Vec<u8> = (0..2 * CHUNK_BYTES + 5).map(|i| (i * 7 + i / 251) as u8).collect();
		let mut sealed = Vec::new();
		let made = seal_file(&key(), &mut &plain[..], &mut sealed).unwrap();
		let (mut content, mut ciphers, mut received) = (Merkle::default(), Merkle::default(), Vec::new());
		for (index, chunk) in plain.chunks(CHUNK_BYTES).enumerate() {
			let index = index as u32;
			let frame = piece(&key(), index, &mut chunk.to_vec());
			let piece = Piece::split(&frame).unwrap();
			content.push(piece.content_leaf);
			ciphers.push(cipher_leaf(index, piece.sealed));
			received.extend_from_slice(piece.sealed);
		}
		assert_eq!(received, sealed);
		assert_eq!((content.root(), ciphers.root()), (made.content_root, made.cipher_root));
	}

	#[test]
	fn a_frame_that_can_be_no_piece_is_refused() {
		let full = piece(&key(), 0, &mut vec![1; CHUNK_BYTES]);
		assert_eq!(full.len(), MAX_PIECE_BYTES);
		Piece::split(&full).unwrap();
		let long = [&full[..], &[0]].concat();
		assert!(matches!(Piece::split(&long), Err(ProtocolError::TooLarge { .. })));
		let least = piece(&key(), 0, &mut vec![1]);
		Piece::split(&least).unwrap();
		for short in [0, LEAF_BYTES, least.len() - 1] {
			assert!(matches!(Piece::split(&least[..short]), Err(ProtocolError::Truncated { .. })), "{short}");
		}
	}

	/// Nodes and buyers of different versions meet.
	#[test]
	fn the_encoding_is_frozen() {
		let request = DownloadRequest { genesis: [7; 32], listing: 1, period: 2, from_chunk: 3 };
		let expected = [&[7; 32][..], &[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]].concat();
		assert_eq!(request.encode(), expected);
		assert_eq!(expected.len(), REQUEST_BYTES);
		let sends = DownloadReply::Sends { chunks: 1, bytes: 2, cipher_root: [3; 32], content_root: [4; 32] };
		let expected = [&[0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0][..], &[3; 32], &[4; 32]].concat();
		assert_eq!(sends.encode(), expected);
		assert_eq!(DownloadReply::Refused { reason: "a".into() }.encode(), [1, 4, b'a']);
		assert_eq!(DownloadReply::Later { reason: "a".into() }.encode(), [2, 4, b'a']);
	}
}
