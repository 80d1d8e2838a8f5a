//! Receipts: what a party keeps of an order.
//!
//! A receipt is one JSON document with a version. Its canonical bytes are compact, its fields stand in the order below, and what is not
//! known is left out; its hash is `H("souk/receipt/v1", bytes)`. Whoever has the document can compute the hash, and compare the
//! rest with the chain while the order's record is kept there.

mod tab;

pub use tab::{TabReceipt, VoucherEntry};

use crate::{text, AccountId, Digest};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use souk_protocol::hash::tagged;

/// Version of the document.
pub const VERSION: u32 = 1;
const TAG: &str = "souk/receipt/v1";

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
	/// Version of the document.
	pub version: u32,
	/// Hash of the chain's genesis block.
	#[serde(with = "text::hex_digits")]
	pub genesis: Digest,
	/// Number of the order.
	pub order: u64,
	/// Whose receipt it is.
	pub owner: Side,
	/// Who was paid.
	pub seller: Party,
	/// Who paid.
	pub buyer: Party,
	/// What was sold.
	pub listing: ListingEntry,
	/// Licence under which it was sold, an SPDX expression.
	pub licence: String,
	/// Which snapshot, where it is data.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub snapshot: Option<SnapshotEntry>,
	/// How many.
	pub quantity: u32,
	/// What it costs.
	pub price: Money,
	/// What was paid of it.
	pub paid: Money,
	/// What went back of it.
	pub refunded: Money,
	/// What went back out of the seller's bond.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub from_bond: Option<Money>,
	/// What the transaction cost the owner besides.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub fee: Option<Money>,
	/// How the order stands: `delivered`, `confirmed`, `released`, `refunded`, `disputed`, `funded`.
	pub state: String,
	/// When it was ordered.
	pub ordered: BlockEntry,
	/// When it was delivered.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub delivered: Option<BlockEntry>,
	/// When the order ended.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub ended: Option<BlockEntry>,
	/// The proof of the delivery.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub proof: Option<ProofEntry>,
	/// Parts of the order, where it has some.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub parts: Vec<PartEntry>,
	/// Hash of what was agreed on outside the chain.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub terms: Option<String>,
}

/// A side of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
	/// Who pays.
	Buyer,
	/// Who is paid.
	Seller,
}

/// A party as the receipt's owner knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
	/// Its address.
	pub account: String,
	/// What the owner calls it.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub name: Option<String>,
}

/// What was sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingEntry {
	/// Number.
	pub id: u32,
	/// `<account>/<name>`.
	pub address: String,
	/// `data`, `service`, `physical` or `digital`.
	pub kind: String,
	/// Title, where somebody had the listing's metadata.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub title: Option<String>,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotEntry {
	/// Minutes since 1970 at which it was due.
	pub period: u32,
	/// The same as text, UTC.
	pub due: String,
	/// Bytes of the file.
	pub bytes: u64,
	/// Root over its content.
	#[serde(with = "text::hex_digits")]
	pub content_root: Digest,
}

/// An exact amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
	/// With a decimal point, without needless zeros.
	pub amount: String,
	/// What people call the asset.
	pub symbol: String,
	/// The asset: `native`, or the number under which it is registered.
	pub asset: String,
	/// Digits behind the point at most.
	pub decimals: u8,
	/// The amount in the asset's smallest unit.
	pub units: String,
}

/// A block, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockEntry {
	/// Its number.
	pub block: u32,
	/// When it was made, UTC, RFC 3339.
	pub time: String,
	/// Whether the time was read from the block, and not reckoned from a later one's.
	pub exact: bool,
}

/// What proves a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofEntry {
	/// Name of what was proved.
	#[serde(with = "text::hex_digits")]
	pub id: Digest,
	/// The statement.
	pub statement: String,
	/// Era of its key.
	pub era: u32,
	/// Who delivered.
	pub by: String,
}

/// A part of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartEntry {
	/// What it costs.
	pub price: Money,
	/// Block in which it was delivered.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub delivered_at: Option<u32>,
	/// Block in which it was paid out.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub paid_at: Option<u32>,
}

impl Receipt {
	/// The bytes that are hashed.
	pub fn canonical(&self) -> Vec<u8> {
		canonical(self)
	}

	/// What the receipt is known by.
	pub fn hash(&self) -> Digest {
		tagged(TAG, &[&self.canonical()])
	}

