//! What the scenarios share: a chain, a worker, two persistence nodes, one table that is for sale, and a light client.

use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{chain::Endowment, souk::Ended, until, Chain, Daemon, Persistence, Souk, Worker};
use souk_sdk::{calls, Account, SdkError};
use std::{
	fmt::Write as _,
	path::{Path, PathBuf},
	sync::{Mutex, OnceLock},
	time::Duration,
};
use tokio::runtime::Runtime;

/// Long enough for a busy machine; everything is awaited, nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// Planck in a SOUK.
pub const SOUK: u64 = 1_000_000_000_000;
/// Micro-dollars in a wUSD.
pub const WUSD: u64 = 1_000_000;
/// Seconds that the shared persistence nodes give a query, and a proof: none of them is to be late on a busy machine.
const QUERY_SECONDS: u64 = 240;
const PROOF_SECONDS: u64 = 1_800;
/// What a query is waited for, as `souk` takes it. A node takes no deadline much further ahead.
pub const TIMEOUT: &str = "8m";
/// Blocks of the shared table's shorter plan: two minutes, so that a busy machine asks more than once in them.
pub const SHORT_PERIOD: u32 = 40;
/// Rows of the shared table.
pub const ROWS: u64 = 3_000;
/// Most rows of a result from the shared table.
pub const MAX_ROWS: u64 = 5_000;

/// Who has 10,000 SOUK and 10,000 wUSD from the start. Nobody is used by two scenarios: transactions of one account that are
/// sent by two programs at once would take each other's place.
pub const ACCOUNTS: &[&str] = &[
	"//world//worker",
	"//world//first",
	"//world//second",
	"//world//curator",
	"//sale//buyer",
	"//bad-chunk//curator",
	"//bad-chunk//worker",
	"//bad-chunk//node",
	"//bad-chunk//buyer",
	"//hostile//curator",
	"//hostile//node",
	"//hostile//buyer",
	"//forged//buyer",
	"//lapse//once",
	"//failover//curator",
	"//failover//buyer",
	"//failover//first",
	"//failover//second",
	"//steps//curator",
	"//steps//worker",
	"//memory//curator",
	"//memory//worker",
	"//memory//buyer",
	"//tabs//curator",
	"//tabs//node",
	"//tabs//buyer",
	"//tabs//gone",
	"//tabs//thief",
	"//tables//csv",
	"//tables//json",
	"//tables//parquet",
	"//manifests//curator",
	"//delivery//curator",
	"//delivery//node",
	"//delivery//buyer",
	"//delivery//stranger",
	"//delivery//other",
	"//delivery//third",
	"//service//seller",
	"//service//buyer",
	"//thing//seller",
	"//thing//buyer",
	"//dispute//seller",
	"//dispute//buyer",
	"//argued//seller",
	"//argued//buyer",
	"//case//seller",
	"//case//buyer",
	"//case//first",
	"//case//second",
	"//case//third",
	"//case//late",
	"//case//reviewer",
	"//case//node",
	"//proved//buyer",
	"//asked//asker",
	"//asked//stingy",
	"//asked//auditor",
	"//restart//buyer",
	"//restart//sender",
	"//sdk//curator",
	"//sdk//node",
	"//sdk//buyer",
	"//sdk//sender",
	"//sdk//failing",
];
/// Who has little.
const POOR: &[Endowment<'_>] = &[
	Endowment { uri: "//sale//no-dollars", souk: 10 * SOUK, wusd: 0 },
	// Enough for one period at two dollars, and not for the next.
	Endowment { uri: "//lapse//poor", souk: 10 * SOUK, wusd: 3 * WUSD },
];

/// What governance sets on the shared chain before anything happens there, in blocks. Long where a slow `souk`, node or proof has to be in time:
/// nobody waits for the end of those.
const PARAMETERS: &[(&str, &str, u128)] = &[
	// Scenarios stop nodes, and take their places. Challenges are played on chains of their own.
	("Offences", "ChallengeEvery", 0),
	("Escrow", "DeliveryTimeout", 1_000),
	("Escrow", "ChallengeWindow", 600),
	("Disputes", "ResponseTime", 1_000),
	("Disputes", "DrawTimeout", 1_000),
	("Disputes", "CommitTime", 600),
	("Disputes", "RevealTime", 400),
	// These are waited for, and so is the last one.
	("Disputes", "EvidenceTime", 60),
	("Disputes", "AppealTime", 50),
	("Disputes", "ReviewTime", REVIEW_TIME),
	("Tabs", "Challenge", 30),
];
const REVIEW_TIME: u128 = 80;

