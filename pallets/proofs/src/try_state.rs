//! What must always hold.

use crate::*;
use frame_support::ensure;
use souk_proof_primitives::{
	groth16::{Curve, VerifyingKey},
	key_id::{is_development_key, verifying_key_id},
	statements::{Era, StatementId},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. Every key is one that can be registered for its statement: what is kept of it is what would be kept of its compressed
	///    bytes, and its id is theirs.
	/// 2. A key is marked as a development key where everybody can make it, and only there; such keys exist only where the
	///    chain takes them. Every other one has a transcript.
	/// 3. The eras that are listed are those whose keys are not retired, each once, in order.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (statement, era, record) in Keys::<T>::iter() {
			let kept =
				VerifyingKey::<Curve>::from_prepared(&record.key).ok_or("what is kept of a key is no key")?;
			let bytes = kept.to_bytes();
			let again = VerifyingKey::from_bytes(statement, &bytes).map_err(|_| "a key is not sound")?;
			ensure!(again == kept, "what is kept of a key is not the key");
			ensure!(record.id == verifying_key_id(statement, era, &bytes), "a key has another id");
			let development = era == Era::DEVELOPMENT || is_development_key(statement, &bytes);
			ensure!(record.development == development, "a key is marked as what it is not");
			ensure!(!development || AllowDevelopmentKeys::<T>::get(), "the chain takes no such key");
			ensure!(development || record.transcript != [0; 32], "a key has no transcript");
		}
		for statement in StatementId::ALL {
			let listed = LiveEras::<T>::get(statement);
			ensure!(
				listed.iter().zip(listed.iter().skip(1)).all(|(a, b)| a < b),
				"eras are not in order, or one is listed twice"
			);
			let live = Keys::<T>::iter_prefix(statement).filter(|(_, record)| record.retired_from.is_none());
			ensure!(live.count() == listed.len(), "an era is not listed, or listed without a key");
			for era in listed {
				let record = Keys::<T>::get(statement, era).ok_or("an era is listed without a key")?;
				ensure!(record.retired_from.is_none(), "a retired era is listed");
			}
		}
		Ok(())
	}
}
