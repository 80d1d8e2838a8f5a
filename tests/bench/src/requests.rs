//! From a request to its decrypted result, through a real chain, node and light client on loopback.

use crate::{
	report::{grouped, Report, Table},
	rows,
	stats::{median, millis, percentile},
};
use anyhow::{ensure, Context, Result};
use souk_custody::Account;
use souk_scenarios::{interrupt, repository, Chain, Daemon, Persistence, Souk, Worker};
use souk_sdk::{subscriber::client_network, Query, Subscriber};
use std::{
	path::Path,
	time::{Duration, Instant},
};
use tokio::task::JoinSet;

const CURATOR: &str = "//Charlie";
const SUBSCRIBER: &str = "//Alice";
const PATIENCE: Duration = Duration::from_secs(120);
/// One row.
const SQL: &str = "SELECT count(*) AS hours, max(temp) AS hottest FROM t WHERE origin = 'JFK'";
/// Requests one after the other.
const ALONE: usize = 300;
/// Requests before anything is counted: connections are made, caches filled.
const FIRST: usize = 5;
/// Requests in flight at a time.
const IN_FLIGHT: usize = 64;
/// How long they are counted.
const SPAN: Duration = Duration::from_secs(20);
/// What the node must allow one subscriber, who is a whole market here.
const LIMITS: &str = "[limits]\nqueries_per_minute = 1000000\nmax_streams_per_peer = 128";

/// A chain, a worker, a persistence node, and the weather table for sale.
pub struct Market {
	// In the order in which they are ended.
	_daemons: Vec<Daemon>,
	chain: Chain,
	block: u32,
}

/// Everything that was measured here.
pub struct Figures {
	alone: Vec<Duration>,
	crowded: Vec<Duration>,
	span: Duration,
}

impl Market {
	/// Starts everything, publishes the demo's table and subscribes to it. To be called on a thread that lives as long as
	/// the market.
	pub fn open(dir: &Path, say: fn(&str)) -> Result<Self> {
		say("starting a chain, a worker and a persistence node");
		let at = |name: &str| dir.join(name);
		let mut chain = Chain::start(&at("chain"), "local")?;
		chain.wait_finalized(2, PATIENCE)?;
		let spec = chain.spec().to_path_buf();
		let user = |account: &str| Souk::new(&at(&account.replace('/', "-")), &spec, account);
		let mut worker = Worker::start("worker", &at("worker"), &spec, "//Dave")?;
		let mut node = Persistence::prepare("persistence node", &at("node"), &spec, "//Ferdie")?;
		node.configure(LIMITS)?;
		node.start()?;
		for daemon in [&mut worker, &mut node] {
			daemon.wait_up(PATIENCE)?;
			daemon.register()?;
		}
		say("publishing and subscribing");
		let manifest = repository().join("tests/data/weather.toml").display().to_string();
		let (worker_url, node_url) = (worker.admin_url(), node.admin_url());
		let published = user(CURATOR).json(&[
			"publish",
			&manifest,
			"--worker",
			&worker_url,
			"--persistence",
			&node_url,
		])?;
		let address = published["address"].as_str().context("publish printed no address")?;
		let bought = user(SUBSCRIBER).json(&["subscribe", address, "--plan", "0"])?;
		let block = bought["block"].as_u64().context("subscribe printed no block")?;
		Ok(Self { _daemons: vec![worker, node], chain, block: u32::try_from(block)? })
	}

	/// Asks for one row, first one request at a time, then many.
	pub async fn measure(&self, say: fn(&str)) -> Result<Figures> {
		let spec = std::fs::read_to_string(self.chain.spec())?;
		let chain = souk_sdk::Chain::connect(&spec).await?;
		let head = chain.reached(self.block, PATIENCE).await?;
		let owner = Account::from_uri(CURATOR)?.id();
		let listing = chain.at(head).listing_by_address(owner, "nyc-weather").await?;
		let listing = listing.context("the listing is not there")?.id;
		let network = client_network(&chain.genesis(), vec![])?;
		let subscriber = Subscriber::new(chain, network, Account::from_uri(SUBSCRIBER)?);

		say(&format!("{ALONE} requests, one after the other"));
		for _ in 0..FIRST {
			ask(&subscriber, listing).await?;
		}
		let mut alone = Vec::with_capacity(ALONE);
		for _ in 0..ALONE {
			alone.push(ask(&subscriber, listing).await?);
		}

		say(&format!("{IN_FLIGHT} requests in flight for {} s", SPAN.as_secs()));
		let start = Instant::now();
		let mut asking = JoinSet::new();
		for _ in 0..IN_FLIGHT {
			let subscriber = subscriber.clone();
			asking.spawn(async move {
				let mut times = Vec::new();
				while start.elapsed() < SPAN {
					times.push(ask(&subscriber, listing).await?);
				}
				anyhow::Ok(times)
			});
		}
		let mut crowded = Vec::new();
		while let Some(times) = asking.join_next().await {
			crowded.extend(times??);
		}
		Ok(Figures { alone, crowded, span: start.elapsed() })
	}
}

/// One request, until its row is decoded.
async fn ask(subscriber: &Subscriber, listing: u32) -> Result<Duration> {
	interrupt::check()?;
	let start = Instant::now();
	let answer = subscriber.query_listing(listing, Query::new(SQL)).await?;
	rows::only_row(&std::fs::read(answer.ipc.path())?)?;
	let took = start.elapsed();
	ensure!(answer.tried.is_empty(), "a request had to be repeated: {:?}", answer.tried);
	Ok(took)
}

impl Figures {
	/// Adds the table.
	pub fn report(&self, report: &mut Report) {
		let mut lines = Table::new(
			"From a request to its decrypted row",
			&["in flight", "requests", "p50, ms", "p99, ms", "requests/s"],
		);
		let mut line = |in_flight: usize, times: &[Duration], span: Duration| {
			lines.row([
				in_flight.to_string(),
				grouped(times.len() as u64),
				format!("{:.1}", millis(median(times))),
				format!("{:.1}", millis(percentile(times, 99))),
				format!("{:.1}", times.len() as f64 / span.as_secs_f64()),
			]);
		};
		line(1, &self.alone, self.alone.iter().sum());
		line(IN_FLIGHT, &self.crowded, self.span);
		lines.note(
			"A chain of two validators, a worker, a persistence node and the subscriber's light client share the machine. Each \
			 request is signed, sealed, checked at the finalised head, run in a process of its own over the 26,115-row \
			 table, attested, sealed, opened, and checked against the chain.",
		);
		report.add(lines);
	}
}
