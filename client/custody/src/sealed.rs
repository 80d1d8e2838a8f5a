//! A secret encrypted with a password: PBKDF2-HMAC-SHA256, then ChaCha20-Poly1305.
//!
//! The key's public part is authenticated with the secret, so that a file whose address was exchanged does not open.

use aws_lc_rs::{
	aead::{Aad, LessSafeKey, Nonce, UnboundKey, CHACHA20_POLY1305},
	pbkdf2,
	rand::fill,
};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// Iterations for new keys: about a fifth of a second on a small machine.
pub const ITERATIONS: u32 = 600_000;
/// More than this is not tried: a file from elsewhere must not keep the processor busy for minutes.
const MOST_ITERATIONS: u32 = 20_000_000;
const KDF: &str = "pbkdf2-hmac-sha256";
const CIPHER: &str = "chacha20-poly1305";

/// The ciphertext and what is needed to try a password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
	/// Always `pbkdf2-hmac-sha256`.
	kdf: String,
	/// Iterations of it.
	iterations: u32,
	/// 16 random bytes, hex.
	salt: String,
	/// Always `chacha20-poly1305`.
	cipher: String,
	/// 12 random bytes, hex.
	nonce: String,
	/// Secret and tag, hex.
	ciphertext: String,
}

/// Why a sealed secret does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
	/// It is not of a kind that this version knows.
	Unsupported(String),
	/// Wrong password, or changed.
	Wrong,
}

/// Encrypts `secret`; `bound` is authenticated with it.
pub fn seal(password: &str, bound: &[u8], secret: &[u8]) -> Sealed {
	let (mut salt, mut nonce) = ([0; 16], [0; 12]);
	for random in [&mut salt[..], &mut nonce[..]] {
		fill(random).expect("the operating system has randomness; nothing can be done without it");
	}
	let key = key(password, &salt, ITERATIONS);
	let mut buffer = secret.to_vec();
	key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut buffer)
		.expect("a secret is far below the cipher's limit of 256 GiB");
	Sealed {
		kdf: KDF.into(),
		iterations: ITERATIONS,
		salt: hex::encode(salt),
		cipher: CIPHER.into(),
		nonce: hex::encode(nonce),
		ciphertext: hex::encode(buffer),
	}
}

/// Decrypts what [`seal`] made with the same password and `bound`.
pub fn open(password: &str, bound: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpenError> {
	let unsupported = |what: &str| OpenError::Unsupported(what.to_owned());
	if sealed.kdf != KDF || sealed.cipher != CIPHER {
		return Err(unsupported("it is encrypted in a way that this version does not know"));
	}
	if !(1..=MOST_ITERATIONS).contains(&sealed.iterations) {
		return Err(unsupported("its number of iterations is out of bounds"));
	}
	let (mut salt, mut nonce) = ([0; 16], [0; 12]);
	hex::decode_to_slice(&sealed.salt, &mut salt)
		.map_err(|_| unsupported("its salt is not 16 bytes of hex"))?;
	hex::decode_to_slice(&sealed.nonce, &mut nonce)
		.map_err(|_| unsupported("its nonce is not 12 bytes of hex"))?;
	let ciphertext = hex::decode(&sealed.ciphertext).map_err(|_| unsupported("its ciphertext is not hex"))?;
	let mut buffer = Zeroizing::new(ciphertext);
	let plain = key(password, &salt, sealed.iterations)
		.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut buffer)
		.map_err(|_| OpenError::Wrong)?
		.len();
	buffer.truncate(plain);
	Ok(buffer)
}

fn key(password: &str, salt: &[u8; 16], iterations: u32) -> LessSafeKey {
	let mut bytes = Zeroizing::new([0; 32]);
	let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
	pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, salt, password.as_bytes(), &mut *bytes);
	LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &*bytes).expect("the key has the cipher's length"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_the_password_opens_it_and_only_unchanged() {
		let sealed = seal("secret", b"alice", b"words");
		assert_eq!(&**open("secret", b"alice", &sealed).unwrap(), b"words");
		assert_eq!(open("Secret", b"alice", &sealed).unwrap_err(), OpenError::Wrong);
		assert_eq!(open("secret", b"bob", &sealed).unwrap_err(), OpenError::Wrong);
		let mut changed = sealed.clone();
		changed
			.ciphertext
			.replace_range(0..2, if changed.ciphertext.starts_with("00") { "01" } else { "00" });
		assert_eq!(open("secret", b"alice", &changed).unwrap_err(), OpenError::Wrong);
		let other = seal("secret", b"alice", b"words");
		assert_ne!((sealed.salt, sealed.nonce), (other.salt, other.nonce));
	}

	#[test]
	fn parameters_out_of_bounds_are_refused_before_any_work() {
		let sealed = seal("secret", b"", b"words");
		let changes: [fn(&mut Sealed); 5] = [
			|s| s.iterations = 0,
			|s| s.iterations = u32::MAX,
			|s| s.kdf = "md5".into(),
			|s| s.cipher = "rot13".into(),
			|s| s.nonce = "00".into(),
		];
		for change in changes {
			let mut changed = sealed.clone();
			change(&mut changed);
			assert!(matches!(open("secret", b"", &changed), Err(OpenError::Unsupported(_))));
		}
	}
}
