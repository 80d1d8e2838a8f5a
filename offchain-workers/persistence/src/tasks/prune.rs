//! Removes what is not needed any more: snapshots that are older than all that the chain keeps, all of a listing that this
//! node is not assigned to any more, its metadata document included, nonces whose requests have expired, what workers signed too long
//! ago to be reported, and the evidence of disputes that the chain has forgotten. A snapshot of which the chain wants to see a piece stays until that is shown.
//!
//! A light client that has just started may be some blocks behind what was seen before. So a snapshot newer than the
//! chain's newest is kept, and an assignment, or a dispute, counts as gone only after it was missing for a while.

use crate::node::{kept_periods, now_ms, Node};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	time::{Duration, Instant},
};

/// Time between two rounds, unless the assignments change before.
const INTERVAL: Duration = Duration::from_secs(60);
/// How long an assignment must have been missing before the listing's snapshots go.
const UNASSIGNED: Duration = Duration::from_secs(600);

/// Prunes until the node closes.
pub async fn run(node: Arc<Node>) {
	let mut duties = node.duties.clone();
	let mut pruner = Pruner::new(UNASSIGNED);
	loop {
		duties.mark_unchanged();
		pruner.round(&node).await;
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			changed = duties.changed() => if changed.is_err() { return },
			() = tokio::time::sleep(INTERVAL) => {},
		}
	}
}

/// What is remembered from round to round.
pub struct Pruner {
	patience: Duration,
	/// Listings with snapshots here that this node is not assigned to, and since when.
	unassigned: BTreeMap<u32, Instant>,
	/// Disputes with evidence here that the chain does not have, and since when.
	forgotten: BTreeMap<u64, Instant>,
}

impl Pruner {
	/// Removes the snapshots of a listing when its assignment has been missing for `patience`, and the evidence of a dispute when the chain has
	/// not had it for as long.
	pub fn new(patience: Duration) -> Self {
		Self { patience, unassigned: BTreeMap::new(), forgotten: BTreeMap::new() }
	}

	/// One round. What fails is tried again in the next.
	pub async fn round(&mut self, node: &Node) {
		let replay = node.replay.clone();
		match tokio::task::spawn_blocking(move || replay.expire(now_ms())).await {
			Ok(Ok(_)) => {}
			Ok(Err(error)) => tracing::warn!(%error, "expired nonces could not be removed"),
			Err(error) => tracing::error!(%error, "removing expired nonces ended with a panic"),
		}

		let oldest_signed = *kept_periods(now_ms()).start();
		if let Err(error) = node.submissions(move |store| store.forget_before(oldest_signed)).await {
			tracing::warn!(%error, "what workers have signed long ago could not be forgotten");
		}

		self.evidence(node).await;

		let head = *node.chain.heads().borrow();
		let challenged: BTreeSet<(u32, u32)> = match node.chain.challenges(head, node.account()).await {
			Ok(open) => open.iter().map(|challenge| (challenge.listing, challenge.period)).collect(),
			Err(error) => return tracing::warn!(%error, "nothing is removed while the chain cannot be read"),
		};
		let documents = node.documents(|documents| documents.listings()).await;
		let (held, documents) = match (node.held_snapshots().await, documents) {
			(Ok(held), Ok(documents)) => (held, documents),
			(Err(error), _) | (_, Err(error)) => {
				return tracing::error!(%error, "the store could not be read")
			}
		};
		let mut periods: BTreeMap<u32, Vec<u32>> =
			documents.into_iter().map(|listing| (listing, Vec::new())).collect();
		for snapshot in held {
			periods.entry(snapshot.listing).or_default().push(snapshot.period);
		}
		let duties = node.duties();
		self.unassigned
			.retain(|listing, _| periods.contains_key(listing) && !duties.borrow().contains(*listing));
		for (listing, held) in periods {
			let assigned = duties.borrow().contains(listing);
			let oldest = match assigned {
				true => oldest_kept(node, listing).await,
				false => {
					let since = *self.unassigned.entry(listing).or_insert_with(Instant::now);
					(since.elapsed() >= self.patience).then_some(u32::MAX)
				}
			};
			let Some(oldest) = oldest else { continue };
			if !assigned {
				remove_document(node, listing).await;
			}
			// Of what the chain has dropped, and of a listing that this node has left, a piece may still have to be shown.
			let needed = |period: u32| challenged.contains(&(listing, period));
			for period in held.into_iter().filter(|period| *period < oldest && !needed(*period)) {
				remove(node, listing, period).await;
			}
		}
	}
}

impl Pruner {
	/// Forgets the evidence of disputes that the chain has forgotten.
	async fn evidence(&mut self, node: &Node) {
		let cases = match node.mailbox.work(souk_store::MailboxStore::cases).await {
			Ok(cases) => cases,
			Err(error) => return tracing::error!(%error, "the mailbox could not be read"),
		};
		self.forgotten.retain(|case, _| cases.contains(case));
		let head = *node.chain.heads().borrow();
		for case in cases {
			match node.chain.case(head, case).await {
				Ok(Some(_)) => {
					self.forgotten.remove(&case);
					continue;
				}
				Ok(None) => {}
				Err(error) => {
					return tracing::warn!(%error, "no evidence is removed while the chain cannot be read")
				}
			}
			let since = *self.forgotten.entry(case).or_insert_with(Instant::now);
			if since.elapsed() < self.patience {
				continue;
			}
			match node.mailbox.work(move |store| store.forget(case)).await {
				Ok(()) => tracing::info!(case, "evidence removed"),
				Err(error) => tracing::error!(%error, case, "evidence could not be removed"),
			}
		}
	}
}

async fn remove_document(node: &Node, listing: u32) {
	match node.documents(move |documents| documents.remove(listing)).await {
		Ok(true) => tracing::info!(listing, "metadata removed"),
		Ok(false) => {}
		Err(error) => tracing::error!(%error, listing, "a listing's metadata could not be removed"),
	}
}

/// The oldest period that the chain keeps a snapshot of; `None` where nothing is to be removed.
async fn oldest_kept(node: &Node, listing: u32) -> Option<u32> {
	let head = *node.chain.heads().borrow();
	match node.chain.snapshots(head, listing).await {
		Ok(kept) => kept.first().map(|snapshot| snapshot.period),
		Err(error) => {
			tracing::warn!(%error, listing, "nothing is removed while the chain cannot be read");
			None
		}
	}
}

async fn remove(node: &Node, listing: u32, period: u32) {
	let store = node.store.clone();
	match tokio::task::spawn_blocking(move || store.remove(listing, period)).await {
		Ok(Ok(_)) => tracing::info!(listing, period, "snapshot removed"),
		Ok(Err(error)) => tracing::error!(%error, listing, period, "a snapshot could not be removed"),
		Err(error) => tracing::error!(%error, listing, period, "removing a snapshot ended with a panic"),
	}
}
