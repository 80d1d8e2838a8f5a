//! Proofs: the right one passes, everything near it is refused.

use crate::support::{context, keys, rng, some_chunk_key, some_key_delivery};
use ark_bls12_381::{Bls12_381, Fq, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, Field, One, PrimeField, Zero};
use ark_groth16::Groth16;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use souk_circuits::{
	proof::{verify_scalars, PROOF_BYTES},
	prove,
	setup::Keys,
	statements::{chunk_key, key_delivery},
	verify, Proof, ProofError, ProveError, Statement,
};
use souk_proof_primitives::{
	context::ProofContext,
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
		let theirs = ark_groth16::Proof::<Bls12_381>::deserialize_compressed(&bytes[..]).unwrap();
		let mut again = Vec::new();
		theirs.serialize_compressed(&mut again).unwrap();
		assert_eq!(again, bytes);
	}
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
	let key = keys.verifying();
	verify_scalars(key, scalars, proof).unwrap();
	let refused = |scalars: &[Fr]| verify_scalars(key, scalars, proof);
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
	let theirs = ark_groth16::Proof::<Bls12_381>::deserialize_compressed(&proof.to_bytes()[..]).unwrap();
	let again = Groth16::<Bls12_381>::rerandomize_proof(&delivery_keys.verifying().vk, &theirs, rng);
	let mut bytes = Vec::new();
	again.serialize_compressed(&mut bytes).unwrap();
	Proof::from_bytes(&bytes).unwrap()
}

/// Every byte of the proof gets other values: no such proof is decoded and valid.
#[test]
fn a_proof_with_another_byte_is_refused() {
	let (_, delivery_keys) = keys();
	let (delivery, proof, ..) = proven();
	let bytes = proof.to_bytes();
	let mut rng = rng(55);
	let (mut undecoded, mut invalid) = (0, 0);
	for at in 0..PROOF_BYTES {
		for bit in [0, 5, 7, rng.gen_range(1..5)] {
			let mut mutated = bytes;
			mutated[at] ^= 1 << bit;
			match Proof::from_bytes(&mutated) {
				Err(
					ProofError::NotAPoint { .. }
					| ProofError::NotInSubgroup { .. }
					| ProofError::Identity { .. },
				) => undecoded += 1,
				Err(error) => panic!("byte {at}, bit {bit}: {error}"),
				Ok(decoded) => {
					assert_eq!(
						verify(delivery_keys, delivery, &decoded),
						Err(ProofError::NotValid),
						"byte {at}, bit {bit}"
					);
					invalid += 1;
				}
			}
		}
	}
	// The sign of a point can be changed and the point stays one; nearly all else leaves the subgroup or the curve.
	assert!(invalid >= 3 && undecoded >= 600, "{invalid} decoded, {undecoded} not");
}

#[test]
fn one_byte_more_or_less_is_refused() {
	let bytes = proven().1.to_bytes();
	for found in [0, 1, PROOF_BYTES - 1, PROOF_BYTES + 1, 2 * PROOF_BYTES] {
		let other: Vec<u8> = bytes.iter().copied().cycle().take(found).collect();
		assert_eq!(Proof::from_bytes(&other), Err(ProofError::WrongLength { found }));
	}
}

/// Where each point is in the bytes.
const POINTS: [(char, std::ops::Range<usize>); 3] = [('A', 0..48), ('B', 48..144), ('C', 144..192)];

#[test]
fn the_identity_is_refused() {
	let bytes = proven().1.to_bytes();
	for (point, place) in POINTS {
		let mut identity = bytes;
		identity[place.clone()].fill(0);
		identity[place.start] = 0xc0;
		assert_eq!(Proof::from_bytes(&identity), Err(ProofError::Identity { point }));
	}
}

#[test]
fn points_outside_the_subgroup_are_refused() {
	let bytes = proven().1.to_bytes();
	let outside = (1u64..)
		.filter_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap();
	let outside_g2 = (1u64..)
		.filter_map(|x| {
			G2Affine::get_point_from_x_unchecked(Field::from_base_prime_field(Fq::from(x)), false)
		})
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap();
	for (point, place) in POINTS {
		let mut compressed = Vec::new();
		if point == 'B' {
			outside_g2.serialize_compressed(&mut compressed).unwrap();
		} else {
			outside.serialize_compressed(&mut compressed).unwrap();
		}
		let mut wrong = bytes;
		wrong[place].copy_from_slice(&compressed);
		assert_eq!(Proof::from_bytes(&wrong), Err(ProofError::NotInSubgroup { point }));
	}
}

#[test]
fn encodings_that_are_not_canonical_are_refused() {
	let bytes = proven().1.to_bytes();
	for (point, place) in POINTS {
		let refused = Err(ProofError::NotAPoint { point });
		let first = place.start;
		// Flags: not compressed; infinity with coordinates; infinity with a sign.
		let mut wrong = bytes;
		wrong[first] &= 0x7f;
		assert_eq!(Proof::from_bytes(&wrong), refused);
		wrong = bytes;
		wrong[first] |= 0x40;
		assert_eq!(Proof::from_bytes(&wrong), refused);
		wrong = bytes;
		wrong[place.clone()].fill(0);
		wrong[first] = 0xe0;
		assert_eq!(Proof::from_bytes(&wrong), refused);
		// A coordinate of all ones.
		wrong = bytes;
		wrong[place].fill(0xff);
		wrong[first] = 0x9f;
		assert_eq!(Proof::from_bytes(&wrong), refused);
	}
}

/// The same point with the modulus added to its coordinate, which fits into 381 bits for one point in five.
#[test]
fn a_coordinate_with_the_modulus_added_is_refused() {
	let mut rng = rng(56);
	let mut proof = proven().1.clone();
	let mut tried = 0;
	while tried < 3 {
		proof = rerandomised(&proof, &mut rng);
		let bytes = proof.to_bytes();
		let mut coordinate: [u8; 48] = bytes[..48].try_into().unwrap();
		let flags = coordinate[0] & 0xe0;
		coordinate[0] &= 0x1f;
		let mut number = Fq::from_be_bytes_mod_order(&coordinate).into_bigint();
		assert!(!number.add_with_carry(&Fq::MODULUS));
		if number.num_bits() > 381 {
			continue;
		}
		tried += 1;
		let mut wrong = bytes;
		wrong[..48].copy_from_slice(&number.to_bytes_be());
		wrong[0] |= flags;
		assert_ne!(wrong, bytes);
		assert_eq!(Proof::from_bytes(&wrong), Err(ProofError::NotAPoint { point: 'A' }));
	}
}
