//! Makes the proofs that the node's earlier lives were to make when they ended, so that whoever comes back for one finds it.
//!
//! ```text
//! noted jobs ─ snapshot, key and policy as they were ─ place among the provers ─ executor ─ bundle, kept ─ job done
//! ```
//!
//! They wait in the queue in which subscribers wait, one at a time. A job that was begun in three lives is given up: it may be what ended
//! them.

use crate::{
	node::Node,
	places::NoPlace,
	proofs::{self, Making, NotedProof},
	tasks::query_prove::keys,
};
use souk_engine::{ProofEvent, ProveJob};
use souk_protocol::request::group_size;
use souk_store::LeftJob;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

/// Lives in which a job is begun.
const MOST_LIVES: u32 = 3;
/// How long to wait for a place before the queue is looked at again.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long to wait where the queue is full, or the chain could not be read.
const RETRY: Duration = Duration::from_secs(5);

/// Makes what is left, oldest first, and waits until the node closes. What is under way then is left to the next life.
pub async fn run(node: Arc<Node>, left: Vec<LeftJob>) {
	tokio::select! {
		biased;
		() = node.stop.closing() => {},
		() = resume(&node, left) => node.stop.closing().await,
	}
}

/// What earlier lives have left. To be called before requests are taken.
///
/// # Errors
/// The store's.
pub fn left(store: &souk_store::ProofStore) -> Result<Vec<LeftJob>, souk_store::StoreError> {
	store.left(MOST_LIVES)
}

async fn resume(node: &Node, left: Vec<LeftJob>) {
	for LeftJob { id, job, lives } in left {
		match serde_json::from_slice::<NotedProof>(&job) {
			Ok(noted) => {
				let (listing, period) = (noted.listing, noted.period);
				match make(node, noted).await {
					Ok(()) => tracing::info!(listing, period, lives, "a proof of an earlier life was made"),
					Err(why) => {
						tracing::info!(listing, period, lives, why, "a proof of an earlier life is given up")
					}
				}
			}
			Err(error) => tracing::warn!(%error, "a noted proof cannot be read"),
		}
		proofs::done(node, Some(id)).await;
	}
}

/// Makes one; an error says why it is not to be made any more.
async fn make(node: &Node, noted: NotedProof) -> Result<(), String> {
	let NotedProof { listing, period, .. } = noted;
	let (facts, finals) = loop {
		let head = *node.chain.heads().borrow();
		let read = async {
			let facts = node.chain.listing(head, listing).await?;
			Ok::<_, crate::chain::ChainError>((facts, node.chain.snapshots(head, listing).await?))
		};
		match read.await {
			Ok(read) => break read,
			Err(error) => {
				tracing::warn!(%error, "the chain could not be read for a proof of an earlier life");
				tokio::time::sleep(RETRY).await;
			}
		}
	};
	let facts = facts.filter(|facts| facts.served).ok_or("the listing has ended")?;
	let least = u32::try_from(facts.min_group_size).unwrap_or(u32::MAX);
	if group_size(facts.aggregate_only, least) != noted.min_group_size {
		return Err("the listing's least size of a group is another one now".into());
	}
	let same = |one: &&crate::chain::FinalSnapshot| {
		one.period == period && one.columns_root == Some(noted.columns_root)
	};
	let snapshot = *finals.iter().find(same).ok_or("the chain keeps the snapshot no more")?;
	let file = node.held(listing, &snapshot).await.ok_or("the snapshot is not on disk any more")?;
	let (columns_key, columns_root) = keys(node, listing, &snapshot).map_err(|refusal| refusal.message)?;
	let _place = loop {
		match node.provers.take(Instant::now() + PATIENCE).await {
			Ok(place) => break place,
			Err(NoPlace::TooLate) => {}
			Err(NoPlace::Full) => tokio::time::sleep(RETRY).await,
		}
	};
	let mut limits = node.settings.proof_limits.clone();
	limits.result_bytes = limits.result_bytes.min(noted.result_bytes);
	let job = ProveJob {
		question: noted.question,
		parquet: file.path.clone(),
		columns_key,
		columns_root,
		genesis: node.chain.genesis(),
		listing,
		period,
		min_group_size: noted.min_group_size,
		max_groups: noted.max_groups,
		limits,
	};
	let mut making = Making::begin(node, job).await.map_err(|error| error.to_string())?;
	while let Some(event) = making.next().await.map_err(|error| error.to_string())? {
		if let ProofEvent::Bundle(_) = event {
			return Ok(());
		}
	}
	Err("the executor ended without a proof".into())
}
