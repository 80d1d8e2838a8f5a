//! What a worker signs about a snapshot that it hands on. Two of them with different commitments for one period prove to anybody that it
//! said two things.

use crate::hash::{tagged, Digest};
use codec::{Decode, Encode, MaxEncodedLen};

/// A worker's claim of what the snapshot of a period commits to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen)]
pub struct Submission {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// Account of the worker; it signs.
	pub worker: [u8; 32],
	/// Hash of the commitments, as the chain's events show it: `Blake2b-256("souk/commitments/v1" ‖ encoded commitments)`.
	pub commitments: Digest,
}

/// A submission with its worker's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen)]
pub struct SignedSubmission {
	/// The claim.
	pub submission: Submission,
	/// By `submission.worker`, over [`Submission::digest`].
	pub signature: [u8; 64],
}

impl Submission {
	/// What is signed.
	pub fn digest(&self) -> Digest {
		tagged("souk/submission/v1", &[&self.encode()])
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn it_has_one_length_and_a_digest_that_is_frozen() {
		let submission =
			Submission { genesis: [1; 32], listing: 2, period: 3, worker: [4; 32], commitments: [5; 32] };
		assert_eq!(submission.encoded_size(), Submission::max_encoded_len());
		assert_eq!(Submission::max_encoded_len(), 32 + 4 + 4 + 32 + 32);
		assert_eq!(hex::encode(submission.digest()), FROZEN);
	}

	/// Made by this implementation on the day it was written.
	const FROZEN: &str = "18427f60b292f7e21b7a07ff44b36201bd74be7c1b4217e7050df2d884ad72ed";
}
