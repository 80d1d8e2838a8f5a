//! Work and things are sold: in parts that are confirmed, left alone or never delivered, cancelled, and disputed. Nobody has the
//! money in between, and at the end it is where it belongs.

use crate::world::{fails, together, until_block, World, PATIENCE, WUSD};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_scenarios::{souk::address_of, Souk};
use souk_sdk::{types::OrderView, Account, Asset, OrderState};
use std::path::{Path, PathBuf};

const DOLLARS: Asset = Asset::WithId(1);
/// Blocks in which work is confirmed or disputed: five minutes, for a busy machine.
const CONFIRMED_WITHIN: u32 = 100;

/// Three pairs of people, all at the same time.
pub fn each_order_ends_as_it_should(world: &World) -> Result<()> {
	let stories: [fn(&World) -> Result<()>; 3] = [in_parts, cancelled_and_bought_again, disputed];
	together(stories.map(|story| move || story(world))).map(|_| ())
}

/// A seller and a buyer.
struct Pair<'a> {
	world: &'a World,
	names: [String; 2],
	seller: Souk,
	buyer: Souk,
	/// What both have before: the seller's wUSD, then the buyer's.
	before: [u128; 2],
	dir: PathBuf,
}

impl<'a> Pair<'a> {
	fn of(world: &'a World, what: &str) -> Result<Self> {
		let names = ["seller", "buyer"].map(|side| format!("//{what}//{side}"));
		let (seller, buyer) = (world.user(&names[0]), world.user(&names[1]));
		let mut pair = Self { world, names, seller, buyer, before: [0; 2], dir: world.folder(what)? };
		pair.before = pair.free()?;
		Ok(pair)
	}

	/// The seller lists something. Returns its address.
	fn lists(&self, name: &str, kind: &str, price: &str) -> Result<String> {
		let created = self.seller.json(&[
			"listing",
			"create",
			name,
			"--kind",
			kind,
			"--title",
			name,
			"--price",
			price,
			"--category",
			"test",
		])?;
		ensure!(created["state"] == "active", "it is not on sale: {created}");
		Ok(created["address"].as_str().context("no address")?.into())
	}

	/// The seller offers it to the buyer in these parts. Returns the order's number.
	fn offers(&self, address: &str, parts: &[&str], terms: &Path) -> Result<String> {
		let (buyer, terms) = (address_of(&self.names[1])?, terms.display().to_string());
		let mut arguments = vec!["order", "offer", address, "--to", &buyer, "--terms", &terms];
		parts.iter().for_each(|part| arguments.extend(["--part", part]));
		let offered = self.seller.json(&arguments)?;
		stands(&offered["order"], "created", 0, 0, 0)?;
		Ok(number(&offered)?.to_string())
	}

	/// A file with something in it.
	fn file(&self, name: &str, text: &str) -> Result<PathBuf> {
		let path = self.dir.join(name);
		std::fs::write(&path, text)?;
		Ok(path)
	}

	/// Waits until an order is as it should be.
	fn comes(&self, what: &str, order: &str, is: impl Fn(&OrderView) -> bool) -> Result<OrderView> {
		let (client, id) = (self.world.client(), order.parse()?);
		until_block(what, PATIENCE, &client.chain, || {
			let found = client.runtime.block_on(async {
				let view = client.chain.latest().await?;
				anyhow::Ok(view.order(id).await?)
			})?;
			Ok(Some(found.context("the order is gone")?).filter(&is))
		})
	}

	/// What both have of the dollars, free to spend.
	fn free(&self) -> Result<[u128; 2]> {
		let both = self.balances()?;
		Ok(both.map(|balance| balance.free))
	}

	fn balances(&self) -> Result<[souk_sdk::Balance; 2]> {
		let client = self.world.client();
		let [seller, buyer] = [&self.names[0], &self.names[1]].map(|uri| Account::from_uri(uri));
		let (seller, buyer) = (seller?.id(), buyer?.id());
		client.runtime.block_on(async {
			let view = client.chain.latest().await?;
			Ok([view.balance(seller, DOLLARS).await?, view.balance(buyer, DOLLARS).await?])
		})
	}

	/// The seller has earned this much, and the buyer has spent as much; nothing is held any more.
	fn settled(&self, dollars: u64) -> Result<()> {
		let [seller, buyer] = self.balances()?;
		let units = u128::from(dollars * WUSD);
		ensure!(
			seller.free == self.before[0] + units,
			"the seller has {} and had {}",
			seller.free,
			self.before[0]
		);
		ensure!(
			buyer.free + units == self.before[1],
			"the buyer has {} and had {}",
			buyer.free,
			self.before[1]
		);
		ensure!(buyer.held == 0, "{} are still held", buyer.held);
		Ok(())
	}
}

