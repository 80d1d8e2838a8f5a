//! What a persistence node signs about an answer, errors included.

use crate::{
	hash::{tagged, Digest, StreamHasher},
	signing::{verify, AccountId, Signature, Signer},
	ProtocolError,
};
use codec::{Decode, Encode};

/// How a query ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
	/// The whole result was sent.
	#[codec(index = 0)]
	Complete {
		/// [`result_hasher`] over the result's bytes.
		result: Digest,
		/// Rows.
		rows: u64,
		/// Bytes of Arrow IPC.
		bytes: u64,
	},
	/// No result, or one that was cut: what came before is void.
	#[codec(index = 1)]
	Failed {
		/// Stable code, e.g. `refused`, `timed_out`, `not_entitled`.
		code: String,
		/// One sentence for a person.
		message: String,
	},
	/// The whole bundle of a proved query was sent. What is in it stands or falls with its proof, whoever sent it.
	#[codec(index = 2)]
	Proved {
		/// [`bundle_hash`] of the bundle's bytes. Proofs are randomised: two of one query differ.
		bundle: Digest,
		/// Bytes of the bundle.
		bytes: u64,
	},
}

/// The claim a node answers for with its bond.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Attestation {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The listing.
	pub listing: u32,
	/// Account of the node; it signs.
	pub node: AccountId,
	/// Digest of the request that is answered.
	pub request: Digest,
	/// Hash of the query text, see [`query_hash`]: two attestations for one query can be compared without the request.
	pub query: Digest,
	/// Period of the snapshot; 0 where the query failed before one was chosen.
	pub period: u32,
	/// `content_root` of that snapshot.
	pub content_root: Digest,
	/// How it ended.
	pub outcome: Outcome,
	/// Finalised block at which the right to query was checked.
	pub block: u32,
}

/// An attestation with its node's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedAttestation {
	/// The claim.
	pub attestation: Attestation,
	/// By `attestation.node`, over [`Attestation::digest`].
	pub signature: Signature,
}

/// Hash of a query's text.
pub fn query_hash(sql: &str) -> Digest {
	tagged("souk/query-text/v1", &[sql.as_bytes()])
}

/// Hash of the bundle of a proved query.
pub fn bundle_hash(bundle: &[u8]) -> Digest {
	tagged("souk/proved-bundle/v1", &[bundle])
}

/// Hasher for a result's bytes, fed as they come.
pub fn result_hasher() -> StreamHasher {
	StreamHasher::new("souk/query-result/v1")
}

impl Attestation {
	/// What is signed.
	pub fn digest(&self) -> Digest {
		tagged("souk/attestation/v1", &[&self.encode()])
	}

	/// Signs it; `signer` must be the node.
	pub fn sign(self, signer: &dyn Signer) -> SignedAttestation {
		let signature = signer.sign_digest(&self.digest());
		SignedAttestation { attestation: self, signature }
	}
}

impl SignedAttestation {
	/// Checks the node's signature.
	pub fn verify(&self) -> Result<(), ProtocolError> {
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
		};
		claim.clone().sign(&node).verify().unwrap();
		assert!(claim.clone().sign(&other).verify().is_err());
		let mut signed = claim.sign(&node);
		signed.attestation.outcome = Outcome::Complete { result: [5; 32], rows: 2, bytes: 2 };
		assert!(signed.verify().is_err());
	}
}
