//! What people and search engines read about a listing. Kept in the DHT; its hash is on chain.
//!
//! The document is JSON-LD in the terms of DCAT, schema.org and Croissant. The bytes are hashed as they were published,
//! so that nobody needs to agree on a canonical JSON.

use crate::hash::{tagged, Digest};
use serde::{Deserialize, Serialize};

/// Longest metadata document, in bytes.
pub const MAX_METADATA: usize = 48 * 1024;

/// One column of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
	/// Column name.
	pub name: String,
	/// Arrow data type, as DataFusion prints it.
	#[serde(rename = "dataType")]
	pub data_type: String,
	/// Whether it may be null.
	pub nullable: bool,
}

/// A column over which aggregates can be proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provable {
	/// Column name.
	pub name: String,
	/// Digits after the point, where the curator has declared them.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub scale: Option<u8>,
}

/// What the curator asks for proofs, by the rows that are proved over: of asks on chain, and of queries that a tab pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofPrice {
	/// Number of the asset; without one, the chain's own money.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub asset: Option<u32>,
	/// For a million rows, in the asset's smallest unit; written as a string, since numbers of JSON lose digits.
	#[serde(with = "digits")]
	pub amount: u128,
}

/// Rows that a [`ProofPrice`] is for.
pub const PRICED_ROWS: u128 = 1_000_000;
/// Greatest [`ProofPrice::amount`]: nothing overflows, whatever the number of rows.
pub const MAX_PROOF_PRICE: u128 = u64::MAX as u128;

impl ProofPrice {
	/// The price of one proof over so many rows, rounded up. A price beyond [`MAX_PROOF_PRICE`] counts as that.
	pub fn of_rows(&self, rows: u64) -> u128 {
		(self.amount.min(MAX_PROOF_PRICE) * u128::from(rows)).div_ceil(PRICED_ROWS)
	}
}

/// What a proof over so many rows costs that a tab pays, in the smallest unit of the tab's asset: `query`, the price of a plain query, or what
/// the curator asks for the proof where that is more. A price in another asset than `asset`, the number of the tab's (`None` is the chain's own
/// money), says nothing. Node and payer have to agree on it: one signs for what the other charges.
pub fn proof_from_tab(query: u128, asset: Option<u32>, price: Option<&ProofPrice>, rows: u64) -> u128 {
	price.filter(|price| price.asset == asset).map_or(query, |price| query.max(price.of_rows(rows)))
}

/// Whole numbers as strings.
mod digits {
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	pub(super) fn serialize<S: Serializer>(number: &u128, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(number)
	}

	pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
	}
}

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
	/// JSON-LD context.
	#[serde(rename = "@context")]
	pub context: Context,
	/// Always `dcat:Dataset`.
	#[serde(rename = "@type")]
	pub kind: String,
	/// Name part of the listing's address.
	#[serde(rename = "dct:identifier")]
	pub identifier: String,
	/// Title.
	#[serde(rename = "dct:title")]
	pub title: String,
	/// Description.
	#[serde(rename = "dct:description", default)]
	pub description: String,
	/// SPDX licence expression.
	#[serde(rename = "dct:license")]
	pub license: String,
	/// Category.
	#[serde(rename = "dcat:theme")]
	pub category: String,
	/// Tags.
	#[serde(rename = "dcat:keyword")]
	pub tags: Vec<String>,
	/// Cron expression of the curation job, UTC.
	#[serde(rename = "dct:accrualPeriodicity")]
	pub schedule: String,
	/// Columns.
	#[serde(rename = "cr:field", default)]
	pub fields: Vec<Field>,
	/// Columns over which aggregates can be proved, in the order in which snapshots commit to them.
	#[serde(rename = "souk:prove", default, skip_serializing_if = "Vec::is_empty")]
	pub prove: Vec<Provable>,
	/// What an ask for a proof over a snapshot must bring at least; without it, what the nodes want. A proof from a tab costs as much
	/// ([`proof_from_tab`]); without it, what a query does.
	#[serde(rename = "souk:proofPrice", default, skip_serializing_if = "Option::is_none")]
	pub proof_price: Option<ProofPrice>,
	/// Whether answers are to be the same bytes each time.
	#[serde(rename = "souk:reproducible", default, skip_serializing_if = "is_false")]
	pub reproducible: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_false(value: &bool) -> bool {
	!*value
}

/// Where the terms are defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
	/// DCAT.
	pub dcat: String,
	/// Dublin Core terms.
	pub dct: String,
	/// Croissant.
	pub cr: String,
}

impl Default for Context {
	fn default() -> Self {
		Self {
			dcat: "http://www.w3.org/ns/dcat#".into(),
			dct: "http://purl.org/dc/terms/".into(),
			cr: "http://mlcommons.org/croissant/".into(),
		}
	}
}

/// Hash of a document's bytes, as on chain.
pub fn metadata_hash(bytes: &[u8]) -> Digest {
	tagged("souk/metadata/v1", &[bytes])
}

/// Key under which a listing's metadata and its providers are found in the DHT.
pub fn dht_key(genesis: &Digest, listing: u32) -> Digest {
	tagged("souk/dht-listing/v1", &[genesis, &listing.to_le_bytes()])
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_proof_costs_by_its_rows_and_no_price_overflows() {
		let price = |amount| ProofPrice { asset: None, amount };
		assert_eq!(price(500_000).of_rows(1_000_000), 500_000);
		assert_eq!(price(500_000).of_rows(26_115), 13_058);
		assert_eq!((price(1).of_rows(1), price(1).of_rows(0), price(0).of_rows(9)), (1, 0, 0));
		let most = price(MAX_PROOF_PRICE).of_rows(u64::MAX);
		assert_eq!(price(u128::MAX).of_rows(u64::MAX), most);
	}

	#[test]
	fn a_tab_pays_for_a_proof_what_a_query_costs_or_the_proof_s_price_if_that_is_more() {
		let price = |asset| ProofPrice { asset, amount: 2_000_000 };
		let cost = |asset, price: Option<ProofPrice>, rows| proof_from_tab(10, asset, price.as_ref(), rows);
		assert_eq!(cost(None, None, 1_000), 10, "nothing is asked");
		assert_eq!([4, 5, 6].map(|rows| cost(None, Some(price(None)), rows)), [10, 10, 12]);
		assert_eq!(cost(Some(1), Some(price(Some(1))), 6), 12);
		for (tab, proof) in [(None, Some(1)), (Some(1), None), (Some(1), Some(2))] {
			assert_eq!(cost(tab, Some(price(proof)), 1_000), 10, "{tab:?} {proof:?}");
		}
		assert_eq!(proof_from_tab(u128::MAX, None, Some(&price(None)), u64::MAX), u128::MAX);
	}

	#[test]
	fn a_price_is_written_with_all_its_digits() {
		let price = ProofPrice { asset: Some(1), amount: 12_345_678_901_234_567_890 };
		let json = serde_json::to_string(&price).unwrap();
		assert_eq!(json, r#"{"asset":1,"amount":"12345678901234567890"}"#);
		assert_eq!(serde_json::from_str::<ProofPrice>(&json).unwrap(), price);
		assert!(serde_json::from_str::<ProofPrice>(r#"{"amount":"-1"}"#).is_err());
	}
}
