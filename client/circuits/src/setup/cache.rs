//! Keys on disk, in a directory that the caller names: `<statement>-<id of the verifying key>.proving-key`.
//!
//! A file is believed by its hash, which is in the code: one that is damaged, or that somebody else wrote, is made again. It
//! appears under its name whole or not at all.

use super::{development, Keys, SetupError};
use crate::statements::{id_of, Statement};
use ark_bls12_381::Bls12_381;
use ark_groth16::ProvingKey;
use ark_serialize::CanonicalDeserialize;
use souk_proof_primitives::statements::{Era, StatementId};
use std::{
	fs, io,
	io::Write,
	path::{Path, PathBuf},
};

/// Where a statement's development keys are in a directory of keys.
pub fn path(directory: &Path, statement: StatementId) -> PathBuf {
	directory.join(format!("{statement}-{}.proving-key", development::ids(statement).verifying_key))
}

/// The development keys of a statement: from the directory, or made (seconds) and put there.
///
/// # Errors
///
/// [`SetupError::Io`] where the directory cannot be made or written, [`SetupError::UnknownKey`] where the code's ids are not those
/// of its circuit.
pub fn load<S: Statement>(directory: &Path) -> Result<Keys<S>, SetupError> {
	let path = path(directory, id_of::<S>());
	if let Some(keys) = read(&path) {
		return Ok(keys);
	}
	let (keys, bytes) = development::generate()?;
	write(directory, &path, &bytes).map_err(|error| SetupError::Io { path, error })?;
	Ok(keys)
}

/// The keys in a file, if they are the code's.
fn read<S: Statement>(path: &Path) -> Option<Keys<S>> {
	let bytes = fs::read(path).ok()?;
	if blake3::hash(&bytes).to_hex().as_str() != development::ids(id_of::<S>()).proving_key {
		return None;
	}
	// The hash is that of a key whose points were computed, not read.
	let proving = ProvingKey::<Bls12_381>::deserialize_uncompressed_unchecked(bytes.as_slice()).ok()?;
	Keys::new(proving, Era::DEVELOPMENT).ok()
}

fn write(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
	fs::create_dir_all(directory)?;
	let mut file = tempfile::NamedTempFile::new_in(directory)?;
	file.write_all(bytes)?;
	file.as_file().sync_all()?;
	file.persist(path)?;
	Ok(())
}
