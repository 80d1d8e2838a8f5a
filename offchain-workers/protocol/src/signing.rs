//! sr25519 accounts: 32-byte ids, signatures over domain-tagged hashes.

use crate::{hash::Digest, ProtocolError};
use sp_core::{sr25519, Pair as _};

/// Public key of an sr25519 account, as on chain.
pub type AccountId = [u8; 32];
/// An sr25519 signature.
pub type Signature = [u8; 64];

/// Whoever can sign as an account: a key in memory, in a file, in a device.
pub trait Signer: Send + Sync {
	/// The account that signatures are for.
	fn account(&self) -> AccountId;
	/// Signs a 32-byte hash.
	fn sign_digest(&self, digest: &Digest) -> Signature;
}

/// A statement that its signer answers for.
pub trait Sign {
	/// The statement with its signature.
	type Signed;

	/// Signs it; `signer` must be who the statement says.
	fn sign(self, signer: &dyn Signer) -> Self::Signed;
}

/// A statement with its signature.
pub trait Verify {
	/// Checks that it is its signer's.
	///
	/// # Errors
	///
	/// Where it is not.
	fn verify(&self) -> Result<(), ProtocolError>;
}

impl Signer for sr25519::Pair {
	fn account(&self) -> AccountId {
		self.public().0
	}

	fn sign_digest(&self, digest: &Digest) -> Signature {
		self.sign(digest).0
	}
}

/// Checks that `account` signed `digest`.
pub fn verify(
	account: &AccountId,
	digest: &Digest,
	signature: &Signature,
	what: &'static str,
) -> Result<(), ProtocolError> {
	let ok = sr25519::Pair::verify(
		&sr25519::Signature::from_raw(*signature),
		digest,
		&sr25519::Public::from_raw(*account),
	);
	ok.then_some(()).ok_or(ProtocolError::BadSignature { what })
}
