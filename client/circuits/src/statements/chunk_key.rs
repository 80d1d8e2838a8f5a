//! `ChunkKey`: `k_i` is the key of chunk *i* under a key commitment. Page: `docs/statements/chunk-key.md`.

use super::{fails, private_input, public_inputs, Check, CheckFailed, ConstraintGroup, Headings, Statement};
use crate::{gadgets::poseidon, poseidon};
use ark_bls12_381::Fr;
use ark_r1cs_std::{eq::EqGadget, fields::FieldVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use souk_proof_primitives::{keys, public_inputs::ChunkKeyPublic};
use std::{fmt, slice};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Check 1.
pub const KEY_COMMITMENT: Check = Check { number: 1, heading: "Key commitment" };
/// Check 2.
pub const CHUNK_KEY: Check = Check { number: 2, heading: "Chunk key" };
/// Check 3.
pub const CONTEXT: Check = Check { number: 3, heading: "Context" };

/// What the prover of a [`ChunkKey`] knows.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ChunkKeyPrivate {
	/// The snapshot's key, `k`.
	pub key: Fr,
}

impl fmt::Debug for ChunkKeyPrivate {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("ChunkKeyPrivate(..)")
	}
}

/// The statement.
pub struct ChunkKey;

impl Statement for ChunkKey {
	type Public = ChunkKeyPublic;
	type Private = ChunkKeyPrivate;
	const CHECKS: &'static [Check] = &[KEY_COMMITMENT, CHUNK_KEY, CONTEXT];

	fn holds(public: &ChunkKeyPublic, private: &ChunkKeyPrivate) -> Result<(), CheckFailed> {
		// 1. Key commitment
		if keys::key_commitment(poseidon(), private.key) != public.key_commitment {
			return Err(fails::<Self>(KEY_COMMITMENT));
		}
		// 2. Chunk key
		if keys::chunk_key(poseidon(), private.key, public.index) != public.chunk_key {
			return Err(fails::<Self>(CHUNK_KEY));
		}
		// 3. Context: any context holds, it only has to be the one that the proof was made for.
		Ok(())
	}

	fn synthesize(
		cs: &ConstraintSystemRef<Fr>,
		public: Option<&ChunkKeyPublic>,
		private: Option<&ChunkKeyPrivate>,
	) -> Result<Vec<ConstraintGroup>, SynthesisError> {
		let [key_commitment, index, chunk_key, context] = public_inputs(cs, public)?;
		let key = private_input(cs, private.map(|private| private.key))?;
		let mut headings = Headings::new(cs);

		// 1. Key commitment
		poseidon::hash(cs, keys::KEY_COMMITMENT, slice::from_ref(&key))?.enforce_equal(&key_commitment)?;
		headings.close(KEY_COMMITMENT);

		// 2. Chunk key
		poseidon::hash(cs, keys::CHUNK_KEY, &[key, index])?.enforce_equal(&chunk_key)?;
		headings.close(CHUNK_KEY);

		// 3. Context
		let _square = context.square()?;
		headings.close(CONTEXT);

		Ok(headings.groups)
	}
}
