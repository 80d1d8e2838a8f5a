//! Figures for a bounty: asked for without a subscription, proved by a node, checked and paid for by the chain; and a digit that is changed.

use crate::{
	expected::Row,
	proved::{decimal, hundredths, refused_when_changed},
	report::Figures,
	story::World,
};
use anyhow::{ensure, Context, Result};
use souk_scenarios::{
	souk::address_of,
	telling::{chapter, micro, says, text, units},
};
use std::time::Instant;

/// What the answer is worth, in micro-dollars.
const BOUNTY: u128 = 2_000_000;
const JANUARY: &str = "SELECT count(*), min(temp), max(temp) FROM t WHERE month = 1";
/// The nodes that may prove it.
const NODES: [(&str, &str); 2] = [("Ferdie's node", "//Ferdie"), ("Bob's persistence node", "//Bob//stash")];

impl World {
	/// Sam puts a bounty on an answer.
	pub fn is_asked(&mut self, address: &str, rows: &[Row]) -> Result<()> {
		chapter("Sam asks for a figure all the same, with a bounty: 2 wUSD for whoever proves the answer to the chain.");
		let who: Vec<String> = NODES.iter().map(|(_, uri)| address_of(uri)).collect::<Result<_>>()?;
		let dollars = |world: &Self, account: &str| world.balance(account, "wUSD");
		let had = dollars(self, &self.subscriber_address)?;
		let before: Vec<u128> = who.iter().map(|node| Ok(dollars(self, node)?.0)).collect::<Result<_>>()?;
		let bundle = self.out.join("asked.json");
		let path = bundle.display().to_string();
		let start = Instant::now();
		let done = self
			.subscriber
			.json(&["ask", address, "--bounty", "2 wUSD", JANUARY, "--wait", "--bundle", &path])?;
		let took = start.elapsed();
		let ask = &done["ask"];
		ensure!(ask["state"] == "answered" && units(&ask["paid"])? == BOUNTY, "the ask: {ask}");
		let (by, block) = (text(&ask["verdict"], "by")?, ask["verdict"]["block"].as_u64());

		let start = Instant::now();
		let checked = self.subscriber.json(&["verify", &path])?;
		ensure!(checked["verdict"] == "proved", "souk verify says {checked}");
		let verified = start.elapsed();
		let answer: Vec<Vec<Option<String>>> = serde_json::from_value(checked["answer"]["rows"].clone())?;
		ensure!(answer == [by_hand(rows)?], "proved: {answer:?} instead of {:?}", by_hand(rows)?);
		let shown: Vec<&str> = answer.iter().flatten().flatten().map(String::as_str).collect();
		says(format!(
			"January, hours at all airports, coldest and warmest: {}. The chain has checked the proof in block {}.",
			shown.join(", "),
			block.context("no block")?
		));

		let has = dollars(self, &self.subscriber_address)?;
		ensure!(has == (had.0 - BOUNTY, had.1), "Sam had {had:?} and has {has:?} micro-dollars");
		let mut paid = None;
		for (((name, _), node), before) in NODES.iter().zip(&who).zip(before) {
			let after = dollars(self, node)?.0;
			let due = if *node == by { BOUNTY } else { 0 };
			ensure!(
				after == before + due,
				"{name} had {before} and has {after} micro-dollars; {by} has proved it"
			);
			if due > 0 {
				paid = Some((name, before, after));
			}
		}
		let (name, before, after) =
			paid.with_context(|| format!("proved by {by}, which is none of {who:?}"))?;
		says(format!(
			"{name} has proved it: {} wUSD before, {} after. Sam had {}, and has {}.",
			micro(before),
			micro(after),
			micro(had.0),
			micro(has.0)
		));
		let bytes = std::fs::metadata(&bundle)?.len();
		self.report.add(
			"ask for a bounty",
			Figures { took, block, rows: Some(rows.len() as u64), bytes: Some(bytes) },
		);
		self.report.add("verify off line", Figures { took: verified, ..Default::default() });
		refused_when_changed(self, "asked")
	}
}

/// What the answer has to be, counted here.
fn by_hand(rows: &[Row]) -> Result<Vec<Option<String>>> {
	let meant: Vec<&Row> = rows.iter().filter(|row| row.month == 1).collect();
	let temps = || meant.iter().filter_map(|row| hundredths(row));
	let (least, greatest) = (temps().min().context("no January")?, temps().max().context("no January")?);
	Ok([meant.len().to_string(), decimal(least), decimal(greatest)].map(Some).into())
}
