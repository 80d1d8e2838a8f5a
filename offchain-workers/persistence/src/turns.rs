//! Whose turn it is to deliver a key, where several nodes could: one goes first, and each of the others has its turn some blocks
//! later, should the key still be awaited then.
//!
//! ```text
//! funded_at          + 8               + 16                              deliver_until − 20      deliver_until
//!     │ first node     │ second node     │ third …                              │ nobody any more     │
//! ```
//!
//! Nobody delivers late. What is sent is public from then on: a key that misses its block is the buyer's, and so is the money.

use crate::chain::AwaitingOrder;
use souk_protocol::AccountId;

/// Blocks that each node waits longer than the one before it.
const APART: u32 = 8;
/// Blocks before the end in which nobody delivers any more: a minute, for a transaction to reach its block even while blocks
/// are missed.
pub const MARGIN: u32 = 20;

/// The first block in which a delivery of an order is too late.
pub fn too_late_from(order: &AwaitingOrder) -> u32 {
	order.deliver_until.saturating_sub(MARGIN)
}

/// The first block in which `me` may deliver; `None` where it is not among the nodes.
pub fn first_block(order: &AwaitingOrder, nodes: &[AccountId], me: &AccountId) -> Option<u32> {
	let (since, until) = (order.funded_at, too_late_from(order));
	Turns { number: order.id, since, until, apart: APART }.first_block(nodes, me)
}

/// The turns for one thing that any of several nodes can do.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
	/// Its number: from one to the next, another node is the first.
	pub number: u64,
	/// The block from which on it can be done.
	pub since: u32,
	/// The first block in which it is too late.
	pub until: u32,
	/// Blocks that each node waits longer than the one before it.
	pub apart: u32,
}

impl Turns {
	/// The first block in which it is `me`'s turn; `None` where it is not among the nodes.
	pub fn first_block(&self, nodes: &[AccountId], me: &AccountId) -> Option<u32> {
		let turn = turn(self.number, nodes, me)?;
		let count = u32::try_from(nodes.len()).ok()?;
		// Where there are so many that the last would come too late, they come closer together.
		let span = self.until.saturating_sub(self.since);
		let apart = self.apart.min(span / count.max(1));
		Some(self.since.saturating_add(turn.saturating_mul(apart)))
	}
}

/// How many nodes come before `me`.
fn turn(number: u64, nodes: &[AccountId], me: &AccountId) -> Option<u32> {
	let position = nodes.iter().filter(|node| *node < me).count() as u64;
	let count = nodes.len() as u64;
	let turn = (number % count.max(1) + position) % count.max(1);
	nodes.contains(me).then_some(u32::try_from(turn).ok()?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::OrderId;

	fn order(id: OrderId, funded_at: u32, deliver_until: u32) -> AwaitingOrder {
		AwaitingOrder {
			id,
			listing: 7,
			period: 1,
			buyer_key: [0; 64],
			key_commitment: [0; 32],
			funded_at,
			deliver_until,
		}
	}

	/// In no order in particular, as a chain's maps have them.
	const NODES: [AccountId; 3] = [[3; 32], [1; 32], [2; 32]];

	#[test]
	fn each_order_has_one_first_node_and_the_others_follow_eight_blocks_apart() {
		let mut firsts = Vec::new();
		for id in [0, 1, 2, u64::MAX] {
			let order = order(id, 100, 300);
			let mut blocks: Vec<u32> =
				NODES.iter().map(|node| first_block(&order, &NODES, node).unwrap()).collect();
			firsts.push(blocks.iter().position(|block| *block == 100).unwrap());
			blocks.sort_unstable();
			assert_eq!(blocks, [100, 108, 116]);
		}
		firsts.truncate(3);
		firsts.sort_unstable();
		assert_eq!(firsts, [0, 1, 2], "they take turns");
		assert_eq!(first_block(&order(1, 100, 300), &NODES[..1], &NODES[0]), Some(100));
	}

	#[test]
	fn who_is_not_assigned_has_no_turn() {
		assert_eq!(first_block(&order(1, 100, 300), &NODES, &[9; 32]), None);
		assert_eq!(first_block(&order(1, 100, 300), &[], &[9; 32]), None);
	}

	#[test]
	fn many_nodes_come_closer_together_so_that_each_has_its_turn_in_time() {
		let nodes: Vec<AccountId> = (0..60).map(|n| [n; 32]).collect();
		let order = order(5, 100, 300);
		assert!(nodes.iter().all(|node| first_block(&order, &nodes, node).unwrap() < too_late_from(&order)));
		// And where there is no time at all, nobody is kept waiting.
		let short = AwaitingOrder { deliver_until: 110, ..order };
		assert_eq!(first_block(&short, &nodes, &nodes[9]), Some(100));
		assert_eq!(too_late_from(&short), 90);
	}
}
