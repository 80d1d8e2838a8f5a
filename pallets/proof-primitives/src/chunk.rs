//! A chunk of a snapshot: what its key is made into, what opens it, and the leaves it has in both roots.
//!
//! The format is in `docs/snapshot-format.md`. The chain opens a chunk that a buyer calls bad with exactly this code; off chain,
//! sealing and opening go through a faster library (`souk-protocol`), whose tests compare the two.

use crate::{
	hash::{tagged, Digest},
	scalar,
};
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use chacha20poly1305::{aead::AeadInPlace, ChaCha20Poly1305, KeyInit, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of plaintext in a chunk; the last one may be shorter.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes of a sealed chunk beyond its plaintext: the cipher's tag, behind it.
pub const CHUNK_OVERHEAD: usize = 16;
/// Most chunks of one snapshot: 256 GiB.
pub const MAX_CHUNKS: u32 = 1 << 22;

const DERIVATION: &[u8] = b"souk/chunk/v1";

/// Leaf of `content_root`.
pub fn content_leaf(index: u32, salt: &[u8; 32], plaintext: &[u8]) -> Digest {
	tagged("souk/content-chunk/v1", &[&index.to_le_bytes(), salt, plaintext])
}

/// The tag of a leaf of `cipher_root`.
pub(crate) const CIPHER_LEAF: &str = "souk/cipher-chunk/v1";

/// Leaf of `cipher_root`.
pub fn cipher_leaf(index: u32, ciphertext: &[u8]) -> Digest {
	tagged(CIPHER_LEAF, &[&index.to_le_bytes(), ciphertext])
}

/// What encrypts and salts one chunk.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ChunkKeys {
	/// ChaCha20-Poly1305 key. Used for one chunk only, so that the nonce is zero.
	pub cipher: [u8; 32],
	/// Salt of the chunk's plaintext hash.
	pub salt: [u8; 32],
}

impl ChunkKeys {
	/// HKDF-SHA256 of the chunk's key, as 32 little-endian bytes.
	pub fn derive(chunk_key: &Fr) -> Self {
		let mut input = scalar::encode(chunk_key);
		let mut output = [0u8; 64];
		// 64 bytes are within HKDF-SHA256's limit of 8160: it cannot fail.
		let expanded = Hkdf::<Sha256>::new(None, &input).expand(DERIVATION, &mut output);
		debug_assert!(expanded.is_ok());
		input.zeroize();
		let mut keys = Self { cipher: [0; 32], salt: [0; 32] };
		let (cipher, salt) = output.split_at(32);
		keys.cipher.copy_from_slice(cipher);
		keys.salt.copy_from_slice(salt);
		output.zeroize();
		keys
	}
}

/// Encrypts a chunk in place and appends the tag. For what has to be sealed where the chain's code runs: benchmarks and tests.
/// `None`, and nothing sealed, where it is longer than a chunk.
pub fn seal_chunk(keys: &ChunkKeys, index: u32, buffer: &mut Vec<u8>) -> Option<()> {
	if buffer.len() > CHUNK_BYTES {
		return None;
	}
	let tag = ChaCha20Poly1305::new(&keys.cipher.into())
		.encrypt_in_place_detached(&Nonce::default(), &index.to_le_bytes(), buffer)
		.ok()?;
	buffer.extend_from_slice(&tag);
	Some(())
}

/// Opens a sealed chunk in place and returns its plaintext; `None` where it was not sealed with these keys, as this chunk, or is
/// longer than a chunk.
pub fn open_chunk<'a>(keys: &ChunkKeys, index: u32, sealed: &'a mut [u8]) -> Option<&'a [u8]> {
	let plain = sealed.len().checked_sub(CHUNK_OVERHEAD).filter(|plain| *plain <= CHUNK_BYTES)?;
	let (text, tag) = sealed.split_at_mut_checked(plain)?;
	// Each key seals one chunk and nothing else, which is what makes a constant nonce safe.
	let nonce = Nonce::default();
	ChaCha20Poly1305::new(&keys.cipher.into())
		.decrypt_in_place_detached(&nonce, &index.to_le_bytes(), text, Tag::from_slice(tag))
		.ok()?;
	Some(text)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn keys() -> ChunkKeys {
		ChunkKeys::derive(&Fr::from(7u64))
	}

	fn sealed(index: u32, plaintext: &[u8]) -> Vec<u8> {
		let mut buffer = plaintext.to_vec();
		seal_chunk(&keys(), index, &mut buffer).unwrap();
		buffer
	}

	#[test]
	fn a_chunk_opens_with_its_keys_under_its_number() {
		for size in [0, 1, 1_000, CHUNK_BYTES] {
			let plain: Vec<u8> = (0..size).map(|i| i as u8).collect();
			assert_eq!(open_chunk(&keys(), 3, &mut sealed(3, &plain)), Some(&plain[..]));
			assert_eq!(open_chunk(&keys(), 4, &mut sealed(3, &plain)), None);
			let others = ChunkKeys::derive(&Fr::from(8u64));
			assert_eq!(open_chunk(&others, 3, &mut sealed(3, &plain)), None);
		}
	}

	#[test]
	fn a_chunk_with_another_byte_does_not_open() {
		let sealed = sealed(0, &[5; 100]);
		for at in 0..sealed.len() {
			let mut changed = sealed.clone();
			changed[at] ^= 1;
			assert_eq!(open_chunk(&keys(), 0, &mut changed), None, "byte {at}");
		}
	}

	#[test]
	fn what_is_shorter_than_a_tag_or_longer_than_a_chunk_does_not_open() {
		for size in [0, 1, CHUNK_OVERHEAD - 1] {
			assert_eq!(open_chunk(&keys(), 0, &mut vec![0; size]), None);
		}
		let mut longer = vec![1; CHUNK_BYTES + 1];
		assert_eq!(seal_chunk(&keys(), 0, &mut longer), None);
		let tag = ChaCha20Poly1305::new(&keys().cipher.into())
			.encrypt_in_place_detached(&Nonce::default(), &0u32.to_le_bytes(), &mut longer)
			.unwrap();
		longer.extend_from_slice(&tag);
		assert_eq!(open_chunk(&keys(), 0, &mut longer), None);
	}

	#[test]
	fn keys_and_leaves_are_frozen() {
		let keys = keys();
		assert_eq!(
			[
				hex::encode(keys.cipher),
				hex::encode(keys.salt),
				hex::encode(content_leaf(1, &keys.salt, b"text")),
				hex::encode(cipher_leaf(1, b"text")),
			],
			FROZEN
		);
	}

	/// Made by this implementation on the day it was written; a change here is a change of every snapshot.
	const FROZEN: [&str; 4] = [
		"87b5571e3f0224dd14698ddf399f42ed48fd68e073cfcb907b659ac3b33b5852",
		"05a4e97e007d4a90c4c6c407cc141c560315c1065ac6afb0f23d4203473af828",
		"2f8d2228f919e522462dabfcc3ae464d944d73043e3306fe522d0bd399706c1d",
		"958e99325ef2950d23f0fdb500eacbdc1ae7b098e52a01a1a565eaedea67498a",
	];
}
