//! The story: who does what, and whether it came out right.

use crate::{
	expected,
	fakes::MALLORY,
	report::{Figures, Report},
};
use anyhow::{ensure, Context, Result};
use souk_scenarios::{
	repository,
	telling::{amount, block, chapter, micro, says, text, units},
	Chain, Daemon, Persistence, Souk, Worker,
};
use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// Long enough for a busy machine; everything is awaited, nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// What the story takes place in.
pub struct World {
	dir: PathBuf,
	pub chain: Chain,
	daemons: Vec<Daemon>,
	/// Mallory's worker and node.
	pub crooks: [Daemon; 2],
	curator: Souk,
	pub subscriber: Souk,
	pub subscriber_address: String,
	/// Where results go.
	pub out: PathBuf,
	pub report: Report,
}

/// Tells the whole story with its data under `dir`.
pub fn tell(dir: &Path) -> Result<Report> {
	println!("Souk: a marketplace for data, on this machine only, with real data.");
	println!("Nothing here is simulated; everything that is started is ended again.");
	let source = repository().join("tests/data");
	let mut world = begin(dir)?;
	let address = world.publish(&source.join("weather.toml"))?;
	let rows = expected::read(&source.join("weather.csv.gz"))?;
	world.search(&address)?;
	world.subscribe(&address)?;
	world.queries(&address, &rows)?;
	world.are_proved(&address, &rows)?;
	world.cancel(&address)?;
	world.is_refused_now(&address)?;
	world.is_asked(&address, &rows)?;
	world.buys(&address)?;
	let fake = world.is_faked(dir, &source.join("weather.csv.gz"))?;
	world.is_seen_through(&fake)?;
	world.is_refunded(fake)?;
	let World { report, daemons, crooks, chain, .. } = world;
	let start = Instant::now();
	drop((daemons, crooks));
	drop(chain);
	let mut report = report;
	report.add("stop everything", Figures { took: start.elapsed(), ..Default::default() });
	Ok(report)
}

fn begin(dir: &Path) -> Result<World> {
	chapter("A chain of two validators starts: Alice and Bob take turns making blocks, every three seconds.");
	let start = Instant::now();
	let mut chain = Chain::start(&dir.join("chain"), "local")?;
	// A light client needs finalised blocks to start from.
	chain.wait_finalized(2, PATIENCE)?;
	let (_, finalized) = chain.heights(0)?.context("the chain went away")?;
	says(format!("block {finalized} is final."));
	let mut report = Report::default();
	report.add(
		"start the chain",
		Figures { took: start.elapsed(), block: Some(finalized.into()), ..Default::default() },
	);

	chapter(
		"Two workers and two persistence nodes start, and Mallory's pair. Each is a process with an account and keys of its own.",
	);
	let start = Instant::now();
	let spec = chain.spec().to_path_buf();
	let at = |name: &str| dir.join(name);
	let mut daemons = vec![
		Worker::start("worker Dave", &at("worker-dave"), &spec, "//Dave")?,
		Worker::start("worker Eve", &at("worker-eve"), &spec, "//Eve")?,
		Persistence::start("persistence node Ferdie", &at("persistence-ferdie"), &spec, "//Ferdie")?,
		Persistence::start("persistence node Bob's", &at("persistence-bob"), &spec, "//Bob//stash")?,
	];
	let [_, (worker, worker_uri), (node, node_uri)] = MALLORY;
	let mut crooks = [
		Worker::start(worker, &at("mallory-worker"), &spec, worker_uri)?,
		Persistence::start(node, &at("mallory-node"), &spec, node_uri)?,
	];
	let user = |name: &str, account: &str| Souk::new(&at(name), &spec, account);
	let subscriber = user("subscriber", "sam");
	let made = subscriber.json(&["key", "new", "sam"])?;
	let subscriber_address = text(&made, "address")?;
	for daemon in daemons.iter_mut().chain(&mut crooks) {
		daemon.wait_up(PATIENCE)?;
	}
	report.add("start the nodes", Figures { took: start.elapsed(), ..Default::default() });

	chapter("Each node registers on chain with a bond; meanwhile Sam, who wants to buy data, gets some money from Alice.");
	let start = Instant::now();
	let alice = user("alice", "//Alice");
	let blocks = std::thread::scope(|scope| -> Result<Vec<u64>> {
		let mut tasks = Vec::new();
		for daemon in daemons.iter().chain(&crooks) {
			let account = daemon.uri();
			let (operator, url) = (user(&account.replace('/', "-"), account), daemon.admin_url());
			tasks.push(scope.spawn(move || block(&operator.json(&["node", "register", "--admin", &url])?)));
		}
		let to = subscriber_address.clone();
		tasks.push(scope.spawn(move || {
			block(&alice.json(&["transfer", &to, "10 SOUK"])?)?;
			block(&alice.json(&["transfer", &to, "20 wUSD"])?)
		}));
		tasks.into_iter().map(|task| task.join().map_err(|_| anyhow::anyhow!("a task panicked"))?).collect()
	})?;
	let last = blocks.iter().max().copied();
	says("all six are registered; Sam has 10 SOUK for fees and deposits, and 20 wUSD to spend.");
	report.add(
		"register nodes, fund Sam",
		Figures { took: start.elapsed(), block: last, ..Default::default() },
	);
	let out = dir.join("out");
	std::fs::create_dir_all(&out)?;
	Ok(World {
		dir: dir.into(),
		crooks,
		curator: user("curator", "//Charlie"),
		chain,
		daemons,
		subscriber,
		subscriber_address,
		out,
		report,
	})
}

