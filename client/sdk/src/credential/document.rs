//! The form of a credential: its fields, and what stands in them.

use super::{type_name, Credential, Did, Facts, PriceRange, Statement, CRYPTOSUITE};
use crate::{
	canonical::canonical,
	text,
	types::{CredentialId, CredentialKind},
	Digest,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use souk_protocol::signing::Signature;

/// What defines the terms of the data model.
const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
/// What all terms of ours begin with, for readers of JSON-LD.
const VOCABULARY: &str = "urn:souk:credential:v1#";
const BASE_TYPE: &str = "VerifiableCredential";
const STATUS_TYPE: &str = "SoukCredentialStatus";
const PROOF_TYPE: &str = "DataIntegrityProof";
const PURPOSE: &str = "assertionMethod";
/// The one key of an account under `did:pkh`.
const KEY: &str = "#blockchainAccountId";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
	#[serde(rename = "@context")]
	context: Vec<Value>,
	id: String,
	#[serde(rename = "type")]
	types: Vec<String>,
	issuer: String,
	#[serde(rename = "validFrom")]
	valid_from: String,
	#[serde(rename = "credentialSubject")]
	subject: Subject,
	#[serde(rename = "credentialStatus")]
	status: Status,
	proof: Proof,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
	id: String,
	order: Order,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
	#[serde(with = "text::hex_digits")]
	chain: Digest,
	// Decimal digits: a number of 64 bits is not the same to all readers of JSON.
	number: String,
	listing: u32,
	sold: String,
	outcome: Outcome,
	price: Range,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
	Released,
	Refunded,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
	#[serde(rename = "atLeast")]
	at_least: String,
	below: String,
	asset: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
	id: String,
	#[serde(rename = "type")]
	kind: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
	#[serde(rename = "type")]
	kind: String,
	cryptosuite: String,
	created: String,
	#[serde(rename = "verificationMethod")]
	method: String,
	#[serde(rename = "proofPurpose")]
	purpose: String,
	#[serde(rename = "proofValue", default, skip_serializing_if = "Option::is_none")]
	value: Option<String>,
}

impl Document {
	/// The document of a statement: what is signed, or, with the signature, what is kept.
	pub fn new(statement: &Statement, signature: Option<&Signature>) -> Self {
		let Statement { genesis, id, issuer, subject, valid_from, facts } = statement;
		let (issuer, subject) = (Did::new(genesis, *issuer), Did::new(genesis, *subject));
		let kind = type_name(id.kind);
		Self {
			context: context(),
			id: format!("{issuer}#order-{}-{kind}", id.order),
			types: vec![BASE_TYPE.into(), kind.into()],
			issuer: issuer.to_string(),
			valid_from: valid_from.clone(),
			subject: Subject {
				id: subject.to_string(),
				order: Order {
					chain: *genesis,
					number: id.order.to_string(),
					listing: facts.listing,
					sold: facts.sold.clone(),
					outcome: if facts.released { Outcome::Released } else { Outcome::Refunded },
					price: Range {
						at_least: facts.price.at_least.clone(),
						below: facts.price.below.clone(),
						asset: facts.price.asset.clone(),
					},
				},
			},
			status: Status {
				id: format!("urn:souk:{}:credential:{}:{kind}", hex::encode(genesis), id.order),
				kind: STATUS_TYPE.into(),
			},
			proof: Proof {
				kind: PROOF_TYPE.into(),
				cryptosuite: CRYPTOSUITE.into(),
				created: valid_from.clone(),
				method: format!("{issuer}{KEY}"),
				purpose: PURPOSE.into(),
				// Multibase: base 16, small letters.
				value: signature.map(|signature| format!("f{}", hex::encode(signature))),
			},
		}
	}

	pub fn canonical(&self) -> Vec<u8> {
		let value = serde_json::to_value(self).expect("a document has string keys");
		canonical(&value).expect("its only number has 32 bits")
	}

	/// What it says. All that follows from that is compared by who writes it again. The error is what is wrong.
	pub fn read(self) -> Result<Credential, String> {
		let kind =
			[CredentialKind::TrustedSeller, CredentialKind::ReliablePayer, CredentialKind::DisputeLost];
		let said = self.types.get(1).map(String::as_str).unwrap_or_default();
		let kind = kind.into_iter().find(|kind| type_name(*kind) == said);
		let kind = kind.ok_or_else(|| format!("{said:?} is no type that this program knows"))?;
		let Order { chain, number, listing, sold, outcome, price } = self.subject.order;
		let order = number.parse().map_err(|_| format!("{number:?} is no order's number"))?;
		let value = self.proof.value.ok_or("it is not signed")?;
		let mut signature = [0; 64];
		let digits = value.strip_prefix('f').ok_or("its proofValue does not begin with f")?;
		hex::decode_to_slice(digits, &mut signature).map_err(|_| "its proofValue is not 64 bytes in hex")?;
		let statement = Statement {
			genesis: chain,
			id: CredentialId { order, kind },
			issuer: Did::parse(&self.issuer)?.account,
			subject: Did::parse(&self.subject.id)?.account,
			valid_from: self.valid_from,
			facts: Facts {
				listing,
				sold,
				released: matches!(outcome, Outcome::Released),
				price: PriceRange { at_least: price.at_least, below: price.below, asset: price.asset },
			},
		};
		Ok(Credential { statement, signature })
	}
}

fn context() -> Vec<Value> {
	vec![CONTEXT.into(), serde_json::json!({ "@vocab": VOCABULARY })]
}
