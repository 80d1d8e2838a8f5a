//! SQL that wants more than it may have, as a subscriber types it: each statement ends with its own error, in time, and the
//! nodes go on.

use crate::world::{
	fails, manifest, publish, query, sales_per_shop, start_all, together, World, MAX_ROWS, PATIENCE,
	PER_SHOP, PLAN, TIMEOUT,
};
use anyhow::{ensure, Result};
use serde_json::Value;
use souk_scenarios::{http, until, Daemon, Persistence, Souk};
use std::time::{Duration, Instant};

/// What each statement is refused with, however long that takes.
const HOSTILE: &[(&str, &str)] = &[
	("SELECT * FROM '/etc/passwd'", "refused"),
	("SELECT * FROM read_csv('/etc/passwd')", "refused"),
	("COPY t TO '/tmp/x.csv'", "refused"),
	("DROP TABLE t", "refused"),
	("SELECT 1; SELECT 2", "refused"),
	// 2.7 * 10^10 rows
	("SELECT a.id FROM t a CROSS JOIN t b CROSS JOIN t c", "too_many_rows"),
];
/// What would not end in days.
const ENDLESS: &[&str] = &[
	// 8 * 10^13 rows to look at, none of which passes
	"SELECT count(*) FROM t a, t b, t c, t d WHERE a.id + b.id + c.id + d.id < 0",
	"WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i FROM r) SELECT count(*) FROM r",
];
/// Seconds that the node which is asked those gives a query.
const QUERY_SECONDS: u64 = 4;
/// How late the end may be heard of: a busy machine may take longer to start `souk` than the node may compute. Who asks waits longer.
const LATE: Duration = Duration::from_secs(120);
/// Rows of its table.
const ROWS: u64 = 3_000;

/// What is refused at the shared nodes, and what has no end at a node of its own, at the same time.
pub fn ends_with_its_error(world: &World) -> Result<()> {
	let stories: [fn(&World) -> Result<()>; 2] = [refused, cut_off];
	together(stories.map(|story| move || story(world))).map(|_| ())
}

/// Statements that are refused for what they are: these nodes have time enough to find that out on a busy machine.
fn refused(world: &World) -> Result<()> {
	let sales = world.sales()?;
	let (buyer, dir) = (world.user("//hostile//buyer"), world.folder("hostile")?);
	buyer.json(&["subscribe", &sales.address, "--plan", "0"])?;

	// What is too long is not even sent.
	let long = dir.join("long.sql");
	std::fs::write(&long, format!("SELECT '{}'", "x".repeat(1 << 20)))?;
	fails(&buyer, &["query", &sales.address, "--file", &long.display().to_string()], 2, "64.0 KiB")?;
	// What is nested as deep as the length allows is.
	let deep = format!("SELECT {}1{}", "(".repeat(30_000), ")".repeat(30_000));

	for (sql, code) in HOSTILE.iter().copied().chain([(deep.as_str(), "refused")]) {
		ends_with(&buyer, &sales.address, sql, code)?;
	}
	let (_, counts) = query(&buyer, &sales.address, PER_SHOP, &dir)?;
	ensure!(counts == sales_per_shop(), "the counts differ after all that: {counts:?}");
	Ok(())
}

/// Statements that only the node's own limit ends. Others would be late at such a node.
fn cut_off(world: &World) -> Result<()> {
	let dir = world.folder("endless")?;
	let mut node = Persistence::prepare("hasty node", &dir.join("node"), &world.spec, "//hostile//node")?;
	node.configure(&format!("[limits]\nquery_seconds = {QUERY_SECONDS}"))?;
	start_all(&mut [&mut node])?;
	let ids: String = (0..ROWS).map(|id| format!("{id}\n")).collect();
	std::fs::write(dir.join("numbers.csv"), format!("id\n{ids}"))?;
	let manifest = manifest(&dir, "endless", "kind = \"csv\"\nlocation = \"numbers.csv\"", PLAN)?;
	// She asks her own node: nobody else knows it.
	let curator = world.user("//hostile//curator");
	let listing = publish(&curator, &manifest, &world.worker, &[&node])?;
	curator.json(&["subscribe", &listing.address, "--plan", "0"])?;

	for sql in ENDLESS {
		let start = Instant::now();
		ends_with(&curator, &listing.address, sql, "timed_out")?;
		ensure!(start.elapsed() < LATE, "{sql} took {:?}", start.elapsed());
	}
	has_nothing_to_do(&node)?;
	// It goes on. What four seconds are too short for on a busy machine is asked again.
	let count = ["--json", "query", &listing.address, "SELECT count(*) AS n FROM t", "--timeout", TIMEOUT];
	let answer = until("the node to answer", PATIENCE, || {
		let ended = curator.run(&count)?;
		ensure!(ended.code == 0 || ended.out.contains("timed_out"), "{}{}", ended.out, ended.err);
		Ok((ended.code == 0).then_some(ended.out))
	})?;
	let answer: Value = serde_json::from_str(&answer)?;
	ensure!(answer["result"][0]["n"] == ROWS, "{answer}");
	Ok(())
}

/// Nothing that was cut off runs on.
fn has_nothing_to_do(node: &Daemon) -> Result<()> {
	until("all queries to have ended", PATIENCE, || {
		let running = http::metric(&node.metrics()?, "souk_queries_running");
		Ok((running == Some(0.0)).then_some(()))
	})
}

fn ends_with(buyer: &Souk, listing: &str, sql: &str, code: &str) -> Result<()> {
	let refused = fails(buyer, &["query", listing, sql, "--timeout", TIMEOUT], 3, "")?;
	let shown = sql.chars().take(60).collect::<String>();
	ensure!(refused["error"]["code"] == code, "{shown}: expected {code}, got {refused}");
	let claim = &refused["error"]["details"]["attestation"];
	ensure!(claim["code"] == code && claim["signature"].is_string(), "{shown}: not attested: {refused}");
	let few = refused["error"]["message"].as_str().is_some_and(|words| words.contains(&MAX_ROWS.to_string()));
	ensure!(code != "too_many_rows" || few, "{shown}: the limit is not named: {refused}");
	Ok(())
}
