//! A table that is not in the repository, through the real thing, and what must not go wrong on the way.
//!
//! One chain serves all parts: starting one costs more than the parts themselves.

use anyhow::{ensure, Result};
use souk_scenarios::{Chain, Persistence, Souk, Worker};
use std::{fmt::Write as _, path::Path, time::Duration};

const PATIENCE: Duration = Duration::from_secs(120);

/// 3,000 sales as JSON lines, and a manifest for them.
fn table(dir: &Path) -> Result<String> {
	let mut lines = String::new();
	for i in 0..3000 {
		writeln!(lines, "{{\"id\":{i},\"shop\":\"shop-{}\",\"amount\":{}.25}}", i % 7, i % 100)?;
	}
	std::fs::write(dir.join("sales.jsonl"), lines)?;
	let manifest = r#"
[dataset]
name = "sales"
title = "Sales of seven shops"
license = "CC-BY-4.0"
category = "retail"
schedule = "0 * * * *"

[source]
kind = "json"
location = "sales.jsonl"

[transform]
sql = "SELECT id, shop, amount FROM source"

[[validate]]
rule = "unique"
column = "id"

[policy]
max_rows = 5000
aggregate_only = false
min_group_size = 0

[[plan]]
kind = "subscription"
price = "1 SOUK"
period = "1h"
"#;
	let path = dir.join("sales.toml");
	std::fs::write(&path, manifest)?;
	Ok(path.display().to_string())
}

#[test]
fn a_table_of_ones_own_is_sold_queried_and_survives_a_killed_node_and_a_restarted_validator() -> Result<()> {
	let dir = tempfile::tempdir()?;
	let at = |name: &str| dir.path().join(name);
	let manifest = table(dir.path())?;
	let mut chain = Chain::start(&at("chain"), "local")?;
	chain.wait_finalized(2, PATIENCE)?;
	let spec = chain.spec().to_path_buf();
	let user = |account: &str| Souk::new(&at(&account.replace('/', "-")), &spec, account);
	let mut worker = Worker::start("worker", &at("worker"), &spec, "//Dave")?;
	let mut first = Persistence::start("first node", &at("first"), &spec, "//Ferdie")?;
	let mut second = Persistence::start("second node", &at("second"), &spec, "//Bob//stash")?;
	for (daemon, account) in
		[(&mut worker, "//Dave"), (&mut first, "//Ferdie"), (&mut second, "//Bob//stash")]
	{
		daemon.wait_up(PATIENCE)?;
		user(account).json(&["node", "register", "--admin", &daemon.admin_url()])?;
	}
	let (curator, buyer) = (user("//Charlie"), user("//Eve"));
	let (worker_url, first_url, second_url) = (worker.admin_url(), first.admin_url(), second.admin_url());
	let publish = [
		"publish",
		&manifest,
		"--worker",
		&worker_url,
		"--persistence",
		&first_url,
		"--persistence",
		&second_url,
	];

	// A manifest that cannot be understood, or whose source is missing, costs nothing and says why.
	let broken = at("broken.toml");
	std::fs::write(
		&broken,
		std::fs::read_to_string(&manifest)?.replace("price = \"1 SOUK\"", "price = -1\nfree = true"),
	)?;
	let ended = curator.run(&[
		"publish",
		&broken.display().to_string(),
		"--worker",
		&worker_url,
		"--persistence",
		&first_url,
	])?;
	ensure!(ended.code == 2, "a broken manifest ended with {}: {}", ended.code, ended.err);
	let missing = at("missing.toml");
	std::fs::write(&missing, std::fs::read_to_string(&manifest)?.replace("sales.jsonl", "nowhere.jsonl"))?;
	let ended = curator.run(&[
		"publish",
		&missing.display().to_string(),
		"--worker",
		&worker_url,
		"--persistence",
		&first_url,
	])?;
	ensure!(
		ended.code != 0 && ended.err.contains("nowhere.jsonl"),
		"a missing source: {} {}",
		ended.code,
		ended.err
	);

	let published = curator.json(&publish)?;
	ensure!(published["snapshot"]["rows"] == 3000, "published: {published}");
	let address = published["address"].as_str().unwrap_or_default().to_owned();
	let again = curator.run(&publish)?;
	ensure!(again.code == 1 && again.err.contains("already"), "a name taken: {} {}", again.code, again.err);

	// Somebody without money is told so before anything is sent.
	let poor = user("poor");
	poor.json(&["key", "new", "poor"])?;
	let ended = poor.run(&["subscribe", &address, "--plan", "0"])?;
	ensure!(ended.code == 5, "a subscriber without funds: {} {}", ended.code, ended.err);

	buyer.json(&["subscribe", &address, "--plan", "0"])?;
	let count = |buyer: &Souk| -> Result<String> {
		let out = at("count.csv").display().to_string();
		let done = buyer.json(&[
			"query",
			&address,
			"SELECT shop, count(*) AS n FROM sales GROUP BY shop ORDER BY shop",
			"--format",
			"csv",
			"--out",
			&out,
		])?;
		ensure!(done["rows"] == 7, "{done}");
		Ok(std::fs::read_to_string(&out)?)
	};
	let expected: String =
		(0..7).map(|shop| format!("shop-{shop},{}\n", (0..3000).filter(|i| i % 7 == shop).count())).collect();
	ensure!(count(&buyer)? == format!("shop,n\n{expected}"), "the counts differ");
	for sql in ["SELECT * FROM 'sales.jsonl'", "DROP TABLE t", "SELECT 1; SELECT 2", "COPY t TO 'x.csv'"] {
		let refused = buyer.run(&["query", &address, sql])?;
		ensure!(refused.code == 3, "{sql} ended with {}: {}", refused.code, refused.err);
	}

	// The other node serves alone; which one is asked first is not said.
	first.kill()?;
	ensure!(count(&buyer)?.ends_with(&expected), "the other node answered differently");
	second.process().check_alive()?;

	// Finality stops with one of two validators, and goes on when it is back.
	let (_, before) = chain.heights(0)?.unwrap_or_default();
	chain.stop_validator(1)?;
	chain.start_validator(1)?;
	chain.wait_finalized(before + 4, PATIENCE)?;
	ensure!(count(&buyer)?.ends_with(&expected), "the restart changed the answer");

	let cancelled = buyer.json(&["cancel", &address])?;
	ensure!(cancelled["refund"]["units"].as_str().is_some_and(|u| u != "0"), "{cancelled}");
	let refused = buyer.run(&["query", &address, "SELECT count(*) FROM t"])?;
	ensure!(refused.code == 3, "a query after the end: {} {}", refused.code, refused.err);
	Ok(())
}
