//! What nobody can prove: work that was paid for and not done. A jury rules on it.

use crate::stage::{Stage, PATIENCE, RULING};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{
	souk::address_of,
	telling::{chapter, says, text},
	Arbitrators,
};

/// Who arbitrates, and how they vote: Jack is Mallory's friend.
const ARBITRATORS: [(&str, &str); 3] = [("//judy", "buyer"), ("//jack", "seller"), ("//june", "buyer")];

/// A case that runs beside everything else.
pub struct Case {
	arbitrators: Arbitrators,
	order: String,
	number: String,
}

impl Stage {
	/// Mallory takes money for work, says that it is done, and Sam does not agree.
	pub fn is_disputed(&mut self) -> Result<Case> {
		chapter("Judy, Jack and June join the arbitrators' pool with a bond each. Mallory sells Sam a report for 40 wUSD, and sends none.");
		let who = ARBITRATORS.map(|(uri, vote)| (self.user(uri), vote));
		let arbitrators = Arbitrators::join(&who, "120 SOUK", &self.dir.join("arbitrators"), PATIENCE)?;
		let created = self.mallory.json(&[
			"listing",
			"create",
			"report",
			"--kind",
			"service",
			"--title",
			"A report on the weather",
			"--price",
			"40 wUSD",
			"--category",
			"climate",
		])?;
		let (terms, letter) = (self.file("terms", "ten pages")?, self.file("letter", "nothing came")?);
		let offered = self.mallory.json(&[
			"order",
			"offer",
			&text(&created, "address")?,
			"--to",
			&address_of("//sam")?,
			"--terms",
			&terms,
			"--part",
			"40 wUSD,100 blocks,100 blocks",
		])?;
		let order = offered["order"]["order"].as_u64().context("no order")?.to_string();
		self.sam.json(&["order", "fund", &order])?;
		self.mallory.json(&["order", "deliver", &order])?;
		let opened = self.sam.json(&["dispute", "open", &order, "--evidence", &letter])?;
		let number = opened["case"]["case"].as_u64().context("no case")?.to_string();
		self.mallory.json(&["dispute", "answer", &number])?;
		says("Mallory says that it is delivered, Sam disputes it, and Mallory answers. Both have posted the jury's fee; the 40 wUSD wait.");
		says("Until a jury is drawn and has voted, which takes some minutes, other things happen.");
		Ok(Case { arbitrators, order, number })
	}

	/// The jury has ruled, and the ruling executed itself.
	pub fn is_ruled_on(&mut self, case: Case) -> Result<()> {
		chapter("The jury, drawn by the chain's randomness, votes sealed, then reveals.");
		let Case { mut arbitrators, order, number } = case;
		let closed = arbitrators.bring(&self.sam, &number, "closed", RULING)?;
		ensure!(
			closed["ended"] == "ruled" && closed["final_ruling"] == "buyer",
			"it ended otherwise: {closed}"
		);
		let seats = closed["juries"][0]["jurors"].as_array().context("no jury")?;
		let votes: Vec<&str> = seats.iter().filter_map(|seat| seat["vote"].as_str()).collect();
		says(format!("the votes: {}. The ruling is for the buyer.", votes.join(", ")));
		let shown: Value = self.sam.json(&["order", "show", &order])?;
		ensure!(shown["order"]["state"] == "refunded", "the order is not refunded: {shown}");
		says("Sam has his 40 wUSD back. Mallory pays the jury's fee; Jack loses half of his stake to Judy and June.");
		Ok(())
	}

	/// A file with something in it.
	fn file(&self, name: &str, content: &str) -> Result<String> {
		let path = self.dir.join(name);
		std::fs::write(&path, content)?;
		Ok(path.display().to_string())
	}
}