/// The world.
pub struct World {
	/// Where everything is.
	pub dir: PathBuf,
	/// Chain spec.
	pub spec: PathBuf,
	/// The chain.
	pub chain: Mutex<Chain>,
	/// A worker that nobody stops.
	pub worker: Daemon,
	/// Persistence nodes that nobody stops.
	pub nodes: [Daemon; 2],
	sales: OnceLock<Result<Listing, String>>,
	client: Client,
}

/// A listing that is for sale.
#[derive(Clone, Debug)]
pub struct Listing {
	/// Its number.
	pub id: u32,
	/// `<account>/<name>`.
	pub address: String,
	/// What `souk publish` said.
	pub report: Value,
}

/// A light client in this process, and the runtime that it lives in.
pub struct Client {
	/// Runs what is asynchronous.
	pub runtime: Runtime,
	/// The light client.
	pub chain: souk_sdk::Chain,
}

impl World {
	/// Starts chain and nodes, and waits until the nodes are registered. The calling thread must live as long as the world.
	pub fn begin(dir: &Path) -> Result<Self> {
		let mut endowed: Vec<_> =
			ACCOUNTS.iter().map(|uri| Endowment { uri, souk: 10_000 * SOUK, wusd: 10_000 * WUSD }).collect();
		endowed.extend(POOR);
		let mut chain = Chain::start_with(&dir.join("chain"), "local", &endowed)?;
		let spec = chain.spec().to_path_buf();
		let mut worker = Worker::prepare("worker", &dir.join("worker"), &spec, "//world//worker")?;
		let mut nodes = [
			Persistence::prepare("first node", &dir.join("first"), &spec, "//world//first")?,
			Persistence::prepare("second node", &dir.join("second"), &spec, "//world//second")?,
		];
		for node in &mut nodes {
			node.configure(&format!(
				"[limits]\nquery_seconds = {QUERY_SECONDS}\nproof_seconds = {PROOF_SECONDS}"
			))?;
		}
		// A light client needs finalised blocks to start from.
		chain.wait_finalized(2, PATIENCE)?;
		let client = std::thread::scope(|scope| -> Result<Client> {
			let governing = scope.spawn(|| {
				let client = Client::connect(&spec)?;
				client.govern()?;
				anyhow::Ok(client)
			});
			start_all(&mut nodes.iter_mut().chain([&mut worker]).collect::<Vec<_>>())?;
			governing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
		})?;
		Ok(Self {
			dir: dir.into(),
			spec,
			chain: Mutex::new(chain),
			worker,
			nodes,
			sales: OnceLock::new(),
			client,
		})
	}

	/// A user with a home of their own.
	pub fn user(&self, account: &str) -> Souk {
		let home = account.trim_start_matches('/').replace("//", "-");
		Souk::new(&self.dir.join("users").join(home), &self.spec, account)
	}

	/// A new folder.
	pub fn folder(&self, name: &str) -> Result<PathBuf> {
		let dir = self.dir.join(name);
		std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
		Ok(dir)
	}

	/// The shared table: sales of seven shops, at both shared nodes. Plan 0 is an hour for 1 wUSD, plan 1
	/// [`SHORT_PERIOD`] blocks for 2 wUSD. Whoever asks first publishes it.
	pub fn sales(&self) -> Result<&Listing> {
		let publish = || {
			let manifest = sales_manifest(&self.folder("sales")?)?;
			let nodes: Vec<&Daemon> = self.nodes.iter().collect();
			publish(&self.user("//world//curator"), &manifest, &self.worker, &nodes)
		};
		let published = self.sales.get_or_init(|| publish().map_err(|error| format!("{error:?}")));
		published.as_ref().map_err(|error| anyhow::anyhow!("the shared table was not published: {error}"))
	}

	/// The light client of this process.
	pub fn client(&self) -> &Client {
		&self.client
	}
}

