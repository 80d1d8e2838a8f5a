//! The name of a verifying key: Blake2b-256 over a tag, the statement, the era and the key's compressed bytes.

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
