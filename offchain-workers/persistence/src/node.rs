//! What the tasks share: the node's keys, its view of the chain, its store and its limits.

use crate::{
	asks::{Asks, LeastBounties, ShownAsk},
	chain::{ChainReads, FinalSnapshot, ListingFacts},
	challenges::Challenges,
	checks::{
		rate::{Rate, RateLimiter},
		replay::Claims,
	},
	deliveries::{Deliveries, ShownDelivery},
	downloads::{DownloadLimits, Downloads},
	duties::Duties,
	holders::Holders,
	mailbox::{Mailbox, MailboxLimits},
	metrics::{AskEnd, ChallengeEnd, KeyEnd, Metrics},
	places::Places,
	stop::Stop,
	tasks::handover_accept::Arrivals,
	vouchers::{VoucherTerms, Vouchers},
};
use serde::{Deserialize, Serialize};
use souk_daemon::{HeadSeen, Role};
use souk_engine::{ExecutorPool, Limits};
use souk_network::PeerId;
use souk_protocol::{
	metadata::{Metadata, ProofPrice},
	AccountId, Digest, EncryptionSecret, SignedSubmission, Signer,
};
use souk_store::{
	DocumentStore, MailboxStore, ProofStore, ReplayGuard, SnapshotStore, StoreError, StoredSnapshot,
	SubmissionStore, VoucherStore,
};
use std::{
	collections::{HashMap, HashSet},
	path::PathBuf,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::sync::watch;

pub use souk_daemon::Registration;

/// Limits of the daemon.
#[derive(Clone, Debug)]
pub struct Settings {
	/// Of one query.
	pub limits: Limits,
	/// Queries at a time.
	pub running: usize,
	/// Queries that may wait for their turn.
	pub waiting: usize,
	/// Of one proof.
	pub proof_limits: Limits,
	/// Proofs at a time.
	pub proving: usize,
	/// Proofs that may wait for their turn.
	pub proving_waiting: usize,
	/// Requests per holder.
	pub rate: Rate,
	/// Requests per peer, of all holders that ask through it.
	pub peer_rate: Rate,
	/// Accounts not seen entitled before that the chain is asked about at a time.
	pub strangers: usize,
	/// Such accounts that may wait for it.
	pub strangers_waiting: usize,
	/// How long one who has paid for nothing waits until the chain can be looked at for them: a stranger, who downloads, who asks the mailbox.
	pub look_patience: Duration,
	/// How long ago the newest finalised block may have been seen: beyond it nobody is served, since a right may have ended.
	pub max_head_age: Duration,
	/// Time for a request or an offer to arrive on a fresh stream.
	pub request_timeout: Duration,
	/// Largest snapshot taken, bytes of plaintext.
	pub max_snapshot_bytes: u64,
	/// What all snapshots together may take, bytes of plaintext.
	pub max_store_bytes: u64,
	/// What one listing's snapshots may take of it, bytes of plaintext.
	pub max_listing_bytes: u64,
	/// Whose listings are kept; `None` for everybody's.
	pub curators: Option<HashSet<AccountId>>,
	/// Hand-overs at a time.
	pub max_handovers: usize,
	/// Of downloads.
	pub downloads: DownloadLimits,
	/// Of evidence that is left here.
	pub mailbox: MailboxLimits,
	/// How long to wait before a delivery, or an answer to an ask, that failed is tried again; twice as long each time.
	pub delivery_retry: Duration,
	/// For how long proofs of deliveries are collected before they are sent: the first buyer does not wait for the last one's.
	pub delivery_collect: Duration,
	/// The least that an answer to an ask must bring, by asset. Of SOUK that are not named here, what posting it costs; of any other
	/// asset, a whole one.
	pub least_bounties: LeastBounties,
	/// How vouchers are taken and settled.
	pub vouchers: VoucherTerms,
	/// Whether workers that sign two snapshots of one period are reported.
	pub report_conflicts: bool,
}

impl Default for Settings {
	/// Two queries for each core, as many again times four waiting; one proof, of 8 GiB and nine minutes, eight waiting; 50 requests at once and 20 per second for each
	/// holder, twice that for a peer; two strangers looked up at a time and 32 waiting, five seconds at most; a head that is a minute old at most;
	/// snapshots of 64 GiB, four at a time, 512 GiB in all and a quarter of that for one listing, of everybody; a delivery that
	/// failed again after two blocks, and what is proved within four seconds delivered together; no reports.
	fn default() -> Self {
		let running = 2 * std::thread::available_parallelism().map_or(1, usize::from);
		Self {
			limits: Limits::default(),
			running,
			waiting: 4 * running,
			proof_limits: Limits {
				memory_bytes: 8 << 30,
				wall: Duration::from_secs(540),
				..Limits::default()
			},
			proving: 1,
			proving_waiting: 8,
			rate: Rate { burst: 50, per_second: 20.0 },
			peer_rate: Rate { burst: 100, per_second: 40.0 },
			strangers: 2,
			strangers_waiting: 32,
			look_patience: Duration::from_secs(5),
			max_head_age: Duration::from_secs(60),
			request_timeout: Duration::from_secs(10),
			max_snapshot_bytes: 64 << 30,
			max_store_bytes: 512 << 30,
			max_listing_bytes: 128 << 30,
			curators: None,
			max_handovers: 4,
			downloads: DownloadLimits::default(),
			mailbox: MailboxLimits::default(),
			delivery_retry: Duration::from_secs(6),
			delivery_collect: Duration::from_secs(4),
			least_bounties: LeastBounties::new(),
			vouchers: VoucherTerms::default(),
			report_conflicts: false,
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
	/// Proofs that are made now.
	pub proofs_running: u64,
	/// Proofs that wait for a place.
	pub proofs_waiting: u64,
	/// Downloads that are served now.
	pub downloads_running: u64,
	/// Downloads that wait for a place.
	pub downloads_waiting: u64,
	/// Orders that await a key which this node could deliver.
	pub orders_awaiting: u64,
	/// Deliveries of keys that are being proved, or on their way to the chain.
	pub deliveries_under_way: u64,
	/// Keys delivered since the start.
	pub keys_delivered: u64,
	/// Asks that wait for an answer which this node could give.
	pub asks_waiting: u64,
	/// Answers to asks that are being proved, or on their way to the chain.
	pub answers_under_way: u64,
	/// Asks answered since the start.
	pub asks_answered: u64,
	/// Challenges that wait for this node's answer.
	pub challenges_open: u64,
	/// Those of them for which it has not got the data.
	pub challenges_lost: u64,
	/// Challenges answered since the start.
	pub challenges_answered: u64,
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
	/// Metadata documents.
	pub documents: Arc<DocumentStore>,
	/// Proofs over tables that were made, and that are to be made.
	pub proofs: Arc<ProofStore>,
	/// Nonces.
	pub replay: Arc<ReplayGuard>,
	/// Vouchers.
	pub vouchers: VoucherStore,
	/// Evidence of disputes.
	pub mailbox: MailboxStore,
	/// What workers have signed.
	pub submissions: SubmissionStore,
	/// Where the evidence against those is written that have signed two things.
	pub evidence_dir: PathBuf,
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
	pub(crate) documents: Arc<DocumentStore>,
	pub(crate) proof_store: Arc<ProofStore>,
	pub(crate) replay: Arc<ReplayGuard>,
	pub(crate) pool: ExecutorPool,
	pub(crate) duties: watch::Receiver<Arc<Duties>>,
	pub(crate) settings: Settings,
	pub(crate) rate: RateLimiter<AccountId>,
	pub(crate) peers: RateLimiter<PeerId>,
	pub(crate) claims: Claims,
	pub(crate) holders: Holders,
	/// Those who pay by the query.
	pub(crate) payers: Holders,
	pub(crate) vouchers: Arc<Vouchers>,
	pub(crate) places: Places,
	pub(crate) provers: Places,
	pub(crate) arrivals: Arc<Arrivals>,
	pub(crate) downloads: Downloads,
	pub(crate) mailbox: Mailbox,
	pub(crate) deliveries: Deliveries,
	pub(crate) asks: Asks,
	/// Of each listing: the hash of its metadata, and whether that wants answers to be the same each time.
	reproducible: Mutex<HashMap<u32, (Digest, bool)>>,
	pub(crate) challenges: Challenges,
	submissions: Arc<SubmissionStore>,
	pub(crate) evidence_dir: PathBuf,
	/// Counts the statements of workers that contradict an earlier one.
	pub(crate) conflicts: watch::Sender<u64>,
	/// Counts the snapshots stored, for those who wait for one.
	pub(crate) stored: watch::Sender<u64>,
	/// The counters.
	pub metrics: Metrics,
	/// Stops the tasks.
	pub stop: Stop,
	pub(crate) head: HeadSeen,
	registration: Mutex<Registration>,
}

impl Node {
	/// Puts the parts together.
	///
	/// # Errors
	/// As [`Metrics::new`].
	pub fn new(parts: Parts) -> Result<Arc<Self>, prometheus::Error> {
		let Parts {
			signer,
			secret,
			peer,
			chain,
			store,
			documents,
			proofs,
			replay,
			vouchers,
			mailbox,
			submissions,
			evidence_dir,
			pool,
			duties,
			settings,
		} = parts;
		Ok(Arc::new(Self {
			rate: RateLimiter::new(settings.rate),
			peers: RateLimiter::new(settings.peer_rate),
			claims: Claims::default(),
			holders: Holders::new(settings.strangers, settings.strangers_waiting, settings.look_patience),
			payers: Holders::new(settings.strangers, settings.strangers_waiting, settings.look_patience),
			vouchers: Vouchers::new(vouchers, settings.vouchers),
			places: Places::new(settings.running, settings.waiting),
			provers: Places::new(settings.proving, settings.proving_waiting),
			arrivals: Arrivals::new(settings.max_handovers),
			downloads: Downloads::new(settings.downloads.clone()),
			mailbox: Mailbox::new(mailbox, settings.mailbox.clone()),
			deliveries: Deliveries::new(settings.delivery_retry),
			asks: Asks::new(settings.delivery_retry),
			reproducible: Mutex::default(),
			challenges: Challenges::new(settings.delivery_retry),
			submissions: Arc::new(submissions),
			evidence_dir,
			conflicts: watch::Sender::new(0),
			stored: watch::Sender::new(0),
			metrics: Metrics::new()?,
			stop: Stop::default(),
			head: HeadSeen::default(),
			registration: Mutex::default(),
			signer,
			secret,
			peer,
			chain,
			store,
			documents,
			proof_store: proofs,
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

	/// Proofs that are made, and proofs that wait, now.
	pub fn proofs(&self) -> (usize, usize) {
		(self.provers.running(), self.provers.waiting())
	}

	/// Strangers that the chain is being asked about, and those that wait for it, now.
	pub fn strangers(&self) -> (usize, usize) {
		self.holders.queue()
	}

	/// Whether this node knows that an account has a part in a dispute: then it does not wait for strangers.
	pub fn knows_party(&self, case: u64, account: &AccountId) -> bool {
		let block = self.chain.heads().borrow().number;
		self.mailbox.parties.has(case, account, block)
	}

	/// Number of the newest finalised block that was seen.
	pub fn seen_block(&self) -> u32 {
		self.head.newest().0
	}

	/// Downloads that are served, and downloads that wait, now.
	pub fn downloads(&self) -> (usize, usize) {
		(self.downloads.places.running(), self.downloads.places.waiting())
	}

	/// The orders that await a key, as far as this node is concerned, and the last ones that it delivered.
	pub fn deliveries(&self) -> Vec<ShownDelivery> {
		self.deliveries.shown()
	}

	/// The asks that wait for an answer, as far as this node is concerned, and the last ones that it answered.
	pub fn asks(&self) -> Vec<ShownAsk> {
		self.asks.shown()
	}

	/// The vouchers that it holds, by tab.
	///
	/// # Errors
	/// The store's.
	pub async fn held_vouchers(&self) -> Result<Vec<souk_store::HeldVoucher>, StoreError> {
		self.vouchers.work(|store| store.all()).await
	}

	/// Whether a snapshot of the listing's period is on disk, whatever its content.
	pub(crate) async fn is_stored(&self, listing: u32, period: u32) -> bool {
		let store = self.store.clone();
		match tokio::task::spawn_blocking(move || store.get(listing, period)).await {
			Ok(Ok(found)) => found.is_some(),
			Ok(Err(error)) => {
				tracing::error!(%error, listing, period, "the store could not be read");
				false
			}
			Err(_) => false,
		}
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

	/// Works with the documents, on a thread for blocking work.
	///
	/// # Errors
	/// The store's.
	pub(crate) async fn documents<T: Send + 'static>(
		&self,
		work: impl FnOnce(&DocumentStore) -> Result<T, StoreError> + Send + 'static,
	) -> Result<T, StoreError> {
		let documents = self.documents.clone();
		match tokio::task::spawn_blocking(move || work(&documents)).await {
			Ok(done) => done,
			Err(error) => match error.try_into_panic() {
				Ok(panic) => std::panic::resume_unwind(panic),
				// Blocking work is cancelled only where the runtime ends, and with it whoever waits here.
				Err(_) => std::future::pending().await,
			},
		}
	}

	/// Works with what workers have signed, on a thread for blocking work.
	///
	/// # Errors
	/// The store's.
	pub(crate) async fn submissions<T: Send + 'static>(
		&self,
		work: impl FnOnce(&SubmissionStore) -> Result<T, StoreError> + Send + 'static,
	) -> Result<T, StoreError> {
		let submissions = self.submissions.clone();
		match tokio::task::spawn_blocking(move || work(&submissions)).await {
			Ok(done) => done,
			Err(error) => match error.try_into_panic() {
				Ok(panic) => std::panic::resume_unwind(panic),
				// Blocking work is cancelled only where the runtime ends, and with it whoever waits here.
				Err(_) => std::future::pending().await,
			},
		}
	}

	/// Keeps what an assigned worker has signed, where it could still be reported, and notices where it contradicts what the same worker has
	/// signed before.
	pub(crate) async fn note_submission(&self, signed: &SignedSubmission) {
		let now = now_ms();
		if !kept_periods(now).contains(&signed.submission.period) {
			return;
		}
		let kept = signed.clone();
		match self.submissions(move |store| store.keep(&kept, now)).await {
			Ok(true) => self.conflicts.send_modify(|revision| *revision += 1),
			Ok(false) => {}
			Err(error) => tracing::error!(%error, "what a worker has signed could not be kept"),
		}
	}

	/// Whether the listing's curator wants answers to be the same bytes each time, as far as the listing's metadata is here.
	pub(crate) async fn answers_alike(&self, listing: u32, facts: &ListingFacts) -> bool {
		let hash = facts.metadata;
		let known = || self.reproducible.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some((_, wanted)) = known().get(&listing).filter(|(of, _)| *of == hash) {
			return *wanted;
		}
		let wanted = match self.documents(move |documents| documents.get(listing, &hash)).await {
			Ok(Some(document)) => {
				serde_json::from_slice::<Metadata>(&document).is_ok_and(|metadata| metadata.reproducible)
			}
			// It may be here later.
			Ok(None) => return false,
			Err(error) => {
				tracing::warn!(%error, listing, "the listing's metadata could not be read");
				return false;
			}
		};
		known().insert(listing, (hash, wanted));
		wanted
	}

	/// The curator's price for proofs, if the listing's metadata document is here and names one.
	pub(crate) async fn proof_price(&self, listing: u32, facts: &ListingFacts) -> Option<ProofPrice> {
		let hash = facts.metadata;
		match self.documents(move |documents| documents.get(listing, &hash)).await {
			Ok(document) => serde_json::from_slice::<Metadata>(&document?).ok()?.proof_price,
			Err(error) => {
				tracing::warn!(%error, listing, "the curator's price for proofs could not be read");
				None
			}
		}
	}

	/// How the daemon is doing.
	pub async fn condition(&self) -> Condition {
		let (_, age) = self.head.newest();
		let registration = self.registration();
		let mut problems: Vec<String> = self.head.problem().into_iter().collect();
		problems.extend(registration.problem(Role::Persistence).map(str::to_owned));
		let store = self.store.clone();
		let snapshots = match tokio::task::spawn_blocking(move || store.count()).await {
			Ok(Ok(count)) => count,
			Ok(Err(error)) => {
				problems.push(format!("the store cannot be read: {error}"));
				0
			}
			Err(_) => 0,
		};
		problems.extend(self.deliveries.problem());
		problems.extend(self.asks.problem());
		problems.extend(self.challenges.problem());
		problems.extend(self.vouchers.problem());
		if self.stop.is_closing() {
			problems.push("this node is being stopped".into());
		}
		let orders = self.deliveries.counts();
		let asks = self.asks.counts();
		let challenges = self.challenges.counts();
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
			proofs_running: self.provers.running() as u64,
			proofs_waiting: self.provers.waiting() as u64,
			downloads_running: self.downloads.places.running() as u64,
			downloads_waiting: self.downloads.places.waiting() as u64,
			orders_awaiting: orders.awaiting,
			deliveries_under_way: orders.under_way,
			keys_delivered: self.metrics.keys(KeyEnd::Delivered),
			asks_waiting: asks.waiting,
			answers_under_way: asks.proving + asks.sending,
			asks_answered: self.metrics.asks(AskEnd::Answered),
			challenges_open: challenges.open,
			challenges_lost: challenges.lost,
			challenges_answered: self.metrics.challenges(ChallengeEnd::Answered),
		}
	}

	/// How its registration on chain compared with it at the last head.
	pub fn registration(&self) -> Registration {
		*self.locked_registration()
	}

	/// Notes how the registration compares; says so where it changes.
	pub(crate) fn set_registration(&self, new: Registration) {
		let before = std::mem::replace(&mut *self.locked_registration(), new);
		if before != new {
			match new.problem(Role::Persistence) {
				Some(problem) => tracing::warn!("{problem}"),
				None => tracing::info!("registered on chain as a persistence node"),
			}
		}
	}

	fn locked_registration(&self) -> MutexGuard<'_, Registration> {
		self.registration.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// Minutes for which what workers have signed is kept: longer than it can be reported.
const SIGNED_FOR: u32 = 10 * 24 * 60;
/// How far ahead of this machine's clock a period may be, in minutes: as on chain.
const MINUTES_AHEAD: u32 = 5;

/// The periods whose submissions are kept at a time in milliseconds since the Unix epoch.
pub(crate) fn kept_periods(now: u64) -> std::ops::RangeInclusive<u32> {
	let minutes = u32::try_from(now / 60_000).unwrap_or(u32::MAX);
	minutes.saturating_sub(SIGNED_FOR)..=minutes.saturating_add(MINUTES_AHEAD)
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
	// A clock before 1970 makes every request expired or too far ahead, which is what it should be.
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
