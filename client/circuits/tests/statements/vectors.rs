//! Frozen values: a change here is a change of what chains and buyers hold.

use crate::support::{keys, rng, some_chunk_key, some_key_delivery};
use ark_bls12_381::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use ark_serialize::CanonicalSerialize;
use serde_json::{json, Value};
use souk_circuits::{
	gadgets::membership::{self, MembershipPath},
	poseidon, prove,
	setup::Keys,
	verify, ChunkKey, KeyDelivery, Proof, Statement,
};
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
	let path = MembershipPath { index: 5, siblings: [6u64, 7, 8].map(Fr::from).to_vec() };
	let found = json!({
		"poseidon": { "tag": "souk/test/v1", "of_0": hash(&[]), "of_1": hash(&[1]), "of_1_2": hash(&[1, 2]), "of_1_2_3": hash(&[1, 2, 3]) },
		"membership": {
			"tag": membership::NODE,
			"node_of_1_2": text(&membership::node(Fr::from(1u64), Fr::from(2u64))),
			"leaf": text(&Fr::from(9u64)),
			"index": path.index,
			"siblings": path.siblings.iter().map(text).collect::<Vec<_>>(),
			"root": text(&path.root(Fr::from(9u64)).unwrap()),
		},
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

/// What is wrong with a frozen proof or its public inputs, and the message with which it is refused.
fn refused<S: Statement>(keys: &Keys<S>, frozen: &Value, other: &Value) -> Value {
	let bytes = |of: &Value, what: &str| hex::decode(of[what].as_str().unwrap()).unwrap();
	let (inputs, proof) = (bytes(frozen, "public_inputs"), bytes(frozen, "proof"));
	let with = |at: usize, new: &[u8]| {
		let mut changed = proof.clone();
		changed[at..at + new.len()].copy_from_slice(new);
		changed
	};
	let context = inputs.len() - 32;
	let mut another_order = inputs.clone();
	another_order[context] ^= 1;
	let mut aliased = inputs.clone();
	aliased[..32].copy_from_slice(&plus_modulus(&inputs[..32]));
	let mut off_the_curve = proof.clone();
	off_the_curve[95] ^= 1;

	let cases = [
		("another order's context", another_order, proof.clone()),
		("an input plus the modulus", aliased, proof.clone()),
		("an input missing", inputs[..context].to_vec(), proof.clone()),
		("another point A", inputs.clone(), with(0, &uncompressed(&G1Affine::generator()))),
		("another point B", inputs.clone(), with(96, &uncompressed(&G2Affine::generator()))),
		("another point C", inputs.clone(), with(288, &uncompressed(&G1Affine::generator()))),
		("a point off the curve", inputs.clone(), off_the_curve),
		("a point outside the subgroup", inputs.clone(), with(288, &uncompressed(&outside()))),
		("the identity", inputs.clone(), with(96, &uncompressed(&G2Affine::identity()))),
		("a coordinate of all ones", inputs.clone(), with(48, &[0xff; 48])),
		("a byte more", inputs.clone(), [&proof[..], &[0]].concat()),
		("a byte less", inputs.clone(), proof[1..].to_vec()),
		("the other statement's proof", inputs.clone(), bytes(other, "proof")),
	];
	cases
		.into_iter()
		.map(|(what, inputs, proof)| {
			let error = match (S::Public::decode(&inputs), Proof::from_bytes(&proof)) {
				(Err(error), _) => error.to_string(),
				(_, Err(error)) => error.to_string(),
				(Ok(public), Ok(proof)) => verify(keys, &public, &proof).unwrap_err().to_string(),
			};
			json!({ "what": what, "public_inputs": hex::encode(inputs), "proof": hex::encode(proof), "error": error })
		})
		.collect()
}

fn uncompressed(point: &impl CanonicalSerialize) -> Vec<u8> {
	let mut bytes = Vec::new();
	point.serialize_uncompressed(&mut bytes).unwrap();
	bytes
}

/// The point of the curve with the smallest first coordinate that is outside the subgroup.
fn outside() -> G1Affine {
	(1u64..)
		.filter_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap()
}

/// Twice the modulus is below 2²⁵⁶: the sum has an encoding.
fn plus_modulus(scalar: &[u8]) -> Vec<u8> {
	let mut number = Fr::from_le_bytes_mod_order(scalar).into_bigint();
	assert!(!number.add_with_carry(&Fr::MODULUS));
	number.to_bytes_le()
}

#[test]
fn what_is_refused_and_how() {
	let (chunk_keys, delivery_keys) = keys();
	let frozen: Value = serde_json::from_str(PROOFS).unwrap();
	let (chunk_key, key_delivery) = (&frozen["chunk_key"], &frozen["key_delivery"]);
	let found = json!({
		"chunk_key": refused::<ChunkKey>(chunk_keys, chunk_key, key_delivery),
		"key_delivery": refused::<KeyDelivery>(delivery_keys, key_delivery, chunk_key),
	});
	is_frozen("refused.json", &found, include_str!("../../../../tests/vectors/refused.json"));
}
