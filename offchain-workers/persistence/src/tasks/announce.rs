//! Tells the network which listings this node serves: provider records for those that it is assigned to and holds a
//! snapshot of.

use crate::{node::Node, tasks::pace::Pace};
use souk_network::{Key, Network, NetworkError};
use souk_protocol::metadata::dht_key;
use std::{collections::BTreeSet, sync::Arc};

/// Announces until the node closes. What was announced then expires by itself.
pub async fn run(node: Arc<Node>, network: Network) {
	let (mut duties, mut stored) = (node.duties.clone(), node.stored.subscribe());
	// What was announced so far; the network renews it by itself.
	let mut provided = BTreeSet::new();
	let mut pace = Pace::default();
	loop {
		duties.mark_unchanged();
		stored.mark_unchanged();
		let pause = pace.after(announce(&node, &network, &mut provided).await);
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = duties.changed() => if changed.is_err() { return },
			_ = stored.changed() => {},
			() = tokio::time::sleep(pause) => {},
		}
	}
}

/// Where what concerns a listing is found in the network.
pub(super) fn key(node: &Node, listing: u32) -> Key {
	Key(dht_key(&node.chain.genesis(), listing))
}

/// Brings the provider records in line with what is held; returns whether nothing is left to be tried again.
async fn announce(node: &Node, network: &Network, provided: &mut BTreeSet<u32>) -> bool {
	let held: BTreeSet<u32> = match node.held_snapshots().await {
		Ok(held) => held.into_iter().map(|snapshot| snapshot.listing).collect(),
		Err(error) => {
			tracing::error!(%error, "the store could not be read");
			return false;
		}
	};
	let serves: BTreeSet<u32> =
		node.duties.borrow().listings().filter(|listing| held.contains(listing)).collect();
	for listing in provided.difference(&serves) {
		network.stop_providing(key(node, *listing)).await;
	}
	provided.retain(|listing| serves.contains(listing));

	let mut complete = true;
	for listing in serves {
		if provided.contains(&listing) {
			continue;
		}
		match network.provide(key(node, listing)).await {
			// Without peers it is kept, and made known as soon as somebody is reached.
			Ok(()) | Err(NetworkError::NoPeers) => {
				tracing::info!(listing, "announced as provider");
				provided.insert(listing);
			}
			Err(error) => {
				tracing::warn!(listing, %error, "could not be announced as provider");
				complete = false;
			}
		}
	}
	complete
}
