//! Follows the finalised head: which listings this node is assigned to, and whether its registration is its own.

use crate::{
	chain::{ChainError, ChainReads, Head},
	duties::Duties,
	node::{Node, Registration},
};
use souk_protocol::{AccountId, EncryptionSecret};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// How long to wait after a failed read, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);

/// This node's assignments at `head`, their secrets opened; unchanged ones are taken from `before`.
///
/// # Errors
/// As the chain's.
pub async fn read_duties(
	chain: &dyn ChainReads,
	head: Head,
	me: AccountId,
	secret: &EncryptionSecret,
	before: &Duties,
) -> Result<Duties, ChainError> {
	Ok(Duties::open(chain.duties(head, me).await?, secret, before))
}

/// Follows until the node stops. `duties` is what [`Node::duties`] watches.
pub async fn run(node: Arc<Node>, duties: watch::Sender<Arc<Duties>>) {
	let mut heads = node.chain.heads();
	loop {
		let head = *heads.borrow_and_update();
		node.head.see(head.number);
		let read = step(&node, &duties, head).await;
		if let Err(error) = &read {
			tracing::warn!(%error, "the assignments were not read; those of the last block that was read stay in force");
		}
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
			() = tokio::time::sleep(RETRY), if read.is_err() => {},
		}
	}
}

async fn step(node: &Node, duties: &watch::Sender<Arc<Duties>>, head: Head) -> Result<(), ChainError> {
	let before = duties.borrow().clone();
	let now = read_duties(&*node.chain, head, node.account(), &node.secret, &before).await?;
	if !now.same_as(&before) {
		tracing::info!(block = head.number, listings = ?now.listings().collect::<Vec<_>>(), "assignments changed");
		duties.send_replace(Arc::new(now));
	}
	let entry = node.chain.node(head, node.account()).await?;
	node.set_registration(Registration::of(entry.as_ref(), &node.peer, &node.secret.public()));
	Ok(())
}
