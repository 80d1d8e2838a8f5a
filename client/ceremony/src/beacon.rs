//! The beacon: a last contribution from a value that nobody knew while others still contributed, and that everybody knows afterwards.
//!
//! A closing price, a block's hash, a round of drand. It is hashed so often that nobody can try out values while it is still open.
//! It protects against the last contributor, who saw all others and might have tried until the key had a property of their liking.

use crate::refusal::Refusal;
use souk_proof_primitives::hash::{tagged, Digest};

/// Bytes of a public value.
pub const VALUE_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
/// Most times that a value is hashed, as a power of two: minutes.
pub const MAX_ROUNDS: u8 = 30;

/// A public random value, and how often it is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
	value: Vec<u8>,
	rounds: u8,
}

impl Beacon {
	/// A beacon that is hashed 2^`rounds` times.
	///
	/// # Errors
	///
	/// [`Refusal::BeaconValue`], [`Refusal::BeaconRounds`].
	pub fn new(value: Vec<u8>, rounds: u8) -> Result<Self, Refusal> {
		if !VALUE_BYTES.contains(&value.len()) {
			return Err(Refusal::BeaconValue { found: value.len() });
		}
		if rounds > MAX_ROUNDS {
			return Err(Refusal::BeaconRounds { found: rounds });
		}
		Ok(Self { value, rounds })
	}

	/// The value.
	pub fn value(&self) -> &[u8] {
		&self.value
	}

	/// The logarithm of how often it is hashed.
	pub fn rounds(&self) -> u8 {
		self.rounds
	}

	/// What comes out of it for a ceremony whose last contribution was `previous`.
	pub fn result(&self, previous: &Digest) -> Digest {
		let mut digest = tagged("souk/ceremony-beacon/v1", &[&self.value]);
		for _ in 0..1u64 << self.rounds {
			digest = tagged("souk/ceremony-beacon/v1", &[&digest]);
		}
		tagged("souk/ceremony-beacon-result/v1", &[previous, &digest])
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn value_rounds_and_place_make_the_result() {
		let beacon = |byte: u8, rounds| Beacon::new(vec![byte; 32], rounds).unwrap();
		let result = beacon(1, 3).result(&[0; 32]);
		assert_eq!(beacon(1, 3).result(&[0; 32]), result);
		assert_ne!(beacon(2, 3).result(&[0; 32]), result);
		assert_ne!(beacon(1, 4).result(&[0; 32]), result);
		assert_ne!(beacon(1, 3).result(&[1; 32]), result);
	}

	#[test]
	fn a_value_that_can_be_guessed_and_endless_hashing_are_refused() {
		assert_eq!(Beacon::new(vec![1; 15], 3), Err(Refusal::BeaconValue { found: 15 }));
		assert_eq!(Beacon::new(vec![1; 65], 3), Err(Refusal::BeaconValue { found: 65 }));
		assert_eq!(Beacon::new(vec![1; 32], 31), Err(Refusal::BeaconRounds { found: 31 }));
	}
}
