//! A node that is killed with SIGKILL, 200 times, most of them between sending a key and being paid for it: every order ends
//! delivered and paid exactly once. The node has a process of its own and nothing but its folder; the chain lives in the test.
//!
//! What takes time in a delivery is its proof. A few of the lives prove with the real keys; the others with a key whose secrets are
//! known, under which proofs are as valid and take no time.

use crate::support::{
	assign,
	chain::FactChain,
	escrow::{development_key, real_prover, Quick},
	genesis, patient,
	remote::{serve, Arrival, RemoteChain},
	PATIENCE, PERIOD,
};
use rand::Rng;
use souk_custody::Account;
use souk_engine::ExecutorPool;
use souk_network::{NetworkConfig, PeerId};
use souk_persistence::{
	chain::OrderId,
	duties::Duties,
	node::{Node, Parts, Settings},
	proving::Prover,
	tasks,
};
use souk_protocol::{AccountId, ListingSecret};
use souk_store::{
	DocumentStore, MailboxStore, ProofStore, ReplayGuard, SnapshotStore, SubmissionStore, VoucherStore,
};
use std::{
	collections::BTreeSet,
	env,
	path::Path,
	process::{Child, Command, Stdio},
	sync::Arc,
	time::Duration,
};
use tokio::sync::{mpsc, watch};

/// The folder of the node in the child process.
const FOLDER: &str = "SOUK_PERSISTENCE_KILL_TEST_DIR";
/// Whether it proves with the real keys.
const PROVES: &str = "SOUK_PERSISTENCE_KILL_TEST_PROVES";
const ROUNDS: u32 = 200;
/// Each so many rounds, the node proves with the real keys.
const PROVED: u32 = 10;

fn account() -> Account {
	Account::from_uri("//Ferdie").expect("a development account")
}

/// Not a test of its own: a node in a process that the test below starts and kills.
#[test]
fn child_that_delivers_until_it_is_killed() {
	let Some(dir) = env::var_os(FOLDER) else { return };
	let prover: Arc<dyn Prover> = match env::var_os(PROVES) {
		Some(_) => real_prover(),
		None => Arc::new(Quick),
	};
	live(Path::new(&dir), prover);
}

/// One life.
fn live(dir: &Path, prover: Arc<dyn Prover>) {
	let (account, data) = (account(), dir.join("node"));
	let peer: PeerId = NetworkConfig::keypair_from_seed(account.network_seed()).public().to_peer_id();
	// Outside the runtime, so that no executor is started for it.
	let pool = ExecutorPool::new("/bin/false".into(), Vec::new(), 1);
	let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
	runtime.expect("a runtime").block_on(async move {
		let chain = RemoteChain::connect(dir.join("chain"), account.id()).await.expect("the chain is there");
		let chain = Arc::new(chain);
		let (duties_in, duties) = watch::channel(Arc::new(Duties::default()));
		let node = Node::new(Parts {
			signer: Arc::new(account.clone()),
			secret: account.encryption_secret(),
			peer,
			chain: chain.clone(),
			store: SnapshotStore::open(&data).expect("a store"),
			documents: Arc::new(DocumentStore::open(&data).expect("a store")),
			proofs: Arc::new(ProofStore::open(&data, 1 << 20).expect("a store")),
			replay: Arc::new(ReplayGuard::open(&data).expect("a guard")),
			vouchers: VoucherStore::open(&data).expect("a store"),
			mailbox: MailboxStore::open(&data, 0).expect("a store"),
			submissions: SubmissionStore::open(&data).expect("a store"),
			evidence_dir: data.join("evidence"),
			pool,
			duties,
			settings: Settings { delivery_retry: Duration::from_millis(20), ..patient() },
		})
		.expect("metrics");
		tokio::spawn(tasks::follow::run(node.clone(), duties_in));
		tasks::key_deliver::run(node, chain, prover).await;
	});
}

fn start(dir: &Path, proves: bool) -> Child {
	let mut command = Command::new(env::current_exe().expect("this program has a path"));
	command
		.args(["--exact", "delivery_killed::child_that_delivers_until_it_is_killed"])
		.env(FOLDER, dir)
		.stdout(Stdio::null())
		.stderr(Stdio::null());
	if proves {
		command.env(PROVES, "yes");
	}
	command.spawn().expect("it starts")
}

/// SIGKILL, and nothing of it is left.
async fn kill(mut child: Child) {
	child.kill().expect("it was alive");
	tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic").expect("it ends");
}

