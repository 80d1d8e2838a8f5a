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
use std::{
	collections::HashMap,
	sync::Arc,
	time::{Duration, Instant},
};

/// How long to wait after what did not work, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);
/// Heads in a row that do not have a tab before its vouchers are given up.
const MISSES: u32 = 3;
/// How long a tab must have been missing, too: a light client that has just started may be some blocks behind, and the tab be opened in one of those.
pub const GONE: Duration = Duration::from_secs(600);

/// Settles until the node closes. What is on the disk is settled after the next start. Vouchers of a tab that has been missing for `patience` are
/// given up.
pub async fn run(node: Arc<Node>, chain: Arc<dyn ChainWrites>, patience: Duration) {
	let mut heads = node.chain.heads();
	let mut seen = Seen { missed: Missed { patience, tabs: HashMap::new() }, settled_in: 0 };
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
struct Seen {
	missed: Missed,
	/// The last block with a settlement: what was settled is known from there on.
	settled_in: u32,
}

/// Which tabs are not there.
struct Missed {
	patience: Duration,
	tabs: HashMap<u64, Missing>,
}

/// Since when a tab is not there, and in how many heads, the last of which is of this block.
struct Missing {
	since: Instant,
	heads: u32,
	last: u32,
}

impl Missed {
	/// A head does not have a tab. Says whether it is gone for good.
	fn note(&mut self, tab: u64, head: u32, now: Instant) -> bool {
		let missing = self.tabs.entry(tab).or_insert(Missing { since: now, heads: 0, last: 0 });
		// The same head says nothing new, however often it is looked at.
		if missing.heads == 0 || head > missing.last {
			missing.heads = missing.heads.saturating_add(1);
			missing.last = head;
		}
		let gone = missing.heads >= MISSES && now.duration_since(missing.since) >= self.patience;
		if gone {
			self.tabs.remove(&tab);
		}
		gone
	}

	fn there(&mut self, tab: u64) {
		self.tabs.remove(&tab);
	}
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
		node.vouchers.settlement_ended(None);
		node.metrics.tabs(0, 0, 0);
		return Ok(());
	}
	let ids: Vec<u64> = held.iter().map(|held| held.voucher.voucher.tab).collect();
	let tabs = node.chain.tabs(head, node.account(), &ids).await?;
	let (mut due, mut unsettled, mut stopped) = (Vec::new(), 0, 0);
	for held in &held {
		let id = held.voucher.voucher.tab;
		let Some(tab) = tabs.iter().find(|tab| tab.id == id) else {
			if seen.missed.note(id, head.number, Instant::now()) {
				give_up(node, held).await?;
			}
			continue;
		};
		seen.missed.there(id);
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
		// Nothing waits for it any more.
		node.vouchers.settlement_ended(None);
		return None;
	}
	match chain.settle(due).await {
		Ok(settled) => {
			for (tab, reason) in &settled.refused {
				tracing::warn!(tab, reason, "the chain refused a voucher");
			}
			node.vouchers.settlement_ended(None);
			node.metrics.settlement(SettlementEnd::Refused, settled.refused.len());
			let count = due.len().saturating_sub(settled.refused.len());
			node.metrics.settlement(SettlementEnd::Settled, count);
			tracing::info!(count, block = settled.block, "vouchers settled");
			Some(settled.block)
		}
		Err(error) => {
			node.vouchers.settlement_ended(Some(error.to_string()));
			node.metrics.settlement(SettlementEnd::NotSent, due.len());
			tracing::warn!(%error, "vouchers are settled later");
			None
		}
	}
}

/// Forgets the voucher of a tab that the chain does not know any more.
async fn give_up(node: &Node, held: &HeldVoucher) -> Result<(), Failed> {
	let id = held.voucher.voucher.tab;
	let lost = held.served.saturating_sub(held.settled);
	match lost {
		0 => tracing::info!(tab = id, "a tab has ended"),
		_ => tracing::warn!(tab = id, lost, "a tab has ended before all of its answers were paid"),
	}
	node.vouchers.work(move |store| store.forget(id)).await?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_tab_is_gone_after_a_while_and_some_heads_without_it() {
		let start = Instant::now();
		let mut missed = Missed { patience: GONE, tabs: HashMap::new() };
		// A light client that comes from behind steps through the blocks before the tab.
		for head in 1..=100 {
			assert!(!missed.note(7, head, start + Duration::from_secs(head.into())));
		}
		let late = start + GONE + Duration::from_secs(60);
		missed.there(7);
		assert!(!missed.note(7, 101, late), "it was there meanwhile");
		// The same head, however long it stays.
		assert!(!missed.note(7, 101, late + 2 * GONE));
		assert!(!missed.note(7, 102, late + 2 * GONE));
		assert!(missed.note(7, 103, late + 2 * GONE));
		assert!(missed.tabs.is_empty());
	}
}
