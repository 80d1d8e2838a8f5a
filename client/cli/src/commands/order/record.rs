//! How an order reads.

use crate::{
	amount::Amount,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	receipt::state_name,
	records::hex,
	text::{self, bytes, grouped, printable},
};
use serde::Serialize;
use souk_config::BLOCK_SECONDS;
use souk_custody::format_account;
use souk_sdk::types::{ListingView, OrderState, OrderView};
use std::time::Duration;

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderRecord {
	/// Its number.
	pub order: u64,
	/// The listing's number.
	pub listing: u32,
	/// The listing's address, where it still can be read.
	pub address: Option<String>,
	/// Who pays.
	pub buyer: String,
	/// Who is paid.
	pub seller: String,
	/// What all of it costs.
	pub price: Amount,
	/// Where it is in its life.
	pub state: &'static str,
	/// What went to the seller's side.
	pub paid: Amount,
	/// What went back to the buyer.
	pub refunded: Amount,
	/// What is held.
	pub held: Amount,
	/// What the buyer got out of the seller's bond.
	pub from_bond: Amount,
	/// What of the seller's bond answers for it.
	pub covered: Amount,
	/// What is held for its record, and whose that is.
	pub deposit: Amount,
	/// Account that the deposit goes back to.
	pub depositor: String,
	/// Block in which it was made.
	pub created_at: u32,
	/// Block in which the money was held.
	pub funded_at: Option<u32>,
	/// First block in which it is too late to deliver.
	pub deliver_until: Option<u32>,
	/// Block in which it was delivered.
	pub delivered_at: Option<u32>,
	/// First block in which it is too late to object.
	pub window_until: Option<u32>,
	/// Block in which something happens by itself.
	pub due: Option<u32>,
	/// Block in which it ended.
	pub ended_at: Option<u32>,
	/// Hash of what was agreed on outside the chain.
	pub terms: Option<String>,
	/// Hash of the evidence of whoever disputed it.
	pub evidence: Option<String>,
	/// Its parts; none for data.
	pub parts: Vec<PartRecord>,
	/// What only an order for a snapshot has.
	pub snapshot: Option<SnapshotOrderRecord>,
}

/// A part of an order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartRecord {
	/// Its number, from 1.
	pub part: usize,
	/// What it costs.
	pub price: Amount,
	/// Blocks that the seller has for it.
	pub deliver_within: u32,
	/// Blocks that the buyer has to confirm or dispute it.
	pub confirm_within: u32,
	/// Block in which it was delivered.
	pub delivered_at: Option<u32>,
	/// Hash of what the seller shows for it.
	pub evidence: Option<String>,
	/// Block in which it was paid out.
	pub paid_at: Option<u32>,
}

/// What an order for a snapshot is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SnapshotOrderRecord {
	/// The period.
	pub period: u32,
	/// When it was due, UTC.
	pub due: String,
	/// Bytes of the file.
	pub bytes: u64,
	/// Number of chunks.
	pub chunks: u32,
	/// Root over the content.
	pub content_root: String,
	/// Root over the sealed chunks.
	pub cipher_root: String,
	/// Commitment to the key.
	pub key_commitment: String,
	/// Name of what was proved of the delivered key.
	pub proof_id: Option<String>,
	/// Who delivered it.
	pub delivered_by: Option<String>,
}

impl OrderRecord {
	/// One order.
	pub async fn new(
		order: &OrderView,
		listing: Option<&ListingView>,
		ctx: &Context,
	) -> Result<Self, Failure> {
		let asset = order.price.asset;
		let mut parts = Vec::with_capacity(order.milestones.len());
		for (place, part) in order.milestones.iter().enumerate() {
			parts.push(PartRecord {
				part: place + 1,
				price: ctx.amount(asset, part.amount).await?,
				deliver_within: part.deliver_within,
				confirm_within: part.confirm_within,
				delivered_at: part.delivered_at,
				evidence: part.evidence.map(hex),
				paid_at: part.paid_at,
			});
		}
		let snapshot = order.data.map(|data| SnapshotOrderRecord {
			period: data.period,
			due: text::utc_minutes(data.period),
			bytes: data.bytes,
			chunks: data.chunks,
			content_root: hex(data.content_root),
			cipher_root: hex(data.cipher_root),
			key_commitment: hex(data.key_commitment),
			proof_id: data.delivery.map(|delivery| hex(delivery.proof_id)),
			delivered_by: data.delivery.map(|delivery| format_account(&delivery.by)),
		});
		Ok(Self {
			order: order.id,
			listing: order.listing,
			address: listing.map(ListingView::address),
			buyer: format_account(&order.buyer),
			seller: format_account(&order.seller),
			price: ctx.amount(asset, order.price.amount).await?,
			state: state_name(order.state),
			paid: ctx.amount(asset, order.paid).await?,
			refunded: ctx.amount(asset, order.refunded).await?,
			held: ctx.amount(asset, order.held).await?,
			from_bond: native(order.from_bond),
			covered: native(order.covered),
			deposit: native(order.deposit),
			depositor: format_account(&order.depositor),
			created_at: order.created_at,
			funded_at: order.funded_at,
			deliver_until: order.deliver_until,
			delivered_at: order.delivered_at,
			window_until: order.window_until,
			due: order.due,
			ended_at: order.ended_at,
			terms: order.terms.map(hex),
			evidence: order.evidence.map(hex),
			parts,
			snapshot,
		})
	}

