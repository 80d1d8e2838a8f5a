//! From a configuration to a running node, and back to nothing.
//!
//! ```text
//! key ─ store ─ light client ─ network ─ assignments read once ─ tasks ─ admin, metrics
//!                                                                  │ SIGINT, SIGTERM, or a task that ends
//!                    close: nothing new is taken ─ running queries have GRACE ─ end: the rest is failed, attested
//! ```

use anyhow::Context;
use souk_config::{DaemonConfig, PersistenceConfig, Price};
use souk_custody::parse_account;
use souk_daemon::{chain_spec, network, observe, unlock, Tasks};
use souk_engine::{ExecutorPool, Limits};
use souk_network::{Network, Protocol};
use souk_persistence::{
	admin,
	asks::LeastBounties,
	chain::ChainReads,
	checks::rate::Rate,
	downloads::DownloadLimits,
	duties::Duties,
	light_chain::LightChain,
	light_writer::LightWriter,
	node::{Node, Parts, Settings},
	proving::ProvingKeys,
	tasks,
	vouchers::VoucherTerms,
	watched::Watched,
};
use souk_sdk::Chain;
use souk_store::{
	AnswerStore, DocumentStore, MailboxStore, ProofStore, ReplayGuard, SnapshotStore, SubmissionStore,
	VoucherStore,
};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::sync::watch;

/// Time for what runs to end by itself.
const GRACE: Duration = Duration::from_secs(10);
/// Where proving keys are in the data directory.
const PROVING_KEYS: &str = "proving-keys";
/// Where evidence is in the data directory.
const EVIDENCE: &str = "evidence";
/// Time for what is left to tell its clients that it was ended.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Runs until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps the node from starting, and a task that ends although nobody asked it to.
pub async fn run(config: PersistenceConfig) -> anyhow::Result<()> {
	souk_daemon::run(async |tasks: &mut Tasks| start(&config, tasks).await, stop).await
}

/// Closes, waits, ends, waits, and gives up what is left. The network ends with its last handle, and running queries need
/// it: a handle is kept to the end.
async fn stop((node, _network): (Arc<Node>, Network), tasks: &mut Tasks) {
	tracing::info!("stopping");
	node.stop.close();
	if tokio::time::timeout(GRACE, tasks.ended()).await.is_err() {
		node.stop.end();
		if tokio::time::timeout(LAST_WORDS, tasks.ended()).await.is_err() {
			tracing::warn!(left = tasks.len(), "giving up what still runs");
		}
	}
	tasks.abort().await;
}

/// Starts everything; the node's own tasks are in `tasks`.
async fn start(config: &PersistenceConfig, tasks: &mut Tasks) -> anyhow::Result<(Arc<Node>, Network)> {
	let common = config.common();
	let mut settings = settings(config)?;
	let spec = chain_spec::read(&config.chain_spec)?;
	let account = unlock(&common, &spec)?;
	tracing::info!(account = account.ss58(), "account unlocked");
	let store = SnapshotStore::open(&config.data_dir).context("the store does not open")?;
	let documents = DocumentStore::open(&config.data_dir).context("the store of documents does not open")?;
	let answers = AnswerStore::open(&config.data_dir).context("the store of answers does not open")?;
	let proofs = ProofStore::open(&config.data_dir, config.limits.proof_store_bytes)
		.context("the store of proofs does not open")?;
	let left = tasks::proof_resume::left(&proofs).context("the proofs that are to be made cannot be read")?;
	let replay = ReplayGuard::open(&config.data_dir).context("the replay guard does not open")?;
	let vouchers = VoucherStore::open(&config.data_dir).context("the store of vouchers does not open")?;
	let mailbox = MailboxStore::open(&config.data_dir, config.limits.evidence_store_bytes)
		.context("the mailbox does not open")?;
	let submissions =
		SubmissionStore::open(&config.data_dir).context("the store of submissions does not open")?;

	let light = Chain::connect(&spec).await?;
	settings.least_bounties = least_bounties(&light, &config.least_bounties).await?;
	let writer = Arc::new(LightWriter::new(light.clone(), account.clone()));
	let chain: Arc<dyn ChainReads> = Arc::new(LightChain::new(light));
	tracing::info!(block = chain.heads().borrow().number, "following the chain");

	let (network, driver) = network::connect(&common, &spec, &account, &chain.genesis(), Protocol::Query)?;
	// It ends with its last handle, so it is not among those that are waited for.
	let driver = tokio::spawn(driver.run());
	network::listening(&network).await?;

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
		documents: Arc::new(documents),
		proofs: Arc::new(proofs),
		replay: Arc::new(replay),
		vouchers,
		mailbox,
		submissions,
		evidence_dir: config.data_dir.join(EVIDENCE),
		pool: ExecutorPool::new(executor, vec!["executor".into()], idle)
			.allow_unsandboxed(config.allow_unsandboxed),
		duties,
		settings,
	})?;

	let listener = observe::bind(config.admin.metrics_listen).await?;
	let presence = match config.health_listen {
		Some(address) => Some(observe::bind_presence(address).await?),
		None => None,
	};
	let (_, admin) = admin::serve(&config.admin, node.clone(), network.clone()).await?;
	let watched = Arc::new(Watched::new(node.clone(), network.clone()));
	let closing = || {
		let node = node.clone();
		async move { node.stop.closing().await }
	};

	let (queries, handovers) = (network.accept(Protocol::Query)?, network.accept(Protocol::Handover)?);
	let downloads = network.accept(Protocol::Download)?;
	let evidence = network.accept(Protocol::Evidence)?;
	let made = config.data_dir.join(PROVING_KEYS);
	let brought = config.proving_keys.clone().unwrap_or_else(|| made.clone());
	let prover = Arc::new(ProvingKeys::new(made, brought));
	tasks.spawn("follow", tasks::follow::run(node.clone(), duties_in));
	tasks.spawn("query answering", tasks::query_answer::run(node.clone(), queries));
	tasks.spawn("hand-over", tasks::handover_accept::run(node.clone(), handovers));
	tasks.spawn("downloads", tasks::download_serve::run(node.clone(), downloads));
	tasks.spawn("keeping evidence", tasks::evidence_keep::run(node.clone(), evidence));
	tasks.spawn("learning of disputes", tasks::parties_learn::run(node.clone()));
	tasks.spawn("delivering keys", tasks::key_deliver::run(node.clone(), writer.clone(), prover));
	let answering = tasks::ask_answer::run(node.clone(), writer.clone(), Arc::new(answers));
	tasks.spawn("answering asks", answering);
	let settling = tasks::voucher_settle::run(node.clone(), writer.clone());
	tasks.spawn("settling vouchers", settling);
	tasks.spawn("answering challenges", tasks::challenge_answer::run(node.clone(), writer.clone()));
	tasks.spawn("reporting conflicts", tasks::conflict_report::run(node.clone(), writer));
	tasks.spawn("resuming proofs", tasks::proof_resume::run(node.clone(), left));
	tasks.spawn("pruning", tasks::prune::run(node.clone()));
	tasks.spawn("announcing", tasks::announce::run(node.clone(), network.clone()));
	tasks.spawn("keeping metadata", tasks::keep_metadata::run(node.clone(), network.clone()));
	tasks.spawn("metrics", observe::serve(listener, watched, closing()));
	if let Some(listener) = presence {
		tasks.spawn("answering validators", observe::serve_presence(listener, closing()));
	}
	tasks.spawn("admin interface", souk_daemon::admin::until(admin, closing()));
	tasks.spawn("network", {
		let closing = closing();
		async move {
			tokio::select! {
				_ = driver => {},
				() = closing => {},
			}
		}
	});
	Ok((node, network))
}

