//! Queries against providers of every kind, over a real network; the chain is played.

use async_trait::async_trait;
use datafusion::arrow::{
	array::{ArrayRef, Int64Array, RecordBatch, StringViewArray},
	datatypes::{Field, Schema},
	ipc::{reader::StreamReader, writer::StreamWriter},
};
use futures::StreamExt;
use souk_network::{FramedStream, Key, Mode, Multiaddr, Network, NetworkConfig, Protocol};
use souk_protocol::{
	attestation::{query_hash, result_hasher},
	metadata::{dht_key, metadata_hash, Context},
	request::RequestLimits,
	AnswerSealer, Attestation, EncryptionSecret, Outcome, Sign as _, SignedRequest, Signer, Snapshot,
	Verify as _,
};
use souk_sdk::{
	purse::promised,
	reach::{encode_address, network_id},
	reads::ChainSource,
	verify::{reproducible_by, MAX_LAG},
	Account, Asset, AssignmentView, ChainReads, Commitments, Digest, Head, ListingKind, ListingState,
	ListingView, NodeRole, PayoutSplit, Price, Purse, Query, QueryPolicy, SdkError, SnapshotView, Subscriber,
	TabPhase, TabView, Visibility,
};
use std::{
	fs::File,
	sync::{
		atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering},
		Arc,
	},
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpSocket;

const GENESIS: Digest = [7; 32];
const LISTING: u32 = 3;
const PERIOD: u32 = 1_000;
const ROOT: Digest = [9; 32];
const HEAD: u32 = 500;
const SQL: &str = "SELECT n FROM data";
/// More than one frame.
const ROWS: i64 = 100_000;
/// Most rows of a result, by the listing.
const MAX_ROWS: u32 = 200_000;

