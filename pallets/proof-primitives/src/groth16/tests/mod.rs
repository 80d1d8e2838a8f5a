//! Everything is tested on both implementations of the curve, with keys whose secrets are known. Proofs by the real prover are
//! checked in `souk-circuits`.

mod batch;
mod curve;
mod key;
mod points;
mod proof;
mod verify;

use super::{trapdoor::Trapdoor, *};
use crate::statements::StatementId;
use ark_bls12_381::Fr;

type Native = ark_bls12_381::Bls12_381;
type Host = sp_crypto_ec_utils::bls12_381::Bls12_381;

const STATEMENT: StatementId = StatementId::ChunkKey;

/// Public inputs that are all different.
fn inputs(seed: u64) -> Vec<Fr> {
	(0..STATEMENT.public_inputs()).map(|i| -Fr::from(1000 * seed + i as u64 + 1)).collect()
}

fn key<E: Groth16Curve>(seed: u64) -> VerifyingKey<E> {
	Trapdoor::new(STATEMENT, seed).key().unwrap()
}

/// A proof of [`inputs`] with that seed, under key 1.
fn proof<E: Groth16Curve>(seed: u64) -> Proof<E> {
	Trapdoor::new(STATEMENT, 1).prove(&inputs(seed), seed).unwrap()
}
