//! What answers of a listing have to promise. Where its curator wants answers that are the same each time, two answers convict a node that lies,
//! but only if it has promised that: a node that means to lie leaves the promise out, and is not believed then.
//!
//! ```text
//! query ──> node ──> answer ─ the right promise? ─ yes ───────────────────────────> handed out
//!   └─────> metadata, for a short while ──> wanted? <─ no ─┘ ─ no, or not known ──> handed out
//!                                                            ─ yes ───────────────> the next node
//! ```
//!
//! The metadata are on no chain, and nobody has to hand them over. Where they were not found, answers without a promise are taken as well.

use crate::{
	metadata::fetch_metadata,
	reads::ChainSource,
	types::{AssignmentView, ListingView},
	Digest,
};
use futures::{
	future::{BoxFuture, Shared},
	stream::FuturesUnordered,
	FutureExt as _, StreamExt as _,
};
use souk_network::Network;
use souk_protocol::metadata::Metadata;
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use tokio::time::timeout;

/// How long the metadata are looked for, from when the query is asked.
const LOOKUP_TIME: Duration = Duration::from_secs(3);
/// They take no more than this part of the query's own time, so that no node's share of it is used up by waiting for them.
const LOOKUP_SHARE: u32 = 8;

/// Whether a listing's answers are to be the same each time; none where that was not found out in time.
pub(crate) type Wish<'a> = Shared<BoxFuture<'a, Option<bool>>>;

/// What curators want, as far as it is known: by the metadata's hash, since no document ever changes.
#[derive(Clone, Default)]
pub(crate) struct Wishes(Arc<Mutex<HashMap<Digest, bool>>>);

impl Wishes {
	/// Remembers what a document says.
	pub(crate) fn learn(&self, listing: &ListingView, metadata: &Metadata) {
		let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		known.insert(listing.metadata_hash, metadata.reproducible);
	}

	fn known(&self, listing: &ListingView) -> Option<bool> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&listing.metadata_hash).copied()
	}

	/// What a listing's curator wants: what is known, or what is found while a query goes on that may take `time`.
	pub(crate) fn of<'a, S: ChainSource>(
		&'a self,
		listing: &'a ListingView,
		network: &'a Network,
		chain: &'a S,
		time: Duration,
	) -> Wish<'a> {
		let looking = async move {
			if let Some(known) = self.known(listing) {
				return Some(known);
			}
			let time = LOOKUP_TIME.min(time / LOOKUP_SHARE);
			let metadata = timeout(time, find(network, chain, listing)).await.ok()??;
			self.learn(listing, &metadata);
			Some(metadata.reproducible)
		};
		looking.boxed().shared()
	}
}

/// The metadata, from whichever node of the listing is reached first and has them. None of them can make up others: the hash is on chain.
async fn find<S: ChainSource>(network: &Network, chain: &S, listing: &ListingView) -> Option<Metadata> {
	let reads = chain.reads_from(0, Duration::ZERO).await.ok()?;
	let nodes = reads.assignments(listing.id).await.ok()?;
	let mut reached = FuturesUnordered::new();
	for (peer, addresses) in nodes.iter().filter_map(AssignmentView::peer) {
		reached.push(network.connect(peer, addresses));
	}
	while let Some(connected) = reached.next().await {
		if connected.is_err() {
			continue;
		}
		if let Ok(metadata) = fetch_metadata(network, chain, listing).await {
			return Some(metadata);
		}
	}
	None
}
