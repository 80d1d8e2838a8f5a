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
use std::{sync::Arc, time::Duration};

/// How long to wait after what did not work, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);
/// Blocks after the last one in which a tab was seen before its vouchers are given up: only a finalised head as much newer, which does not have it, says that it has
/// ended. A light client that has just started may be behind, and step through the blocks before the tab, for however long.
pub const GONE: u32 = 200;
/// That a tab is there is written down once in so many blocks.
const NOTED_EVERY: u32 = 20;

/// Settles until the node closes. What is on the disk is settled after the next start. Vouchers of a tab that the chain has forgotten are given up.
pub async fn run(node: Arc<Node>, chain: Arc<dyn ChainWrites>) {
	let mut heads = node.chain.heads();
	// The last block with a settlement: what was settled is known from there on.
	let mut settled_in = 0;
	loop {
		let head = *heads.borrow_and_update();
		let settled = tokio::select! {
			biased;
			() = node.stop.closing() => return,
			settled = round(&node, &*chain, head, &mut settled_in) => settled,
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

/// Whether a tab that was seen in the finalised block `seen` has ended, where the one of number `head` does not have it.
fn is_gone(seen: u32, head: u32) -> bool {
	head >= seen.saturating_add(GONE)
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
async fn round(node: &Node, chain: &dyn ChainWrites, head: Head, settled_in: &mut u32) -> Result<(), Failed> {
	if head.number < *settled_in {
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
	let mut noted = Vec::new();
	for held in &held {
		let id = held.voucher.voucher.tab;
		let Some(tab) = tabs.iter().find(|tab| tab.id == id) else {
			match held.seen {
				Some(seen) if is_gone(seen, head.number) => give_up(node, held).await?,
				Some(_) => {}
				// Kept before such blocks were noted: it is waited for from here on.
				None => noted.push(id),
			}
			continue;
		};
		if held.seen.is_none_or(|seen| head.number >= seen.saturating_add(NOTED_EVERY)) {
			noted.push(id);
		}
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
	if !noted.is_empty() {
		node.vouchers.work(move |store| store.see(&noted, head.number)).await?;
	}
	node.metrics.tabs(held.len(), unsettled, stopped);
	due.truncate(MAX_BATCH);
	if let Some(block) = send(node, chain, &due).await {
		*settled_in = block;
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
	fn a_tab_is_gone_some_blocks_after_the_last_that_had_it() {
		assert!(!is_gone(1_000, 1), "the light client is behind");
		assert!(!is_gone(1_000, 1_000 + GONE - 1));
		assert!(is_gone(1_000, 1_000 + GONE));
		// What is written down is behind by less than what is waited for.
		const { assert!(NOTED_EVERY < GONE) };
	}
}
