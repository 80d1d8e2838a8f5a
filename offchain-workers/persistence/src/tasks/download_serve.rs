//! Sends the sealed chunks of snapshots that are sold whole to whoever asks.
//!
//! ```text
//! request ─ peer's rate ─ this chain ─ assigned, with the secret ─ on disk ─ the listing sells it whole, the snapshot is final
//!         ─ its key is the committed one ─ a place ─> Sends
//! chunk   ─ read ─ sealed ─ waits for its share of the bytes per minute ─> piece             (a few in memory)
//! end     ─ of the file, or of the time that one download has: the rest is asked for again
//! ```
//!
//! A reader that is slow, or does not read at all, has its time like all others, and nothing beyond it.

use crate::{
	chain::{ChainError, FinalSnapshot},
	metrics::DownloadEnd,
	node::{HeldFile, Node},
	places::NoPlace,
	tasks::streams,
};
use codec::Encode;
use souk_network::{FramedStream, Incoming, NetworkError};
use souk_protocol::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	decode_exact,
	download::{seal_piece, DownloadReply, DownloadRequest, REQUEST_BYTES},
	SnapshotKey,
};
use std::{
	fs::File,
	io::{self, Read, Seek, SeekFrom},
	path::Path,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Pieces that are sealed and not yet sent, per download.
const SEALED_AHEAD: usize = 4;
/// How long the end mark may take: whoever has not read what came before is not waited for.
const FINISH: Duration = Duration::from_secs(5);

/// Takes streams until the node closes, then waits for those that are being served.
pub async fn run(node: Arc<Node>, incoming: Incoming) {
	streams::each(node, incoming, "a download", serve).await;
}

/// Why nothing is sent.
enum Declined {
	Later(String),
	Refused(String),
	/// There is nobody to be told, or nobody who may ask.
	Silent,
}

impl From<ChainError> for Declined {
	fn from(error: ChainError) -> Self {
		tracing::warn!(%error, "the chain could not be read for a download");
		Self::Later("this node could not read the chain".into())
	}
}

fn refused(reason: impl Into<String>) -> Declined {
	Declined::Refused(reason.into())
}

fn later(reason: impl Into<String>) -> Declined {
	Declined::Later(reason.into())
}

/// What is sent.
struct Admitted {
	from: u32,
	chunks: u32,
	snapshot: FinalSnapshot,
	key: SnapshotKey,
	file: HeldFile,
}

/// Serves one stream.
pub async fn serve(node: Arc<Node>, mut stream: FramedStream) {
	let end = match admit(&node, &mut stream).await {
		Ok(admitted) => send(&node, stream, admitted).await,
		Err(Declined::Silent) => DownloadEnd::Unanswerable,
		Err(Declined::Later(reason)) => {
			tell(stream, DownloadReply::Later { reason }, DownloadEnd::Later).await
		}
		Err(Declined::Refused(reason)) => {
			tracing::debug!(peer = %stream.peer(), reason, "a download was refused");
			tell(stream, DownloadReply::Refused { reason }, DownloadEnd::Refused).await
		}
	};
	node.metrics.download(end);
}

async fn tell(mut stream: FramedStream, reply: DownloadReply, end: DownloadEnd) -> DownloadEnd {
	let told = async {
		stream.send(&reply.encode()).await?;
		stream.finish().await
	};
	if let Err(error) = told.await {
		tracing::debug!(peer = %stream.peer(), %error, "whoever asked for a download was gone before an answer");
	}
	end
}

/// Every check on the request, the cheap ones first.
async fn admit(node: &Node, stream: &mut FramedStream) -> Result<Admitted, Declined> {
	node.downloads.peers.take(stream.peer(), Instant::now()).map_err(|_| Declined::Silent)?;
	let frame = match tokio::time::timeout(node.settings.request_timeout, stream.recv()).await {
		Ok(Ok(Some(frame))) => frame,
		_ => return Err(Declined::Silent),
	};
	if frame.len() != REQUEST_BYTES {
		return Err(refused(format!("a request has {REQUEST_BYTES} bytes, this one {}", frame.len())));
	}
	let request: DownloadRequest =
		decode_exact(&frame, "request of a download").map_err(|error| refused(error.to_string()))?;
	if request.genesis != node.chain.genesis() {
		return Err(refused("this request is for another chain"));
	}
	let (listing, period, from) = (request.listing, request.period, request.from_chunk);
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
	let not_here =
		|| later(format!("this node has no snapshot of period {period} of listing {listing} at present"));
	// Before the chain is asked: strangers can make it look only for what is here.
	if !node.is_stored(listing, period).await {
		return Err(not_here());
	}
	let snapshot = sold(node, listing, period).await?;
	if snapshot.key_commitment != Some(key.commitment()) {
		return Err(refused(format!(
			"the key of period {period} of listing {listing} cannot be delivered: the snapshot commits to none, or is from \
			 before the listing's secret was renewed"
		)));
	}
	let chunks = u32::try_from(snapshot.bytes.div_ceil(CHUNK_BYTES as u64))
		.map_err(|_| refused("the snapshot is longer than snapshots can be"))?;
	if from > chunks {
		return Err(refused(format!("the snapshot has {chunks} chunks: there is none from {from} on")));
	}
	let file = node.held(listing, &snapshot).await.ok_or_else(not_here)?;
	Ok(Admitted { from, chunks, snapshot, key, file })
}

/// The final snapshot, where the listing sells it whole.
async fn sold(node: &Node, listing: u32, period: u32) -> Result<FinalSnapshot, Declined> {
	let _turn = node
		.downloads
		.looks
		.take(Instant::now() + node.settings.look_patience)
		.await
		.map_err(|_| later("as many requests as this node looks up at a time are being looked up"))?;
	let head = *node.chain.heads().borrow();
	let facts = node.chain.listing(head, listing).await?;
	let facts =
		facts.ok_or_else(|| later(format!("there is no listing {listing} at block {}", head.number)))?;
	if !facts.served {
		return Err(refused(format!("listing {listing} has ended")));
	}
	if !facts.sold_whole {
		return Err(refused(format!("listing {listing} has no plan that sells a snapshot whole")));
	}
	let finals = node.chain.snapshots(head, listing).await?;
	finals.into_iter().find(|snapshot| snapshot.period == period).ok_or_else(|| {
		later(format!("period {period} of listing {listing} is not final at block {}", head.number))
	})
}

/// Waits for a place, then sends from the first chunk that was asked for.
async fn send(node: &Node, mut stream: FramedStream, admitted: Admitted) -> DownloadEnd {
	let until = Instant::now() + node.downloads.limits.patience;
	let place = tokio::select! {
		biased;
		() = node.stop.closing() => {
			let reason = "this node is being stopped: ask another one".into();
			return tell(stream, DownloadReply::Later { reason }, DownloadEnd::Later).await;
		},
		place = node.downloads.places.take(until) => place,
	};
	let place = match place {
		Ok(place) => place,
		Err(NoPlace::Full | NoPlace::TooLate) => {
			let reason = "this node serves as many downloads as it can: ask another one, or later".into();
			return tell(stream, DownloadReply::Later { reason }, DownloadEnd::Later).await;
		}
	};
	let end = Instant::now() + node.downloads.limits.time;
	// A piece that was begun in time is sent to its end. Who does not read it by then is cut off.
	let sent =
		tokio::time::timeout_at((end + FINISH).into(), send_pieces(node, &mut stream, &admitted, end)).await;
	// What follows is no longer served, but said.
	drop(place);
	let sent = sent.unwrap_or(Ok(Sent::Some));
	let finished = match &sent {
		Ok(_) => tokio::time::timeout(FINISH, stream.finish()).await.is_ok_and(|finished| finished.is_ok()),
		Err(_) => false,
	};
	match sent {
		Ok(Sent::All) if finished => DownloadEnd::Complete,
		Ok(Sent::Some) if finished => DownloadEnd::Partial,
		// The reader did not keep up, or the node failed: what there is of a frame on the stream is cut off.
		_ => DownloadEnd::Broken,
	}
}

/// How far it came.
enum Sent {
	All,
	Some,
}

async fn send_pieces(
	node: &Node,
	stream: &mut FramedStream,
	admitted: &Admitted,
	end: Instant,
) -> Result<Sent, NetworkError> {
	let Admitted { from, chunks, snapshot, key, file } = admitted;
	let sends = DownloadReply::Sends {
		chunks: *chunks,
		bytes: snapshot.bytes,
		cipher_root: snapshot.cipher_root,
		content_root: snapshot.content_root,
	};
	stream.send(&sends.encode()).await?;
	let (sealed, mut pieces) = mpsc::channel(SEALED_AHEAD);
	let (path, key, bytes, from) = (file.path.clone(), *key, snapshot.bytes, *from);
	// It ends with the receiver at the latest.
	tokio::task::spawn_blocking(move || {
		if let Err(error) = seal(&path, &key, bytes, from, &sealed) {
			tracing::error!(%error, path = %path.display(), "a snapshot could not be read for a download");
		}
	});
	let mut left = chunks.saturating_sub(from);
	while left > 0 {
		let piece = tokio::select! {
			biased;
			() = node.stop.closing() => return Ok(Sent::Some),
			piece = pieces.recv() => piece,
		};
		// The file could not be read to its end: what was sent is good all the same.
		let Some(piece) = piece else { return Ok(Sent::Some) };
		let promised = node.downloads.pace.promise(stream.peer(), piece.len(), Instant::now(), end);
		let Some(at) = promised else { return Ok(Sent::Some) };
		tokio::select! {
			biased;
			() = node.stop.closing() => return Ok(Sent::Some),
			() = tokio::time::sleep_until(at.into()) => {},
		}
		stream.send(&piece).await?;
		node.metrics.downloaded(piece.len());
		left -= 1;
	}
	Ok(Sent::All)
}

/// Reads a plain file from a chunk on and seals it, piece by piece, until nobody wants more. Runs on a thread of its own.
fn seal(
	path: &Path,
	key: &SnapshotKey,
	bytes: u64,
	from: u32,
	pieces: &mpsc::Sender<Vec<u8>>,
) -> io::Result<()> {
	let mut file = File::open(path)?;
	let mut at = u64::from(from) * CHUNK_BYTES as u64;
	file.seek(SeekFrom::Start(at))?;
	let mut chunk = Vec::with_capacity(CHUNK_BYTES + CHUNK_OVERHEAD);
	let (keys, mut index) = (key.chunks(), from);
	while at < bytes {
		let expected = (bytes - at).min(CHUNK_BYTES as u64);
		chunk.clear();
		file.by_ref().take(expected).read_to_end(&mut chunk)?;
		if chunk.len() as u64 != expected {
			return Err(io::Error::new(
				io::ErrorKind::UnexpectedEof,
				"the file is shorter than its snapshot",
			));
		}
		if pieces.blocking_send(seal_piece(&keys.chunk(index), index, &mut chunk)).is_err() {
			return Ok(());
		}
		at += expected;
		index += 1;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use souk_network::Protocol;
	use souk_protocol::download::{MAX_PIECE_BYTES, REQUEST_BYTES};

	/// The network knows nothing of snapshots.
	#[test]
	fn what_is_sent_fits_into_the_frames_of_the_protocol() {
		let frames = Protocol::Download.descriptor();
		assert_eq!(frames.max_response_frame, MAX_PIECE_BYTES);
		assert!(frames.max_request_frame >= REQUEST_BYTES);
	}
}
