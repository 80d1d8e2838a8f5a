//! Wire and snapshot formats: what is hashed, signed, encrypted and sent, and nothing that does I/O.
//!
//! ```text
//! listing secret ──Poseidon(period)──> snapshot key ──Poseidon(i)──> chunk key ──HKDF──> cipher key, salt
//!
//! file ──64 KiB──> chunks ──salted hash──> content_root        request ──sign──> ──HPKE to the node──> sealed request
//!                     └────seal──────────> cipher_root         result  ──AEAD to the reply key──> pieces, attestation
//! ```
//!
//! Encodings are SCALE, decoded canonically (no trailing bytes). Every hash and signature starts with a domain tag
//! `souk/<what>/v1` (see [`hash`]).

pub mod answer;
pub mod attestation;
pub mod chunk;
pub mod download;
pub mod envelope;
pub mod evidence;
pub mod handover;
pub mod keys;
pub mod metadata;
pub mod request;
mod sealing;
pub mod signing;
pub mod submission;
pub mod voucher;

// Chain and nodes hash and check by the same code.
pub use souk_proof_primitives::{hash, merkle};

pub use answer::{AnswerOpener, AnswerPart, AnswerSealer, Progress, Step};
pub use attestation::{Attestation, Outcome, SignedAttestation};
pub use chunk::{seal_file, ChunkOpener, SealedFile, CHUNK_BYTES};
pub use download::{DownloadReply, DownloadRequest};
pub use envelope::{EncryptionKey, EncryptionSecret};
pub use hash::{tagged, Digest};
pub use keys::{ListingSecret, SnapshotKey};
pub use request::{AnswerKind, QueryRequest, SignedRequest, Snapshot};
pub use signing::{AccountId, Sign, Signature, Signer, Verify};
pub use submission::{SignedSubmission, Submission};
pub use voucher::{SignedVoucher, Voucher};

/// What can be wrong with bytes from somewhere else.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProtocolError {
	/// Bytes that are not the canonical encoding of what was expected.
	#[error("malformed {what}")]
	Malformed {
		/// What was expected.
		what: &'static str,
	},
	/// A signature that does not match its message and signer.
	#[error("the signature on this {what} is not its signer's")]
	BadSignature {
		/// What was signed.
		what: &'static str,
	},
	/// Ciphertext that does not open with the key at hand: wrong key, or tampered with.
	#[error("this {what} does not open: it was made for another key, or was changed on the way")]
	DoesNotOpen {
		/// What should have opened.
		what: &'static str,
	},
	/// Bytes that do not hash to what was committed to.
	#[error("{what} does not match its commitment")]
	Mismatch {
		/// What was compared.
		what: &'static str,
	},
	/// Something past its size limit.
	#[error("{what} has {bytes} bytes, the limit is {limit}")]
	TooLarge {
		/// What was too large.
		what: &'static str,
		/// Its size.
		bytes: usize,
		/// The limit.
		limit: usize,
	},
	/// A stream that ended before its last part.
	#[error("{what} ended early")]
	Truncated {
		/// What ended.
		what: &'static str,
	},
}

/// Decodes the whole of `bytes`; trailing bytes are an error.
pub fn decode_exact<T: codec::DecodeAll>(mut bytes: &[u8], what: &'static str) -> Result<T, ProtocolError> {
	T::decode_all(&mut bytes).map_err(|_| ProtocolError::Malformed { what })
}
