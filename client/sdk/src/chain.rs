//! The chain as a light client sees it: nothing but its spec is trusted.
//!
//! ```text
//! chain spec ──> smoldot ──> finalised heads ──> watch   (heads, newest blocks kept readable)
//!                   │                      └──> views    (reads at one block, cached)
//!                   └──> best heads ──────────> nonces   (what is in flight)
//! ```

use crate::{config::SoukConfig, error::SdkError, light::LightClient, submit::Nonces, view::View};
use codec::Encode;
use futures::{future::BoxFuture, FutureExt, StreamExt};
use serde::{Deserialize, Serialize};
use souk_custody::AccountId;
use souk_protocol::Digest;
use std::{
	collections::{HashMap, VecDeque},
	future::Future,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use subxt::{
	backend::{Backend, BlockRef, ChainHeadBackend},
	client::{OnlineClient, OnlineClientAtBlock},
	config::substrate::{SubstrateHeader, H256},
	events::Events,
	rpcs::{client::rpc_params, RpcClient},
};
use tokio::{
	sync::{broadcast, watch, Mutex as AsyncMutex, OnceCell, Semaphore},
	task::JoinHandle,
	time::{sleep, timeout, Instant},
};

/// How long [`Chain::connect`] waits for the first block that can be read.
pub const CONNECT_PATIENCE: Duration = Duration::from_secs(90);
/// Requests under way at a time. A full node queues twenty of all its light clients together; one whose request does not
/// fit avoids the node for ten seconds.
const MOST_READS: usize = 4;
/// Time for one attempt to read; the client underneath does not report every failure.
const READ_PATIENCE: Duration = Duration::from_secs(8);
const READ_ATTEMPTS: usize = 5;
/// Finalised blocks that stay readable: about a minute of them.
const READABLE: usize = 20;
/// Blocks after which the light client may forget one although somebody still looks at it.
const LONGEST_LIFE: usize = 256;
/// A fresh chain's first blocks are not served by every node.
const FIRST_READABLE: u32 = 2;

pub(crate) type At = OnlineClientAtBlock<SoukConfig>;

/// A finalised block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Head {
	/// Its number.
	pub number: u32,
	/// Its hash.
	#[serde(serialize_with = "crate::text::hex")]
	pub hash: Digest,
}

/// A light client of one chain. Clones share it; it ends with the last of them.
#[derive(Clone)]
pub struct Chain {
	pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
	pub(crate) client: OnlineClient<SoukConfig>,
	pub(crate) rpc: RpcClient,
	genesis: Digest,
	heads: watch::Receiver<Head>,
	best: watch::Receiver<Option<Arc<Block>>>,
	blocks: broadcast::Sender<Arc<Block>>,
	readable: Arc<Mutex<VecDeque<Arc<Block>>>>,
	reads: Semaphore,
	nonces: Mutex<HashMap<AccountId, Arc<AsyncMutex<Nonces>>>>,
	_tasks: Tasks,
}

/// Ends its tasks when it is dropped.
struct Tasks(Vec<JoinHandle<()>>);

impl Drop for Tasks {
	fn drop(&mut self) {
		for task in &self.0 {
			task.abort();
		}
	}
}

/// A block that is kept readable while this lives, with what was read at it.
pub(crate) struct Block {
	pub(crate) head: Head,
	reference: BlockRef<H256>,
	at: OnceCell<At>,
	/// Hashes of its transactions. Asked for once only: a node cuts off who asks for the same body three times.
	body: OnceCell<Vec<H256>>,
	events: OnceCell<Events<SoukConfig>>,
	values: Mutex<HashMap<Vec<u8>, Arc<[u8]>>>,
}

impl Block {
	fn new((header, reference): (SubstrateHeader<H256>, BlockRef<H256>)) -> Arc<Self> {
		// Block numbers of this chain are 32 bits wide; the light client's header has room for more.
		let number = u32::try_from(header.number).unwrap_or(u32::MAX);
		let head = Head { number, hash: reference.hash().0 };
		Arc::new(Self {
			head,
			reference,
			at: OnceCell::new(),
			body: OnceCell::new(),
			events: OnceCell::new(),
			values: Mutex::default(),
		})
	}