/// The least bounties in the smallest units of their assets.
async fn least_bounties(chain: &Chain, written: &[Price]) -> anyhow::Result<LeastBounties> {
	let mut least = LeastBounties::new();
	for price in written {
		// Nothing of nothing is checked where the file is read.
		let Some(symbol) = &price.asset else { continue };
		let asset = chain.asset(symbol).await.context("least_bounties")?;
		least.insert(asset.id, price.units(asset.decimals).context("least_bounties")?);
	}
	Ok(least)
}

fn settings(config: &PersistenceConfig) -> anyhow::Result<Settings> {
	let limits = &config.limits;
	let listed = |curators: &Vec<String>| {
		curators.iter().map(|curator| parse_account(curator)).collect::<Result<HashSet<_>, _>>()
	};
	let curators = config.curators.as_ref().map(listed).transpose().context("curators")?;
	Ok(Settings {
		limits: Limits {
			sql_bytes: usize::try_from(limits.sql_bytes).unwrap_or(usize::MAX),
			memory_bytes: limits.query_memory_bytes,
			wall: Duration::from_secs(limits.query_seconds),
			result_bytes: limits.result_bytes,
		},
		proof_limits: Limits {
			sql_bytes: usize::try_from(limits.sql_bytes).unwrap_or(usize::MAX),
			memory_bytes: limits.proof_memory_bytes,
			wall: Duration::from_secs(limits.proof_seconds),
			result_bytes: limits.result_bytes,
		},
		proving: limits.concurrent_proofs as usize,
		proving_waiting: limits.queued_proofs as usize,
		running: limits.concurrent_queries as usize,
		waiting: limits.queued_queries as usize,
		rate: Rate {
			burst: limits.queries_per_minute,
			per_second: f64::from(limits.queries_per_minute) / 60.0,
		},
		// Twice a subscriber's: whoever asks with one account never meets it.
		peer_rate: Rate {
			burst: limits.queries_per_minute.saturating_mul(2),
			per_second: f64::from(limits.queries_per_minute) / 30.0,
		},
		max_snapshot_bytes: limits.snapshot_bytes,
		max_store_bytes: limits.store_bytes,
		max_listing_bytes: limits.listing_bytes.unwrap_or(limits.store_bytes / 4),
		curators,
		vouchers: VoucherTerms {
			credit: limits.credit_queries,
			exposure: limits.unsettled_queries,
			settle_every: Duration::from_secs(limits.settle_seconds),
			patience: Duration::from_secs(limits.voucher_alarm_seconds),
		},
		report_conflicts: config.report_conflicts,
		downloads: DownloadLimits {
			running: limits.concurrent_downloads as usize,
			waiting: limits.queued_downloads as usize,
			time: Duration::from_secs(limits.download_seconds),
			peer_rate: Rate {
				burst: limits.downloads_per_minute,
				per_second: f64::from(limits.downloads_per_minute) / 60.0,
			},
			peer_bytes: limits.peer_download_bytes_per_minute,
			all_bytes: limits.download_bytes_per_minute,
			..DownloadLimits::default()
		},
		..Settings::default()
	})
}
