//! What a persistence node signs about an answer, errors included.

use crate::{
	signing::{verify, Sign, Signer, Verify},
	ProtocolError,
};

// The chain reads the same bytes, by the same code.
pub use souk_proof_primitives::attestation::{
	bundle_hash, query_hash, result_hasher, Attestation, Outcome, SignedAttestation,
};

impl Sign for Attestation {
	type Signed = SignedAttestation;

	fn sign(self, signer: &dyn Signer) -> SignedAttestation {
		let signature = signer.sign_digest(&self.digest());
		SignedAttestation { attestation: self, signature }
	}
}

impl Verify for SignedAttestation {
	fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.attestation.node, &self.attestation.digest(), &self.signature, "attestation")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[test]
	fn a_forged_attestation_is_refused() {
		let (node, other) = (sr25519::Pair::from_seed(&[1; 32]), sr25519::Pair::from_seed(&[2; 32]));
		let claim = Attestation {
			genesis: [1; 32],
			listing: 1,
			node: node.public().0,
			request: [2; 32],
			query: query_hash("SELECT 1"),
			period: 3,
			content_root: [4; 32],
			outcome: Outcome::Complete { result: [5; 32], rows: 1, bytes: 2 },
			block: 6,
			reproducible: None,
		};
		claim.clone().sign(&node).verify().unwrap();
		assert!(claim.clone().sign(&other).verify().is_err());
		let mut signed = claim.sign(&node);
		signed.attestation.outcome = Outcome::Complete { result: [5; 32], rows: 2, bytes: 2 };
		assert!(signed.verify().is_err());
		signed.attestation.outcome = Outcome::Complete { result: [5; 32], rows: 1, bytes: 2 };
		signed.verify().unwrap();
		// What is promised of the answer is signed as well.
		signed.attestation.reproducible = Some(1);
		assert!(signed.verify().is_err());
	}
}
