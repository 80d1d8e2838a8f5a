use super::*;
use ark_ff::{One, Zero};

pub fn combination_of(key: &VerifyingKey<Native>, scalars: &[Fr]) -> ark_bls12_381::G1Projective {
	crate::groth16::verify::combination::<Native>(&key.inputs, scalars)
}

/// What both implementations say of a proof.
#[track_caller]
fn check(key_seed: u64, inputs: &[Fr], proof: &Proof<Native>) -> Result<(), ProofError> {
	let native = verify(&key::<Native>(key_seed), inputs, proof);
	let same = Proof::<Host>::from_bytes(&proof.to_bytes()).unwrap();
	assert_eq!(verify(&key::<Host>(key_seed), inputs, &same), native);
	native
}

#[test]
fn a_proof_is_valid_for_its_inputs_and_for_no_others() {
	let proof = proof(1);
	assert_eq!(check(1, &inputs(1), &proof), Ok(()));
	for at in 0..STATEMENT.public_inputs() {
		for change in [Fr::one(), -Fr::one()] {
			let mut other = inputs(1);
			other[at] += change;
			assert_eq!(check(1, &other, &proof), Err(ProofError::NotValid), "input {at}");
		}
		let mut zero = inputs(1);
		zero[at] = Fr::zero();
		assert_eq!(check(1, &zero, &proof), Err(ProofError::NotValid), "input {at}");
	}
	let mut swapped = inputs(1);
	swapped.swap(0, 3);
	assert_eq!(check(1, &swapped, &proof), Err(ProofError::NotValid));
}

#[test]
fn inputs_of_zero_count() {
	let proof = Trapdoor::new(STATEMENT, 1).prove(&[Fr::zero(); 4], 5).unwrap();
	assert_eq!(check(1, &[Fr::zero(); 4], &proof), Ok(()));
	assert_eq!(check(1, &[Fr::zero(); 3], &proof), Err(ProofError::WrongCount { expected: 4, found: 3 }));
	assert_eq!(check(1, &[Fr::zero(); 5], &proof), Err(ProofError::WrongCount { expected: 4, found: 5 }));
	assert_eq!(check(1, &[], &proof), Err(ProofError::WrongCount { expected: 4, found: 0 }));
}

#[test]
fn a_proof_is_not_valid_under_another_key() {
	assert_eq!(check(2, &inputs(1), &proof(1)), Err(ProofError::NotValid));
}

#[test]
fn a_proof_with_another_point_is_not_valid() {
	let (a, b, c) = proof::<Native>(1).points();
	let (other_a, other_b, other_c) = proof::<Native>(2).points();
	let proof = |a, b, c| Proof::<Native>::new(a, b, c).unwrap();
	for changed in [
		proof(other_a, b, c),
		proof(a, other_b, c),
		proof(a, b, other_c),
		proof(c, b, a),
		proof(-a, b, c),
		proof(a, -b, c),
		proof(a, b, -c),
	] {
		assert_eq!(check(1, &inputs(1), &changed), Err(ProofError::NotValid));
	}
	// Both signs: the same proof in other bytes, which anybody can make.
	assert_eq!(check(1, &inputs(1), &proof(-a, -b, c)), Ok(()));
}

#[test]
fn the_secrets_of_a_key_prove_nothing_for_another_number_of_inputs() {
	let refused = Trapdoor::new(STATEMENT, 1).prove::<Native>(&[Fr::one()], 1);
	assert_eq!(refused, Err(ProofError::WrongCount { expected: 4, found: 1 }));
}
