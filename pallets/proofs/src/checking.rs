//! The checking of proofs: which key may be used, and what it says.

use crate::{refusal::of_proof, *};
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use souk_primitives::reach::ProofRefusal;
use souk_proof_primitives::{
	groth16::{verify, verify_batch, Proof, VerifyingKey},
	statements::{Era, StatementId},
};

impl<T: Config> Pallet<T> {
	/// The key of an era, if proofs may be checked with it in this block.
	pub(crate) fn usable_key(statement: StatementId, era: Era) -> Result<VerifyingKey, ProofRefusal> {
		let forbidden = |development: bool| development && !AllowDevelopmentKeys::<T>::get();
		if forbidden(era == Era::DEVELOPMENT) {
			return Err(ProofRefusal::DevelopmentKey);
		}
		let record = Keys::<T>::get(statement, era).ok_or(ProofRefusal::NoKey)?;
		if forbidden(record.development) {
			return Err(ProofRefusal::DevelopmentKey);
		}
		if Self::is_paused(statement) {
			return Err(ProofRefusal::Paused);
		}
		if record.is_retired(Self::now()) {
			return Err(ProofRefusal::Retired);
		}
		// The bytes were written from a key.
		VerifyingKey::from_prepared(&record.key).ok_or(ProofRefusal::NoKey)
	}

	pub(crate) fn check(
		statement: StatementId,
		era: Era,
		inputs: &[Fr],
		proof: &[u8],
	) -> Result<(), ProofRefusal> {
		let key = Self::usable_key(statement, era)?;
		let proof = Proof::from_bytes(proof).map_err(of_proof)?;
		verify(&key, inputs, &proof).map_err(of_proof)
	}

	/// Those whose bytes are no proof are refused for themselves, and the others checked together.
	pub(crate) fn check_batch(
		statement: StatementId,
		era: Era,
		proofs: &[(Vec<Fr>, &[u8])],
	) -> Result<(), Vec<(u32, ProofRefusal)>> {
		if proofs.is_empty() {
			return Ok(());
		}
		let key = Self::usable_key(statement, era)
			.map_err(|refusal| (0u32..).zip(proofs).map(|(at, _)| (at, refusal)).collect::<Vec<_>>())?;
		let (mut claims, mut places, mut refused) = (Vec::new(), Vec::new(), Vec::new());
		for (at, (inputs, proof)) in (0u32..).zip(proofs) {
			match Proof::from_bytes(proof) {
				Ok(proof) => {
					claims.push((&key, inputs.clone(), proof));
					places.push(at);
				}
				Err(error) => refused.push((at, of_proof(error))),
			}
		}
		if let Err(bad) = verify_batch(&claims) {
			refused.extend(
				bad.into_iter().filter_map(|(claim, error)| Some((*places.get(claim)?, of_proof(error)))),
			);
			refused.sort_by_key(|(at, _)| *at);
		}
		if refused.is_empty() {
			Ok(())
		} else {
			Err(refused)
		}
	}

	/// Whether no proof of the statement is taken in this block.
	pub(crate) fn is_paused(statement: StatementId) -> bool {
		Switches::<T>::get(statement).is_some_and(|switch| switch.is_paused(Self::now()))
	}

	/// The highest era of a statement whose key is not retired.
	pub(crate) fn newest_era(statement: StatementId) -> Option<Era> {
		LiveEras::<T>::get(statement).last().copied()
	}
}
