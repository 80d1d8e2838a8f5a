//! What is said to a mailbox, and what it says.
//!
//! ```text
//! reader, side ── SignedEvidenceRequest ───────────────────────────> persistence node
//!              <── Contents | Sends | Wanted | Kept | Refused | Later
//!              <── pieces of the object   (only after Sends)
//!              ── pieces of the object   (only after Wanted)
//!              <── Kept | Refused | Later (only after those)
//! ```

use super::share::{Envelope, SignedReadingKey};
use crate::{
	decode_exact,
	envelope::EncryptionKey,
	hash::{tagged, Digest},
	signing::{verify, AccountId, Sign, Signature, Signer, Verify},
	ProtocolError,
};
use codec::{Decode, Encode};

/// Most envelopes in one request.
pub const MAX_ENVELOPES: usize = 256;
/// Longest encoded request, in bytes.
pub const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// Longest encoded reply, in bytes.
pub const MAX_CONTENTS_BYTES: usize = 512 * 1024;
/// Bytes of a piece of an object; the last one may be shorter.
pub const PIECE_BYTES: usize = 64 * 1024;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Ask {
	/// To know what there is of the case.
	#[codec(index = 0)]
	Look,
	/// The object with this hash.
	#[codec(index = 1)]
	Take {
		/// Its hash.
		evidence: Digest,
	},
	/// To leave an object.
	#[codec(index = 2)]
	Leave {
		/// Its hash, which is on chain.
		evidence: Digest,
		/// Its length.
		bytes: u32,
	},
	/// To leave keys.
	#[codec(index = 3)]
	Share(Deposit),
}

/// Keys that are left at a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Deposit {
	/// Where sides read: the sender's, or one that it knows of the other side.
	pub keys: Vec<SignedReadingKey>,
	/// At most [`MAX_ENVELOPES`].
	pub envelopes: Vec<Envelope>,
}

/// One request. Everything that it must not be usable for elsewhere is inside what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EvidenceRequest {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The case.
	pub case: u64,
	/// Account of the node that is asked.
	pub node: AccountId,
	/// Who asks; it signs.
	pub account: AccountId,
	/// Random; a node answers one request with it.
	pub nonce: [u8; 16],
	/// When the request loses its meaning, in milliseconds since the Unix epoch.
	pub deadline: u64,
	/// What is wanted.
	pub ask: Ask,
}

/// A request with its sender's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedEvidenceRequest {
	/// The request.
	pub request: EvidenceRequest,
	/// By `request.account`.
	pub signature: Signature,
}

impl EvidenceRequest {
	fn digest(&self) -> Digest {
		tagged("souk/evidence-request/v1", &[&self.encode()])
	}
}

impl Sign for EvidenceRequest {
	type Signed = SignedEvidenceRequest;

	fn sign(self, signer: &dyn Signer) -> SignedEvidenceRequest {
		SignedEvidenceRequest { signature: signer.sign_digest(&self.digest()), request: self }
	}
}

impl Verify for SignedEvidenceRequest {
	fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.request.account, &self.request.digest(), &self.signature, "request for evidence")
	}
}

impl SignedEvidenceRequest {
	/// The request in a frame. Its signature is not checked yet.
	///
	/// # Errors
	/// [`ProtocolError::TooLarge`] before anything is decoded, or for too many envelopes; [`ProtocolError::Malformed`].
	pub fn parse(frame: &[u8]) -> Result<Self, ProtocolError> {
		within("request for evidence", frame.len(), MAX_REQUEST_BYTES)?;
		let signed: Self = decode_exact(frame, "request for evidence")?;
		if let Ask::Share(deposit) = &signed.request.ask {
			within("list of envelopes", deposit.envelopes.len(), MAX_ENVELOPES)?;
		}
		Ok(signed)
	}
}

/// What a node remembers of a request: a nonce of an account is for one request, whatever else is in it.
pub fn nonce_digest(request: &EvidenceRequest) -> Digest {
	tagged("souk/evidence-nonce/v1", &[&request.account, &request.nonce])
}

/// Whose envelope is there, for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeldEnvelope {
	/// Hash of the object.
	pub evidence: Digest,
	/// Whom it is for.
	pub recipient: AccountId,
	/// The key that it is wrapped for.
	pub key: EncryptionKey,
	/// Who has left it.
	pub author: AccountId,
}

/// What a mailbox has of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Contents {
	/// Hashes of the objects.
	pub objects: Vec<Digest>,
	/// Where sides read.
	pub keys: Vec<SignedReadingKey>,
	/// The envelopes for whoever asks.
	pub mine: Vec<Envelope>,
	/// All envelopes, without what is in them. What does not fit into a reply is left out.
	pub envelopes: Vec<HeldEnvelope>,
}

