//! What a subscriber sends: a query, signed, and readable by one node only.

use crate::{
	decode_exact,
	envelope::{self, EncryptionKey, EncryptionSecret},
	hash::{tagged, Digest},
	signing::{verify, AccountId, Signature, Signer},
	ProtocolError,
};
use codec::{Decode, Encode};

/// Longest SQL text, in bytes.
pub const MAX_SQL: usize = 64 * 1024;
/// Longest sealed request, in bytes.
pub const MAX_SEALED_REQUEST: usize = MAX_SQL + 4096;
/// The name by which SQL can call every listing's table, beside the listing's own.
pub const TABLE: &str = "t";
const SEAL: &str = "souk/query-request-seal/v1";

/// Which snapshot a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Snapshot {
	/// The newest one that is final.
	#[codec(index = 0)]
	Latest,
	/// That of one period.
	#[codec(index = 1)]
	Period(u32),
}

/// What an answer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AnswerKind {
	/// The rows, as an Arrow IPC stream.
	#[codec(index = 0)]
	Rows,
	/// The figures of an aggregate with the proof that they are right: a bundle of `souk-table-proofs`.
	#[codec(index = 1)]
	Proof,
}

/// The least number of rows that must stand behind a group of a proved answer, from a listing's policy; 0 is no limit. Node and
/// subscriber have to agree on it: it is part of what is proved.
///
/// Two at least where only aggregates are answered: grouped by a column of different values, a table would come out as it is.
pub const fn group_size(aggregate_only: bool, min_group_size: u32) -> u32 {
	match (aggregate_only, min_group_size) {
		(false, 0 | 1) => 0,
		(true, 0 | 1) => 2,
		(_, rows) => rows,
	}
}

/// The other name of a listing's table, beside [`TABLE`]: the listing's, with `_` for `-`, which SQL takes for a minus. The chain lets names have
/// nothing else but the letters a to z and digits. Node and subscriber have to agree on it.
pub fn table_name(listing: &str) -> String {
	listing.replace('-', "_")
}

/// Most that the subscriber wants to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RequestLimits {
	/// Rows.
	pub rows: u64,
	/// Bytes of result before encryption.
	pub bytes: u64,
}

/// One query. Everything that it must not be usable for elsewhere is inside what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct QueryRequest {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The listing.
	pub listing: u32,
	/// Account of the persistence node that is asked.
	pub node: AccountId,
	/// The query.
	pub sql: String,
	/// Which snapshot.
	pub snapshot: Snapshot,
	/// Account that holds the entitlement; it signs.
	pub holder: AccountId,
	/// X25519 key to which the answer is encrypted; fresh for every request.
	pub reply_key: EncryptionKey,
	/// Random; a node answers one request with it.
	pub nonce: [u8; 16],
	/// When the request loses its meaning, in milliseconds since the Unix epoch.
	pub deadline: u64,
	/// Limits.
	pub limits: RequestLimits,
	/// Payment for one query (a voucher); subscriptions need none.
	pub voucher: Option<Vec<u8>>,
	/// What the answer is to be.
	pub answer: AnswerKind,
}

/// A request with its holder's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedRequest {
	/// The request.
	pub request: QueryRequest,
	/// By `request.holder`, over [`QueryRequest::digest`].
	pub signature: Signature,
}

impl QueryRequest {
	/// What is signed, and what an attestation refers to.
	pub fn digest(&self) -> Digest {
		tagged("souk/query-request/v2", &[&self.encode()])
	}

	/// Signs it; `signer` must be the holder.
	pub fn sign(self, signer: &dyn Signer) -> SignedRequest {
		let signature = signer.sign_digest(&self.digest());
		SignedRequest { request: self, signature }
	}
}

impl SignedRequest {
	/// Checks the holder's signature.
	pub fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.request.holder, &self.request.digest(), &self.signature, "query request")
	}

	/// Encrypts it to the node's registered key.
	pub fn seal(&self, node: &EncryptionKey) -> Result<Vec<u8>, ProtocolError> {
		let sealed = envelope::seal(node, SEAL, &[], &self.encode())?;
		within(&sealed)?;
		Ok(sealed)
	}

	/// Opens what [`Self::seal`] made. The signature is not checked yet.
	pub fn open(secret: &EncryptionSecret, sealed: &[u8]) -> Result<Self, ProtocolError> {
		within(sealed)?;
		decode_exact(&envelope::open(secret, SEAL, &[], sealed)?, "query request")
	}
}

fn within(sealed: &[u8]) -> Result<(), ProtocolError> {
	if sealed.len() > MAX_SEALED_REQUEST {
		return Err(ProtocolError::TooLarge {
			what: "query request",
			bytes: sealed.len(),
			limit: MAX_SEALED_REQUEST,
		});
	}
	Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	pub(crate) fn request(holder: &sr25519::Pair) -> QueryRequest {
		QueryRequest {
			genesis: [1; 32],
			listing: 3,
			node: [2; 32],
			sql: "SELECT 1".into(),
			snapshot: Snapshot::Latest,
			holder: holder.public().0,
			reply_key: [4; 32],
			nonce: [5; 16],
			deadline: 6,
			limits: RequestLimits { rows: 7, bytes: 8 },
			voucher: None,
			answer: AnswerKind::Rows,
		}
	}

	#[test]
	fn a_signature_covers_every_field() {
		let alice = sr25519::Pair::from_seed(&[1; 32]);
		let signed = request(&alice).sign(&alice);
		signed.verify().unwrap();
		let changes: [fn(&mut QueryRequest); 12] = [
			|r| r.genesis[0] ^= 1,
			|r| r.listing += 1,
			|r| r.node[0] ^= 1,
			|r| r.sql.push(' '),
			|r| r.snapshot = Snapshot::Period(0),
			|r| r.holder[0] ^= 1,
			|r| r.reply_key[0] ^= 1,
			|r| r.nonce[0] ^= 1,
			|r| r.deadline += 1,
			|r| r.limits.rows += 1,
			|r| r.voucher = Some(vec![]),
			|r| r.answer = AnswerKind::Proof,
		];
		for change in changes {
			let mut changed = signed.clone();
			change(&mut changed.request);
			assert!(changed.verify().is_err());
		}
	}

	#[test]
	fn groups_of_one_are_never_told_where_only_aggregates_are() {
		assert_eq!([group_size(false, 0), group_size(false, 1), group_size(false, 2)], [0, 0, 2]);
		assert_eq!([group_size(true, 0), group_size(true, 1), group_size(true, 9)], [2, 2, 9]);
	}

	#[test]
	fn a_table_is_called_like_its_listing() {
		assert_eq!(["nyc-weather", "a-b-2", "t"].map(table_name), ["nyc_weather", "a_b_2", TABLE]);
	}

	#[test]
	fn only_the_node_reads_a_sealed_request() {
		let alice = sr25519::Pair::from_seed(&[1; 32]);
		let (node, other) = (EncryptionSecret::generate(), EncryptionSecret::generate());
		let signed = request(&alice).sign(&alice);
		let sealed = signed.seal(&node.public()).unwrap();
		assert_eq!(SignedRequest::open(&node, &sealed).unwrap(), signed);
		assert!(SignedRequest::open(&other, &sealed).is_err());
		let mut long = signed;
		long.request.sql = "x".repeat(1 << 20);
		assert!(matches!(long.seal(&node.public()), Err(ProtocolError::TooLarge { .. })));
	}
}
