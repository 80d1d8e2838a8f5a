//! A dispute that a jury would rule on: arbitrators join the pool, a case is opened, answered and argued, and ends when the seller gives
//! in. Nobody has paid anything for it but the fees of transactions.

use crate::world::{fails, together, units, World, SOUK};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::souk::address_of;
use std::path::Path;

const ARBITRATORS: [&str; 3] = ["//case//first", "//case//second", "//case//third"];

/// What a field of a case says.
fn says<'a>(case: &'a Value, field: &str) -> &'a str {
	case[field].as_str().unwrap_or_default()
}

/// A file with something in it.
fn file(dir: &Path, name: &str) -> Result<String> {
	let path = dir.join(name);
	std::fs::write(&path, format!("what {name} shows"))?;
	Ok(path.display().to_string())
}

pub fn argued_and_settled(world: &World) -> Result<()> {
	let (seller, buyer, dir) =
		(world.user("//case//seller"), world.user("//case//buyer"), world.folder("case")?);
	let first = world.user(ARBITRATORS[0]);
	fails(&first, &["arbitrate", "--once"], 2, "--bond joins it, with 100 SOUK at least")?;
	let join = |account: &str| {
		world.user(account).json(&["arbitrate", "--bond", "120 SOUK", "--vote", "buyer", "--once"])
	};
	let joined = together(ARBITRATORS.map(|account| move || join(account)))?;
	ensure!(joined.iter().all(|said| said["event"] == "joined"), "{joined:?}");

	let created = seller.json(&[
		"listing",
		"create",
		"roofing",
		"--kind",
		"service",
		"--title",
		"roofing",
		"--price",
		"40 wUSD",
		"--category",
		"test",
	])?;
	let address = created["address"].as_str().context("no address")?;
	let (to, terms) = (address_of("//case//buyer")?, file(&dir, "terms")?);
	let part = "40 wUSD,100 blocks,100 blocks";
	let offered =
		seller.json(&["order", "offer", address, "--to", &to, "--terms", &terms, "--part", part])?;
	let order = offered["order"]["order"].as_u64().context("no order")?.to_string();
	buyer.json(&["order", "fund", &order])?;
	seller.json(&["order", "deliver", &order])?;

	let opened = buyer.json(&["dispute", "open", &order, "--evidence", &file(&dir, "letter")?])?;
	let case = &opened["case"];
	ensure!(says(case, "phase") == "opened" && says(case, "opened_by") == "buyer", "{opened}");
	ensure!(units(&case["posted_by_buyer"])? == 6 * SOUK, "{opened}");
	let number = case["case"].as_u64().context("no case")?.to_string();
	fails(&buyer, &["dispute", "answer", &number], 1, "only ")?;
	fails(&first, &["dispute", "vote", &number, "--for", "buyer"], 1, "not time to vote")?;
	let answered = seller.json(&["dispute", "answer", &number])?;
	ensure!(says(&answered["case"], "phase") == "evidence", "{answered}");
	seller.json(&["dispute", "evidence", &number, &file(&dir, "photo")?])?;
	let again = file(&dir, "photo")?;
	fails(&seller, &["dispute", "evidence", &number, &again], 1, "Disputes.AlreadyShown")?;
	fails(&first, &["dispute", "evidence", &number, &again], 1, "only the sides")?;
	let shown = first.json(&["dispute", "show", &order, "--order"])?;
	let evidence = shown["case"]["evidence"].as_array().context("no evidence")?;
	let by: Vec<_> = evidence.iter().map(|shown| says(shown, "by")).collect();
	ensure!(by == ["buyer", "seller"], "{shown}");

	let cancelled = seller.json(&["order", "cancel", &order])?;
	ensure!(says(&cancelled["order"], "state") == "refunded", "{cancelled}");
	let over = buyer.json(&["dispute", "show", &number])?;
	let case = &over["case"];
	ensure!(says(case, "ended") == "settled" && says(case, "final_ruling") == "buyer", "{over}");
	for posted in ["posted_by_buyer", "posted_by_seller"] {
		ensure!(case[posted]["units"] == "0", "{over}");
	}
	let listed = buyer.json(&["dispute", "list"])?;
	ensure!(listed["cases"].as_array().is_some_and(|cases| cases.len() == 1), "{listed}");

	let left = first.json(&["arbitrate", "--leave"])?;
	ensure!(left["arbitrator"]["leaves_at"].is_u64(), "{left}");
	fails(&first, &["arbitrate", "--withdraw"], 1, "Disputes.TooEarly").map(|_| ())
}
