//! The light client against a real node: a chain of one validator on loopback, started here.

use souk_network::NetworkConfig;
use souk_sdk::{
	calls, reach::encode_address, Account, Asset, Chain, Details, Holder, ListingKind, ListingState,
	NodeInfo, NodeRole, PayoutSplit, Plan, PlanKind, Price, QueryPolicy, Schedule, SdkError, SnapshotHealth,
	Visibility,
};
use std::{
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::Duration,
};

const SOUK: u128 = 1_000_000_000_000;
const NODE_KEY: [u8; 32] = [3; 32];

/// A node that ends with this.
struct Node {
	child: Child,
	dir: tempfile::TempDir,
	port: u16,
	spec: String,
}

impl Drop for Node {
	fn drop(&mut self) {
		self.stop();
	}
}

fn program() -> PathBuf {
	let here = std::env::current_exe().unwrap();
	let found = here.ancestors().skip(1).take(2).map(|dir| dir.join("souk-node")).find(|path| path.is_file());
	found.expect("souk-node is not built: run `cargo build --workspace --bins` first")
}

fn free_port() -> u16 {
	TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The raw spec of the development chain, with one boot node.
fn spec(dir: &Path, boot_node: Option<String>) -> String {
	let raw = dir.join("exported.json");
	let exported = Command::new(program())
		.args(["export-chain-spec", "--chain", "dev", "--raw", "--output"])
		.arg(&raw)
		.output()
		.unwrap();
	assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
	let mut spec: serde_json::Value = serde_json::from_slice(&std::fs::read(&raw).unwrap()).unwrap();
	spec["bootNodes"] = boot_node.into_iter().collect::<Vec<_>>().into();
	spec.to_string()
}

impl Node {
	fn start() -> Self {
		let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
		let peer = NetworkConfig::keypair_from_seed(NODE_KEY).public().to_peer_id();
		let spec = spec(dir.path(), Some(format!("/ip4/127.0.0.1/tcp/{port}/ws/p2p/{peer}")));
		std::fs::write(dir.path().join("spec.json"), &spec).unwrap();
		let child = run(dir.path(), port);
		Self { child, dir, port, spec }
	}

	fn stop(&mut self) {
		// It may have ended by itself, which is as good.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}

	fn restart(&mut self) {
		self.stop();
		self.child = run(self.dir.path(), self.port);
	}
}

fn run(dir: &Path, port: u16) -> Child {
	let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.join("node.log")).unwrap();
	Command::new(program())
		.arg("--chain")
		.arg(dir.join("spec.json"))
		.arg("--base-path")
		.arg(dir.join("node"))
		.args([
			"--alice",
			"--validator",
			"--force-authoring",
			"--no-mdns",
			"--no-prometheus",
			"--no-telemetry",
		])
		.args(["--state-pruning", "archive", "--blocks-pruning", "archive"])
		.args([
			"--node-key",
			&hex::encode(NODE_KEY),
			"--listen-addr",
			&format!("/ip4/127.0.0.1/tcp/{port}/ws"),
		])
		.args(["--rpc-port", &free_port().to_string()])
		.stdin(Stdio::null())
		.stdout(Stdio::null())
		.stderr(log)
		.spawn()
		.unwrap()
}

fn details() -> Details {
	Details {
		metadata_hash: [8; 32],
		license: "CC0-1.0".into(),
		category: "climate".into(),
		tags: vec!["weather".into(), "airports".into()],
		policy: QueryPolicy { max_rows: 10_000, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}

fn plans() -> Vec<Plan> {
	let price = Price { asset: Asset::WithId(1), amount: 5_000_000 };
	let free = Price { asset: Asset::Native, amount: 0 };
	vec![
		Plan { kind: PlanKind::Subscription { period: 100 }, price },
		Plan { kind: PlanKind::Trial { period: 10 }, price: free },
	]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_marketplace_is_used_through_a_light_client() {
	let mut node = Node::start();
	let chain = Chain::connect(&node.spec).await.unwrap();
	assets_and_transfers(&chain).await;
	let listing = listing(&chain).await;
	node_and_schedule(&chain, listing).await;
	subscription(&chain, listing).await;
	failures(&chain).await;
	a_node_that_goes_and_comes_back(&chain, &mut node).await;
}

async fn assets_and_transfers(chain: &Chain) {
	let (alice, bob) = (Account::from_uri("//Alice").unwrap(), Account::from_uri("//Bob").unwrap());
	let souk = chain.asset("souk").await.unwrap();
	assert_eq!((souk.id, souk.decimals), (Asset::Native, 12));
	let wusd = chain.asset("wUSD").await.unwrap();
	assert_eq!((wusd.id, wusd.decimals, wusd.symbol.as_str()), (Asset::WithId(1), 6, "wUSD"));
	assert_eq!(chain.asset_of(Asset::WithId(1)).await.unwrap(), wusd);
	assert!(matches!(chain.asset("gold").await, Err(SdkError::UnknownAsset { .. })));

	let before = chain.balance(bob.id(), Asset::Native).await.unwrap().free;
	let before_wusd = chain.balance(bob.id(), wusd.id).await.unwrap().free;
	// Several of one account at once.
	let sent = futures::future::try_join_all((1..=4u128).map(|amount| {
		let asset = if amount % 2 == 0 { Asset::Native } else { wusd.id };
		chain.submit(&alice, calls::transfer(asset, bob.id(), amount * 1000))
	}));
	let sent = sent.await.unwrap();
	assert!(sent.iter().all(|included| included.fee > 0));
	let to = sent[1].field("Balances", "Transfer", "to").unwrap();
	assert_eq!(to, &serde_json::json!(bob.ss58()));
	assert_eq!(sent[1].field("Balances", "Transfer", "amount").unwrap(), &serde_json::json!("2000"));
	let last = sent.iter().map(|included| included.block).max().unwrap();
	chain.reached(last, Duration::from_secs(30)).await.unwrap();
	assert_eq!(chain.balance(bob.id(), Asset::Native).await.unwrap().free, before + 6000);
	assert_eq!(chain.balance(bob.id(), wusd.id).await.unwrap().free, before_wusd + 4000);
}

async fn listing(chain: &Chain) -> u32 {
	let alice = Account::from_uri("//Alice").unwrap();
	let payouts = PayoutSplit { workers: 100_000, persistence: 200_000 };
	let call = calls::listings_create("nyc-weather", ListingKind::DataProduct, &details(), &plans(), payouts);
	let included = chain.submit(&alice, call).await.unwrap();
	let id = included.events.iter().find(|event| event.pallet == "Listings").unwrap();
	let view = chain.latest().await.unwrap();
	assert!(view.head().number >= included.block, "{id:?}");
	let found = view.listing_by_address(alice.id(), "nyc-weather").await.unwrap().unwrap();
	assert_eq!(view.listing(found.id).await.unwrap(), Some(found.clone()));
	assert_eq!(found.plans, plans());
	assert_eq!((found.payouts, found.policy), (payouts, details().policy));
	assert_eq!((found.name.as_str(), found.tags.clone()), ("nyc-weather", details().tags));
	assert_eq!((found.state, found.owner, found.metadata_hash), (ListingState::Draft, alice.id(), [8; 32]));
	assert!(found.deposit > 0);
	assert_eq!(view.listings(None, 10).await.unwrap(), [found.clone()]);
	assert_eq!(view.listings_of(alice.id()).await.unwrap(), [found.clone()]);
	assert_eq!(view.listing(found.id + 1).await.unwrap(), None);
	assert_eq!(view.listings(Some(found.id), 10).await.unwrap(), []);
	found.id
}

async fn node_and_schedule(chain: &Chain, listing: u32) {
	let (alice, charlie) = (Account::from_uri("//Alice").unwrap(), Account::from_uri("//Charlie").unwrap());
	let info = NodeInfo {
		peer_id: NetworkConfig::keypair_from_seed(charlie.network_seed()).public().to_peer_id().to_bytes(),
		addresses: vec![encode_address(&"/ip4/127.0.0.1/tcp/30400".parse().unwrap())],
		encryption_key: charlie.encryption_secret().public(),
		worker: true,
		persistence: true,
		accepting: true,
	};
	chain.submit(&charlie, calls::register_node(&info)).await.unwrap();
	let view = chain.latest().await.unwrap();
	let node = view.node(charlie.id()).await.unwrap().unwrap();
	assert_eq!(
		(node.account, &node.peer_id, node.encryption_key),
		(charlie.id(), &info.peer_id, info.encryption_key)
	);
	assert_eq!(node.peer().unwrap().1.len(), 1);
	assert_eq!(view.nodes(NodeRole::Worker, None, 10).await.unwrap(), [node]);
	assert_eq!(view.nodes(NodeRole::Worker, Some(charlie.id()), 10).await.unwrap(), []);
	assert_eq!(view.health(listing).await.unwrap(), SnapshotHealth::Unscheduled);

	let bond = view.curator_bond(listing).await.unwrap();
	assert_eq!((bond.active, bond.unlocking.len()), (0, 0));
	let schedule = Schedule { every: 20, tolerance: 10, retention: 3 };
	let batch = calls::batch_all(vec![
		calls::bond(listing, bond.minimum + 10 * SOUK),
		calls::set_schedule(listing, schedule),
		calls::assign(listing, charlie.id(), NodeRole::Worker, &[1; 80]),
		calls::assign(listing, charlie.id(), NodeRole::Persistence, &[2; 80]),
		calls::listings_set_state(listing, ListingState::Active),
	]);
	assert!(chain.estimate_fee(&alice, batch.clone()).await.unwrap() > 0);
	chain.submit(&alice, batch).await.unwrap();
	let view = chain.latest().await.unwrap();
	assert_eq!(view.schedule(listing).await.unwrap(), Some(schedule));
	assert_eq!(view.curator_bond(listing).await.unwrap().active, bond.minimum + 10 * SOUK);
	assert_eq!(view.listing(listing).await.unwrap().unwrap().state, ListingState::Active);
	let assigned = view.assignments(listing).await.unwrap();
	assert_eq!(assigned.len(), 2);
	assert_eq!((assigned[1].node, assigned[1].role), (charlie.id(), NodeRole::Persistence));
	assert_eq!(assigned[1].wrapped_key, [2; 80]);
	let of = view.assignments_of(charlie.id()).await.unwrap();
	assert_eq!(of.len(), 2);
	assert!(of.contains(&(listing, NodeRole::Worker)));

	chain.submit(&alice, calls::unbond(listing, 10 * SOUK)).await.unwrap();
	let bond = chain.latest().await.unwrap().curator_bond(listing).await.unwrap();
	assert_eq!((bond.active, bond.unlocking[0].0), (bond.minimum, 10 * SOUK));

	let commitments = souk_sdk::Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: Some([3; 32]),
		schema_hash: [4; 32],
		source_digest: [5; 32],
		rows: 26_115,
		bytes: 1 << 20,
	};
	let period = u32::try_from(
		std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 60,
	)
	.unwrap();
	chain.submit(&charlie, calls::submit_snapshot(listing, period, &commitments)).await.unwrap();
	let view = chain.latest().await.unwrap();
	let newest = view.newest_snapshot(listing).await.unwrap().unwrap();
	assert_eq!((newest.period, newest.commitments), (period, commitments));
	assert_eq!(view.snapshot(listing, period).await.unwrap(), Some(newest));
	assert_eq!(view.snapshots(listing).await.unwrap(), [newest]);
	assert_eq!(view.submissions(listing, period).await.unwrap(), []);
	assert_eq!(view.health(listing).await.unwrap(), SnapshotHealth::OnTime);
}

async fn subscription(chain: &Chain, listing: u32) {
	let dave = Account::from_uri("//Dave").unwrap();
	let before = chain.balance(dave.id(), Asset::WithId(1)).await.unwrap();
	let included = chain.submit(&dave, calls::subscribe(listing, 0, true, 5_000_000)).await.unwrap();
	let view = chain.latest().await.unwrap();
	let right = view.entitlement(listing, Holder::Account(dave.id())).await.unwrap().unwrap();
	assert_eq!((right.listing, right.payer, right.price), (listing, dave.id(), plans()[0].price));
	assert!(right.live && right.auto_renew && !right.trial && !right.in_grace);
	assert_eq!((right.period_start, right.paid_until), (included.block, included.block + 100));
	assert_eq!(view.subscriptions_of(dave.id()).await.unwrap(), [right]);
	let after = view.balance(dave.id(), Asset::WithId(1)).await.unwrap();
	assert_eq!((before.free - after.free, after.held - before.held), (5_000_000, 5_000_000));
	assert_eq!(view.rank(listing).await.unwrap().live_paid, 1);
	assert_eq!(view.ranking(None, 10).await.unwrap().len(), 1);

	chain.submit(&dave, calls::set_auto_renew(listing, false)).await.unwrap();
	chain.submit(&dave, calls::cancel(listing)).await.unwrap();
	let view = chain.latest().await.unwrap();
	let right = view.entitlement(listing, Holder::Account(dave.id())).await.unwrap();
	assert!(right.is_none_or(|right| !right.live));
}

async fn failures(chain: &Chain) {
	let alice = Account::from_uri("//Alice").unwrap();
	let missing = chain.submit(&alice, calls::listings_retire(999)).await;
	let Err(SdkError::Dispatch { pallet, error, sentence, fee, .. }) = missing else { panic!("{missing:?}") };
	assert_eq!((pallet.as_str(), error.as_str()), ("Listings", "NotFound"));
	assert!(fee > 0 && sentence.contains(' '), "{sentence}");

	let nobody = Account::from_seed(&[77; 32]);
	let unpaid = chain.submit(&nobody, calls::listings_retire(0)).await;
	assert!(matches!(unpaid, Err(SdkError::CannotPay { account, .. }) if account == nobody.id()));
	assert_eq!(chain.balance(nobody.id(), Asset::Native).await.unwrap(), Default::default());

	// After a failure the account goes on as before.
	chain.submit(&alice, calls::transfer(Asset::Native, nobody.id(), SOUK)).await.unwrap();
	assert_eq!(chain.balance(nobody.id(), Asset::Native).await.unwrap().free, SOUK);
	let head = chain.finalized().await.unwrap();
	let old = chain.at(souk_sdk::Head { number: head.number, hash: [0; 32] });
	assert!(matches!(old.listing(0).await, Err(SdkError::HeadGone { .. })));
}

/// The only node is killed and started again while a transaction is on its way.
async fn a_node_that_goes_and_comes_back(chain: &Chain, node: &mut Node) {
	let (alice, to) = (Account::from_uri("//Alice").unwrap(), Account::from_seed(&[78; 32]).id());
	let sending = chain.submit(&alice, calls::transfer(Asset::Native, to, 2 * SOUK));
	let killing = async {
		let mut heads = chain.heads();
		heads.changed().await.unwrap();
		node.restart();
	};
	let (sent, ()) = futures::join!(sending, killing);
	let block = sent.unwrap().block;
	chain.reached(block + 1, Duration::from_secs(120)).await.unwrap();
	assert_eq!(chain.balance(to, Asset::Native).await.unwrap().free, 2 * SOUK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_light_client_from_connecting_is_named() {
	let reason = |error: SdkError| error.to_string();
	assert!(reason(Chain::connect("{").await.err().unwrap()).contains("not JSON"));
	assert!(reason(Chain::connect("{}").await.err().unwrap()).contains("no raw genesis"));
	let dir = tempfile::tempdir().unwrap();
	assert!(reason(Chain::connect(&spec(dir.path(), None)).await.err().unwrap()).contains("boot nodes"));
	let peer = souk_network::PeerId::random();
	let gone = format!("/ip4/127.0.0.1/tcp/{}/ws/p2p/{peer}", free_port());
	let nobody = Chain::connect_within(&spec(dir.path(), Some(gone.clone())), Duration::from_secs(5)).await;
	let error = nobody.err().unwrap();
	assert!(matches!(error, SdkError::NoFinality { .. }), "{error}");
	assert!(error.to_string().contains(&gone), "{error}");
}
