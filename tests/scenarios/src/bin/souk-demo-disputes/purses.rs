//! What everybody has at one finalised block, and who has paid whom between two of them.

use crate::stage::{Stage, CAST};
use anyhow::{ensure, Context, Result};
use comfy_table::{presets::UTF8_BORDERS_ONLY, CellAlignment, Table};
use serde_json::json;
use souk_scenarios::{
	http,
	telling::{chapter, says, treasury},
};
use souk_sdk::{Account, Asset, Balance};

const DOLLARS: Asset = Asset::WithId(1);
/// Key of `Balances.TotalIssuance`: both names' 128-bit XX hashes.
const ISSUANCE: &str = "0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80";

/// Everybody's money at one block.
pub struct Purses {
	block: u32,
	/// Name, planck and micro-dollars: what can be spent and what is held.
	people: Vec<(String, u128, u128)>,
	/// All planck that there are.
	issuance: u128,
}

impl Purses {
	/// Its block.
	pub fn block(&self) -> u32 {
		self.block
	}

	/// How many planck more somebody has later.
	pub fn change(&self, later: &Self, name: &str) -> Result<i128> {
		let of = |purses: &Self| {
			let found = purses.people.iter().find(|(one, ..)| one == name);
			found.map(|(_, planck, _)| *planck).with_context(|| format!("nobody is {name}"))
		};
		change(of(self)?, of(later)?)
	}
}

impl Stage {
	/// What everybody has now.
	pub fn purses(&self) -> Result<Purses> {
		let mut who: Vec<(&str, [u8; 32])> = Vec::new();
		for (name, uri) in CAST {
			who.push((name, Account::from_uri(uri)?.id()));
		}
		who.push(("the treasury", souk_custody::parse_account(&treasury())?));
		let (head, people) = self.runtime.block_on(async {
			let view = self.light.latest().await?;
			let mut people = Vec::new();
			for (name, account) in who {
				let (native, dollars) =
					tokio::try_join!(view.balance(account, Asset::Native), view.balance(account, DOLLARS))?;
				let all = |Balance { free, held }| free + held;
				people.push((name.to_owned(), all(native), all(dollars)));
			}
			anyhow::Ok((view.head(), people))
		})?;
		let at = format!("0x{}", hex::encode(head.hash));
		let encoded = http::rpc(self.chain.rpc_port(0), "state_getStorage", json!([ISSUANCE, at]))?;
		let digits = encoded.as_str().and_then(|text| text.strip_prefix("0x")).context("no issuance")?;
		let bytes: [u8; 16] = hex::decode(digits)?.try_into().ok().context("an issuance has 16 bytes")?;
		Ok(Purses { block: head.number, people, issuance: u128::from_le_bytes(bytes) })
	}
}

/// Prints what has changed. An error where it does not add up to the last planck and the last micro-dollar.
pub fn compare(before: &Purses, after: &Purses) -> Result<()> {
	chapter(&format!(
		"Who has paid, and who was paid, between block {} and block {}:",
		before.block, after.block
	));
	let mut table = Table::new();
	table.load_style(UTF8_BORDERS_ONLY).set_header(["who", "planck", "micro-dollars"]);
	let mut sums = (0i128, 0i128);
	for ((name, souk, dollars), (_, souk_now, dollars_now)) in before.people.iter().zip(&after.people) {
		let changes = (change(*souk, *souk_now)?, change(*dollars, *dollars_now)?);
		sums = (sums.0 + changes.0, sums.1 + changes.1);
		table.add_row([name.clone(), signed(changes.0), signed(changes.1)]);
	}
	table.add_row(["together".to_owned(), signed(sums.0), signed(sums.1)]);
	table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
	println!("{table}");
	ensure!(
		before.issuance == after.issuance,
		"there were {} planck, and are {}",
		before.issuance,
		after.issuance
	);
	ensure!(sums == (0, 0), "it does not add up: {} planck, {} micro-dollars", sums.0, sums.1);
	says(format!("It adds up to the last planck: there are {}, as many as before.", after.issuance));
	Ok(())
}

fn change(before: u128, after: u128) -> Result<i128> {
	Ok(i128::try_from(after)? - i128::try_from(before)?)
}

/// With a sign, and groups of three digits.
fn signed(change: i128) -> String {
	let digits = change.unsigned_abs().to_string();
	let mut text = String::new();
	for (index, digit) in digits.chars().enumerate() {
		if index > 0 && (digits.len() - index).is_multiple_of(3) {
			text.push(',');
		}
		text.push(digit);
	}
	match change {
		0 => text,
		1.. => format!("+{text}"),
		_ => format!("-{text}"),
	}
}
