//! Proofs: the right one passes, everything near it is refused. Which bytes are proofs at all is tested in
//! `souk-proof-primitives`.

use crate::support::{
	context, keys,
	proof_mutations::{mutate, Valid},
	rng, some_chunk_key, some_key_delivery,
};
use ark_bls12_381::{Bls12_381, Fr};
use ark_ff::{One, Zero};
use ark_groth16::{prepare_verifying_key, Groth16};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use souk_circuits::{
	proof::{PointFault, PROOF_BYTES},
	prove,
	setup::Keys,
	statements::{chunk_key, key_delivery},
	verify, Proof, ProofError, ProveError, Statement,
};
use souk_proof_primitives::{
	context::ProofContext,
	groth16,
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	statements::{Era, StatementId},
};
use std::sync::OnceLock;

/// One proven delivery and one proven chunk key, for all tests here.
fn proven() -> &'static (KeyDeliveryPublic, Proof, ChunkKeyPublic, Proof) {
	static PROVEN: OnceLock<(KeyDeliveryPublic, Proof, ChunkKeyPublic, Proof)> = OnceLock::new();
	PROVEN.get_or_init(|| {
		let (chunk_keys, delivery_keys) = keys();
		let (delivery, delivery_private, _) = some_key_delivery(50);
		let (chunk, chunk_private) = some_chunk_key(50);
		(
			delivery,
			prove(delivery_keys, &delivery, &delivery_private, &mut rng(51)).unwrap(),
			chunk,
			prove(chunk_keys, &chunk, &chunk_private, &mut rng(52)).unwrap(),
		)
	})
}

#[test]
fn a_proof_verifies_before_and_after_it_was_bytes() {
	let (chunk_keys, delivery_keys) = keys();
	let (delivery, delivery_proof, chunk, chunk_proof) = proven();
	verify(delivery_keys, delivery, delivery_proof).unwrap();
	verify(chunk_keys, chunk, chunk_proof).unwrap();
	for proof in [delivery_proof, chunk_proof] {
		let bytes = proof.to_bytes();
		assert_eq!(Proof::from_bytes(&bytes).as_ref(), Ok(proof));
		// The layout is arkworks' own.
		let mut again = Vec::new();
		theirs(proof).serialize_uncompressed(&mut again).unwrap();
		assert_eq!(again, bytes);
	}
}

/// The proof as arkworks has it.
fn theirs(proof: &Proof) -> ark_groth16::Proof<Bls12_381> {
	ark_groth16::Proof::deserialize_uncompressed(&proof.to_bytes()[..]).unwrap()
}

#[test]
fn what_is_false_is_not_proven() {
	let (chunk_keys, delivery_keys) = keys();
	let (public, private) = some_chunk_key(53);
	let wrong = ChunkKeyPublic { index: public.index + 1, ..public };
	let refused = prove(chunk_keys, &wrong, &private, &mut rng(1)).unwrap_err();
	assert!(matches!(refused, ProveError::False(f) if f.check == chunk_key::CHUNK_KEY), "{refused}");
	assert_eq!(refused.to_string(), "the statement chunk-key does not hold: check 2. Chunk key fails");
	let (public, private, _) = some_key_delivery(53);
	let wrong = KeyDeliveryPublic { key_commitment: public.key_commitment + Fr::one(), ..public };
	let refused = prove(delivery_keys, &wrong, &private, &mut rng(1)).unwrap_err();
	assert!(matches!(refused, ProveError::False(f) if f.check == key_delivery::KEY_COMMITMENT), "{refused}");
}

