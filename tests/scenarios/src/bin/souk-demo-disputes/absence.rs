//! Who does nothing is caught by the chain and its validators, without anybody's help.

use crate::stage::{Stage, RULING};
use anyhow::{Context, Result};
use serde_json::Value;
use souk_scenarios::{
	telling::{amount, block, chapter, says},
	until,
};
use souk_sdk::{calls, Account};

/// What is waited for, and who notices it.
const ABSENCES: [(&str, &str); 3] = [
	("unreachable", "the validators ask Mallory's second node whether it is there, and get no answer"),
	("missed_challenge", "the chain asks it for a piece of the snapshot that it is paid for, and gets none"),
	("missed_period", "the snapshot that was promised for each minute does not come"),
];

impl Stage {
	/// Mallory switches off what costs her money.
	pub fn is_switched_off(&mut self) -> Result<()> {
		chapter("Mallory has been paid for an hour, and switches off her second node and her worker. Nobody has to complain:");
		says("(Rounds of challenges are minutes apart on this chain. So that nobody waits, Alice, who governs it, has one begin every 90 seconds. By the first piece that the node shows it agrees to keep the table, and answers for it.)");
		self.govern("ChallengeWindow", 20)?;
		self.govern("ChallengeEvery", 30)?;
		self.second.agrees(RULING)?;
		self.second.kill()?;
		self.worker.stop()?;
		for (kind, what) in ABSENCES {
			let offence = until(what, RULING, || {
				Ok(self.offences(&self.ticker)?.into_iter().find(|one| one["kind"] == kind))
			})?;
			says(format!("block {}: {what}: {}.", block(&offence)?, taken(&offence)));
		}
		// What nobody repairs would be fined again in each round.
		self.govern("ChallengeEvery", 0)
	}

	/// Sets a parameter of the offences, as governance: on this chain, Alice.
	fn govern(&self, name: &str, value: u128) -> Result<()> {
		let call = calls::sudo(calls::set_parameter("Offences", name, value));
		self.runtime.block_on(self.light.submit(&Account::from_uri("//Alice")?, call))?;
		Ok(())
	}

	/// What is remembered against a listing and its nodes, newest first.
	pub fn offences(&self, listing: &str) -> Result<Vec<Value>> {
		let shown = self.sam.json(&["show", listing, "--history", "--chain-only"])?;
		Ok(shown["history"]["offences"].as_array().context("no history")?.clone())
	}

	/// Waits until all that was taken has been paid to somebody, and prints the histories: of both tables, and of another listing.
	pub fn is_remembered(&self, another: &str) -> Result<()> {
		chapter("What anybody can read of it, with `souk show <listing> --history`:");
		for listing in [self.listing.as_str(), &self.ticker, another] {
			until("all fines to be divided", RULING, || {
				Ok(self.offences(listing)?.iter().all(|one| one["settled"] == true).then_some(()))
			})?;
			let shown = self.sam.run(&["show", listing, "--history", "--chain-only"])?;
			let lines = shown.out.lines().skip_while(|line| !line.starts_with("Offences"));
			says(format!("{listing}:"));
			lines.for_each(|line| says(format!("  {line}")));
		}
		Ok(())
	}
}

/// What an offence took.
fn taken(offence: &Value) -> String {
	let parts = [("of_curator", "Mallory's bond"), ("of_node", "the node's")];
	let parts =
		parts.iter().filter(|(field, _)| offence[*field]["units"].as_str().is_some_and(|all| all != "0"));
	let said: Vec<String> =
		parts.map(|(field, whose)| format!("{} of {whose}", amount(&offence[*field]))).collect();
	said.join(", ")
}
