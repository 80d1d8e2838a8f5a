//! Somebody backs a curator's bond and has a share of what she earns; then her node loses its data and misses a challenge, and of the bond and of
//! what backs it the same part is taken. The backer leaves and has the rest. All of it is counted to the last planck.

use crate::world::{fails, manifest, publish, start_all, units, until_block, Listing, PATIENCE, SOUK, WUSD};
use anyhow::{bail, ensure, Context, Result};
use serde_json::{json, Value};
use souk_scenarios::{chain::Endowment, until, Chain, Daemon, Persistence, Souk, Worker};
use souk_sdk::{
	calls,
	types::{BackedView, BackingView},
	Account, Asset, Call, Included, SdkError,
};
use std::path::{Path, PathBuf};

const WORKER: &str = "//backed//worker";
const NODE: &str = "//backed//node";
const CURATOR: &str = "//backed//curator";
const BACKER: &str = "//backed//backer";
const BUYER: &str = "//backed//buyer";

/// What is put behind the bond, in planck.
const BACKING: u128 = 50 * SOUK as u128;
/// Of the curator's income, in hundredths.
const SHARE: u128 = 20;
/// Blocks until what leaves is free: two minutes, so that a slow `souk` is not too late to be too early. The report window, which no bond may be
/// shorter than, is one less.
const UNBONDING: u32 = 40;
/// Blocks in which a challenge is answered: the fewest that there may be.
const WINDOW: u32 = 10;
/// The same for the challenge before that, which the node answers.
const FIRST_WINDOW: u32 = 40;
/// Blocks between two rounds: each time fewer than the running one still has, so that one begins at once, and so many that it is the only one.
const EVERY: [u32; 2] = [700, 400];
/// Dear enough that a share of what a few blocks cost is not rounded away.
const PLAN: &str = "[[plan]]\nkind = \"subscription\"\nprice = \"60 wUSD\"\nperiod = \"1h\"\n";
const DOLLARS: Asset = Asset::WithId(1);
/// What `souk` ends with where there is nothing by that name.
const NOT_FOUND: i32 = 4;

/// Everything that takes part, on a chain of its own: its rounds of challenges and its delays are shorter than others could bear.
struct Scene {
	dir: PathBuf,
	chain: Chain,
	runtime: tokio::runtime::Runtime,
	client: souk_sdk::Chain,
	worker: Daemon,
	node: Daemon,
}

/// What somebody has, free and held together, in the smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Purse {
	souk: u128,
	dollars: u128,
}

pub fn earns_loses_and_leaves(dir: &Path) -> Result<()> {
	let scene = Scene::begin(dir)?;
	let listing = scene.offer()?;
	let before = scene.purse(BACKER)?;
	let mut fees = scene.back(&listing)?;
	let claimed = scene.earn(&listing, &mut fees)?;
	let lost = scene.lose(&listing)?;
	scene.leave(&listing, BACKING - lost, &mut fees)?;
	let after = scene.purse(BACKER)?;
	let expected = Purse { souk: before.souk - lost - fees, dollars: before.dollars + claimed };
	ensure!(
		after == expected,
		"the backer had {before:?}, lost {lost}, paid fees of {fees}, earned {claimed}, and has {after:?}"
	);
	Ok(())
}

impl Scene {
	fn begin(dir: &Path) -> Result<Self> {
		let endowed = [WORKER, NODE, CURATOR, BACKER, BUYER].map(|uri| Endowment {
			uri,
			souk: 10_000 * SOUK,
			wusd: 1_000 * WUSD,
		});
		let mut chain = Chain::start_with(&dir.join("chain"), "dev", &endowed)?;
		let spec = chain.spec().to_path_buf();
		let mut worker = Worker::prepare("backed worker", &dir.join("worker"), &spec, WORKER)?;
		let mut node = Persistence::prepare("forgetful node", &dir.join("node"), &spec, NODE)?;
		chain.wait_finalized(2, PATIENCE)?;
		start_all(&mut [&mut worker, &mut node])?;
		let runtime = tokio::runtime::Runtime::new()?;
		let text = std::fs::read_to_string(&spec)?;
		let client = runtime.block_on(souk_sdk::Chain::connect_within(&text, PATIENCE))?;
		let scene = Self { dir: dir.into(), chain, runtime, client, worker, node };
		let window = u128::from(UNBONDING) - 1;
		scene.set(&[
			("Market", "UnbondingPeriod", window),
			("Offences", "ReportWindow", window),
			("Escrow", "ConfirmTimeout", window),
		])?;
		Ok(scene)
	}