impl Client {
	/// Connects to the chain of this spec.
	pub fn connect(spec: &Path) -> Result<Self> {
		let runtime = Runtime::new()?;
		let spec = std::fs::read_to_string(spec)?;
		let chain = runtime.block_on(souk_sdk::Chain::connect_within(&spec, PATIENCE))?;
		Ok(Self { runtime, chain })
	}

	/// Sets parameters: each is a group, a name, and a number. Governance is Alice on these chains.
	pub fn set(&self, parameters: &[(&str, &str, u128)]) -> Result<()> {
		let calls = parameters.iter().map(|(group, name, number)| calls::set_parameter(group, name, *number));
		let call = calls::sudo(calls::batch_all(calls.collect()));
		self.runtime.block_on(self.chain.submit(&Account::from_uri("//Alice")?, call))?;
		Ok(())
	}

	/// Sets [`PARAMETERS`].
	fn govern(&self) -> Result<()> {
		self.set(PARAMETERS)?;
		let settings =
			self.runtime.block_on(async { self.chain.latest().await?.dispute_settings().await })?;
		// All of them are set, or none is.
		ensure!(u128::from(settings.review_time) == REVIEW_TIME, "nothing was set: {settings:?}");
		Ok(())
	}

	/// Waits until this client has seen the block that a report of `souk` is of: another client may have been faster.
	pub fn sees(&self, report: &Value) -> Result<()> {
		let block = report["block"].as_u64().with_context(|| format!("no block in {report}"))?;
		self.runtime.block_on(self.chain.reached(u32::try_from(block)?, PATIENCE))?;
		Ok(())
	}
}

/// Asks `condition` at each new finalised block until it yields something, at most for `limit`. A read that may go well at the next block does not
/// end the wait; other errors do.
pub fn until_block<T>(
	what: &str,
	limit: Duration,
	chain: &souk_sdk::Chain,
	mut condition: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
	let (heads, mut asked) = (chain.heads(), None);
	let passes = |error: &anyhow::Error| error.downcast_ref::<SdkError>().is_some_and(SdkError::passes);
	until(what, limit, || {
		let head = *heads.borrow();
		if asked.replace(head) == Some(head) {
			return Ok(None);
		}
		match condition() {
			Err(error) if passes(&error) => Ok(None),
			asked => asked,
		}
	})
}

/// Starts daemons and registers them, all at once. They die with the calling thread.
pub fn start_all(daemons: &mut [&mut Daemon]) -> Result<()> {
	for daemon in daemons.iter_mut() {
		daemon.start()?;
	}
	for daemon in daemons.iter_mut() {
		daemon.wait_up(PATIENCE)?;
	}
	together(daemons.iter().map(|daemon| || daemon.register())).map(|_| ())
}

/// Does several things at the same time and returns what came of them, or the first error.
pub fn together<T: Send>(
	work: impl IntoIterator<Item = impl FnOnce() -> Result<T> + Send>,
) -> Result<Vec<T>> {
	std::thread::scope(|scope| {
		let threads: Vec<_> = work.into_iter().map(|work| scope.spawn(work)).collect();
		threads
			.into_iter()
			.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
			.collect()
	})
}

/// Writes a manifest: `source` and `rest` are what stands under `[source]`, and behind it.
pub fn manifest(dir: &Path, name: &str, source: &str, rest: &str) -> Result<PathBuf> {
	// Due once a year, so that no second snapshot comes while a scenario runs.
	let text = format!(
		"[dataset]\nname = \"{name}\"\ntitle = \"Table {name}\"\nlicense = \"CC0-1.0\"\ncategory = \"test\"\n\
		 schedule = \"0 0 1 1 *\"\n\n[source]\n{source}\n\n{rest}\n"
	);
	let path = dir.join(format!("{name}.toml"));
	std::fs::write(&path, text)?;
	Ok(path)
}

/// A plan that nobody finds too short or too dear.
pub const PLAN: &str = "[[plan]]\nkind = \"subscription\"\nprice = \"1 wUSD\"\nperiod = \"1h\"\n";