	pub(crate) fn cached(&self, key: &[u8]) -> Option<Arc<[u8]>> {
		self.values.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
	}

	pub(crate) fn cache(&self, key: Vec<u8>, value: Arc<[u8]>) {
		self.values.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
	}
}

/// The part of smoldot's `system_health` that is used.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Health {
	is_syncing: bool,
	peers: u32,
}

impl Chain {
	/// Connects to the chain of a raw chain spec (JSON with boot nodes) and waits, no longer than [`CONNECT_PATIENCE`],
	/// until a finalised block near the chain's head can be read.
	///
	/// Errors: [`SdkError::ChainSpec`]; [`SdkError::NoFinality`] with what is known of the reason.
	pub async fn connect(spec_json: &str) -> Result<Self, SdkError> {
		Self::connect_within(spec_json, CONNECT_PATIENCE).await
	}

	/// [`Chain::connect`] with another patience.
	pub fn connect_within(spec_json: &str, patience: Duration) -> BoxFuture<'_, Result<Self, SdkError>> {
		Self::connecting(spec_json, patience).boxed()
	}

	async fn connecting(spec_json: &str, patience: Duration) -> Result<Self, SdkError> {
		let boot_nodes = boot_nodes(spec_json)?;
		let deadline = Instant::now() + patience;
		let light = LightClient::new(spec_json).map_err(unusable_spec)?;
		let rpc = RpcClient::new(light);
		let (backend, mut driver) =
			ChainHeadBackend::<SoukConfig>::builder().max_block_life(LONGEST_LIFE).build(rpc.clone());
		let driving = tokio::spawn(async move {
			while let Some(event) = driver.next().await {
				if let Err(error) = event {
					tracing::debug!(%error, "light client");
				}
			}
		});
		let backend = Arc::new(backend);
		let connecting = OnlineClient::from_backend_with_config(SoukConfig::default(), backend.clone());
		let client = match timeout(patience, connecting).await {
			Ok(Ok(client)) => client,
			Ok(Err(error)) => return Err(unusable_spec(reasons(&error))),
			// It has not even started; so it knows no node either.
			Err(_) => {
				let nowhere = Head { number: 0, hash: [0; 32] };
				let reason = diagnosis(&boot_nodes, 0, nowhere, None);
				return Err(SdkError::NoFinality { after: patience, reason });
			}
		};
		let genesis = client.genesis_hash().0;
		let (heads_in, heads) = watch::channel(Head { number: 0, hash: genesis });
		let (best_in, best) = watch::channel(None);
		let (blocks, _) = broadcast::channel(1024);
		let readable = Arc::new(Mutex::new(VecDeque::with_capacity(READABLE + 1)));
		let tasks = vec![
			driving,
			tokio::spawn(follow_finalised(backend.clone(), heads_in, blocks.clone(), readable.clone())),
			tokio::spawn(follow_best(backend, best_in)),
		];
		let chain = Self {
			inner: Arc::new(Inner {
				client,
				rpc,
				genesis,
				heads,
				best,
				blocks,
				readable,
				reads: Semaphore::new(MOST_READS),
				nonces: Mutex::default(),
				_tasks: Tasks(tasks),
			}),
		};
		chain.ready(deadline).await.map_err(|(peers, last)| SdkError::NoFinality {
			after: patience,
			reason: diagnosis(&boot_nodes, peers, chain.head(), last),
		})?;
		Ok(chain)
	}

	/// Hash of the genesis block.
	pub fn genesis(&self) -> Digest {
		self.inner.genesis
	}

	/// The newest finalised block.
	///
	/// Errors: [`SdkError::Stopped`].
	pub async fn finalized(&self) -> Result<Head, SdkError> {
		let heads = self.heads();
		// The sender lives in the following task: without it nothing new will ever come.
		heads.has_changed().map_err(|_| SdkError::Stopped)?;
		let head = *heads.borrow();
		Ok(head)
	}

	/// Follows the newest finalised block. Several may be finalised at once; a slow reader sees the last of them.
	pub fn heads(&self) -> watch::Receiver<Head> {
		self.inner.heads.clone()
	}

	/// Waits until block `number` is final, no longer than `patience`, and returns the newest finalised block.
	///
	/// Errors: [`SdkError::Timeout`], [`SdkError::Stopped`].
	pub async fn reached(&self, number: u32, patience: Duration) -> Result<Head, SdkError> {
		let mut heads = self.heads();
		let head = timeout(patience, heads.wait_for(|head| head.number >= number))
			.await
			.map_err(|_| SdkError::Timeout { what: format!("finality of block {number}"), limit: patience })?
			.map_err(|_| SdkError::Stopped)?;
		Ok(*head)
	}

	/// Everything at one finalised block. A view of a block that is more than about a minute old cannot be read, unless
	/// it was made before.
	pub fn at(&self, head: Head) -> View {
		let readable = self.inner.readable.lock().unwrap_or_else(PoisonError::into_inner);
		let block = readable.iter().rev().find(|block| block.head == head).cloned();
		View::new(self.clone(), head, block)
	}

	/// The finalised block of this number, while it can be read.
	pub fn readable(&self, number: u32) -> Option<Head> {
		let readable = self.inner.readable.lock().unwrap_or_else(PoisonError::into_inner);
		readable.iter().map(|block| block.head).find(|head| head.number == number)
	}

	/// Everything at the newest finalised block.
	///
	/// Errors: [`SdkError::Stopped`].
	pub async fn latest(&self) -> Result<View, SdkError> {
		Ok(self.at(self.finalized().await?))
	}

	/// How many nodes of the chain the light client is connected to.
	///
	/// Errors: [`SdkError::Read`].
	pub async fn peers(&self) -> Result<u32, SdkError> {
		Ok(self.health().await?.peers)
	}

	pub(crate) fn head(&self) -> Head {
		*self.inner.heads.borrow()
	}

	/// Newest block of the best chain, not final; for nonces only.
	pub(crate) fn best(&self) -> Option<Arc<Block>> {
		self.inner.best.borrow().clone()
	}

	/// Newest finalised block.
	pub(crate) fn newest(&self) -> Option<Arc<Block>> {
		self.inner.readable.lock().unwrap_or_else(PoisonError::into_inner).back().cloned()
	}

	/// Each finalised block from now on, none left out.
	pub(crate) fn blocks(&self) -> broadcast::Receiver<Arc<Block>> {
		self.inner.blocks.subscribe()
	}

	pub(crate) fn nonces(&self, account: AccountId) -> Arc<AsyncMutex<Nonces>> {
		self.inner.nonces.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default().clone()
	}

	/// A client for a block; its runtime version is asked for once.
	pub(crate) fn client_at<'a>(&'a self, block: &'a Block) -> BoxFuture<'a, Result<&'a At, SdkError>> {
		let read = || {
			self.reading("the runtime's version", block.head.number, || {
				self.inner
					.client
					.at_block_hash_and_number(block.reference.clone(), u64::from(block.head.number))
			})
		};
		block.at.get_or_try_init(read).boxed()
	}

	/// What a function of the runtime API returns at a block, encoded.
	pub(crate) fn call_raw<'a>(
		&'a self,
		what: &'a str,
		block: &'a Block,
		function: &'static str,
		parameters: &'a [u8],
	) -> BoxFuture<'a, Result<Vec<u8>, SdkError>> {
		let call = async move {
			let at = self.client_at(block).await?;
			self.reading(what, block.head.number, || {
				let apis = at.runtime_apis();
				async move { apis.call_raw(function, Some(parameters)).await }
			})
			.await
		};
		call.boxed()
	}

	/// Hashes of a block's transactions, in their order.
	pub(crate) async fn body<'a>(&self, block: &'a Block) -> Result<&'a [H256], SdkError> {
		let at = self.client_at(block).await?;
		let read = || async {
			let body = self
				.reading("the block's transactions", block.head.number, || {
					let extrinsics = at.extrinsics();
					async move { extrinsics.fetch().await }
				})
				.await?;
			let hashes = body
				.iter()
				.map(|extrinsic| extrinsic.map(|extrinsic| extrinsic.hash()))
				.collect::<Result<_, _>>();
			hashes.map_err(|error| SdkError::Incompatible {
				what: "a transaction".into(),
				reason: error.to_string(),
			})
		};
		block.body.get_or_try_init(read).await.map(Vec::as_slice)
	}

	/// A block's events.
	pub(crate) async fn events<'a>(&self, block: &'a Block) -> Result<&'a Events<SoukConfig>, SdkError> {
		let at = self.client_at(block).await?;
		let read = || {
			self.reading("the block's events", block.head.number, || {
				let events = at.events();
				async move { events.fetch().await }
			})
		};
		block.events.get_or_try_init(read).await
	}

	/// Runs a read: a bounded number at a time, each bounded in time, tried again a few times.
	pub(crate) async fn reading<T, E, F>(
		&self,
		what: &str,
		block: u32,
		read: impl Fn() -> F,
	) -> Result<T, SdkError>
	where
		E: std::error::Error + 'static,
		F: Future<Output = Result<T, E>>,
	{
		let _permit = self.inner.reads.acquire().await.map_err(|_| SdkError::Stopped)?;
		let mut reason = String::new();
		for attempt in 0..READ_ATTEMPTS {
			match timeout(READ_PATIENCE, read()).await {
				Ok(Ok(value)) => return Ok(value),
				Ok(Err(error)) => reason = reasons(&error),
				Err(_) => reason = format!("no node answered within {READ_PATIENCE:?}"),
			}
			tracing::debug!(what, block, attempt, reason, "a read failed");
			if attempt + 1 < READ_ATTEMPTS {
				// The usual reason is that no peer is at hand just now; there is nothing to be notified of.
				sleep(Duration::from_millis(250 << attempt)).await;
			}
		}
		Err(SdkError::Read { what: what.into(), block, reason })
	}

	fn health(&self) -> BoxFuture<'_, Result<Health, SdkError>> {
		let ask = async {
			self.inner.rpc.request("system_health", rpc_params![]).await.map_err(|e| SdkError::Read {
				what: "the light client's health".into(),
				block: self.head().number,
				reason: e.to_string(),
			})
		};
		ask.boxed()
	}

	/// Waits for a finalised block that can be read, near the head of the chain. The error is what is known so far: the
	/// number of peers, and why reading failed last.
	async fn ready(&self, deadline: Instant) -> Result<(), (u32, Option<String>)> {
		let (mut peers, mut last) = (0, None);
		let mut heads = self.heads();
		while Instant::now() < deadline {
			let health = self.health().await.ok();
			peers = health.as_ref().map_or(peers, |health| health.peers);
			let near = health.is_some_and(|health| !health.is_syncing && health.peers > 0);
			if let Some(block) = self.newest().filter(|block| near && block.head.number >= FIRST_READABLE) {
				match tokio::time::timeout_at(deadline, self.client_at(&block)).await {
					Ok(Ok(_)) => return Ok(()),
					Ok(Err(error)) => last = Some(error.to_string()),
					Err(_) => break,
				}
			}
			// The light client does not notify when it has caught up.
			let _ = timeout(Duration::from_millis(100), heads.changed()).await;
		}
		Err((peers, last))
	}
}

