//! A persistence node in this process: real network on loopback, real store, real sandboxed executors, and a chain that
//! is a table of facts.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod asks;
pub mod buyer;
pub mod chain;
pub mod client;
pub mod escrow;
pub mod mail;
pub mod processes;
pub mod remote;
pub mod stakes;
pub mod tabs;
pub mod worker;

use chain::FactChain;
use datafusion::{
	arrow::{
		array::{Float64Array, Int64Array, StringArray},
		datatypes::{DataType, Field, Schema},
		record_batch::RecordBatch,
	},
	parquet::{arrow::ArrowWriter, file::properties::WriterProperties},
};
use escrow::Purse;
use souk_custody::Account;
use souk_engine::{
	columns::{self, Columns, ColumnsError, Declared, SnapshotFile},
	ExecutorPool,
};
use souk_network::{build, Mode, Multiaddr, Network, NetworkConfig, PeerId, Protocol};
use souk_persistence::{
	asks::AskStanding,
	chain::{AskId, DeliveryKey, Duty, FinalSnapshot, ListingFacts, NodeFacts, OrderId},
	deliveries::DeliveryState,
	duties::Duties,
	metrics::{HandoverEnd, QueryEnd},
	node::{Node, Parts, Registration, Settings},
	proving::Prover,
	tasks,
};
use souk_protocol::{
	hash::tagged,
	metadata::{self, Metadata},
	seal_file, AccountId, Digest, ListingSecret, SealedFile, Signer,
};
use souk_store::{
	AnswerStore, DocumentStore, MailboxStore, ProofStore, ReplayGuard, SnapshotStore, StoreError,
	SubmissionStore, VoucherStore,
};
use std::{
	io::Write,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};
use tempfile::TempDir;
use tokio::{
	sync::watch,
	task::{JoinHandle, JoinSet},
};

/// Somebody else's network, connected to the node under test, and what drives it until that is aborted.
pub async fn connected(world: &World, seed: [u8; 32]) -> (Network, JoinHandle<()>) {
	let (network, driver) = build(network_config(seed)).expect("a network");
	let driver = tokio::spawn(driver.run());
	network.connect(world.peer(), world.addresses.clone()).await.expect("connected");
	(network, driver)
}

/// A client's network on the test's chain, which gives nothing up because the machine is slow.
pub fn network_config(seed: [u8; 32]) -> NetworkConfig {
	let mut config = NetworkConfig::new(NetworkConfig::keypair_from_seed(seed), hex::encode(genesis()));
	config.limits = config.limits.patient(PATIENCE);
	config
}

/// Settings that give nothing up because the machine is slow, or because the chain stands still while something is made. What a test is to
/// see given up, it gives less time itself.
pub fn patient() -> Settings {
	let mut settings = Settings::default();
	settings.limits.wall = PATIENCE;
	settings.proof_limits.wall = 2 * PATIENCE;
	settings.max_head_age = Duration::from_secs(3_600);
	settings.request_timeout = PATIENCE;
	settings.look_patience = PATIENCE;
	settings.delivery_collect = PATIENCE;
	settings.downloads.patience = PATIENCE;
	settings.mailbox.time = PATIENCE;
	settings
}

