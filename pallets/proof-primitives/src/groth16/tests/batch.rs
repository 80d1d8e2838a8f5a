use super::{
	super::batch::{coefficients, distinct, Claim},
	*,
};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, Zero};

type Refused = Vec<(usize, ProofError)>;

/// What both implementations say of proofs under key 1.
#[track_caller]
fn check(claims: &[(Vec<Fr>, Proof<Native>)]) -> Result<(), Refused> {
	let (native_key, host_key) = (key::<Native>(1), key::<Host>(1));
	let native: Vec<Claim<'_, Native>> =
		claims.iter().map(|(inputs, proof)| (&native_key, inputs.clone(), *proof)).collect();
	let host: Vec<Claim<'_, Host>> = claims
		.iter()
		.map(|(inputs, proof)| {
			(&host_key, inputs.clone(), Proof::<Host>::from_bytes(&proof.to_bytes()).unwrap())
		})
		.collect();
	let found = verify_batch(&native);
	assert_eq!(verify_batch(&host), found);
	found
}

fn good(count: u64) -> Vec<(Vec<Fr>, Proof<Native>)> {
	(1..=count).map(|seed| (inputs(seed), proof(seed))).collect()
}

fn coefficients_of(claims: &[Claim<'_, Native>]) -> Vec<u128> {
	let (keys, places) = distinct(claims);
	coefficients(&keys, &places, claims)
}

fn not_valid(at: &[usize]) -> Result<(), Refused> {
	Err(at.iter().map(|at| (*at, ProofError::NotValid)).collect())
}

#[test]
fn good_proofs_pass_however_many_there_are() {
	for count in [0, 1, 2, 3, 7, 64] {
		assert_eq!(check(&good(count)), Ok(()), "{count} proofs");
	}
}

#[test]
fn the_same_proof_twice_is_valid_twice() {
	let mut claims = good(3);
	claims.push(claims[0].clone());
	assert_eq!(check(&claims), Ok(()));
}

#[test]
fn whichever_is_bad_is_named() {
	for at in 0..5 {
		let mut claims = good(5);
		claims[at].0[2] += Fr::one();
		assert_eq!(check(&claims), not_valid(&[at]));
	}
	let mut claims = good(9);
	for at in [0, 3, 8] {
		claims[at].1 = proof(100);
	}
	assert_eq!(check(&claims), not_valid(&[0, 3, 8]));
	let mut one = good(1);
	one[0].0[0] = Fr::zero();
	assert_eq!(check(&one), not_valid(&[0]));
}

#[test]
fn proofs_that_changed_places_are_all_named() {
	let mut claims = good(4);
	let proof = claims[1].1;
	claims[1].1 = claims[2].1;
	claims[2].1 = proof;
	assert_eq!(check(&claims), not_valid(&[1, 2]));
}

/// The same proof with something added to its third point.
fn with_c_moved(proof: &Proof<Native>, by: ark_bls12_381::G1Projective) -> Proof<Native> {
	let (a, b, c) = proof.points();
	Proof::new(a, b, (c + by).into_affine()).unwrap()
}

/// Without coefficients the product of both equations would hold.
#[test]
fn faults_that_cancel_each_other_are_found() {
	let shift = ark_bls12_381::G1Affine::generator();
	let mut claims = good(2);
	claims[0].1 = with_c_moved(&claims[0].1, shift.into());
	claims[1].1 = with_c_moved(&claims[1].1, -shift.into_group());
	assert_eq!(check(&claims), not_valid(&[0, 1]));

	// The same with inputs, which are added up for one key.
	let mut claims = good(2);
	claims[0].0[1] += Fr::one();
	claims[1].0[1] -= Fr::one();
	assert_eq!(check(&claims), not_valid(&[0, 1]));
}

/// The coefficients come from everything that is checked: a fault cannot be chosen by the coefficients it will get. Here it is
/// chosen by those that the proofs had before.
#[test]
fn a_fault_that_cancels_by_the_old_coefficients_is_found() {
	let claims = good(2);
	let under_one_key = key::<Native>(1);
	let as_claims: Vec<Claim<'_, Native>> =
		claims.iter().map(|(inputs, proof)| (&under_one_key, inputs.clone(), *proof)).collect();
	let [first, second] = coefficients_of(&as_claims)[..] else { unreachable!() };
	let shift = ark_bls12_381::G1Affine::generator();
	let mut changed = claims;
	changed[0].1 = with_c_moved(&changed[0].1, shift * Fr::from(second));
	changed[1].1 = with_c_moved(&changed[1].1, -(shift * Fr::from(first)));
	assert_eq!(check(&changed), not_valid(&[0, 1]));
}

#[test]
fn a_wrong_number_of_inputs_is_named() {
	let mut claims = good(3);
	claims[1].0.push(Fr::zero());
	claims[2].0.pop();
	let wrong = |at, found| (at, ProofError::WrongCount { expected: 4, found });
	assert_eq!(check(&claims), Err(vec![wrong(1, 5), wrong(2, 3)]));
}

#[test]
fn proofs_of_several_keys_and_statements_are_checked_together() {
	let trapdoors = [(STATEMENT, 1), (STATEMENT, 2), (StatementId::KeyDelivery, 1)]
		.map(|(id, seed)| Trapdoor::new(id, seed));
	let keys: Vec<VerifyingKey<Native>> = trapdoors.iter().map(|trapdoor| trapdoor.key().unwrap()).collect();
	// Equal keys need not be the same object.
	let again = keys.clone();
	let mut claims: Vec<Claim<'_, Native>> = Vec::new();
	for seed in 0..9u64 {
		let i = seed as usize % 3;
		let inputs: Vec<Fr> = (0..keys[i].public_inputs()).map(|j| Fr::from(seed + j as u64)).collect();
		let proof = trapdoors[i].prove(&inputs, seed).unwrap();
		claims.push((if seed < 5 { &keys[i] } else { &again[i] }, inputs, proof));
	}
	assert_eq!(verify_batch(&claims), Ok(()));
	claims[4].0 = &keys[0];
	assert_eq!(verify_batch(&claims), not_valid(&[4]));
}

#[test]
fn coefficients_are_frozen_and_differ_with_all_that_is_checked() {
	let key = key::<Native>(1);
	let claims: Vec<Claim<'_, Native>> =
		good(3).into_iter().map(|(inputs, proof)| (&key, inputs, proof)).collect();
	let found = coefficients_of(&claims);
	assert_eq!(found.iter().map(|z| format!("{z:032x}")).collect::<Vec<_>>(), FROZEN);

	let other_key = super::key::<Native>(2);
	for at in 0..3 {
		let mut changed = [claims.clone(), claims.clone(), claims.clone()];
		changed[0][at].0 = &other_key;
		changed[1][at].1[0] += Fr::one();
		changed[2][at].2 = proof(50);
		for changed in changed {
			let others = coefficients_of(&changed);
			assert!(others.iter().zip(&found).all(|(a, b)| a != b), "claim {at} is not part of the hash");
		}
	}
}

/// Made by this implementation on the day it was written; nodes must agree on them.
const FROZEN: [&str; 3] = [
	"df78412e94163700aa3291f03c2bf9f4",
	"f063f3a655dd068fd57531532fdde56c",
	"e49d0b7ded5db0ae42d37e10e0a22143",
];