fn refuses_other_inputs<S: Statement>(keys: &Keys<S>, scalars: &[Fr], proof: &Proof) {
	let prepared = prepare_verifying_key(&keys.proving().vk);
	// Arkworks' own verifier says the same, where it looks.
	let refused = |scalars: &[Fr]| {
		let found = groth16::verify(keys.verifying(), scalars, proof);
		if !matches!(found, Err(ProofError::WrongCount { .. })) {
			let of_arkworks = Groth16::<Bls12_381>::verify_proof(&prepared, &theirs(proof), scalars).unwrap();
			assert_eq!(found.is_ok(), of_arkworks);
		}
		found
	};
	refused(scalars).unwrap();
	for at in 0..scalars.len() {
		for other in [scalars[at] + Fr::one(), -scalars[at], Fr::zero()] {
			let mut changed = scalars.to_vec();
			changed[at] = other;
			assert_eq!(refused(&changed), Err(ProofError::NotValid), "input {at}");
		}
		for with in at + 1..scalars.len() {
			let mut swapped = scalars.to_vec();
			swapped.swap(at, with);
			assert_eq!(refused(&swapped), Err(ProofError::NotValid), "inputs {at} and {with} swapped");
		}
	}
	let expected = scalars.len();
	let wrong = |found| Err(ProofError::WrongCount { expected, found });
	assert_eq!(refused(&scalars[..expected - 1]), wrong(expected - 1));
	assert_eq!(refused(&[]), wrong(0));
	// Arkworks would leave out the surplus ones and accept.
	let surplus = [scalars, &[Fr::one()]].concat();
	assert!(Groth16::<Bls12_381>::verify_proof(&prepared, &theirs(proof), &surplus).unwrap());
	assert_eq!(refused(&surplus), wrong(expected + 1));
	assert_eq!(refused(&[scalars, &[Fr::zero()]].concat()), wrong(expected + 1));
	assert_eq!(refused(&[scalars, scalars].concat()), wrong(2 * expected));
}

#[test]
fn a_proof_is_refused_for_any_other_input() {
	let (chunk_keys, delivery_keys) = keys();
	let (delivery, delivery_proof, chunk, chunk_proof) = proven();
	refuses_other_inputs(delivery_keys, &delivery.to_scalars(), delivery_proof);
	refuses_other_inputs(chunk_keys, &chunk.to_scalars(), chunk_proof);
}

#[test]
fn a_proof_is_refused_on_another_chain_and_for_another_order_listing_era_or_statement() {
	let (chunk_keys, delivery_keys) = keys();
	let (delivery, delivery_proof, chunk, chunk_proof) = proven();
	for statement in StatementId::ALL {
		let own = context(statement, 50);
		let mut genesis = own.genesis;
		genesis[0] ^= 1;
		let other =
			if statement == StatementId::ChunkKey { StatementId::KeyDelivery } else { StatementId::ChunkKey };
		for (same, context) in [
			(true, own),
			(false, ProofContext { genesis, ..own }),
			(false, ProofContext { order: 51, ..own }),
			(false, ProofContext { listing: 5, ..own }),
			(false, ProofContext { era: Era(1), ..own }),
			(false, ProofContext { statement: other, ..own }),
		] {
			let context = context.scalar();
			let found = match statement {
				StatementId::KeyDelivery => {
					verify(delivery_keys, &KeyDeliveryPublic { context, ..*delivery }, delivery_proof)
				}
				StatementId::ChunkKey => {
					verify(chunk_keys, &ChunkKeyPublic { context, ..*chunk }, chunk_proof)
				}
			};
			assert_eq!(found, if same { Ok(()) } else { Err(ProofError::NotValid) });
		}
	}
}

#[test]
fn a_proof_is_refused_under_the_other_statement_s_key() {
	let (chunk_keys, delivery_keys) = keys();
	let (delivery, delivery_proof, chunk, chunk_proof) = proven();
	assert_eq!(verify(delivery_keys, delivery, chunk_proof), Err(ProofError::NotValid));
	assert_eq!(verify(chunk_keys, chunk, delivery_proof), Err(ProofError::NotValid));
}

/// Anybody can turn a proof into another one for the same inputs: the bytes are no identity. It stays a proof of these inputs only.
#[test]
fn a_rerandomised_proof_says_the_same_and_nothing_else() {
	let (_, delivery_keys) = keys();
	let (delivery, proof, ..) = proven();
	let again = rerandomised(proof, &mut rng(54));
	assert_ne!(again.to_bytes(), proof.to_bytes());
	verify(delivery_keys, delivery, &again).unwrap();
	let context = delivery.context + Fr::one();
	assert_eq!(
		verify(delivery_keys, &KeyDeliveryPublic { context, ..*delivery }, &again),
		Err(ProofError::NotValid)
	);
}

