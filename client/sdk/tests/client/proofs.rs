//! Proved queries against providers of every kind, over a real network; the chain is played, the proofs are real.

use async_trait::async_trait;
use codec::Encode;
use futures::StreamExt;
use souk_aggregates::{prove, sql, Table};
use souk_network::{FramedStream, Mode, Network, NetworkConfig, Protocol};
use souk_protocol::{
	attestation::{bundle_hash, query_hash, result_hasher},
	AnswerKind, AnswerSealer, Attestation, Outcome, Progress, Sign as _, SignedRequest, Step,
};
use souk_sdk::{
	reach::{encode_address, network_id},
	reads::ChainSource,
	Account, AssignmentView, ChainReads, Commitments, Digest, Head, NodeRole, ProvedAnswer, Query,
	QueryPolicy, SdkError, SnapshotView, Subscriber,
};
use souk_table_proofs::{columns_root, Bundle, ColumnDescriptor, ColumnType, Context, Figure};
use std::{
	ops::ControlFlow,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, OnceLock,
	},
	time::Duration,
};

const GENESIS: Digest = [7; 32];
const LISTING: u32 = 3;
const PERIOD: u32 = 1_000;
const ROOT: Digest = [9; 32];
const HEAD: Head = Head { number: 500, hash: [1; 32] };
const KEY: [u8; 32] = [3; 32];
const SQL: &str = "SELECT count(*), sum(n) FROM data WHERE n >= 5";
const OTHER_SQL: &str = "SELECT count(*), sum(n) FROM data WHERE n >= 6";

fn table() -> Table {
	let descriptor =
		ColumnDescriptor { name: "n".into(), kind: ColumnType::Decimal { scale: 0 }, dictionary: Vec::new() };
	Table { descriptors: vec![descriptor], columns: vec![(0..10).map(Some).collect()] }
}

fn proved(sql: &str, min_group_size: u32) -> Vec<u8> {
	let (table, context) = (table(), Context { genesis: GENESIS, listing: LISTING, period: PERIOD });
	let query = sql::parse(sql, &table.descriptors).unwrap();
	let go_on = &mut |_| ControlFlow::Continue(());
	prove(&table, &KEY, context, &query, min_group_size, go_on).unwrap().encode()
}

/// Bundles to send; proving takes its time.
struct Bundles {
	good: Vec<u8>,
	other_query: Vec<u8>,
	other_size: Vec<u8>,
}

fn bundles() -> &'static Bundles {
	static BUNDLES: OnceLock<Bundles> = OnceLock::new();
	BUNDLES.get_or_init(|| Bundles {
		good: proved(SQL, 0),
		other_query: proved(OTHER_SQL, 0),
		other_size: proved(SQL, 2),
	})
}

/// How a provider answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
	Honest,
	/// Proves the answer to another query.
	OtherQuery,
	/// Proves with another least size of a group.
	OtherSize,
	/// Changes a figure.
	OtherFigure,
	/// Attests another bundle than it sends.
	OtherBytes,
	/// Sends no bundle at all, properly attested.
	NoBundle,
	/// Attests rows where a proof was asked for.
	Rows,
	/// Ends before the attestation.
	Truncated,
	Refuses(&'static str),
}

struct Provider {
	account: Account,
	assignment: AssignmentView,
	_network: Network,
	asked: Arc<AtomicUsize>,
}

impl Provider {
	async fn start(uri: &str, manner: Manner) -> Self {
		let account = Account::from_uri(uri).unwrap();
		let keypair = NetworkConfig::keypair_from_seed(account.network_seed());
		let mut config = NetworkConfig::new(keypair, network_id(&GENESIS));
		config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
		config.mode = Mode::Server;
		let (network, driver) = souk_network::build(config).unwrap();
		tokio::spawn(driver.run());
		let address = network.wait_listening().await.unwrap()[0].clone();
		let mut incoming = network.accept(Protocol::Query).unwrap();
		let asked = Arc::new(AtomicUsize::new(0));
		let server = (account.clone(), asked.clone());
		tokio::spawn(async move {
			while let Some((_, stream)) = incoming.next().await {
				server.1.fetch_add(1, Ordering::SeqCst);
				let account = server.0.clone();
				tokio::spawn(async move { answer(stream, &account, manner).await });
			}
		});
		let assignment = AssignmentView {
			node: account.id(),
			role: NodeRole::Persistence,
			wrapped_key: Vec::new(),
			peer_id: network.peer_id().to_bytes(),
			addresses: vec![encode_address(&address)],
			encryption_key: account.encryption_secret().public(),
			since: 1,
		};
		Self { account, assignment, _network: network, asked }
	}
}

