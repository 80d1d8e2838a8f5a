//! The name of a verifying key: Blake2b-256 over a tag, the statement, the era and the key's compressed bytes; and the names
//! of the development keys.

use crate::statements::{Era, StatementId};
use alloc::vec::Vec;
use sp_crypto_hashing::blake2_256;

const TAG: &[u8] = b"souk/verifying-key/v1";

/// The id of a verifying key, from its compressed bytes.
pub fn verifying_key_id(statement: StatementId, era: Era, key: &[u8]) -> [u8; 32] {
	let mut bytes = Vec::with_capacity(key.len().saturating_add(32));
	bytes.extend_from_slice(TAG);
	bytes.push(statement.code());
	bytes.extend_from_slice(&era.0.to_le_bytes());
	bytes.extend_from_slice(key);
	blake2_256(&bytes)
}

/// Whether a key, by its compressed bytes, is the development key of a statement, in whatever era it is said to be. Its secrets
/// come from a seed that everybody has.
pub fn is_development_key(statement: StatementId, key: &[u8]) -> bool {
	verifying_key_id(statement, Era::DEVELOPMENT, key) == development_key_id(statement)
}

/// The id of a statement's development key.
pub const fn development_key_id(statement: StatementId) -> [u8; 32] {
	match statement {
		StatementId::ChunkKey => CHUNK_KEY,
		StatementId::KeyDelivery => KEY_DELIVERY,
	}
}

const CHUNK_KEY: [u8; 32] = [
	0x17, 0x83, 0x48, 0x6d, 0x47, 0x0f, 0xbb, 0xcd, 0x37, 0xdc, 0x43, 0xfd, 0x1d, 0x9c, 0x97, 0xcc, 0x0c,
	0xed, 0xf0, 0xbc, 0xb7, 0x46, 0x94, 0x17, 0xf9, 0x53, 0xf4, 0x4c, 0x3c, 0xff, 0x7f, 0xca,
];
const KEY_DELIVERY: [u8; 32] = [
	0xe3, 0xac, 0x28, 0x88, 0xa7, 0x7d, 0x5d, 0xef, 0xc7, 0x31, 0xfd, 0x2a, 0xf6, 0x29, 0xc5, 0x39, 0x35,
	0x5f, 0x4e, 0xba, 0xbd, 0x39, 0x78, 0xbf, 0xd5, 0x0b, 0x05, 0xc0, 0x3a, 0x62, 0xa6, 0x27,
];

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn statement_era_and_key_are_part_of_the_id() {
		let id = verifying_key_id(StatementId::ChunkKey, Era(1), &[1, 2, 3]);
		assert_ne!(id, verifying_key_id(StatementId::KeyDelivery, Era(1), &[1, 2, 3]));
		assert_ne!(id, verifying_key_id(StatementId::ChunkKey, Era(2), &[1, 2, 3]));
		assert_ne!(id, verifying_key_id(StatementId::ChunkKey, Era(1), &[1, 2, 4]));
	}
}
