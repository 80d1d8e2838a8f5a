//! Evidence of disputes: a file as it lies in mailboxes, and the keys to it for those who may read it.
//!
//! ```text
//! file ──content key──> object ──hash──> on chain, as evidence of a case        object, envelopes ──> mailboxes
//!             └── wrapped for each reader, one by one ──> envelopes                                      │
//! reader ── signed request ────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! The chain has the hash of the *object*, so that anybody who comes across one can tell whether it is what was shown, and nobody
//! without a key can tell what is in it. The object commits to its key as well: what two readers open is the same file.

mod object;
mod share;
mod wire;

pub use object::{ContentKey, File, Header, Object, MAX_FILE_BYTES, MAX_NAME_BYTES, MAX_OBJECT_BYTES};
pub use share::{Envelope, ReadingKey, SignedReadingKey, ENVELOPE_BYTES};
pub use wire::{
	nonce_digest, Ask, Contents, Deposit, EvidenceReply, EvidenceRequest, HeldEnvelope,
	SignedEvidenceRequest, MAX_CONTENTS_BYTES, MAX_ENVELOPES, MAX_REQUEST_BYTES, PIECE_BYTES,
};
