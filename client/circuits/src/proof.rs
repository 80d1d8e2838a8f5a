//! Proofs: making, checking, and the 192 bytes that they are.
//!
//! A Groth16 proof can be turned into another valid one for the same public inputs by anybody. Its bytes are therefore no
//! identity of anything; what a proof is for is in the public inputs, in the context.

use crate::{
	setup::Keys,
	statements::{CheckFailed, Circuit, Statement},
};
use ark_bls12_381::{Bls12_381, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_groth16::{Groth16, PreparedVerifyingKey};
use ark_relations::gr1cs::SynthesisError;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use rand::{CryptoRng, RngCore};
use souk_proof_primitives::public_inputs::PublicInputs;

type System = Groth16<Bls12_381>;

/// Bytes of a point of G1, compressed.
const G1_BYTES: usize = 48;
/// Bytes of a point of G2, compressed.
const G2_BYTES: usize = 96;
/// Bytes of a proof: A and C in G1, B in G2 between them.
pub const PROOF_BYTES: usize = 2 * G1_BYTES + G2_BYTES;

/// A proof whose points are in their groups and none of them the identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof(ark_groth16::Proof<Bls12_381>);

/// Why bytes are not a proof, or a proof not one of these inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
	/// A byte too many or too few.
	#[error("a proof has {PROOF_BYTES} bytes; these are {found}")]
	WrongLength {
		/// Bytes that came.
		found: usize,
	},
	/// A point's bytes are not the one encoding of a point of the curve.
	#[error("point {point} of the proof is no compressed point of its curve")]
	NotAPoint {
		/// `A`, `B` or `C`.
		point: char,
	},
	/// A point is the identity.
	#[error("point {point} of the proof is the identity")]
	Identity {
		/// `A`, `B` or `C`.
		point: char,
	},
	/// A point of the curve that is outside the subgroup of prime order.
	#[error("point {point} of the proof is not in the subgroup of prime order")]
	NotInSubgroup {
		/// `A`, `B` or `C`.
		point: char,
	},
	/// The key is for another number of public inputs.
	#[error("the key takes {expected} public inputs; these are {found}")]
	WrongCount {
		/// Inputs that the key takes.
		expected: usize,
		/// Inputs that came.
		found: usize,
	},
	/// Everything is well formed, and the proof does not prove these inputs under this key.
	#[error("the proof is not valid for these public inputs")]
	NotValid,
}

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
	/// What was to be proved is false.
	#[error(transparent)]
	False(#[from] CheckFailed),
	/// The circuit could not be built.
	#[error("the circuit could not be built: {0}")]
	Circuit(SynthesisError),
}

impl Proof {
	/// A, B and C, compressed, big-endian as BLS12-381 has them.
	pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
		let mut bytes = [0; PROOF_BYTES];
		let (a, rest) = bytes.split_at_mut(G1_BYTES);
		let (b, c) = rest.split_at_mut(G2_BYTES);
		let fits = "a compressed point has the length that BLS12-381 gives it";
		self.0.a.serialize_compressed(a).expect(fits);
		self.0.b.serialize_compressed(b).expect(fits);
		self.0.c.serialize_compressed(c).expect(fits);
		bytes
	}

	/// Reads what [`Self::to_bytes`] wrote, and nothing else.
	///
	/// # Errors
	///
	/// [`ProofError`], for the first point that is not what it should be.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
		let bytes: &[u8; PROOF_BYTES] =
			bytes.try_into().map_err(|_| ProofError::WrongLength { found: bytes.len() })?;
		let (a, rest) = bytes.split_at(G1_BYTES);
		let (b, c) = rest.split_at(G2_BYTES);
		Ok(Self(ark_groth16::Proof { a: g1(a, 'A')?, b: g2(b, 'B')?, c: g1(c, 'C')? }))
	}
}

fn g1(bytes: &[u8], point: char) -> Result<G1Affine, ProofError> {
	let affine =
		G1Affine::deserialize_compressed_unchecked(bytes).map_err(|_| ProofError::NotAPoint { point })?;
	usable(&affine, affine.is_in_correct_subgroup_assuming_on_curve(), point)?;
	Ok(affine)
}

fn g2(bytes: &[u8], point: char) -> Result<G2Affine, ProofError> {
	let affine =
		G2Affine::deserialize_compressed_unchecked(bytes).map_err(|_| ProofError::NotAPoint { point })?;
	usable(&affine, affine.is_in_correct_subgroup_assuming_on_curve(), point)?;
	Ok(affine)
}

fn usable(affine: &impl AffineRepr, in_subgroup: bool, point: char) -> Result<(), ProofError> {
	if affine.is_zero() {
		return Err(ProofError::Identity { point });
	}
	in_subgroup.then_some(()).ok_or(ProofError::NotInSubgroup { point })
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
	System::create_random_proof_with_reduction(Circuit::<S>::new(public, private), keys.proving(), rng)
		.map(Proof)
		.map_err(ProveError::Circuit)
}

/// Checks a proof. The public inputs are the verifier's own: the context computed, not received.
///
/// # Errors
///
/// [`ProofError::NotValid`].
pub fn verify<S: Statement>(keys: &Keys<S>, public: &S::Public, proof: &Proof) -> Result<(), ProofError> {
	verify_scalars(keys.verifying(), &public.to_scalars(), proof)
}

/// Checks a proof of a list of scalars.
///
/// The count is checked here, since `ark-groth16` 0.6 does not: it takes missing inputs for zero and leaves out surplus ones.
///
/// # Errors
///
/// [`ProofError::WrongCount`], [`ProofError::NotValid`].
pub fn verify_scalars(
	key: &PreparedVerifyingKey<Bls12_381>,
	inputs: &[Fr],
	proof: &Proof,
) -> Result<(), ProofError> {
	let expected = key.vk.gamma_abc_g1.len().saturating_sub(1);
	if inputs.len() != expected {
		return Err(ProofError::WrongCount { expected, found: inputs.len() });
	}
	match System::verify_proof(key, &proof.0, inputs) {
		Ok(true) => Ok(()),
		Ok(false) | Err(_) => Err(ProofError::NotValid),
	}
}
