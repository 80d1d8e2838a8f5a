//! A persistence node that has shown a piece of a snapshot and then lost it is asked for another one and fined, the subscribers are paid, and an honest node beside it
//! answers and loses nothing. Then a worker that has signed two snapshots of one period is reported, and a node that has given two answers to
//! one question.

use crate::world::{fails, manifest, publish, start_all, units, until_block, Listing, PATIENCE, PLAN, SOUK};
use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};
use souk_scenarios::{chain::Endowment, contradiction, until, Chain, Daemon, Persistence, Souk, Worker};
use souk_sdk::{calls, types::SnapshotView, Account, Asset};
use std::{
	fmt::Write as _,
	path::{Path, PathBuf},
	time::Duration,
};

/// Blocks in which a challenge is answered: two minutes, for an honest node on a busy machine.
const WINDOW: u32 = 40;
/// Blocks between two rounds: each time fewer than the running one still has, so that one begins at once, and so many that it is the only one.
const EVERY: [u32; 2] = [700, 400];
/// A challenge runs out, a fine is divided: little more than two minutes, unless blocks come slowly.
const ROUND: Duration = Duration::from_secs(900);
/// A question whose answer is the same bytes each time.
const QUESTION: &str = "SELECT count(*) AS things, max(id) AS last FROM t";
/// Two answers to it cost one part of so many of the node's bond.
const TWO_ANSWERS: u128 = 10;
const ACCOUNTS: [&str; 6] = [
	"//stakes//worker",
	"//stakes//honest",
	"//stakes//forgetful",
	"//stakes//curator",
	"//stakes//buyer",
	"//stakes//reporter",
];

/// Everything that takes part, on a chain of its own: rounds of challenges would meet the nodes of other scenarios that are killed.
struct Scene {
	dir: PathBuf,
	chain: Chain,
	runtime: tokio::runtime::Runtime,
	client: souk_sdk::Chain,
	worker: Daemon,
	honest: Daemon,
	forgetful: Daemon,
}

pub fn fined_and_paid_out(dir: &Path) -> Result<()> {
	let scene = Scene::begin(dir)?;
	let listing = scene.sell()?;
	scene.lose_and_be_fined(&listing)?;
	scene.report_the_worker(&listing)?;
	scene.report_the_node(&listing)
}

impl Scene {
	fn begin(dir: &Path) -> Result<Self> {
		let endowed = ACCOUNTS.map(|uri| Endowment { uri, souk: 10_000 * SOUK, wusd: 1_000_000_000 });
		let mut chain = Chain::start_with(&dir.join("chain"), "dev", &endowed)?;
		let spec = chain.spec().to_path_buf();
		let mut worker =
			Worker::prepare("contradicting worker", &dir.join("worker"), &spec, "//stakes//worker")?;
		let mut honest = Persistence::prepare("honest node", &dir.join("honest"), &spec, "//stakes//honest")?;
		let mut forgetful =
			Persistence::prepare("forgetful node", &dir.join("forgetful"), &spec, "//stakes//forgetful")?;
		for node in [&mut honest, &mut forgetful] {
			node.configure("[limits]\nquery_seconds = 240")?;
		}
		chain.wait_finalized(2, PATIENCE)?;
		start_all(&mut [&mut worker, &mut honest, &mut forgetful])?;
		let runtime = tokio::runtime::Runtime::new()?;
		let text = std::fs::read_to_string(&spec)?;
		let client = runtime.block_on(souk_sdk::Chain::connect_within(&text, PATIENCE))?;
		Ok(Self { dir: dir.into(), chain, runtime, client, worker, honest, forgetful })
	}

	fn user(&self, account: &str) -> Souk {
		let home = account.trim_start_matches('/').replace("//", "-");
		Souk::new(&self.dir.join("users").join(home), self.chain.spec(), account)
	}

	/// Governance, which on this chain is Alice.
	fn set(&self, name: &str, number: u32) -> Result<()> {
		let call = calls::sudo(calls::set_parameter("Offences", name, number.into()));
		self.runtime.block_on(self.client.submit(&Account::from_uri("//Alice")?, call))?;
		Ok(())
	}

	/// Waits until the light client here has seen a block.
	fn reaches(&self, block: u32) -> Result<()> {
		self.runtime.block_on(self.client.reached(block, PATIENCE))?;
		Ok(())
	}

	/// The same with the block that a report of `souk` is of.
	fn sees(&self, report: &Value) -> Result<()> {
		let block = report["block"].as_u64().with_context(|| format!("no block in {report}"))?;
		self.reaches(u32::try_from(block)?)
	}