/// What the node says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum EvidenceReply {
	/// What there is.
	#[codec(index = 0)]
	Contents(Contents),
	/// The object's pieces follow.
	#[codec(index = 1)]
	Sends {
		/// Its length.
		bytes: u32,
	},
	/// What was left is kept.
	#[codec(index = 2)]
	Kept,
	/// The pieces of what is to be left may come.
	#[codec(index = 5)]
	Wanted,
	/// Not from, or not at, this node.
	#[codec(index = 3)]
	Refused {
		/// Why.
		reason: String,
	},
	/// Not now: ask again later.
	#[codec(index = 4)]
	Later {
		/// Why.
		reason: String,
	},
}

fn within(what: &'static str, size: usize, limit: usize) -> Result<(), ProtocolError> {
	if size > limit {
		return Err(ProtocolError::TooLarge { what, bytes: size, limit });
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::evidence::ENVELOPE_BYTES;
	use sp_core::{sr25519, Pair};

	fn request(account: &sr25519::Pair) -> EvidenceRequest {
		EvidenceRequest {
			genesis: [1; 32],
			case: 3,
			node: [2; 32],
			account: account.public().0,
			nonce: [5; 16],
			deadline: 6,
			ask: Ask::Take { evidence: [7; 32] },
		}
	}

	#[test]
	fn a_signature_covers_every_field() {
		let alice = sr25519::Pair::from_seed(&[1; 32]);
		let signed = request(&alice).sign(&alice);
		signed.verify().unwrap();
		let changes: [fn(&mut EvidenceRequest); 8] = [
			|r| r.genesis[0] ^= 1,
			|r| r.case += 1,
			|r| r.node[0] ^= 1,
			|r| r.account[0] ^= 1,
			|r| r.nonce[0] ^= 1,
			|r| r.deadline += 1,
			|r| r.ask = Ask::Look,
			|r| r.ask = Ask::Take { evidence: [8; 32] },
		];
		for change in changes {
			let mut changed = signed.clone();
			change(&mut changed.request);
			assert!(changed.verify().is_err());
		}
	}

	#[test]
	fn the_longest_request_fits_and_longer_ones_are_refused_before_they_are_looked_at() {
		let alice = sr25519::Pair::from_seed(&[1; 32]);
		let envelope =
			Envelope { evidence: [1; 32], recipient: [2; 32], key: [3; 32], sealed: [4; ENVELOPE_BYTES] };
		let of = |count| {
			let deposit = Deposit { keys: Vec::new(), envelopes: vec![envelope; count] };
			EvidenceRequest { ask: Ask::Share(deposit), ..request(&alice) }.sign(&alice).encode()
		};
		let longest = of(MAX_ENVELOPES);
		assert!(longest.len() + 1024 < MAX_REQUEST_BYTES, "{}", longest.len());
		SignedEvidenceRequest::parse(&longest).unwrap();
		for bytes in [of(MAX_ENVELOPES + 1), vec![0; MAX_REQUEST_BYTES + 1]] {
			let refused = SignedEvidenceRequest::parse(&bytes);
			assert!(matches!(refused, Err(ProtocolError::TooLarge { .. })), "{refused:?}");
		}
		assert!(SignedEvidenceRequest::parse(&[&longest[..], &[0]].concat()).is_err());
	}

	#[test]
	fn a_nonce_is_of_an_account_and_of_nothing_else() {
		let [alice, bob] = [1, 2].map(|seed| sr25519::Pair::from_seed(&[seed; 32]));
		let one = request(&alice);
		let mut same = one.clone();
		same.ask = Ask::Look;
		assert_eq!(nonce_digest(&one), nonce_digest(&same));
		assert_ne!(nonce_digest(&one), nonce_digest(&request(&bob)));
	}

	/// Nodes and readers of different versions meet.
	#[test]
	fn the_encoding_is_frozen() {
		assert_eq!(Ask::Look.encode(), [0]);
		assert_eq!(Ask::Take { evidence: [7; 32] }.encode(), [&[1][..], &[7; 32]].concat());
		let leave = Ask::Leave { evidence: [7; 32], bytes: 2 };
		assert_eq!(leave.encode(), [&[2][..], &[7; 32], &[2, 0, 0, 0]].concat());
		assert_eq!(Ask::Share(Deposit::default()).encode(), [3, 0, 0]);
		assert_eq!(EvidenceReply::Contents(Contents::default()).encode(), [0, 0, 0, 0, 0]);
		assert_eq!(EvidenceReply::Sends { bytes: 2 }.encode(), [1, 2, 0, 0, 0]);
		assert_eq!(EvidenceReply::Kept.encode(), [2]);
		assert_eq!(EvidenceReply::Wanted.encode(), [5]);
		assert_eq!(EvidenceReply::Refused { reason: "a".into() }.encode(), [3, 4, b'a']);
		assert_eq!(EvidenceReply::Later { reason: "a".into() }.encode(), [4, 4, b'a']);
	}
}