	fn user(&self, account: &str) -> Souk {
		let home = account.trim_start_matches('/').replace("//", "-");
		Souk::new(&self.dir.join("users").join(home), self.chain.spec(), account)
	}

	/// Runs a command that must succeed, and waits until the light client here has seen the block that it tells of as well.
	fn told(&self, user: &Souk, arguments: &[&str]) -> Result<Value> {
		let said = user.json(arguments)?;
		if let Some(block) = said["block"].as_u64() {
			self.reaches(u32::try_from(block)?)?;
		}
		Ok(said)
	}

	/// Sends a call from here.
	fn submit(&self, uri: &str, call: Call) -> Result<Result<Included, SdkError>> {
		let account = Account::from_uri(uri)?;
		Ok(self.runtime.block_on(self.client.submit(&account, call)))
	}

	/// Governance, which on this chain is Alice.
	fn set(&self, parameters: &[(&str, &str, u128)]) -> Result<()> {
		let calls = parameters.iter().map(|(group, name, number)| calls::set_parameter(group, name, *number));
		self.submit("//Alice", calls::sudo(calls::batch_all(calls.collect())))??;
		Ok(())
	}

	/// What an account has.
	fn purse(&self, uri: &str) -> Result<Purse> {
		let id = Account::from_uri(uri)?.id();
		self.runtime.block_on(async {
			let view = self.client.latest().await?;
			let (souk, dollars) = (view.balance(id, Asset::Native).await?, view.balance(id, DOLLARS).await?);
			Ok(Purse { souk: souk.free + souk.held, dollars: dollars.free + dollars.held })
		})
	}

	/// The curator's own bond on the listing, and what backs it.
	fn at_stake(&self, listing: &Listing) -> Result<(u128, Option<BackingView>)> {
		self.runtime.block_on(async {
			let view = self.client.latest().await?;
			Ok((view.curator_bond(listing.id).await?.active, view.backing(listing.id).await?))
		})
	}

	/// What the backer has behind the bond.
	fn position(&self) -> Result<Option<BackedView>> {
		let id = Account::from_uri(BACKER)?.id();
		let all = self.runtime.block_on(async { self.client.latest().await?.all_backed_by(id).await })?;
		ensure!(all.len() <= 1, "one bond is backed: {all:?}");
		Ok(all.into_iter().next())
	}

	/// Waits for a block.
	fn reaches(&self, block: u32) -> Result<()> {
		self.runtime.block_on(self.client.reached(block, PATIENCE))?;
		Ok(())
	}

	/// A table with a snapshot at its one node.
	fn offer(&self) -> Result<Listing> {
		std::fs::write(self.dir.join("numbers.csv"), "id\n1\n2\n3\n")?;
		let manifest = manifest(&self.dir, "backed", "kind = \"csv\"\nlocation = \"numbers.csv\"", PLAN)?;
		publish(&self.user(CURATOR), &manifest, &self.worker, &[&self.node])
	}

	/// The curator lets others in, on her terms, and somebody comes. Returns what that cost in fees.
	fn back(&self, listing: &Listing) -> Result<u128> {
		let (curator, backer) = (self.user(CURATOR), self.user(BACKER));
		let address = listing.address.as_str();
		fails(&backer, &["back", address, "--amount", "50 SOUK"], 1, "lets nobody back her bond")?;
		let share = format!("{SHARE}%");
		let opened =
			self.told(&curator, &["back", "open", address, "--share", &share, "--most", "50 SOUK"])?;
		ensure!(units(&opened["backing"]["room"])? == 50 * SOUK, "{opened}");
		fails(&curator, &["back", address, "--amount", "50 SOUK"], 1, "is your own")?;
		fails(&backer, &["back", address, "--amount", "51 SOUK"], 1, "room for 50 SOUK")?;

		let before = self.purse(BACKER)?;
		let backed = self.told(&backer, &["back", address, "--amount", "50 SOUK"])?;
		ensure!(u128::from(units(&backed["backed"]["active"])?) == BACKING, "{backed}");
		let fee = fee(&backed)?;
		let after = self.purse(BACKER)?;
		// The deposit is held, and still the backer's.
		ensure!(before.souk - after.souk == BACKING + fee, "{before:?}, then {after:?}, with a fee of {fee}");
		let (own, backing) = self.at_stake(listing)?;
		let backing = backing.context("nothing backs it")?;
		ensure!(
			own == 100 * u128::from(SOUK) && backing.active == BACKING && backing.answers == BACKING,
			"a bond of {own} is backed: {backing:?}"
		);
		ensure!(backing.backers == 1 && backing.room == 0, "{backing:?}");
		Ok(fee)
	}