async fn answer(mut stream: FramedStream, node: &Account, manner: Manner) -> Option<()> {
	let frame = stream.recv().await.ok()??;
	let request = SignedRequest::open(&node.encryption_secret(), &frame).ok()?.request;
	assert_eq!(request.answer, AnswerKind::Proof);
	let bundles = bundles();
	let bytes = match manner {
		Manner::OtherQuery => bundles.other_query.clone(),
		Manner::OtherSize => bundles.other_size.clone(),
		Manner::NoBundle => vec![0; 1000],
		Manner::OtherFigure => {
			let mut bundle = <Bundle as codec::Decode>::decode(&mut &bundles.good[..]).unwrap();
			bundle.answer.groups[0].figures[0] = Figure::Count(6);
			bundle.encode()
		}
		_ => bundles.good.clone(),
	};
	let attested = if manner == Manner::OtherBytes { &bundles.other_query } else { &bytes };
	let outcome = match manner {
		Manner::Refuses(code) => Outcome::Failed { code: code.into(), message: "no".into() },
		Manner::Rows => {
			let mut hasher = result_hasher();
			hasher.update(&bytes);
			Outcome::Complete { result: hasher.finish(), rows: 1, bytes: bytes.len() as u64 }
		}
		_ => Outcome::Proved { bundle: bundle_hash(attested), bytes: attested.len() as u64 },
	};
	let failed = matches!(outcome, Outcome::Failed { .. });
	let claim = Attestation {
		genesis: GENESIS,
		listing: LISTING,
		node: node.id(),
		request: request.digest(),
		query: query_hash(&request.sql),
		period: PERIOD,
		content_root: ROOT,
		outcome,
		block: HEAD.number,
		reproducible: None,
	};
	let (mut sealer, head) = AnswerSealer::new(&request.reply_key, request.digest()).ok()?;
	stream.send(&head).await.ok()?;
	for step in [Step::Waiting, Step::Proving] {
		stream.send(&sealer.progress(Progress { done: 1, of: 4, step })).await.ok()?;
	}
	for piece in bytes.chunks(64 * 1024).filter(|_| !failed) {
		stream.send(&sealer.piece(piece).ok()?).await.ok()?;
	}
	if manner != Manner::Truncated {
		stream.send(&sealer.end(&claim.sign(node))).await.ok()?;
	}
	stream.finish().await.ok()
}

/// A chain on which `assigned` serve the listing.
#[derive(Clone)]
struct PlayedChain {
	assigned: Vec<AssignmentView>,
	columns_root: Option<Digest>,
}

impl PlayedChain {
	fn of(providers: &[&Provider]) -> Self {
		let columns_root = columns_root(10, &souk_aggregates::commit(&table(), &KEY));
		Self {
			assigned: providers.iter().map(|provider| provider.assignment.clone()).collect(),
			columns_root: Some(columns_root),
		}
	}
}

#[async_trait]
impl ChainReads for PlayedChain {
	fn head(&self) -> Head {
		HEAD
	}

	async fn assignments(&self, _: u32) -> Result<Vec<AssignmentView>, SdkError> {
		Ok(self.assigned.clone())
	}

	async fn snapshots(&self, _: u32) -> Result<Vec<SnapshotView>, SdkError> {
		let commitments = Commitments {
			content_root: ROOT,
			cipher_root: [0; 32],
			key_commitment: None,
			columns_root: self.columns_root,
			schema_hash: [0; 32],
			source_digest: [0; 32],
			rows: 10,
			bytes: 1,
		};
		Ok(vec![SnapshotView { period: PERIOD, commitments, final_at: 400 }])
	}
}

