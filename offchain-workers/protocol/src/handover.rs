//! How a worker hands a snapshot to a persistence node: an offer, a reply, the sealed chunks, a receipt.
//!
//! ```text
//! worker ── SignedOffer ──────────────> persistence node
//!        <── Reply::Send | Reply::… ──
//!        ── sealed chunk 0 … n-1 ─────>   (one frame each; only after Send)
//!        <── Reply::Stored | Refused ──
//! ```
//!
//! With the offer comes what the worker says of the snapshot to everybody: a [`Submission`]. The node keeps it. A worker that says two
//! things of one period has signed the proof of it.
//!
//! The chunks are ciphertext: whoever listens learns nothing, and the node opens them with the listing secret that the
//! curator wrapped to it. It believes nothing but the chain: both roots must be those of the final snapshot.

use crate::{
	hash::{tagged, Digest},
	signing::{verify, AccountId, Sign as _, Signature, Signer, Verify as _},
	submission::{SignedSubmission, Submission},
	ProtocolError,
};
use codec::{Decode, Encode};

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// Account of the worker; it signs.
	pub worker: AccountId,
	/// Account of the persistence node that is meant.
	pub node: AccountId,
	/// Root over the chunks that would follow.
	pub cipher_root: Digest,
	/// Bytes of plaintext.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
}

/// An offer with its worker's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedOffer {
	/// The offer.
	pub offer: Offer,
	/// By `offer.worker`, over [`Offer::digest`].
	pub signature: Signature,
	/// What the worker says of the snapshot: about the same listing and period, by the same worker.
	pub submission: SignedSubmission,
}

/// What the node says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Reply {
	/// Go on.
	#[codec(index = 0)]
	Send,
	/// It is here already; nothing needs to be sent.
	#[codec(index = 1)]
	Have,
	/// Not now (not final at this node's finalised head yet, or busy): offer it again later.
	#[codec(index = 2)]
	Later {
		/// Why.
		reason: String,
	},
	/// Never.
	#[codec(index = 3)]
	Refused {
		/// Why.
		reason: String,
	},
	/// Received, checked, and on disk.
	#[codec(index = 4)]
	Stored,
}

impl Offer {
	/// What is signed.
	pub fn digest(&self) -> Digest {
		tagged("souk/handover-offer/v1", &[&self.encode()])
	}

	/// Signs it, and with it that `commitments` is the hash of what the snapshot commits to; `signer` must be the worker.
	pub fn sign(self, commitments: Digest, signer: &dyn Signer) -> SignedOffer {
		let signature = signer.sign_digest(&self.digest());
		let claim = Submission {
			genesis: self.genesis,
			listing: self.listing,
			period: self.period,
			worker: self.worker,
			commitments,
		};
		SignedOffer { offer: self, signature, submission: claim.sign(signer) }
	}
}

impl SignedOffer {
	/// Checks the worker's signatures, and that both are about the same.
	pub fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.offer.worker, &self.offer.digest(), &self.signature, "offer of a snapshot")?;
		let (offer, claim) = (&self.offer, &self.submission.submission);
		let same = (offer.genesis, offer.listing, offer.period, offer.worker)
			== (claim.genesis, claim.listing, claim.period, claim.worker);
		if !same {
			return Err(ProtocolError::Mismatch { what: "the submission that came with the offer" });
		}
		self.submission.verify()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[test]
	fn an_offer_comes_with_what_its_worker_says_of_the_same_snapshot() {
		let (worker, other) = (sr25519::Pair::from_seed(&[1; 32]), sr25519::Pair::from_seed(&[2; 32]));
		let offer = Offer {
			genesis: [1; 32],
			listing: 2,
			period: 3,
			worker: worker.public().0,
			node: [4; 32],
			cipher_root: [5; 32],
			bytes: 6,
			chunks: 1,
		};
		let signed = offer.clone().sign([7; 32], &worker);
		signed.verify().unwrap();
		assert_eq!(signed.submission.submission.commitments, [7; 32]);
		let with = |submission| SignedOffer { submission, ..signed.clone() };
		let of = |offer: Offer, signer: &sr25519::Pair| offer.sign([7; 32], signer).submission;
		for bad in [
			with(of(Offer { period: 4, ..offer.clone() }, &worker)),
			with(of(Offer { worker: other.public().0, ..offer.clone() }, &other)),
			with(of(offer.clone(), &other)),
			SignedOffer { signature: [0; 64], ..signed.clone() },
		] {
			assert!(bad.verify().is_err(), "{bad:?}");
		}
	}
}