async fn follow_finalised(
	backend: Arc<ChainHeadBackend<SoukConfig>>,
	heads: watch::Sender<Head>,
	blocks: broadcast::Sender<Arc<Block>>,
	readable: Arc<Mutex<VecDeque<Arc<Block>>>>,
) {
	loop {
		// This chain's hasher does not depend on metadata.
		let hasher = subxt::config::substrate::BlakeTwo256;
		if let Ok(mut stream) = backend.stream_finalized_block_headers(hasher).await {
			while let Some(Ok(item)) = stream.next().await {
				let block = Block::new(item);
				// A new subscription starts with blocks that were seen before.
				let known = heads.borrow().number;
				if block.head.number <= known && known > 0 {
					replace(&readable, block);
					continue;
				}
				{
					let mut readable = readable.lock().unwrap_or_else(PoisonError::into_inner);
					readable.push_back(block.clone());
					while readable.len() > READABLE {
						readable.pop_front();
					}
				}
				// Before it is told to whoever follows a transaction: what is read after that is read at this block, or a later one.
				heads.send_replace(block.head);
				// Nobody listens while no transaction is under way.
				let _ = blocks.send(block);
			}
		}
		sleep(Duration::from_millis(500)).await;
	}
}

/// After the light client has lost its subscription, blocks are readable by their new references only.
fn replace(readable: &Mutex<VecDeque<Arc<Block>>>, block: Arc<Block>) {
	let mut readable = readable.lock().unwrap_or_else(PoisonError::into_inner);
	if let Some(old) = readable.iter_mut().find(|old| old.head == block.head) {
		*old = block;
	}
}