#[async_trait]
impl ChainSource for PlayedChain {
	fn genesis(&self) -> Digest {
		GENESIS
	}

	async fn reads_from(&self, _: u32, _: Duration) -> Result<Arc<dyn ChainReads>, SdkError> {
		Ok(Arc::new(self.clone()))
	}
}

async fn ask(chain: PlayedChain, sql: &str, told: &mut Vec<Step>) -> Result<ProvedAnswer, SdkError> {
	let network = souk_sdk::subscriber::client_network(&GENESIS, Vec::new()).unwrap();
	let subscriber = Subscriber::new(chain, network, Account::from_uri("//Alice").unwrap());
	let query = Query { timeout: Duration::from_secs(300), ..Query::new(sql) };
	let policy = QueryPolicy { max_rows: 100, aggregate_only: false, min_group_size: 0 };
	subscriber.prove_listing(LISTING, policy, query, &mut |progress| told.push(progress.step)).await
}

#[tokio::test]
async fn figures_that_hold_are_handed_out() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let mut told = Vec::new();
	let answer = ask(PlayedChain::of(&[&provider]), SQL, &mut told).await.unwrap();
	assert_eq!(answer.bundle.answer.groups[0].figures, [Figure::Count(5), Figure::Sum(Some(35))]);
	assert_eq!((answer.provider, told), (provider.account.id(), vec![Step::Waiting, Step::Proving]));
}

#[tokio::test]
async fn what_does_not_hold_is_thrown_away_and_the_next_node_asked() {
	for (manner, word) in [
		(Manner::OtherQuery, "another query"),
		(Manner::OtherSize, "least size"),
		(Manner::OtherFigure, "does not hold"),
		(Manner::OtherBytes, "attested"),
		(Manner::NoBundle, "no bundle"),
		(Manner::Rows, "another outcome"),
		(Manner::Truncated, "before its attestation"),
		(Manner::Refuses("wrong_columns"), "wrong_columns"),
	] {
		let bad = Provider::start("//Bad", manner).await;
		let error = ask(PlayedChain::of(&[&bad]), SQL, &mut Vec::new()).await.expect_err("nothing holds");
		assert!(error.to_string().contains(word), "{manner:?}: {error}");
		let good = Provider::start("//Good", Manner::Honest).await;
		let answer = ask(PlayedChain::of(&[&bad, &good]), SQL, &mut Vec::new()).await.unwrap();
		assert_eq!(answer.provider, good.account.id(), "{manner:?}");
	}
}

#[tokio::test]
async fn a_chain_that_commits_to_other_columns_or_none_bears_nothing_out() {
	let provider = Provider::start("//Node", Manner::Honest).await;
	let good = PlayedChain::of(&[&provider]);
	for (columns_root, word) in [(Some([0; 32]), "not those"), (None, "commits to no columns")] {
		let chain = PlayedChain { columns_root, ..good.clone() };
		let error = ask(chain, SQL, &mut Vec::new()).await.expect_err("nothing holds");
		assert!(error.to_string().contains(word), "{error}");
	}
}

#[tokio::test]
async fn what_cannot_be_proved_is_refused_before_it_is_sent_or_by_the_first_that_says_so() {
	let providers = [
		Provider::start("//First", Manner::Refuses("not_provable")).await,
		Provider::start("//Second", Manner::Refuses("not_provable")).await,
	];
	let chain = PlayedChain::of(&[&providers[0], &providers[1]]);
	let asked = || providers.iter().map(|one| one.asked.load(Ordering::SeqCst)).sum::<usize>();
	for sql in ["SELECT median(n) FROM data", "SELECT n + 1 FROM data", "SELECT count(*) FROM a, b", "SELECT"]
	{
		let error = ask(chain.clone(), sql, &mut Vec::new()).await.expect_err("not provable");
		assert!(matches!(error, SdkError::NotProvable(_)), "{sql}: {error}");
	}
	assert_eq!(asked(), 0);
	let error = ask(chain, SQL, &mut Vec::new()).await.expect_err("refused");
	assert!(matches!(error, SdkError::Refused { ref code, .. } if code == "not_provable"), "{error}");
	assert_eq!(asked(), 1);
}
