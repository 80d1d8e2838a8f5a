//! What the pallet offers to other pallets.

use crate::*;
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use souk_primitives::reach::{ProofRefusal, Proofs};
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
use souk_proof_primitives::groth16::{trapdoor::Trapdoor, Curve};
use souk_proof_primitives::statements::{Era, StatementId};

impl<T: Config> Proofs for Pallet<T> {
	fn verify(statement: StatementId, era: Era, inputs: &[Fr], proof: &[u8]) -> Result<(), ProofRefusal> {
		Self::check(statement, era, inputs, proof)
	}

	fn verify_batch(
		statement: StatementId,
		era: Era,
		proofs: &[(Vec<Fr>, &[u8])],
	) -> Result<(), Vec<(u32, ProofRefusal)>> {
		Self::check_batch(statement, era, proofs)
	}

	fn current_era(statement: StatementId) -> Option<Era> {
		let (now, next) = (Self::now(), Self::next());
		let paused = |switch: Switch| switch.is_paused(now) || switch.is_paused(next);
		Self::newest_era(statement).filter(|_| !Switches::<T>::get(statement).is_some_and(paused))
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_key(statement: StatementId) -> Era {
		let newest = Keys::<T>::iter_key_prefix(statement).map(|era| era.0).max().unwrap_or_default();
		let era = newest.saturating_add(1);
		let key = Trapdoor::new(statement, era.into()).key::<Curve>().map(|key| key.to_bytes());
		let registered = key
			.map(|key| Self::do_register_key(statement.code(), era, &key, [1; 32]))
			.is_ok_and(|r| r.is_ok());
		assert!(registered, "a key whose secrets are known is a key");
		Era(era)
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_proof(statement: StatementId, era: Era, inputs: &[Fr]) -> Vec<u8> {
		Trapdoor::new(statement, era.0.into())
			.prove::<Curve>(inputs, 1)
			.map(|proof| proof.to_bytes().to_vec())
			.unwrap_or_default()
	}
}
