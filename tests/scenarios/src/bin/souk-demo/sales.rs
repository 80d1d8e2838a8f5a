//! Whole tables are sold: one as it was listed, and one that is not what was listed.

use crate::{
	report::Figures,
	story::{amount, block, chapter, micro, says, text, units, World, PATIENCE},
};
use anyhow::{ensure, Context, Result};
use souk_scenarios::crook;
use std::{path::Path, time::Instant};

/// The plan of the weather table that sells it once and for all, and its price.
const WHOLE: (&str, u128) = ("2", 3_000_000);
/// What Mallory asks, in micro-dollars.
const CHEAP: u128 = 1_000_000;
/// Who serves Mallory's listing, herself first.
pub const MALLORY: [(&str, &str); 3] = [
	("Mallory", "//Eve//stash"),
	("Mallory's worker", "//Dave//stash"),
	("Mallory's node", "//Ferdie//stash"),
];

/// A listing that is not what it says.
pub struct Fake {
	id: u32,
	address: String,
}

impl World {
	/// Sam buys the whole table; nobody confirms anything.
	pub fn buys(&mut self, address: &str) -> Result<()> {
		chapter("Sam wants the whole table, as a file, for good: 3 wUSD.");
		says("He fetches it encrypted and checks it against the chain before he pays. His money goes into escrow.");
		says("A node posts the key, encrypted to him, with a proof that it is the right one; the chain checks the proof and pays.");
		let sellers = ["//Charlie", "//Dave", "//Eve", "//Ferdie", "//Bob//stash"];
		let before = self.dollars(&sellers)?;
		let had = self.balance(&self.subscriber_address, "wUSD")?.0;
		let file = self.out.join("weather.parquet");
		let (plan, price) = WHOLE;
		let path = file.display().to_string();
		let start = Instant::now();
		let bought = self.subscriber.json(&[
			"buy",
			address,
			"--plan",
			plan,
			"--max-price",
			"3 wUSD",
			"--out",
			&path,
		])?;
		let took = start.elapsed();
		ensure!(bought["outcome"] == "delivered", "the sale ended otherwise: {bought}");
		let bytes = std::fs::read(&file)?;
		ensure!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{path} is not a Parquet file");
		ensure!(
			bought["bytes"] == bytes.len(),
			"{} bytes were listed, {} written",
			bought["bytes"],
			bytes.len()
		);
		let order = &bought["order"];
		ensure!(units(&order["paid"])? == price, "the seller's side was paid {}", order["paid"]);
		let (has, held) = self.balance(&self.subscriber_address, "wUSD")?;
		ensure!(had - has == price && held == 0, "Sam paid {} and {held} are held", had - has);
		let mut paid = 0;
		for ((who, before), after) in sellers.iter().zip(before).zip(self.dollars(&sellers)?) {
			says(format!(
				"{} got {} wUSD",
				who.trim_start_matches('/').replace("//", "'s "),
				micro(after - before)
			));
			paid += after - before;
		}
		ensure!(paid == price, "Sam paid {price}, the others got {paid}");
		says(format!(
			"{} bytes, every chunk what was listed; proof {}",
			bytes.len(),
			order["snapshot"]["proof_id"].as_str().context("no proof")?
		));
		let delivered = block(&bought["delivered"])?;
		self.report.add(
			"buy the whole table",
			Figures { took, block: Some(delivered), bytes: Some(bytes.len() as u64), ..Default::default() },
		);

		let start = Instant::now();
		let pdf = self.out.join("receipt.pdf");
		let number = order["order"].as_u64().context("no order")?.to_string();
		let receipt =
			self.subscriber.json(&["receipts", "show", &number, "--pdf", &pdf.display().to_string()])?;
		let page = std::fs::read(&pdf)?;
		ensure!(page.starts_with(b"%PDF-"), "{} is not a PDF", pdf.display());
		ensure!(
			receipt.to_string().contains(bought["receipt"].as_str().context("no receipt")?),
			"the receipt's hash is another: {receipt}"
		);
		says(format!("a receipt for the bookkeeper: {} bytes of PDF.", page.len()));
		self.report.add(
			"receipt as PDF",
			Figures { took: start.elapsed(), bytes: Some(page.len() as u64), ..Default::default() },
		);
		Ok(())
	}

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
		let fake = crook::corrupt(&spec, id, worker, node, PATIENCE)?;
		says(format!(
			"chunk {} is not the one that her snapshot commits to. Nobody can see that yet: it is encrypted.",
			fake.chunk
		));
		self.report.add("Mallory publishes a fake", Figures { took: start.elapsed(), ..Default::default() });
		Ok(Fake { id, address: text(&published, "address")? })
	}

	/// Sam buys it, and gets his money back.
	pub fn is_refunded(&mut self, fake: &Fake) -> Result<()> {
		chapter("Sam buys Mallory's table. With the key in hand, his souk notices by itself, and proves it to the chain.");
		let had = self.balance(&self.subscriber_address, "wUSD")?.0;
		let bond = |world: &Self| -> Result<u128> {
			units(&world.subscriber.json(&["curator", "status", &fake.address])?["bond"]["active"])
		};
		let bonded = bond(self)?;
		let file = self.out.join("cheap.parquet");
		let start = Instant::now();
		let ended = self.subscriber.run(&[
			"--json",
			"buy",
			&fake.address,
			"--max-price",
			"1 wUSD",
			"--out",
			&file.display().to_string(),
		])?;
		let took = start.elapsed();
		ensure!(ended.code == 7, "the purchase ended with {}: {}{}", ended.code, ended.out, ended.err);
		let document: serde_json::Value = serde_json::from_str(&ended.out)?;
		let details = find(&document, "outcome").context("nothing is said of the outcome")?;
		ensure!(details["outcome"] == "refunded", "the purchase ended otherwise: {document}");
		ensure!(!file.exists(), "a file that is not what was listed was written");
		let order = &details["order"];
		let (has, held) = self.balance(&self.subscriber_address, "wUSD")?;
		// What was paid at once comes back out of the bond, in SOUK at the chain's rate.
		let (refunded, from_bond) = (units(&order["refunded"])?, units(&order["from_bond"])?);
		ensure!(held == 0, "{held} micro-dollars are still on hold");
		ensure!(had - has == CHEAP - refunded, "Sam had {had}, has {has}, and {refunded} came back");
		ensure!(refunded == CHEAP || from_bond > 0, "nothing came back: {order}");
		let slashed = units(&details["slashed"])?;
		let left = bond(self)?;
		ensure!(
			slashed > 0 && bonded - left == slashed,
			"the bond was {bonded} and is {left}; {slashed} were slashed"
		);
		ensure!(slashed > from_bond, "the slash of {slashed} is no more than what Sam got");
		says(format!(
			"chunk {} was proved to be another in block {}. Sam got {} back; Mallory's bond of listing {} lost {}.",
			details["chunk"],
			details["block"],
			if refunded > 0 { amount(&order["refunded"]) } else { format!("{} out of her bond", amount(&order["from_bond"])) },
			fake.id,
			amount(&details["slashed"]),
		));
		self.report.add(
			"a fake: refund and slash",
			Figures { took, block: details["block"].as_u64(), ..Default::default() },
		);
		Ok(())
	}

	fn dollars(&self, uris: &[&str]) -> Result<Vec<u128>> {
		uris.iter().map(|uri| Ok(self.balance(&souk_scenarios::souk::address_of(uri)?, "wUSD")?.0)).collect()
	}
}

/// The innermost object that has this key.
fn find<'a>(document: &'a serde_json::Value, key: &str) -> Option<&'a serde_json::Value> {
	let object = document.as_object()?;
	if object.contains_key(key) {
		return Some(document);
	}
	object.values().find_map(|value| find(value, key))
}
