//! Keys whose secrets are known. Under them anything can be proved, in no time: for benchmarks, which run where there is no
//! prover, and for tests that need many proofs. A registered key whose secrets somebody knows is worth nothing.

use super::{
	curve::Groth16Curve,
	key::VerifyingKey,
	proof::{Proof, ProofError},
};
use crate::{
	groth16::KeyError,
	point::PublicPoint,
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	statements::StatementId,
};
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ed_on_bls12_381_bandersnatch::EdwardsAffine;
use ark_ff::{Field, PrimeField, Zero};
use sp_crypto_hashing::blake2_256;

/// The secrets of a key.
#[derive(Clone, Debug)]
pub struct Trapdoor {
	statement: StatementId,
	alpha: Fr,
	beta: Fr,
	gamma: Fr,
	delta: Fr,
	inputs: Vec<Fr>,
}

// In a field nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
impl Trapdoor {
	/// The secrets that come from a seed.
	pub fn new(statement: StatementId, seed: u64) -> Self {
		let secret = |name: u64| scalar(&[u64::from(statement.code()), seed, name]);
		let points = u64::try_from(statement.public_inputs()).unwrap_or(0);
		Self {
			statement,
			alpha: secret(0),
			beta: secret(1),
			gamma: secret(2),
			delta: secret(3),
			inputs: (4..=points.saturating_add(4)).map(secret).collect(),
		}
	}

	/// The key.
	///
	/// # Errors
	///
	/// None with a probability that matters.
	pub fn key<E: Groth16Curve>(&self) -> Result<VerifyingKey<E>, KeyError> {
		VerifyingKey::new(
			self.statement,
			g1::<E>(self.alpha),
			g2::<E>(self.beta),
			g2::<E>(self.gamma),
			g2::<E>(self.delta),
			self.inputs.iter().map(|input| g1::<E>(*input)).collect(),
		)
	}

	/// A proof of public inputs, true or not. Another seed makes another one.
	///
	/// # Errors
	///
	/// [`ProofError::WrongCount`].
	pub fn prove<E: Groth16Curve>(&self, inputs: &[Fr], seed: u64) -> Result<Proof<E>, ProofError> {
		let (expected, found) = (self.statement.public_inputs(), inputs.len());
		if expected != found {
			return Err(ProofError::WrongCount { expected, found });
		}
		let (a, b) = (scalar(&[seed, 0]), scalar(&[seed, 1]));
		let (constant, rest) = self.inputs.split_first().ok_or(ProofError::NotValid)?;
		let combined = rest.iter().zip(inputs).fold(*constant, |sum, (point, input)| sum + *point * input);
		let divisor = self.delta.inverse().ok_or(ProofError::NotValid)?;
		let c = (a * b - self.alpha * self.beta - combined * self.gamma) * divisor;
		if c.is_zero() {
			return Err(ProofError::NotValid);
		}
		Proof::new(g1::<E>(a), g2::<E>(b), g1::<E>(c))
	}
}

/// Public inputs of a statement, as large as they can be: something to prove where nothing has to be true. Empty where the
/// generator may not be used, which it may.
pub fn some_inputs(statement: StatementId) -> Vec<Fr> {
	let [first, second, third] = [0, 1, 2].map(|name| scalar(&[name]));
	let point = PublicPoint::try_from(EdwardsAffine::generator());
	match (statement, point) {
		(StatementId::ChunkKey, _) => {
			ChunkKeyPublic { key_commitment: first, index: u32::MAX, chunk_key: second, context: third }
				.to_scalars()
		}
		(StatementId::KeyDelivery, Ok(point)) => KeyDeliveryPublic {
			key_commitment: first,
			buyer: point,
			ephemeral: point,
			ciphertext: second,
			context: third,
		}
		.to_scalars(),
		(StatementId::KeyDelivery, Err(_)) => Vec::new(),
	}
}

fn scalar(parts: &[u64]) -> Fr {
	let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
	Fr::from_le_bytes_mod_order(&blake2_256(&bytes))
}

#[allow(clippy::arithmetic_side_effects)]
fn g1<E: Groth16Curve>(scalar: Fr) -> E::G1Affine {
	(E::G1::generator() * scalar).into_affine()
}

#[allow(clippy::arithmetic_side_effects)]
fn g2<E: Groth16Curve>(scalar: Fr) -> E::G2Affine {
	(E::G2::generator() * scalar).into_affine()
}
