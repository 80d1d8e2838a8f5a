//! The content key of a piece of evidence, for one reader; and where a side says to which key it reads.

use super::object::ContentKey;
use crate::{
	decode_exact,
	envelope::{self, EncryptionKey, EncryptionSecret, OVERHEAD},
	hash::{tagged, Digest},
	signing::{verify, AccountId, Sign, Signature, Signer, Verify},
	ProtocolError,
};
use codec::{Decode, Encode};

/// Bytes of a wrapped content key.
pub const ENVELOPE_BYTES: usize = 32 + OVERHEAD;
const SEAL: &str = "souk/evidence-envelope/v1";

/// A content key, wrapped for one reader. Who made it does not matter: the object says whether the key is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Envelope {
	/// Hash of the object.
	pub evidence: Digest,
	/// Whom it is for.
	pub recipient: AccountId,
	/// Their X25519 key: an arbitrator's or a reviewer's from the chain, a side's from its [`ReadingKey`].
	pub key: EncryptionKey,
	/// The content key, encrypted to it.
	pub sealed: [u8; ENVELOPE_BYTES],
}

/// What an envelope holds for, and for nothing else.
fn context(genesis: &Digest, case: u64, evidence: &Digest, recipient: &AccountId) -> Vec<u8> {
	(genesis, case, evidence, recipient).encode()
}

impl Envelope {
	/// Wraps a content key.
	///
	/// # Errors
	/// [`ProtocolError::Malformed`] where `to` is no key.
	pub fn seal(
		key: &ContentKey,
		genesis: &Digest,
		case: u64,
		evidence: Digest,
		recipient: AccountId,
		to: EncryptionKey,
	) -> Result<Self, ProtocolError> {
		let context = context(genesis, case, &evidence, &recipient);
		let sealed = envelope::seal(&to, SEAL, &context, key.bytes())?;
		let sealed = sealed.try_into().map_err(|_| ProtocolError::Malformed { what: "envelope" })?;
		Ok(Self { evidence, recipient, key: to, sealed })
	}

	/// The content key in it, as `me`.
	///
	/// # Errors
	/// [`ProtocolError::DoesNotOpen`] where it was made for somebody else, another case, another chain or another piece of evidence.
	pub fn open(
		&self,
		secret: &EncryptionSecret,
		genesis: &Digest,
		case: u64,
		evidence: &Digest,
		me: &AccountId,
	) -> Result<ContentKey, ProtocolError> {
		let opened = envelope::open(secret, SEAL, &context(genesis, case, evidence, me), &self.sealed)?;
		let key = opened.try_into().map_err(|_| ProtocolError::Malformed { what: "content key" })?;
		Ok(ContentKey::from_bytes(key))
	}
}

/// Where a side of a case reads: the chain has no such key of buyers and sellers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ReadingKey {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The case.
	pub case: u64,
	/// The side.
	pub account: AccountId,
	/// Its X25519 key.
	pub key: EncryptionKey,
}

/// A [`ReadingKey`] with its side's signature: without it, whoever passes it on could put a key of their own in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedReadingKey {
	/// The key.
	pub reading: ReadingKey,
	/// By `reading.account`.
	pub signature: Signature,
}

impl ReadingKey {
	fn digest(&self) -> Digest {
		tagged("souk/reading-key/v1", &[&self.encode()])
	}
}

impl Sign for ReadingKey {
	type Signed = SignedReadingKey;

	fn sign(self, signer: &dyn Signer) -> SignedReadingKey {
		SignedReadingKey { signature: signer.sign_digest(&self.digest()), reading: self }
	}
}

impl SignedReadingKey {
	/// As it is kept.
	pub fn to_bytes(&self) -> Vec<u8> {
		self.encode()
	}

	/// The way back. The signature is not checked.
	///
	/// # Errors
	/// [`ProtocolError::Malformed`].
	pub fn parse(bytes: &[u8]) -> Result<Self, ProtocolError> {
		decode_exact(bytes, "reading key")
	}
}

impl Verify for SignedReadingKey {
	fn verify(&self) -> Result<(), ProtocolError> {
		verify(&self.reading.account, &self.reading.digest(), &self.signature, "reading key")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	const CHAIN: Digest = [1; 32];
	const EVIDENCE: Digest = [5; 32];
	const BOB: AccountId = [6; 32];

	#[test]
	fn an_envelope_is_for_one_reader_chain_case_and_piece_of_evidence() {
		let (bob, eve) = (EncryptionSecret::generate(), EncryptionSecret::generate());
		let key = ContentKey::from_bytes([9; 32]);
		let envelope = Envelope::seal(&key, &CHAIN, 3, EVIDENCE, BOB, bob.public()).unwrap();
		assert_eq!(envelope.open(&bob, &CHAIN, 3, &EVIDENCE, &BOB).unwrap(), key);
		let refused = Err(ProtocolError::DoesNotOpen { what: "envelope" });
		assert_eq!(envelope.open(&eve, &CHAIN, 3, &EVIDENCE, &BOB), refused, "another secret");
		assert_eq!(envelope.open(&bob, &[2; 32], 3, &EVIDENCE, &BOB), refused, "another chain");
		assert_eq!(envelope.open(&bob, &CHAIN, 4, &EVIDENCE, &BOB), refused, "another case");
		assert_eq!(envelope.open(&bob, &CHAIN, 3, &[7; 32], &BOB), refused, "another piece of evidence");
		assert_eq!(envelope.open(&bob, &CHAIN, 3, &EVIDENCE, &[7; 32]), refused, "another account");
		for at in 0..ENVELOPE_BYTES {
			let mut changed = envelope;
			changed.sealed[at] ^= 1;
			assert!(changed.open(&bob, &CHAIN, 3, &EVIDENCE, &BOB).is_err(), "byte {at}");
		}
	}

	#[test]
	fn a_reading_key_is_its_sides_own() {
		let alice = sr25519::Pair::from_seed(&[1; 32]);
		let reading = ReadingKey { genesis: CHAIN, case: 3, account: alice.public().0, key: [4; 32] };
		let signed = reading.sign(&alice);
		signed.verify().unwrap();
		assert_eq!(SignedReadingKey::parse(&signed.to_bytes()), Ok(signed));
		let changes: [fn(&mut ReadingKey); 4] =
			[|r| r.genesis[0] ^= 1, |r| r.case += 1, |r| r.account[0] ^= 1, |r| r.key[0] ^= 1];
		for change in changes {
			let mut changed = signed;
			change(&mut changed.reading);
			assert!(changed.verify().is_err());
		}
	}
}
