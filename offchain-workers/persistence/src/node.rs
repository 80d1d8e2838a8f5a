//! What the tasks share: the node's keys, its view of the chain, its store and its limits.

use crate::{
	chain::{ChainReads, FinalSnapshot},
	checks::rate::{Rate, RateLimiter},
	duties::Duties,
	metrics::Metrics,
	places::Places,
	stop::Stop,
	tasks::handover_accept::Arrivals,
};
use serde::{Deserialize, Serialize};
use souk_engine::{ExecutorPool, Limits};
use souk_network::PeerId;
use souk_protocol::{AccountId, EncryptionSecret, Signer};
use souk_store::{ReplayGuard, SnapshotStore, StoreError, StoredSnapshot};
use std::{
	path::PathBuf,
	sync::{
		atomic::{AtomicU64, AtomicU8, Ordering},
		Arc,
	},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::watch;

/// A finalised head older than this means that the chain, or the way to it, stands still.
const STALE_HEAD: Duration = Duration::from_secs(120);

/// Limits of the daemon.
#[derive(Clone, Debug)]
pub struct Settings {
	/// Of one query.
	pub limits: Limits,
	/// Queries at a time.
	pub running: usize,
	/// Queries that may wait for their turn.
	pub waiting: usize,
	/// Requests per holder.
	pub rate: Rate,
	/// Time for a request or an offer to arrive on a fresh stream.
	pub request_timeout: Duration,
	/// Largest snapshot taken, bytes of plaintext.
	pub max_snapshot_bytes: u64,
	/// What all snapshots together may take, bytes of plaintext.
	pub max_store_bytes: u64,
	/// Hand-overs at a time.
	pub max_handovers: usize,
}

impl Default for Settings {
	/// Two queries for each core, as many again times four waiting; 50 requests at once and 20 per second for each
	/// holder; snapshots of 64 GiB, four at a time, 512 GiB in all.
	fn default() -> Self {
		let running = 2 * std::thread::available_parallelism().map_or(1, usize::from);
		Self {
			limits: Limits::default(),
			running,
			waiting: 4 * running,
			rate: Rate { burst: 50, per_second: 20.0 },
			request_timeout: Duration::from_secs(10),
			max_snapshot_bytes: 64 << 30,
			max_store_bytes: 512 << 30,
			max_handovers: 4,
		}
	}
}

/// How this node's entry in the registry compares with what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
	/// Not read yet.
	Unknown,
	/// There is no entry.
	Missing,
	/// Registered, but not as a persistence node.
	OtherRole,
	/// Registered with another peer id.
	OtherPeer,
	/// Registered with another encryption key.
	OtherKey,
	/// As it is.
	Good,
}

impl Registration {
	const ALL: [Registration; 6] = [
		Registration::Unknown,
		Registration::Missing,
		Registration::OtherRole,
		Registration::OtherPeer,
		Registration::OtherKey,
		Registration::Good,
	];

	/// What to do about it.
	const fn problem(self) -> Option<&'static str> {
		match self {
			Registration::Unknown | Registration::Good => None,
			Registration::Missing => Some("this node is not registered on chain: register it"),
			Registration::OtherRole => {
				Some("this account is registered, but not as a persistence node: update it")
			}
			Registration::OtherPeer => Some("the peer id registered on chain is another one: update it"),
			Registration::OtherKey => {
				Some("the encryption key registered on chain is another one: update it")
			}
		}
	}
}

/// How the daemon is doing: `/health`, and `persistence_status` of the admin interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
	/// Whether it can do its work.
	pub healthy: bool,
	/// What is wrong, a sentence each.
	pub problems: Vec<String>,
	/// Number of the newest finalised block seen.
	pub finalised_block: u32,
	/// Seconds since it was seen.
	pub head_age_seconds: u64,
	/// How the registration on chain compares with this node.
	pub registration: Registration,
	/// Listings assigned to this node.
	pub listings: u64,
	/// Snapshots on disk.
	pub snapshots: u64,
	/// Queries that run now.
	pub queries_running: u64,
	/// Queries that wait for a place.
	pub queries_waiting: u64,
}

/// A snapshot on disk, as the admin interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSnapshot {
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// Rows of the table.
	pub rows: u64,
	/// Bytes of plaintext.
	pub bytes: u64,
	/// Its content root, `0x` and 64 hex digits.
	pub content_root: String,
}

/// The Parquet file of a snapshot; it is not removed while this lives.
pub(crate) struct HeldFile {
	pub(crate) path: PathBuf,
	_held: StoredSnapshot,
}

/// What a [`Node`] is made of.
pub struct Parts {
	/// The node's account.
	pub signer: Arc<dyn Signer>,
	/// Opens requests and listing secrets.
	pub secret: EncryptionSecret,
	/// Its identity in the network.
	pub peer: PeerId,
	/// The chain.
	pub chain: Arc<dyn ChainReads>,
	/// Snapshots.
	pub store: SnapshotStore,
	/// Nonces.
	pub replay: Arc<ReplayGuard>,
	/// Executors.
	pub pool: ExecutorPool,
	/// Assignments, as [`follow`](crate::tasks::follow) writes them.
	pub duties: watch::Receiver<Arc<Duties>>,
	/// Limits.
	pub settings: Settings,
}

