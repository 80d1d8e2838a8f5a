//! A proof that a contributor knew their factor, as in Bowe, Gabizon and Miers, "Scalable Multi-party Computation for zk-SNARK
//! Parameters in the Random Beacon Model" (2017).
//!
//! ```text
//! base = n·G            n random
//! raised = x·base
//! answer = x·challenge  challenge = hash to G2 of what the contribution is, base and raised
//! ```
//!
//! Whoever can give `answer` for a challenge that they could not choose knows x. The challenge is hashed from everything that the
//! contribution says and, with its predecessor's hash, from all contributions before it: a proof fits one place of one ceremony. G2 is
//! hashed to as in RFC 9380, suite `BLS12381G2_XMD:SHA-256_SSWU_RO_`.

use crate::{
	points::compressed,
	ratio::{multiple_g1, same},
};
use ark_bls12_381::{g2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{
	hashing::{curve_maps::wb::WBMap, map_to_curve_hasher::MapToCurveBasedHasher, HashToCurve},
	CurveGroup,
};
use ark_ff::field_hashers::DefaultFieldHasher;
use sha2::Sha256;
use souk_proof_primitives::hash::{tagged, Digest};

/// Domain of the hash to G2.
const DOMAIN: &[u8] = b"souk/ceremony-challenge/v1";

/// Shows that whoever made it knew a factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knowledge {
	/// Random.
	pub base: G1Affine,
	/// The same times the factor.
	pub raised: G1Affine,
	/// The challenge times the factor.
	pub answer: G2Affine,
}

impl Knowledge {
	/// Shows that `factor` is known, bound to a digest of what it is known for.
	pub fn show(factor: &Fr, nonce: &Fr, bound: &Digest) -> Self {
		let base = multiple_g1(nonce);
		let raised = (G1Projective::from(base) * factor).into_affine();
		let answer = (G2Projective::from(challenge(bound, &base, &raised)) * factor).into_affine();
		Self { base, raised, answer }
	}

	/// Whether it shows anything.
	pub fn holds(&self, bound: &Digest) -> bool {
		same((self.base, self.raised), (self.challenge(bound), self.answer))
	}

	/// Whether the factor that it shows is the one between two points.
	pub fn is_of(&self, bound: &Digest, before: G1Affine, after: G1Affine) -> bool {
		same((before, after), (self.challenge(bound), self.answer))
	}

	fn challenge(&self, bound: &Digest) -> G2Affine {
		challenge(bound, &self.base, &self.raised)
	}
}

fn challenge(bound: &Digest, base: &G1Affine, raised: &G1Affine) -> G2Affine {
	hash_to_g2(
		DOMAIN,
		&tagged("souk/ceremony-challenge/v1", &[bound, &compressed(base), &compressed(raised)]),
	)
}

fn hash_to_g2(domain: &[u8], message: &[u8]) -> G2Affine {
	type Hasher = MapToCurveBasedHasher<G2Projective, DefaultFieldHasher<Sha256>, WBMap<g2::Config>>;
	let sound = "the curve's parameters are those of RFC 9380";
	Hasher::new(domain).expect(sound).hash(message).expect(sound)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ff::{BigInteger, PrimeField, UniformRand};
	use rand::SeedableRng;

	/// Appendix J.10.1 of RFC 9380, the empty message.
	#[test]
	fn g2_is_hashed_to_as_the_rfc_does() {
		let point = hash_to_g2(b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_", b"");
		assert_eq!(
			hex::encode(point.x.c0.into_bigint().to_bytes_be()),
			"0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a"
		);
		assert_eq!(
			hex::encode(point.x.c1.into_bigint().to_bytes_be()),
			"05cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d"
		);
	}

	#[test]
	fn it_shows_the_factor_it_was_made_with_where_it_was_made_for() {
		let mut rng = rand_chacha::ChaCha20Rng::from_seed([1; 32]);
		let (factor, nonce, start) = (Fr::rand(&mut rng), Fr::rand(&mut rng), Fr::rand(&mut rng));
		let shown = Knowledge::show(&factor, &nonce, &[7; 32]);
		let (before, after) = (multiple_g1(&start), multiple_g1(&(start * factor)));
		assert!(shown.holds(&[7; 32]) && shown.is_of(&[7; 32], before, after));

		assert!(!shown.holds(&[8; 32]) && !shown.is_of(&[8; 32], before, after));
		assert!(!shown.is_of(&[7; 32], after, before));
		assert!(!shown.is_of(&[7; 32], before, multiple_g1(&start)));
		let other = Knowledge::show(&Fr::rand(&mut rng), &nonce, &[7; 32]);
		for forged in [
			Knowledge { answer: other.answer, ..shown.clone() },
			Knowledge { raised: other.raised, ..shown.clone() },
			Knowledge { base: other.raised, ..shown.clone() },
		] {
			assert!(!forged.holds(&[7; 32]));
		}
	}
}