/// An order as `souk` prints it: its state, and what of it is held, paid and returned, in wUSD.
fn stands(order: &Value, state: &str, held: u64, paid: u64, refunded: u64) -> Result<()> {
	let is = |field: &str, dollars: u64| {
		let units = (dollars * WUSD).to_string();
		order[field]["units"] == units
	};
	ensure!(
		order["state"] == state && is("held", held) && is("paid", paid) && is("refunded", refunded),
		"it should be {state}, with {held} held, {paid} paid and {refunded} returned: {order}"
	);
	Ok(())
}

fn number(report: &Value) -> Result<u64> {
	report["order"]["order"].as_u64().context("no order")
}

/// A service in three parts: one is confirmed, one is paid since nobody objects, and one is never delivered.
fn in_parts(world: &World) -> Result<()> {
	let pair = Pair::of(world, "service")?;
	let address = pair.lists("plumbing", "service", "100 wUSD")?;
	let terms = pair.file("agreed.txt", "three taps")?;
	// Short where it is to be too late, long where it must not be.
	let parts =
		["50 wUSD,1000 blocks,1000 blocks", "30 wUSD,1000 blocks,3 blocks", "20 wUSD,3 blocks,1000 blocks"];
	let order = pair.offers(&address, &parts, &terms)?;
	fails(&pair.buyer, &["order", "fund", &order, "--max-price", "99 wUSD"], 1, "99 wUSD")?;
	let funded = pair.buyer.json(&["order", "fund", &order, "--max-price", "100 wUSD"])?;
	stands(&funded["order"], "funded", 100, 0, 0)?;

	let evidence = pair.file("photo.jpg", "a tap")?.display().to_string();
	let delivered =
		pair.seller.json(&["order", "deliver", &order, "--part", "1", "--evidence", &evidence])?;
	stands(&delivered["order"], "delivered", 100, 0, 0)?;
	ensure!(delivered["order"]["parts"][0]["evidence"].is_string(), "{delivered}");
	let confirmed = pair.buyer.json(&["order", "confirm", &order])?;
	stands(&confirmed["order"], "funded", 50, 50, 0)?;

	pair.seller.json(&["order", "deliver", &order])?;
	let ended = pair.comes("the rest of the order to time out", &order, |order| order.ended_at.is_some())?;
	ensure!(ended.state == OrderState::Refunded, "{ended:?}");
	let [_, left_alone, never] = ended.milestones[..] else { anyhow::bail!("{ended:?}") };
	let window = left_alone.delivered_at.zip(left_alone.paid_at).map(|(from, to)| to - from);
	ensure!(window == Some(3), "paid {window:?} blocks after it was delivered");
	ensure!(never.delivered_at.is_none() && never.paid_at.is_none(), "{ended:?}");
	stands(&pair.buyer.json(&["order", "show", &order])?, "refunded", 0, 80, 20)?;
	pair.settled(80)
}

/// A thing is ordered and cancelled, and ordered again.
fn cancelled_and_bought_again(world: &World) -> Result<()> {
	let pair = Pair::of(world, "thing")?;
	let address = pair.lists("bowl", "physical", "12 wUSD")?;
	let terms = pair.file("agreed.txt", "a blue one")?.display().to_string();
	let buys = || -> Result<String> {
		let bought = pair.buyer.json(&["buy", &address, "--max-price", "12 wUSD", "--terms", &terms])?;
		ensure!(bought["outcome"] == "ordered", "{bought}");
		stands(&bought["order"], "funded", 12, 0, 0)?;
		Ok(number(&bought)?.to_string())
	};
	let first = buys()?;
	let cancelled = pair.buyer.json(&["order", "cancel", &first])?;
	stands(&cancelled["order"], "refunded", 0, 0, 12)?;
	world.client().sees(&cancelled)?;
	pair.settled(0)?;
	fails(&pair.seller, &["order", "deliver", &first], 1, "decided")?;

	let second = buys()?;
	let delivered = pair.seller.json(&["order", "deliver", &second])?;
	stands(&delivered["order"], "delivered", 12, 0, 0)?;
	fails(&pair.seller, &["order", "confirm", &second], 1, "only the buyer")?;
	let confirmed = pair.buyer.json(&["order", "confirm", &second])?;
	stands(&confirmed["order"], "released", 0, 12, 0)?;
	world.client().sees(&confirmed)?;
	pair.settled(12)?;

	let forgotten = pair.buyer.json(&["order", "forget", &first])?;
	ensure!(forgotten["order"].is_null(), "{forgotten}");
	let listed = pair.buyer.json(&["order", "list"])?;
	let orders = listed["orders"].as_array().context("no orders")?;
	let numbers: Vec<String> = orders.iter().map(|one| one["order"].to_string()).collect();
	ensure!(numbers == [second.as_str()], "{listed}");
	let receipts = pair.buyer.json(&["receipts"])?;
	let of = |order: &str, state: &str| {
		let mut kept = receipts.as_array().into_iter().flatten().map(|one| &one["receipt"]);
		kept.any(|one| {
			let number = one["order"].to_string();
			number == order && one["state"] == state
		})
	};
	ensure!(of(&first, "refunded") && of(&second, "released"), "{receipts}");
	say_of_each_other(&pair, &second, &address)
}