async fn follow_best(backend: Arc<ChainHeadBackend<SoukConfig>>, best: watch::Sender<Option<Arc<Block>>>) {
	loop {
		let hasher = subxt::config::substrate::BlakeTwo256;
		if let Ok(mut stream) = backend.stream_best_block_headers(hasher).await {
			while let Some(Ok(item)) = stream.next().await {
				best.send_replace(Some(Block::new(item)));
			}
		}
		sleep(Duration::from_millis(500)).await;
	}
}

fn unusable_spec(reason: String) -> SdkError {
	SdkError::ChainSpec { reason }
}

/// The spec's boot nodes, after a look at what is commonly wrong with a spec.
fn boot_nodes(spec_json: &str) -> Result<Vec<String>, SdkError> {
	let spec: serde_json::Value =
		serde_json::from_str(spec_json).map_err(|e| unusable_spec(format!("it is not JSON: {e}")))?;
	let genesis = &spec["genesis"];
	let readable = genesis["raw"].is_object()
		|| genesis["stateRootHash"].is_string()
		|| spec["lightSyncState"].is_object();
	if !readable {
		return Err(unusable_spec("it has no raw genesis state and no checkpoint".into()));
	}
	let nodes = spec["bootNodes"].as_array().map(Vec::as_slice).unwrap_or_default();
	let nodes: Vec<String> = nodes.iter().filter_map(|node| node.as_str().map(str::to_owned)).collect();
	if nodes.is_empty() {
		return Err(unusable_spec("it names no boot nodes, so that there is nobody to ask".into()));
	}
	Ok(nodes)
}