impl World {
	fn publish(&mut self, manifest: &Path) -> Result<String> {
		chapter("Charlie, a curator, publishes a year of New York weather from a manifest (tests/data/weather.toml).");
		says("He bonds money on it. Both workers fetch, check and encrypt the table on their own;");
		says("only when both reach the same fingerprints is the snapshot final, and the nodes take it.");
		let urls: Vec<String> = self.daemons.iter().map(Daemon::admin_url).collect();
		let manifest = manifest.display().to_string();
		let start = Instant::now();
		let report = self.curator.json(&[
			"publish",
			&manifest,
			"--worker",
			&urls[0],
			"--worker",
			&urls[1],
			"--persistence",
			&urls[2],
			"--persistence",
			&urls[3],
		])?;
		let address = text(&report, "address")?;
		let snapshot = &report["snapshot"];
		let rows = snapshot["rows"].as_u64().context("no snapshot")?;
		ensure!(rows == 26_115, "the snapshot has {rows} rows instead of 26,115");
		ensure!(
			!report["held_by"].as_array().context("held_by")?.is_empty(),
			"no persistence node has the snapshot"
		);
		ensure!(report["metadata_published"] == true, "the metadata was not published");
		let shown = self.subscriber.json(&["show", &address])?;
		ensure!(shown["state"] == "active", "the listing is {}", shown["state"]);
		says(format!("{address} is for sale: {rows} rows, bond {}.", amount(&report["bond"])));
		self.report.add(
			"publish, snapshot by quorum",
			Figures {
				took: start.elapsed(),
				block: snapshot["final_at"].as_u64(),
				rows: Some(rows),
				bytes: snapshot["bytes"].as_u64(),
			},
		);
		Ok(address)
	}

	fn search(&mut self, address: &str) -> Result<()> {
		chapter(
			"Sam runs no node and trusts no server: souk follows the chain as a light client. Sam searches.",
		);
		let start = Instant::now();
		let found = self.subscriber.json(&["search", "weather", "--max-price", "10 wUSD"])?;
		let found =
			found.as_array().or_else(|| found["listings"].as_array()).context("search printed no list")?;
		ensure!(found.iter().any(|f| f["address"] == address), "the search did not find {address}");
		for listing in found {
			says(format!(
				"{}: {}",
				listing["address"].as_str().unwrap_or_default(),
				listing["title"].as_str().unwrap_or_default()
			));
		}
		self.report.add(
			"search",
			Figures { took: start.elapsed(), rows: Some(found.len() as u64), ..Default::default() },
		);
		Ok(())
	}

