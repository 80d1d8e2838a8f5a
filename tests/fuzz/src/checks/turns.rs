//! Queues by block: what is due happens, and when.

use super::ensure;
use crate::chain;
use souk_runtime::*;

/// The blocks for which something is queued by which somebody's business goes on, by pallet.
fn business() -> Vec<(&'static str, u32)> {
	let mut queued = Vec::new();
	let mut add = |name, blocks: Vec<u32>| queued.extend(blocks.into_iter().map(|block| (name, block)));
	add("subscriptions", pallet_subscriptions::Due::<Runtime>::iter_keys().collect());
	add("escrow", pallet_escrow::Due::<Runtime>::iter_keys().map(|(block, _)| block).collect());
	add("asks", pallet_asks::Due::<Runtime>::iter_keys().map(|(block, _)| block).collect());
	add("tabs", pallet_tabs::Due::<Runtime>::iter_keys().map(|(block, _)| block).collect());
	add("disputes", pallet_disputes::Due::<Runtime>::iter_keys().map(|(block, _)| block).collect());
	add("stakes", pallet_stakes::Due::<Runtime>::iter_keys().map(|(block, _)| block).collect());
	queued
}

/// The blocks for which something is queued that is forgotten then.
fn forgotten() -> Vec<(&'static str, u32)> {
	let due = pallet_reputation::Due::<Runtime>::iter_keys();
	due.map(|(block, _)| ("reputation", block)).collect()
}

/// The blocks from which on somebody may do something, though nothing happens by itself: what backs a bond is free then.
fn free() -> Vec<u32> {
	let leaving = pallet_backing::Backers::<Runtime>::iter_values().flat_map(|own| own.leaving);
	let closing = pallet_backing::Backings::<Runtime>::iter_values().filter_map(|record| record.closes);
	leaving.map(|chunk| chunk.at).chain(closing).collect()
}

/// The last block of a period in which validators vote on somebody.
fn voted_on() -> Option<u32> {
	pallet_availability::Current::<Runtime>::get()
		.filter(|period| period.nodes > 0)
		.map(|period| period.until)
}

/// The next block in which somebody's business goes on; where there is none, the next one in which anything is due.
pub fn next_turn() -> Option<u32> {
	let business = business().into_iter().map(|(_, block)| block);
	business.filter(|block| *block > chain::now()).min().or_else(next_due)
}

/// The next block in which anything is due.
pub fn next_due() -> Option<u32> {
	let queued = business().into_iter().chain(forgotten()).map(|(_, block)| block);
	queued.chain(free()).chain(voted_on()).filter(|block| *block > chain::now()).min()
}

/// What was due has had its turn. What is due in this block may wait for its end: the hooks before the transactions have room for a part
/// of a block only. Sequences are short, so that there is room for the rest after them.
pub fn nothing_is_overdue() -> Result<(), String> {
	nothing_waits_from(chain::now().saturating_sub(1))
}

/// What is due in this block has had its turn as well.
pub fn nothing_waits() -> Result<(), String> {
	nothing_waits_from(chain::now())
}

fn nothing_waits_from(last: u32) -> Result<(), String> {
	let now = chain::now();
	for (name, block) in business().into_iter().chain(forgotten()) {
		ensure(block > last, || format!("{name}: what was due in block {block} waits in block {now}"))?;
	}
	// A period is judged in the block in which it is over, at its end at the latest.
	let judged = voted_on().is_none_or(|until| until >= now);
	ensure(judged, || "nodes were voted on, and are not judged".into())
}

/// Notes, for each pallet with a queue, that there is nothing to be done before a block: what hooks would have done in blocks in which nothing
/// was due. Nothing may be due before it.
pub fn pass_over(block: u32) {
	pallet_subscriptions::NextDue::<Runtime>::put(block);
	pallet_escrow::NextDue::<Runtime>::put(block);
	pallet_asks::NextDue::<Runtime>::put(block);
	pallet_tabs::NextDue::<Runtime>::put(block);
	pallet_disputes::NextDue::<Runtime>::put(block);
	pallet_stakes::NextDue::<Runtime>::put(block);
	pallet_reputation::NextDue::<Runtime>::put(block);
}
