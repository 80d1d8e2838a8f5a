//! From a configuration to a running worker, and back to nothing.

use anyhow::{bail, Context};
use souk_config::WorkerConfig;
use souk_custody::{Account, Keystore};
use souk_network::{build, Mode, Multiaddr, Network, NetworkConfig, NetworkDriver};
use souk_protocol::Digest;
use souk_sdk::Chain;
use souk_store::{JobStore, SnapshotStore};
use souk_worker::{
	admin,
	carrier::NetworkCarrier,
	control::Control,
	faults::{is_live, Faults},
	follow::{self, Sight},
	jobs::Jobs,
	light_chain::LightChain,
	metrics::{self, Metrics},
	worker::{Patience, Worker},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
	net::TcpListener,
	signal::unix::{signal, SignalKind},
	sync::{watch, Notify, Semaphore},
	task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// Time for what runs to come to the end of its piece of work.
const GRACE: Duration = Duration::from_secs(10);
/// The variable with the key's passphrase, where no file is configured.
const PASSPHRASE: &str = "SOUK_PASSPHRASE";

/// Runs until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps the worker from starting, and a task that ends although nobody asked it to.
pub async fn run(config: WorkerConfig) -> anyhow::Result<()> {
	let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
	let mut tasks = JoinSet::new();
	// A signal also ends a start that takes long, such as that of a light client whose chain is down.
	let jobs = tokio::select! {
		started = start(&config, &mut tasks) => started?,
		_ = interrupt.recv() => return Ok(()),
		_ = terminate.recv() => return Ok(()),
	};
	let ended = tokio::select! {
		_ = interrupt.recv() => None,
		_ = terminate.recv() => None,
		ended = tasks.join_next() => ended,
	};
	tracing::info!("stopping; runs go on where they are with the next start");
	jobs.worker().stop.cancel();
	let all = async {
		jobs.stop_all().await;
		while tasks.join_next().await.is_some() {}
	};
	if tokio::time::timeout(GRACE, all).await.is_err() {
		tracing::warn!("giving up what still runs");
	}
	match ended {
		None => Ok(()),
		Some(Ok(name)) => bail!("{name} ended by itself"),
		Some(Err(error)) => Err(error).context("a task ended with a panic"),
	}
}

/// Starts everything; the daemon's own tasks are in `tasks`, each with its name as its result.
async fn start(config: &WorkerConfig, tasks: &mut JoinSet<&'static str>) -> anyhow::Result<Arc<Jobs>> {
	let spec = std::fs::read_to_string(&config.chain_spec)
		.with_context(|| format!("the chain spec {} cannot be read", config.chain_spec.display()))?;
	let faults = Faults::from_environment(&spec).map_err(anyhow::Error::msg)?;
	let account = unlock(config, &spec)?;
	tracing::info!(account = account.ss58(), "account unlocked");
	let snapshots = SnapshotStore::open(&config.data_dir).context("the store does not open")?;
	let jobs = JobStore::open(&config.data_dir).context("the job database does not open")?;

	let chain = LightChain::new(Chain::connect(&spec).await?, account.clone());
	let genesis = souk_worker::chain::ChainPort::genesis(&chain);
	tracing::info!("following the chain");
	let (network, driver) = connect(config, &account, &genesis)?;
	let stop = CancellationToken::new();
	tasks.spawn(named("the network", {
		let stop = stop.clone();
		async move {
			tokio::select! {
				() = driver.run() => {},
				() = stop.cancelled() => {},
			}
		}
	}));
	for address in network.wait_listening().await? {
		tracing::info!("listening on {address}/p2p/{}", network.peer_id());
	}

	let worker = Arc::new(Worker {
		account: account.id(),
		secret: account.encryption_secret(),
		chain: Arc::new(chain),
		carrier: Arc::new(NetworkCarrier::new(network.clone(), account)),
		snapshots,
		jobs: Arc::new(jobs),
		runs_dir: config.data_dir.join("runs"),
		limits: config.limits.clone(),
		patience: Patience::default(),
		faults,
		metrics: Metrics::new()?,
		// One run at a time may use the memory that is configured.
		places: Semaphore::new(1),
		duties: watch::Sender::new(None),
		refresh: Notify::new(),
		stop,
	});
	let jobs = Arc::new(Jobs::new(worker.clone()));
	let sight = Arc::new(Sight::default());
	let control = Arc::new(Control::new(jobs.clone(), sight.clone(), network.clone()));

	let listener = TcpListener::bind(config.admin.metrics_listen)
		.await
		.with_context(|| format!("the metrics cannot be served on {}", config.admin.metrics_listen))?;
	tracing::info!("health and metrics on http://{}", listener.local_addr()?);
	let (address, admin) = admin::serve(config.admin.listen, config.admin.admin_expose, control.clone())
		.await
		.with_context(|| format!("the admin interface cannot be served on {}", config.admin.listen))?;
	tracing::info!("admin interface on http://{address}");

	let peer = network.peer_id();
	let manifests = config.manifests.clone();
	tasks.spawn(named("follow", follow::run(jobs.clone(), sight, peer, manifests)));
	tasks.spawn(named("metrics", {
		let stop = worker.stop.clone();
		async move {
			if let Err(error) = metrics::serve(listener, control, stop.cancelled_owned()).await {
				tracing::error!(%error, "the metrics listener failed");
			}
		}
	}));
	tasks.spawn(named("admin interface", {
		let stop = worker.stop.clone();
		async move {
			tokio::select! {
				() = admin.clone().stopped() => {},
				() = stop.cancelled() => {
					// Fails where it has stopped already.
					let _ = admin.stop();
				},
			}
		}
	}));
	jobs.start_all().await?;
	Ok(jobs)
}

async fn named(name: &'static str, task: impl std::future::Future<Output = ()>) -> &'static str {
	task.await;
	name
}

/// The account in the configured key file. Where the chain is not live, `account_key` may also be a development uri such
/// as `//Alice`.
fn unlock(config: &WorkerConfig, spec: &str) -> anyhow::Result<Account> {
	let path = &config.account_key;
	if let Some(uri) = path.to_str().filter(|text| text.starts_with("//")) {
		if is_live(spec) {
			bail!("account_key = {uri:?} is a development account, and this chain is live: use a key file");
		}
		return Ok(Account::from_uri(uri)?);
	}
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
	config: &WorkerConfig,
	account: &Account,
	genesis: &Digest,
) -> anyhow::Result<(Network, NetworkDriver)> {
	let addresses = |key: &str, texts: &[String]| -> anyhow::Result<Vec<Multiaddr>> {
		let read =
			|text: &String| text.parse().with_context(|| format!("{key}: {text:?} is not a libp2p address"));
		texts.iter().map(read).collect()
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
	limits.handover.max_streams_per_peer = config.limits.max_streams_per_peer as usize;
	limits.handover.max_streams = limits.handover.max_streams.max(limits.handover.max_streams_per_peer);
	Ok(build(network)?)
}
