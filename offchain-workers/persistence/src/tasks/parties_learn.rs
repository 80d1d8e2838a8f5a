//! Learns from the chain who has a part in which dispute, before they come: then they do not wait where strangers have taken all places for looks at the chain.

use crate::{
	chain::{ChainError, Head},
	node::Node,
};
use std::sync::Arc;

/// Pages that are read at a head, at most: what comes after them is read at the next one.
const PAGES: usize = 16;
/// Blocks between looks for new disputes: each is a call of the runtime with its proof, and a party does not come in the first half minute.
const EVERY: u32 = 10;
/// Blocks after which all disputes are read anew: juries were drawn, and reviewers let in.
const ANEW: u32 = 100;

/// Learns until the node closes.
pub async fn run(node: Arc<Node>) {
	let mut heads = node.chain.heads();
	let mut learned = Learned::default();
	loop {
		let head = *heads.borrow_and_update();
		let read = tokio::select! {
			biased;
			() = node.stop.closing() => return,
			read = learned.more(&node, head) => read,
		};
		if let Err(error) = read {
			tracing::warn!(%error, "who has a part in disputes was not read; it is tried again at the next block");
		}
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
		}
	}
}

/// How far it was read.
#[derive(Default)]
struct Learned {
	/// The last dispute that was read.
	last: Option<u64>,
	/// The block from which on new ones are looked for.
	next: u32,
	/// The block from which on they are read anew, once all of them were read.
	anew: u32,
	/// Whether all of them were read.
	all: bool,
}

impl Learned {
	/// Reads what comes after the last one.
	async fn more(&mut self, node: &Node, head: Head) -> Result<(), ChainError> {
		if head.number >= self.anew && (self.all || self.last.is_none()) {
			*self = Self { anew: head.number.saturating_add(ANEW), ..Self::default() };
		}
		if head.number < self.next {
			return Ok(());
		}
		for _ in 0..PAGES {
			let page = node.chain.cases(head, self.last).await?;
			let Some(last) = page.last().map(|(case, _)| *case) else {
				self.next = head.number.saturating_add(EVERY);
				self.all = true;
				break;
			};
			for (case, facts) in page {
				node.mailbox.parties.note(case, Some(facts));
			}
			self.last = Some(last);
		}
		Ok(())
	}
}
