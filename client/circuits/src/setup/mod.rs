//! Keys of the statements.
//!
//! Development keys come from a fixed seed: whoever knows it, and that is everybody, can prove anything under them. They are for
//! chains on which nothing is at stake; a chain of type Live refuses their ids.

pub mod cache;
pub mod development;

use crate::statements::{id_of, Statement};
use ark_bls12_381::Bls12_381;
use ark_groth16::{prepare_verifying_key, PreparedVerifyingKey, ProvingKey};
use ark_relations::gr1cs::SynthesisError;
use ark_serialize::CanonicalSerialize;
use souk_proof_primitives::{
	key_id::verifying_key_id,
	statements::{Era, StatementId},
};
use std::{io, marker::PhantomData, path::PathBuf};

/// The keys of one statement in one era.
pub struct Keys<S> {
	proving: ProvingKey<Bls12_381>,
	verifying: PreparedVerifyingKey<Bls12_381>,
	era: Era,
	statement: PhantomData<fn() -> S>,
}

impl<S: Statement> Keys<S> {
	fn new(proving: ProvingKey<Bls12_381>, era: Era) -> Self {
		let verifying = prepare_verifying_key(&proving.vk);
		Self { proving, verifying, era, statement: PhantomData }
	}

	/// What proofs are made with.
	pub fn proving(&self) -> &ProvingKey<Bls12_381> {
		&self.proving
	}

	/// What proofs are checked with.
	pub fn verifying(&self) -> &PreparedVerifyingKey<Bls12_381> {
		&self.verifying
	}

	/// The era that the keys belong to.
	pub fn era(&self) -> Era {
		self.era
	}

	/// The verifying key as it is registered on chain: compressed.
	pub fn verifying_bytes(&self) -> Vec<u8> {
		let mut bytes = Vec::new();
		self.proving.vk.serialize_compressed(&mut bytes).expect("a vector takes every byte");
		bytes
	}

	/// The verifying key's id.
	pub fn id(&self) -> [u8; 32] {
		verifying_key_id(id_of::<S>(), self.era, &self.verifying_bytes())
	}
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
	/// The circuit could not be built.
	#[error("the circuit of {statement} could not be built: {error}")]
	Circuit {
		/// Which statement.
		statement: StatementId,
		/// What arkworks says.
		error: SynthesisError,
	},
	/// The keys that were made are not those that the code names: the circuit, the seed or arkworks has changed.
	#[error("the {what} of {statement} is {found}, and the code has {expected}: a changed circuit needs a new era")]
	UnknownKey {
		/// Which statement.
		statement: StatementId,
		/// Which of its keys.
		what: &'static str,
		/// The id in the code.
		expected: &'static str,
		/// The id that came out.
		found: String,
	},
	/// The directory for keys could not be written.
	#[error("{path}: {error}")]
	Io {
		/// The directory or file.
		path: PathBuf,
		/// What the system says.
		error: io::Error,
	},
}
