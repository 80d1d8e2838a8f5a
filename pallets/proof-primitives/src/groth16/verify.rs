//! One proof: e(A, B) = e(α, β) · e(Σ inputs, γ) · e(C, δ).

use super::{
	curve::Groth16Curve,
	key::VerifyingKey,
	proof::{Proof, ProofError},
};
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ec::{AffineRepr, VariableBaseMSM};
use ark_ff::One;

/// Checks a proof. The public inputs are the verifier's own: the context computed, not received.
///
/// # Errors
///
/// [`ProofError::WrongCount`], [`ProofError::NotValid`].
// In a group nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
pub fn verify<E: Groth16Curve>(
	key: &VerifyingKey<E>,
	inputs: &[Fr],
	proof: &Proof<E>,
) -> Result<(), ProofError> {
	key.takes(inputs)?;
	let scalars: Vec<Fr> = [Fr::one()].into_iter().chain(inputs.iter().copied()).collect();
	let combined = combination::<E>(&key.inputs, &scalars);
	let product = E::multi_miller_loop(
		[proof.a.into(), E::G1Prepared::from(-combined), E::G1Prepared::from(-proof.c.into_group())],
		[proof.b, key.gamma, key.delta],
	);
	let found = E::final_exponentiation(product).map(|output| output.0);
	(found == Some(key.alpha_beta)).then_some(()).ok_or(ProofError::NotValid)
}

/// The sum of the points, each as often as its scalar says.
pub(super) fn combination<E: Groth16Curve>(points: &[E::G1Affine], scalars: &[Fr]) -> E::G1 {
	// Both are of one length: it cannot fail.
	E::G1::msm(points, scalars).unwrap_or_default()
}
