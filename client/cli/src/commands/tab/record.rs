//! How a tab reads.

use crate::{
	amount::Amount,
	commands::order::span,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	text::{grouped, printable},
};
use serde::Serialize;
use souk_custody::{format_account, AccountId};
use souk_sdk::{
	purse::{promised, Promised},
	types::{ListingView, TabPhase, TabView},
};
use std::collections::BTreeMap;

/// A tab.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TabRecord {
	/// Its number.
	pub tab: u64,
	/// The listing's number.
	pub listing: u32,
	/// The listing's address, where it still can be read.
	pub address: Option<String>,
	/// Who pays.
	pub payer: String,
	/// Who asks, and signs vouchers.
	pub key: String,
	/// What a query costs.
	pub price: Amount,
	/// Where it is in its life.
	pub state: &'static str,
	/// First block in which it closes, or in which the rest comes back.
	pub until: Option<u32>,
	/// What was put on it.
	pub limit: Amount,
	/// What the chain holds of that.
	pub held: Amount,
	/// What is left when all vouchers are settled, as far as they are known here.
	pub left: Amount,
	/// What was promised to each node, and what of it is settled.
	pub nodes: Vec<PromiseRecord>,
	/// What is held for its record.
	pub deposit: Amount,
}

/// What a node has of a tab.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromiseRecord {
	/// Its account.
	pub node: String,
	/// Vouchers signed for it.
	pub vouchers: u64,
	/// What the highest one promises.
	pub promised: Amount,
	/// What of that is settled on chain.
	pub settled: Amount,
	/// Whether the query that the last one pays is still to be answered.
	pub unanswered: bool,
}

/// What was promised to a node, and what of it is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
	/// Counter of the highest voucher.
	pub vouchers: u64,
	/// What it promises, in the smallest unit of the tab's asset.
	pub promised: u128,
	/// What of that is settled on chain.
	pub settled: u128,
	/// Whether the query that it pays is still to be answered.
	pub unanswered: bool,
	/// Free queries that were answered.
	pub free: u32,
}

/// What is known here and what is known to the chain, by node.
pub fn sums(tab: &TabView, promised: &[Promised]) -> BTreeMap<AccountId, Sums> {
	let mut all: BTreeMap<AccountId, Sums> = BTreeMap::new();
	for one in promised {
		let sum = all.entry(one.node).or_default();
		*sum = Sums {
			vouchers: one.counter,
			promised: one.amount,
			settled: 0,
			unanswered: !one.answered,
			free: one.free,
		};
	}
	for earner in &tab.earners {
		let sum = all.entry(earner.node).or_default();
		sum.settled = earner.earned;
		sum.promised = sum.promised.max(earner.earned);
		sum.vouchers = sum.vouchers.max(earner.counter);
	}
	all
}

impl TabRecord {
	/// One tab, with what was promised from here.
	pub async fn new(tab: &TabView, listing: Option<&ListingView>, ctx: &Context) -> Result<Self, Failure> {
		let kept = match ctx.known_genesis() {
			Some(genesis) => promised(&ctx.home.tabs(), &genesis, tab.id)?,
			None => Vec::new(),
		};
		Self::with(tab, listing, &kept, ctx).await
	}

	async fn with(
		tab: &TabView,
		listing: Option<&ListingView>,
		kept: &[Promised],
		ctx: &Context,
	) -> Result<Self, Failure> {
		let asset = tab.price.asset;
		let sums = sums(tab, kept);
		let unsettled = sums.values().map(|sum| sum.promised - sum.settled).fold(0u128, u128::saturating_add);
		let mut nodes = Vec::with_capacity(sums.len());
		for (node, sum) in &sums {
			nodes.push(PromiseRecord {
				node: format_account(node),
				vouchers: sum.vouchers,
				promised: ctx.amount(asset, sum.promised).await?,
				settled: ctx.amount(asset, sum.settled).await?,
				unanswered: sum.unanswered,
			});
		}
		let (state, until) = match tab.phase {
			TabPhase::Open { until } if tab.open => ("open", Some(until)),
			TabPhase::Open { .. } => ("closing", None),
			TabPhase::Closing { until } => ("closing", Some(until)),
			TabPhase::Over => ("over", None),
		};
		Ok(Self {
			tab: tab.id,
			listing: tab.listing,
			address: listing.map(ListingView::address),
			payer: format_account(&tab.payer),
			key: format_account(&tab.key),
			price: ctx.amount(asset, tab.price.amount).await?,
			state,
			until,
			limit: ctx.amount(asset, tab.limit).await?,
			held: ctx.amount(asset, tab.held).await?,
			left: ctx.amount(asset, tab.free.saturating_sub(unsettled)).await?,
			nodes,
			deposit: native(tab.deposit),
		})
	}

