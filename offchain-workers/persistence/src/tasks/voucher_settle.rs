//! Settles the vouchers that this node holds: each in its time, and sooner where something is at stake.
//!
//! ```text
//! finalised head ─ tabs of the vouchers held ─ gone: forgotten
//!    ─ settled already ─ due: time, closing, listing ended, the first, much unsettled, little left ─ batch ─ sent ─ final
//! ```
//!
//! The highest voucher is worth all before it, so that nothing is lost where one is sent twice or not at all: what the chain has settled is
//! read from the chain, and what is not settled is tried again at the next head.

use crate::{
	chain::{ChainError, ChainWrites, Head, MAX_BATCH},
	metrics::SettlementEnd,
	node::{now_ms, Node},
	vouchers::{has_stopped, is_due},
};
use souk_protocol::SignedVoucher;
use souk_store::{HeldVoucher, StoreError};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// How long to wait after what did not work, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);
/// Tabs that are shown as unknown in a row before their vouchers are given up: a head may be of before they were opened.
const MISSES: u32 = 3;

/// Settles until the node closes. What is on the disk is settled after the next start.
pub async fn run(node: Arc<Node>, chain: Arc<dyn ChainWrites>) {
	let mut heads = node.chain.heads();
	let mut seen = Seen::default();
	loop {
		let head = *heads.borrow_and_update();
		let settled = tokio::select! {
			biased;
			() = node.stop.closing() => return,
			settled = round(&node, &*chain, head, &mut seen) => settled,
		};
		if let Err(error) = &settled {
			tracing::warn!(%error, "the vouchers were not settled");
		}
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
			() = node.vouchers.wanted() => {},
			() = tokio::time::sleep(RETRY), if settled.is_err() => {},
		}
	}
}

/// What is remembered from round to round.
#[derive(Default)]
struct Seen {
	/// How often a tab was not there.
	missed: HashMap<u64, u32>,
	/// The last block with a settlement: what was settled is known from there on.
	settled_in: u32,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Failed {
	#[error(transparent)]
	Chain(#[from] ChainError),
	#[error(transparent)]
	Store(#[from] StoreError),
}

/// One look at the chain, and one transaction at most.
async fn round(node: &Node, chain: &dyn ChainWrites, head: Head, seen: &mut Seen) -> Result<(), Failed> {
	if head.number < seen.settled_in {
		return Ok(());
	}
	let held = node.vouchers.work(|store| store.all()).await?;
	let terms = node.vouchers.terms();
	let now = now_ms();
	if held.is_empty() {
		node.metrics.tabs(0, 0, 0);
		return Ok(());
	}
	let ids: Vec<u64> = held.iter().map(|held| held.voucher.voucher.tab).collect();
	let tabs = node.chain.tabs(head, node.account(), &ids).await?;
	let (mut due, mut unsettled, mut stopped) = (Vec::new(), 0, 0);
	for held in &held {
		let id = held.voucher.voucher.tab;
		let Some(tab) = tabs.iter().find(|tab| tab.id == id) else {
			gone(node, held, &mut seen.missed).await?;
			continue;
		};
		seen.missed.remove(&id);
		if tab.earned != held.settled {
			let earned = tab.earned;
			node.vouchers.work(move |store| store.set_settled(id, earned)).await?;
		}
		unsettled += usize::from(held.voucher.voucher.amount > tab.earned);
		stopped += usize::from(has_stopped(held, now, terms));
		if is_due(held, tab, !tab.open, now, terms) {
			due.push(held.voucher);
		}
	}
	node.metrics.tabs(held.len(), unsettled, stopped);
	due.truncate(MAX_BATCH);
	if let Some(block) = send(node, chain, &due).await {
		seen.settled_in = block;
	}
	Ok(())
}

/// Sends vouchers. Returns the block that has them.
async fn send(node: &Node, chain: &dyn ChainWrites, due: &[SignedVoucher]) -> Option<u32> {
	if due.is_empty() {
		return None;
	}
	match chain.settle(due).await {
		Ok(settled) => {
			for (tab, reason) in &settled.refused {
				tracing::warn!(tab, reason, "the chain refused a voucher");
			}
			node.metrics.settlement(SettlementEnd::Refused, settled.refused.len());
			let count = due.len().saturating_sub(settled.refused.len());
			node.metrics.settlement(SettlementEnd::Settled, count);
			tracing::info!(count, block = settled.block, "vouchers settled");
			Some(settled.block)
		}
		Err(error) => {
			node.metrics.settlement(SettlementEnd::NotSent, due.len());
			tracing::warn!(%error, "vouchers are settled later");
			None
		}
	}
}

/// A tab that the chain does not know (any more).
async fn gone(node: &Node, held: &HeldVoucher, missed: &mut HashMap<u64, u32>) -> Result<(), Failed> {
	let id = held.voucher.voucher.tab;
	let misses = missed.entry(id).or_default();
	*misses += 1;
	if *misses < MISSES {
		return Ok(());
	}
	missed.remove(&id);
	let lost = held.served.saturating_sub(held.settled);
	match lost {
		0 => tracing::info!(tab = id, "a tab has ended"),
		_ => tracing::warn!(tab = id, lost, "a tab has ended before all of its answers were paid"),
	}
	node.vouchers.work(move |store| store.forget(id)).await?;
	Ok(())
}
