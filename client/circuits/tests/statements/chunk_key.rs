use crate::support::{fails, holds, some_chunk_key};
use ark_bls12_381::Fr;
use ark_ff::One;
use souk_circuits::{
	statements::chunk_key::{CHUNK_KEY, KEY_COMMITMENT},
	ChunkKey, ChunkKeyPrivate,
};
use souk_proof_primitives::public_inputs::ChunkKeyPublic;

#[test]
fn it_holds_with_720_constraints() {
	let (public, private) = some_chunk_key(1);
	let system = holds::<ChunkKey>(&public, &private);
	assert_eq!(system.constraints(), 720);
	assert_eq!(system.groups.iter().map(|g| g.constraints.len()).collect::<Vec<_>>(), [238, 481, 1]);
}

#[test]
fn the_first_and_the_last_index_hold() {
	let (public, private) = some_chunk_key(2);
	for index in [0, 1, u32::MAX] {
		let chunk_key = souk_proof_primitives::keys::chunk_key(souk_circuits::poseidon(), private.key, index);
		holds::<ChunkKey>(&ChunkKeyPublic { index, chunk_key, ..public }, &private);
	}
}

#[test]
fn another_key_commitment_fails() {
	let (public, private) = some_chunk_key(3);
	let key_commitment = public.key_commitment + Fr::one();
	fails::<ChunkKey>(&ChunkKeyPublic { key_commitment, ..public }, &private, KEY_COMMITMENT);
}

#[test]
fn another_key_fails() {
	let (public, private) = some_chunk_key(4);
	let other = ChunkKeyPrivate { key: private.key + Fr::one() };
	fails::<ChunkKey>(&public, &other, KEY_COMMITMENT);
}

#[test]
fn another_chunk_s_key_fails() {
	let (public, private) = some_chunk_key(5);
	fails::<ChunkKey>(&ChunkKeyPublic { index: public.index + 1, ..public }, &private, CHUNK_KEY);
	let chunk_key = public.chunk_key + Fr::one();
	fails::<ChunkKey>(&ChunkKeyPublic { chunk_key, ..public }, &private, CHUNK_KEY);
	// The key of a chunk of another snapshot, whose commitment is another one.
	let (_, other) = some_chunk_key(6);
	let chunk_key =
		souk_proof_primitives::keys::chunk_key(souk_circuits::poseidon(), other.key, public.index);
	fails::<ChunkKey>(&ChunkKeyPublic { chunk_key, ..public }, &private, CHUNK_KEY);
}
