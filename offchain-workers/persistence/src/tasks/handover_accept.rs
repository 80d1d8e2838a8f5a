//! Takes snapshots from workers.
//!
//! ```text
//! offer ─ decoded ─ this chain, this node ─ signatures ─ assigned (me, the worker) ─ the stream is the worker's own
//!       ─ what it signed is kept ─ final on chain with this cipher root, and as it signed ─ not here yet ─ a place ─> Send
//! chunk ─ opened with the listing's secret ─ appended to a file that nobody sees        (one chunk in memory, a few queued)
//! end   ─ both roots and the length are the chain's ─ the file gets its name ─> Stored
//! ```
//!
//! Nothing that the worker says is believed; what is not exactly the chain's final snapshot leaves no trace.

use crate::{
	chain::{ChainError, FinalSnapshot},
	metrics::HandoverEnd,
	node::Node,
	tasks::streams,
};
use codec::Encode;
use souk_custody::format_account;
use souk_network::{FramedStream, Incoming, NetworkError, PeerId};
use souk_protocol::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	decode_exact,
	handover::{Offer, Reply, SignedOffer},
	ChunkOpener, SnapshotKey,
};
use souk_store::{SnapshotFacts, SnapshotStore};
use std::{
	collections::HashMap,
	io::Write,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Bytes of an encoded offer are well below this.
const MAX_OFFER: usize = 1024;
/// Chunks received and not yet written, per hand-over.
const QUEUED_CHUNKS: usize = 8;
/// How long the chunks of a worker that is still sending are read and dropped after it was refused: a worker that sends
/// before it reads would otherwise wait for room on the stream, and not hear why.
const LINGER: Duration = Duration::from_secs(5);

/// Takes streams until the node closes, then waits for the hand-overs under way.
pub async fn run(node: Arc<Node>, incoming: Incoming) {
	streams::each(node, incoming, "a hand-over", accept).await;
}

/// The hand-overs under way: one for each snapshot, and not too many.
pub struct Arrivals {
	most: usize,
	/// Bytes by listing and period.
	under_way: Mutex<HashMap<(u32, u32), u64>>,
}

/// A hand-over's place; given back on drop.
pub struct Arrival {
	arrivals: Arc<Arrivals>,
	snapshot: (u32, u32),
}

impl Arrivals {
	/// `most` at a time.
	pub fn new(most: usize) -> Arc<Self> {
		Arc::new(Self { most, under_way: Mutex::default() })
	}

	/// A place for this snapshot, or why there is none now.
	fn begin(self: &Arc<Self>, listing: u32, period: u32, bytes: u64) -> Result<Arrival, &'static str> {
		let mut under_way = self.under_way();
		if under_way.contains_key(&(listing, period)) {
			return Err("this snapshot is being received from another worker");
		}
		if under_way.len() >= self.most {
			return Err("as many snapshots as this node takes at a time are being received");
		}
		under_way.insert((listing, period), bytes);
		Ok(Arrival { arrivals: self.clone(), snapshot: (listing, period) })
	}

	/// Bytes of all that is under way.
	fn bytes(&self) -> u64 {
		self.under_way().values().sum()
	}

	/// Bytes of one listing's.
	fn bytes_of(&self, listing: u32) -> u64 {
		self.under_way().iter().filter(|((of, _), _)| *of == listing).map(|(_, bytes)| bytes).sum()
	}

	fn under_way(&self) -> MutexGuard<'_, HashMap<(u32, u32), u64>> {
		// A map that a panicking task left behind is still a map.
		self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Drop for Arrival {
	fn drop(&mut self) {
		self.arrivals.under_way().remove(&self.snapshot);
	}
}

/// Why an offer is not taken, or ended without a snapshot.
enum Declined {
	Have,
	Later(String),
	Refused(String),
	/// The stream broke: nobody is there to be told.
	Broken,
}

impl From<ChainError> for Declined {
	fn from(error: ChainError) -> Self {
		tracing::warn!(%error, "the chain could not be read for a hand-over");
		Self::Later("this node could not read the chain".into())
	}
}

impl From<NetworkError> for Declined {
	fn from(error: NetworkError) -> Self {
		tracing::debug!(%error, "a hand-over broke off");
		Self::Broken
	}
}

fn refused(reason: impl Into<String>) -> Declined {
	Declined::Refused(reason.into())
}

fn later(reason: impl Into<String>) -> Declined {
	Declined::Later(reason.into())
}

/// What a taken offer needs.
struct Taken {
	offer: Offer,
	snapshot: FinalSnapshot,
	key: SnapshotKey,
	_arrival: Arrival,
}

/// Serves one stream.
pub async fn accept(node: Arc<Node>, mut stream: FramedStream) {
	let started = Instant::now();
	let peer = stream.peer();
	let mut sending = false;
	let outcome: Result<Offer, Declined> = async {
		let taken = consider(&node, peer, &receive_offer(&node, &mut stream).await?).await?;
		stream.send(&Reply::Send.encode()).await?;
		sending = true;
		receive_chunks(&node, &mut stream, &taken).await?;
		Ok(taken.offer)
	}
	.await;
	let (reply, end, stored) = match outcome {
		Ok(offer) => {
			tracing::info!(
				listing = offer.listing,
				period = offer.period,
				bytes = offer.bytes,
				millis = started.elapsed().as_millis() as u64,
				"snapshot stored",
			);
			node.stored.send_modify(|revision| *revision += 1);
			(Reply::Stored, HandoverEnd::Stored, Some((offer.bytes, started.elapsed().as_secs_f64())))
		}
		Err(Declined::Have) => (Reply::Have, HandoverEnd::Have, None),
		Err(Declined::Later(reason)) => (Reply::Later { reason }, HandoverEnd::Later, None),
		Err(Declined::Refused(reason)) => {
			tracing::warn!(%peer, reason, "a hand-over was refused");
			(Reply::Refused { reason }, HandoverEnd::Refused, None)
		}
		Err(Declined::Broken) => return node.metrics.handover(HandoverEnd::Broken, None),
	};
	node.metrics.handover(end, stored);
	// The outcome stands, whether or not the worker hears of it: it will offer again and be told.
	let told = async {
		stream.send(&reply.encode()).await?;
		stream.finish().await
	};
	if let Err(error) = told.await {
		tracing::debug!(%peer, %error, "the worker was gone before it could be told");
	} else if sending && end != HandoverEnd::Stored {
		let rest = async { while let Ok(Some(_)) = stream.recv().await {} };
		// A worker that is not done by then has been told all the same.
		let _ = tokio::time::timeout(LINGER, rest).await;
	}
}

async fn receive_offer(node: &Node, stream: &mut FramedStream) -> Result<SignedOffer, Declined> {
	let frame = tokio::time::timeout(node.settings.request_timeout, stream.recv())
		.await
		.map_err(|_| Declined::Broken)??
		.ok_or(Declined::Broken)?;
	if frame.len() > MAX_OFFER {
		return Err(refused(format!("the offer has {} bytes, the limit is {MAX_OFFER}", frame.len())));
	}
	decode_exact(&frame, "offer of a snapshot").map_err(|error| refused(error.to_string()))
}

/// Every check on the offer, the cheap ones first.
async fn consider(node: &Node, peer: PeerId, signed: &SignedOffer) -> Result<Taken, Declined> {
	let offer = &signed.offer;
	if offer.genesis != node.chain.genesis() {
		return Err(refused("this offer is for another chain"));
	}
	if offer.node != node.account() {
		return Err(refused("this offer is for another node"));
	}
	signed.verify().map_err(|error| refused(error.to_string()))?;

	let (listing, period) = (offer.listing, offer.period);
	let key = {
		let duties = node.duties.borrow();
		if !duties.contains(listing) {
			return Err(refused(format!("this node is not assigned to listing {listing}")));
		}
		let secret = duties.secret(listing).ok_or_else(|| {
			later(format!(
				"the curator has not wrapped the secret of listing {listing} to this node's key yet"
			))
		})?;
		secret.snapshot_key(listing, period)
	};
	let head = *node.chain.heads().borrow();
	if let Some(curators) = &node.settings.curators {
		// A listing that this head does not have yet will be there when the worker comes again.
		let found = node.chain.listing(head, listing).await?;
		let facts =
			found.ok_or_else(|| later(format!("there is no listing {listing} at block {}", head.number)))?;
		if !curators.contains(&facts.owner) {
			return Err(refused(format!(
				"this node does not keep data of {}: ask its operator to add that account to its curators",
				format_account(&facts.owner)
			)));
		}
	}
	match node.chain.worker_peer(head, listing, offer.worker).await? {
		Some(registered) if registered == peer.to_bytes() => {}
		Some(_) => {
			return Err(refused("this stream does not come from the peer that the worker has registered"))
		}
		None => {
			let block = head.number;
			return Err(refused(format!(
				"this worker is not assigned to listing {listing} at block {block}"
			)));
		}
	}
	// Whatever becomes of the offer: a worker answers for what it has signed.
	node.note_submission(&signed.submission).await;
	let finals = node.chain.snapshots(head, listing).await?;
	let Some(snapshot) = finals.iter().find(|snapshot| snapshot.period == period).copied() else {
		return Err(later(format!(
			"period {period} of listing {listing} is not final at block {}",
			head.number
		)));
	};
	if snapshot.cipher_root != offer.cipher_root || snapshot.bytes != offer.bytes {
		return Err(refused(format!("the final snapshot of period {period} is another one")));
	}
	if snapshot.commitments != signed.submission.submission.commitments {
		return Err(refused(format!(
			"what the worker has signed of period {period} is not what is final: it commits to something else"
		)));
	}
	if node.held(listing, &snapshot).await.is_some() {
		return Err(Declined::Have);
	}
	if u64::from(offer.chunks) != snapshot.bytes.div_ceil(CHUNK_BYTES as u64) {
		return Err(refused(format!("{} bytes are not {} chunks", snapshot.bytes, offer.chunks)));
	}
	let limit = node.settings.max_snapshot_bytes.min(node.settings.max_listing_bytes);
	if snapshot.bytes > limit {
		return Err(refused(format!(
			"the snapshot has {} bytes, this node takes up to {limit}",
			snapshot.bytes
		)));
	}
	let arrival = node.arrivals.begin(listing, period, snapshot.bytes).map_err(later)?;
	let held = node.held_snapshots().await.map_err(|error| {
		tracing::error!(%error, "the store could not be read");
		later("this node could not read its store")
	})?;
	// What is under way, this snapshot included, counts as if it were here.
	let own: u64 = held.iter().filter(|held| held.listing == listing).map(|held| held.bytes).sum();
	let share = node.settings.max_listing_bytes;
	if own.saturating_add(node.arrivals.bytes_of(listing)) > share {
		return Err(later(format!(
			"listing {listing} has {own} bytes here, and one listing may take {share}: keep fewer snapshots"
		)));
	}
	let held: u64 = held.iter().map(|held| held.bytes).sum();
	if held.saturating_add(node.arrivals.bytes()) > node.settings.max_store_bytes {
		return Err(later("this node has no room left for the snapshot"));
	}
	Ok(Taken { offer: offer.clone(), snapshot, key, _arrival: arrival })
}

/// Receives the chunks and hands them to a thread that opens and writes them.
async fn receive_chunks(node: &Node, stream: &mut FramedStream, taken: &Taken) -> Result<(), Declined> {
	let (chunks, received) = mpsc::channel(QUEUED_CHUNKS);
	let (store, listing, snapshot, key) =
		(node.store.clone(), taken.offer.listing, taken.snapshot, taken.key);
	let expected = taken.offer.chunks;
	let keeper =
		tokio::task::spawn_blocking(move || keep(&store, listing, &snapshot, key, expected, received));
	let sent = async {
		for index in 0..expected {
			let frame = tokio::select! {
				biased;
				() = node.stop.ending() => return Err(later("this node is being stopped")),
				frame = stream.recv() => frame?,
			};
			let Some(frame) = frame else {
				return Err(refused(format!("the stream ended after {index} of {expected} chunks")));
			};
			if frame.len() > CHUNK_BYTES + CHUNK_OVERHEAD {
				return Err(refused(format!("chunk {index} has {} bytes", frame.len())));
			}
			if chunks.send(Vec::from(frame)).await.is_err() {
				// The keeper has stopped at an earlier chunk; it says why.
				break;
			}
		}
		Ok(())
	}
	.await;
	// Without a sender, the keeper ends; what it has not got in full it removes.
	drop(chunks);
	let kept = keeper.await.unwrap_or_else(|_| Err(later("writing the snapshot failed on this node")));
	sent.and(kept)
}

/// Opens and writes the chunks; commits when everything is the chain's. Runs on a thread of its own.
fn keep(
	store: &SnapshotStore,
	listing: u32,
	snapshot: &FinalSnapshot,
	key: SnapshotKey,
	expected: u32,
	mut received: mpsc::Receiver<Vec<u8>>,
) -> Result<(), Declined> {
	let failed = |error: &dyn std::error::Error| {
		tracing::error!(%error, listing, period = snapshot.period, "a snapshot could not be written");
		later("writing the snapshot failed on this node")
	};
	if snapshot.key_commitment.is_some_and(|commitment| commitment != key.commitment()) {
		return Err(refused("the listing's secret is not the one that the snapshot's key commitment is of"));
	}
	let mut file = store.put_plain(listing, snapshot.period).map_err(|error| failed(&error))?;
	let mut opener = ChunkOpener::new(key);
	for index in 0..expected {
		let Some(mut sealed) = received.blocking_recv() else { return Err(Declined::Broken) };
		let plain = opener.open(&mut sealed).map_err(|error| refused(format!("chunk {index}: {error}")))?;
		file.write_all(plain).map_err(|error| failed(&error))?;
	}
	let opened = opener.finish();
	if opened.cipher_root != snapshot.cipher_root {
		return Err(refused("the chunks do not have the cipher root that is final on chain"));
	}
	if opened.content_root != snapshot.content_root || opened.bytes != snapshot.bytes {
		return Err(refused("the chunks do not open to the content that is final on chain"));
	}
	// The listing may have a new secret when a piece of this has to be shown.
	store.keep_key(listing, snapshot.period, &key.to_bytes()).map_err(|error| failed(&error))?;
	let facts = SnapshotFacts {
		content_root: opened.content_root,
		cipher_root: opened.cipher_root,
		bytes: opened.bytes,
		chunks: opened.chunks,
		rows: snapshot.rows,
	};
	file.commit(facts).map_err(|error| failed(&error))
}
