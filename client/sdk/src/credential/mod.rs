//! Credentials: what a side of an order says of the other, as a W3C Verifiable Credential (data model 2.0), signed by an account.
//!
//! ```text
//! Statement ──document──> JSON-LD ──canonical──> bytes: what is kept, sent, and hashed for the chain
//!     ^                                            │
//!     └──────────────── Credential::parse <────────┘   the same bytes or nothing
//! ```
//!
//! Checking it takes two steps: [`Credential::verify`] needs nothing but the document, [`chain::check`] what the chain knows of it. The page
//! `docs/wire/credential.md` specifies all of this.

pub mod chain;
mod did;
mod document;

pub use did::Did;

use crate::{
	types::{CredentialId, CredentialKind},
	AccountId, Digest,
};
use document::Document;
use souk_protocol::{
	hash::tagged,
	signing::{self, Signature, Signer},
};

/// Tag of what is signed.
pub const SIGNED: &str = "souk/credential/v1";
/// Tag of the hash that the chain knows.
pub const HASHED: &str = "souk/credential-hash/v1";
/// Name of how it is signed.
pub const CRYPTOSUITE: &str = "souk-sr25519-jcs-v1";

/// What is said of an order: ranges, not amounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
	/// What was ordered.
	pub listing: u32,
	/// `data`, `service`, `physical` or `digital`.
	pub sold: String,
	/// Whether its money went to the seller. Else it went back.
	pub released: bool,
	/// Between which amounts its price was.
	pub price: PriceRange,
}

/// A range of prices: whole amounts of an asset between two powers of ten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRange {
	/// It is this, or more.
	pub at_least: String,
	/// It is less than this.
	pub below: String,
	/// Symbol of the asset.
	pub asset: String,
}

impl PriceRange {
	/// The range that so many of an asset's smallest units are in.
	pub fn of(units: u128, decimals: u8, symbol: &str) -> Self {
		let whole = 10u128.checked_pow(decimals.into()).map_or(0, |one| units / one);
		let digits = whole.checked_ilog10();
		let (at_least, below) = match digits {
			None => ("0".into(), "1".into()),
			Some(zeros) => (power_of_ten(zeros), power_of_ten(zeros + 1)),
		};
		Self { at_least, below, asset: symbol.into() }
	}
}

fn power_of_ten(zeros: u32) -> String {
	let zeros = usize::try_from(zeros).expect("there are few");
	format!("1{}", "0".repeat(zeros))
}

/// All that a credential says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// The order, and what is said.
	pub id: CredentialId,
	/// Who says it.
	pub issuer: AccountId,
	/// Of whom.
	pub subject: AccountId,
	/// When: UTC, RFC 3339, to the second.
	pub valid_from: String,
	/// About which order.
	pub facts: Facts,
}

/// A statement with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
	/// What it says.
	pub statement: Statement,
	/// The issuer's signature.
	pub signature: Signature,
}

/// Why a credential is refused, by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
	/// It is no such document.
	#[error("it is no credential of this kind: {0}")]
	Malformed(String),
	/// It says the same in other bytes, or more.
	#[error("it was reformatted, or something was added: a credential has one form, and this is another")]
	NotCanonical,
	/// The signature is not the issuer's, or something of what it says was changed.
	#[error("the signature is not the issuer's over these words: something was changed, or somebody else signed it")]
	BadSignature,
	/// It is for another chain.
	#[error("it is about an order of another chain")]
	OtherChain,
	/// The chain has no such credential.
	#[error("the chain knows no such credential: it never was, has expired, or was revoked and removed")]
	NotRegistered,
	/// The chain knows another document.
	#[error("the chain knows another document of that order and kind")]
	OtherDocument,
	/// The chain knows other sides.
	#[error("by the chain's record it is not by this issuer about this subject and listing")]
	OtherSides,
	/// It was revoked.
	#[error("its issuer has revoked it, in block {0}")]
	Revoked(u32),
	/// The order is another one.
	#[error("the order on the chain is another: {0}")]
	OtherOrder(&'static str),
}

impl Refusal {
	/// For machines.
	pub const fn code(&self) -> &'static str {
		match self {
			Self::Malformed(_) => "malformed",
			Self::NotCanonical => "not_canonical",
			Self::BadSignature => "bad_signature",
			Self::OtherChain => "other_chain",
			Self::NotRegistered => "not_registered",
			Self::OtherDocument => "other_document",
			Self::OtherSides => "other_sides",
			Self::Revoked(_) => "revoked",
			Self::OtherOrder(_) => "other_order",
		}
	}
}

impl Statement {
	/// Signs it; `signer` must be its issuer.
	pub fn sign(self, signer: &dyn Signer) -> Credential {
		debug_assert_eq!(self.issuer, signer.account());
		let signature = signer.sign_digest(&self.digest());
		Credential { statement: self, signature }
	}

	/// What is signed: the document without the signature, but with what says how it is signed.
	fn digest(&self) -> Digest {
		tagged(SIGNED, &[&Document::new(self, None).canonical()])
	}
}

impl Credential {
	/// The document in its one form.
	pub fn canonical(&self) -> Vec<u8> {
		Document::new(&self.statement, Some(&self.signature)).canonical()
	}

	/// What the chain knows it by.
	pub fn hash(&self) -> Digest {
		tagged(HASHED, &[&self.canonical()])
	}

	/// Reads the canonical bytes of a credential, and nothing else. Whether it holds is not checked.
	///
	/// # Errors
	///
	/// [`Refusal::Malformed`], [`Refusal::NotCanonical`].
	pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
		let document: Document =
			serde_json::from_slice(bytes).map_err(|error| Refusal::Malformed(error.to_string()))?;
		let credential = document.read().map_err(Refusal::Malformed)?;
		match credential.canonical() == bytes {
			true => Ok(credential),
			false => Err(Refusal::NotCanonical),
		}
	}

	/// Checks that the issuer has signed it.
	///
	/// # Errors
	///
	/// [`Refusal::BadSignature`].
	pub fn verify(&self) -> Result<(), Refusal> {
		signing::verify(&self.statement.issuer, &self.statement.digest(), &self.signature, "credential")
			.map_err(|_| Refusal::BadSignature)
	}
}

/// The type of a credential of a kind.
pub const fn type_name(kind: CredentialKind) -> &'static str {
	match kind {
		CredentialKind::TrustedSeller => "TrustedSellerCredential",
		CredentialKind::ReliablePayer => "ReliablePayerCredential",
		CredentialKind::DisputeLost => "DisputeLostCredential",
	}
}

/// A kind in the words of options and file names.
pub const fn kind_name(kind: CredentialKind) -> &'static str {
	match kind {
		CredentialKind::TrustedSeller => "trusted-seller",
		CredentialKind::ReliablePayer => "reliable-payer",
		CredentialKind::DisputeLost => "dispute-lost",
	}
}

#[cfg(test)]
mod tests;
