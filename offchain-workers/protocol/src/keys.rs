//! The key tree of a listing: secret, snapshot key, chunk keys.
//!
//! ```text
//! k   = Poseidon("souk/snapshot-key/v1", secret, listing, period)
//! k_i = Poseidon("souk/chunk-key/v1", k, i)
//! cipher key ‖ salt = HKDF-SHA256(k_i, "souk/chunk/v1")
//! key commitment    = Poseidon("souk/key-commitment/v1", k)
//! columns key       = H("souk/columns-key/v1", k)
//! ```
//!
//! The first two steps are field arithmetic, so that statements about them are cheap to prove; everything below a chunk
//! key is ordinary symmetric cryptography. One chunk can be opened to somebody without opening the rest.

use crate::{
	envelope::{self, EncryptionKey, EncryptionSecret},
	tagged, Digest, ProtocolError,
};
use ark_ff::{BigInteger, PrimeField};
use souk_proof_primitives::{
	keys::{begin_chunk_keys, begun_chunk_key, chunk_key, key_commitment},
	poseidon::{Begun, Poseidon, Scalar as Fr},
	scalar,
};
use std::sync::OnceLock;
use zeroize::{Zeroize, ZeroizeOnDrop};

pub use souk_proof_primitives::chunk::ChunkKeys;

const WRAP: &str = "souk/listing-secret/v1";

fn poseidon() -> &'static Poseidon {
	static CONSTANTS: OnceLock<Poseidon> = OnceLock::new();
	CONSTANTS.get_or_init(Poseidon::new)
}

/// The secret from which all keys of a listing come: a scalar in canonical little-endian bytes.
#[derive(Clone, Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
pub struct ListingSecret([u8; 32]);

impl std::fmt::Debug for ListingSecret {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("ListingSecret(..)")
	}
}

impl ListingSecret {
	/// A fresh uniform scalar, by rejection.
	pub fn generate() -> Self {
		loop {
			let bytes: [u8; 32] = rand::random();
			if let Ok(secret) = Self::from_bytes(bytes) {
				return secret;
			}
		}
	}

	/// Takes canonical bytes; anything at or above the modulus is refused.
	pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, ProtocolError> {
		let reduced = Fr::from_le_bytes_mod_order(&bytes).into_bigint().to_bytes_le();
		(reduced == bytes).then_some(Self(bytes)).ok_or(ProtocolError::Malformed { what: "listing secret" })
	}

	/// The canonical bytes, for storage at rest.
	pub fn to_bytes(&self) -> [u8; 32] {
		self.0
	}

	/// Encrypts the secret to an assigned node's key; the listing's number is authenticated with it.
	pub fn wrap(&self, to: &EncryptionKey, listing: u32) -> Result<Vec<u8>, ProtocolError> {
		envelope::seal(to, WRAP, &listing.to_le_bytes(), &self.0)
	}

	/// Opens what [`Self::wrap`] made for this node.
	pub fn unwrap(wrapped: &[u8], secret: &EncryptionSecret, listing: u32) -> Result<Self, ProtocolError> {
		let bytes = envelope::open(secret, WRAP, &listing.to_le_bytes(), wrapped)?;
		Self::from_bytes(bytes.try_into().map_err(|_| ProtocolError::Malformed { what: "listing secret" })?)
	}

	/// The key of one snapshot.
	pub fn snapshot_key(&self, listing: u32, period: u32) -> SnapshotKey {
		let secret = Fr::from_le_bytes_mod_order(&self.0);
		SnapshotKey(poseidon().hash("souk/snapshot-key/v1", &[secret, Fr::from(listing), Fr::from(period)]))
	}
}

/// The key of one snapshot, `k`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SnapshotKey(Fr);

impl std::fmt::Debug for SnapshotKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("SnapshotKey(..)")
	}
}

impl SnapshotKey {
	/// The key that this scalar is: what a buyer has got out of a delivery.
	pub fn from_scalar(scalar: Fr) -> Self {
		Self(scalar)
	}

	/// The scalar that the key is: what is delivered to a buyer, and what proofs know. Whoever has it opens the snapshot.
	pub fn to_scalar(&self) -> Fr {
		self.0
	}

	/// The key of these canonical bytes; `None` for anything at or above the modulus.
	pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
		scalar::decode(bytes).map(Self)
	}

	/// The key's canonical bytes, for storage beside the snapshot. Whoever has them opens it.
	pub fn to_bytes(&self) -> [u8; 32] {
		scalar::encode(&self.0)
	}

	/// What the chain knows of the key, and proofs about it refer to: a scalar in canonical little-endian bytes. It tells
	/// nobody the key, which is as long as a scalar and came out of a hash.
	pub fn commitment(&self) -> Digest {
		let bytes = key_commitment(poseidon(), self.0).into_bigint().to_bytes_le();
		let mut digest = Digest::default();
		digest.copy_from_slice(&bytes);
		digest
	}

	/// The key of the salts under which the snapshot's columns are committed to. Without it a column's commitment tells nothing of
	/// the column, also to whoever has guessed it.
	pub fn columns_key(&self) -> Digest {
		tagged("souk/columns-key/v1", &[&self.0.into_bigint().to_bytes_le()])
	}

	/// Keys of chunk `index`.
	pub fn chunk(&self, index: u32) -> ChunkKeys {
		ChunkKeys::derive(&chunk_key(poseidon(), self.0, index))
	}

	/// The keys of all chunks, for whoever needs many of them: half of the hashing is done once.
	pub fn chunks(&self) -> AllChunkKeys {
		AllChunkKeys(begin_chunk_keys(poseidon(), self.0))
	}
}

