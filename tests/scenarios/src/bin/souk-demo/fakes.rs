//! Mallory sells what she did not list: seen through before anything is paid, or refunded out of her bond.

use crate::{
	report::Figures,
	story::{World, PATIENCE},
};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{
	crook::{self, Corrupted},
	souk::address_of,
	telling::{amount, block, chapter, micro, says, souk, text, treasury, units},
	Liar,
};
use std::{path::Path, time::Instant};

/// What Mallory's table costs, in micro-dollars.
const CHEAP: u128 = 1_000_000;
/// What a micro-dollar is worth on this chain, in planck: a dollar is a SOUK.
const WORTH: u128 = 1_000_000;
/// More than the fees of a purchase and a proof, in planck.
const FEES: u128 = 1_000_000_000_000;
/// Who serves Mallory's listing, herself first.
pub const MALLORY: [(&str, &str); 3] = [
	("Mallory", "//Eve//stash"),
	("Mallory's worker", "//Dave//stash"),
	("Mallory's node", "//Ferdie//stash"),
];

/// Mallory's offer.
pub struct Fake {
	address: String,
	made: Corrupted,
}

impl World {
	/// Mallory lists the table, and has another one in store.
	pub fn is_faked(&mut self, dir: &Path, source: &Path) -> Result<Fake> {
		chapter("Mallory lists the same table for 1 wUSD. What her node has in store is not what she listed: one chunk differs.");
		let manifest = dir.join("cheap.toml");
		std::fs::write(
			&manifest,
			format!(
				"[dataset]\nname = \"cheap-weather\"\ntitle = \"Weather, cheap\"\nlicense = \"CC0-1.0\"\ncategory = \"climate\"\n\
				 schedule = \"0 0 1 1 *\"\n\n[source]\nkind = \"csv\"\nlocation = {source:?}\nnull_values = [\"NA\"]\n\n\
				 [[plan]]\nkind = \"one_time\"\nprice = \"1 wUSD\"\n"
			),
		)?;
		let start = Instant::now();
		let [worker, node] = &self.crooks;
		let (worker_url, node_url) = (worker.admin_url(), node.admin_url());
		let published = self.user(MALLORY[0].1).json(&[
			"publish",
			&manifest.display().to_string(),
			"--worker",
			&worker_url,
			"--persistence",
			&node_url,
		])?;
		let id = published["listing"].as_u64().and_then(|id| id.try_into().ok()).context("no listing")?;
		let spec = self.chain.spec().to_path_buf();
		let [worker, node] = &mut self.crooks;
		let made = crook::corrupt(&spec, id, worker, node, PATIENCE)?;
		says(format!("chunk {} is not the one that her snapshot commits to.", made.chunk));
		self.report.add("Mallory publishes a fake", Figures { took: start.elapsed(), ..Default::default() });
		Ok(Fake { address: text(&published, "address")?, made })
	}

	/// Sam's client compares before it pays.
	pub fn is_seen_through(&mut self, fake: &Fake) -> Result<()> {
		chapter(
			"Sam tries to buy Mallory's table. What her node sends is not what she listed: he pays nothing.",
		);
		let had = self.balance(&self.subscriber_address, "wUSD")?;
		let file = self.out.join("cheap.parquet");
		let start = Instant::now();
		let path = file.display().to_string();
		let ended = self.subscriber.run(&["buy", &fake.address, "--max-price", "1 wUSD", "--out", &path])?;
		let took = start.elapsed();
		let said = ended.err.lines().last().unwrap_or_default();
		ensure!(
			ended.code == 6 && said.contains("content root is another"),
			"the purchase ended with {}: {}{}",
			ended.code,
			ended.out,
			ended.err
		);
		ensure!(!file.exists(), "a file that is not what was listed was written");
		let has = self.balance(&self.subscriber_address, "wUSD")?;
		ensure!(has == had, "Sam had {had:?} and has {has:?}");
		says(format!("refused: {said}"));
		self.report.add("a fake: nothing is paid", Figures { took, ..Default::default() });
		Ok(())
	}