	fn subscribe(&mut self, address: &str) -> Result<()> {
		chapter("Sam subscribes: 5 wUSD for an hour. The chain holds the money; nobody has it yet.");
		let refused = self.subscriber.run(&["query", address, "SELECT 1"])?;
		ensure!(refused.code != 0, "a query was answered before it was paid for");
		says("(before paying, a query was refused, as it should be)");
		let before = self.balance(&self.subscriber_address, "wUSD")?;
		let start = Instant::now();
		let done = self.subscriber.json(&["subscribe", address, "--plan", "0", "--max-price", "5 wUSD"])?;
		let took = start.elapsed();
		let after = self.balance(&self.subscriber_address, "wUSD")?;
		ensure!(
			before.0 - after.0 == 5_000_000,
			"subscribing cost {} instead of 5000000",
			before.0 - after.0
		);
		ensure!(after.1 == 5_000_000, "{} micro-dollars are held instead of 5000000", after.1);
		says("5 wUSD are on hold.");
		self.report.add("subscribe", Figures { took, block: done["block"].as_u64(), ..Default::default() });
		Ok(())
	}

	fn queries(&mut self, address: &str, rows: &[expected::Row]) -> Result<()> {
		chapter("Sam asks questions in SQL. Request and answer are encrypted; each answer is signed, and checked before it is shown.");
		let warm = self.query(
			"a filter",
			address,
			"SELECT time_hour, temp FROM t WHERE origin = 'JFK' AND temp > 95 ORDER BY time_hour",
		)?;
		ensure!(warm.len() == expected::warmer(rows, "JFK", 95.0), "the filter returned {} rows", warm.len());

		let months = self.query(
			"a group-by",
			address,
			"SELECT origin, month, count(*) AS hours, avg(temp) AS mean FROM t GROUP BY origin, month ORDER BY origin, month",
		)?;
		let counts: BTreeMap<(String, u32), u64> = months
			.iter()
			.map(|r| Ok(((r[0].clone(), r[1].parse()?), r[2].parse()?)))
			.collect::<Result<_>>()?;
		ensure!(counts == expected::per_month(rows), "the group-by's counts differ from the source's");

		let pairs = self.query(
			"a self-join",
			address,
			"SELECT count(*) FROM t AS a JOIN t AS b ON a.time_hour = b.time_hour \
			 WHERE a.origin = 'JFK' AND b.origin = 'LGA' AND a.temp < b.temp",
		)?;
		let colder: u64 = pairs[0][0].parse()?;
		ensure!(colder == expected::colder_pairs(rows, "JFK", "LGA"), "the self-join found {colder} hours");

		let hottest = self.query(
			"a window function",
			address,
			"SELECT DISTINCT origin, temp FROM (SELECT origin, temp, rank() OVER (PARTITION BY origin ORDER BY temp DESC) AS r \
			 FROM t WHERE temp IS NOT NULL) WHERE r = 1 ORDER BY origin",
		)?;
		let found: BTreeMap<String, f64> =
			hottest.iter().map(|r| Ok((r[0].clone(), r[1].parse()?))).collect::<Result<_>>()?;
		ensure!(
			found == expected::hottest(rows),
			"the window function's temperatures differ from the source's"
		);

		let start = Instant::now();
		let refused = self.subscriber.run(&["query", address, "SELECT * FROM '/etc/passwd'"])?;
		ensure!(
			refused.code == 3,
			"reading a file was not refused (exit code {}): {}",
			refused.code,
			refused.err
		);
		says(format!("one that is refused: {}", refused.err.lines().last().unwrap_or_default()));
		self.report.add("query: refused", Figures { took: start.elapsed(), ..Default::default() });

		let file = self.out.join("months.parquet");
		let path = file.display().to_string();
		let start = Instant::now();
		let done = self.subscriber.json(&[
			"query",
			address,
			"SELECT origin, month, avg(temp) AS mean FROM t GROUP BY origin, month",
			"--format",
			"parquet",
			"--out",
			&path,
		])?;
		let bytes = std::fs::read(&file)?;
		ensure!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{path} is not a Parquet file");
		ensure!(done["rows"] == 36, "the Parquet file has {} rows", done["rows"]);
		says(format!("one result is saved as Parquet, {} bytes.", bytes.len()));
		self.report.add(
			"query: save as Parquet",
			Figures {
				took: start.elapsed(),
				rows: Some(36),
				bytes: Some(bytes.len() as u64),
				..Default::default()
			},
		);
		Ok(())
	}

