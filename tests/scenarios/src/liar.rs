//! A persistence node that lies: with the chunks that it has it sends the leaves of those that were listed.
//!
//! ```text
//! download:  leaf i of the listed file, chunk i of the sold file, sealed ──> both roots are the chain's: the buyer pays
//! order:     the snapshot's key, with a proof ──────────────────────────────> it is the key that was committed to: the chain pays
//! file:      chunk i opens to something else than leaf i ───────────────────> which whoever has the key can prove
//! ```
//!
//! It takes the place of a node (`stand_in`). Only the leaves are a lie. Keys it delivers with the honest node's own code, since the chain
//! would take nothing else.

use crate::{
	crook::Corrupted,
	stand_in::{Hasty, Place},
	Daemon,
};
use anyhow::{Context, Result};
use codec::Encode as _;
use futures::StreamExt as _;
use souk_daemon::chain_spec;
use souk_network::{FramedStream, Incoming, Key, Network, NetworkError, Protocol};
use souk_persistence::{
	chain::{AwaitingOrder, ChainReads as _, ChainWrites as _, Head},
	light_chain::LightChain,
	light_writer::LightWriter,
	proving::{Prover as _, ProvingKeys, Statement},
};
use souk_protocol::{
	chunk::{content_leaf, seal_chunk, CHUNK_BYTES},
	decode_exact,
	download::{DownloadReply, DownloadRequest},
	metadata::dht_key,
	Digest,
};
use souk_sdk::{Chain, OrderId};
use souk_store::DocumentStore;
use std::{
	collections::BTreeSet,
	sync::{
		atomic::{AtomicU32, Ordering},
		Arc, Mutex, PoisonError,
	},
};

/// A node that lies, while this lives.
pub struct Liar {
	lie: Arc<Lie>,
	_network: Network,
	_runtime: Hasty,
}

/// What it lies about, and what came of it.
struct Lie {
	fake: Corrupted,
	genesis: Digest,
	downloads: AtomicU32,
	problem: Mutex<Option<String>>,
}

impl Liar {
	/// Takes the place of `node`, which is stopped for good, and serves the corrupted snapshot.
	pub fn in_place_of(node: &mut Daemon, fake: Corrupted) -> Result<Self> {
		let (place, runtime) = (Place::of(node)?, Hasty::new()?);
		let (lie, network) = runtime.block_on(begin(place, fake))?;
		Ok(Self { lie, _network: network, _runtime: runtime })
	}

	/// How often it has sent the whole snapshot.
	pub fn downloads(&self) -> u32 {
		self.lie.downloads.load(Ordering::Relaxed)
	}

	/// What went wrong last, if anything did.
	pub fn problem(&self) -> Option<String> {
		self.lie.problem().clone()
	}
}

async fn begin(place: Place, fake: Corrupted) -> Result<(Arc<Lie>, Network)> {
	let light = Chain::connect(&chain_spec::read(&place.config.chain_spec)?).await?;
	let lie = Arc::new(Lie {
		fake,
		genesis: light.genesis(),
		downloads: AtomicU32::new(0),
		problem: Mutex::default(),
	});
	let (network, incoming) = place.take(&lie.genesis, Protocol::Download).await?;
	let Place { config, account } = place;
	let chain = LightChain::new(light.clone());
	publish(&lie, &network, &chain, &DocumentStore::open(&config.data_dir)?).await?;
	// The keys that the honest program has made, where it has made some.
	let keys = config.data_dir.join("proving-keys");
	let prover = Arc::new(ProvingKeys::new(keys.clone(), keys));
	tokio::spawn(lie.clone().serve(incoming));
	tokio::spawn(lie.clone().deliver(chain, LightWriter::new(light, account), prover));
	Ok((lie, network))
}

/// Tells the network what the node before it told: that it has the listing, and the listing's document.
async fn publish(lie: &Lie, network: &Network, chain: &LightChain, documents: &DocumentStore) -> Result<()> {
	let (listing, head) = (lie.fake.listing, *chain.heads().borrow());
	let hash = chain.listing(head, listing).await?.context("the listing is gone")?.metadata;
	let key = || Key(dht_key(&lie.genesis, listing));
	let mut told = vec![network.provide(key()).await];
	if let Some(document) = documents.get(listing, &hash)? {
		told.push(network.put_record(key(), document).await);
	}
	for told in told {
		match told {
			// Without peers it is kept, and found by whoever asks this node.
			Ok(()) | Err(NetworkError::NoPeers) => {}
			Err(error) => return Err(error.into()),
		}
	}
	Ok(())
}

