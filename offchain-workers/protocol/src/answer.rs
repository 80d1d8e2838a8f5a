//! The answer stream: pieces of a result, sealed to the request's reply key, and the attestation at its end.
//!
//! ```text
//! frame 0      encapsulated key (32 bytes)
//! frame 1..n   AES-256-GCM(part), nonce = frame number, aad = digest of the request
//! last frame   the part in it is the attestation
//! ```
//!
//! While a proof is made, parts say how far it is.
//!
//! The key is fresh for every answer, so that the frame number is a safe nonce; a frame that is missing, repeated or
//! moved does not open, and an answer without its attestation is not an answer.

use crate::{
	attestation::SignedAttestation,
	decode_exact,
	envelope::{decapsulate, encapsulate, EncryptionKey, EncryptionSecret},
	hash::Digest,
	ProtocolError,
};
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM};
use codec::{Decode, Encode};

/// Most bytes of result in one frame.
pub const MAX_PIECE: usize = 256 * 1024;
const INFO: &str = "souk/answer/v1";
const PIECE: u8 = 0;
const ATTESTATION: u8 = 1;
const PROGRESS: u8 = 2;

/// How far the proof of a query is. A hint for a person who waits: nothing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Progress {
	/// Steps that are done.
	pub done: u8,
	/// Steps in all.
	pub of: u8,
	/// What is being done.
	pub step: Step,
}

/// What is being done for a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
	/// Others are before it.
	#[codec(index = 0)]
	Waiting,
	/// The columns are read, and compared with what the chain has.
	#[codec(index = 1)]
	Reading,
	/// What is proved is laid out.
	#[codec(index = 2)]
	Tracing,
	/// It is being proved.
	#[codec(index = 3)]
	Proving,
	/// The proof is checked before it is sent.
	#[codec(index = 4)]
	Checking,
}

impl Step {
	/// A few words for a person.
	pub const fn words(self) -> &'static str {
		match self {
			Self::Waiting => "waiting for its turn",
			Self::Reading => "reading the columns",
			Self::Tracing => "laying out what is proved",
			Self::Proving => "proving",
			Self::Checking => "checking the proof",
		}
	}
}

/// One opened frame.
#[derive(Debug, PartialEq, Eq)]
pub enum AnswerPart {
	/// The next bytes of the result: of an Arrow IPC stream, or of a bundle.
	Piece(Vec<u8>),
	/// How far the proof is.
	Progress(Progress),
	/// The end.
	End(Box<SignedAttestation>),
}

/// Seals an answer, frame by frame. The node's side.
pub struct AnswerSealer {
	frames: Frames,
}

/// Opens an answer, frame by frame. The subscriber's side.
pub struct AnswerOpener {
	frames: Frames,
	ended: bool,
}

struct Frames {
	key: LessSafeKey,
	request: Digest,
	next: u64,
}

impl Frames {
	fn new(key: &[u8; 32], request: Digest) -> Self {
		let key =
			LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("the key has the cipher's length"));
		Self { key, request, next: 1 }
	}

	fn nonce(&mut self) -> Nonce {
		let mut nonce = [0; 12];
		nonce[..8].copy_from_slice(&self.next.to_le_bytes());
		self.next += 1;
		Nonce::assume_unique_for_key(nonce)
	}
}

impl AnswerSealer {
	/// Starts an answer to the request with this digest and reply key; the second value is frame 0.
	pub fn new(reply_key: &EncryptionKey, request: Digest) -> Result<(Self, [u8; 32]), ProtocolError> {
		let (head, key) = encapsulate(reply_key, INFO, &request)?;
		Ok((Self { frames: Frames::new(&key, request) }, head))
	}

	/// Seals the next bytes of the result; at most [`MAX_PIECE`] of them.
	pub fn piece(&mut self, bytes: &[u8]) -> Result<Vec<u8>, ProtocolError> {
		if bytes.len() > MAX_PIECE {
			return Err(ProtocolError::TooLarge {
				what: "piece of a result",
				bytes: bytes.len(),
				limit: MAX_PIECE,
			});
		}
		Ok(self.seal(PIECE, bytes))
	}

	/// Seals a word on how far the proof is.
	pub fn progress(&mut self, progress: Progress) -> Vec<u8> {
		self.seal(PROGRESS, &progress.encode())
	}

