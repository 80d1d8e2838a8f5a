//! What a worker signs about a snapshot that it hands to a persistence node.

use crate::{
	decode_exact,
	signing::{verify, Sign, Signer, Verify},
	ProtocolError,
};
use codec::Encode as _;

// The chain reads the same bytes, by the same code.
pub use souk_proof_primitives::submission::{SignedSubmission, Submission};

impl Sign for Submission {
	type Signed = SignedSubmission;

	fn sign(self, signer: &dyn Signer) -> SignedSubmission {
		let signature = signer.sign_digest(&self.digest());
		SignedSubmission { submission: self, signature }
	}
}

impl Verify for SignedSubmission {
	fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.submission.worker, &self.submission.digest(), &self.signature, "submission")
	}
}

/// The bytes that are handed on, kept and reported.
pub fn encode_submission(signed: &SignedSubmission) -> Vec<u8> {
	signed.encode()
}

/// The way back from [`encode_submission`]. Says nothing about the signature.
///
/// # Errors
/// For bytes that are no signed submission.
pub fn decode_submission(bytes: &[u8]) -> Result<SignedSubmission, ProtocolError> {
	decode_exact(bytes, "signed submission")
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[test]
	fn a_forged_submission_is_refused() {
		let (worker, other) = (sr25519::Pair::from_seed(&[1; 32]), sr25519::Pair::from_seed(&[2; 32]));
		let claim = Submission {
			genesis: [1; 32],
			listing: 1,
			period: 3,
			worker: worker.public().0,
			commitments: [4; 32],
		};
		let good = claim.clone().sign(&worker);
		good.verify().unwrap();
		assert_eq!(decode_submission(&encode_submission(&good)), Ok(good));
		assert!(claim.clone().sign(&other).verify().is_err());
		let mut signed = claim.sign(&worker);
		signed.submission.period = 4;
		assert!(signed.verify().is_err());
	}
}
