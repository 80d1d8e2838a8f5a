//! Validators ask two persistence nodes whether they are there, and vote. One of them is killed, after it has agreed to keep a listing: its bond is fined, and its curator's with it; the
//! other one's is not. (That an announced downtime is no offence is tested on the runtime alone: its notice is an hour.)

use crate::world::{manifest, publish, start_all, until_block, Client, PATIENCE, PLAN, SOUK, WUSD};
use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};
use souk_scenarios::{chain::Endowment, until, Chain, Daemon, Persistence, Souk, Worker};
use souk_sdk::{
	types::{AvailabilityOutcome, ListingId},
	Account,
};
use std::{path::Path, time::Duration};

/// A period takes a minute. The running one ends, a whole one passes and is judged; and as long again, should a busy machine lose votes.
const PERIODS: Duration = Duration::from_secs(900);

/// Blocks in which a challenge is answered, and between two rounds, of which there is one.
const WINDOW: u32 = 40;
const EVERY: u32 = 200;
/// A round begins at once, and a challenge is answered in two minutes.
const ROUND: Duration = Duration::from_secs(900);

/// Two nodes, on a chain of its own: a round of challenges would meet the nodes of other scenarios that are killed.
pub fn or_fined(dir: &Path) -> Result<()> {
	let accounts = ["curator", "worker", "up", "down"].map(|name| format!("//reached//{name}"));
	let endowed: Vec<_> =
		accounts.iter().map(|uri| Endowment { uri, souk: 10_000 * SOUK, wusd: 10_000 * WUSD }).collect();
	let mut chain = Chain::start_with(&dir.join("chain"), "local", &endowed)?;
	let spec = chain.spec().to_path_buf();
	let node = |name: &str| {
		let account = format!("//reached//{name}");
		Persistence::prepare(&format!("node that is {name}"), &dir.join(name), &spec, &account)
	};
	let (mut up, mut down) = (node("up")?, node("down")?);
	let mut worker = Worker::prepare("worker", &dir.join("worker"), &spec, "//reached//worker")?;
	chain.wait_finalized(2, PATIENCE)?;
	start_all(&mut [&mut worker, &mut up, &mut down])?;
	let client = &Client::connect(&spec)?;
	client.set(&[("Offences", "ChallengeWindow", WINDOW.into()), ("Offences", "ChallengeEvery", 0)])?;
	std::fs::write(dir.join("numbers.csv"), "id\n1\n2\n3\n")?;
	let manifest = manifest(dir, "reached", "kind = \"csv\"\nlocation = \"numbers.csv\"", PLAN)?;
	let curator = Souk::new(&dir.join("curator"), &spec, "//reached//curator");
	let listing = publish(&curator, &manifest, &worker, &[&up, &down])?;
	let shown = || curator.json(&["show", &listing.address, "--chain-only"]);
	for node in [&up, &down] {
		ensure!(availability(&shown()?, node)?.is_null(), "nobody asks it yet");
		node.have_it_asked()?;
	}

	for node in [&up, &down] {
		let first = until_block("validators to have voted", PERIODS, &client.chain, || {
			Ok(last(client, node)?.filter(|last| last.reachable > 0))
		})?;
		ensure!(first.voters == 2 && !first.offence, "{first:?}");
	}
	// Nodes are asked for what they have had for as long as they have to answer.
	let since = listing.report["snapshot"]["final_at"].as_u64().context("no snapshot is final")?;
	client.runtime.block_on(client.chain.reached(u32::try_from(since)? + WINDOW, PATIENCE))?;
	client.set(&[("Offences", "ChallengeEvery", EVERY.into())])?;
	for node in [&up, &down] {
		node.agrees(ROUND)?;
	}
	// Nothing is asked any more: what is fined from here on, is fined for votes.
	client.set(&[("Offences", "ChallengeEvery", 0)])?;
	let before = (bond(client, &down)?, bond(client, &up)?, bond_on(client, listing.id)?);
	down.kill()?;
	let found = until_block("validators to have missed it", PERIODS, &client.chain, || {
		Ok(last(client, &down)?.filter(|last| last.offence))
	})?;
	ensure!((found.unreachable, found.reachable) == (2, 0), "{found:?}");
	// It may be more than once, and in a block after the one in which it was judged.
	let after = until_block("the fines", PATIENCE, &client.chain, || {
		let after = (bond(client, &down)?, bond(client, &up)?, bond_on(client, listing.id)?);
		let fined = after.0 <= before.0 - before.0 / 100 && after.2 <= before.2 - before.2 / 200;
		Ok(fined.then_some(after))
	})?;
	ensure!(after.1 == before.1, "the other node had bonded {}, and has {}", before.1, after.1);
	let other = last(client, &up)?.context("it was judged")?;
	ensure!(!other.offence, "{other:?}");

	let shown = shown()?;
	let (of_up, of_down) = (availability(&shown, &up)?, availability(&shown, &down)?);
	ensure!(of_up["last"]["offence"] == false && of_down["last"]["offence"] == true, "{shown}");
	let history: [&str; 4] = ["show", &listing.address, "--history", "--chain-only"];
	let address = down.address()?;
	let offence = until("the votes to be remembered", PERIODS, || {
		let shown = curator.json(&history)?;
		let offences = shown["history"]["offences"].as_array().context("no history")?;
		let by_it = |one: &&Value| one["kind"] == "unreachable" && one["node"] == address.as_str();
		Ok(offences.iter().find(by_it).cloned())
	})?;
	ensure!(offence["basis"] == json!({ "votes": { "against": 2, "of": 2 } }), "{offence}");
	let evidence = offence["evidence"].as_str().context("no evidence")?;
	let told = curator.run(&history)?.out;
	let line = format!("2 of 2 validators did not reach it, evidence {evidence}");
	ensure!(told.contains(&line), "{line:?} is not in\n{told}");
	Ok(())
}

/// What `souk show` says of a node's availability.
fn availability(shown: &Value, node: &Daemon) -> Result<Value> {
	let address = node.address()?;
	let nodes = shown["assignments"].as_array().context("no nodes")?;
	let found = nodes.iter().find(|one| one["node"] == address.as_str() && one["role"] == "persistence");
	Ok(found.context("the node is not assigned")?["availability"].clone())
}

/// What came of the last period for a node, if one has been judged.
fn last(client: &Client, node: &Daemon) -> Result<Option<AvailabilityOutcome>> {
	let id = Account::from_uri(node.uri())?.id();
	let known = client.runtime.block_on(async { client.chain.latest().await?.availability(id).await })?;
	Ok(known.and_then(|known| known.last))
}

/// A node's bond, in planck.
fn bond(client: &Client, node: &Daemon) -> Result<u128> {
	let id = Account::from_uri(node.uri())?.id();
	let found = client.runtime.block_on(async { client.chain.latest().await?.node(id).await })?;
	Ok(found.context("the node is not registered")?.bond)
}

/// The curator's bond on the listing, in planck.
fn bond_on(client: &Client, listing: ListingId) -> Result<u128> {
	let bond = client.runtime.block_on(async { client.chain.latest().await?.curator_bond(listing).await })?;
	Ok(bond.active)
}
