//! An unlocked account.

use crate::{address::format_account, AccountId, CustodyError};
use aws_lc_rs::hkdf;
use souk_protocol::{
	envelope::EncryptionSecret,
	hash::tagged,
	signing::{Signature, Signer},
	Digest,
};
use sp_core::{sr25519, Pair as _};
use zeroize::Zeroizing;

/// An sr25519 account whose secret is in memory. Cloning shares nothing; each clone is cleared when it is dropped.
#[derive(Clone)]
pub struct Account {
	pair: sr25519::Pair,
}

impl std::fmt::Debug for Account {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "Account({})", self.ss58())
	}
}

impl Account {
	/// The account of a secret uri: a mnemonic, a seed of 64 hex digits with or without `0x`, or a development uri like
	/// `//Alice`; derivation paths may follow.
	///
	/// Errors: [`CustodyError::InvalidSecret`].
	pub fn from_uri(uri: &str) -> Result<Self, CustodyError> {
		let uri = canonical(uri);
		// Without a phrase the well-known development phrase is meant, which nobody means by giving nothing.
		if uri.is_empty() || uri.starts_with("///") {
			return Err(CustodyError::InvalidSecret);
		}
		let pair = sr25519::Pair::from_string(&uri, None).map_err(|_| CustodyError::InvalidSecret)?;
		Ok(Self { pair })
	}

	/// The account of a 32-byte seed.
	pub fn from_seed(seed: &[u8; 32]) -> Self {
		Self { pair: sr25519::Pair::from_seed(seed) }
	}

	/// Its public key, which is its id on chain.
	pub fn id(&self) -> AccountId {
		self.pair.public().0
	}

	/// Its address.
	pub fn ss58(&self) -> String {
		format_account(&self.id())
	}

	/// Signs arbitrary bytes, as transactions need it. Protocol messages go through [`Signer::sign_digest`].
	pub fn sign_bytes(&self, message: &[u8]) -> Signature {
		self.pair.sign(message).0
	}

	/// The X25519 secret of a node that runs as this account; its public part is registered on chain.
	pub fn encryption_secret(&self) -> EncryptionSecret {
		EncryptionSecret::derive(&*self.derived("souk/node-encryption-key/v1"))
	}

	/// Seed of the ed25519 identity, in the network, of a node that runs as this account.
	pub fn network_seed(&self) -> [u8; 32] {
		*self.derived("souk/node-network-key/v1")
	}

	/// Seed of a network identity that says nothing about the account; fresh at each call. For clients.
	pub fn fresh_network_seed() -> [u8; 32] {
		rand::random()
	}

	/// A secret of 32 uniform bytes that follows from the account, from what it is for (`tag`, in the form
	/// `souk/<what>/v1`), and from whatever tells it from others of the kind (`context`). The same each time, so that it
	/// never has to be stored; it says nothing about the account's secret or about any other derived one.
	///
	/// HKDF-SHA256 (RFC 5869) of the account's scalar, salt `souk/derived-secret/v1`, info: length of the tag (1 byte), tag,
	/// context.
	pub fn derive_secret(&self, tag: &'static str, context: &[u8]) -> Zeroizing<[u8; 32]> {
		debug_assert!(tag.starts_with("souk/") && tag.len() < 256);
		let scalar = self.scalar();
		let key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"souk/derived-secret/v1").extract(&scalar);
		let mut secret = Zeroizing::new([0; 32]);
		let length = [u8::try_from(tag.len()).unwrap_or(u8::MAX)];
		key.expand(&[&length, tag.as_bytes(), context], hkdf::HKDF_SHA256)
			.and_then(|expanded| expanded.fill(&mut *secret))
			.expect("32 bytes are what one block of HKDF-SHA256 has");
		secret
	}

	fn derived(&self, tag: &'static str) -> Zeroizing<Digest> {
		Zeroizing::new(tagged(tag, &[&*self.scalar()]))
	}

	/// The scalar only: the other half of an expanded key, its nonce seed, is random for soft-derived keys.
	fn scalar(&self) -> Zeroizing<Vec<u8>> {
		let mut raw = Zeroizing::new(self.pair.to_raw_vec());
		raw.truncate(32);
		raw
	}
}

