//! Queues by block: what is due happens, and when.

use super::ensure;
use crate::chain;
use souk_runtime::*;

/// The blocks for which something is queued, by pallet.
fn queued() -> Vec<(&'static str, u32)> {
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

/// The next block in which something is due.
pub fn next_due() -> Option<u32> {
	queued().into_iter().map(|(_, block)| block).filter(|block| *block > chain::now()).min()
}

/// Sequences are short: blocks have room for all that is due in them.
pub fn nothing_is_overdue() -> Result<(), String> {
	let now = chain::now();
	for (name, block) in queued() {
		ensure(block > now, || format!("{name}: what was due in block {block} waits in block {now}"))?;
	}
	Ok(())
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
}