/// How a provider answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
	/// Promises nothing.
	Honest,
	/// Promises the same answer each time, by these rules.
	Promises(u32),
	/// Changes a byte of a frame on its way.
	TamperedFrame,
	/// Sends other bytes than it attests.
	OtherBytes,
	/// Attests rows that are not there.
	WrongRows,
	/// Signs with a key that is not the node's.
	ForgedAttestation,
	/// Names somebody else in the attestation, and signs as them.
	SomebodyElses,
	/// Attests the answer to another request.
	OtherRequest,
	/// Ends before the attestation.
	Truncated,
	/// Drops the connection in the middle of the result.
	Cut,
	/// Answers from something that is not final.
	WrongRoot,
	/// Says that it cannot read the request.
	Unreadable,
	/// Sends bytes that are no Arrow stream, properly attested.
	NotArrow,
	/// Sends rows that are all the same few bytes, properly attested.
	Views,
	/// Sends such rows, and attests others.
	OtherViews,
	/// Attests a block that will not come.
	FromTheFuture,
	/// Attests a block before the one that was final when it was asked.
	FromThePast,
	/// Is behind by as much as is forgiven.
	ALittleBehind,
	Refuses(&'static str),
	/// Sends rows, and fails then.
	BreaksOff(&'static str),
	/// Refuses the first time.
	NotYet,
	Silent,
}

struct Provider {
	account: Account,
	secret: EncryptionSecret,
	network: Network,
	address: Multiaddr,
	asked: Arc<AtomicUsize>,
	/// Of the last request.
	deadline: Arc<AtomicU64>,
}

impl Provider {
	async fn start(uri: &str, manner: Manner) -> Self {
		let account = Account::from_uri(uri).unwrap();
		let mut config = NetworkConfig::new(
			NetworkConfig::keypair_from_seed(account.network_seed()),
			network_id(&GENESIS),
		);
		config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
		config.mode = Mode::Server;
		let (network, driver) = souk_network::build(config).unwrap();
		tokio::spawn(driver.run());
		let address = network.wait_listening().await.unwrap()[0].clone();
		let mut incoming = network.accept(Protocol::Query).unwrap();
		let (secret, asked) = (account.encryption_secret(), Arc::new(AtomicUsize::new(0)));
		let deadline = Arc::new(AtomicU64::new(0));
		let server = (account.clone(), secret.clone(), asked.clone(), deadline.clone());
		tokio::spawn(async move {
			while let Some((_, stream)) = incoming.next().await {
				let (account, secret, asked, deadline) = server.clone();
				let time = asked.fetch_add(1, Ordering::SeqCst);
				// Clients hang up on bad providers in the middle.
				tokio::spawn(async move { answer(stream, &account, &secret, manner, time, &deadline).await });
			}
		});
		Self { account, secret, network, address, asked, deadline }
	}

	fn assignment(&self) -> AssignmentView {
		AssignmentView {
			node: self.account.id(),
			role: NodeRole::Persistence,
			wrapped_key: Vec::new(),
			peer_id: self.network.peer_id().to_bytes(),
			addresses: vec![encode_address(&self.address)],
			encryption_key: self.secret.public(),
			since: 1,
		}
	}

	fn asked(&self) -> usize {
		self.asked.load(Ordering::SeqCst)
	}
}

fn ipc(rows: i64) -> Vec<u8> {
	stream(Arc::new(Int64Array::from_iter_values(0..rows)))
}

fn views(rows: i64) -> Vec<u8> {
	stream(Arc::new(StringViewArray::from_iter_values((0..rows).map(|_| "always the same few bytes"))))
}

fn stream(column: ArrayRef) -> Vec<u8> {
	let schema = Arc::new(Schema::new(vec![Field::new("n", column.data_type().clone(), false)]));
	let mut writer = StreamWriter::try_new(Vec::new(), &schema).unwrap();
	writer.write(&RecordBatch::try_new(schema, vec![column]).unwrap()).unwrap();
	writer.into_inner().unwrap()
}

async fn answer(
	mut stream: FramedStream,
	node: &Account,
	secret: &EncryptionSecret,
	manner: Manner,
	time: usize,
	deadline: &AtomicU64,
) -> Option<()> {
	let frame = stream.recv().await.ok()??;
	if manner == Manner::Unreadable {
		stream.send(b"?").await.ok()?;
		return stream.finish().await.ok();
	}
	if manner == Manner::Silent {
		return stream.recv().await.ok().and(std::future::pending().await);
	}
	let signed = SignedRequest::open(secret, &frame).ok()?;
	signed.verify().ok()?;
	let request = signed.request;
	deadline.store(request.deadline, Ordering::SeqCst);
	let mut bytes = match manner {
		Manner::NotArrow => vec![0; 1000],
		Manner::Views | Manner::OtherViews => views(10),
		// All but the end mark.
		Manner::BreaksOff(_) => ipc(ROWS).split_last_chunk::<8>().unwrap().0.to_vec(),
		_ => ipc(ROWS),
	};
	let mut hasher = result_hasher();
	let said: &[u8] = if manner == Manner::OtherViews { b"others" } else { &bytes };
	hasher.update(said);
	let rows = match manner {
		Manner::WrongRows => ROWS as u64 + 1,
		Manner::Views | Manner::OtherViews => 10,
		_ => ROWS as u64,
	};
	let mallory = Account::from_uri("//Mallory").unwrap();
	let refusal = |code: &str| Outcome::Failed { code: code.into(), message: "no".into() };
	let claim = Attestation {
		genesis: GENESIS,
		listing: LISTING,
		node: if manner == Manner::SomebodyElses { mallory.id() } else { node.id() },
		request: if manner == Manner::OtherRequest { [1; 32] } else { request.digest() },
		query: query_hash(&request.sql),
		period: PERIOD,
		content_root: if manner == Manner::WrongRoot { [0; 32] } else { ROOT },
		outcome: match manner {
			Manner::Refuses(code) | Manner::BreaksOff(code) => refusal(code),
			Manner::NotYet if time == 0 => refusal("not_stored_yet"),
			_ => Outcome::Complete { result: hasher.finish(), rows, bytes: bytes.len() as u64 },
		},
		reproducible: match manner {
			Manner::Promises(rules) => Some(rules),
			_ => None,
		},
		block: match manner {
			Manner::FromTheFuture => HEAD + 1_000_000,
			Manner::FromThePast => HEAD - MAX_LAG - 1,
			Manner::ALittleBehind => HEAD - MAX_LAG,
			_ => HEAD,
		},
	};
	let signer: &dyn Signer = match manner {
		Manner::ForgedAttestation | Manner::SomebodyElses => &mallory,
		_ => node,
	};
	let nothing = matches!(claim.outcome, Outcome::Failed { .. }) && !matches!(manner, Manner::BreaksOff(_));
	let attested = claim.sign(signer);
	let (mut sealer, head) = AnswerSealer::new(&request.reply_key, request.digest()).ok()?;
	stream.send(&head).await.ok()?;
	if manner == Manner::OtherBytes {
		let last = bytes.len() - 100;
		bytes[last] ^= 1;
	}
	for (number, piece) in bytes.chunks(64 * 1024).enumerate() {
		if nothing {
			break;
		}
		let mut frame = sealer.piece(piece).ok()?;
		match (manner, number) {
			(Manner::TamperedFrame, 3) => frame[10] ^= 1,
			// Dropped without an end mark.
			(Manner::Cut, 3) => return None,
			_ => {}
		}
		stream.send(&frame).await.ok()?;
	}
	if manner != Manner::Truncated {
		stream.send(&sealer.end(&attested)).await.ok()?;
	}
	stream.finish().await.ok()
}

/// A chain on which `assigned` serve the listing.
#[derive(Clone)]
struct PlayedChain {
	assigned: Vec<AssignmentView>,
	head: Arc<AtomicU32>,
	snapshots: Vec<SnapshotView>,
}

fn snapshot(period: u32, content_root: Digest, final_at: u32) -> SnapshotView {
	let commitments = Commitments {
		content_root,
		cipher_root: [0; 32],
		key_commitment: None,
		columns_root: None,
		schema_hash: [0; 32],
		source_digest: [0; 32],
		rows: 1,
		bytes: 1,
	};
	SnapshotView { period, commitments, final_at }
}

impl PlayedChain {
	fn of(providers: &[&Provider]) -> Self {
		Self {
			assigned: providers.iter().map(|provider| provider.assignment()).collect(),
			head: Arc::new(AtomicU32::new(HEAD)),
			snapshots: vec![snapshot(PERIOD, ROOT, 400)],
		}
	}
}

#[async_trait]
impl ChainReads for PlayedChain {
	fn head(&self) -> Head {
		Head { number: self.head.load(Ordering::SeqCst), hash: [1; 32] }
	}

	async fn assignments(&self, _: u32) -> Result<Vec<AssignmentView>, SdkError> {
		Ok(self.assigned.clone())
	}

	async fn snapshots(&self, _: u32) -> Result<Vec<SnapshotView>, SdkError> {
		Ok(self.snapshots.clone())
	}
}

#[async_trait]
impl ChainSource for PlayedChain {
	fn genesis(&self) -> Digest {
		GENESIS
	}

	async fn reads_from(&self, block: u32, patience: Duration) -> Result<Arc<dyn ChainReads>, SdkError> {
		if block > HEAD + 10 {
			return Err(SdkError::Timeout { what: format!("finality of block {block}"), limit: patience });
		}
		self.head.fetch_max(block, Ordering::SeqCst);
		Ok(Arc::new(self.clone()))
	}
}

fn subscriber(chain: PlayedChain) -> Subscriber<PlayedChain> {
	let network = souk_sdk::subscriber::client_network(&GENESIS, Vec::new()).unwrap();
	Subscriber::new(chain, network, Account::from_uri("//Alice").unwrap())
}

/// Each node has its share of the time, and no more is used than an answer takes: enough on a busy machine.
fn query() -> Query {
	Query { timeout: Duration::from_secs(300), ..Query::new(SQL) }
}

/// Asks one provider of a manner, and returns what is said of it.
async fn alone(manner: Manner, query: Query) -> Result<souk_sdk::Answer, SdkError> {
	let provider = Provider::start("//Node", manner).await;
	subscriber(PlayedChain::of(&[&provider])).query_listing(LISTING, query).await
}

#[tokio::test]
async fn an_honest_answer_is_handed_out_whole() {
	let answer = alone(Manner::Honest, query()).await.unwrap();
	assert_eq!(answer.rows(), ROWS as u64);
	assert_eq!(answer.provider, Account::from_uri("//Node").unwrap().id());
	assert!(answer.tried.is_empty());
	let path = answer.ipc.path().to_path_buf();
	let reader = StreamReader::try_new(File::open(&path).unwrap(), None).unwrap();
	assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), ROWS as usize);
	drop(answer);
	assert!(!path.exists());
}

