//! Figures for a bounty: asked for by somebody without a subscription, proved by a node, checked and paid by the chain; and a bounty
//! that no node finds worth it, which comes back.

use crate::{
	proved::{by_hand, NOT_PROVED, SQL},
	world::{dollars, fails, together, units, World, ROWS, WUSD},
};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::Daemon;

const BOUNTY: u64 = 2 * WUSD;
/// Blocks that a proof may take, on a busy machine.
const WITHIN: &str = "600";
/// What `souk` ends with where money came back.
const REFUNDED: i32 = 7;

/// Two askers at the same time.
pub fn paid_or_back(world: &World) -> Result<()> {
	let stories: [fn(&World) -> Result<()>; 2] = [is_paid, comes_back];
	together(stories.map(|story| move || story(world))).map(|_| ())
}

/// The answer is proved, paid, and checked by the chain once more for an auditor, who then changes it.
fn is_paid(world: &World) -> Result<()> {
	let sales = world.sales()?;
	let (address, dir) = (sales.address.as_str(), world.folder("asked")?);
	let (asker, auditor) = (world.user("//asked//asker"), world.user("//asked//auditor"));
	let path = |name: &str| dir.join(name).display().to_string();
	let bundle = path("bundle.json");
	let had = dollars(&asker)?;
	let ask = ["ask", address, "--bounty", "2 wUSD", "--within", WITHIN, SQL, "--wait", "--bundle", &bundle];
	let done = asker.json(&ask)?;
	let ask = &done["ask"];
	let number = ask["ask"].to_string();
	ensure!(ask["state"] == "answered" && units(&ask["paid"])? == BOUNTY, "the ask: {ask}");
	let nodes: Vec<String> = world.nodes.iter().map(Daemon::address).collect::<Result<_>>()?;
	let by = ask["verdict"]["by"].as_str().context("nobody has proved it")?;
	ensure!(nodes.iter().any(|node| node == by), "proved by {by}, which is none of {nodes:?}");
	ensure!(dollars(&asker)? == (had.0 - BOUNTY, had.1), "{had:?} before, {:?} after", dollars(&asker)?);
	let expected = by_hand();
	let shown = done["result"].as_array().context("no figures")?;
	ensure!(shown.len() == expected.len(), "{} rows are shown", shown.len());
	for (shown, [shop, count, ..]) in shown.iter().zip(&expected) {
		ensure!(
			shown["shop"] == *shop && counted_as(&shown["count(*)"])? == count.parse::<u64>()?,
			"shown: {shown}"
		);
	}
	// Whoever comes later has the same from the chain.
	let again = path("again.json");
	let later = auditor.json(&["asks", "show", &number, SQL, "--bundle", &again])?;
	ensure!(later["result"] == done["result"], "shown later: {}", later["result"]);
	ensure!(std::fs::read(&again)? == std::fs::read(&bundle)?, "the bundle is another one later");
	let other = fails(&auditor, &["asks", "show", &number, &SQL.replace("50", "51")], 2, "not this SQL")?;
	ensure!(other["error"]["code"] == "query", "for other SQL: {other}");

	let offline = auditor.json(&["verify", &bundle])?;
	let checked = auditor.json(&["verify", &bundle, "--on-chain"])?;
	ensure!(checked["verdict"] == "proved" && checked["block"].as_u64() > Some(0), "the chain: {checked}");
	ensure!(checked["answer"]["rows"] == serde_json::json!(expected), "its answer: {}", checked["answer"]);
	ensure!(offline["answer"] == checked["answer"], "off line: {}", offline["answer"]);
	let mut changed: Value = serde_json::from_slice(&std::fs::read(&bundle)?)?;
	let first = &mut changed["answer"]["rows"][0][1];
	*first = (first.as_str().context("no count")?.parse::<u64>()? + 1).to_string().into();
	let bad = path("changed.json");
	std::fs::write(&bad, serde_json::to_vec(&changed)?)?;
	let refused = fails(&auditor, &["verify", &bad, "--on-chain"], NOT_PROVED, "refused by the chain")?;
	ensure!(refused["error"]["code"] == "Asks.ProofNotValid", "a changed figure: {refused}");

	// A condition on text needs the words, which are in the bundle.
	let words = "SELECT count(*) FROM t WHERE shop = 'shop-3'";
	let blind = ["ask", address, "--bounty", "2 wUSD", "--within", WITHIN, words];
	fails(&asker, &blind, 2, "shop")?;
	let counted_in = path("words.json");
	let seeing = [&blind[..], &["--columns", &bundle, "--wait", "--bundle", &counted_in]].concat();
	let done = asker.json(&seeing)?;
	let counted = (0..ROWS).filter(|id| id % 7 == 3).count() as u64;
	ensure!(counted_as(&done["result"][0]["count(*)"])? == counted, "counted: {}", done["result"]);
	let listed = asker.json(&["asks", "list"])?;
	ensure!(listed["asks"].as_array().map(Vec::len) == Some(2), "the asker's: {listed}");

	let forgotten = asker.json(&["asks", "forget", &number])?;
	ensure!(forgotten["ask"].is_null(), "it is still there: {forgotten}");
	fails(&auditor, &["asks", "show", &number], 4, "ask")?;
	Ok(())
}

/// A micro-dollar is not worth a proof: it comes back when the time is up.
fn comes_back(world: &World) -> Result<()> {
	let sales = world.sales()?;
	let asker = world.user("//asked//stingy");
	let had = dollars(&asker)?;
	let address = sales.address.as_str();
	let none = world.folder("asked")?.join("none.json").display().to_string();
	let ask = ["ask", address, "--bounty", "0.000001 wUSD", SQL, "--within", "5", "--wait"];
	let refused = fails(&asker, &[&ask[..], &["--bundle", &none]].concat(), REFUNDED, "came back")?;
	let record = &refused["error"]["details"];
	ensure!(record["state"] == "refunded" && units(&record["refunded"])? == 1, "the ask: {refused}");
	ensure!(dollars(&asker)? == had, "{had:?} before, {:?} after", dollars(&asker)?);
	let number = record["ask"].to_string();
	let ended = asker.json(&["asks", "show", &number])?;
	ensure!(ended["ask"]["verdict"].is_null() && units(&ended["ask"]["held"])? == 0, "it has ended: {ended}");
	asker.json(&["asks", "forget", &number])?;
	fails(&asker, &["ask", address, "--bounty", "1 wUSD", "SELECT median(amount) FROM t"], 2, "median")?;
	Ok(())
}

fn counted_as(figure: &Value) -> Result<u64> {
	figure.as_u64().with_context(|| format!("not a number: {figure}"))
}