/// Publishes a table and waits until it can be queried.
pub fn publish(curator: &Souk, manifest: &Path, worker: &Daemon, nodes: &[&Daemon]) -> Result<Listing> {
	let arguments = publishing(manifest, worker, nodes);
	let report = curator.json(&arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
	Ok(Listing {
		id: report["listing"].as_u64().and_then(|id| id.try_into().ok()).context("no listing")?,
		address: report["address"].as_str().context("no address")?.into(),
		report,
	})
}

/// The command line that publishes a table.
pub fn publishing(manifest: &Path, worker: &Daemon, nodes: &[&Daemon]) -> Vec<String> {
	let manifest = manifest.display().to_string();
	let mut arguments: Vec<String> = vec!["publish".into(), manifest, "--wait".into(), "30m".into()];
	arguments.extend(["--worker".into(), worker.admin_url()]);
	nodes.iter().for_each(|node| arguments.extend(["--persistence".into(), node.admin_url()]));
	arguments
}

/// Runs a command that must fail with this exit code and this in its message. Returns its document.
pub fn fails(user: &Souk, arguments: &[&str], code: i32, word: &str) -> Result<Value> {
	let all: Vec<&str> = ["--json"].iter().chain(arguments).copied().collect();
	let Ended { code: ended, out, err, .. } = user.run(&all)?;
	ensure!(
		ended == code && err.contains(word),
		"souk {} was to fail with {code} and the word {word:?}; it ended with {ended}: {err}",
		arguments.join(" ")
	);
	serde_json::from_str(&out).with_context(|| format!("its failure is no JSON: {out}"))
}

/// A query's result as CSV lines without the header.
pub fn query(user: &Souk, listing: &str, sql: &str, dir: &Path) -> Result<(Value, Vec<String>)> {
	let out = dir.join("result.csv").display().to_string();
	let report =
		user.json(&["query", listing, sql, "--timeout", TIMEOUT, "--format", "csv", "--out", &out])?;
	let text = std::fs::read_to_string(&out)?;
	let rows: Vec<String> = text.lines().skip(1).map(String::from).collect();
	ensure!(report["rows"] == rows.len(), "{} rows attested, {} written", report["rows"], rows.len());
	Ok((report, rows))
}

/// What somebody can spend of the dollars, and what is held of them, in micro-dollars.
pub fn dollars(user: &Souk) -> Result<(u64, u64)> {
	let document = user.json(&["balance"])?;
	let all = document["balances"].as_array().context("no balances")?;
	let balance = all.iter().find(|one| one["free"]["symbol"] == "wUSD").context("no balance in wUSD")?;
	Ok((units(&balance["free"])?, units(&balance["held"])?))
}

/// An amount's smallest units.
pub fn units(amount: &Value) -> Result<u64> {
	Ok(amount["units"].as_str().with_context(|| format!("not an amount: {amount}"))?.parse()?)
}

/// How many sales each shop has, as a query's CSV.
pub fn sales_per_shop() -> Vec<String> {
	(0..7).map(|shop| format!("shop-{shop},{}", (0..ROWS).filter(|i| i % 7 == shop).count())).collect()
}

/// The query that counts them.
pub const PER_SHOP: &str = "SELECT shop, count(*) AS n FROM sales GROUP BY shop ORDER BY shop";

fn sales_manifest(dir: &Path) -> Result<PathBuf> {
	let mut lines = String::new();
	for i in 0..ROWS {
		writeln!(lines, "{{\"id\":{i},\"shop\":\"shop-{}\",\"amount\":{}.25}}", i % 7, i % 100)?;
	}
	std::fs::write(dir.join("sales.jsonl"), lines)?;
	let rest = format!(
		"[transform]\nsql = \"SELECT id, shop, amount FROM source\"\n\n[[validate]]\nrule = \"unique\"\ncolumn = \"id\"\n\n\
		 [policy]\nmax_rows = {MAX_ROWS}\n\n[prove]\ncolumns = [\"shop\", \"amount\", \"id\"]\nscale = {{ amount = 2 }}\n\n{PLAN}\n\
		 [[plan]]\nkind = \"subscription\"\nprice = \"2 wUSD\"\nperiod = \"{SHORT_PERIOD} blocks\"\n"
	);
	manifest(dir, "sales", "kind = \"json\"\nlocation = \"sales.jsonl\"", &rest)
}