fn diagnosis(boot_nodes: &[String], peers: u32, head: Head, last: Option<String>) -> String {
	match (peers, last) {
		(0, _) => {
			format!("none of the spec's boot nodes answers ({}); check that one runs", boot_nodes.join(", "))
		}
		(_, Some(reason)) => format!("block {} is final, but cannot be read: {reason}", head.number),
		(_, None) if head.number < FIRST_READABLE => {
			format!("connected to {peers} nodes, but the chain has finalised {} blocks so far; check its validators", head.number)
		}
		_ => format!("connected to {peers} nodes, and still catching up at block {}; try again", head.number),
	}
}

/// An error with its causes. Where a cause is part of its effect's text already, it is not repeated.
pub(crate) fn reasons(error: &(dyn std::error::Error + 'static)) -> String {
	let mut text = error.to_string();
	let mut source = error.source();
	while let Some(cause) = source {
		let cause_text = cause.to_string();
		if !text.contains(&cause_text) {
			text = format!("{text}: {cause_text}");
		}
		source = cause.source();
	}
	text
}

/// The SCALE encoding of a view function's call: its id, then its arguments as one byte vector. (subxt 0.51 has a client
/// for view functions, but sends the arguments without their length, and takes the answer without its envelope.)
pub(crate) fn view_parameters(id_and_arguments: &[u8]) -> Vec<u8> {
	let (id, arguments) = id_and_arguments.split_at(32.min(id_and_arguments.len()));
	[id, &arguments.encode()].concat()
}
