//! The name of what was proved: what receipts and events call a proof by.
//!
//! ```text
//! id = Blake2b-256("souk/proof-id/v1" ‖ statement ‖ era (4 bytes LE) ‖ public inputs)
//! ```
//!
//! The proof's own bytes are not part of it, since anybody can change them and the proof stays valid. The public inputs hold the
//! context, and with it chain, listing and order: no two orders have the same id.

use crate::statements::{Era, StatementId};
use alloc::vec::Vec;
use sp_crypto_hashing::blake2_256;

const TAG: &[u8] = b"souk/proof-id/v1";

/// The id of a proof, from its public inputs' canonical bytes.
pub fn proof_id(statement: StatementId, era: Era, public_inputs: &[u8]) -> [u8; 32] {
	let mut bytes = Vec::with_capacity(public_inputs.len().saturating_add(32));
	bytes.extend_from_slice(TAG);
	bytes.push(statement.code());
	bytes.extend_from_slice(&era.0.to_le_bytes());
	bytes.extend_from_slice(public_inputs);
	blake2_256(&bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn statement_era_and_inputs_are_part_of_the_id() {
		let id = proof_id(StatementId::ChunkKey, Era(1), &[1, 2, 3]);
		assert_ne!(id, proof_id(StatementId::KeyDelivery, Era(1), &[1, 2, 3]));
		assert_ne!(id, proof_id(StatementId::ChunkKey, Era(2), &[1, 2, 3]));
		assert_ne!(id, proof_id(StatementId::ChunkKey, Era(1), &[1, 2, 4]));
	}

	#[test]
	fn the_encoding_is_frozen() {
		let bytes = [TAG, &[2, 7, 0, 0, 0, 9, 9][..]].concat();
		assert_eq!(proof_id(StatementId::KeyDelivery, Era(7), &[9, 9]), blake2_256(&bytes));
	}
}
