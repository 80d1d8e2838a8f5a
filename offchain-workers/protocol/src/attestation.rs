//! What a persistence node signs about an answer, errors included.

use crate::{
	signing::{verify, Sign, Signer, Verify},
	ProtocolError,
};

// The chain reads the same bytes, by the same code.
pub use souk_proof_primitives::attestation::{
	bundle_hash, query_hash, result_hasher, Attestation, Outcome, SignedAttestation,
};

/// Changes to the engine after which a reproducible result may be other bytes are counted here.
const RULES: &str = "2";

/// The rules by which results are reproducible: a number that changes with the version of DataFusion, and with the engine's part in it. Two
/// results of one query over one file by the same rules are the same bytes. Nodes promise it, and clients know by it whether they did.
pub fn reproducible_by(datafusion: &str) -> u32 {
	// FNV-1a: nobody gains from two versions that have the same number.
	let bytes = RULES.bytes().chain(datafusion.bytes());
	bytes.fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

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
	fn another_version_has_other_rules() {
		assert_eq!(reproducible_by("55.2.0"), reproducible_by("55.2.0"));
		assert_ne!(reproducible_by("55.2.0"), reproducible_by("55.2.1"));
	}

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