/// A store, once it is free: in the moment in which another test of this process starts an executor, the child shares all files that are open, locks
/// included.
async fn opened<S>(open: impl Fn() -> Result<S, StoreError>) -> S {
	let free = async {
		loop {
			match open() {
				Err(StoreError::InUse { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
				other => return other.expect("a store"),
			}
		}
	};
	tokio::time::timeout(PATIENCE, free).await.expect("nobody else has it open for long")
}

/// The listing that the node serves.
pub const LISTING: u32 = 7;
/// Its owner.
pub const CURATOR: AccountId = [8; 32];
/// Its only period, unless a test makes more.
pub const PERIOD: u32 = 100;
/// What evidence may take of a node's disk, in bytes.
pub const MAILBOX_BYTES: u64 = 4 << 20;
/// Hash of what its snapshots commit to.
pub const COMMITMENTS: Digest = [0xc0; 32];
/// Long enough for anything that ends; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(300);

pub fn genesis() -> Digest {
	tagged("souk/test-genesis/v1", &[])
}

/// The columns of [`parquet`] over which aggregates can be proved.
fn declared() -> Vec<Declared> {
	let column = |name: &str, scale| Declared { name: name.into(), scale };
	vec![column("city", None), column("id", None), column("value", Some(1))]
}

/// A table of `rows` rows: `id` counts from 0, `city` has three values, `value` is `id / 2`. All three can be proved over.
pub fn parquet(rows: i64) -> Vec<u8> {
	let schema = Arc::new(Schema::new(vec![
		Field::new("id", DataType::Int64, false),
		Field::new("city", DataType::Utf8, false),
		Field::new("value", DataType::Float64, false),
	]));
	let mut bytes = Vec::new();
	let noted =
		WriterProperties::builder().set_key_value_metadata(Some(vec![columns::metadata(&declared())]));
	let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(noted.build())).expect("a writer");
	for start in (0..rows).step_by(8192) {
		let ids = start..rows.min(start + 8192);
		let batch = RecordBatch::try_new(
			schema.clone(),
			vec![
				Arc::new(Int64Array::from_iter_values(ids.clone())),
				Arc::new(StringArray::from_iter_values(
					ids.clone().map(|id| ["Rome", "Oslo", "Lima"][(id % 3) as usize]),
				)),
				Arc::new(Float64Array::from_iter_values(ids.map(|id| id as f64 / 2.0))),
			],
		)
		.expect("columns as in the schema");
		writer.write(&batch).expect("written");
	}
	writer.close().expect("closed");
	bytes
}

/// A snapshot with everything that workers make of it.
pub struct Made {
	pub plain: Vec<u8>,
	pub sealed: Vec<u8>,
	pub roots: SealedFile,
	pub key_commitment: Digest,
	pub columns_root: Option<Digest>,
	pub rows: u64,
}

/// The commitment to the columns of a file that has some.
fn columns_root(plain: &[u8], key: &Digest) -> Option<Digest> {
	let mut file = tempfile::tempfile().expect("a file");
	file.write_all(plain).expect("written");
	let committed =
		Columns::of(SnapshotFile::new(file).expect("a length")).ok()?.commit::<ColumnsError>(key, || Ok(()));
	Some(committed.expect("columns that can be committed to").root())
}

impl Made {
	pub fn new(rows: i64, secret: &ListingSecret, period: u32) -> Self {
		Self { rows: rows as u64, ..Self::of(parquet(rows), secret, period) }
	}

	/// Of any bytes; they can be downloaded and not queried.
	pub fn of(plain: Vec<u8>, secret: &ListingSecret, period: u32) -> Self {
		let mut sealed = Vec::new();
		let key = secret.snapshot_key(LISTING, period);
		let roots = seal_file(&key, &mut &plain[..], &mut sealed).expect("in memory");
		let columns_root = columns_root(&plain, &key.columns_key());
		Self { plain, sealed, roots, key_commitment: key.commitment(), columns_root, rows: 1 }
	}

	pub fn on_chain(&self, period: u32) -> FinalSnapshot {
		FinalSnapshot {
			period,
			content_root: self.roots.content_root,
			cipher_root: self.roots.cipher_root,
			key_commitment: Some(self.key_commitment),
			columns_root: self.columns_root,
			commitments: COMMITMENTS,
			rows: self.rows,
			bytes: self.roots.bytes,
		}
	}
}

/// Assigns a node to the listing, with its secret.
pub fn assign(chain: &FactChain, account: &Account, secret: &ListingSecret) {
	let wrapped = secret.wrap(&account.encryption_secret().public(), LISTING).expect("wrapped");
	chain.change(|facts| {
		facts.keepers.push(account.id());
		facts.duties.insert(account.id(), vec![Duty { listing: LISTING, wrapped_secret: Some(wrapped) }]);
	});
}

/// The node under test.
pub struct World {
	pub account: Account,
	pub secret: ListingSecret,
	pub chain: Arc<FactChain>,
	pub node: Arc<Node>,
	pub network: Network,
	pub addresses: Vec<Multiaddr>,
	pub dir: Arc<TempDir>,
	pub documents: Arc<DocumentStore>,
	store: SnapshotStore,
	tasks: JoinSet<()>,
}

impl World {
	/// A node with one listing and no snapshot.
	pub async fn new() -> Self {
		Self::with(|_| {}).await
	}

	/// The same with other settings.
	pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
		let account = Account::from_uri("//Ferdie").expect("a development account");
		let secret = ListingSecret::generate();
		let chain = Arc::new(FactChain::new(genesis()));
		chain.change(|facts| {
			facts.head.number = 50;
			facts.delivery_key = Some(DeliveryKey { era: 0, id: [0; 32] });
			facts.listings.insert(
				LISTING,
				ListingFacts {
					owner: CURATOR,
					name: "city-values".into(),
					served: true,
					max_rows: 1_000_000,
					aggregate_only: false,
					min_group_size: 0,
					metadata: [0; 32],
					sold_whole: true,
				},
			);
		});
		assign(&chain, &account, &secret);
		let dir = Arc::new(TempDir::new().expect("a folder"));
		Self::start(account, secret, chain, dir, change).await
	}

	/// Another node that is assigned to the same listing.
	pub async fn beside(&self, uri: &str) -> Self {
		let account = Account::from_uri(uri).expect("a development account");
		assign(&self.chain, &account, &self.secret);
		let dir = Arc::new(TempDir::new().expect("a folder"));
		Self::start(account, self.secret.clone(), self.chain.clone(), dir, |_| {}).await
	}

	/// A node over these; a second one over the same folder is a restart.
	pub async fn start(
		account: Account,
		secret: ListingSecret,
		chain: Arc<FactChain>,
		dir: Arc<TempDir>,
		change: impl FnOnce(&mut Settings),
	) -> Self {
		let mut config = network_config(account.network_seed());
		let peer = config.keypair.public().to_peer_id();
		config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse().expect("an address")];
		config.mode = Mode::Server;
		let (network, driver) = build(config).expect("a network");
		let mut tasks = JoinSet::new();
		tasks.spawn(driver.run());
		let addresses = network.wait_listening().await.expect("listening");
		chain.change(|facts| {
			facts.nodes.insert(
				account.id(),
				NodeFacts {
					peer_id: peer.to_bytes(),
					encryption_key: account.encryption_secret().public(),
					has_role: true,
				},
			);
		});

		let mut settings = patient();
		change(&mut settings);
		let store = opened(|| SnapshotStore::open(dir.path())).await;
		let documents = Arc::new(opened(|| DocumentStore::open(dir.path())).await);
		let proofs = Arc::new(opened(|| ProofStore::open(dir.path(), 1 << 30)).await);
		let left = tasks::proof_resume::left(&proofs).expect("read");
		let replay = Arc::new(opened(|| ReplayGuard::open(dir.path())).await);
		let executor = PathBuf::from(env!("CARGO_BIN_EXE_souk-persistence"));
		let (duties_in, duties) = watch::channel(Arc::new(Duties::default()));
		let node = Node::new(Parts {
			signer: Arc::new(account.clone()),
			secret: account.encryption_secret(),
			peer,
			chain: chain.clone(),
			store: store.clone(),
			documents: documents.clone(),
			proofs,
			replay,
			vouchers: opened(|| VoucherStore::open(dir.path())).await,
			mailbox: opened(|| MailboxStore::open(dir.path(), MAILBOX_BYTES)).await,
			submissions: opened(|| SubmissionStore::open(dir.path())).await,
			evidence_dir: dir.path().join("evidence"),
			pool: ExecutorPool::new(executor, vec!["executor".into()], 1),
			duties,
			settings,
		})
		.expect("metrics");
		let (queries, handovers) = (network.accept(Protocol::Query), network.accept(Protocol::Handover));
		tasks.spawn(tasks::follow::run(node.clone(), duties_in));
		node.duties().wait_for(|duties| duties.contains(LISTING)).await.expect("followed");
		tasks.spawn(tasks::proof_resume::run(node.clone(), left));
		tasks.spawn(tasks::query_answer::run(node.clone(), queries.expect("accepted")));
		tasks.spawn(tasks::handover_accept::run(node.clone(), handovers.expect("accepted")));
		let downloads = network.accept(Protocol::Download).expect("accepted");
		tasks.spawn(tasks::download_serve::run(node.clone(), downloads));
		let evidence = network.accept(Protocol::Evidence).expect("accepted");
		tasks.spawn(tasks::evidence_keep::run(node.clone(), evidence));
		Self { account, secret, chain, node, network, addresses, dir, documents, store, tasks }
	}

	/// From here on the node delivers keys.
	pub fn deliver_keys(&mut self, prover: Arc<dyn Prover>) {
		let purse = Arc::new(Purse { chain: self.chain.clone(), account: self.id() });
		self.tasks.spawn(tasks::key_deliver::run(self.node.clone(), purse, prover));
	}

	/// From here on the node answers asks.
	pub fn answer_asks(&mut self) {
		let purse = Arc::new(Purse { chain: self.chain.clone(), account: self.id() });
		let answers = Arc::new(AnswerStore::open(self.dir.path()).expect("a store"));
		self.tasks.spawn(tasks::ask_answer::run(self.node.clone(), purse, answers));
	}

	/// From here on the node learns who has a part in disputes.
	pub fn learn_of_disputes(&mut self) {
		self.tasks.spawn(tasks::parties_learn::run(self.node.clone()));
	}

	/// From here on the node settles vouchers.
	pub fn settle_vouchers(&mut self) {
		let purse = Arc::new(Purse { chain: self.chain.clone(), account: self.id() });
		self.tasks.spawn(tasks::voucher_settle::run(self.node.clone(), purse));
	}

	/// From here on the node answers challenges.
	pub fn answer_challenges(&mut self) {
		let purse = Arc::new(Purse { chain: self.chain.clone(), account: self.id() });
		self.tasks.spawn(tasks::challenge_answer::run(self.node.clone(), purse));
	}

	/// From here on the node looks after workers that contradict themselves.
	pub fn report_conflicts(&mut self) {
		let purse = Arc::new(Purse { chain: self.chain.clone(), account: self.id() });
		self.tasks.spawn(tasks::conflict_report::run(self.node.clone(), purse));
	}

	/// Waits until the ask stands like that.
	pub async fn wait_ask(&self, ask: AskId, standing: AskStanding) {
		let stands = |node: &Node| {
			let shown = node.asks().into_iter().find(|shown| shown.ask == ask);
			shown.is_some_and(|shown| shown.standing == standing)
		};
		self.wait(stands).await;
	}

	/// Waits until the order's delivery stands like that.
	pub async fn wait_delivery(&self, order: OrderId, state: DeliveryState) {
		let stands = |node: &Node| {
			let shown = node.deliveries().into_iter().find(|shown| shown.order == order);
			shown.is_some_and(|shown| shown.state == state)
		};
		self.wait(stands).await;
	}

	/// Publishes a metadata document of the listing: it is here, and its hash is on chain.
	pub fn publish(&self, change: impl FnOnce(&mut Metadata)) {
		let mut published = Metadata {
			context: metadata::Context::default(),
			kind: "dcat:Dataset".into(),
			identifier: "city-values".into(),
			title: "City values".into(),
			description: String::new(),
			license: "CC0-1.0".into(),
			category: "test".into(),
			tags: Vec::new(),
			schedule: String::new(),
			fields: Vec::new(),
			prove: Vec::new(),
			proof_price: None,
			reproducible: false,
		};
		change(&mut published);
		let document = serde_json::to_vec(&published).expect("JSON");
		let hash = metadata::metadata_hash(&document);
		self.documents.put(LISTING, &hash, &document).expect("stored");
		self.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").metadata = hash);
	}

	/// Puts a snapshot on disk and on chain, as a hand-over would have.
	pub fn with_snapshot(self, rows: i64) -> Self {
		self.keep(&Made::new(rows, &self.secret, PERIOD), PERIOD);
		self
	}

	/// The same with this one.
	pub fn keep(&self, made: &Made, period: u32) {
		self.put(made, period);
		self.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(period)));
	}

	/// Puts a snapshot on disk.
	pub fn put(&self, made: &Made, period: u32) {
		let mut writer = self.store.put_plain(LISTING, period).expect("begun");
		writer.write_all(&made.plain).expect("written");
		let facts = souk_store::SnapshotFacts {
			content_root: made.roots.content_root,
			cipher_root: made.roots.cipher_root,
			bytes: made.roots.bytes,
			chunks: made.roots.chunks,
			rows: made.rows,
		};
		writer.commit(facts).expect("committed");
	}

	/// The Parquet file of a period, where there is one.
	pub fn stored(&self, period: u32) -> Option<PathBuf> {
		self.store.get(LISTING, period).expect("read").and_then(|held| held.plain.clone())
	}

	/// Every file below the node's folder of snapshots that is not the index.
	pub fn files(&self) -> Vec<PathBuf> {
		fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
			for entry in std::fs::read_dir(dir).expect("a folder") {
				let path = entry.expect("an entry").path();
				match path.is_dir() {
					true => walk(&path, found),
					false => found.push(path),
				}
			}
		}
		let mut found = Vec::new();
		for folder in ["files", "unfinished"] {
			walk(&self.dir.path().join(folder), &mut found);
		}
		found
	}

	pub fn peer(&self) -> PeerId {
		self.network.peer_id()
	}

	pub fn id(&self) -> AccountId {
		self.account.account()
	}

	/// Makes `holder` entitled until the block `until`.
	pub fn entitle(&self, holder: AccountId, until: u32) {
		self.chain.change(|facts| {
			facts.entitled.insert((LISTING, holder), until);
		});
	}

	/// Waits until so many queries have ended that way.
	pub async fn wait_queries(&self, end: QueryEnd, count: u64) {
		self.wait(|node| node.metrics.queries(end) >= count).await;
	}

	/// Waits until so many hand-overs have ended that way.
	pub async fn wait_handovers(&self, end: HandoverEnd, count: u64) {
		self.wait(|node| node.metrics.handovers(end) >= count).await;
	}

	/// Waits until the registration compares like that.
	pub async fn wait_registration(&self, registration: Registration) {
		self.wait(|node| node.registration() == registration).await;
	}

	/// Waits for a condition that nothing notifies of.
	pub async fn wait(&self, condition: impl Fn(&Node) -> bool) {
		let waiting = async {
			while !condition(&self.node) {
				tokio::time::sleep(Duration::from_millis(5)).await;
			}
		};
		// A proof is some seconds of work for a machine that has nothing else to do.
		tokio::time::timeout(2 * PATIENCE, waiting).await.expect("it comes true in time");
	}

	/// The node's account, secret and chain, and its folder as it is at this moment: what a kill leaves to a successor. Whatever it does
	/// until it is gone stays unknown.
	pub async fn kill(mut self) -> (Account, ListingSecret, Arc<FactChain>, Arc<TempDir>) {
		fn copy(from: &Path, to: &Path) {
			for entry in std::fs::read_dir(from).expect("a folder") {
				let path = entry.expect("an entry").path();
				let target = to.join(path.file_name().expect("it has a name"));
				match path.is_dir() {
					true => {
						std::fs::create_dir(&target).expect("a folder");
						copy(&path, &target);
					}
					// Memory that processes share, which is gone with them.
					false if path.to_string_lossy().ends_with("-shm") => {}
					false => drop(std::fs::copy(&path, &target).expect("copied")),
				}
			}
		}
		let left = TempDir::new().expect("a folder");
		copy(self.dir.path(), left.path());
		self.tasks.shutdown().await;
		(self.account, self.secret, self.chain, Arc::new(left))
	}

	/// Stops everything and gives the folder and the chain to a successor.
	pub async fn stop(mut self) -> (Account, ListingSecret, Arc<FactChain>, Arc<TempDir>) {
		self.node.stop.end();
		drop(self.network);
		drop(self.store);
		drop(self.documents);
		drop(self.node);
		let ended = async { while self.tasks.join_next().await.is_some() {} };
		tokio::time::timeout(PATIENCE, ended).await.expect("every task ends");
		(self.account, self.secret, self.chain, self.dir)
	}
}
