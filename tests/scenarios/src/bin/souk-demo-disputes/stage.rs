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
pub const PATIENCE: Duration = Duration::from_secs(300);
/// Time for evidence, for the randomness of an epoch that begins after it, for votes and for an appeal.
pub const RULING: Duration = Duration::from_secs(900);
/// Planck in a SOUK.
const SOUK: u64 = 1_000_000_000_000;
/// Micro-dollars in a wUSD.
const WUSD: u64 = 1_000_000;

/// Whose purse is looked at, in the order of the last table, and by which secret they act.
pub const CAST: [(&str, &str); 11] = [
	("Mallory, curator", "//mallory"),
	("Mallory's worker", "//mallory//worker"),
	("Mallory's node", "//mallory//node"),
	("Mallory's second node", "//mallory//second"),
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
	pub second: Daemon,
	pub mallory: Souk,
	pub sam: Souk,
	/// Mallory's table, `<account>/<name>`.
	pub listing: String,
	/// Its number.
	pub id: u32,
	/// Her other table, which she has promised anew each minute.
	pub ticker: String,
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
	let mut second =
		Persistence::start("Mallory's second node", &dir.join("second"), &spec, "//mallory//second")?;
	for daemon in [&mut worker, &mut node, &mut second] {
		daemon.wait_up(PATIENCE)?;
		daemon.register()?;
	}
	let user = |uri: &str| Souk::new(&dir.join(uri.replace('/', "-")), &spec, uri);
	let (mallory, sam) = (user("//mallory"), user("//sam"));
	says("everybody has 10,000 SOUK and 1,000 wUSD. Each of Mallory's programs has a bond of its own.");

	chapter("Mallory publishes a year of weather, once for all and as a table that she promises anew each minute. Bonds of hers answer for both.");
	let source = repository().join("tests/data/weather.csv.gz");
	let publish = |name: &str, schedule: &str, policy: &str, plan: &str, node: &Daemon| -> Result<Value> {
		let manifest = dir.join(format!("{name}.toml"));
		std::fs::write(&manifest, manifest_of(name, schedule, policy, plan, &source))?;
		let (worker, node) = (worker.admin_url(), node.admin_url());
		let manifest = manifest.display().to_string();
		mallory.json(&["publish", &manifest, "--worker", &worker, "--persistence", &node])
	};
	let whole = "kind = \"one_time\"\nprice = \"1 wUSD\"";
	let published = publish("weather", "0 0 1 1 *", "", whole, &node)?;
	let hourly = "kind = \"subscription\"\nprice = \"1 wUSD\"\nperiod = \"1h\"";
	let promised = publish("ticker", "* * * * *", "[policy]\nreproducible = true\n\n", hourly, &second)?;
	second.have_it_asked()?;
	let (listing, ticker) = (text(&published, "address")?, text(&promised, "address")?);
	let bond = units(&sam.json(&["curator", "status", &listing])?["bond"]["active"])?;
	ensure!(bond > 0, "no bond answers for {listing}");
	says(format!("{listing} and {ticker} are on sale; {} SOUK answer for each.", bond / u128::from(SOUK)));
	user("//nora").json(&["subscribe", &ticker, "--plan", "0"])?;
	says("Nora subscribes to the second one, an hour for 1 wUSD.");
	let runtime = Runtime::new()?;
	let light = runtime.block_on(souk_sdk::Chain::connect(&std::fs::read_to_string(&spec)?))?;
	Ok(Stage {
		dir: dir.into(),
		id: number(&published)?,
		chain,
		worker,
		node,
		second,
		mallory,
		sam,
		listing,
		ticker,
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

fn manifest_of(name: &str, schedule: &str, policy: &str, plan: &str, source: &Path) -> String {
	format!(
		"[dataset]\nname = \"{name}\"\ntitle = \"Weather\"\nlicense = \"CC0-1.0\"\ncategory = \"climate\"\n\
		 schedule = \"{schedule}\"\n\n[source]\nkind = \"csv\"\nlocation = {source:?}\nnull_values = [\"NA\"]\n\n\
		 {policy}[[plan]]\n{plan}\n"
	)
}