#[tokio::test]
async fn what_does_not_hold_is_refused_for_what_it_is() {
	let manners = [
		(Manner::TamperedFrame, "does not open"),
		(Manner::OtherBytes, "the contents of what it sent"),
		(Manner::WrongRows, "the rows of what it sent"),
		(Manner::ForgedAttestation, "not signed by the account"),
		(Manner::SomebodyElses, "another node"),
		(Manner::OtherRequest, "another request"),
		(Manner::Truncated, "ended before its attestation"),
		(Manner::Cut, "cut the stream off"),
		(Manner::WrongRoot, "not the final snapshot"),
		(Manner::Unreadable, "could not read the request"),
		(Manner::NotArrow, "not an Arrow IPC stream"),
		(Manner::OtherViews, "column 1 is not plain: it is a view"),
		(Manner::FromTheFuture, "not final here"),
		(Manner::FromThePast, "was final already"),
	];
	for (manner, expected) in manners {
		let Err(SdkError::AllFailed { tried, void, .. }) = alone(manner, query()).await else {
			panic!("{manner:?} must come to nothing");
		};
		assert_eq!((tried.len(), void.len()), (1, usize::from(manner == Manner::NotArrow)), "{manner:?}");
		assert!(tried[0].1.contains(expected), "{manner:?}: {}", tried[0].1);
	}
	alone(Manner::ALittleBehind, query()).await.unwrap();
}

