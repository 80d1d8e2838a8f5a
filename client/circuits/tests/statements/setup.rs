//! Development keys: the same everywhere, believed by their ids, mended on disk.

use crate::support::{keys, rng, some_chunk_key};
use ark_ec::AffineRepr;
use ark_serialize::CanonicalSerialize;
use souk_circuits::{
	prove,
	setup::{
		cache::{load, path},
		development::ids,
		Keys,
	},
	verify, ChunkKey, Statement,
};
use souk_proof_primitives::{
	key_id::{is_development_key, verifying_key_id},
	public_inputs::PublicInputs,
	statements::{Era, StatementId},
};
use std::fs;

fn is_as_the_code_says<S: Statement>(keys: &Keys<S>) {
	let statement = <S::Public as PublicInputs>::STATEMENT;
	assert_eq!(hex::encode(keys.id()), ids(statement).verifying_key);
	assert_eq!(keys.era(), Era::DEVELOPMENT);
	assert_eq!(keys.id(), verifying_key_id(statement, Era::DEVELOPMENT, &keys.verifying_bytes()));
	let key = &keys.proving().vk;
	assert_eq!(key.gamma_abc_g1.len(), statement.public_inputs() + 1);
	assert_ne!(key.gamma_g2, key.delta_g2);
	assert!(key.gamma_abc_g1.iter().all(|point| !point.is_zero()), "an input without weight");
	// The bytes of a verifying key are arkworks' own.
	let mut theirs = Vec::new();
	key.serialize_compressed(&mut theirs).unwrap();
	assert_eq!(keys.verifying_bytes(), theirs);
	assert!(is_development_key(statement, &theirs));
}

/// `keys` makes both anew in every run: a circuit that was changed and has its old ids is found here.
#[test]
fn the_development_keys_are_those_of_the_code() {
	let (chunk_key, key_delivery) = keys();
	is_as_the_code_says(chunk_key);
	is_as_the_code_says(key_delivery);
}

#[test]
fn keys_are_kept_and_a_damaged_file_is_made_again() {
	let directory = tempfile::tempdir().unwrap();
	let folder = directory.path().join("made").join("when needed");
	let file = path(&folder, StatementId::ChunkKey);
	let id = load::<ChunkKey>(&folder).unwrap().id();
	let good = fs::read(&file).unwrap();
	assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing temporary is left");

	// From the file, and as good as new.
	let modified = fs::metadata(&file).unwrap().modified().unwrap();
	let kept = load::<ChunkKey>(&folder).unwrap();
	assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), modified);
	let (public, private) = some_chunk_key(60);
	let proof = prove(&kept, &public, &private, &mut rng(60)).unwrap();
	verify(&keys().0, &public, &proof).unwrap();

	let mut flipped = good.clone();
	flipped[good.len() / 2] ^= 1;
	for damaged in [flipped, good[..good.len() - 1].to_vec(), Vec::new(), [good.clone(), vec![0]].concat()] {
		fs::write(&file, &damaged).unwrap();
		assert_eq!(load::<ChunkKey>(&folder).unwrap().id(), id);
		assert!(fs::read(&file).unwrap() == good, "the file was not mended");
	}
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
	let directory = tempfile::tempdir().unwrap();
	let taken = directory.path().join("taken");
	fs::write(&taken, "a file").unwrap();
	let error = load::<ChunkKey>(&taken).err().expect("a file is no directory").to_string();
	assert!(error.contains("taken"), "{error}");
}
