//! Who is there, and what they have before anything happens.

use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{
	chain::Endowment,
	repository,
	telling::{chapter, says, text, units},
	Chain, Daemon, Persistence, Souk, Worker,
};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};
use tokio::runtime::Runtime;

/// Long enough for a busy machine; everything is awaited, nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// Time for evidence, for the randomness of an epoch that begins after it, for votes and for an appeal.
pub const RULING: Duration = Duration::from_secs(900);
/// Planck in a SOUK.
const SOUK: u64 = 1_000_000_000_000;
/// Micro-dollars in a wUSD.
const WUSD: u64 = 1_000_000;

/// Whose purse is looked at, in the order of the last table, and by which secret they act.
pub const CAST: [(&str, &str); 10] = [
	("Mallory, curator", "//mallory"),
	("Mallory's worker", "//mallory//worker"),
	("Mallory's node", "//mallory//node"),
	("Sam, who buys", "//sam"),
	("Nora, who subscribes", "//nora"),
	("Judy, arbitrator", "//judy"),
	("Jack, arbitrator", "//jack"),
	("June, arbitrator", "//june"),
	("Alice, validator", "//Alice"),
	("Bob, validator", "//Bob"),
];

/// The chain, its people and Mallory's programs.
pub struct Stage {
	pub dir: PathBuf,
	pub chain: Chain,
	pub worker: Daemon,
	pub node: Daemon,
	pub mallory: Souk,
	pub sam: Souk,
	/// Mallory's table, `<account>/<name>`.
	pub listing: String,
	/// Its number.
	pub id: u32,
	pub runtime: Runtime,
	pub light: souk_sdk::Chain,
}

/// Starts everything, and has Mallory publish.
pub fn begin(dir: &Path) -> Result<Stage> {
	chapter("A chain of two validators starts, and Mallory's worker and persistence node.");
	let endowed: Vec<_> = CAST
		.iter()
		.filter(|(_, uri)| uri.chars().nth(2).is_some_and(char::is_lowercase))
		.map(|(_, uri)| Endowment { uri, souk: 10_000 * SOUK, wusd: 1_000 * WUSD })
		.collect();
	let mut chain = Chain::start_with(&dir.join("chain"), "local", &endowed)?;
	let spec = chain.spec().to_path_buf();
	// A light client needs finalised blocks to start from.
	chain.wait_finalized(2, PATIENCE)?;
	let mut worker = Worker::start("Mallory's worker", &dir.join("worker"), &spec, "//mallory//worker")?;
	let mut node = Persistence::start("Mallory's node", &dir.join("node"), &spec, "//mallory//node")?;
	for daemon in [&mut worker, &mut node] {
		daemon.wait_up(PATIENCE)?;
		daemon.register()?;
	}
	let user = |uri: &str| Souk::new(&dir.join(uri.replace('/', "-")), &spec, uri);
	let (mallory, sam) = (user("//mallory"), user("//sam"));
	says("everybody has 10,000 SOUK and 1,000 wUSD. Each of Mallory's programs has a bond of its own.");

	chapter("Mallory publishes a year of weather: 1 wUSD for an hour of queries, or 1 wUSD for the file. Her bond answers for it.");
	let manifest = dir.join("weather.toml");
	std::fs::write(&manifest, manifest_of(&repository().join("tests/data/weather.csv.gz")))?;
	let (worker_url, node_url) = (worker.admin_url(), node.admin_url());
	let published = mallory.json(&[
		"publish",
		&manifest.display().to_string(),
		"--worker",
		&worker_url,
		"--persistence",
		&node_url,
	])?;
	let listing = text(&published, "address")?;
	let bond = units(&sam.json(&["curator", "status", &listing])?["bond"]["active"])?;
	ensure!(bond > 0, "no bond answers for {listing}");
	says(format!("{listing} is on sale; {} SOUK answer for it.", bond / u128::from(SOUK)));
	let runtime = Runtime::new()?;
	let light = runtime.block_on(souk_sdk::Chain::connect(&std::fs::read_to_string(&spec)?))?;
	Ok(Stage {
		dir: dir.into(),
		id: number(&published)?,
		chain,
		worker,
		node,
		mallory,
		sam,
		listing,
		runtime,
		light,
	})
}

impl Stage {
	/// Somebody of the cast.
	pub fn user(&self, uri: &str) -> Souk {
		Souk::new(&self.dir.join(uri.replace('/', "-")), self.chain.spec(), uri)
	}
}

fn number(published: &Value) -> Result<u32> {
	published["listing"].as_u64().and_then(|id| id.try_into().ok()).context("no listing")
}

fn manifest_of(source: &Path) -> String {
	format!(
		"[dataset]\nname = \"weather\"\ntitle = \"Weather\"\nlicense = \"CC0-1.0\"\ncategory = \"climate\"\n\
		 schedule = \"0 0 1 1 *\"\n\n[source]\nkind = \"csv\"\nlocation = {source:?}\nnull_values = [\"NA\"]\n\n\
		 [[plan]]\nkind = \"subscription\"\nprice = \"1 wUSD\"\nperiod = \"1h\"\n\n\
		 [[plan]]\nkind = \"one_time\"\nprice = \"1 wUSD\"\n"
	)
}
