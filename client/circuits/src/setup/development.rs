//! Development keys: made from a seed that is in this file, known by their ids.

use super::{Keys, SetupError};
use crate::statements::{id_of, Circuit, Statement};
use ark_bls12_381::Bls12_381;
use ark_groth16::{Groth16, ProvingKey};
use ark_serialize::CanonicalSerialize;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use souk_proof_primitives::statements::{Era, StatementId};

/// What all keys of a development era come from, with the statement's code.
const SEED: &str = "souk/development-setup/v1";

/// How the code knows the development keys of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DevelopmentIds {
	/// The verifying key's id, in hexadecimal.
	pub verifying_key: &'static str,
	/// BLAKE3 of the uncompressed proving key, in hexadecimal. A proving key that somebody else made may betray what is proved
	/// with it: no other one is used.
	pub proving_key: &'static str,
}

/// The ids of a statement's development keys.
pub const fn ids(statement: StatementId) -> DevelopmentIds {
	match statement {
		StatementId::ChunkKey => DevelopmentIds {
			verifying_key: "1783486d470fbbcd37dc43fd1d9c97cc0cedf0bcb7469417f953f44c3cff7fca",
			proving_key: "ece550fa83041c417510b936b52cfb2d780df6988f5db66618127f703e754b8a",
		},
		StatementId::KeyDelivery => DevelopmentIds {
			verifying_key: "e3ac2888a77d5defc731fd2af629c539355f4ebabd3978bfd50b05c03a62a627",
			proving_key: "73a0418183bed809076f9411e56068c85248a8bcfc8a713268ad565a9e8a4e23",
		},
	}
}

/// Makes the development keys of a statement, and their bytes. Takes seconds; [`super::cache::load`] does it once per directory.
///
/// # Errors
///
/// [`SetupError::UnknownKey`] where they are not the keys that the code names.
pub(super) fn generate<S: Statement>() -> Result<(Keys<S>, Vec<u8>), SetupError> {
	let statement = id_of::<S>();
	let seed = blake3::hash(&[SEED.as_bytes(), &[statement.code()]].concat());
	let mut rng = ChaCha20Rng::from_seed(*seed.as_bytes());
	let proving: ProvingKey<Bls12_381> =
		Groth16::<Bls12_381>::generate_random_parameters_with_reduction(Circuit::<S>::blank(), &mut rng)
			.map_err(|error| SetupError::Circuit { statement, error })?;
	let mut bytes = Vec::new();
	proving.serialize_uncompressed(&mut bytes).expect("a vector takes every byte");
	let keys = Keys::new(proving, Era::DEVELOPMENT)
		.expect("the setup makes points of the groups, γ and δ from different random numbers");

	let known = ids(statement);
	for (what, expected, found) in [
		("verifying key", known.verifying_key, hex::encode(keys.id())),
		("proving key", known.proving_key, blake3::hash(&bytes).to_hex().to_string()),
	] {
		if found != expected {
			return Err(SetupError::UnknownKey { statement, what, expected, found });
		}
	}
	Ok((keys, bytes))
}
