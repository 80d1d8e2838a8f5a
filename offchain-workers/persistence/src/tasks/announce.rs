//! Tells the network which listings this node serves: provider records for those that it is assigned to and holds a
//! snapshot of. The metadata document of each is kept alive beside them, because its curator may be offline.

use crate::node::Node;
use souk_network::{Key, Network, NetworkError};
use souk_protocol::metadata::{dht_key, metadata_hash};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	time::Duration,
};

/// How long to wait before what could not be announced or found is tried again; twice as long each time, up to [`REFRESH`].
const RETRY: Duration = Duration::from_secs(1);
/// How often to look for what nothing notifies of: a listing's new metadata.
const REFRESH: Duration = Duration::from_secs(300);

/// What was announced so far; the network renews it by itself.
#[derive(Default)]
struct Announced {
	/// Listings with a provider record of this node.
	provided: BTreeSet<u32>,
	/// Hash of the metadata document that this node has published, by listing.
	metadata: BTreeMap<u32, [u8; 32]>,
}

/// Announces until the node closes. What was announced then expires by itself.
pub async fn run(node: Arc<Node>, network: Network) {
	let (mut duties, mut stored) = (node.duties.clone(), node.stored.subscribe());
	let mut announced = Announced::default();
	let mut retry = RETRY;
	loop {
		duties.mark_unchanged();
		stored.mark_unchanged();
		let complete = announce(&node, &network, &mut announced).await;
		retry = if complete { RETRY } else { (retry * 2).min(REFRESH) };
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = duties.changed() => if changed.is_err() { return },
			_ = stored.changed() => {},
			() = tokio::time::sleep(if complete { REFRESH } else { retry }) => {},
		}
	}
}

/// Brings what is announced in line with what is held; returns whether nothing is left to be tried again.
async fn announce(node: &Node, network: &Network, announced: &mut Announced) -> bool {
	let held: BTreeSet<u32> = match node.held_snapshots().await {
		Ok(held) => held.into_iter().map(|snapshot| snapshot.listing).collect(),
		Err(error) => {
			tracing::error!(%error, "the store could not be read");
			return false;
		}
	};
	let serves: BTreeSet<u32> =
		node.duties.borrow().listings().filter(|listing| held.contains(listing)).collect();
	let genesis = node.chain.genesis();
	let key = |listing: u32| Key(dht_key(&genesis, listing));

	for listing in announced.provided.difference(&serves) {
		network.stop_providing(key(*listing)).await;
		if announced.metadata.remove(listing).is_some() {
			network.remove_record(key(*listing)).await;
		}
	}
	announced.provided.retain(|listing| serves.contains(listing));

	let mut complete = true;
	for listing in serves {
		if !announced.provided.contains(&listing) {
			match network.provide(key(listing)).await {
				// Without peers it is kept, and made known as soon as somebody is reached.
				Ok(()) | Err(NetworkError::NoPeers) => {
					tracing::info!(listing, "announced as provider");
					announced.provided.insert(listing);
				}
				Err(error) => {
					tracing::warn!(listing, %error, "could not be announced as provider");
					complete = false;
				}
			}
		}
		complete &= keep_metadata(node, network, announced, listing, key(listing)).await;
	}
	complete
}

/// Publishes the metadata document that the chain names, if somebody still has it.
async fn keep_metadata(
	node: &Node,
	network: &Network,
	announced: &mut Announced,
	listing: u32,
	key: Key,
) -> bool {
	let head = *node.chain.heads().borrow();
	let hash = match node.chain.listing(head, listing).await {
		Ok(Some(facts)) => facts.metadata,
		Ok(None) => return true,
		Err(error) => {
			tracing::warn!(%error, "the listing's metadata hash could not be read");
			return false;
		}
	};
	if announced.metadata.get(&listing) == Some(&hash) {
		return true;
	}
	let found = match network.get_records(key).await {
		Ok(found) => found,
		Err(error) => {
			tracing::debug!(listing, %error, "the listing's metadata was not found");
			return false;
		}
	};
	let Some(document) = found.into_iter().find(|bytes| metadata_hash(bytes) == hash) else { return false };
	match network.put_record(key, document).await {
		Ok(()) | Err(NetworkError::NoPeers) => {
			announced.metadata.insert(listing, hash);
			true
		}
		Err(error) => {
			tracing::warn!(listing, %error, "the listing's metadata could not be published");
			false
		}
	}
}