fn rerandomised(proof: &Proof, rng: &mut ChaCha20Rng) -> Proof {
	let (_, delivery_keys) = keys();
	let again = Groth16::<Bls12_381>::rerandomize_proof(&delivery_keys.proving().vk, &theirs(proof), rng);
	Proof::new(again.a, again.b, again.c).unwrap()
}

/// Every byte of the proof gets other values: nothing of that is a proof.
#[test]
fn a_proof_with_another_byte_is_refused() {
	let bytes = proven().1.to_bytes();
	let mut rng = rng(55);
	let (mut off_the_curve, mut not_canonical) = (0, 0);
	for at in 0..PROOF_BYTES {
		for bit in [0, 5, 7, rng.gen_range(1..5)] {
			let mut mutated = bytes;
			mutated[at] ^= 1 << bit;
			match Proof::from_bytes(&mutated) {
				Err(ProofError::Point { fault: PointFault::NotOnCurve, .. }) => off_the_curve += 1,
				Err(ProofError::Point { fault: PointFault::NotCanonical, .. }) => not_canonical += 1,
				other => panic!("byte {at}, bit {bit}: {other:?}"),
			}
		}
	}
	assert!(off_the_curve > 1_000 && not_canonical >= 6, "{off_the_curve}, {not_canonical}");
}

/// `make soak` does it a million times (`examples/soak`).
#[test]
fn none_of_4_000_random_mutants_is_accepted() {
	let (chunk_keys, delivery_keys) = keys();
	let (delivery, delivery_proof, chunk, chunk_proof) = proven();
	let (other_delivery, private, _) = some_key_delivery(58);
	let other_delivery = prove(delivery_keys, &other_delivery, &private, &mut rng(58)).unwrap();
	let (other_chunk, private) = some_chunk_key(58);
	let other_chunk = prove(chunk_keys, &other_chunk, &private, &mut rng(58)).unwrap();
	for valid in [
		Valid {
			key: delivery_keys.verifying(),
			inputs: delivery.to_scalars(),
			proof: *delivery_proof,
			other: other_delivery,
		},
		Valid {
			key: chunk_keys.verifying(),
			inputs: chunk.to_scalars(),
			proof: *chunk_proof,
			other: other_chunk,
		},
	] {
		let fate = mutate(&valid, 2_000, &mut rng(59));
		assert_eq!((fate.accepted, fate.all()), (0, 2_000), "{fate:?}");
		assert!(fate.invalid >= 400 && fate.unread >= 1_500, "{fate:?}");
	}
}

#[test]
fn a_proof_with_the_sign_of_a_point_changed_is_not_valid() {
	let (_, delivery_keys) = keys();
	let (delivery, proof, ..) = proven();
	let (a, b, c) = proof.points();
	for (a, b, c) in [(-a, b, c), (a, -b, c), (a, b, -c), (-a, b, -c), (a, -b, -c), (-a, -b, -c)] {
		let changed = Proof::new(a, b, c).unwrap();
		assert_eq!(verify(delivery_keys, delivery, &changed), Err(ProofError::NotValid));
	}
	// Both of A and B: the same product, another proof for the same inputs.
	verify(delivery_keys, delivery, &Proof::new(-a, -b, c).unwrap()).unwrap();
}

#[test]
fn proofs_of_both_statements_are_checked_in_one_batch() {
	let (chunk_keys, delivery_keys) = keys();
	let (delivery, delivery_proof, chunk, chunk_proof) = proven();
	let mut claims = vec![
		(delivery_keys.verifying(), delivery.to_scalars(), *delivery_proof),
		(chunk_keys.verifying(), chunk.to_scalars(), *chunk_proof),
		(delivery_keys.verifying(), delivery.to_scalars(), rerandomised(delivery_proof, &mut rng(57))),
	];
	assert_eq!(groth16::verify_batch(&claims), Ok(()));
	claims[2].1[6] += Fr::one();
	assert_eq!(groth16::verify_batch(&claims), Err(vec![(2, ProofError::NotValid)]));
}