#[tokio::test]
async fn what_was_signed_under_an_answer_that_is_none_is_kept_as_evidence() {
	let views = Provider::start("//Views", Manner::Views).await;
	let asked = subscriber(PlayedChain::of(&[&views])).query_listing(LISTING, query()).await;
	let (tried, void) = match asked {
		Err(SdkError::AllFailed { tried, void, .. }) => (tried, void),
		other => panic!("{other:?}"),
	};
	let reason = &tried[0].1;
	assert!(reason.contains("column 1 is not plain: it is a view"), "{reason}");
	assert!(reason.contains("it signed for that, which is evidence"), "{reason}");
	assert_eq!(void.len(), 1);
	void[0].verify().unwrap();
	assert_eq!(void[0].attestation.node, views.account.id());

	let honest = Provider::start("//Honest", Manner::Honest).await;
	let subscriber = subscriber(PlayedChain::of(&[&views, &honest]));
	// The order is random: that the honest one always comes first has a chance of one in a billion.
	for _ in 0..30 {
		let answer = subscriber.query_listing(LISTING, query()).await.unwrap();
		assert_eq!(answer.provider, honest.account.id());
		assert_eq!(answer.tried.len(), answer.void.len());
		if let [signed] = &answer.void[..] {
			assert_eq!(signed.attestation.node, views.account.id());
			return;
		}
	}
	panic!("nothing was kept");
}