/// A bare seed gets its `0x`; everything else is trimmed only.
pub(crate) fn canonical(uri: &str) -> Zeroizing<String> {
	let uri = uri.trim();
	if uri.len() == 64 && uri.bytes().all(|b| b.is_ascii_hexdigit()) {
		return Zeroizing::new(format!("0x{uri}"));
	}
	Zeroizing::new(uri.to_owned())
}

impl Signer for Account {
	fn account(&self) -> AccountId {
		self.id()
	}

	fn sign_digest(&self, digest: &Digest) -> Signature {
		self.sign_bytes(digest)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::signing::verify;

	#[test]
	fn development_uris_are_the_well_known_accounts() {
		let alice = Account::from_uri("//Alice").unwrap();
		assert_eq!(alice.ss58(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
		verify(&alice.id(), &[7; 32], &alice.sign_digest(&[7; 32]), "test").unwrap();
	}

	#[test]
	fn a_seed_is_read_with_and_without_its_prefix() {
		let seed = hex::encode([9; 32]);
		let account = Account::from_seed(&[9; 32]);
		assert_eq!(Account::from_uri(&seed).unwrap().id(), account.id());
		assert_eq!(Account::from_uri(&format!(" 0x{seed}\n")).unwrap().id(), account.id());
	}

	#[test]
	fn what_is_no_secret_is_refused() {
		for uri in ["", " ", "///password", "hello world", "0x12", "abandon abandon abandon"] {
			assert!(matches!(Account::from_uri(uri), Err(CustodyError::InvalidSecret)), "{uri:?}");
		}
	}

	#[test]
	fn derived_secrets_depend_on_account_tag_and_context_and_on_nothing_else() {
		let (alice, bob) = (Account::from_uri("//Alice").unwrap(), Account::from_uri("//Bob").unwrap());
		let secret = alice.derive_secret("souk/t/v1", b"order 1");
		assert_eq!(secret, Account::from_uri("//Alice").unwrap().derive_secret("souk/t/v1", b"order 1"));
		for other in [
			bob.derive_secret("souk/t/v1", b"order 1"),
			alice.derive_secret("souk/u/v1", b"order 1"),
			alice.derive_secret("souk/t/v1", b"order 2"),
			alice.derive_secret("souk/t/v1", b""),
			// A byte that moves from the tag to the context makes another secret.
			alice.derive_secret("souk/t/v", b"1order 1"),
		] {
			assert_ne!(secret, other);
		}
		// A soft path has a random half in its secret; what is derived must not depend on it.
		let soft = || Account::from_uri("//Alice/shop").unwrap().derive_secret("souk/t/v1", b"");
		assert_eq!(soft(), soft());
		assert_eq!(hex::encode(*secret), DERIVED);
	}

	/// Computed from RFC 5869 and the account's well-known seed by another program; keys of purchases depend on values like it.
	const DERIVED: &str = "057c78ddf65b198b85d4f0e67ff9c8a016c1fc6dbe26bc964a2c4da20d013d6d";

	#[test]
	fn a_stored_key_derives_what_its_secret_derives() {
		let dir = tempfile::tempdir().unwrap();
		let store = crate::Keystore::open(dir.path());
		let mnemonic = store.create("main", "password").unwrap();
		let unlocked = store.unlock("main", "password").unwrap();
		let restored = Account::from_uri(&mnemonic).unwrap();
		assert_eq!(unlocked.derive_secret("souk/t/v1", b"x"), restored.derive_secret("souk/t/v1", b"x"));
	}

	#[test]
	fn derived_keys_depend_on_the_account_and_on_what_they_are_for() {
		let (alice, bob) = (Account::from_uri("//Alice").unwrap(), Account::from_uri("//Bob").unwrap());
		assert_eq!(alice.network_seed(), Account::from_uri("//Alice").unwrap().network_seed());
		assert_ne!(alice.network_seed(), bob.network_seed());
		assert_ne!(alice.encryption_secret().public(), bob.encryption_secret().public());
		assert_ne!(alice.network_seed(), alice.encryption_secret().public());
		// A soft path has a random half in its secret; what is derived must not depend on it.
		let soft = || Account::from_uri("//Alice/node").unwrap();
		assert_eq!(soft().network_seed(), soft().network_seed());
		assert_eq!(soft().encryption_secret().public(), soft().encryption_secret().public());
	}
}