	/// A table with a subscriber, and a snapshot of this minute at both nodes.
	fn sell(&self) -> Result<Listing> {
		let mut text = String::from("id,what\n");
		(0..20_000).try_for_each(|id| writeln!(text, "{id},thing {}", id * 7919 % 10_007))?;
		std::fs::write(self.dir.join("things.csv"), text)?;
		let source = "kind = \"csv\"\nlocation = \"things.csv\"";
		let rest = format!("[policy]\nreproducible = true\n\n{PLAN}");
		let manifest = manifest(&self.dir, "things", source, &rest)?;
		let nodes = [&self.honest, &self.forgetful];
		let listing = publish(&self.user("//stakes//curator"), &manifest, &self.worker, &nodes)?;
		self.user("//stakes//buyer").json(&["subscribe", &listing.address, "--plan", "0"])?;
		// The first one is of the first of January, too long ago for reports. Its snapshot is final before its run is recorded.
		let period = until("the first run to be over", PATIENCE, || {
			match self.worker.admin("worker_runNow", json!([listing.id, null])) {
				Err(error) if error.to_string().contains("has a run under way") => Ok(None),
				begun => begun.map(Some),
			}
		})?;
		for node in nodes {
			until("both nodes to have the newer snapshot", PATIENCE, || {
				let held = node.admin("persistence_snapshots", json!([]))?;
				let has = |one: &Value| one["listing"] == listing.id && one["period"] == period;
				Ok(held.as_array().into_iter().flatten().any(has).then_some(()))
			})?;
		}
		Ok(listing)
	}

	fn newest(&self, listing: &Listing) -> Result<SnapshotView> {
		let newest =
			self.runtime.block_on(async { self.client.latest().await?.newest_snapshot(listing.id).await })?;
		newest.context("no snapshot is final")
	}

	/// What is remembered against the listing and its nodes.
	fn offences(&self, listing: &Listing) -> Result<Vec<Value>> {
		let shown =
			self.user("//stakes//buyer").json(&["show", &listing.address, "--history", "--chain-only"])?;
		Ok(shown["history"]["offences"].as_array().context("no history")?.clone())
	}

	fn free(&self, account: &str) -> Result<u128> {
		let id = Account::from_uri(account)?.id();
		Ok(self.runtime.block_on(self.client.balance(id, Asset::Native))?.free)
	}

	/// What is held included.
	fn owned(&self, account: &str) -> Result<u128> {
		let id = Account::from_uri(account)?.id();
		let balance = self.runtime.block_on(self.client.balance(id, Asset::Native))?;
		Ok(balance.free + balance.held)
	}

	fn bond_of(&self, node: &Daemon) -> Result<u128> {
		let id = Account::from_uri(node.uri())?.id();
		let found = self.runtime.block_on(async { self.client.latest().await?.node(id).await })?;
		Ok(found.context("the node is not registered")?.bond)
	}

	fn lose_and_be_fined(&self, listing: &Listing) -> Result<()> {
		ensure!(self.offences(listing)?.is_empty(), "nobody has done anything yet");
		let (free, bond) = (self.free("//stakes//buyer")?, self.bond_of(&self.honest)?);
		// Nodes are asked for what they have had for as long as they have to answer.
		self.reaches(self.newest(listing)?.final_at + WINDOW)?;
		self.set("ChallengeWindow", WINDOW)?;
		self.set("ChallengeEvery", EVERY[0])?;
		for node in [&self.honest, &self.forgetful] {
			node.agrees(ROUND)?;
		}
		for file in snapshots(&self.forgetful.data_dir().join("files"))? {
			std::fs::remove_file(file)?;
		}
		let of_forgetful = self.bond_of(&self.forgetful)?;
		self.set("ChallengeEvery", EVERY[1])?;
		until_block("the forgetful node to be fined", ROUND, &self.client, || {
			Ok((self.bond_of(&self.forgetful)? < of_forgetful).then_some(()))
		})?;
		let fined = until("the fine to be divided", PATIENCE, || {
			let offences = self.offences(listing)?;
			Ok(offences
				.into_iter()
				.find(|offence| offence["kind"] == "missed_challenge" && offence["settled"] == true))
		})?;
		self.set("ChallengeEvery", 0)?;
		ensure!(fined["node"] == self.forgetful.address()?, "{fined}");
		let taken = units(&fined["of_curator"])? + units(&fined["of_node"])?;
		let paid = |to: &str| units(&fined["paid"][to]);
		let (subscribers, treasury) = (paid("subscribers")?, paid("treasury")?);
		ensure!(taken > 0 && subscribers > 0 && subscribers + treasury == taken, "{fined}");
		// The light client of `souk` may have been faster than ours, and those of the nodes slower.
		until_block("the only subscriber to be paid", PATIENCE, &self.client, || {
			let gained = self.free("//stakes//buyer")?.saturating_sub(free);
			Ok((gained >= subscribers.into()).then_some(()))
		})?;
		// One round before that, and this one.
		for (node, end, times) in [(&self.honest, "answered", 2.0), (&self.forgetful, "missed", 1.0)] {
			until(&format!("a challenge to be {end}"), PATIENCE, || {
				Ok((node.challenges(end)? >= times).then_some(()))
			})?;
		}
		ensure!(self.honest.challenges("missed")? == 0.0, "the honest node has missed a challenge");
		ensure!(self.bond_of(&self.honest)? == bond, "the honest node was fined");
		let offences = self.offences(listing)?;
		let by_honest =
			offences.iter().filter(|one| one["node"] == self.honest.address().unwrap_or_default());
		ensure!(by_honest.count() == 0, "{offences:?}");
		until("the forgetful node to raise an alarm", PATIENCE, || {
			Ok(self.forgetful.log().contains("ALARM").then_some(()))
		})?;
		let lines =
			self.user("//stakes//buyer").run(&["show", &listing.address, "--history", "--chain-only"])?;
		ensure!(fined["basis"]["no_answer"]["until"].is_u64(), "{fined}");
		ensure!(lines.out.contains("no answer before block "), "{}", lines.out);
		ensure!(lines.out.contains("missed challenge by") && lines.out.contains("its rank"), "{}", lines.out);
		Ok(())
	}