	/// The listing as a person knows it.
	pub fn what(&self) -> String {
		self.address.as_deref().map_or_else(|| format!("listing {}", self.listing), printable)
	}

	/// Everything about it, as of a block.
	pub fn describe(&self, block: u32, out: Out<'_>) -> Result<(), Failure> {
		let mut pairs = vec![
			("tab", self.tab.to_string()),
			("listing", self.what()),
			("payer", self.payer.clone()),
			("state", self.state.into()),
			("a query", self.price.to_string()),
			("limit", self.limit.to_string()),
			("held", self.held.to_string()),
			("left", self.left.to_string()),
			("deposit", self.deposit.to_string()),
		];
		if self.key != self.payer {
			pairs.push(("asks", self.key.clone()));
		}
		for node in &self.nodes {
			let unanswered = if node.unanswered { ", the last one not answered yet" } else { "" };
			pairs.push((
				"node",
				format!(
					"{}: {} in {} vouchers, {} settled{unanswered}",
					node.node,
					node.promised,
					grouped(node.vouchers.into()),
					node.settled
				),
			));
		}
		pairs.push(("now", self.outlook(block)));
		output::pairs(out, &pairs)
	}

	/// What happens next, and when.
	pub fn outlook(&self, block: u32) -> String {
		let in_time = |until: u32| match until.checked_sub(block) {
			Some(left) if left > 0 => format!("in block {} (in about {})", grouped(until.into()), span(left)),
			_ => "in the chain's next turn".into(),
		};
		match (self.state, self.until) {
			("open", Some(until)) => format!("closes by itself {}", in_time(until)),
			("closing", Some(until)) => format!("the rest comes back {}", in_time(until)),
			("closing", None) => "the listing has ended: it closes in the chain's next turn".into(),
			_ => "some of the money cannot be moved at present; it is tried again".into(),
		}
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::context::tests::offline;
	use souk_sdk::types::{Asset, EarnerView, Price};

	pub fn tab() -> TabView {
		TabView {
			id: 7,
			listing: 3,
			plan: 0,
			payer: [1; 32],
			key: [1; 32],
			price: Price { asset: Asset::Native, amount: 100_000_000_000 },
			opened_at: 10,
			phase: TabPhase::Open { until: 110 },
			open: true,
			due: 110,
			limit: 2_000_000_000_000,
			held: 1_700_000_000_000,
			free: 1_700_000_000_000,
			earners: vec![EarnerView { node: [2; 32], counter: 3, earned: 300_000_000_000, owed: 0 }],
			deposit: 9,
		}
	}

	#[tokio::test]
	async fn a_tab_says_what_is_left_when_all_is_settled() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let kept = [
			Promised { node: [2; 32], counter: 5, amount: 500_000_000_000, answered: true, free: 0 },
			Promised { node: [3; 32], counter: 1, amount: 100_000_000_000, answered: false, free: 0 },
		];
		let record = TabRecord::with(&tab(), None, &kept, &ctx).await.unwrap();
		assert_eq!(record.left, native(1_400_000_000_000));
		let mut out = Vec::new();
		record.describe(60, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"listing 3",
			"1.4 SOUK",
			"0.5 SOUK in 5 vouchers, 0.3 SOUK settled",
			"0.1 SOUK in 1 vouchers, 0 SOUK settled, the last one not answered yet",
			"closes by itself in block 110 (in about 2 min 30 s)",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		let closing = TabView { phase: TabPhase::Closing { until: 70 }, open: false, ..tab() };
		let record = TabRecord::with(&closing, None, &[], &ctx).await.unwrap();
		assert!(record.outlook(70).contains("next turn"));
		assert_eq!(record.left, native(1_700_000_000_000));
	}
}
