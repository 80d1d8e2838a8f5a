//! A persistence node whose operator would rather have nobody read the evidence of a dispute.
//!
//! ```text
//! leave, share ──> "kept", and thrown away
//! look         ──> nothing is here
//! take         ──> not now
//! ```
//!
//! It takes the place of a node (`stand_in`). Nobody can tell it from one that has just been set up anew.

use crate::{
	stand_in::{Hasty, Place},
	Daemon,
};
use anyhow::{ensure, Context, Result};
use codec::Encode as _;
use futures::StreamExt as _;
use souk_network::{FramedStream, Incoming, Network, Protocol};
use souk_protocol::{
	evidence::{Ask, Contents, EvidenceReply, SignedEvidenceRequest},
	Digest,
};
use std::sync::{
	atomic::{AtomicUsize, Ordering},
	Arc,
};

/// A mailbox that keeps nothing, while this lives.
pub struct Withholder {
	dropped: Arc<Dropped>,
	_network: Network,
	_runtime: Hasty,
}

/// What it was given.
#[derive(Default)]
struct Dropped {
	objects: AtomicUsize,
	envelopes: AtomicUsize,
}

impl Withholder {
	/// Takes the place of `node`, which is stopped for good, in the network of the chain `genesis`.
	pub fn in_place_of(node: &mut Daemon, genesis: Digest) -> Result<Self> {
		let (place, runtime, dropped) = (Place::of(node)?, Hasty::new()?, Arc::<Dropped>::default());
		let network = runtime.block_on(async {
			let (network, incoming) = place.take(&genesis, Protocol::Evidence).await?;
			tokio::spawn(serve(dropped.clone(), incoming));
			anyhow::Ok(network)
		})?;
		Ok(Self { dropped, _network: network, _runtime: runtime })
	}

	/// How many objects it was given to keep.
	pub fn objects(&self) -> usize {
		self.dropped.objects.load(Ordering::Relaxed)
	}

	/// How many envelopes.
	pub fn envelopes(&self) -> usize {
		self.dropped.envelopes.load(Ordering::Relaxed)
	}
}

async fn serve(dropped: Arc<Dropped>, mut incoming: Incoming) {
	while let Some((_, stream)) = incoming.next().await {
		let dropped = dropped.clone();
		tokio::spawn(async move {
			// Whoever breaks off tries again.
			let _ = dropped.answer(stream).await;
		});
	}
}

impl Dropped {
	/// Answers one request, as `docs/wire/evidence.md` has it.
	async fn answer(&self, mut stream: FramedStream) -> Result<()> {
		let frame = stream.recv().await?.context("a request without a byte")?;
		let reply = match SignedEvidenceRequest::parse(&frame)?.request.ask {
			Ask::Look => EvidenceReply::Contents(Contents::default()),
			Ask::Take { .. } => EvidenceReply::Later { reason: "it is not here".into() },
			Ask::Leave { bytes, .. } => {
				stream.send(&EvidenceReply::Wanted.encode()).await?;
				swallow(&mut stream, bytes as usize).await?;
				self.objects.fetch_add(1, Ordering::Relaxed);
				EvidenceReply::Kept
			}
			Ask::Share(deposit) => {
				self.envelopes.fetch_add(deposit.envelopes.len(), Ordering::Relaxed);
				EvidenceReply::Kept
			}
		};
		stream.send(&reply.encode()).await?;
		Ok(stream.finish().await?)
	}
}

/// Receives an object of so many bytes.
async fn swallow(stream: &mut FramedStream, mut left: usize) -> Result<()> {
	while left > 0 {
		let piece = stream.recv().await?.context("it ended before it had sent everything")?;
		ensure!(!piece.is_empty(), "a piece without a byte");
		left = left.checked_sub(piece.len()).context("it sent more than it had announced")?;
	}
	Ok(())
}
