//! Keys of the eras that a chain has registered: from a directory, by the id that is on chain.
//!
//! A file is named as in [`super::cache`], `<statement>-<id of the verifying key>.proving-key`, and is arkworks' uncompressed
//! proving key. Its points are checked, and the verifying key in it has to be the registered one. That says nothing about the rest
//! of the file: whoever brings it here has it from a ceremony whose transcript they have checked, and verifies each proof that they
//! make with it.

use super::{Keys, SetupError};
use crate::statements::{id_of, Statement};
use ark_bls12_381::Bls12_381;
use ark_groth16::ProvingKey;
use ark_serialize::CanonicalDeserialize;
use souk_proof_primitives::statements::{Era, StatementId};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// Where a statement's keys are in a directory of keys, by the id of the verifying key.
pub fn path(directory: &Path, statement: StatementId, id: &[u8; 32]) -> PathBuf {
	directory.join(format!("{statement}-{}.proving-key", hex::encode(id)))
}

/// The keys of a statement in an era, from the directory. Takes seconds, for the points are checked.
///
/// # Errors
///
/// [`SetupError::Io`] where there is no such file, [`SetupError::NotAKey`] where it is none, [`SetupError::OtherKey`] where its
/// verifying key is another one.
pub fn load<S: Statement>(directory: &Path, era: Era, id: &[u8; 32]) -> Result<Keys<S>, SetupError> {
	let path = path(directory, id_of::<S>(), id);
	let bytes = match fs::read(&path) {
		Ok(bytes) => bytes,
		Err(error) => return Err(SetupError::Io { path, error }),
	};
	let mut rest = bytes.as_slice();
	// Of points that stand alone, arkworks checks the subgroup and not the curve.
	let on_curve = |key: &ProvingKey<Bls12_381>| key.beta_g1.is_on_curve() && key.delta_g1.is_on_curve();
	let proving = match ProvingKey::<Bls12_381>::deserialize_uncompressed(&mut rest) {
		Ok(proving) if rest.is_empty() && on_curve(&proving) => proving,
		_ => return Err(SetupError::NotAKey { path }),
	};
	let Ok(keys) = Keys::new(proving, era) else { return Err(SetupError::NotAKey { path }) };
	match keys.id() {
		found if found == *id => Ok(keys),
		found => Err(SetupError::OtherKey { path, found: hex::encode(found) }),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{setup::cache, ChunkKey};
	use ark_serialize::CanonicalSerialize;
	use souk_proof_primitives::key_id::verifying_key_id;

	const ERA: Era = Era(3);

	/// The development keys, as if a chain had registered them for another era.
	#[test]
	fn a_key_is_taken_by_its_id_in_its_era_and_no_other_file_is() {
		let directory = tempfile::tempdir().unwrap();
		let made = cache::load::<ChunkKey>(directory.path()).unwrap();
		let id = verifying_key_id(StatementId::ChunkKey, ERA, &made.verifying_bytes());
		let missing = load::<ChunkKey>(directory.path(), ERA, &id).err().unwrap();
		assert!(matches!(missing, SetupError::Io { .. }), "{missing}");

		let mut bytes = Vec::new();
		made.proving().serialize_uncompressed(&mut bytes).unwrap();
		let file = path(directory.path(), StatementId::ChunkKey, &id);
		fs::write(&file, &bytes).unwrap();
		let keys = load::<ChunkKey>(directory.path(), ERA, &id).unwrap();
		assert_eq!((keys.id(), keys.era()), (id, ERA));
		assert!(keys.proving() == made.proving());

		// The same file under the id of another key, and in another era.
		let other = [7; 32];
		fs::copy(&file, path(directory.path(), StatementId::ChunkKey, &other)).unwrap();
		for (era, id) in [(ERA, other), (Era(4), id)] {
			let refused = load::<ChunkKey>(directory.path(), era, &id).err().unwrap();
			assert!(matches!(refused, SetupError::OtherKey { .. }), "{refused}");
		}

		let off_the_curve = [&[1; 96][..], &bytes[96..]].concat();
		for damaged in [&bytes[1..], &[&bytes[..], &[0]].concat(), &off_the_curve, &[]] {
			fs::write(&file, damaged).unwrap();
			let refused = load::<ChunkKey>(directory.path(), ERA, &id).err().unwrap();
			assert!(matches!(refused, SetupError::NotAKey { .. }), "{refused}");
		}
	}
}
