//! One piece of evidence, sealed.

use crate::{
	decode_exact,
	hash::{tagged, Digest},
	signing::AccountId,
	ProtocolError,
};
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey, CHACHA20_POLY1305};
use codec::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Longest file, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// Longest name of a file, in bytes.
pub const MAX_NAME_BYTES: usize = 255;
/// Longest encoded object, in bytes: the longest file with the longest name, and less than this around them.
pub const MAX_OBJECT_BYTES: usize = MAX_FILE_BYTES + 1024;

/// The key of one object, and of nothing else.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ContentKey([u8; 32]);

impl std::fmt::Debug for ContentKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("ContentKey")
	}
}

impl ContentKey {
	/// Of 32 uniform secret bytes that nothing else is done with.
	pub const fn from_bytes(bytes: [u8; 32]) -> Self {
		Self(bytes)
	}

	pub(super) const fn bytes(&self) -> &[u8; 32] {
		&self.0
	}

	/// What an object says of its key: it opens with no other.
	pub fn commitment(&self) -> Digest {
		tagged("souk/evidence-key-commitment/v1", &[&self.0])
	}

	fn cipher(&self) -> LessSafeKey {
		let mut key = tagged("souk/evidence-cipher-key/v1", &[&self.0]);
		let cipher = UnboundKey::new(&CHACHA20_POLY1305, &key).expect("the key has the cipher's length");
		key.zeroize();
		LessSafeKey::new(cipher)
	}
}

/// What everybody can read of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Header {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The order that the dispute is about: it has no case yet when the first evidence is sealed.
	pub order: u64,
	/// Whose evidence it is.
	pub author: AccountId,
	/// Of this file alone, and random to everybody but the author, who finds the content key again by it.
	pub salt: [u8; 32],
	/// [`ContentKey::commitment`].
	pub key_commitment: Digest,
}

/// A file with its name.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct File {
	/// Its name, as its author wrote it: a reader must not take it for a path.
	pub name: String,
	/// Its bytes.
	pub bytes: Vec<u8>,
}

impl std::fmt::Debug for File {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "File({:?}, {} bytes)", self.name, self.bytes.len())
	}
}

/// A sealed file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Object {
	/// What everybody can read.
	pub header: Header,
	/// The file under the content key; the header is authenticated with it.
	pub sealed: Vec<u8>,
}

impl Object {
	/// Seals a file. `header.key_commitment` is filled in.
	///
	/// # Errors
	/// [`ProtocolError::TooLarge`] for a file, or a name, past its limit.
	pub fn seal(header: Header, file: &File, key: &ContentKey) -> Result<Self, ProtocolError> {
		within("file of evidence", file.bytes.len(), MAX_FILE_BYTES)?;
		within("name of a file", file.name.len(), MAX_NAME_BYTES)?;
		let header = Header { key_commitment: key.commitment(), ..header };
		let mut sealed = file.encode();
		key.cipher()
			.seal_in_place_append_tag(zero_nonce(), Aad::from(header.encode()), &mut sealed)
			.expect("a file is far below the cipher's limit of 256 GiB");
		Ok(Self { header, sealed })
	}

	/// The object in these bytes.
	///
	/// # Errors
	/// [`ProtocolError::TooLarge`], [`ProtocolError::Malformed`].
	pub fn parse(bytes: &[u8]) -> Result<Self, ProtocolError> {
		within("evidence", bytes.len(), MAX_OBJECT_BYTES)?;
		decode_exact(bytes, "evidence")
	}

	/// What is on chain of an object in these bytes.
	pub fn hash(bytes: &[u8]) -> Digest {
		tagged("souk/evidence/v2", &[bytes])
	}

	/// Opens it.
	///
	/// # Errors
	/// [`ProtocolError::Mismatch`] where the key is another object's, [`ProtocolError::DoesNotOpen`] and
	/// [`ProtocolError::Malformed`] where its author has sealed something else than a file.
	pub fn open(&self, key: &ContentKey) -> Result<File, ProtocolError> {
		if key.commitment() != self.header.key_commitment {
			return Err(ProtocolError::Mismatch { what: "the key of this evidence" });
		}
		let mut sealed = self.sealed.clone();
		let plain = key
			.cipher()
			.open_in_place(zero_nonce(), Aad::from(self.header.encode()), &mut sealed)
			.map_err(|_| ProtocolError::DoesNotOpen { what: "evidence" })?;
		let file: File = decode_exact(plain, "file of evidence")?;
		within("name of a file", file.name.len(), MAX_NAME_BYTES)?;
		Ok(file)
	}
}