	/// Runs a query that must succeed and returns its CSV fields without the header.
	fn query(&mut self, what: &str, address: &str, sql: &str) -> Result<Vec<Vec<String>>> {
		let file = self.out.join(format!("{}.csv", what.replace(' ', "-")));
		let path = file.display().to_string();
		let start = Instant::now();
		let done = self.subscriber.json(&["query", address, sql, "--format", "csv", "--out", &path])?;
		let took = start.elapsed();
		let csv = std::fs::read_to_string(&file)?;
		let rows: Vec<Vec<String>> =
			csv.lines().skip(1).map(|line| line.split(',').map(String::from).collect()).collect();
		ensure!(
			done["rows"] == rows.len() as u64,
			"{what}: {} rows attested, {} written",
			done["rows"],
			rows.len()
		);
		says(format!(
			"{what}: {} rows, e.g. {}",
			rows.len(),
			rows.first().map(|r| r.join(", ")).unwrap_or_default()
		));
		self.report.add(
			format!("query: {what}"),
			Figures {
				took,
				block: done["block"].as_u64(),
				rows: Some(rows.len() as u64),
				bytes: done["bytes"].as_u64(),
			},
		);
		Ok(rows)
	}

	fn cancel(&mut self, address: &str) -> Result<()> {
		chapter("Sam cancels. What was used is paid out, the rest comes back.");
		let people = [
			("Charlie, the curator", "//Charlie"),
			("Dave, a worker", "//Dave"),
			("Eve, a worker", "//Eve"),
			("Ferdie, a persistence node", "//Ferdie"),
			("Bob's persistence node", "//Bob//stash"),
		];
		let address_of = |uri: &str| souk_scenarios::souk::address_of(uri);
		let before: Vec<u128> = people
			.iter()
			.map(|(_, uri)| Ok(self.balance(&address_of(uri)?, "wUSD")?.0))
			.collect::<Result<_>>()?;
		let start = Instant::now();
		let done = self.subscriber.json(&["cancel", address])?;
		let took = start.elapsed();
		let (free, held) = self.balance(&self.subscriber_address, "wUSD")?;
		ensure!(held == 0, "{held} micro-dollars are still on hold");
		let spent = 20_000_000 - free;
		let mut paid = 0;
		for ((who, uri), before) in people.iter().zip(before) {
			let got = self.balance(&address_of(uri)?, "wUSD")?.0 - before;
			says(format!("{who} got {} wUSD", micro(got)));
			paid += got;
		}
		ensure!(paid == spent, "Sam spent {spent}, the others got {paid}");
		ensure!(spent > 0 && spent < 5_000_000, "Sam spent {spent} micro-dollars");
		says(format!(
			"Sam got {} of 5 wUSD back. What Sam spent is what the others got: {} wUSD.",
			amount(&done["refund"]),
			micro(spent)
		));
		self.report.add("cancel", Figures { took, block: done["block"].as_u64(), ..Default::default() });
		Ok(())
	}

	fn is_refused_now(&mut self, address: &str) -> Result<()> {
		chapter("Sam asks once more, without a subscription.");
		let start = Instant::now();
		let refused = self.subscriber.run(&["query", address, "SELECT count(*) FROM t"])?;
		ensure!(
			refused.code == 3,
			"the query was not refused (exit code {}): {}{}",
			refused.code,
			refused.out,
			refused.err
		);
		says(format!("refused: {}", refused.err.lines().last().unwrap_or_default()));
		self.report
			.add("query after the end: refused", Figures { took: start.elapsed(), ..Default::default() });
		Ok(())
	}

	/// Somebody else, by a development account.
	pub fn user(&self, uri: &str) -> Souk {
		Souk::new(&self.dir.join(uri.replace('/', "-")), self.chain.spec(), uri)
	}

	/// Free and held balance, in the asset's smallest unit.
	pub fn balance(&self, account: &str, symbol: &str) -> Result<(u128, u128)> {
		let balances = self.subscriber.json(&["balance", account])?;
		let list = balances
			.as_array()
			.or_else(|| balances["balances"].as_array())
			.context("balance printed no list")?;
		let found = list
			.iter()
			.find(|b| b["free"]["symbol"] == symbol)
			.with_context(|| format!("no balance in {symbol}"))?;
		Ok((units(&found["free"])?, units(&found["held"])?))
	}
}