/// The keys of all chunks of a snapshot.
#[derive(Clone, Copy)]
pub struct AllChunkKeys(Begun);

impl AllChunkKeys {
	/// Keys of chunk `index`: those of [`SnapshotKey::chunk`].
	pub fn chunk(&self, index: u32) -> ChunkKeys {
		ChunkKeys::derive(&begun_chunk_key(poseidon(), &self.0, index))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use aws_lc_rs::hkdf;

	#[test]
	fn a_snapshots_key_is_its_bytes() {
		let key = ListingSecret::generate().snapshot_key(1, 2);
		assert_eq!(SnapshotKey::from_bytes(&key.to_bytes()), Some(key));
		assert_eq!(SnapshotKey::from_bytes(&[0xff; 32]), None);
	}

	#[test]
	fn a_wrapped_secret_opens_for_its_node_and_listing_only() {
		let (node, other) = (EncryptionSecret::generate(), EncryptionSecret::generate());
		let secret = ListingSecret::generate();
		let wrapped = secret.wrap(&node.public(), 7).unwrap();
		assert_eq!(ListingSecret::unwrap(&wrapped, &node, 7).unwrap(), secret);
		assert!(ListingSecret::unwrap(&wrapped, &node, 8).is_err());
		assert!(ListingSecret::unwrap(&wrapped, &other, 7).is_err());
	}

	#[test]
	fn a_secret_that_is_not_canonical_is_refused() {
		assert!(ListingSecret::from_bytes([0xff; 32]).is_err());
		assert!(ListingSecret::from_bytes([1; 32]).is_ok());
	}

	#[test]
	fn every_period_listing_and_chunk_has_its_own_keys() {
		let secret = ListingSecret::from_bytes([3; 32]).unwrap();
		let k = secret.snapshot_key(1, 1);
		assert_ne!(k, secret.snapshot_key(1, 2));
		assert_ne!(k, secret.snapshot_key(2, 1));
		assert_ne!(k.chunk(0).cipher, k.chunk(1).cipher);
		assert_ne!(k.chunk(0).cipher, k.chunk(0).salt);
		assert_eq!(k.chunk(5).salt, secret.snapshot_key(1, 1).chunk(5).salt);
		assert_eq!(k.chunk(5).cipher, k.chunks().chunk(5).cipher);
		assert_eq!(k.columns_key(), secret.snapshot_key(1, 1).columns_key());
		assert_ne!(k.columns_key(), secret.snapshot_key(1, 2).columns_key());
	}

	#[test]
	fn the_scalar_of_a_key_is_the_key() {
		let key = ListingSecret::from_bytes([3; 32]).unwrap().snapshot_key(1, 1);
		assert_eq!(SnapshotKey::from_scalar(key.to_scalar()), key);
		assert_eq!(SnapshotKey::from_scalar(key.to_scalar()).chunk(4).cipher, key.chunk(4).cipher);
	}

	/// Another library's HKDF makes the same of a chunk's key.
	#[test]
	fn a_chunk_s_keys_are_those_of_hkdf_sha256() {
		let key = ListingSecret::from_bytes([3; 32]).unwrap().snapshot_key(1, 1);
		let k_i = chunk_key(poseidon(), key.0, 9).into_bigint().to_bytes_le();
		let mut expected = [0u8; 64];
		hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
			.extract(&k_i)
			.expand(&[b"souk/chunk/v1"], Length(64))
			.unwrap()
			.fill(&mut expected)
			.unwrap();
		let keys = key.chunk(9);
		assert_eq!([keys.cipher, keys.salt].concat(), expected);
	}

	struct Length(usize);
	impl hkdf::KeyType for Length {
		fn len(&self) -> usize {
			self.0
		}
	}

	#[test]
	fn a_commitment_is_of_one_key_and_canonical() {
		let secret = ListingSecret::from_bytes([3; 32]).unwrap();
		let commitment = secret.snapshot_key(1, 1).commitment();
		assert_eq!(commitment, secret.snapshot_key(1, 1).commitment());
		assert_ne!(commitment, secret.snapshot_key(1, 2).commitment());
		assert_ne!(commitment, secret.snapshot_key(2, 1).commitment());
		assert_eq!(Fr::from_le_bytes_mod_order(&commitment).into_bigint().to_bytes_le(), commitment);
		assert_eq!(hex::encode(commitment), COMMITMENT);
	}

	/// Made by this implementation on the day it was written; chains refer to values like it.
	const COMMITMENT: &str = "9ff2c7372f1dfddd9f3dc0ff6a38635d1cbeb40331ea81d18d909cd8c31c814c";
}