#[tokio::test]
async fn bad_providers_are_passed_over_until_an_honest_one_answers() {
	let honest = Provider::start("//Honest", Manner::Honest).await;
	let bad = [
		Provider::start("//Tampers", Manner::TamperedFrame).await,
		Provider::start("//Forges", Manner::ForgedAttestation).await,
		Provider::start("//Cuts", Manner::Cut).await,
		Provider::start("//Dies", Manner::Refuses("executor_died")).await,
		Provider::start("//Lies", Manner::Refuses("not_entitled")).await,
		Provider::start("//Slow", Manner::Refuses("timed_out")).await,
	];
	let all: Vec<&Provider> = bad.iter().chain([&honest]).collect();
	let subscriber = subscriber(PlayedChain::of(&all));
	let mut passed_over = 0;
	for _ in 0..6 {
		let answer = subscriber.query_listing(LISTING, query()).await.unwrap();
		assert_eq!(answer.provider, honest.account.id());
		passed_over += answer.tried.len();
	}
	// The order is random: that the honest one came first six times has a chance of one in a hundred thousand.
	assert!(passed_over > 0);
	assert_eq!(honest.asked(), 6);
}

#[tokio::test]
async fn a_provider_that_is_not_there_or_says_nothing_does_not_use_up_the_time() {
	let honest = Provider::start("//Honest", Manner::Honest).await;
	let silent = Provider::start("//Silent", Manner::Silent).await;
	let mut chain = PlayedChain::of(&[&honest, &silent]);
	// Bound, and never listened on: nobody is there, and nobody else can be.
	let bound = TcpSocket::new_v4().unwrap();
	bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
	let port = bound.local_addr().unwrap().port();
	let gone = AssignmentView {
		node: [5; 32],
		peer_id: souk_network::PeerId::random().to_bytes(),
		addresses: vec![format!("/ip4/127.0.0.1/tcp/{port}").into_bytes()],
		..silent.assignment()
	};
	chain.assigned.push(gone);
	let subscriber = subscriber(chain);
	for _ in 0..3 {
		// A third or more is the honest one's: enough on a busy machine.
		let query = Query { timeout: Duration::from_secs(30), ..query() };
		assert_eq!(subscriber.query_listing(LISTING, query).await.unwrap().provider, honest.account.id());
	}
}

#[tokio::test]
async fn a_refusal_that_follows_from_the_query_is_final_and_any_other_is_checked_with_the_next_node() {
	for (said, asked) in
		[("syntax", 1), ("refused", 1), ("too_many_rows", 1), ("not_entitled", 2), ("expired", 2)]
	{
		let first = Provider::start("//First", Manner::Refuses(said)).await;
		let second = Provider::start("//Second", Manner::Refuses(said)).await;
		let subscriber = subscriber(PlayedChain::of(&[&first, &second]));
		let refused = subscriber.query_listing(LISTING, query()).await;
		let Err(SdkError::Refused { code, attestation, provider, .. }) = refused else { panic!("{said}") };
		assert_eq!(code, said);
		assert_eq!(attestation.attestation.node, provider);
		attestation.verify().unwrap();
		assert_eq!(first.asked() + second.asked(), asked, "{said}");
	}
}

#[tokio::test]
async fn trouble_that_passes_is_waited_for() {
	let provider = Provider::start("//Late", Manner::NotYet).await;
	let answer = subscriber(PlayedChain::of(&[&provider])).query_listing(LISTING, query()).await.unwrap();
	assert_eq!((answer.tried.len(), provider.asked()), (1, 2));
}

#[tokio::test]
async fn a_node_that_is_not_assigned_is_not_believed() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let mut chain = PlayedChain::of(&[&provider]);
	chain.assigned[0].role = NodeRole::Worker;
	let asked = subscriber(chain).query_listing(LISTING, query()).await;
	assert!(matches!(asked, Err(SdkError::NoProviders { listing: LISTING })));
	assert_eq!(provider.asked(), 0);
}

