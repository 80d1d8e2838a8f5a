//! A whole table is sold, as it was listed.

use crate::{report::Figures, story::World};
use anyhow::{ensure, Context, Result};
use souk_scenarios::{
	souk::address_of,
	telling::{block, chapter, micro, says, units},
};
use std::time::Instant;

/// The plan of the weather table that sells it once and for all, and its price.
const WHOLE: (&str, u128) = ("2", 3_000_000);

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

	fn dollars(&self, uris: &[&str]) -> Result<Vec<u128>> {
		uris.iter().map(|uri| Ok(self.balance(&address_of(uri)?, "wUSD")?.0)).collect()
	}
}
