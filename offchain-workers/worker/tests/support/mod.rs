//! A worker without a chain: everything else is real.
#![allow(dead_code)] // each test program uses a part of it

use async_trait::async_trait;
use souk_config::{Manifest, WorkerLimits};
use souk_custody::Account;
use souk_protocol::{hash::tagged, AccountId, Digest, EncryptionSecret, ListingSecret};
use souk_store::{Job, JobStore, NewJob, SnapshotStore};
use souk_worker::{
	budget::Budget,
	carrier::{Carrier, Receipt},
	chain::{ChainError, ChainPort, Commitments, Duty, FinalSnapshot, NodeFacts, Recipient},
	error::StepError,
	faults::Faults,
	metrics::Metrics,
	tasks::{encode, fetch, privacy, transform, validate},
	work::{Outputs, Work},
	worker::{Patience, Worker},
};
use std::{
	collections::BTreeSet,
	fs,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, MutexGuard},
	time::Duration,
};
use tokio::sync::{watch, Notify, Semaphore};
use tokio_util::sync::CancellationToken;

pub const LISTING: u32 = 7;
pub const NAME: &str = "trips";
/// Long enough for anything that ends, on whatever machine.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// The secret of the listing in all tests.
pub fn secret() -> ListingSecret {
	ListingSecret::from_bytes([9; 32]).expect("canonical")
}

pub fn alice() -> Account {
	Account::from_uri("//Alice").expect("a development account")
}

/// A folder with a manifest and its source.
pub struct Dataset {
	pub dir: tempfile::TempDir,
	pub manifest: String,
}

impl Dataset {
	/// A source file of some kind, and what else the manifest says.
	pub fn new(kind: &str, file: &str, content: &[u8], rest: &str) -> Self {
		Self::scheduled("0 0 1 1 *", kind, file, content, rest)
	}

	pub fn scheduled(schedule: &str, kind: &str, file: &str, content: &[u8], rest: &str) -> Self {
		let dir = tempfile::tempdir().expect("a folder");
		fs::write(dir.path().join(file), content).expect("the source");
		let manifest = format!(
			"[dataset]\nname = \"{NAME}\"\ntitle = \"Trips\"\nlicense = \"CC0-1.0\"\ncategory = \"traffic\"\n\
			schedule = \"{schedule}\"\nretention = 3\n\n[source]\nkind = \"{kind}\"\nlocation = \"{file}\"\n\n{rest}\n\n\
			[[plan]]\nkind = \"trial\"\nprice = \"0\"\nperiod = \"1d\"\n"
		);
		fs::write(dir.path().join("manifest.toml"), &manifest).expect("the manifest");
		Self { dir, manifest }
	}

	pub fn csv(content: &str, rest: &str) -> Self {
		Self::new("csv", "trips.csv", content.as_bytes(), rest)
	}

	pub fn path(&self) -> PathBuf {
		self.dir.path().join("manifest.toml")
	}

	pub fn write(&self, file: &str, content: &[u8]) {
		fs::write(self.dir.path().join(file), content).expect("the source");
	}

	pub fn parsed(&self) -> Arc<Manifest> {
		let manifest = Manifest::parse(&self.manifest).expect("a manifest");
		manifest.check().expect("a good manifest");
		Arc::new(manifest)
	}

	/// Surroundings of a run in `dir`.
	pub fn work(&self, dir: &Path) -> Work {
		Work {
			listing: LISTING,
			period: 1000,
			manifest: self.parsed(),
			base_dir: self.dir.path().into(),
			secret: secret(),
			group_size: 0,
			dir: dir.join("run"),
			memory_bytes: 64 << 20,
			budget: Budget::new(PATIENCE, CancellationToken::new()),
		}
	}

	/// Goes through the steps that need nobody else, up to the Parquet file.
	pub fn encode(&self, work: &Work) -> Result<Outputs, StepError> {
		let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
		let mut outputs = Outputs::default();
		fetch::run(work, &mut outputs)?;
		transform::run(work, &mut outputs, runtime.handle())?;
		validate::run(work, &mut outputs)?;
		privacy::run(work, &mut outputs)?;
		encode::run(work, &mut outputs)?;
		Ok(outputs)
	}

	/// The error that the steps up to the Parquet file end with.
	pub fn error(&self) -> StepError {
		let dir = tempfile::tempdir().expect("a folder");
		self.encode(&self.work(dir.path())).expect_err("a step fails")
	}