#[tokio::test]
async fn an_old_snapshot_is_the_latest_only_while_the_new_one_is_handed_over() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let asked = |final_at: u32, snapshot_asked: Snapshot| {
		let mut chain = PlayedChain::of(&[&provider]);
		chain.snapshots.insert(0, snapshot(PERIOD + 60, [4; 32], final_at));
		let query = Query { snapshot: snapshot_asked, ..query() };
		async move { subscriber(chain).query_listing(LISTING, query).await }
	};
	assert!(asked(HEAD - 5, Snapshot::Latest).await.is_ok());
	assert!(asked(HEAD - 300, Snapshot::Period(PERIOD)).await.is_ok());
	let Err(SdkError::AllFailed { tried, .. }) = asked(HEAD - 300, Snapshot::Latest).await else {
		panic!("outdated")
	};
	assert!(tried[0].1.contains("has long been final"), "{}", tried[0].1);
	let Err(SdkError::AllFailed { tried, .. }) = asked(HEAD - 5, Snapshot::Period(PERIOD + 60)).await else {
		panic!("another period")
	};
	assert!(tried[0].1.contains("another period"), "{}", tried[0].1);
}

#[tokio::test]
async fn more_than_was_asked_for_is_not_taken() {
	let limited = |rows, bytes| Query { limits: RequestLimits { rows, bytes }, ..query() };
	for query in [limited(10, 1 << 30), limited(u64::MAX, 1000)] {
		let Err(SdkError::AllFailed { tried, .. }) = alone(Manner::Honest, query).await else {
			panic!("too much")
		};
		assert!(tried[0].1.contains("asked for"), "{}", tried[0].1);
	}
}

fn tab(account: &Account) -> TabView {
	TabView {
		id: 4,
		listing: LISTING,
		plan: 0,
		payer: account.id(),
		key: account.id(),
		price: Price { asset: Asset::Native, amount: 10 },
		opened_at: 1,
		phase: TabPhase::Open { until: HEAD + 100 },
		open: true,
		due: HEAD + 100,
		limit: 1_000,
		held: 1_000,
		free: 1_000,
		earners: Vec::new(),
		deposit: 1,
	}
}

#[tokio::test]
async fn rows_that_came_before_a_failure_are_paid_unless_the_node_itself_failed() {
	for (manner, paid) in [
		(Manner::BreaksOff("result_too_large"), true),
		(Manner::BreaksOff("executor_died"), true),
		(Manner::BreaksOff("timed_out"), true),
		(Manner::BreaksOff("io"), false),
		(Manner::BreaksOff("shutting_down"), false),
		(Manner::Refuses("result_too_large"), false),
	] {
		let provider = Provider::start("//Node", manner).await;
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		let purse = Purse::open(dir.path(), GENESIS, alice.clone(), &tab(&alice), 0).await.unwrap();
		let asked =
			subscriber(PlayedChain::of(&[&provider])).paying(purse).query_listing(LISTING, query()).await;
		assert!(matches!(asked, Err(SdkError::Refused { .. })), "{manner:?}: {asked:?}");
		let kept = promised(dir.path(), &GENESIS, 4).unwrap();
		assert_eq!((kept[0].amount, kept[0].answered), (10, paid), "{manner:?}");
	}
}

#[tokio::test]
async fn a_node_s_deadline_is_before_the_end_of_the_patience_with_it() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let subscriber = subscriber(PlayedChain::of(&[&provider]));
	let now = || u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
	let before = now();
	let query = Query { timeout: Duration::from_secs(400), ..query() };
	subscriber.query_listing(LISTING, query).await.unwrap();
	// Two seconds less than it is waited for, so that it is heard when it signs that the time is over.
	let asked_for = provider.deadline.load(Ordering::SeqCst);
	assert!((before + 398_000..=now() + 398_000).contains(&asked_for), "{before} {asked_for}");
}

#[tokio::test]
async fn a_query_that_no_node_reads_is_not_sent() {
	let asked = alone(Manner::Honest, Query::new("x".repeat(1 << 20))).await;
	assert!(matches!(asked, Err(SdkError::Protocol(_))));
}