	/// Somebody subscribes and cancels: of what the curator is paid for those blocks, the backer has a share. Returns it.
	fn earn(&self, listing: &Listing, fees: &mut u128) -> Result<u128> {
		let (buyer, backer) = (self.user(BUYER), self.user(BACKER));
		let address = listing.address.as_str();
		fails(&backer, &["back", "claim", address], 1, "nothing was earned")?;
		let (curator, spent) = (self.purse(CURATOR)?.dollars, self.purse(BUYER)?.dollars);
		self.told(&buyer, &["subscribe", address, "--plan", "0"])?;
		self.told(&buyer, &["cancel", address])?;
		// The backers' share is held on her account, so that all she was paid is there.
		let paid = self.purse(CURATOR)?.dollars - curator;
		let spent = spent - self.purse(BUYER)?.dollars;
		ensure!(paid > 0 && paid <= spent, "the buyer has spent {spent}, the curator was paid {paid}");
		let earned = paid * SHARE / 100;
		let (_, backing) = self.at_stake(listing)?;
		let aside = backing.context("nothing backs it")?.unsettled;
		ensure!(aside.len() == 1 && aside[0].asset == DOLLARS && aside[0].amount == earned, "{aside:?}");

		let before = self.purse(BACKER)?.dollars;
		let shown = self.told(&backer, &["back", "list"])?;
		let income = &shown["backed"][0]["income"];
		ensure!(u128::from(units(&income[0])?) == earned && income[0]["symbol"] == "wUSD", "{shown}");
		let claimed = self.told(&backer, &["back", "claim", address])?;
		*fees += fee(&claimed)?;
		ensure!(claimed["backed"]["income"] == json!([]), "{claimed}");
		let gained = self.purse(BACKER)?.dollars - before;
		ensure!(gained == earned, "{earned} were earned, and {gained} claimed");
		fails(&backer, &["back", "claim", address], 1, "nothing was earned")?;
		ensure!(self.purse(CURATOR)?.dollars - curator == paid - earned, "she has the rest");
		Ok(earned)
	}

