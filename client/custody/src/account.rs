//! An unlocked account.

use crate::{address::format_account, AccountId, CustodyError};
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

	fn derived(&self, tag: &'static str) -> Zeroizing<Digest> {
		let raw = Zeroizing::new(self.pair.to_raw_vec());
		// The scalar only: the other half of an expanded key, its nonce seed, is random for soft-derived keys.
		let scalar = &raw[..32.min(raw.len())];
		Zeroizing::new(tagged(tag, &[scalar]))
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
