//! The transcript: everything that was contributed and what came out, as JSON that anybody can check without the large files.
//!
//! Checked offline are the contributions of both phases (their order, proofs of knowledge, beacons), that α, β and δ of the verifying key
//! are what they lead to, the key's id, and the hash that is registered on the chain with the key. What needs the powers as well, since
//! it is about thousands of points, is whether the key is that of the circuit: [`KeyCeremony::verify`](crate::key::KeyCeremony::verify).

mod check;
mod contribution;

pub use contribution::{ContributionText, OriginText, StepText};

use crate::{chain::Chain, key::KeyCeremony, powers::Powers, refusal::Refusal};
use serde::{Deserialize, Serialize};
use souk_proof_primitives::hash::{tagged, Digest};

/// Kind and version.
const FORMAT: &str = "souk/ceremony-transcript/v1";

/// A transcript. Digests and points are in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
	/// Kind and version of the transcript.
	pub format: String,
	/// Name of the statement.
	pub statement: String,
	/// Era of the key.
	pub era: u32,
	/// Phase 1.
	pub powers: PowersText,
	/// Phase 2.
	pub key: KeyText,
	/// The verifying key, compressed, as it is registered on the chain.
	pub verifying_key: String,
	/// Its id.
	pub verifying_key_id: String,
	/// BLAKE3 of the proving key's file.
	pub proving_key_hash: String,
	/// Hash of the last contribution and of the proving key: what is registered on the chain with the key.
	pub transcript_hash: String,
}

/// Phase 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowersText {
	/// The logarithm of how many powers there are.
	pub power: u32,
	/// In their order.
	pub contributions: Vec<ContributionText>,
}

/// Phase 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyText {
	/// Digest of the circuit.
	pub circuit: String,
	/// BLAKE3 of the key that was started from.
	pub initial: String,
	/// In their order.
	pub contributions: Vec<ContributionText>,
}

/// What is registered on the chain with a key: binds the last contribution, and through it all others, and the proving key.
pub fn transcript_hash(last: &Digest, proving_key: &Digest) -> Digest {
	tagged(FORMAT, &[last, proving_key])
}

impl Transcript {
	/// Of a ceremony that has ended, and was verified.
	pub(crate) fn of(powers: &Powers, key: &KeyCeremony, verifying_key: &[u8]) -> Self {
		let origin = key.origin();
		let contributions = |chain: &Chain| {
			chain.contributions().iter().map(|made| ContributionText::of(made, chain.factors())).collect()
		};
		let proving_key = key.hash();
		Self {
			format: FORMAT.into(),
			statement: origin.statement.name().into(),
			era: origin.era.0,
			powers: PowersText { power: powers.power(), contributions: contributions(powers.chain()) },
			key: KeyText {
				circuit: hex::encode(origin.circuit),
				initial: hex::encode(origin.initial),
				contributions: contributions(key.chain()),
			},
			verifying_key: hex::encode(verifying_key),
			verifying_key_id: hex::encode(key.verifying_key_id()),
			proving_key_hash: hex::encode(proving_key),
			transcript_hash: hex::encode(transcript_hash(&key.chain().last(), &proving_key)),
		}
	}

	/// The JSON, for people to read as well.
	pub fn to_json(&self) -> String {
		let mut text = serde_json::to_string_pretty(self).expect("strings, numbers and lists have a JSON");
		text.push('\n');
		text
	}

	/// Reads JSON. Whether it is right, [`Self::check`] says.
	///
	/// # Errors
	///
	/// [`Refusal::Transcript`] where the JSON has an entry too many, too few, or of another kind.
	pub fn from_json(json: &str) -> Result<Self, Refusal> {
		serde_json::from_str(json).map_err(|_| Refusal::Transcript { what: "the form" })
	}
}