	/// The Parquet file.
	pub fn parquet(&self) -> Vec<u8> {
		let dir = tempfile::tempdir().expect("a folder");
		let work = self.work(dir.path());
		self.encode(&work).expect("all steps");
		fs::read(work.snapshot_file()).expect("the snapshot")
	}
}

/// What a chain would know.
#[derive(Default, Clone, serde::Serialize, serde::Deserialize)]
pub struct Ledger {
	/// What this worker has submitted, in order.
	pub submitted: Vec<(u32, Commitments)>,
	/// Final snapshots.
	pub finals: Vec<(u32, Commitments)>,
}

pub struct TestChain {
	ledger: Mutex<Ledger>,
	/// Where the ledger is kept for a process after this one.
	file: Option<PathBuf>,
	pub duties: Mutex<Vec<Duty>>,
	/// Whether a submission becomes final at once.
	pub quorum: Mutex<bool>,
	/// How many calls fail from now on.
	pub down: Mutex<u32>,
	/// What others submitted.
	pub others: Mutex<Vec<(AccountId, Digest)>>,
	heads: watch::Sender<u32>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().expect("no test panics in there")
}

impl TestChain {
	pub fn new(file: Option<PathBuf>) -> Arc<Self> {
		let kept = file.as_ref().and_then(|file| fs::read(file).ok());
		let ledger = kept.map(|bytes| serde_json::from_slice(&bytes).expect("a ledger")).unwrap_or_default();
		Arc::new(Self {
			ledger: Mutex::new(ledger),
			file,
			duties: Mutex::new(vec![duty(Vec::new())]),
			quorum: Mutex::new(true),
			down: Mutex::default(),
			others: Mutex::default(),
			heads: watch::Sender::new(1),
		})
	}

	pub fn ledger(&self) -> Ledger {
		lock(&self.ledger).clone()
	}

	/// Makes something final, and a block.
	pub fn make_final(&self, period: u32, commitments: Commitments) {
		self.change(|ledger| ledger.finals.push((period, commitments)));
	}

	fn change(&self, change: impl FnOnce(&mut Ledger)) {
		let mut ledger = lock(&self.ledger);
		change(&mut ledger);
		if let Some(file) = &self.file {
			let partial = file.with_extension("partial");
			fs::write(&partial, serde_json::to_vec(&*ledger).expect("json")).expect("written");
			fs::rename(partial, file).expect("moved");
		}
		drop(ledger);
		self.block();
	}

	pub fn block(&self) {
		self.heads.send_modify(|number| *number += 1);
	}

	fn up(&self) -> Result<(), ChainError> {
		let mut down = lock(&self.down);
		if *down > 0 {
			*down -= 1;
			return Err(ChainError::Unavailable("nobody answers".into()));
		}
		Ok(())
	}
}

/// The worker's assignment, with its secret wrapped.
pub fn duty(recipients: Vec<Recipient>) -> Duty {
	duty_with(&secret(), recipients)
}

pub fn duty_with(secret: &ListingSecret, recipients: Vec<Recipient>) -> Duty {
	let key = alice().encryption_secret().public();
	Duty {
		listing: LISTING,
		address: format!("{}/{NAME}", alice().ss58()),
		name: NAME.into(),
		ended: false,
		wrapped_secret: Some(secret.wrap(&key, LISTING).expect("wrapped")),
		recipients,
		group_size: 0,
	}
}

fn hash_of(commitments: &Commitments) -> Digest {
	tagged("souk/test-commitments/v1", &[&serde_json::to_vec(commitments).expect("json")])
}

#[async_trait]
impl ChainPort for TestChain {
	fn genesis(&self) -> Digest {
		[1; 32]
	}

	fn heads(&self) -> watch::Receiver<u32> {
		self.heads.subscribe()
	}

	async fn node(&self) -> Result<Option<NodeFacts>, ChainError> {
		self.up()?;
		Ok(None)
	}

	async fn duties(&self) -> Result<Vec<Duty>, ChainError> {
		self.up()?;
		Ok(lock(&self.duties).clone())
	}

	async fn duty(&self, listing: u32) -> Result<Option<Duty>, ChainError> {
		Ok(self.duties().await?.into_iter().find(|duty| duty.listing == listing))
	}

