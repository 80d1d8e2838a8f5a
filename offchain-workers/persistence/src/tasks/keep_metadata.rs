//! Keeps the metadata documents of the listings that this node is assigned to alive: their curators may be offline, and what
//! nobody renews expires in the network.
//!
//! ```text
//! hash on chain ─ published already? ─ in the store? ─ in the network? ─ stored ─ published, renewed by the network
//! ```
//!
//! A document counts only where its hash is the one on chain.

use crate::{
	chain::ChainError,
	node::Node,
	tasks::{announce::key, pace::Pace},
};
use souk_network::{Network, NetworkError};
use souk_protocol::{
	metadata::{metadata_hash, MAX_METADATA},
	Digest,
};
use souk_store::StoreError;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

/// Keeps the documents until the node closes. What others hold of them then expires by itself.
pub async fn run(node: Arc<Node>, network: Network) {
	let mut duties = node.duties.clone();
	let mut published = Published::default();
	let mut pace = Pace::default();
	loop {
		duties.mark_unchanged();
		let pause = pace.after(published.update(&node, &network).await);
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = duties.changed() => if changed.is_err() { return },
			() = tokio::time::sleep(pause) => {},
		}
	}
}

/// Hash of the document that this node has published, by listing; the network renews it by itself.
#[derive(Default)]
struct Published(BTreeMap<u32, Digest>);

/// Why a document is not published yet.
#[derive(Debug, thiserror::Error)]
enum Missing {
	#[error(transparent)]
	Chain(#[from] ChainError),
	#[error(transparent)]
	Store(#[from] StoreError),
	#[error(transparent)]
	Network(#[from] NetworkError),
	#[error("nobody has the document that the chain refers to")]
	Nowhere,
}

impl Published {
	/// Brings it in line with the assignments and the chain; returns whether nothing is left to be tried again.
	async fn update(&mut self, node: &Node, network: &Network) -> bool {
		let assigned: BTreeSet<u32> = node.duties.borrow().listings().collect();
		for listing in self.0.keys().filter(|listing| !assigned.contains(listing)) {
			network.remove_record(key(node, *listing)).await;
		}
		self.0.retain(|listing, _| assigned.contains(listing));

		let mut complete = true;
		for listing in assigned {
			if let Err(missing) = self.publish(node, network, listing).await {
				match missing {
					// The curator may not have published it yet, and nobody may have been reached yet.
					Missing::Nowhere | Missing::Network(_) => {
						tracing::debug!(listing, %missing, "the listing's metadata is not published")
					}
					missing => tracing::warn!(listing, %missing, "the listing's metadata is not published"),
				}
				complete = false;
			}
		}
		complete
	}

	async fn publish(&mut self, node: &Node, network: &Network, listing: u32) -> Result<(), Missing> {
		let head = *node.chain.heads().borrow();
		// A listing that is gone has nothing to be published.
		let Some(facts) = node.chain.listing(head, listing).await? else { return Ok(()) };
		let hash = facts.metadata;
		if self.0.get(&listing) == Some(&hash) {
			return Ok(());
		}
		let document = match node.documents(move |documents| documents.get(listing, &hash)).await? {
			Some(document) => document,
			None => fetch(node, network, listing, hash).await?,
		};
		match network.put_record(key(node, listing), document).await {
			// Without peers it is kept, and made known as soon as somebody is reached.
			Ok(()) | Err(NetworkError::NoPeers) => {
				tracing::info!(listing, "publishing the listing's metadata");
				self.0.insert(listing, hash);
				Ok(())
			}
			Err(error) => Err(error.into()),
		}
	}
}

/// Finds the document in the network and stores it, so that it is found there once only.
async fn fetch(node: &Node, network: &Network, listing: u32, hash: Digest) -> Result<Vec<u8>, Missing> {
	let found = network.get_records(key(node, listing)).await?;
	let good = |bytes: &Vec<u8>| bytes.len() <= MAX_METADATA && metadata_hash(bytes) == hash;
	let document = found.into_iter().find(good).ok_or(Missing::Nowhere)?;
	let kept = document.clone();
	node.documents(move |documents| documents.put(listing, &hash, &kept)).await?;
	Ok(document)
}