	fn report_the_worker(&self, listing: &Listing) -> Result<()> {
		let newest = self.newest(listing)?;
		let both = contradiction::two_snapshots(self.client.genesis(), listing.id, &newest, &self.worker)?;
		let [first, second] = contradiction::write(&self.dir, "conflict", &both)?;
		let reporter = self.user("//stakes//reporter");
		fails(&reporter, &["report", "conflict", &first, &first], 1, "convict nobody")?;
		let (bond, free) = (self.bond_of(&self.worker)?, self.free("//stakes//reporter")?);
		let reported = reporter.json(&["report", "conflict", &first, &second])?;
		self.sees(&reported)?;
		let taken = u128::from(units(&reported["of_node"])?);
		ensure!(taken == bond / 2 && units(&reported["of_curator"])? == 0, "{reported}");
		let share = u128::from(units(&reported["paid"]["reporter"])?);
		ensure!(share == taken / 5 && reported["settled"] == true, "{reported}");
		// Less the fee of the announcement, and the deposit for the case.
		let gained = self.free("//stakes//reporter")?.saturating_sub(free);
		ensure!(gained > share / 2, "the reporter has gained {gained} of {share}");
		let offences = self.offences(listing)?;
		let conflict = offences.iter().find(|one| one["kind"] == "conflicting_snapshots");
		let conflict = conflict.context("the conflict is not remembered")?;
		ensure!(
			conflict["node"] == self.worker.address()?
				&& conflict["basis"] == "statements"
				&& conflict["reporter"] == souk_scenarios::souk::address_of("//stakes//reporter")?,
			"{conflict}"
		);
		fails(&reporter, &["report", "conflict", &second, &first], 1, "AlreadyReported").map(|_| ())
	}

	/// A node that promises the same answer each time has given two to one question.
	fn report_the_node(&self, listing: &Listing) -> Result<()> {
		let (buyer, reporter) = (self.user("//stakes//buyer"), self.user("//stakes//reporter"));
		let nodes = [&self.honest, &self.forgetful];
		let (node, both) = contradiction::two_answers(&buyer, &listing.address, QUESTION, &nodes, &self.dir)?;
		let [first, second] = contradiction::write(&self.dir, "attestations", &both)?;
		fails(&reporter, &["report", "attestations", &first, &first], 1, "convict nobody")?;
		let (bond, owned) = (self.bond_of(node)?, self.owned("//stakes//reporter")?);
		let reported = reporter.json(&["report", "attestations", &first, &second])?;
		self.sees(&reported)?;
		let taken = u128::from(units(&reported["of_node"])?);
		ensure!(taken == bond / TWO_ANSWERS && taken > 0, "of {bond}: {reported}");
		ensure!(units(&reported["of_curator"])? == 0, "{reported}");
		ensure!(self.bond_of(node)? == bond - taken, "the node's bond: {reported}");
		let paid = |to: &str| units(&reported["paid"][to]);
		let share = u128::from(paid("reporter")?);
		ensure!(share == taken / 5 && reported["settled"] == true, "{reported}");
		ensure!(share + u128::from(paid("subscribers")? + paid("treasury")?) == taken, "{reported}");
		// Less the fees of an announcement and a report.
		let gained = self.owned("//stakes//reporter")?.saturating_sub(owned);
		ensure!(gained > share / 2 && gained <= share, "the reporter has gained {gained} of {share}");
		let offences = self.offences(listing)?;
		let offence = offences.iter().find(|one| one["kind"] == "contradicting_attestations");
		let offence = offence.context("the two answers are not remembered")?;
		ensure!(
			offence["node"] == node.address()? && offence["reporter"] == reporter.address()?,
			"{offence}"
		);
		fails(&reporter, &["report", "attestations", &second, &first], 1, "AlreadyReported").map(|_| ())
	}
}

/// The files of all snapshots.
fn snapshots(dir: &Path) -> Result<Vec<PathBuf>> {
	let mut found = Vec::new();
	for listing in std::fs::read_dir(dir)? {
		for file in std::fs::read_dir(listing?.path())? {
			found.push(file?.path());
		}
	}
	ensure!(!found.is_empty(), "the node has no snapshots");
	Ok(found)
}
