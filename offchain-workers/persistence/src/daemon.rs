//! From a configuration to a running node, and back to nothing.
//!
//! ```text
//! key ─ store ─ light client ─ network ─ assignments read once ─ tasks ─ admin, metrics
//!                                                                  │ SIGINT, SIGTERM, or a task that ends
//!                    close: nothing new is taken ─ running queries have GRACE ─ end: the rest is failed, attested
//! ```

use anyhow::{bail, Context};
use souk_config::PersistenceConfig;
use souk_custody::{Account, Keystore};
use souk_engine::{ExecutorPool, Limits};
use souk_network::{build, Mode, Multiaddr, Network, NetworkConfig, NetworkDriver, Protocol};
use souk_persistence::{
	admin,
	chain::ChainReads,
	checks::rate::Rate,
	duties::Duties,
	light_chain::LightChain,
	metrics,
	node::{Node, Parts, Settings},
	tasks,
};
use souk_protocol::Digest;
use souk_sdk::Chain;
use souk_store::{ReplayGuard, SnapshotStore};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
	net::TcpListener,
	signal::unix::{signal, SignalKind},
	sync::watch,
	task::JoinSet,
};

/// Time for what runs to end by itself.
const GRACE: Duration = Duration::from_secs(10);
/// Time for what is left to tell its clients that it was ended.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// The variable with the key's passphrase, where no file is configured.
const PASSPHRASE: &str = "SOUK_PASSPHRASE";

/// Runs until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps the node from starting, and a task that ends although nobody asked it to.
pub async fn run(config: PersistenceConfig) -> anyhow::Result<()> {
	let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
	let mut tasks = JoinSet::new();
	// A signal also ends a start that takes long, such as that of a light client whose chain is down.
	// The network ends with its last handle, and running queries need it: the handle is kept to the end.
	let (node, _network) = tokio::select! {
		started = start(&config, &mut tasks) => started?,
		_ = interrupt.recv() => return Ok(()),
		_ = terminate.recv() => return Ok(()),
	};
	let ended = tokio::select! {
		_ = interrupt.recv() => None,
		_ = terminate.recv() => None,
		ended = tasks.join_next() => ended,
	};
	tracing::info!("stopping");
	stop(&node, &mut tasks).await;
	match ended {
		None => Ok(()),
		Some(Ok(name)) => bail!("{name} ended by itself"),
		Some(Err(error)) => Err(error).context("a task ended with a panic"),
	}
}

/// Closes, waits, ends, waits, and gives up what is left.
async fn stop(node: &Node, tasks: &mut JoinSet<&'static str>) {
	node.stop.close();
	if tokio::time::timeout(GRACE, join_all(tasks)).await.is_err() {
		node.stop.end();
		if tokio::time::timeout(LAST_WORDS, join_all(tasks)).await.is_err() {
			tracing::warn!(left = tasks.len(), "giving up what still runs");
		}
	}
	tasks.shutdown().await;
}

async fn join_all(tasks: &mut JoinSet<&'static str>) {
	while tasks.join_next().await.is_some() {}
}

