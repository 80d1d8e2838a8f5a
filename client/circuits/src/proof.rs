//! Making proofs. What their bytes are and how they are checked is in `souk-proof-primitives`: the chain does it with the same
//! code.

use crate::{
	setup::Keys,
	statements::{CheckFailed, Circuit, Statement},
};
use ark_bls12_381::Bls12_381;
use ark_groth16::Groth16;
use ark_relations::gr1cs::SynthesisError;
use rand::{CryptoRng, RngCore};
use souk_proof_primitives::{groth16, public_inputs::PublicInputs};

pub use groth16::{PointFault, ProofError, ProofPoint, PROOF_BYTES};

/// A proof whose points are in their groups and none of them the identity.
pub type Proof = groth16::Proof<Bls12_381>;

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
	/// What was to be proved is false.
	#[error(transparent)]
	False(#[from] CheckFailed),
	/// The circuit could not be built.
	#[error("the circuit could not be built: {0}")]
	Circuit(SynthesisError),
	/// What came out is no proof: the proving key is damaged.
	#[error("the proving key is damaged: {0}")]
	Key(ProofError),
}

/// Proves that a statement holds. Takes about a second of two cores for the larger statement.
///
/// # Errors
///
/// [`ProveError::False`] with the check that fails, where the statement does not hold: no proof is tried.
pub fn prove<S: Statement>(
	keys: &Keys<S>,
	public: &S::Public,
	private: &S::Private,
	rng: &mut (impl RngCore + CryptoRng),
) -> Result<Proof, ProveError> {
	S::holds(public, private)?;
	let circuit = Circuit::<S>::new(public, private);
	let proof = Groth16::<Bls12_381>::create_random_proof_with_reduction(circuit, keys.proving(), rng)
		.map_err(ProveError::Circuit)?;
	Proof::new(proof.a, proof.b, proof.c).map_err(ProveError::Key)
}

/// Checks a proof. The public inputs are the verifier's own: the context computed, not received.
///
/// # Errors
///
/// [`ProofError::NotValid`].
pub fn verify<S: Statement>(keys: &Keys<S>, public: &S::Public, proof: &Proof) -> Result<(), ProofError> {
	groth16::verify(keys.verifying(), &public.to_scalars(), proof)
}
