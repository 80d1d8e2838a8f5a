//! How a worker hands a snapshot to a persistence node: an offer, a reply, the sealed chunks, a receipt.
//!
//! ```text
//! worker ── SignedOffer ──────────────> persistence node
//!        <── Reply::Send | Reply::… ──
//!        ── sealed chunk 0 … n-1 ─────>   (one frame each; only after Send)
//!        <── Reply::Stored | Refused ──
//! ```
//!
//! The chunks are ciphertext: whoever listens learns nothing, and the node opens them with the listing secret that the
//! curator wrapped to it. It believes nothing but the chain: both roots must be those of the final snapshot.

use crate::{
	hash::{tagged, Digest},
	signing::{verify, AccountId, Signature, Signer},
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

	/// Signs it; `signer` must be the worker.
	pub fn sign(self, signer: &dyn Signer) -> SignedOffer {
		let signature = signer.sign_digest(&self.digest());
		SignedOffer { offer: self, signature }
	}
}

impl SignedOffer {
	/// Checks the worker's signature.
	pub fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.offer.worker, &self.offer.digest(), &self.signature, "offer of a snapshot")
	}
}