	/// Seals the attestation and ends the answer.
	pub fn end(mut self, attestation: &SignedAttestation) -> Vec<u8> {
		self.seal(ATTESTATION, &attestation.encode())
	}

	fn seal(&mut self, kind: u8, body: &[u8]) -> Vec<u8> {
		let mut frame = Vec::with_capacity(body.len() + 17);
		frame.extend_from_slice(body);
		// The kind is at the end, so that opening needs no copy to cut it off.
		frame.push(kind);
		let nonce = self.frames.nonce();
		self.frames
			.key
			.seal_in_place_append_tag(nonce, Aad::from(self.frames.request), &mut frame)
			.expect("a frame is far below the cipher's limit of 64 GiB");
		frame
	}
}

impl AnswerOpener {
	/// Starts with frame 0.
	pub fn new(secret: &EncryptionSecret, request: Digest, head: &[u8]) -> Result<Self, ProtocolError> {
		let head = head.try_into().map_err(|_| ProtocolError::Malformed { what: "head of an answer" })?;
		let key = decapsulate(secret, head, INFO, &request)?;
		Ok(Self { frames: Frames::new(&key, request), ended: false })
	}

	/// Opens the next frame.
	pub fn open(&mut self, mut frame: Vec<u8>) -> Result<AnswerPart, ProtocolError> {
		if self.ended {
			return Err(ProtocolError::Malformed { what: "answer: it goes on after its attestation" });
		}
		let nonce = self.frames.nonce();
		let plain = self
			.frames
			.key
			.open_in_place(nonce, Aad::from(self.frames.request), &mut frame)
			.map_err(|_| ProtocolError::DoesNotOpen { what: "frame of an answer" })?
			.len();
		frame.truncate(plain);
		match frame.pop() {
			Some(PIECE) => Ok(AnswerPart::Piece(frame)),
			Some(PROGRESS) => Ok(AnswerPart::Progress(decode_exact(&frame, "word on a proof's progress")?)),
			Some(ATTESTATION) => {
				self.ended = true;
				Ok(AnswerPart::End(Box::new(decode_exact(&frame, "attestation")?)))
			}
			_ => Err(ProtocolError::Malformed { what: "frame of an answer" }),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn pair() -> (AnswerSealer, AnswerOpener) {
		let secret = EncryptionSecret::generate();
		let (sealer, head) = AnswerSealer::new(&secret.public(), [9; 32]).unwrap();
		(sealer, AnswerOpener::new(&secret, [9; 32], &head).unwrap())
	}

	#[test]
	fn frames_open_in_order_and_only_in_order() {
		let (mut sealer, mut opener) = pair();
		let (a, b) = (sealer.piece(b"a").unwrap(), sealer.piece(b"b").unwrap());
		assert_eq!(opener.open(a.clone()).unwrap(), AnswerPart::Piece(b"a".to_vec()));
		assert!(opener.open(a).is_err(), "a repeated frame");
		let (mut sealer, mut opener) = pair();
		let (_, second) = (sealer.piece(b"a").unwrap(), sealer.piece(b"b").unwrap());
		assert!(opener.open(second).is_err(), "a missing frame");
		assert_ne!(b, b"b");
	}

	#[test]
	fn somebody_elses_answer_does_not_open() {
		let (mut sealer, _) = pair();
		let (_, mut opener) = pair();
		assert!(opener.open(sealer.piece(b"a").unwrap()).is_err());
	}

	#[test]
	fn a_word_on_the_progress_is_not_a_piece() {
		let (mut sealer, mut opener) = pair();
		let progress = Progress { done: 1, of: 4, step: Step::Proving };
		assert_eq!(opener.open(sealer.progress(progress)).unwrap(), AnswerPart::Progress(progress));
		let piece = sealer.piece(&progress.encode()).unwrap();
		assert_eq!(opener.open(piece).unwrap(), AnswerPart::Piece(progress.encode()));
	}

	#[test]
	fn a_piece_has_a_limit() {
		let (mut sealer, mut opener) = pair();
		assert!(sealer.piece(&vec![0; MAX_PIECE + 1]).is_err());
		let frame = sealer.piece(&vec![0; MAX_PIECE]).unwrap();
		assert!(matches!(opener.open(frame), Ok(AnswerPart::Piece(p)) if p.len() == MAX_PIECE));
	}
}
