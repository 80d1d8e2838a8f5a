//! What nobody can prove: work that was paid for and not done. A jury rules on it.

use crate::stage::{Stage, PATIENCE, RULING};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{
	souk::address_of,
	telling::{amount, chapter, says, text, units},
	until, Arbitrators,
};

/// Who arbitrates, and how they vote: Jack is Mallory's friend.
const ARBITRATORS: [(&str, &str); 3] = [("//judy", "buyer"), ("//jack", "seller"), ("//june", "buyer")];

/// The bond that answers for the work, and the part of it that a lost dispute costs: one in so many.
const BOND: &str = "200 SOUK";
const LOST: u128 = 20;

/// A case that runs beside everything else.
pub struct Case {
	arbitrators: Arbitrators,
	/// The address of what was sold.
	report: String,
	/// What answers for it, in planck.
	bond: u128,
	order: String,
	number: String,
}

impl Stage {
	/// Mallory takes money for work, says that it is done, and Sam does not agree.
	pub fn is_disputed(&mut self) -> Result<Case> {
		chapter(&format!("Judy, Jack and June join the arbitrators' pool with a bond each. Mallory bonds {BOND} on a report, sells it to Sam for 40 wUSD, and sends none."));
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
		let report = text(&created, "address")?;
		let bonded = self.mallory.json(&["curator", "bond", &report, BOND])?;
		let bond = units(&bonded["bond"]["active"])?;
		let (terms, letter) = (self.file("terms", "ten pages")?, self.file("letter", "nothing came")?);
		let offered = self.mallory.json(&[
			"order",
			"offer",
			&report,
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
		Ok(Case { arbitrators, report, bond, order, number })
	}

	/// The jury has ruled, and the ruling executed itself. Returns the address of what was sold.
	pub fn is_ruled_on(&mut self, case: Case) -> Result<String> {
		chapter("The jury, drawn by the chain's randomness, votes sealed, then reveals.");
		let Case { mut arbitrators, report, bond, order, number } = case;
		let closed = arbitrators.bring(&self.sam, &number, "closed", RULING)?;
		ensure!(
			closed["ended"] == "ruled" && closed["final_ruling"] == "buyer",
			"it ended otherwise: {closed}"
		);
		let seats = closed["juries"][0]["jurors"].as_array().context("no jury")?;
		let votes: Vec<&str> = seats.iter().filter_map(|seat| seat["vote"].as_str()).collect();
		says(format!("the votes: {}. The ruling is for the buyer.", votes.join(", ")));
		let shown: Value = self.sam.json(&["order", "show", &order])?;
		ensure!(shown["state"] == "refunded", "the order is not refunded: {shown}");
		says("Sam has his 40 wUSD back. Mallory pays the jury's fee; Jack loses half of his stake to Judy and June.");
		self.bond_has_answered(&report, bond, &number)?;
		Ok(report)
	}

	/// The lost dispute is an offence of hers: it has cost a part of the bond, and is remembered.
	fn bond_has_answered(&self, report: &str, bond: u128, case: &str) -> Result<()> {
		let offence = until("the lost dispute to be an offence", PATIENCE, || {
			Ok(self.offences(report)?.into_iter().find(|one| one["kind"] == "lost_dispute"))
		})?;
		let ruled = offence["basis"]["ruling"]["case"].to_string();
		ensure!(ruled == case, "it was ruled on in case {case}: {offence}");
		let taken = units(&offence["of_curator"])?;
		ensure!(taken == bond / LOST && taken > 0, "the bond of {bond} planck lost {taken}: {offence}");
		let status = self.sam.json(&["curator", "status", report])?;
		let left = &status["bond"]["active"];
		ensure!(units(left)? == bond - taken, "{taken} of {bond} planck were taken, {left} are left");
		let to_treasury = units(&offence["paid"]["treasury"])?;
		ensure!(to_treasury == taken, "of {taken} planck the treasury has {to_treasury}: {offence}");
		says(format!(
			"Her bond on the report answers for it: it loses {} to the treasury, and {} are left.",
			amount(&offence["of_curator"]),
			amount(left)
		));
		Ok(())
	}

	/// A file with something in it.
	fn file(&self, name: &str, content: &str) -> Result<String> {
		let path = self.dir.join(name);
		std::fs::write(&path, content)?;
		Ok(path.display().to_string())
	}
}