	/// The listing as a person knows it.
	pub fn what(&self) -> String {
		self.address.as_deref().map_or_else(|| format!("listing {}", self.listing), printable)
	}

	/// Everything about it, as of a block.
	pub fn describe(&self, block: u32, out: Out<'_>) -> Result<(), Failure> {
		let mut pairs = vec![
			("order", self.order.to_string()),
			("listing", self.what()),
			("buyer", self.buyer.clone()),
			("seller", self.seller.clone()),
			("state", self.state.into()),
			("price", self.price.to_string()),
		];
		for (name, amount) in [
			("held", &self.held),
			("paid", &self.paid),
			("refunded", &self.refunded),
			("out of the bond", &self.from_bond),
			("covered by the bond", &self.covered),
			("deposit", &self.deposit),
		] {
			if amount.units > 0 {
				pairs.push((name, amount.to_string()));
			}
		}
		pairs.push(("made in", format!("block {}", self.created_at)));
		if let Some(at) = self.delivered_at {
			pairs.push(("delivered in", format!("block {at}")));
		}
		if let Some(snapshot) = &self.snapshot {
			let what =
				format!("due {} UTC (period {}), {}", snapshot.due, snapshot.period, bytes(snapshot.bytes));
			pairs.push(("snapshot", what));
			pairs.push(("content root", snapshot.content_root.clone()));
			if let Some(proof) = &snapshot.proof_id {
				pairs.push(("proof", proof.clone()));
			}
		}
		for (name, hash) in [("terms", &self.terms), ("evidence", &self.evidence)] {
			if let Some(hash) = hash {
				pairs.push((name, hash.clone()));
			}
		}
		pairs.push(("now", self.outlook(block)));
		output::pairs(out, &pairs)?;
		for part in self.parts.iter().filter(|_| self.parts.len() > 1) {
			let state = match (part.paid_at, part.delivered_at) {
				(Some(block), _) => format!("paid in block {block}"),
				(None, Some(block)) => format!("delivered in block {block}"),
				(None, None) => {
					format!(
						"{} to deliver, {} to confirm",
						span(part.deliver_within),
						span(part.confirm_within)
					)
				}
			};
			writeln!(out, "part {}: {}, {state}", part.part, part.price)?;
		}
		for part in &self.parts {
			if let Some(evidence) = &part.evidence {
				writeln!(out, "part {}: evidence {evidence}", part.part)?;
			}
		}
		Ok(())
	}

	/// What happens next, and when.
	pub fn outlook(&self, block: u32) -> String {
		let by = |until: Option<u32>| until.map_or_else(|| "in time".into(), |until| before(until, block));
		match (self.state, self.snapshot.is_some()) {
			("created", _) => match self.due {
				Some(due) => format!("waits for the buyer to fund it; expires {}", at(due, block)),
				None => "waits for the buyer to fund it".into(),
			},
			("funded", true) => {
				format!("waits for the key; without it the money goes back {}", by(self.deliver_until))
			}
			("funded", false) => {
				format!(
					"waits for the seller; without a delivery the money goes back {}",
					by(self.deliver_until)
				)
			}
			("delivered", true) => format!("a bad chunk can be proved {}", by(self.window_until)),
			("delivered", false) => {
				format!(
					"waits for the buyer to confirm or dispute it, {}; then it is paid",
					by(self.window_until)
				)
			}
			("disputed", _) => match self.due {
				Some(due) => format!("waits for a ruling; without one it ends {}", at(due, block)),
				None => "waits for a ruling".into(),
			},
			(_, _) => match (self.ended_at, self.due) {
				(Some(ended), _) => format!("ended in block {ended}"),
				(None, Some(due)) => {
					format!("the money cannot be moved; it is tried again {}", at(due, block))
				}
				(None, None) => "the money cannot be moved at present".into(),
			},
		}
	}
}

