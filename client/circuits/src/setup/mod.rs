//! Keys of the statements.
//!
//! Development keys come from a fixed seed: whoever knows it, and that is everybody, can prove anything under them. They are for
//! chains on which nothing is at stake; a chain of type Live refuses their ids.

pub mod cache;
pub mod development;
mod points;
pub mod registered;

pub use points::{KeyFault, ProvingPart, Query};

use crate::statements::{id_of, Statement};
use ark_bls12_381::Bls12_381;
use ark_groth16::ProvingKey;
use ark_relations::gr1cs::SynthesisError;
use souk_proof_primitives::{
	groth16::{KeyError, VerifyingKey},
	key_id::verifying_key_id,
	statements::{Era, StatementId},
};
use std::{io, marker::PhantomData, path::PathBuf};

/// The keys of one statement in one era.
pub struct Keys<S> {
	proving: ProvingKey<Bls12_381>,
	verifying: VerifyingKey<Bls12_381>,
	era: Era,
	statement: PhantomData<fn() -> S>,
}

impl<S: Statement> Keys<S> {
	/// # Errors
	///
	/// [`KeyError`] where the verifying key in it is none.
	fn new(proving: ProvingKey<Bls12_381>, era: Era) -> Result<Self, KeyError> {
		let key = &proving.vk;
		let inputs = key.gamma_abc_g1.clone();
		let verifying =
			VerifyingKey::new(id_of::<S>(), key.alpha_g1, key.beta_g2, key.gamma_g2, key.delta_g2, inputs)?;
		Ok(Self { proving, verifying, era, statement: PhantomData })
	}

	/// What proofs are made with.
	pub fn proving(&self) -> &ProvingKey<Bls12_381> {
		&self.proving
	}

	/// What proofs are checked with.
	pub fn verifying(&self) -> &VerifyingKey<Bls12_381> {
		&self.verifying
	}

	/// The era that the keys belong to.
	pub fn era(&self) -> Era {
		self.era
	}

	/// The verifying key as it is registered on chain: compressed.
	pub fn verifying_bytes(&self) -> Vec<u8> {
		self.verifying.to_bytes()
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
	/// A file that should hold a proving key holds none.
	#[error("{path} is no proving key, or a damaged one: fetch it again from where the ceremony's result is published")]
	NotAKey {
		/// The file.
		path: PathBuf,
	},
	/// A file holds a proving key that may not be used.
	#[error("{path} is no sound proving key: {fault}. Fetch it again from where the ceremony's result is published")]
	BadKey {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		fault: KeyFault,
	},
	/// A file holds another key than its name says, or one of another era.
	#[error("{path} holds the keys whose id is {found}, not those that are registered for this era")]
	OtherKey {
		/// The file.
		path: PathBuf,
		/// The id of its verifying key in this era.
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
