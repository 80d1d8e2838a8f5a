//! [`Poseidon::hash`](souk_proof_primitives::poseidon::Poseidon::hash) and
//! [`Poseidon::compress`](souk_proof_primitives::poseidon::Poseidon::compress) in constraints.

use ark_bls12_381::Fr;
use ark_crypto_primitives::sponge::{
	constraints::CryptographicSpongeVar, poseidon::constraints::PoseidonSpongeVar,
};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use souk_proof_primitives::poseidon::tag_element;

/// Hashes under a tag, as the plain function does: the same element for the tag and the number of inputs first, here a
/// constant. A permutation is 243 constraints, the first one 237, since it starts from two constants.
///
/// # Errors
///
/// None of its own; those of the constraint system.
pub fn hash(
	cs: &ConstraintSystemRef<Fr>,
	tag: &str,
	inputs: &[FpVar<Fr>],
) -> Result<FpVar<Fr>, SynthesisError> {
	let mut elements = Vec::with_capacity(inputs.len() + 1);
	elements.push(FpVar::Constant(tag_element(tag, inputs.len())));
	elements.extend_from_slice(inputs);
	let mut sponge = PoseidonSpongeVar::<Fr>::new(cs.clone(), crate::poseidon().config());
	sponge.absorb(&elements)?;
	sponge.squeeze_field_elements(1)?.pop().ok_or(SynthesisError::Unsatisfiable)
}

/// Hashes two elements to one with a single permutation. 240 constraints, since one of three elements starts constant.
///
/// # Errors
///
/// None of its own; those of the constraint system.
pub fn compress(
	cs: &ConstraintSystemRef<Fr>,
	tag: &str,
	left: FpVar<Fr>,
	right: FpVar<Fr>,
) -> Result<FpVar<Fr>, SynthesisError> {
	let mut sponge = PoseidonSpongeVar::<Fr>::new(cs.clone(), crate::poseidon().config());
	*sponge.state.first_mut().ok_or(SynthesisError::Unsatisfiable)? = FpVar::Constant(tag_element(tag, 2));
	sponge.absorb(&vec![left, right])?;
	sponge.squeeze_field_elements(1)?.pop().ok_or(SynthesisError::Unsatisfiable)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ff::UniformRand;
	use ark_r1cs_std::{alloc::AllocVar, GR1CSVar};
	use ark_relations::gr1cs::ConstraintSystem;
	use rand::SeedableRng;
	use rand_chacha::ChaCha20Rng;

	#[test]
	fn the_gadget_gives_what_the_plain_hash_gives() {
		let mut rng = ChaCha20Rng::from_seed([1; 32]);
		for (inputs, constraints) in [(1, 237), (2, 480), (3, 480), (4, 723), (5, 723)] {
			let cs = ConstraintSystem::new_ref();
			let values: Vec<Fr> = (0..inputs).map(|_| Fr::rand(&mut rng)).collect();
			let vars: Vec<_> =
				values.iter().map(|v| FpVar::new_witness(cs.clone(), || Ok(*v)).unwrap()).collect();
			let out = hash(&cs, "souk/test/v1", &vars).unwrap();
			assert_eq!(out.value().unwrap(), crate::poseidon().hash("souk/test/v1", &values));
			assert!(cs.is_satisfied().unwrap());
			assert_eq!(cs.num_constraints(), constraints, "{inputs} inputs");
			let other = hash(&cs, "souk/other/v1", &vars).unwrap();
			assert_ne!(other.value().unwrap(), out.value().unwrap());
		}
	}

	#[test]
	fn the_gadget_of_a_node_gives_what_the_plain_one_gives() {
		let mut rng = ChaCha20Rng::from_seed([2; 32]);
		for _ in 0..4 {
			let cs = ConstraintSystem::new_ref();
			let [left, right] = [0; 2].map(|_| Fr::rand(&mut rng));
			let [l, r] = [left, right].map(|v| FpVar::new_witness(cs.clone(), || Ok(v)).unwrap());
			let out = compress(&cs, "souk/test/v1", l, r).unwrap();
			assert_eq!(out.value().unwrap(), crate::poseidon().compress("souk/test/v1", left, right));
			assert!(cs.is_satisfied().unwrap());
			assert_eq!(cs.num_constraints(), 240);
		}
	}
}