	async fn finals(&self, _: u32) -> Result<Vec<FinalSnapshot>, ChainError> {
		self.up()?;
		let mut finals: Vec<_> = self
			.ledger()
			.finals
			.into_iter()
			.map(|(period, commitments)| FinalSnapshot { period, commitments, final_at: 5 })
			.collect();
		finals.sort_by_key(|snapshot| snapshot.period);
		Ok(finals)
	}

	async fn submissions(&self, _: u32, period: u32) -> Result<Vec<(AccountId, Digest)>, ChainError> {
		self.up()?;
		let ours = self.ledger().submitted.into_iter().filter(|(of, _)| *of == period);
		let ours = ours.map(|(_, commitments)| (alice().id(), hash_of(&commitments)));
		Ok(ours.chain(lock(&self.others).clone()).collect())
	}

	async fn submit(&self, _: u32, period: u32, commitments: &Commitments) -> Result<u32, ChainError> {
		self.up()?;
		// Every submission is written down, so that a second one is seen.
		let (quorum, ours) = (*lock(&self.quorum), *commitments);
		self.change(|ledger| {
			ledger.submitted.push((period, ours));
			if quorum {
				ledger.finals.push((period, ours));
			}
		});
		Ok(*self.heads.borrow())
	}
}

/// Takes note of what is carried, and answers as it is told to.
#[derive(Default)]
pub struct TestCarrier {
	pub carried: Mutex<Vec<(AccountId, u32)>>,
	/// What was said of which period.
	pub said: Mutex<BTreeSet<(u32, Digest)>>,
	/// What the next offers are answered with; without one it is `Stored`.
	pub answers: Mutex<Vec<Result<Receipt, String>>>,
}

#[async_trait]
impl Carrier for TestCarrier {
	async fn carry(
		&self,
		to: &Recipient,
		offer: souk_protocol::handover::Offer,
		commitments: Digest,
		sealed: &Path,
	) -> Result<Receipt, String> {
		assert_eq!(
			fs::metadata(sealed).expect("the sealed file").len(),
			offer.bytes + 16 * u64::from(offer.chunks)
		);
		lock(&self.said).insert((offer.period, commitments));
		let answer = lock(&self.answers).pop().unwrap_or(Ok(Receipt::Stored));
		if answer == Ok(Receipt::Stored) {
			lock(&self.carried).push((to.account, offer.period));
		}
		answer
	}
}

pub fn recipient(n: u8) -> Recipient {
	Recipient { account: [n; 32], peer_id: Vec::new(), addresses: Vec::new() }
}

/// A worker over a test chain.
pub struct World {
	pub dir: tempfile::TempDir,
	pub chain: Arc<TestChain>,
	pub carrier: Arc<TestCarrier>,
	pub worker: Arc<Worker>,
}

impl World {
	pub fn new() -> Self {
		let dir = tempfile::tempdir().expect("a folder");
		let chain = TestChain::new(None);
		let carrier = Arc::new(TestCarrier::default());
		let worker = worker(dir.path(), chain.clone(), carrier.clone(), Faults::NONE);
		Self { dir, chain, carrier, worker }
	}

	/// Adds the dataset's job.
	pub fn job(&self, dataset: &Dataset) -> Job {
		let new = NewJob {
			listing: LISTING,
			manifest: dataset.manifest.clone(),
			base_dir: dataset.dir.path().into(),
			secret: None,
		};
		self.worker.jobs.put_job(new, 1).expect("a job")
	}
}

pub fn worker(dir: &Path, chain: Arc<TestChain>, carrier: Arc<TestCarrier>, faults: Faults) -> Arc<Worker> {
	let account = alice();
	let secret: EncryptionSecret = account.encryption_secret();
	Arc::new(Worker {
		account: account.id(),
		secret,
		chain,
		carrier,
		snapshots: SnapshotStore::open(dir).expect("a store"),
		jobs: Arc::new(JobStore::open(dir).expect("a database")),
		runs_dir: dir.join("runs"),
		limits: WorkerLimits::default(),
		patience: Patience {
			first: Duration::from_millis(1),
			most: Duration::from_millis(20),
			quorum: Duration::from_millis(100),
			delivery: PATIENCE,
			stuck: Duration::from_millis(200),
			assignment: PATIENCE,
		},
		faults,
		metrics: Metrics::new().expect("metrics"),
		places: Semaphore::new(1),
		duties: watch::Sender::new(None),
		refresh: Notify::new(),
		stop: CancellationToken::new(),
	})
}
