//! Signed records: what a value in the DHT looks like, and where it is stored.
//!
//! A record is not stored under the caller's key but in its publisher's **slot**, a hash of key and publisher. Nobody
//! else can sign for that slot, so nobody can overwrite it, and the records of several publishers for one key live
//! side by side. Who has published for a key is found by the DHT's provider entries under the key's **register**, or
//! known to the reader beforehand (from the chain).
//!
//! | what | bytes |
//! |---|---|
//! | slot | BLAKE3 of `souk/dht-slot/v1` ‖ key (32) ‖ publisher's peer id |
//! | register | BLAKE3 of `souk/dht-register/v1` ‖ key (32) |
//! | value | SCALE of [`Envelope`] |
//! | what is signed | `souk/dht-record/v1` ‖ length of the network id (u8) ‖ network id ‖ key (32) ‖ sequence (u64 LE) ‖ value |
//!
//! A publisher's newer record has the higher sequence (milliseconds since 1970). An old record that somebody replays
//! loses against it wherever both are seen.

use codec::{Decode, Encode};
use libp2p::{
	identity::{Keypair, PublicKey},
	PeerId,
};

use crate::Key;

const SLOT: &[u8] = b"souk/dht-slot/v1";
const REGISTER: &[u8] = b"souk/dht-register/v1";
const RECORD: &[u8] = b"souk/dht-record/v1";

/// What an envelope adds to its value, at most: key, public key, sequence, signature, lengths.
pub(crate) const ENVELOPE_OVERHEAD: usize = 256;

/// A value with the publisher's signature, as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Envelope {
	/// The key that the value was published for.
	pub key: [u8; 32],
	/// The publisher's public key, in libp2p's protobuf encoding.
	pub publisher: Vec<u8>,
	/// Milliseconds since 1970 at publication; the higher one is the newer one.
	pub sequence: u64,
	/// The caller's bytes.
	pub value: Vec<u8>,
	/// The publisher's signature.
	pub signature: Vec<u8>,
}

/// Why bytes are not a record for their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRecord {
	/// Larger than allowed.
	#[error("the record is too large")]
	TooLarge,
	/// Not an envelope, or followed by other bytes.
	#[error("the record is not an envelope")]
	Malformed,
	/// Found in a slot that is not its publisher's for that key.
	#[error("the record does not belong in this slot")]
	WrongSlot,
	/// The signature is not the publisher's.
	#[error("the signature is wrong")]
	BadSignature,
}

impl Envelope {
	/// Signs `value` for `key` on the chain `network_id`.
	pub fn sign(keypair: &Keypair, network_id: &str, key: Key, sequence: u64, value: Vec<u8>) -> Self {
		let signature = keypair
			.sign(&signed_bytes(network_id, &key.0, sequence, &value))
			.expect("an ed25519 key signs anything, and NetworkConfig's keys are ed25519; qed");
		Envelope { key: key.0, publisher: keypair.public().encode_protobuf(), sequence, value, signature }
	}

	/// Decodes and verifies what was found in `slot`. The cheap checks come first; the signature is last.
	pub fn open(
		bytes: &[u8],
		network_id: &str,
		slot: &[u8],
		max_value: usize,
	) -> Result<(Envelope, PeerId), InvalidRecord> {
		if bytes.len() > max_value.saturating_add(ENVELOPE_OVERHEAD) {
			return Err(InvalidRecord::TooLarge);
		}
		let mut rest = bytes;
		let envelope = Envelope::decode(&mut rest).map_err(|_| InvalidRecord::Malformed)?;
		if !rest.is_empty() {
			return Err(InvalidRecord::Malformed);
		}
		if envelope.value.len() > max_value {
			return Err(InvalidRecord::TooLarge);
		}
		let public =
			PublicKey::try_decode_protobuf(&envelope.publisher).map_err(|_| InvalidRecord::Malformed)?;
		let publisher = public.to_peer_id();
		if slot_of(Key(envelope.key), &publisher) != slot {
			return Err(InvalidRecord::WrongSlot);
		}
		let signed = signed_bytes(network_id, &envelope.key, envelope.sequence, &envelope.value);
		if !public.verify(&signed, &envelope.signature) {
			return Err(InvalidRecord::BadSignature);
		}
		Ok((envelope, publisher))
	}
}

