//! What a bad chunk is proved with. It is made ready before anything is paid: who cannot prove has bought on trust.

use crate::{error::SdkError, types::ProofKeyView};
use rand::rngs::OsRng;
use souk_circuits::{
	prove,
	setup::{cache, registered, Keys},
	verify, ChunkKey, ChunkKeyPrivate,
};
use souk_proof_primitives::{
	poseidon::Scalar,
	public_inputs::ChunkKeyPublic,
	statements::{Era, StatementId},
};
use std::{path::Path, sync::Arc};

/// Proves the keys of chunks, in one era.
#[derive(Clone)]
pub struct Prover {
	keys: Arc<Keys<ChunkKey>>,
}

impl std::fmt::Debug for Prover {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "Prover(era {})", self.keys.era().0)
	}
}

impl Prover {
	/// The prover for the key that is registered on the chain. Development keys are made where they are not in the directory;
	/// those of other eras have to be there.
	///
	/// Errors: [`SdkError::NoProvingKey`].
	pub async fn load(directory: &Path, registered: &ProofKeyView) -> Result<Self, SdkError> {
		let (directory, era, id) = (directory.to_owned(), Era(registered.era), registered.id);
		let missing = |reason: String| no_key(era, reason);
		let loading = tokio::task::spawn_blocking(move || match era {
			Era::DEVELOPMENT => cache::load::<ChunkKey>(&directory),
			_ => registered::load::<ChunkKey>(&directory, era, &id),
		});
		let keys = loading.await.map_err(|error| missing(format!("loading it failed: {error}")))?.map_err(
			|error| {
				missing(format!("{error}; put it there, or ask the chain's operators where it is published"))
			},
		)?;
		if keys.id() != registered.id {
			return Err(missing(
				"the chain has registered another one than this program has; they are of different versions"
					.into(),
			));
		}
		Ok(Self { keys: Arc::new(keys) })
	}

	/// The era whose proofs this makes.
	pub fn era(&self) -> Era {
		self.keys.era()
	}

	/// A proof, checked before it is handed out. Takes less than a second.
	///
	/// Errors: [`SdkError::Prove`].
	pub(crate) async fn prove(&self, public: ChunkKeyPublic, key: Scalar) -> Result<Vec<u8>, SdkError> {
		let keys = self.keys.clone();
		let proving = tokio::task::spawn_blocking(move || {
			let proof = prove(&*keys, &public, &ChunkKeyPrivate { key }, &mut OsRng)
				.map_err(|error| error.to_string())?;
			verify(&*keys, &public, &proof)
				.map_err(|error| format!("the proving key is damaged: {error}"))?;
			Ok(proof.to_bytes().to_vec())
		});
		proving.await.unwrap_or_else(|error| Err(error.to_string())).map_err(SdkError::Prove)
	}

	#[cfg(test)]
	pub(crate) fn accepts(&self, public: &ChunkKeyPublic, proof: &[u8]) -> bool {
		let proof = souk_circuits::Proof::from_bytes(proof).expect("it was made here");
		verify(&*self.keys, public, &proof).is_ok()
	}

	#[cfg(test)]
	pub(crate) fn of_development(directory: &Path) -> Self {
		Self { keys: Arc::new(cache::load(directory).expect("the directory can be written")) }
	}

	/// What the chain would say of its key.
	#[cfg(test)]
	pub(crate) fn key_view(&self) -> ProofKeyView {
		crate::purchase::played::key_view(self.keys.era().0, self.keys.id())
	}
}

fn no_key(era: Era, reason: String) -> SdkError {
	SdkError::NoProvingKey { statement: StatementId::ChunkKey.name(), era: era.0, reason }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::played::{key_view, proving_keys};

	#[tokio::test]
	async fn only_the_key_that_is_on_the_chain_is_used() {
		let made =
			Prover::load(&proving_keys(), &crate::purchase::played::prover().key_view()).await.unwrap();
		assert_eq!(made.era(), Era::DEVELOPMENT);
		let other = Prover::load(&proving_keys(), &key_view(0, [1; 32])).await.unwrap_err();
		assert!(other.to_string().contains("another one"), "{other}");
	}

	#[tokio::test]
	async fn a_key_that_is_not_there_is_named() {
		let dir = tempfile::tempdir().unwrap();
		let error = Prover::load(dir.path(), &key_view(3, [1; 32])).await.unwrap_err();
		let text = error.to_string();
		assert!(text.contains("chunk-key, era 3") && text.contains(dir.path().to_str().unwrap()), "{text}");
	}
}
