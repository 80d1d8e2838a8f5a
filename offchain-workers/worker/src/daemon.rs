//! From a configuration to a running worker, and back to nothing.

use anyhow::Context;
use souk_config::{DaemonConfig, WorkerConfig};
use souk_daemon::{chain_spec, network, observe, unlock, Tasks};
use souk_network::Protocol;
use souk_sdk::Chain;
use souk_store::{JobStore, SnapshotStore};
use souk_worker::{
	admin,
	carrier::NetworkCarrier,
	configured::Configured,
	control::Control,
	faults::Faults,
	follow::{self, Sight},
	jobs::Jobs,
	light_chain::LightChain,
	metrics::Metrics,
	worker::{Patience, Worker},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{watch, Notify, Semaphore};
use tokio_util::sync::CancellationToken;

/// Time for what runs to come to the end of its piece of work.
const GRACE: Duration = Duration::from_secs(10);

/// Runs until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps the worker from starting, and a task that ends although nobody asked it to.
pub async fn run(config: WorkerConfig) -> anyhow::Result<()> {
	souk_daemon::run(async |tasks: &mut Tasks| start(&config, tasks).await, stop).await
}

/// Ends the jobs where they are, and everything else.
async fn stop(jobs: Arc<Jobs>, tasks: &mut Tasks) {
	tracing::info!("stopping; runs go on where they are with the next start");
	jobs.worker().stop.cancel();
	let all = async {
		jobs.stop_all().await;
		tasks.ended().await;
	};
	if tokio::time::timeout(GRACE, all).await.is_err() {
		tracing::warn!("giving up what still runs");
	}
}

/// Starts everything; the daemon's own tasks are in `tasks`.
async fn start(config: &WorkerConfig, tasks: &mut Tasks) -> anyhow::Result<Arc<Jobs>> {
	let common = config.common();
	let manifests = Configured::all(&config.manifests).map_err(anyhow::Error::msg)?;
	let spec = chain_spec::read(&config.chain_spec)?;
	let faults = Faults::from_environment(&spec).map_err(anyhow::Error::msg)?;
	let account = unlock(&common, &spec)?;
	tracing::info!(account = account.ss58(), "account unlocked");
	let snapshots = SnapshotStore::open(&config.data_dir).context("the store does not open")?;
	let jobs = JobStore::open(&config.data_dir).context("the job database does not open")?;

	let chain = LightChain::new(Chain::connect(&spec).await?, account.clone());
	let genesis = souk_worker::chain::ChainPort::genesis(&chain);
	tracing::info!("following the chain");
	let (network, driver) = network::connect(&common, &spec, &account, &genesis, Protocol::Handover)?;
	let stop = CancellationToken::new();
	tasks.spawn("the network", {
		let stop = stop.clone();
		async move {
			tokio::select! {
				() = driver.run() => {},
				() = stop.cancelled() => {},
			}
		}
	});
	network::listening(&network).await?;

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

	let listener = observe::bind(config.admin.metrics_listen).await?;
	let (_, admin) = admin::serve(&config.admin, control.clone()).await?;
	tasks.spawn("follow", follow::run(jobs.clone(), sight, network.peer_id(), manifests));
	tasks.spawn("metrics", observe::serve(listener, control, worker.stop.clone().cancelled_owned()));
	tasks.spawn("admin interface", souk_daemon::admin::until(admin, worker.stop.clone().cancelled_owned()));
	jobs.start_all().await?;
	Ok(jobs)
}