/// What happens in a round.
#[derive(Clone, Copy)]
enum Round {
	/// Killed when the key has been sent. The transaction is included all the same.
	SentAndIncluded,
	/// Killed when the key has been sent. The transaction is lost with the node that had it first.
	SentAndLost,
	/// Killed when it is included, and before the node hears of it.
	Included,
	/// Killed at any moment.
	Whenever,
}

/// The chain's side.
struct Scene {
	chain: Arc<FactChain>,
	arrivals: mpsc::UnboundedReceiver<Arrival>,
}

impl Scene {
	/// What the node in this process sends. What an earlier one has sent may come as late as that, and is lost.
	async fn arrival(&mut self, life: u32) -> Arrival {
		let found = async {
			loop {
				let arrival = self.arrivals.recv().await.expect("the server is here");
				if arrival.life == life {
					break arrival;
				}
			}
		};
		tokio::time::timeout(PATIENCE, found).await.expect("a node that lives delivers")
	}

	/// It is in a block, and final.
	fn include(&self, arrival: Arrival) {
		let outcome = self.chain.include(arrival.by, &arrival.deliveries);
		arrival.answer(&outcome);
	}

	/// Whatever was sent while nobody looked: half of it gets there.
	fn sweep(&mut self) {
		while let Ok(arrival) = self.arrivals.try_recv() {
			if rand::random() {
				self.include(arrival);
			}
		}
	}

	async fn live_and_be_killed(&mut self, child: Child, round: Round) {
		let life = child.id();
		match round {
			Round::SentAndIncluded => {
				let arrival = self.arrival(life).await;
				kill(child).await;
				self.include(arrival);
			}
			Round::SentAndLost => {
				let _lost = self.arrival(life).await;
				kill(child).await;
			}
			Round::Included => {
				let arrival = self.arrival(life).await;
				let _untold = self.chain.include(arrival.by, &arrival.deliveries);
				kill(child).await;
			}
			Round::Whenever => {
				// The moment is the point: there is nothing to be waited for.
				let moment = rand::thread_rng().gen_range(0..150);
				tokio::time::sleep(Duration::from_millis(moment)).await;
				kill(child).await;
			}
		}
		self.sweep();
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_delivery_and_payment_200_times_it_loses_no_payment() {
	let dir = tempfile::tempdir().expect("a folder");
	let secret = ListingSecret::generate();
	let chain = Arc::new(FactChain::new(genesis()));
	assign(&chain, &account(), &secret);
	chain.change(|facts| facts.delivery_key = Some(development_key()));
	let (arrived, arrivals) = mpsc::unbounded_channel();
	let path = dir.path().join("chain");
	let serving = tokio::spawn({
		let (chain, path) = (chain.clone(), path.clone());
		async move { serve(chain, &path, arrived).await }
	});
	while !path.exists() {
		tokio::task::yield_now().await;
	}
	let mut scene = Scene { chain: chain.clone(), arrivals };
	for number in 0..ROUNDS {
		let proves = number % PROVED == 0;
		let round = match number % 4 {
			_ if proves => Round::SentAndIncluded,
			0 | 1 => Round::SentAndLost,
			2 => Round::Included,
			_ if number % 8 == 3 => Round::SentAndIncluded,
			_ => Round::Whenever,
		};
		chain.ledger().real = proves;
		let at = chain.head().number;
		chain.ledger().order(&secret, PERIOD, at);
		chain.change(|_| {});
		scene.live_and_be_killed(start(dir.path(), proves), round).await;
		// Nobody is kept waiting for ever: what was lost is delivered in one of the next lives, while there is time.
		chain.reach(chain.head().number + 1);
	}

	// The last life is let live until nobody waits any more.
	chain.ledger().real = false;
	let last = start(dir.path(), false);
	let mut sent = BTreeSet::new();
	while !chain.ledger().is_settled() {
		let arrival = scene.arrival(last.id()).await;
		for (order, _) in &arrival.deliveries {
			assert!(sent.insert(*order), "order {order} was sent twice in one life");
		}
		scene.include(arrival);
	}
	kill(last).await;
	serving.abort();

	let ledger = chain.ledger();
	assert_eq!(ledger.orders.len(), ROUNDS as usize);
	let wrong: Vec<(OrderId, Option<(AccountId, u32)>, u32)> = ledger
		.orders
		.iter()
		.filter(|(_, order)| order.paid != 1 || order.delivered.is_none() || order.key.is_none())
		.map(|(id, order)| (*id, order.delivered, order.paid))
		.collect();
	assert!(wrong.is_empty(), "{wrong:?}");
}
