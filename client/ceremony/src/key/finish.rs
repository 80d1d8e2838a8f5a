//! What comes out of a ceremony that has ended.

use super::{key_bytes, KeyCeremony};
use crate::{files::write_new, powers::Powers, refusal::Refusal, transcript::Transcript, Error};
use ark_bls12_381::Bls12_381;
use ark_serialize::CanonicalSerialize;
use souk_proof_primitives::{groth16, key_id::verifying_key_id};
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// The keys of a statement in an era, and the transcript that says where they come from.
#[derive(Clone, Debug)]
pub struct Finished {
	/// The proving key, uncompressed, as [`souk_circuits::setup`] keeps keys.
	pub proving_key: Vec<u8>,
	/// The verifying key, compressed, as it is registered on the chain.
	pub verifying_key: Vec<u8>,
	/// What anybody can check.
	pub transcript: Transcript,
}

impl KeyCeremony {
	/// The keys. [Verifies](Self::verify) everything first.
	///
	/// # Errors
	///
	/// Those of [`Self::verify`], and [`Refusal::NobodyContributed`], [`Refusal::NotEnded`]: keys of an unfinished ceremony
	/// are keys that somebody may know the secrets of.
	pub fn finish(&self, powers: &Powers) -> Result<Finished, Error> {
		self.chain.ended()?;
		self.verify(powers)?;
		let verifying_key = self.verifying_key();
		// What the chain asks of a key before it registers it: γ = δ is refused there once more.
		groth16::VerifyingKey::<Bls12_381>::from_bytes(self.origin.statement, &verifying_key)
			.map_err(Refusal::NotAKey)?;
		Ok(Finished {
			proving_key: key_bytes(&self.key),
			transcript: Transcript::of(powers, self, &verifying_key),
			verifying_key,
		})
	}

	/// The id of the verifying key as it is now.
	pub fn verifying_key_id(&self) -> [u8; 32] {
		verifying_key_id(self.origin.statement, self.origin.era, &self.verifying_key())
	}

	fn verifying_key(&self) -> Vec<u8> {
		let mut bytes = Vec::new();
		self.key.vk.serialize_compressed(&mut bytes).expect("a vector takes every byte");
		bytes
	}
}

impl Finished {
	/// Writes the three files into a directory, under the name that provers look for: `<statement>-<id of the verifying key>` with
	/// `.proving-key`, `.verifying-key` and `.transcript.json`. Returns their paths.
	///
	/// # Errors
	///
	/// What the system says, and the file that it says it of. A file that is there already is not overwritten.
	pub fn write(&self, directory: &Path) -> Result<[PathBuf; 3], Error> {
		let at = |path: &Path| {
			let path = path.to_path_buf();
			move |error: io::Error| Error::Io { path, error }
		};
		fs::create_dir_all(directory).map_err(at(directory))?;
		let stem = format!("{}-{}", self.transcript.statement, self.transcript.verifying_key_id);
		let path = |ending: &str| directory.join(format!("{stem}.{ending}"));
		let files = [path("proving-key"), path("verifying-key"), path("transcript.json")];
		let transcript = self.transcript.to_json();
		for (path, bytes) in
			files.iter().zip([&self.proving_key[..], &self.verifying_key, transcript.as_bytes()])
		{
			write_new(path, bytes)?;
		}
		Ok(files)
	}
}