/// What both sides say after a sale that was paid: ratings, and a credential that is shown, changed and revoked.
fn say_of_each_other(pair: &Pair, order: &str, address: &str) -> Result<()> {
	let rated = pair.buyer.json(&["rate", order, "--score", "5"])?;
	ensure!(rated["ratings"]["below"] == 5 && rated["ratings"]["mean"].is_null(), "{rated}");
	pair.seller.json(&["rate", order, "--score", "4"])?;
	fails(&pair.buyer, &["rate", order, "--score", "1"], 1, "may not rate")?;
	let shown = pair.seller.json(&["show", address, "--chain-only"])?;
	ensure!(shown["ratings"]["at_least"] == 1 && shown["ratings"]["below"] == 5, "{shown}");

	let stranger = pair.world.user("//thing//stranger");
	let path = pair.dir.join("credential.json");
	let file = path.display().to_string();
	fails(&pair.buyer, &["credential", "issue", order, "--dispute-lost"], 1, "Reputation.NotLost")?;
	let issued = pair.buyer.json(&["credential", "issue", order, "--out", &file])?;
	ensure!(issued["type"] == "TrustedSellerCredential", "{issued}");
	let checked = stranger.json(&["credential", "verify", &file])?;
	ensure!(checked["verdict"] == "holds" && checked["hash"] == issued["hash"], "{checked}");
	let checks = checked["checks"].as_array().context("no checks")?;
	ensure!(checks.len() == 6 && checks[5] == "order", "{checked}");
	ensure!(checked["unchecked"] == serde_json::json!(["sold"]), "{checked}");
	let text = std::fs::read_to_string(&path)?;
	let changed = pair.file("changed.json", &text.replacen(r#""below":"100""#, r#""below":"101""#, 1))?;
	let changed = changed.display().to_string();
	let said = fails(&stranger, &["credential", "verify", &changed], 8, "something was changed")?;
	ensure!(said["error"]["code"] == "bad_signature", "{said}");
	let listed = pair.seller.json(&["credential", "list"])?;
	let listed = listed["credentials"].as_array().context("no credentials")?;
	ensure!(listed.len() == 1 && listed[0]["hash"] == issued["hash"], "{listed:?}");
	let others = stranger.json(&["credential", "list", "--of", &pair.seller.address()?])?;
	ensure!(others["counts"][0]["about"] == 1 && others["credentials"].is_null(), "{others}");
	ensure!(!others.to_string().contains(&pair.buyer.address()?), "{others}");

	pair.buyer.json(&["credential", "revoke", order])?;
	let said = fails(&stranger, &["credential", "verify", &file], 8, "has revoked it")?;
	ensure!(said["error"]["code"] == "revoked", "{said}");
	fails(&pair.buyer, &["credential", "remove", order], 1, "stays until block")?;
	fails(&pair.buyer, &["credential", "issue", order], 1, "issued already").map(|_| ())
}

/// Work that its buyer does not agree with: the time to confirm it passes, and the money stays where it is.
fn disputed(world: &World) -> Result<()> {
	let pair = Pair::of(world, "dispute")?;
	let address = pair.lists("painting", "service", "40 wUSD")?;
	let terms = pair.file("agreed.txt", "the fence, green")?;
	let order =
		pair.offers(&address, &[&format!("40 wUSD,1000 blocks,{CONFIRMED_WITHIN} blocks")], &terms)?;
	pair.buyer.json(&["order", "fund", &order])?;
	pair.seller.json(&["order", "deliver", &order])?;
	let letter = pair.file("letter.txt", "it is blue")?.display().to_string();
	let disputed = pair.buyer.json(&["order", "dispute", &order, "--evidence", &letter])?;
	stands(&disputed["order"], "disputed", 40, 0, 0)?;
	ensure!(disputed["order"]["evidence"].is_string(), "{disputed}");
	fails(&pair.seller, &["order", "dispute", &order, "--evidence", &letter], 1, "Escrow.AlreadyDisputed")?;

	let delivered = disputed["order"]["delivered_at"].as_u64().context("not delivered")?;
	let client = world.client();
	let past = u32::try_from(delivered)? + CONFIRMED_WITHIN + 2;
	client.runtime.block_on(client.chain.reached(past, 2 * PATIENCE))?;
	stands(&pair.seller.json(&["order", "show", &order])?, "disputed", 40, 0, 0)?;
	fails(&pair.seller, &["order", "claim", &order], 1, "Escrow.NothingDue")?;
	let [seller, buyer] = pair.balances()?;
	let units = u128::from(40 * WUSD);
	ensure!(seller.free == pair.before[0], "the seller has {} and had {}", seller.free, pair.before[0]);
	ensure!((buyer.free + units, buyer.held) == (pair.before[1], units), "the buyer has {buyer:?}");
	Ok(())
}