	/// Mallory's node lies, so that Sam pays, and gets his money back out of her bond.
	pub fn is_refunded(&mut self, fake: Fake) -> Result<()> {
		chapter("Mallory gives her node another program. With its chunks it now sends the fingerprints of those that she listed.");
		let Fake { address, made } = fake;
		let chunk = made.chunk;
		let liar = Liar::in_place_of(&mut self.crooks[1], made)?;
		let before = self.purses(&address)?;
		says(format!(
			"Sam has {} wUSD and {} SOUK; Mallory's bond is {} SOUK.",
			micro(before.dollars),
			souk(before.souk),
			souk(before.bond)
		));
		says("What is in the chunks nobody can see before the key is there: he pays 1 wUSD into escrow, Mallory's node delivers the key with");
		says("a valid proof, and her side is paid. Then his souk opens the file, sees the chunk that is another, and proves it to the chain.");
		let file = self.out.join("cheap.parquet");
		let path = file.display().to_string();
		let start = Instant::now();
		let ended =
			self.subscriber.run(&["--json", "buy", &address, "--max-price", "1 wUSD", "--out", &path])?;
		let took = start.elapsed();
		ensure!(
			ended.code == 7,
			"the purchase ended with {}: {}{}; what Mallory's node says: {:?}",
			ended.code,
			ended.out,
			ended.err,
			liar.problem()
		);
		ensure!(liar.downloads() > 0, "the file came from somebody else");
		let after = self.purses(&address)?;
		let document: Value = serde_json::from_str(&ended.out).context("the failure is no JSON")?;
		let details = &document["error"]["details"];
		settled(&document, chunk, &before, &after)?;
		ensure!(!file.exists(), "a file that is not what was listed was written");

		let order = &details["order"];
		let (from_bond, slashed) = (units(&order["from_bond"])?, units(&details["slashed"])?);
		says(format!("in block {} the chain opened chunk {chunk} itself: it is not what was listed. No file was written.", block(details)?));
		says(format!(
			"Mallory's bond lost {} and is {} SOUK: {} SOUK went to the treasury, and {} to Sam for what her side had been paid.",
			amount(&details["slashed"]),
			souk(after.bond),
			souk(slashed - from_bond),
			amount(&order["from_bond"]),
		));
		says(format!(
			"Sam has {} wUSD and {} SOUK. For his dollar he has a SOUK, its worth on this chain; {} SOUK went on fees; nothing of the price is held.",
			micro(after.dollars),
			souk(after.souk),
			souk(before.souk + from_bond - after.souk),
		));
		self.report.add(
			"a fake that is paid: refund, slash",
			Figures { took, block: Some(block(details)?), ..Default::default() },
		);
		Ok(())
	}

	/// What those who are concerned by Mallory's sale have.
	fn purses(&self, listing: &str) -> Result<Purses> {
		let sam = &self.subscriber_address;
		let (dollars, held) = self.balance(sam, "wUSD")?;
		let (free, deposits) = self.balance(sam, "SOUK")?;
		let status = self.subscriber.json(&["curator", "status", listing])?;
		let treasury = self.balance(&treasury(), "SOUK")?.0;
		Ok(Purses { dollars, held, souk: free + deposits, bond: units(&status["bond"]["active"])?, treasury })
	}
}

/// Whether everybody has what they should after the proof.
fn settled(document: &Value, chunk: u32, before: &Purses, after: &Purses) -> Result<()> {
	let (error, details) = (&document["error"], &document["error"]["details"]);
	ensure!(
		error["code"] == "bad_chunk" && details["outcome"] == "refunded" && details["chunk"] == chunk,
		"the purchase ended otherwise: {document}"
	);
	let order = &details["order"];
	let delivered_by = &order["snapshot"]["delivered_by"];
	ensure!(order["state"] == "refunded", "the order is {}", order["state"]);
	ensure!(*delivered_by == address_of(MALLORY[2].1)?, "the key is from {delivered_by}");
	// Her side was paid with the delivery, so that the price comes out of the bond.
	let from_bond = units(&order["from_bond"])?;
	ensure!(units(&order["paid"])? == CHEAP, "Mallory's side was paid {}", order["paid"]);
	ensure!(from_bond == CHEAP * WORTH, "what Sam got is not what he paid: {order}");
	ensure!(units(&order["held"])? == 0 && after.held == 0, "{} micro-dollars are still held", after.held);
	ensure!(
		before.dollars == after.dollars + CHEAP,
		"Sam had {} and has {} micro-dollars",
		before.dollars,
		after.dollars
	);
	let fees = (before.souk + from_bond).checked_sub(after.souk);
	ensure!(
		fees.is_some_and(|fees| fees < FEES),
		"Sam had {} planck and got {from_bond}, and has {}",
		before.souk,
		after.souk
	);
	let slashed = units(&details["slashed"])?;
	ensure!(
		slashed > from_bond && before.bond == after.bond + slashed,
		"the bond was {} and is {}; {slashed} planck were slashed",
		before.bond,
		after.bond
	);
	ensure!(
		after.treasury == before.treasury + slashed - from_bond,
		"the treasury had {} and has {} planck",
		before.treasury,
		after.treasury
	);
	Ok(())
}

/// What those who are concerned by Mallory's sale have.
struct Purses {
	/// Sam can spend, in micro-dollars.
	dollars: u128,
	/// Of Sam's is held, in micro-dollars.
	held: u128,
	/// Sam has, deposits included, in planck.
	souk: u128,
	/// Answers for Mallory's listing, in planck.
	bond: u128,
	/// The treasury has, in planck.
	treasury: u128,
}