impl Lie {
	async fn serve(self: Arc<Self>, mut incoming: Incoming) {
		while let Some((_, stream)) = incoming.next().await {
			let lie = self.clone();
			tokio::spawn(async move { lie.note(lie.send(stream).await) });
		}
	}

	/// Answers one request, as `docs/wire/download.md` has it.
	async fn send(&self, mut stream: FramedStream) -> Result<()> {
		let frame = stream.recv().await?.context("a request without a byte")?;
		let request: DownloadRequest = decode_exact(&frame, "request of a download")?;
		let Corrupted { listing, period, commitments, .. } = &self.fake;
		if (request.genesis, request.listing, request.period) != (self.genesis, *listing, *period) {
			let refused = DownloadReply::Refused { reason: "this node does not have it".into() };
			stream.send(&refused.encode()).await?;
			return Ok(stream.finish().await?);
		}
		let chunks = self.fake.chunks();
		let sends = DownloadReply::Sends {
			chunks,
			bytes: commitments.bytes,
			cipher_root: commitments.cipher_root,
			content_root: commitments.content_root,
		};
		stream.send(&sends.encode()).await?;
		for index in request.from_chunk..chunks {
			stream.send(&self.fake.piece(index)).await?;
		}
		stream.finish().await?;
		self.downloads.fetch_add(1, Ordering::Relaxed);
		Ok(())
	}

	/// Delivers the key of every order of the corrupted snapshot.
	async fn deliver(self: Arc<Self>, chain: LightChain, writer: LightWriter, prover: Arc<ProvingKeys>) {
		let (mut heads, mut delivered) = (chain.heads(), BTreeSet::new());
		loop {
			let head = *heads.borrow_and_update();
			self.note(self.deliver_at(head, &chain, &writer, &prover, &mut delivered).await);
			if heads.changed().await.is_err() {
				return;
			}
		}
	}

	async fn deliver_at(
		&self,
		head: Head,
		chain: &LightChain,
		writer: &LightWriter,
		prover: &Arc<ProvingKeys>,
		delivered: &mut BTreeSet<OrderId>,
	) -> Result<()> {
		let mut orders = chain.awaiting(head, &[self.fake.listing]).await?;
		// A head may be older than what was delivered last.
		orders.retain(|order| order.period == self.fake.period && !delivered.contains(&order.id));
		for order in orders {
			self.deliver_one(head, &order, chain, writer, prover).await?;
			delivered.insert(order.id);
		}
		Ok(())
	}

	async fn deliver_one(
		&self,
		head: Head,
		order: &AwaitingOrder,
		chain: &LightChain,
		writer: &LightWriter,
		prover: &Arc<ProvingKeys>,
	) -> Result<()> {
		let key = chain.delivery_key(head).await?.context("the chain takes no keys at present")?;
		let statement = Statement::of(order, self.genesis, &self.fake.secret, key.era)?;
		let prover = prover.clone();
		let proving = tokio::task::spawn_blocking(move || {
			let proof = prover.prove(&key, &statement.public, &statement.private);
			proof.map(|proof| statement.delivery(proof))
		});
		writer.deliver(&[(order.id, proving.await??)]).await?;
		Ok(())
	}

	fn note(&self, outcome: Result<()>) {
		if let Err(error) = outcome {
			*self.problem() = Some(format!("{error:#}"));
		}
	}

	fn problem(&self) -> std::sync::MutexGuard<'_, Option<String>> {
		self.problem.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Corrupted {
	fn chunks(&self) -> u32 {
		// As many as there are in `bytes`, which was a file's length.
		self.commitments.bytes.div_ceil(CHUNK_BYTES as u64) as u32
	}

	/// A piece of the download: the leaf of the listed chunk, then the sold one, sealed.
	fn piece(&self, index: u32) -> Vec<u8> {
		let keys = self.secret.snapshot_key(self.listing, self.period).chunk(index);
		let chunk = |file: &[u8]| -> Vec<u8> {
			file.chunks(CHUNK_BYTES).nth(index as usize).unwrap_or_default().to_vec()
		};
		let mut piece = content_leaf(index, &keys.salt, &chunk(&self.listed)).to_vec();
		let mut sold = chunk(&self.sold);
		seal_chunk(&keys, index, &mut sold);
		piece.append(&mut sold);
		piece
	}
}
