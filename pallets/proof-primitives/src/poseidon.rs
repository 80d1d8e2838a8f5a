//! Poseidon over the scalar field of BLS12-381: width 3 (rate 2, capacity 1), x⁵, 8 full and 57 partial rounds.
//!
//! Round constants and matrix come from the Grain LFSR of the Poseidon paper (Grassi et al., USENIX Security 2021), in
//! arkworks' implementation. This is the only definition in the project; the tests freeze its output.

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_crypto_primitives::sponge::{
	poseidon::{find_poseidon_ark_and_mds, PoseidonConfig, PoseidonSponge},
	CryptographicSponge,
};
use ark_ff::PrimeField;

/// The field that is hashed in.
pub type Scalar = Fr;

/// Full rounds.
pub const FULL_ROUNDS: usize = 8;
/// Partial rounds.
pub const PARTIAL_ROUNDS: usize = 57;
/// Exponent of the S-box.
pub const ALPHA: u64 = 5;
/// Field elements absorbed per permutation.
pub const RATE: usize = 2;
/// Field elements never touched from outside.
pub const CAPACITY: usize = 1;
/// Longest tag, in bytes; the two bytes above it hold the number of inputs and stay below the modulus.
pub const MAX_TAG: usize = 30;

/// The hash with its constants. Making one costs milliseconds, hashing tens of microseconds: keep it.
#[derive(Clone)]
pub struct Poseidon {
	config: PoseidonConfig<Fr>,
}

impl Default for Poseidon {
	fn default() -> Self {
		Self::new()
	}
}

impl Poseidon {
	/// Derives the constants.
	pub fn new() -> Self {
		let (ark, mds) = find_poseidon_ark_and_mds::<Fr>(
			u64::from(Fr::MODULUS_BIT_SIZE),
			RATE,
			FULL_ROUNDS as u64,
			PARTIAL_ROUNDS as u64,
			0,
		);
		Self { config: PoseidonConfig::new(FULL_ROUNDS, PARTIAL_ROUNDS, ALPHA, mds, ark, RATE, CAPACITY) }
	}

	/// The constants, for a circuit that computes the same.
	pub fn config(&self) -> &PoseidonConfig<Fr> {
		&self.config
	}

	/// Hashes a domain tag (at most [`MAX_TAG`] bytes are used) and field elements to one field element.
	///
	/// The tag and the number of inputs are absorbed first, packed into one element, so that no list of inputs is a
	/// prefix of another one's encoding.
	pub fn hash(&self, tag: &str, inputs: &[Fr]) -> Fr {
		let mut sponge = PoseidonSponge::new(&self.config);
		let mut elements = Vec::with_capacity(inputs.len().saturating_add(1));
		elements.push(tag_element(tag, inputs.len()));
		elements.extend_from_slice(inputs);
		sponge.absorb(&elements);
		sponge.squeeze_field_elements::<Fr>(1).pop().unwrap_or_default()
	}
}

/// What is absorbed before the inputs: `tag` as little-endian bytes plus `inputs × 2²⁴⁰`.
pub fn tag_element(tag: &str, inputs: usize) -> Fr {
	let mut bytes = [0u8; 32];
	for (to, from) in bytes.iter_mut().take(MAX_TAG).zip(tag.as_bytes()) {
		*to = *from;
	}
	bytes[MAX_TAG] = u8::try_from(inputs).unwrap_or(u8::MAX);
	Fr::from_le_bytes_mod_order(&bytes)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ff::{BigInteger, Zero};

	fn hex_of(f: Fr) -> std::string::String {
		hex::encode(f.into_bigint().to_bytes_be())
	}

	#[test]
	fn output_is_frozen() {
		let p = Poseidon::new();
		assert_eq!(
			[
				hex_of(p.hash("souk/test/v1", &[])),
				hex_of(p.hash("souk/test/v1", &[Fr::from(1u64)])),
				hex_of(p.hash("souk/test/v1", &[Fr::from(1u64), Fr::from(2u64)])),
			],
			FROZEN
		);
	}

	/// Made by this implementation on the day it was written; a change here is a change of every snapshot key.
	const FROZEN: [&str; 3] = [
		"2c2a407bc98ad5fa43f5a55f6178cf59a844862dd4bde2de7ee216cbb9cf803a",
		"5b7a4f9b1a6a19187c621d275a4c7a8b936c880cc7f9ae02d745e804568a8bd0",
		"01938fdfaba00507038b23af2e858d42ea728d85668a9115dbd12bcba7913fdf",
	];

	#[test]
	fn tags_and_lengths_separate() {
		let p = Poseidon::new();
		let zero = Fr::zero();
		assert_ne!(p.hash("souk/a/v1", &[zero]), p.hash("souk/b/v1", &[zero]));
		assert_ne!(p.hash("souk/a/v1", &[zero]), p.hash("souk/a/v1", &[zero, zero]));
		assert_ne!(p.hash("souk/a/v1", &[]), p.hash("souk/a/v1", &[zero]));
	}
}
