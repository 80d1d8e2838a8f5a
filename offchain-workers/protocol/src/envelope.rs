//! Encryption to a person or a node: HPKE base mode (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305.

use crate::ProtocolError;
use hpke::{
	aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::X25519HkdfSha256, Deserializable, Kem as _, OpModeR,
	OpModeS, Serializable,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

type Kem = X25519HkdfSha256;
type Kdf = HkdfSha256;
type Aead = ChaCha20Poly1305;

/// Length of the encapsulated key at the head of every envelope, in bytes.
pub const ENCAPSULATED: usize = 32;
/// What an envelope adds to its content, in bytes.
pub const OVERHEAD: usize = ENCAPSULATED + 16;

/// An X25519 public key, as registered on chain.
pub type EncryptionKey = [u8; 32];

/// An X25519 secret key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EncryptionSecret([u8; 32]);

impl EncryptionSecret {
	/// A fresh one from the operating system's randomness.
	pub fn generate() -> Self {
		let (secret, _) = Kem::gen_keypair();
		Self(secret.to_bytes().into())
	}

	/// One derived from at least 32 bytes of secret key material.
	pub fn derive(material: &[u8]) -> Self {
		let (secret, _) = Kem::derive_keypair(material);
		Self(secret.to_bytes().into())
	}

	/// Its public key.
	pub fn public(&self) -> EncryptionKey {
		// 32 bytes always are a key of this KEM: clamping happens at use.
		<Kem as hpke::Kem>::PrivateKey::from_bytes(&self.0)
			.map(|secret| Kem::sk_to_pk(&secret).to_bytes().into())
			.unwrap_or_default()
	}
}

/// Encrypts `plaintext` to `to`: encapsulated key, then ciphertext. `info` is a domain tag, `aad` is authenticated only.
pub fn seal(
	to: &EncryptionKey,
	info: &'static str,
	aad: &[u8],
	plaintext: &[u8],
) -> Result<Vec<u8>, ProtocolError> {
	let public = public_key(to)?;
	let (encapsulated, ciphertext) =
		hpke::single_shot_seal::<Aead, Kdf, Kem>(&OpModeS::Base, &public, info.as_bytes(), plaintext, aad)
			.map_err(|_| ProtocolError::Malformed { what: "encryption key" })?;
	let mut out = encapsulated.to_bytes().to_vec();
	out.extend_from_slice(&ciphertext);
	Ok(out)
}

/// Opens what [`seal`] made for this secret with the same `info` and `aad`.
pub fn open(
	secret: &EncryptionSecret,
	info: &'static str,
	aad: &[u8],
	envelope: &[u8],
) -> Result<Vec<u8>, ProtocolError> {
	let fails = || ProtocolError::DoesNotOpen { what: "envelope" };
	let (encapsulated, ciphertext) =
		envelope.split_at_checked(ENCAPSULATED).ok_or(ProtocolError::Malformed { what: "envelope" })?;
	let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| fails())?;
	let secret = <Kem as hpke::Kem>::PrivateKey::from_bytes(&secret.0).map_err(|_| fails())?;
	hpke::single_shot_open::<Aead, Kdf, Kem>(
		&OpModeR::Base,
		&secret,
		&encapsulated,
		info.as_bytes(),
		ciphertext,
		aad,
	)
	.map_err(|_| fails())
}

/// A shared secret for a stream: what to send to the other side, and 32 bytes for the bulk cipher.
pub fn encapsulate(
	to: &EncryptionKey,
	info: &'static str,
	context: &[u8],
) -> Result<([u8; 32], [u8; 32]), ProtocolError> {
	let public = public_key(to)?;
	let (encapsulated, sender) =
		hpke::setup_sender::<Aead, Kdf, Kem>(&OpModeS::Base, &public, info.as_bytes())
			.map_err(|_| ProtocolError::Malformed { what: "encryption key" })?;
	let mut key = [0; 32];
	sender.export(context, &mut key).map_err(|_| ProtocolError::Malformed { what: "encryption context" })?;
	Ok((encapsulated.to_bytes().into(), key))
}

/// The other side of [`encapsulate`].
pub fn decapsulate(
	secret: &EncryptionSecret,
	encapsulated: &[u8; 32],
	info: &'static str,
	context: &[u8],
) -> Result<[u8; 32], ProtocolError> {
	let malformed = || ProtocolError::Malformed { what: "encapsulated key" };
	let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| malformed())?;
	let secret = <Kem as hpke::Kem>::PrivateKey::from_bytes(&secret.0).map_err(|_| malformed())?;
	let receiver =
		hpke::setup_receiver::<Aead, Kdf, Kem>(&OpModeR::Base, &secret, &encapsulated, info.as_bytes())
			.map_err(|_| malformed())?;
	let mut key = [0; 32];
	receiver.export(context, &mut key).map_err(|_| malformed())?;
	Ok(key)
}

fn public_key(bytes: &EncryptionKey) -> Result<<Kem as hpke::Kem>::PublicKey, ProtocolError> {
	<Kem as hpke::Kem>::PublicKey::from_bytes(bytes)
		.map_err(|_| ProtocolError::Malformed { what: "encryption key" })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_the_addressee_opens_and_only_unchanged() {
		let (bob, eve) = (EncryptionSecret::generate(), EncryptionSecret::generate());
		let sealed = seal(&bob.public(), "souk/t/v1", b"aad", b"hello").unwrap();
		assert_eq!(sealed.len(), 5 + OVERHEAD);
		assert_eq!(open(&bob, "souk/t/v1", b"aad", &sealed).unwrap(), b"hello");
		assert!(open(&eve, "souk/t/v1", b"aad", &sealed).is_err());
		assert!(open(&bob, "souk/u/v1", b"aad", &sealed).is_err());
		assert!(open(&bob, "souk/t/v1", b"other", &sealed).is_err());
		for i in 0..sealed.len() {
			let mut changed = sealed.clone();
			changed[i] ^= 1;
			assert!(open(&bob, "souk/t/v1", b"aad", &changed).is_err(), "byte {i}");
		}
		assert!(open(&bob, "souk/t/v1", b"aad", &sealed[..20]).is_err());
	}

	#[test]
	fn both_sides_of_a_stream_share_a_key() {
		let bob = EncryptionSecret::derive(&[7; 32]);
		let (head, key) = encapsulate(&bob.public(), "souk/t/v1", b"ctx").unwrap();
		assert_eq!(decapsulate(&bob, &head, "souk/t/v1", b"ctx").unwrap(), key);
		assert_ne!(decapsulate(&bob, &head, "souk/t/v1", b"other").unwrap(), key);
	}
}