/// The node, as its tasks see it.
pub struct Node {
	pub(crate) signer: Arc<dyn Signer>,
	pub(crate) secret: EncryptionSecret,
	pub(crate) peer: PeerId,
	pub(crate) chain: Arc<dyn ChainReads>,
	pub(crate) store: SnapshotStore,
	pub(crate) replay: Arc<ReplayGuard>,
	pub(crate) pool: ExecutorPool,
	pub(crate) duties: watch::Receiver<Arc<Duties>>,
	pub(crate) settings: Settings,
	pub(crate) rate: RateLimiter,
	pub(crate) places: Places,
	pub(crate) arrivals: Arc<Arrivals>,
	/// Counts the snapshots stored, for those who wait for one.
	pub(crate) stored: watch::Sender<u64>,
	/// The counters.
	pub metrics: Metrics,
	/// Stops the tasks.
	pub stop: Stop,
	started: Instant,
	head_seen: AtomicU64,
	registration: AtomicU8,
}

impl Node {
	/// Puts the parts together.
	///
	/// # Errors
	/// As [`Metrics::new`].
	pub fn new(parts: Parts) -> Result<Arc<Self>, prometheus::Error> {
		let Parts { signer, secret, peer, chain, store, replay, pool, duties, settings } = parts;
		Ok(Arc::new(Self {
			rate: RateLimiter::new(settings.rate),
			places: Places::new(settings.running, settings.waiting),
			arrivals: Arrivals::new(settings.max_handovers),
			stored: watch::Sender::new(0),
			metrics: Metrics::new()?,
			stop: Stop::default(),
			started: Instant::now(),
			head_seen: AtomicU64::new(0),
			registration: AtomicU8::new(0),
			signer,
			secret,
			peer,
			chain,
			store,
			replay,
			pool,
			duties,
			settings,
		}))
	}

	/// The node's account.
	pub fn account(&self) -> AccountId {
		self.signer.account()
	}

	/// The listings that it is assigned to, as they change.
	pub fn duties(&self) -> watch::Receiver<Arc<Duties>> {
		self.duties.clone()
	}

	/// Queries that run, and queries that wait, now.
	pub fn queue(&self) -> (usize, usize) {
		(self.places.running(), self.places.waiting())
	}

	/// A snapshot, if it is on disk with exactly this content. Its file stays for as long as the value lives.
	pub(crate) async fn held(&self, listing: u32, snapshot: &FinalSnapshot) -> Option<HeldFile> {
		let (store, wanted) = (self.store.clone(), *snapshot);
		let found = tokio::task::spawn_blocking(move || store.get(listing, wanted.period)).await;
		match found {
			Ok(Ok(Some(mut held))) if held.content_root == wanted.content_root => {
				held.plain.take().map(|path| HeldFile { path, _held: held })
			}
			Ok(Ok(_)) => None,
			Ok(Err(error)) => {
				tracing::error!(%error, listing, period = wanted.period, "the store could not be read");
				None
			}
			Err(_) => None,
		}
	}

	/// The snapshots on disk.
	///
	/// # Errors
	/// The store's.
	pub async fn held_snapshots(&self) -> Result<Vec<HeldSnapshot>, StoreError> {
		let store = self.store.clone();
		let read = move || {
			let mut all = Vec::new();
			for listing in store.listings()? {
				all.extend(store.list(listing)?.iter().map(|held| HeldSnapshot {
					listing: held.listing,
					period: held.period,
					rows: held.rows,
					bytes: held.bytes,
					content_root: format!("0x{}", hex::encode(held.content_root)),
				}));
			}
			Ok(all)
		};
		// The closure does not panic, and blocking work is not cancelled.
		tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Ok(Vec::new()))
	}

	/// How the daemon is doing.
	pub async fn condition(&self) -> Condition {
		let mut problems = Vec::new();
		let age = self
			.started
			.elapsed()
			.saturating_sub(Duration::from_millis(self.head_seen.load(Ordering::Relaxed)));
		if age > STALE_HEAD {
			problems
				.push(format!("no finalised block for {} s: check the chain's boot nodes", age.as_secs()));
		}
		let registration = self.registration();
		problems.extend(registration.problem().map(str::to_owned));
		let store = self.store.clone();
		let snapshots = match tokio::task::spawn_blocking(move || store.count()).await {
			Ok(Ok(count)) => count,
			Ok(Err(error)) => {
				problems.push(format!("the store cannot be read: {error}"));
				0
			}
			Err(_) => 0,
		};
		if self.stop.is_closing() {
			problems.push("this node is being stopped".into());
		}
		Condition {
			healthy: problems.is_empty(),
			problems,
			finalised_block: self.chain.heads().borrow().number,
			head_age_seconds: age.as_secs(),
			registration,
			listings: self.duties.borrow().len() as u64,
			snapshots,
			queries_running: self.places.running() as u64,
			queries_waiting: self.places.waiting() as u64,
		}
	}

	/// A finalised head was seen just now.
	pub(crate) fn head_seen(&self) {
		let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
		self.head_seen.store(now, Ordering::Relaxed);
	}

	/// How its registration on chain compared with it at the last head.
	pub fn registration(&self) -> Registration {
		let index = usize::from(self.registration.load(Ordering::Relaxed));
		Registration::ALL.get(index).copied().unwrap_or(Registration::Unknown)
	}

	/// Notes how the registration compares; says so where it changes for the worse.
	pub(crate) fn set_registration(&self, new: Registration) {
		let index = Registration::ALL.iter().position(|one| *one == new).unwrap_or(0);
		let before = self.registration.swap(index as u8, Ordering::Relaxed);
		if usize::from(before) != index {
			match new.problem() {
				Some(problem) => tracing::warn!("{problem}"),
				None => tracing::info!("registered on chain as a persistence node"),
			}
		}
	}
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
	// A clock before 1970 makes every request expired or too far ahead, which is what it should be.
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