/// Starts everything; the node's own tasks are in `tasks`, each with its name as its result.
async fn start(
	config: &PersistenceConfig,
	tasks: &mut JoinSet<&'static str>,
) -> anyhow::Result<(Arc<Node>, Network)> {
	let account = unlock(config)?;
	tracing::info!(account = account.ss58(), "account unlocked");
	let store = SnapshotStore::open(&config.data_dir).context("the store does not open")?;
	let replay = ReplayGuard::open(&config.data_dir).context("the replay guard does not open")?;

	let spec = std::fs::read_to_string(&config.chain_spec)
		.with_context(|| format!("the chain spec {} cannot be read", config.chain_spec.display()))?;
	let chain: Arc<dyn ChainReads> = Arc::new(LightChain::new(Chain::connect(&spec).await?));
	tracing::info!(block = chain.heads().borrow().number, "following the chain");

	let (network, driver) = connect(config, &account, &chain.genesis())?;
	// It ends with its last handle, so it is not among those that are waited for.
	let driver = tokio::spawn(driver.run());
	for address in network.wait_listening().await? {
		tracing::info!("listening on {address}/p2p/{}", network.peer_id());
	}

	let secret = account.encryption_secret();
	let head = *chain.heads().borrow();
	let first = tasks::follow::read_duties(&*chain, head, account.id(), &secret, &Duties::default()).await?;
	let (duties_in, duties) = watch::channel(Arc::new(first));
	let executor = std::env::current_exe().context("this program does not know its own path")?;
	let idle = config.limits.idle_executors as usize;
	let node = Node::new(Parts {
		signer: Arc::new(account),
		secret,
		peer: network.peer_id(),
		chain,
		store,
		replay: Arc::new(replay),
		pool: ExecutorPool::new(executor, vec!["executor".into()], idle)
			.allow_unsandboxed(config.allow_unsandboxed),
		duties,
		settings: settings(config),
	})?;

	let metrics_listener = TcpListener::bind(config.admin.metrics_listen)
		.await
		.with_context(|| format!("the metrics cannot be served on {}", config.admin.metrics_listen))?;
	tracing::info!("health and metrics on http://{}", metrics_listener.local_addr()?);
	let (address, admin) =
		admin::serve(config.admin.listen, config.admin.admin_expose, node.clone(), network.clone())
			.await
			.with_context(|| format!("the admin interface cannot be served on {}", config.admin.listen))?;
	tracing::info!("admin interface on http://{address}");

	let (queries, handovers) = (network.accept(Protocol::Query)?, network.accept(Protocol::Handover)?);
	let closing = {
		let node = node.clone();
		async move { node.stop.closing().await }
	};
	tasks.spawn(named("follow", tasks::follow::run(node.clone(), duties_in)));
	tasks.spawn(named("query answering", tasks::query_answer::run(node.clone(), queries)));
	tasks.spawn(named("hand-over", tasks::handover_accept::run(node.clone(), handovers)));
	tasks.spawn(named("pruning", tasks::prune::run(node.clone())));
	tasks.spawn(named("announcing", tasks::announce::run(node.clone(), network.clone())));
	tasks.spawn(named("metrics", {
		let (node, network) = (node.clone(), network.clone());
		async move {
			if let Err(error) = metrics::serve(metrics_listener, node, network, closing).await {
				tracing::error!(%error, "the metrics listener failed");
			}
		}
	}));
	tasks.spawn(named("admin interface", {
		let node = node.clone();
		async move {
			tokio::select! {
				() = admin.clone().stopped() => {},
				() = node.stop.closing() => {
					// Fails where it has stopped already.
					let _ = admin.stop();
				},
			}
		}
	}));
	tasks.spawn(named("network", {
		let node = node.clone();
		async move {
			tokio::select! {
				_ = driver => {},
				() = node.stop.closing() => {},
			}
		}
	}));
	Ok((node, network))
}

async fn named(name: &'static str, task: impl std::future::Future<Output = ()>) -> &'static str {
	task.await;
	name
}

/// The account in the configured key file.
fn unlock(config: &PersistenceConfig) -> anyhow::Result<Account> {
	let path = &config.account_key;
	let name = path
		.file_stem()
		.and_then(|stem| stem.to_str())
		.with_context(|| format!("account_key = {:?} is not a key file", path.display().to_string()))?;
	let passphrase = match &config.passphrase_file {
		Some(file) => first_line(file)?,
		None => std::env::var(PASSPHRASE).with_context(|| {
			format!("the key's passphrase is missing: set {PASSPHRASE}, or passphrase_file")
		})?,
	};
	let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
	Ok(Keystore::open(dir).unlock(name, &passphrase)?)
}

fn first_line(file: &Path) -> anyhow::Result<String> {
	let text = std::fs::read_to_string(file)
		.with_context(|| format!("the passphrase file {} cannot be read", file.display()))?;
	Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn connect(
	config: &PersistenceConfig,
	account: &Account,
	genesis: &Digest,
) -> anyhow::Result<(Network, NetworkDriver)> {
	let addresses = |key: &str, texts: &[String]| -> anyhow::Result<Vec<Multiaddr>> {
		texts
			.iter()
			.map(|text| text.parse().with_context(|| format!("{key}: {text:?} is not a libp2p address")))
			.collect()
	};
	let keypair = NetworkConfig::keypair_from_seed(account.network_seed());
	let mut network = NetworkConfig::new(keypair, hex::encode(genesis));
	network.listen = addresses("listen", &config.listen)?;
	network.external = addresses("external_addresses", &config.external_addresses)?;
	network.bootnodes = addresses("bootnodes", &config.bootnodes)?;
	network.mode = Mode::Server;
	let limits = &mut network.limits;
	limits.max_connections = config.limits.max_connections;
	limits.max_inbound_connections = (config.limits.max_connections / 4 * 3).max(1);
	limits.query.max_streams_per_peer = config.limits.max_streams_per_peer as usize;
	limits.query.max_streams = limits.query.max_streams.max(limits.query.max_streams_per_peer);
	Ok(build(network)?)
}

fn settings(config: &PersistenceConfig) -> Settings {
	let limits = &config.limits;
	Settings {
		limits: Limits {
			sql_bytes: usize::try_from(limits.sql_bytes).unwrap_or(usize::MAX),
			memory_bytes: limits.query_memory_bytes,
			wall: Duration::from_secs(limits.query_seconds),
			result_bytes: limits.result_bytes,
		},
		running: limits.concurrent_queries as usize,
		waiting: limits.queued_queries as usize,
		rate: Rate {
			burst: limits.queries_per_minute,
			per_second: f64::from(limits.queries_per_minute) / 60.0,
		},
		max_snapshot_bytes: limits.snapshot_bytes,
		max_store_bytes: limits.store_bytes,
		..Settings::default()
	}
}
