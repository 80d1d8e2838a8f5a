//! SQL that wants more than it may have, as a subscriber types it: each statement ends with its own error, in time, and the
//! nodes go on.

use crate::world::{
	fails, query, sales_per_shop, together, World, MAX_ROWS, PATIENCE, PER_SHOP, QUERY_SECONDS,
};
use anyhow::{ensure, Result};
use souk_scenarios::http;
use std::time::{Duration, Instant};

/// What starting `souk`, connecting and a busy machine may add to a query's own time.
const AROUND: Duration = Duration::from_secs(30);

/// What each statement is refused with.
const HOSTILE: &[(&str, &str)] = &[
	("SELECT * FROM '/etc/passwd'", "refused"),
	("SELECT * FROM read_csv('/etc/passwd')", "refused"),
	("COPY t TO '/tmp/x.csv'", "refused"),
	("DROP TABLE t", "refused"),
	("SELECT 1; SELECT 2", "refused"),
	// 2.7 * 10^10 rows
	("SELECT a.id FROM t a CROSS JOIN t b CROSS JOIN t c", "too_many_rows"),
	// 8 * 10^13 rows to look at, none of which passes
	("SELECT count(*) FROM t a, t b, t c, t d WHERE a.id + b.id + c.id + d.id < 0", "timed_out"),
	("WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i FROM r) SELECT count(*) FROM r", "timed_out"),
];

/// All of them, some at the same time.
pub fn ends_with_its_error(world: &World) -> Result<()> {
	let sales = world.sales()?;
	let (buyer, dir) = (world.user("//hostile//buyer"), world.folder("hostile")?);
	buyer.json(&["subscribe", &sales.address, "--plan", "0"])?;

	// What is too long is not even sent.
	let long = dir.join("long.sql");
	std::fs::write(&long, format!("SELECT '{}'", "x".repeat(1 << 20)))?;
	fails(&buyer, &["query", &sales.address, "--file", &long.display().to_string()], 2, "64.0 KiB")?;
	// What is nested as deep as the length allows is.
	let deep = format!("SELECT {}1{}", "(".repeat(30_000), ")".repeat(30_000));

	let statements: Vec<_> = HOSTILE.iter().copied().chain([(deep.as_str(), "refused")]).collect();
	let (first, second) = statements.split_at(statements.len() / 2);
	together([first, second].map(|some| {
		let buyer = &buyer;
		move || some.iter().try_for_each(|(sql, code)| ends_with(buyer, &sales.address, sql, code))
	}))?;

	let (_, counts) = query(&buyer, &sales.address, PER_SHOP, &dir)?;
	ensure!(counts == sales_per_shop(), "the counts differ after all that: {counts:?}");
	for node in &world.nodes {
		souk_scenarios::until("all queries to have ended", PATIENCE, || {
			let running = http::metric(&node.metrics()?, "souk_queries_running");
			Ok((running == Some(0.0)).then_some(()))
		})?;
	}
	Ok(())
}

fn ends_with(buyer: &souk_scenarios::Souk, listing: &str, sql: &str, code: &str) -> Result<()> {
	let start = Instant::now();
	let refused = fails(buyer, &["query", listing, sql], 3, "")?;
	let (took, shown) = (start.elapsed(), sql.chars().take(60).collect::<String>());
	ensure!(refused["error"]["code"] == code, "{shown}: expected {code}, got {refused}");
	let claim = &refused["error"]["details"]["attestation"];
	ensure!(claim["code"] == code && claim["signature"].is_string(), "{shown}: not attested: {refused}");
	let limit = Duration::from_secs(QUERY_SECONDS) + AROUND;
	ensure!(took < limit, "{shown} took {took:?}");
	let few = refused["error"]["message"].as_str().is_some_and(|words| words.contains(&MAX_ROWS.to_string()));
	ensure!(code != "too_many_rows" || few, "{shown}: the limit is not named: {refused}");
	Ok(())
}