/// The place of `publisher`'s record for `key`.
pub fn slot_of(key: Key, publisher: &PeerId) -> [u8; 32] {
	tagged(SLOT, &[&key.0, &publisher.to_bytes()])
}

/// The key under which the publishers of records for `key` are found as providers.
pub fn register_of(key: Key) -> Key {
	Key(tagged(REGISTER, &[&key.0]))
}

fn tagged(tag: &[u8], parts: &[&[u8]]) -> [u8; 32] {
	let mut hasher = blake3::Hasher::new();
	hasher.update(tag);
	for part in parts {
		hasher.update(part);
	}
	*hasher.finalize().as_bytes()
}

fn signed_bytes(network_id: &str, key: &[u8; 32], sequence: u64, value: &[u8]) -> Vec<u8> {
	let id = network_id.as_bytes();
	// Configurations with an id that does not fit a byte are refused; a longer one would only fail to verify.
	let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
	[RECORD, &[length], id, key, &sequence.to_le_bytes(), value].concat()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::NetworkConfig;

	const NETWORK: &str = "c0ffee";
	const KEY: Key = Key([9; 32]);
	const MAX: usize = 1024;

	fn curator() -> Keypair {
		NetworkConfig::keypair_from_seed([1; 32])
	}

	fn slot() -> [u8; 32] {
		slot_of(KEY, &curator().public().to_peer_id())
	}

	fn signed() -> Envelope {
		Envelope::sign(&curator(), NETWORK, KEY, 5, b"metadata".to_vec())
	}

	#[test]
	fn a_signed_record_opens_in_its_slot() {
		let (envelope, publisher) =
			Envelope::open(&signed().encode(), NETWORK, &slot(), MAX).expect("genuine");
		assert_eq!(envelope.value, b"metadata");
		assert_eq!(publisher, curator().public().to_peer_id());
	}

	#[test]
	fn any_changed_field_is_noticed() {
		let forgeries: [(fn(&mut Envelope), InvalidRecord); 5] = [
			(|e| e.value = b"forged".to_vec(), InvalidRecord::BadSignature),
			(|e| e.sequence += 1, InvalidRecord::BadSignature),
			(|e| e.signature[0] ^= 1, InvalidRecord::BadSignature),
			(|e| e.key = [8; 32], InvalidRecord::WrongSlot),
			(
				|e| e.publisher = NetworkConfig::keypair_from_seed([2; 32]).public().encode_protobuf(),
				InvalidRecord::WrongSlot,
			),
		];
		for (forge, expected) in forgeries {
			let mut envelope = signed();
			forge(&mut envelope);
			assert_eq!(Envelope::open(&envelope.encode(), NETWORK, &slot(), MAX).err(), Some(expected));
		}
	}

	#[test]
	fn another_chain_does_not_take_it() {
		let opened = Envelope::open(&signed().encode(), "decaf", &slot(), MAX);
		assert_eq!(opened.err(), Some(InvalidRecord::BadSignature));
	}

	#[test]
	fn neither_garbage_nor_a_tail_nor_a_giant_is_an_envelope() {
		let open = |bytes: &[u8]| Envelope::open(bytes, NETWORK, &slot(), MAX).err();
		assert_eq!(open(b"garbage"), Some(InvalidRecord::Malformed));
		let mut tailed = signed().encode();
		tailed.push(0);
		assert_eq!(open(&tailed), Some(InvalidRecord::Malformed));
		assert_eq!(open(&vec![0; MAX + ENVELOPE_OVERHEAD + 1]), Some(InvalidRecord::TooLarge));
		let large = Envelope::sign(&curator(), NETWORK, KEY, 5, vec![0; MAX + 1]);
		assert_eq!(open(&large.encode()), Some(InvalidRecord::TooLarge));
	}

	#[test]
	fn the_overhead_is_as_small_as_stated() {
		let envelope = Envelope::sign(&curator(), NETWORK, KEY, u64::MAX, vec![0; 64 * 1024]);
		assert!(envelope.encoded_size() <= 64 * 1024 + ENVELOPE_OVERHEAD);
	}
}
