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