/// Blocks as time.
pub fn span(blocks: u32) -> String {
	text::seconds(Duration::from_secs(u64::from(blocks).saturating_mul(BLOCK_SECONDS)))
}

fn before(until: u32, block: u32) -> String {
	match until.checked_sub(block) {
		Some(left) if left > 0 => format!("before block {} (about {})", grouped(until.into()), span(left)),
		_ => format!("since block {}", grouped(until.into())),
	}
}

fn at(due: u32, block: u32) -> String {
	match due.checked_sub(block) {
		Some(left) if left > 0 => format!("in block {} (in about {})", grouped(due.into()), span(left)),
		_ => format!("since block {}, in the next turn", grouped(due.into())),
	}
}

/// Whether an order waits for something that its buyer, or its seller, can do.
pub fn waits_for(order: &OrderView) -> &'static str {
	match order.state {
		OrderState::Created => "buyer",
		OrderState::Funded => "seller",
		OrderState::Delivered if order.data.is_none() => "buyer",
		OrderState::Delivered => "",
		OrderState::Disputed => "ruling",
		OrderState::Confirmed | OrderState::Refunded | OrderState::Released => "",
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use souk_sdk::AssetInfo;

	fn usd(units: u128) -> Amount {
		Amount { units, asset: AssetInfo { symbol: "wUSD".into(), decimals: 6, ..AssetInfo::native() } }
	}

	pub(in crate::commands::order) fn record() -> OrderRecord {
		OrderRecord {
			order: 7,
			listing: 3,
			address: Some("5F/plumbing".into()),
			buyer: "5B".into(),
			seller: "5F".into(),
			price: usd(15_000_000),
			state: "funded",
			paid: usd(5_000_000),
			refunded: usd(0),
			held: usd(10_000_000),
			from_bond: native(0),
			covered: native(0),
			deposit: native(1_000_000_000_000),
			depositor: "5F".into(),
			created_at: 100,
			funded_at: Some(110),
			deliver_until: Some(400),
			delivered_at: None,
			window_until: None,
			due: Some(400),
			ended_at: None,
			terms: Some("0x01".into()),
			evidence: None,
			parts: vec![
				PartRecord {
					part: 1,
					price: usd(5_000_000),
					deliver_within: 100,
					confirm_within: 200,
					delivered_at: Some(120),
					evidence: Some("0x02".into()),
					paid_at: Some(130),
				},
				PartRecord {
					part: 2,
					price: usd(10_000_000),
					deliver_within: 100,
					confirm_within: 200,
					delivered_at: None,
					evidence: None,
					paid_at: None,
				},
			],
			snapshot: None,
		}
	}

	#[test]
	fn an_order_reads_with_its_parts_and_what_happens_next() {
		let mut out = Vec::new();
		record().describe(300, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"15 wUSD",
			"without a delivery the money goes back before block 400 (about 5 min 0 s)",
			"part 1: 5 wUSD, paid in block 130",
			"part 1: evidence 0x02",
			"part 2: 10 wUSD, 5 min 0 s to deliver, 10 min 0 s to confirm",
			"terms",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		assert!(!text.contains("refunded"), "nothing was\n{text}");
	}

	#[test]
	fn every_state_says_what_it_waits_for() {
		let says = |state: &'static str, data: bool| {
			let snapshot = data.then(|| SnapshotOrderRecord {
				period: 1,
				due: String::new(),
				bytes: 1,
				chunks: 1,
				content_root: String::new(),
				cipher_root: String::new(),
				key_commitment: String::new(),
				proof_id: None,
				delivered_by: None,
			});
			let record = OrderRecord { state, snapshot, window_until: Some(320), ..record() };
			record.outlook(300)
		};
		assert!(says("created", false).contains("expires in block 400"));
		assert!(says("funded", true).contains("waits for the key"));
		assert!(says("delivered", true).contains("a bad chunk can be proved before block 320"));
		assert!(says("delivered", false).contains("confirm or dispute"));
		assert!(says("disputed", false).contains("ruling"));
		assert!(says("refunded", false).contains("tried again in block 400"));
		let ended = OrderRecord { state: "released", ended_at: Some(290), ..record() };
		assert_eq!(ended.outlook(300), "ended in block 290");
	}
}