/// Each key seals one object and nothing else, which is what makes a constant nonce safe.
fn zero_nonce() -> Nonce {
	Nonce::assume_unique_for_key([0; 12])
}

fn within(what: &'static str, bytes: usize, limit: usize) -> Result<(), ProtocolError> {
	if bytes > limit {
		return Err(ProtocolError::TooLarge { what, bytes, limit });
	}
	Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;

	pub(crate) fn header() -> Header {
		Header { genesis: [1; 32], order: 7, author: [2; 32], salt: [3; 32], key_commitment: [0; 32] }
	}

	pub(crate) fn file() -> File {
		File { name: "letter.txt".into(), bytes: b"it rains in".to_vec() }
	}

	fn key() -> ContentKey {
		ContentKey::from_bytes([9; 32])
	}

	#[test]
	fn what_was_sealed_opens_with_its_key_and_no_other() {
		let object = Object::seal(header(), &file(), &key()).unwrap();
		let bytes = object.encode();
		assert!(!bytes.windows(11).any(|part| part == b"it rains in"), "it is readable");
		let object = Object::parse(&bytes).unwrap();
		assert_eq!(object.open(&key()).unwrap(), file());
		let other = object.open(&ContentKey::from_bytes([8; 32]));
		assert_eq!(other, Err(ProtocolError::Mismatch { what: "the key of this evidence" }));
	}

	#[test]
	fn every_changed_byte_makes_another_hash_and_nothing_opens() {
		let bytes = Object::seal(header(), &file(), &key()).unwrap().encode();
		for at in 0..bytes.len() {
			let mut changed = bytes.clone();
			changed[at] ^= 1;
			assert_ne!(Object::hash(&changed), Object::hash(&bytes), "byte {at}");
			let opened = Object::parse(&changed).and_then(|object| object.open(&key()));
			assert!(opened.is_err(), "byte {at}");
		}
		assert!(Object::parse(&[&bytes[..], &[0]].concat()).is_err(), "bytes behind it");
	}

	/// A cipher of this kind alone would let an author show different files under different keys.
	#[test]
	fn a_second_key_is_refused_whatever_is_under_it() {
		let mut object = Object::seal(header(), &file(), &key()).unwrap();
		let second = ContentKey::from_bytes([8; 32]);
		let other = Object::seal(header(), &file(), &second).unwrap();
		object.sealed = other.sealed;
		assert!(object.open(&second).is_err() && object.open(&key()).is_err());
	}

	#[test]
	fn files_and_names_have_limits_and_the_longest_of_both_fit() {
		let longest = File { name: "n".repeat(MAX_NAME_BYTES), bytes: vec![7; MAX_FILE_BYTES] };
		let bytes = Object::seal(header(), &longest, &key()).unwrap().encode();
		assert!(bytes.len() <= MAX_OBJECT_BYTES, "{}", bytes.len());
		assert_eq!(Object::parse(&bytes).unwrap().open(&key()).unwrap(), longest);
		let mut long = longest.clone();
		long.bytes.push(0);
		assert!(matches!(Object::seal(header(), &long, &key()), Err(ProtocolError::TooLarge { .. })));
		let mut long = longest;
		long.name.push('n');
		assert!(matches!(Object::seal(header(), &long, &key()), Err(ProtocolError::TooLarge { .. })));
		let long = vec![0; MAX_OBJECT_BYTES + 1];
		assert!(matches!(Object::parse(&long), Err(ProtocolError::TooLarge { .. })));
	}

	/// Hashes on chain have to mean the same for good.
	#[test]
	fn the_encoding_is_frozen() {
		let bytes = Object::seal(header(), &file(), &key()).unwrap().encode();
		assert_eq!(bytes[..32], [1; 32]);
		assert_eq!(bytes[32..40], [7, 0, 0, 0, 0, 0, 0, 0]);
		assert_eq!(bytes[104..136], key().commitment());
		assert_eq!(hex::encode(Object::hash(&bytes)), FROZEN);
	}

	const FROZEN: &str = "bd930b1a40d4c58759d910b6093f9f8ad3d7a48f378667fd892d5cd289cf8a15";
}
