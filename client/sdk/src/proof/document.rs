//! A proof as a file: everything that the chain is shown, and where it comes from.

use crate::{text, types::ListingId, Digest};
use serde::{Deserialize, Serialize};
use souk_proof_primitives::{
	context::ProofContext,
	scalar,
	statements::{Era, StatementId},
};

/// Version of the document.
pub const VERSION: u32 = 1;
/// Names of a delivery's public inputs, in their order: those of `docs/statements/key-delivery.md`.
const INPUTS: [&str; 7] =
	["key_commitment", "buyer.x", "buyer.y", "ephemeral.x", "ephemeral.y", "ciphertext", "context"];

/// A proof of a delivery, as a JSON document. `statement`, `era`, `inputs` and `proof` are what the chain is shown; the rest says
/// where they come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofDocument {
	/// Version of the document.
	pub version: u32,
	/// Code of the statement.
	pub statement: u8,
	/// Its name.
	pub name: String,
	/// Era of the keys.
	pub era: u32,
	/// Id of the verifying key.
	#[serde(with = "text::hex_digits")]
	pub key_id: Digest,
	/// Name of what was proved.
	#[serde(with = "text::hex_digits")]
	pub proof_id: Digest,
	/// What it was proved for, and where it was found.
	pub origin: Origin,
	/// The public inputs, in the statement's order.
	pub inputs: Vec<Input>,
	/// The proof's bytes: points A, B and C.
	#[serde(with = "text::hex_bytes")]
	pub proof: Vec<u8>,
}

/// Which delivery a proof is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
	/// Hash of the chain's genesis block.
	#[serde(with = "text::hex_digits")]
	pub genesis: Digest,
	/// The listing.
	pub listing: ListingId,
	/// The order.
	pub order: u64,
	/// Who posted it: an address.
	pub by: String,
	/// Number of the block.
	pub block: u32,
	/// Its hash.
	#[serde(with = "text::hex_digits")]
	pub block_hash: Digest,
	/// Place of the transaction in the block, from 0.
	pub index: u32,
	/// Hash of the transaction.
	#[serde(with = "text::hex_digits")]
	pub extrinsic: Digest,
}

/// A public input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
	/// What it is.
	pub name: String,
	/// A number below the modulus: 32 bytes, little-endian.
	#[serde(with = "text::hex_bytes")]
	pub value: Vec<u8>,
}

impl ProofDocument {
	/// Reads a file. What was changed in it is the chain's to name: nothing but its form is looked at. The error says what is wrong
	/// with that.
	pub fn parse(json: &[u8]) -> Result<Self, String> {
		let document: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
		match document.version {
			VERSION => Ok(document),
			other => Err(format!("it has version {other}, and this program reads {VERSION}")),
		}
	}

	/// The public inputs as the chain takes them: one after the other.
	pub fn input_bytes(&self) -> Vec<u8> {
		self.inputs.iter().flat_map(|input| input.value.iter().copied()).collect()
	}

	/// Whether the public inputs are those of the order that it names, on the chain of this genesis block. What is proved of other
	/// inputs may be as true, but is not of this delivery.
	pub fn is_of_its_order(&self, genesis: Digest) -> bool {
		let Some(statement) = StatementId::from_code(self.statement) else { return false };
		let Origin { listing, order, .. } = self.origin;
		let context = ProofContext { genesis, statement, era: Era(self.era), listing, order };
		let said = self.inputs.iter().find(|input| input.name == "context");
		said.is_some_and(|input| input.value == scalar::encode(&context.scalar()))
	}
}

/// The public inputs of a delivery by their names, from their bytes.
pub(super) fn named(inputs: &[u8]) -> Vec<Input> {
	let values = inputs.chunks(scalar::SCALAR_BYTES);
	INPUTS
		.iter()
		.zip(values)
		.map(|(name, value)| Input { name: (*name).into(), value: value.into() })
		.collect()
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;

	pub(in crate::proof) fn document() -> ProofDocument {
		let context = ProofContext {
			genesis: [7; 32],
			statement: StatementId::KeyDelivery,
			era: Era(2),
			listing: 3,
			order: 9,
		};
		let mut inputs = vec![5; 6 * 32];
		inputs.extend(scalar::encode(&context.scalar()));
		ProofDocument {
			version: VERSION,
			statement: 2,
			name: "key-delivery".into(),
			era: 2,
			key_id: [1; 32],
			proof_id: [2; 32],
			origin: Origin {
				genesis: [7; 32],
				listing: 3,
				order: 9,
				by: "5F".into(),
				block: 100,
				block_hash: [3; 32],
				index: 2,
				extrinsic: [4; 32],
			},
			inputs: named(&inputs),
			proof: vec![0xab; 384],
		}
	}

	#[test]
	fn a_document_leads_back_to_what_it_was_made_of() {
		let json = serde_json::to_vec_pretty(&document()).unwrap();
		let read = ProofDocument::parse(&json).unwrap();
		assert_eq!(read, document());
		assert_eq!(read.input_bytes().len(), 7 * 32);
		assert_eq!(read.inputs[6].name, "context");
	}

	#[test]
	fn changed_bytes_are_read_and_a_changed_form_is_not() {
		let json = String::from_utf8(serde_json::to_vec(&document()).unwrap()).unwrap();
		let shorter = ProofDocument::parse(json.replacen("abab", "ac", 1).as_bytes()).unwrap();
		assert_eq!(shorter.proof.len(), 383);
		assert_eq!(shorter.proof[0], 0xac);
		for (from, to, why) in [
			("abab", "aba", "half a byte"),
			("0xabab", "abab", "start with 0x"),
			("\"version\":1", "\"version\":2", "version 2"),
			("\"era\"", "\"eras\"", "eras"),
		] {
			let error = ProofDocument::parse(json.replacen(from, to, 1).as_bytes()).unwrap_err();
			assert!(error.contains(why), "{to}: {error}");
		}
	}

	#[test]
	fn inputs_are_of_the_order_that_they_were_made_for() {
		let document = document();
		assert!(document.is_of_its_order([7; 32]));
		assert!(!document.is_of_its_order([8; 32]), "another chain");
		let mut other = document.clone();
		other.origin.order = 10;
		assert!(!other.is_of_its_order([7; 32]), "another order");
		let mut other = document.clone();
		other.inputs[6].value[0] ^= 1;
		assert!(!other.is_of_its_order([7; 32]), "another context");
		let mut other = document;
		other.statement = 200;
		assert!(!other.is_of_its_order([7; 32]), "no statement");
	}
}
