//! What a persistence node signs about an answer, errors included. The chain reads the very bytes that clients get.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use crate::hash::{tagged, Digest, StreamHasher};
use alloc::string::String;
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
	pub node: [u8; 32],
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
	/// By which rules the answer was computed, where it is promised that by these rules the same query over the same snapshot has the same bytes
	/// each time: a number that changes with the engine. None where rows may come in another order the next time.
	pub reproducible: Option<u32>,
}

/// An attestation with its node's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedAttestation {
	/// The claim.
	pub attestation: Attestation,
	/// By `attestation.node`, over [`Attestation::digest`].
	pub signature: [u8; 64],
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
		tagged("souk/attestation/v2", &[&self.encode()])
	}
}
