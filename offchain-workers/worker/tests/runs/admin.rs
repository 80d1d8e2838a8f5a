//! What an operator sees and does: the admin interface and the metrics listener.

use crate::support::{alice, duty, Dataset, World, LISTING, NAME, PATIENCE};
use jsonrpsee::{core::client::ClientT, http_client::HttpClientBuilder, rpc_params};
use serde_json::Value;
use souk_config::{Admin, ListedManifest};
use souk_custody::Account;
use souk_daemon::observe;
use souk_network::{build, Network, NetworkConfig};
use souk_worker::{
	admin,
	chain::Duty,
	configured::Configured,
	control::Control,
	follow::{self, Sight},
	jobs::Jobs,
	schedule::{now_millis, period_of},
	status::{JobStatus, Registration},
	work::Outcome,
};
use std::{
	path::PathBuf,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

fn network() -> Network {
	let keypair = NetworkConfig::keypair_from_seed(alice().network_seed());
	let (network, driver) = build(NetworkConfig::new(keypair, "c0ffee")).unwrap();
	tokio::spawn(driver.run());
	network
}

pub struct Daemon {
	pub world: World,
	jobs: Arc<Jobs>,
	pub client: jsonrpsee::http_client::HttpClient,
	metrics: std::net::SocketAddr,
}

impl Daemon {
	pub async fn new(manifests: Vec<ListedManifest>) -> Self {
		Self::over(World::new(), manifests).await
	}

	async fn over(world: World, manifests: Vec<ListedManifest>) -> Self {
		let manifests = Configured::all(&manifests).unwrap();
		let jobs = Arc::new(Jobs::new(world.worker.clone()));
		let (sight, network) = (Arc::new(Sight::default()), network());
		let peer = network.peer_id();
		let control = Arc::new(Control::new(jobs.clone(), sight.clone(), network));
		let anywhere = "127.0.0.1:0".parse().unwrap();
		let config = Admin { listen: anywhere, admin_expose: false, metrics_listen: anywhere };
		let (address, handle) = admin::serve(&config, control.clone()).await.unwrap();
		tokio::spawn(handle.stopped());
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let metrics = listener.local_addr().unwrap();
		tokio::spawn(observe::serve(listener, control, world.worker.stop.clone().cancelled_owned()));
		tokio::spawn(follow::run(jobs.clone(), sight, peer, manifests));
		let client = HttpClientBuilder::default()
			.request_timeout(PATIENCE)
			.build(format!("http://{address}"))
			.unwrap();
		Self { world, jobs, client, metrics }
	}

	async fn job(&self) -> Option<JobStatus> {
		let jobs: Vec<JobStatus> = self.client.request("worker_jobs", rpc_params![]).await.unwrap();
		jobs.into_iter().find(|job| job.listing == LISTING)
	}

	async fn until(&self, what: &str, so: impl Fn(&JobStatus) -> bool) -> JobStatus {
		let start = Instant::now();
		loop {
			if let Some(job) = self.job().await.filter(|job| so(job)) {
				return job;
			}
			assert!(start.elapsed() < PATIENCE, "{what}");
			tokio::time::sleep(Duration::from_millis(10)).await;
		}
	}

	async fn get(&self, path: &str) -> String {
		let mut stream = TcpStream::connect(self.metrics).await.unwrap();
		let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
		stream.write_all(request.as_bytes()).await.unwrap();
		let mut answer = String::new();
		stream.read_to_string(&mut answer).await.unwrap();
		answer
	}

	pub async fn end(self) {
		self.world.worker.stop.cancel();
		self.jobs.stop_all().await;
	}
}

fn recorded(job: &JobStatus) -> bool {
	job.run.as_ref().is_some_and(|run| run.outcome == Some(Outcome::Final))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_adds_watches_and_removes_a_job() {
	let daemon = Daemon::new(Vec::new()).await;
	let info: Value = daemon.client.request("node_info", rpc_params![]).await.unwrap();
	assert_eq!(info["account"], alice().ss58());
	assert_eq!(info["encryption_key"], format!("0x{}", hex::encode(alice().encryption_secret().public())));
	assert_eq!(info["roles"], serde_json::json!(["worker"]));

	let dataset = Dataset::csv("id,who\n1,a\n", "");
	let address = format!("{}/{NAME}", alice().ss58());
	let added: JobStatus =
		daemon.client.request("worker_addJob", rpc_params![&address, dataset.path()]).await.unwrap();
	assert_eq!((added.listing, added.address.as_deref()), (LISTING, Some(address.as_str())));
	let job = daemon.until("the first run is recorded", recorded).await;
	assert_eq!((job.error, job.schedule.as_deref()), (None, Some("0 0 1 1 *")));
	assert!(job.next_due.is_some());

	let first = job.run.unwrap().period;
	let period: u32 = daemon.client.request("worker_runNow", rpc_params![LISTING, first + 10]).await.unwrap();
	assert_eq!(period, first + 10);
	daemon
		.until("the second run is recorded", |job| {
			recorded(job) && job.run.as_ref().unwrap().period == period
		})
		.await;
	assert_eq!(daemon.world.chain.ledger().submitted.len(), 2);
	let again = daemon.client.request::<u32, _>("worker_runNow", rpc_params![LISTING, first]).await;
	assert!(again.unwrap_err().to_string().contains("later"));
	// However many minutes go by before it is asked.
	for ahead in [period_of(now_millis() / 1_000) + 20, u32::MAX] {
		let early = daemon.client.request::<u32, _>("worker_runNow", rpc_params![LISTING, ahead]).await;
		assert!(early.unwrap_err().to_string().contains("not here yet"));
	}

	let removed: bool = daemon.client.request("worker_removeJob", rpc_params![LISTING]).await.unwrap();
	assert!(removed && daemon.job().await.is_none());
	assert!(daemon.world.worker.snapshots.list(LISTING).unwrap().is_empty());
	let missing = daemon.client.request::<bool, _>("worker_removeJob", rpc_params![LISTING]).await;
	assert!(missing.unwrap_err().to_string().contains("no job"));
	daemon.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarantined_job_is_seen_mended_and_retried() {
	let daemon = Daemon::new(Vec::new()).await;
	let dataset = Dataset::csv(
		"id,who\n1,a\n2,secret-b\n",
		"[[validate]]\nrule = \"matches\"\ncolumn = \"who\"\npattern = \"[a-z]\"\n",
	);
	let _: JobStatus =
		daemon.client.request("worker_addJob", rpc_params![LISTING, dataset.path()]).await.unwrap();
	let job = daemon.until("it is quarantined", |job| job.state == souk_store::JobState::Quarantined).await;
	assert!(job.error.unwrap().contains("secret-b"), "the operator is told");
	let health = daemon.get("/health").await;
	assert!(health.contains("listing 7 is quarantined") && health.contains("transformed"), "{health}");
	assert!(!health.contains("secret-b"), "{health}");

	dataset.write("trips.csv", b"id,who\n1,a\n2,b\n");
	let _: JobStatus = daemon.client.request("worker_retryJob", rpc_params![LISTING]).await.unwrap();
	let job = daemon.until("the run is recorded", recorded).await;
	assert_eq!(job.run.unwrap().outputs.rows, Some(2));
	daemon.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_manifest_is_refused_with_a_sentence() {
	let daemon = Daemon::new(Vec::new()).await;
	let dataset = Dataset::csv("id\n1\n", "");
	let refusal = |listing: Value, path: PathBuf| {
		let client = daemon.client.clone();
		async move {
			let answer = client.request::<Value, _>("worker_addJob", rpc_params![listing, path]).await;
			answer.unwrap_err().to_string()
		}
	};
	assert!(refusal(LISTING.into(), "/nowhere/manifest.toml".into())
		.await
		.contains("/nowhere/manifest.toml"));
	let other = Dataset { manifest: dataset.manifest.replace(NAME, "others"), ..Dataset::csv("id\n1\n", "") };
	other.write("manifest.toml", other.manifest.as_bytes());
	assert!(refusal(LISTING.into(), other.path()).await.contains("others"));
	dataset.write("manifest.toml", b"[dataset]\nname = 5\n");
	let wrong_type = refusal(LISTING.into(), dataset.path()).await;
	assert!(wrong_type.contains("manifest.toml") && wrong_type.contains("string"), "{wrong_type}");
	daemon.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_manifest_becomes_a_job_and_the_daemon_tells_how_it_is() {
	let dataset = Dataset::csv("id,who\n1,a\n", "");
	let listing = format!("{}/{NAME}", alice().ss58());
	let daemon = Daemon::new(vec![ListedManifest { listing, path: dataset.path() }]).await;
	daemon.until("the run is recorded", recorded).await;
	let status: souk_worker::status::Condition =
		daemon.client.request("worker_status", rpc_params![]).await.unwrap();
	assert_eq!(
		(status.registration, status.registered, status.healthy),
		(Registration::Missing, false, false)
	);
	assert_eq!((status.jobs, status.quarantined, status.assigned.len()), (1, 0, 1));
	let health = daemon.get("/health").await;
	assert!(health.starts_with("HTTP/1.1 503") && health.contains("register it"), "{health}");
	let metrics = daemon.get("/metrics").await;
	assert!(metrics.contains("souk_runs_total{outcome=\"final\"} 1"), "{metrics}");
	assert!(metrics.contains("souk_step_seconds_count{step=\"sealed\"} 1"), "{metrics}");
	daemon.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_of_the_same_name_by_somebody_else_gets_nothing() {
	let dataset = Dataset::csv("id,who\n1,a\n", "");
	let world = World::new();
	let mallory = Account::from_uri("//Mallory").unwrap();
	let (own, foreign) = (duty(Vec::new()), format!("{}/{NAME}", mallory.ss58()));
	*world.chain.duties.lock().unwrap() =
		vec![Duty { listing: LISTING + 1, address: foreign, ..own.clone() }];
	let manifest = ListedManifest { listing: own.address.clone(), path: dataset.path() };
	let daemon = Daemon::over(world, vec![manifest]).await;
	let mut duties = daemon.world.worker.duties.subscribe();
	duties.wait_for(|known| known.is_some()).await.unwrap();

	// The curator's own assignment comes later: by then the stranger's has been looked at and left alone.
	daemon.world.chain.duties.lock().unwrap().push(own);
	daemon.world.worker.refresh.notify_one();
	daemon.until("the curator's run is recorded", recorded).await;
	let jobs: Vec<JobStatus> = daemon.client.request("worker_jobs", rpc_params![]).await.unwrap();
	assert_eq!(jobs.iter().map(|job| job.listing).collect::<Vec<_>>(), [LISTING]);
	daemon.end().await;
}
