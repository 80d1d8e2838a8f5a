//! What a contributor must forget.
//!
//! ```text
//! bytes = 64 bytes of the operating system ⊕ a hash of what the contributor typed
//! ```
//!
//! Either of the two makes the scalar unknown to everybody else. What the system gave is never hashed, so that it is in no hasher's
//! memory. The scalars are wiped when they are no longer needed, and are written nowhere.

use ark_bls12_381::Fr;
use ark_ff::{One, PrimeField, Zero};
use rand::RngCore;
use souk_proof_primitives::hash::{tagged, Digest};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes that a scalar is reduced from: twice as many as it has, so that no scalar is likelier than another.
const WIDE: usize = 64;

/// The factors of one contribution, and as many scalars for the proofs that they were known.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Toxic {
	factors: Vec<Fr>,
	nonces: Vec<Fr>,
}

impl Toxic {
	/// From the operating system's randomness, and whatever a person added to it.
	pub fn random(count: usize, typed: &[u8]) -> Self {
		let mut mask = tagged("souk/ceremony-entropy/v1", &[typed]);
		let toxic = Self::draw(count, |number| {
			let mut bytes = wide(&mask, number);
			let mut system = [0u8; WIDE];
			rand::rngs::OsRng.fill_bytes(&mut system);
			bytes.iter_mut().zip(&system).for_each(|(byte, system)| *byte ^= system);
			system.zeroize();
			bytes
		});
		mask.zeroize();
		toxic
	}

	/// From a value that everybody knows: a beacon's.
	pub fn public(count: usize, value: &Digest) -> Self {
		Self::draw(count, |number| wide(value, number))
	}

	fn draw(count: usize, mut bytes: impl FnMut(u64) -> [u8; WIDE]) -> Self {
		let mut number = 0;
		let mut scalar = || loop {
			let mut wide = bytes(number);
			let scalar = Fr::from_le_bytes_mod_order(&wide);
			wide.zeroize();
			number += 1;
			// Zero would destroy what is there, one would change nothing.
			if !scalar.is_zero() && !scalar.is_one() {
				return scalar;
			}
		};
		let factors = (0..count).map(|_| scalar()).collect();
		let nonces = (0..count).map(|_| scalar()).collect();
		Self { factors, nonces }
	}

	/// What everything is multiplied by.
	pub fn factors(&self) -> &[Fr] {
		&self.factors
	}

	/// What the proofs of knowledge start from.
	pub fn nonces(&self) -> &[Fr] {
		&self.nonces
	}

	/// Factors of a test's choice.
	#[cfg(test)]
	pub fn chosen(factors: &[Fr]) -> Self {
		let nonces = Self::public(factors.len(), &[1; 32]).nonces.clone();
		Self { factors: factors.to_vec(), nonces }
	}
}

/// The bytes of one scalar.
fn wide(from: &Digest, number: u64) -> [u8; WIDE] {
	let mut bytes = [0; WIDE];
	for (half, part) in bytes.chunks_exact_mut(WIDE / 2).enumerate() {
		part.copy_from_slice(&tagged(
			"souk/ceremony-scalar/v1",
			&[from, &number.to_le_bytes(), &[half as u8]],
		));
	}
	bytes
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nobody_gets_the_same_factors_twice_and_everybody_the_same_of_a_public_value() {
		let (a, b) = (Toxic::random(3, b"same"), Toxic::random(3, b"same"));
		let all = [a.factors(), a.nonces(), b.factors(), b.nonces()].concat();
		assert_eq!(all.len(), 12);
		for (at, scalar) in all.iter().enumerate() {
			assert!(!all[at + 1..].contains(scalar) && !scalar.is_zero());
		}
		let (a, b, c) = (Toxic::public(2, &[1; 32]), Toxic::public(2, &[1; 32]), Toxic::public(2, &[2; 32]));
		assert_eq!((a.factors(), a.nonces()), (b.factors(), b.nonces()));
		assert_ne!(a.factors(), c.factors());
		assert_ne!(a.factors(), a.nonces());
	}
}