	/// The node loses what it keeps and is asked for it. Returns what the backer lost.
	fn lose(&self, listing: &Listing) -> Result<u128> {
		let id = Account::from_uri(NODE)?.id();
		let bond_of = || -> Result<u128> {
			let found = self.runtime.block_on(async { self.client.latest().await?.node(id).await })?;
			Ok(found.context("the node is not registered")?.bond)
		};
		let (own, backing) = self.at_stake(listing)?;
		ensure!(backing.context("nothing backs it")?.active == BACKING, "it is as it was");
		let of_node = bond_of()?;
		// Nodes are asked for what they have had for as long as they have to answer.
		let since = listing.report["snapshot"]["final_at"].as_u64().context("no snapshot is final")?;
		self.reaches(u32::try_from(since)? + FIRST_WINDOW)?;
		let round = |window: u32, every: u32| {
			self.set(&[
				("Offences", "ChallengeWindow", window.into()),
				("Offences", "ChallengeEvery", every.into()),
			])
		};
		round(FIRST_WINDOW, EVERY[0])?;
		self.node.agrees(PATIENCE)?;
		std::fs::remove_dir_all(self.node.data_dir().join("files"))?;
		round(WINDOW, EVERY[1])?;
		let buyer = self.user(BUYER);
		until_block("the challenge to be missed", 2 * PATIENCE, &self.client, || {
			Ok((bond_of()? < of_node).then_some(()))
		})?;
		let fined = until("the fine to be divided", PATIENCE, || {
			let shown = self.told(&buyer, &["show", &listing.address, "--history", "--chain-only"])?;
			let offences = shown["history"]["offences"].as_array().context("no history")?;
			ensure!(offences.len() <= 1, "one challenge, one offence: {offences:?}");
			Ok(offences.first().filter(|offence| offence["settled"] == true).cloned())
		})?;
		ensure!(fined["kind"] == "missed_challenge" && fined["node"] == self.node.address()?, "{fined}");

		let (left, backing) = self.at_stake(listing)?;
		let backing = backing.context("nothing backs it")?;
		let (of_own, of_backing) = (own - left, BACKING - backing.active);
		// A hundredth of both, and of each the same part.
		ensure!(
			of_own + of_backing == (own + BACKING) / 100,
			"{of_own} and {of_backing} were taken: {fined}"
		);
		ensure!(of_own * BACKING == of_backing * own, "{of_own} of {own}, {of_backing} of {BACKING}");
		ensure!(u128::from(units(&fined["of_curator"])?) == of_own + of_backing, "{fined}");
		let of_node = of_node - bond_of()?;
		ensure!(u128::from(units(&fined["of_node"])?) == of_node && of_node > 0, "{of_node}: {fined}");
		// Nobody is subscribed any more.
		let treasury = u128::from(units(&fined["paid"]["treasury"])?);
		ensure!(treasury == of_own + of_backing + of_node, "{treasury} went to the treasury: {fined}");
		let position = self.position()?.context("the backer is gone")?;
		ensure!(
			position.active == BACKING - of_backing && backing.answers == position.active,
			"{position:?}"
		);
		Ok(of_backing)
	}

	/// The backer starts all that is left on its way out, cannot have it at once, and has it when it is free.
	fn leave(&self, listing: &Listing, left: u128, fees: &mut u128) -> Result<()> {
		let (curator, backer) = (self.user(CURATOR), self.user(BACKER));
		let address = listing.address.as_str();
		let leaving = self.told(&backer, &["back", "leave", address, "--all"])?;
		*fees += fee(&leaving)?;
		let portion = &leaving["backed"]["leaving"][0];
		let number = |value: &Value| value.as_u64().context("no number");
		let (at, now) = (number(&portion["at"])?, number(&leaving["block"])?);
		ensure!(
			u128::from(units(&portion["amount"])?) == left && at == now + u64::from(UNBONDING),
			"left in block {now}: {leaving}"
		);
		ensure!(units(&leaving["backed"]["active"])? == 0, "{leaving}");
		// Anybody may ask for it; nobody has it early. From here, as it takes a block and no more.
		let who = Account::from_uri(BACKER)?.id();
		match self.submit(BUYER, calls::withdraw_unbacked(listing.id, who))? {
			Err(SdkError::Dispatch { error, .. }) if error == "TooEarly" => {}
			other => bail!("withdrawn before block {at}: {other:?}"),
		}
		let (_, backing) = self.at_stake(listing)?;
		ensure!(backing.is_some_and(|backing| backing.answers == left), "it answers until it is withdrawn");

		self.reaches(u32::try_from(at)?)?;
		let before = self.purse(BACKER)?.souk;
		let withdrawn = self.told(&backer, &["back", "withdraw", address])?;
		let fee = fee(&withdrawn)?;
		*fees += fee;
		ensure!(withdrawn["backed"].is_null(), "something is left: {withdrawn}");
		let after = self.purse(BACKER)?.souk;
		ensure!(after == before + left - fee, "{before}, then {after}, for {left} less {fee}");
		fails(&backer, &["back", "withdraw", address], NOT_FOUND, "does not back")?;
		ensure!(self.position()?.is_none(), "nothing is remembered of the backer");
		let closed = self.told(&curator, &["back", "close", address])?;
		ensure!(closed["backing"].is_null() && self.at_stake(listing)?.1.is_none(), "{closed}");
		Ok(())
	}
}

/// What a command cost, in planck.
fn fee(report: &Value) -> Result<u128> {
	units(&report["fee"]).map(u128::from)
}
