use crate::support::{hash_in, held, Room, BEACON};
use ark_bls12_381::Fr;
use ark_ff::UniformRand;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use souk_circuits::{
	poseidon, prove,
	setup::{cache, registered},
	verify, ChunkKey, ChunkKeyPrivate, ProofError,
};
use souk_proof_primitives::{
	context::ProofContext,
	keys::{chunk_key, key_commitment},
	public_inputs::ChunkKeyPublic,
	statements::{Era, StatementId},
};
use std::fs;

fn some_chunk_key(era: Era) -> (ChunkKeyPublic, ChunkKeyPrivate) {
	let key = Fr::rand(&mut ChaCha20Rng::from_seed([1; 32]));
	let statement = StatementId::ChunkKey;
	let context = ProofContext { genesis: [9; 32], statement, era, listing: 4, order: 7 }.scalar();
	let public = ChunkKeyPublic {
		key_commitment: key_commitment(poseidon(), key),
		index: 5,
		chunk_key: chunk_key(poseidon(), key, 5),
		context,
	};
	(public, ChunkKeyPrivate { key })
}

#[test]
fn the_keys_prove_and_verify_and_are_not_the_development_keys() {
	let held = held();
	let id = hex::decode(held.said("verifying key id:")).unwrap().try_into().unwrap();
	let keys = registered::load::<ChunkKey>(&held.room.path("keys"), Era(1), &id).unwrap();
	let (public, private) = some_chunk_key(Era(1));
	let mut rng = ChaCha20Rng::from_seed([2; 32]);
	let proof = prove(&keys, &public, &private, &mut rng).unwrap();
	verify(&keys, &public, &proof).unwrap();

	let development = cache::load::<ChunkKey>(&held.room.path("development")).unwrap();
	assert_eq!(verify(&development, &public, &proof), Err(ProofError::NotValid));
	let theirs = prove(&development, &public, &private, &mut rng).unwrap();
	assert_eq!(verify(&keys, &public, &theirs), Err(ProofError::NotValid));
}

#[test]
fn every_step_is_verified_and_says_who_has_contributed() {
	let held = held();
	let out = held.room.does("verify @key --powers @powers");
	assert!(out.contains("the key of chunk-key in era 1, verified"), "{out}");
	for (who, hash) in ["Alice", "Bob", "Carol"].iter().zip(&held.published[2..]) {
		assert!(out.contains(&format!("{hash}  {who}")), "{out}");
	}
	assert!(out.contains("beacon 00112233") && out.contains("The phase has ended."), "{out}");
	let out = held.room.does("verify @key2 --powers @powers");
	assert!(out.contains("Not finished: the ceremony has not ended: its beacon is missing."), "{out}");
	let out = held.room.does("tau verify @tau1");
	assert!(out.contains("2^10 powers, verified") && out.contains("Ada") && !out.contains("Ben"), "{out}");
	assert!(held.room.does("verify @key0 --powers @powers").contains("nobody has contributed"));
}

#[test]
fn what_is_refused_says_which_file_and_why() {
	let room = &held().room;
	let refused = room.refused("contribute @key --out @late --name Late");
	assert!(refused.contains("the ceremony has ended"), "{refused}");
	let refused = room.refused("finish @key2 --powers @powers --out @none");
	assert!(refused.contains("key2") && refused.contains("its beacon is missing"), "{refused}");
	assert!(!room.path("none").exists() && !room.path("late").exists());
	let refused = room.refused("new chunk-key --era 0 --powers @powers --out @none");
	assert!(refused.contains("development keys"), "{refused}");
	let refused = room.refused("new key-delivery --era 1 --powers @powers --out @none");
	assert!(refused.contains("key-delivery needs 2^13 powers, the file has 2^10"), "{refused}");
	let refused = room.refused("verify @powers --powers @powers");
	assert!(refused.contains("no file of the kind souk/ceremony-key/v1"), "{refused}");
	let refused = room.refused("tau contribute @tau0 --out @none --name \u{7}");
	assert!(refused.contains("name"), "{refused}");
	let refused = room.refused("beacon @key3 --out @none --value 0011");
	assert!(refused.contains("16 to 64 bytes"), "{refused}");
	let refused = room.refused("contribute @key2 --out @key3 --name Dora");
	assert!(refused.contains("key3") && refused.contains("exists"), "{refused}");
}

/// Bytes that the points of 2^10 powers have in a file, at its end: four lists and β in G2, each after its length.
const POINTS: usize = (2047 * 96 + 1024 * (192 + 96 + 96)) + 96 + 5 * 8;

#[test]
fn a_changed_file_is_refused() {
	let room = &held().room;
	// Ada's and Ben's powers, mixed: the points of one file after the contributions of the other.
	let [ada, ben] = ["tau1", "tau2"].map(|name| fs::read(room.path(name)).unwrap());
	let mixed = [&ben[..ben.len() - POINTS], &ada[ada.len() - POINTS..]].concat();
	fs::write(room.path("mixed"), mixed).unwrap();
	let refused = room.refused("tau verify @mixed");
	assert!(refused.contains("mixed") && refused.contains("the points' tau is not the one"), "{refused}");

	let mut flipped = fs::read(room.path("key2")).unwrap();
	let middle = flipped.len() / 2;
	flipped[middle] ^= 1;
	fs::write(room.path("flipped"), flipped).unwrap();
	let refused = room.refused("verify @flipped --powers @powers");
	assert!(refused.contains("flipped") && refused.contains("point"), "{refused}");
}

#[test]
fn a_file_of_the_contributor_s_own_is_mixed_in() {
	let room = Room::new();
	room.does("tau new --power 1 --out @tau0");
	fs::write(room.path("dice"), "4 2 6 1 5 3").unwrap();
	let out = room.does("tau contribute @tau0 --out @tau1 --name Ada --entropy @dice");
	assert_eq!(hash_in(&out).len(), 64);
	let missing = room.refused("tau contribute @tau1 --out @tau2 --name Ben --entropy @none");
	assert!(missing.contains("none"), "{missing}");
	// The same dice give other factors: the system's randomness is always in.
	let again = room.does("tau contribute @tau0 --out @tau2 --name Ada --entropy @dice");
	assert_ne!(hash_in(&again), hash_in(&out));
	let out = room.does(&format!("tau beacon @tau1 --out @powers {BEACON}"));
	assert!(out.contains("The phase has ended."), "{out}");
}
