//! Frozen values: a change here is a change of what chains and buyers hold.

use crate::support::{keys, rng, some_chunk_key, some_key_delivery};
use ark_bls12_381::Fr;
use serde_json::{json, Value};
use souk_circuits::{poseidon, prove, setup::Keys, verify, Proof, Statement};
use souk_proof_primitives::{
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
};

fn text(scalar: &Fr) -> String {
	hex::encode(scalar::encode(scalar))
}

#[track_caller]
fn is_frozen(name: &str, found: &Value, frozen: &str) {
	let frozen: Value = serde_json::from_str(frozen).unwrap_or(Value::Null);
	assert!(
		*found == frozen,
		"tests/vectors/{name} does not have\n{}",
		serde_json::to_string_pretty(found).unwrap()
	);
}

/// Scalars as 32 little-endian bytes.
#[test]
fn hashes_and_sealed_keys() {
	let hash = |inputs: &[u64]| {
		let inputs: Vec<Fr> = inputs.iter().map(|i| Fr::from(*i)).collect();
		text(&poseidon().hash("souk/test/v1", &inputs))
	};
	let (chunk, chunk_private) = some_chunk_key(70);
	let (delivery, delivery_private, secret) = some_key_delivery(70);
	let found = json!({
		"poseidon": { "tag": "souk/test/v1", "of_0": hash(&[]), "of_1": hash(&[1]), "of_1_2": hash(&[1, 2]), "of_1_2_3": hash(&[1, 2, 3]) },
		"chunk_key": {
			"key": text(&chunk_private.key),
			"key_commitment": text(&chunk.key_commitment),
			"index": chunk.index,
			"chunk_key": text(&chunk.chunk_key),
		},
		"sealed_key": {
			"key": text(&delivery_private.key),
			"key_commitment": text(&delivery.key_commitment),
			"buyer_secret": hex::encode(secret.to_bytes()),
			"buyer": [text(&delivery.buyer.x()), text(&delivery.buyer.y())],
			"ephemeral": [text(&delivery.ephemeral.x()), text(&delivery.ephemeral.y())],
			"ciphertext": text(&delivery.ciphertext),
			"context": text(&delivery.context),
		},
	});
	is_frozen("keys.json", &found, include_str!("../../../../tests/vectors/keys.json"));
}

fn proof<S: Statement>(keys: &Keys<S>, public: &S::Public, private: &S::Private) -> Value {
	let proof = prove(keys, public, private, &mut rng(71)).unwrap();
	json!({
		"verifying_key_id": hex::encode(keys.id()),
		"verifying_key": hex::encode(keys.verifying_bytes()),
		"public_inputs": hex::encode(public.encode()),
		"proof": hex::encode(proof.to_bytes()),
	})
}

const PROOFS: &str = include_str!("../../../../tests/vectors/proofs.json");

#[test]
fn verifying_keys_and_proofs() {
	let (chunk_keys, delivery_keys) = keys();
	let (chunk, chunk_private) = some_chunk_key(70);
	let (delivery, delivery_private, _) = some_key_delivery(70);
	let found = json!({
		"chunk_key": proof(chunk_keys, &chunk, &chunk_private),
		"key_delivery": proof(delivery_keys, &delivery, &delivery_private),
	});
	is_frozen("proofs.json", &found, PROOFS);
}

/// What was written once goes on to be read and to verify.
#[test]
fn a_frozen_proof_verifies() {
	let (chunk_keys, delivery_keys) = keys();
	let frozen: Value = serde_json::from_str(PROOFS).unwrap();
	let bytes = |statement: &str, what: &str| hex::decode(frozen[statement][what].as_str().unwrap()).unwrap();
	let read = |statement: &str| Proof::from_bytes(&bytes(statement, "proof")).unwrap();
	let public = ChunkKeyPublic::decode(&bytes("chunk_key", "public_inputs")).unwrap();
	verify(chunk_keys, &public, &read("chunk_key")).unwrap();
	let public = KeyDeliveryPublic::decode(&bytes("key_delivery", "public_inputs")).unwrap();
	verify(delivery_keys, &public, &read("key_delivery")).unwrap();
}
