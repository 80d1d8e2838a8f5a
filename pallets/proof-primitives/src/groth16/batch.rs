//! Many proofs at once, for a fraction of the work that each alone takes.
//!
//! The equations of all proofs, each raised to a random coefficient z, are multiplied. Those of one key share everything but
//! e(A, B):
//!
//! ```text
//! Π e(zA, B)  =  Π over keys  e((Σz)·α, β) · e(Σ z·inputs, γ) · e(Σ zC, δ)
//! ```
//!
//! If one equation does not hold, the product does with a probability of 2⁻¹²⁸, whatever the proofs are: the coefficients have
//! 128 bits and come from a hash of everything that is checked (the keys, the inputs, the proofs, in their order), so that
//! nobody knows them before all of it is fixed. The chain has no other randomness that all nodes share.

use super::{
	curve::Groth16Curve,
	key::VerifyingKey,
	proof::{Proof, ProofError},
	verify::{combination, verify},
};
use crate::scalar;
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ec::CurveGroup;
use ark_ff::{One, Zero};
use core::ptr;
use sp_crypto_hashing::blake2_256;

const TAG: &[u8] = b"souk/proof-batch/v1";

/// A key, public inputs, and what is said to be a proof of them under it.
pub type Claim<'a, E> = (&'a VerifyingKey<E>, Vec<Fr>, Proof<E>);

/// Checks proofs together, of any keys. Where they do not all hold, checks each alone.
///
/// # Errors
///
/// The positions of those that are refused, and why: [`ProofError::WrongCount`], [`ProofError::NotValid`].
pub fn verify_batch<E: Groth16Curve>(claims: &[Claim<'_, E>]) -> Result<(), Vec<(usize, ProofError)>> {
	// One alone has nothing to share.
	if claims.len() > 1 && all_hold(claims) {
		return Ok(());
	}
	let refused: Vec<_> = claims
		.iter()
		.enumerate()
		.filter_map(|(at, (key, inputs, proof))| Some((at, verify(key, inputs, proof).err()?)))
		.collect();
	if refused.is_empty() {
		Ok(())
	} else {
		Err(refused)
	}
}

/// What the equations of one key share.
struct Shared<'a, E: Groth16Curve> {
	key: &'a VerifyingKey<E>,
	/// Σ z, then for each public input Σ z·input.
	inputs: Vec<Fr>,
	/// Each proof, and its z.
	proofs: Vec<(&'a Proof<E>, u128)>,
}

// In a field and in a group nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
fn all_hold<E: Groth16Curve>(claims: &[Claim<'_, E>]) -> bool {
	if claims.iter().any(|(key, inputs, _)| key.takes(inputs).is_err()) {
		return false;
	}
	let (keys, places) = distinct(claims);
	let weighted: Vec<(&Proof<E>, u128)> =
		claims.iter().map(|(.., proof)| proof).zip(coefficients(&keys, &places, claims)).collect();
	let mut shared: Vec<Shared<'_, E>> = keys
		.iter()
		.map(|key| Shared { key, inputs: alloc::vec![Fr::zero(); key.inputs.len()], proofs: Vec::new() })
		.collect();
	for (((_, inputs, _), place), (proof, z)) in claims.iter().zip(&places).zip(&weighted) {
		let Some(of_key) = shared.get_mut(*place) else { return false };
		let scalar = Fr::from(*z);
		for (sum, input) in of_key.inputs.iter_mut().zip([Fr::one()].iter().chain(inputs)) {
			*sum += scalar * input;
		}
		of_key.proofs.push((*proof, *z));
	}
	let mut others = Vec::new();
	for Shared { key, inputs, proofs } in &shared {
		let sum = inputs.first().copied().unwrap_or_default();
		let Some(sum_of_c) = E::sum_of_c(proofs) else { return false };
		let sums = [key.alpha * sum, combination::<E>(&key.inputs, inputs), sum_of_c];
		others.extend(sums.map(|sum| (-sum).into_affine()).into_iter().zip([key.beta, key.gamma, key.delta]));
	}
	let product = E::product(&weighted, &others).and_then(E::final_exponentiation);
	product.is_some_and(|output| output.0.is_one())
}

/// The keys of the claims, each once, and for each claim the place of its key.
pub(super) fn distinct<'a, E: Groth16Curve>(
	claims: &[Claim<'a, E>],
) -> (Vec<&'a VerifyingKey<E>>, Vec<usize>) {
	let mut keys: Vec<&VerifyingKey<E>> = Vec::new();
	let mut places = Vec::with_capacity(claims.len());
	for (key, ..) in claims {
		let place = keys.iter().position(|known| ptr::eq(*known, *key) || known == key);
		places.push(place.unwrap_or(keys.len()));
		if place.is_none() {
			keys.push(*key);
		}
	}
	(keys, places)
}

/// A coefficient for each claim, from a hash of all of them. The length of each part follows from what stands before it.
pub(super) fn coefficients<E: Groth16Curve>(
	keys: &[&VerifyingKey<E>],
	places: &[usize],
	claims: &[Claim<'_, E>],
) -> Vec<u128> {
	let mut bytes = TAG.to_vec();
	bytes.extend(number(keys.len()));
	for key in keys {
		bytes.extend(number(key.inputs.len()));
		bytes.extend(key.to_bytes());
	}
	bytes.extend(number(claims.len()));
	for ((_, inputs, proof), place) in claims.iter().zip(places) {
		bytes.extend(number(*place));
		for input in inputs {
			bytes.extend_from_slice(&scalar::encode(input));
		}
		bytes.extend_from_slice(&proof.to_bytes());
	}
	let seed = blake2_256(&bytes);
	(0..claims.len())
		.map(|at| {
			let digest = blake2_256(&[&seed[..], &number(at)].concat());
			digest.first_chunk().copied().map_or(0, u128::from_le_bytes)
		})
		.collect()
}

fn number(number: usize) -> [u8; 4] {
	u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}