	/// Reads the canonical bytes of a receipt, and nothing else: then the hash of the bytes is the receipt's.
	///
	/// The error is what is wrong with them.
	pub fn parse(bytes: &[u8]) -> Result<Self, String> {
		parse(bytes, |receipt: &Self| receipt.version)
	}
}

/// The one form of a document, of an order or of a tab.
fn canonical(document: &impl Serialize) -> Vec<u8> {
	serde_json::to_vec(document).expect("a receipt has string keys and no maps")
}

/// A document of the version that this program reads, from its canonical bytes and nothing else.
fn parse<D: Serialize + DeserializeOwned>(bytes: &[u8], version: impl Fn(&D) -> u32) -> Result<D, String> {
	let document: D = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
	let version = version(&document);
	if version != VERSION {
		return Err(format!("its version is {version}, this program reads {VERSION}"));
	}
	match canonical(&document) == bytes {
		true => Ok(document),
		false => Err("it was reformatted: spaces or the order of fields are others".into()),
	}
}

impl Party {
	/// A party by its account.
	pub fn new(account: &AccountId, name: Option<String>) -> Self {
		Self { account: souk_custody::format_account(account), name }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn money(amount: &str, units: &str) -> Money {
		Money {
			amount: amount.into(),
			symbol: "wUSD".into(),
			asset: "1".into(),
			decimals: 6,
			units: units.into(),
		}
	}

	fn receipt() -> Receipt {
		Receipt {
			version: VERSION,
			genesis: [7; 32],
			order: 12,
			owner: Side::Buyer,
			seller: Party::new(&[1; 32], None),
			buyer: Party::new(&[2; 32], Some("main".into())),
			listing: ListingEntry {
				id: 3,
				address: "5F/nyc-weather".into(),
				kind: "data".into(),
				title: Some("Wetter in Zürich — 東京".into()),
			},
			licence: "CC0-1.0".into(),
			snapshot: Some(SnapshotEntry {
				period: 29_920_500,
				due: "2026-11-21T03:00:00Z".into(),
				bytes: 4,
				content_root: [5; 32],
			}),
			quantity: 1,
			price: money("5", "5000000"),
			paid: money("5", "5000000"),
			refunded: money("0", "0"),
			from_bond: None,
			fee: None,
			state: "released".into(),
			ordered: BlockEntry { block: 100, time: "2026-11-28T23:10:00Z".into(), exact: true },
			delivered: Some(BlockEntry { block: 104, time: "2026-11-28T23:10:12Z".into(), exact: true }),
			ended: None,
			proof: Some(ProofEntry {
				id: [6; 32],
				statement: "key-delivery".into(),
				era: 0,
				by: "5G".into(),
			}),
			parts: vec![],
			terms: None,
		}
	}

	#[test]
	fn a_receipt_has_one_form_and_one_hash() {
		let bytes = receipt().canonical();
		assert_eq!(Receipt::parse(&bytes), Ok(receipt()));
		assert_eq!(receipt().hash(), tagged("souk/receipt/v1", &[&bytes]));
		let pretty = serde_json::to_vec_pretty(&receipt()).unwrap();
		assert!(Receipt::parse(&pretty).unwrap_err().contains("reformatted"));
		let mut swapped: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
		swapped["version"] = 2.into();
		assert!(Receipt::parse(swapped.to_string().as_bytes()).is_err());
		let more = String::from_utf8(bytes).unwrap().replacen('{', r#"{"more":1,"#, 1);
		assert!(Receipt::parse(more.as_bytes()).is_err());
	}

	#[test]
	fn every_field_is_part_of_the_hash() {
		let hash = receipt().hash();
		for changed in [
			Receipt { order: 13, ..receipt() },
			Receipt { owner: Side::Seller, ..receipt() },
			Receipt { paid: money("4", "4000000"), ..receipt() },
			Receipt { licence: "MIT".into(), ..receipt() },
			Receipt { proof: None, ..receipt() },
			Receipt { buyer: Party::new(&[2; 32], None), ..receipt() },
		] {
			assert_ne!(changed.hash(), hash);
		}
	}

	/// Who keeps a receipt keeps its hash; a later version of this program must come to the same.
	#[test]
	fn the_form_is_frozen() {
		let text = String::from_utf8(receipt().canonical()).unwrap();
		assert!(
			text.starts_with(r#"{"version":1,"genesis":"0x0707"#) && text.contains(r#""owner":"buyer""#),
			"{text}"
		);
		assert_eq!(hex::encode(receipt().hash()), FROZEN);
	}

	const FROZEN: &str = "131ad06163e5d8bf61a99fad1c05dc0552a02832534accc765a92f0bade63139";
}