/// The listing's metadata.
fn document(reproducible: bool) -> Vec<u8> {
	let document = serde_json::json!({
		"@context": Context::default(),
		"@type": "dcat:Dataset",
		"dct:identifier": "numbers",
		"dct:title": "Numbers",
		"dct:license": "CC0-1.0",
		"dcat:theme": "science",
		"dcat:keyword": [],
		"dct:accrualPeriodicity": "0 * * * *",
		"souk:reproducible": reproducible,
	});
	serde_json::to_vec(&document).unwrap()
}

fn listing(document: &[u8]) -> ListingView {
	ListingView {
		id: LISTING,
		owner: [1; 32],
		name: "numbers".into(),
		kind: ListingKind::DataProduct,
		state: ListingState::Active,
		state_since: 1,
		metadata_hash: metadata_hash(document),
		license: "CC0-1.0".into(),
		category: "science".into(),
		tags: Vec::new(),
		policy: QueryPolicy { max_rows: MAX_ROWS, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
		plans: Vec::new(),
		payouts: PayoutSplit { workers: 0, persistence: 0 },
		version: 1,
		created_at: 1,
		deposit: 0,
		open: 0,
	}
}

/// Asks where the listing's metadata are known.
async fn knowing(
	providers: &[&Provider],
	reproducible: bool,
	query: Query,
) -> Result<souk_sdk::Answer, SdkError> {
	let document = document(reproducible);
	let listing = listing(&document);
	let metadata = souk_sdk::metadata::check(&listing, &document).unwrap();
	subscriber(PlayedChain::of(providers)).knowing(&listing, &metadata).query(&listing, query).await
}

#[tokio::test]
async fn where_answers_are_to_be_the_same_each_time_only_the_right_promise_is_taken() {
	let ours = reproducible_by();
	let honest = Provider::start("//Honest", Manner::Promises(ours)).await;
	let answer = knowing(&[&honest], true, query()).await.unwrap();
	assert_eq!(answer.attestation.attestation.reproducible, Some(ours));
	for (manner, expected) in
		[(Manner::Honest, "does not promise"), (Manner::Promises(ours ^ 1), "of another release")]
	{
		let liar = Provider::start("//Liar", manner).await;
		let Err(SdkError::AllFailed { tried, .. }) = knowing(&[&liar], true, query()).await else {
			panic!("{manner:?} must come to nothing");
		};
		assert!(tried[0].1.contains(expected), "{manner:?}: {}", tried[0].1);
		let answer = knowing(&[&liar, &honest], true, query()).await.unwrap();
		assert_eq!(answer.provider, honest.account.id(), "{manner:?}");
		// Nobody wants it.
		assert_eq!(knowing(&[&liar], false, query()).await.unwrap().provider, liar.account.id());
	}
}

#[tokio::test]
async fn a_limit_below_the_listing_s_asks_for_no_promise() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let limited = |rows| Query { limits: RequestLimits { rows: u64::from(rows), bytes: 1 << 30 }, ..query() };
	assert!(knowing(&[&provider], true, limited(MAX_ROWS - 1)).await.is_ok());
	let due = knowing(&[&provider], true, limited(MAX_ROWS)).await;
	assert!(matches!(due, Err(SdkError::AllFailed { .. })), "{due:?}");
}

#[tokio::test]
async fn metadata_are_found_beside_the_query_and_an_answer_is_taken_where_nobody_has_them() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let document = document(true);
	let listing = listing(&document);
	let subscriber = subscriber(PlayedChain::of(&[&provider]));
	subscriber.query(&listing, query()).await.unwrap();
	provider.network.put_record(Key(dht_key(&GENESIS, LISTING)), document).await.unwrap();
	// On a busy machine they may come too late for one query; what one has found, the next one knows.
	for _ in 0..20 {
		if let Err(error) = subscriber.query(&listing, query()).await {
			assert!(error.to_string().contains("does not promise"), "{error}");
			let known = provider.asked();
			assert!(subscriber.query(&listing, query()).await.is_err());
			assert_eq!(provider.asked(), known + 1);
			return;
		}
	}
	panic!("the metadata were never found");
}
