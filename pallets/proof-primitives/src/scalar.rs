//! Scalars as bytes: 32, little-endian, below the modulus. One scalar has one encoding.

use ark_bls12_381::Fr;
use ark_ff::{BigInt, PrimeField};

/// Bytes of an encoded scalar.
pub const SCALAR_BYTES: usize = 32;

/// The scalar of an encoding; `None` for a number at or above the modulus, which would be a second encoding of another
/// scalar.
pub fn decode(bytes: &[u8; SCALAR_BYTES]) -> Option<Fr> {
	let mut limbs = [0u64; 4];
	for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
		*limb = u64::from_le_bytes(chunk.try_into().ok()?);
	}
	Fr::from_bigint(BigInt::new(limbs))
}

/// The encoding of a scalar.
pub fn encode(scalar: &Fr) -> [u8; SCALAR_BYTES] {
	let mut bytes = [0u8; SCALAR_BYTES];
	for (chunk, limb) in bytes.chunks_exact_mut(8).zip(scalar.into_bigint().0) {
		chunk.copy_from_slice(&limb.to_le_bytes());
	}
	bytes
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ff::BigInteger;

	fn bytes_of(number: BigInt<4>) -> [u8; 32] {
		number.to_bytes_le().try_into().unwrap()
	}

	#[test]
	fn encodings_lead_back() {
		for scalar in [
			Fr::from(0u64),
			Fr::from(1u64),
			Fr::from(u64::MAX),
			-Fr::from(1u64),
			Fr::from(7u64) / Fr::from(3u64),
		] {
			assert_eq!(decode(&encode(&scalar)), Some(scalar));
		}
		assert_eq!(encode(&Fr::from(258u64))[..3], [2, 1, 0]);
	}

	#[test]
	fn a_number_at_or_above_the_modulus_is_no_encoding() {
		assert_eq!(decode(&bytes_of(Fr::MODULUS)), None);
		let mut above = Fr::MODULUS;
		assert!(!above.add_with_carry(&BigInt::from(5u64)));
		assert_eq!(decode(&bytes_of(above)), None);
		assert_eq!(decode(&[0xff; 32]), None);
		let mut below = Fr::MODULUS;
		assert!(!below.sub_with_borrow(&BigInt::from(1u64)));
		assert_eq!(decode(&bytes_of(below)), Some(-Fr::from(1u64)));
	}
}
