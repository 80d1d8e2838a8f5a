//! What a proof is for: one order of one listing on one chain, under one key of one statement.
//!
//! ```text
//! context = the first 248 bits of
//!           Blake2b-256("souk/proof-context/v1" ‖ genesis hash ‖ statement ‖ era ‖ listing ‖ order)
//! ```
//!
//! The context is a public input of every statement, computed by the chain and never taken from a call. A proof for another
//! order therefore does not verify, whoever posts it.
//!
//! Blake2b and not Poseidon, since nothing has to be proved about what goes in: the chain has Blake2b at hand, whereas
//! Poseidon's constants alone cost milliseconds. 248 bits, since every such number is below the modulus: no reduction, and
//! so no two digests that become one scalar.

use crate::statements::{Era, StatementId};
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ff::PrimeField;
use sp_crypto_hashing::blake2_256;

const TAG: &[u8] = b"souk/proof-context/v1";

/// The parts of a context. Integers go in as little-endian bytes, all of fixed length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofContext {
	/// Hash of the chain's block 0.
	pub genesis: [u8; 32],
	/// The statement that is proved.
	pub statement: StatementId,
	/// The era of the keys that it is proved with.
	pub era: Era,
	/// The listing's number.
	pub listing: u32,
	/// The order's number.
	pub order: u64,
}

impl ProofContext {
	/// The context as the public input that it is.
	pub fn scalar(&self) -> Fr {
		let mut bytes = Vec::with_capacity(80);
		bytes.extend_from_slice(TAG);
		bytes.extend_from_slice(&self.genesis);
		bytes.push(self.statement.code());
		bytes.extend_from_slice(&self.era.0.to_le_bytes());
		bytes.extend_from_slice(&self.listing.to_le_bytes());
		bytes.extend_from_slice(&self.order.to_le_bytes());
		let mut digest = blake2_256(&bytes);
		// Nothing is reduced: 248 bits are below the modulus.
		digest[31] = 0;
		Fr::from_le_bytes_mod_order(&digest)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const SOME: ProofContext = ProofContext {
		genesis: [7; 32],
		statement: StatementId::KeyDelivery,
		era: Era(1),
		listing: 2,
		order: 3,
	};

	#[test]
	fn each_part_makes_another_context() {
		let mut genesis = SOME.genesis;
		genesis[31] ^= 1;
		let all = [
			SOME,
			ProofContext { genesis, ..SOME },
			ProofContext { statement: StatementId::ChunkKey, ..SOME },
			ProofContext { era: Era(2), ..SOME },
			ProofContext { listing: 3, ..SOME },
			ProofContext { order: 4, ..SOME },
		]
		.map(|context| context.scalar());
		for (i, a) in all.iter().enumerate() {
			assert!(all.iter().skip(i + 1).all(|b| a != b), "part {i} is not part of the context");
		}
	}

	#[test]
	fn the_scalar_is_the_digest_without_its_last_byte() {
		let mut bytes = TAG.to_vec();
		bytes.extend([7u8; 32]);
		bytes.extend([2, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
		let mut expected = blake2_256(&bytes);
		expected[31] = 0;
		assert_eq!(crate::scalar::encode(&SOME.scalar()), expected);
	}
}
