//! Receipts of tabs: what queries that are paid one by one have cost.
//!
//! In the form of the receipts of orders, with a tag of its own: the hash is `H("souk/tab-receipt/v1", bytes)`. What was promised is known
//! to whoever signed it; what of that was settled, and how a tab ended, the chain says only while it has the tab.

use super::{BlockEntry, ListingEntry, Money, Party};
use crate::{text, Digest};
use serde::{Deserialize, Serialize};
use souk_protocol::hash::tagged;

const TAG: &str = "souk/tab-receipt/v1";

/// The receipt of a tab, for whoever pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TabReceipt {
	/// Version of the document.
	pub version: u32,
	/// Hash of the chain's genesis block.
	#[serde(with = "text::hex_digits")]
	pub genesis: Digest,
	/// Number of the tab.
	pub tab: u64,
	/// Who pays.
	pub payer: Party,
	/// What is asked.
	pub listing: ListingEntry,
	/// Licence under which it was asked first, an SPDX expression.
	pub licence: String,
	/// What a query costs.
	pub price: Money,
	/// What was put on the tab.
	pub limit: Money,
	/// What each node had of it, in the order of their addresses.
	pub nodes: Vec<VoucherEntry>,
	/// What all of them had.
	pub paid: Money,
	/// What came back when the tab ended.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub returned: Option<Money>,
	/// Whether the chain has settled as much as was paid. If not, a node may settle less than it was promised, and the rest of it
	/// comes back as well.
	pub exact: bool,
	/// How the tab stands: `open`, `closing`, `over` (its money could not be moved yet), `ended`.
	pub state: String,
	/// First block in which it closes by itself, or, of one that is closing, in which the rest comes back.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub due: Option<u32>,
	/// When it was opened.
	pub opened: BlockEntry,
	/// When it was closed, where that was done from here.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub closed: Option<BlockEntry>,
	/// When it ended: of one that closed, the first block in which it could.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub ended: Option<BlockEntry>,
}

/// What a node had of a tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoucherEntry {
	/// Its address.
	pub node: String,
	/// Vouchers that were signed for it: one for each query that was paid.
	pub vouchers: u64,
	/// How many of those queries were answered.
	pub answers: u64,
	/// How many were answered for nothing besides.
	pub free: u32,
	/// What the highest voucher promises.
	pub promised: Money,
	/// What of that the chain has settled.
	pub settled: Money,
}

impl TabReceipt {
	/// The bytes that are hashed.
	pub fn canonical(&self) -> Vec<u8> {
		super::canonical(self)
	}

	/// What the receipt is known by.
	pub fn hash(&self) -> Digest {
		tagged(TAG, &[&self.canonical()])
	}

	/// Reads the canonical bytes of a receipt, and nothing else: then the hash of the bytes is the receipt's.
	///
	/// The error is what is wrong with them.
	pub fn parse(bytes: &[u8]) -> Result<Self, String> {
		super::parse(bytes, |receipt: &Self| receipt.version)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::receipt::VERSION;

	fn money(units: u32) -> Money {
		Money {
			amount: format!("0.{units:06}"),
			symbol: "wUSD".into(),
			asset: "1".into(),
			decimals: 6,
			units: units.to_string(),
		}
	}

	fn receipt() -> TabReceipt {
		let block = |block| BlockEntry { block, time: "2026-11-28T23:10:00Z".into(), exact: true };
		TabReceipt {
			version: VERSION,
			genesis: [7; 32],
			tab: 4,
			payer: Party::new(&[2; 32], Some("main".into())),
			listing: ListingEntry {
				id: 3,
				address: "5F/nyc-weather".into(),
				kind: "data".into(),
				title: None,
			},
			licence: "CC0-1.0".into(),
			price: money(100_000),
			limit: money(900_000),
			nodes: vec![VoucherEntry {
				node: "5G".into(),
				vouchers: 3,
				answers: 2,
				free: 1,
				promised: money(300_000),
				settled: money(200_000),
			}],
			paid: money(300_000),
			returned: Some(money(600_000)),
			exact: false,
			state: "ended".into(),
			due: None,
			opened: block(100),
			closed: Some(block(104)),
			ended: None,
		}
	}

	#[test]
	fn a_tabs_receipt_has_one_form_and_one_hash_and_is_no_orders() {
		let bytes = receipt().canonical();
		assert_eq!(TabReceipt::parse(&bytes), Ok(receipt()));
		assert_eq!(receipt().hash(), tagged("souk/tab-receipt/v1", &[&bytes]));
		assert!(super::super::Receipt::parse(&bytes).is_err());
		let pretty = serde_json::to_vec_pretty(&receipt()).unwrap();
		assert!(TabReceipt::parse(&pretty).unwrap_err().contains("reformatted"));
		let later = TabReceipt { version: 2, ..receipt() }.canonical();
		assert!(TabReceipt::parse(&later).unwrap_err().contains("version is 2"));
		let more = String::from_utf8(bytes).unwrap().replacen('{', r#"{"more":1,"#, 1);
		assert!(TabReceipt::parse(more.as_bytes()).is_err());
	}

	#[test]
	fn every_field_is_part_of_the_hash() {
		let hash = receipt().hash();
		let node = receipt().nodes.remove(0);
		for changed in [
			TabReceipt { tab: 5, ..receipt() },
			TabReceipt { paid: money(1), ..receipt() },
			TabReceipt { returned: None, ..receipt() },
			TabReceipt { exact: true, ..receipt() },
			TabReceipt { due: Some(1), ..receipt() },
			TabReceipt { closed: None, ..receipt() },
			TabReceipt { nodes: vec![VoucherEntry { answers: 3, ..node.clone() }], ..receipt() },
			TabReceipt { nodes: vec![VoucherEntry { settled: money(1), ..node }], ..receipt() },
		] {
			assert_ne!(changed.hash(), hash);
		}
	}
}
