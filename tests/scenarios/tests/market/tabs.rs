//! Queries are paid one by one from a tab. The node is killed in between and loses no voucher; a payer never comes back, and the node is
//! paid all the same; vouchers that were settled, or are another node's, are worth nothing; the tab is closed, and the rest comes back.

use crate::world::{
	fails, manifest, publish, start_all, until_block, Client, Listing, World, PATIENCE, TIMEOUT, WUSD,
};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use souk_protocol::{voucher::decode_voucher, SignedVoucher};
use souk_scenarios::{until, Daemon, Persistence, Souk};
use souk_sdk::{calls, types::TabView, Account, Asset};
use std::{fmt::Write as _, path::Path};

const ROWS: usize = 50;
const DOLLARS: Asset = Asset::WithId(1);
/// What a query costs: a tenth of a dollar.
const PRICE: u128 = WUSD as u128 / 10;
const SQL: &str = "SELECT count(*) AS n FROM t";

/// One node of its own, which settles each few seconds.
pub fn paid_by_the_query(world: &World) -> Result<()> {
	let dir = world.folder("tabs")?;
	let mut node = Persistence::prepare("paid node", &dir.join("node"), &world.spec, "//tabs//node")?;
	node.configure("[limits]\nsettle_seconds = 3\nquery_seconds = 240")?;
	start_all(&mut [&mut node])?;
	let client = world.client();
	let listing = offer(world, &node, &dir)?;

	let buyer = world.user("//tabs//buyer");
	let before = dollars(client, "//tabs//buyer")?;
	let opened = buyer.json(&["tab", "open", &listing.address, "--limit", "2wUSD"])?;
	ensure!(opened["tab"]["state"] == "open" && opened["tab"]["left"]["amount"] == "2", "{opened}");
	let tab = opened["tab"]["tab"].as_u64().context("a tab has a number")?;
	let dear = ["query", &listing.address, SQL, "--max-price", "0.05wUSD"];
	fails(&buyer, &dear, 1, "which is not within --max-price")?;
	for voucher in 1..=3 {
		asked(&buyer, &listing, tab, voucher)?;
	}

	// On the node's disk is what it was promised.
	node.kill()?;
	node.start()?;
	node.wait_healthy(PATIENCE)?;
	asked(&buyer, &listing, tab, 4)?;
	let settled = settled(client, tab, 4)?;
	ensure!(settled.free == 2 * u128::from(WUSD) - 4 * PRICE, "{settled:?}");

	let lost = never_comes_back(world, &listing)?;
	let voucher = signed(&world.dir, tab)?;
	worth_nothing(client, &mut node, voucher)?;

	// Nothing is owed any more; the node is not needed for the rest to come back.
	let closed = buyer.json(&["tab", "close", &tab.to_string()])?;
	ensure!(closed["tab"]["state"] == "closing", "{closed}");
	until_block("the tab to end by itself", PATIENCE, &client.chain, || {
		Ok(found(client, tab)?.is_none().then_some(()))
	})?;
	let after = dollars(client, "//tabs//buyer")?;
	ensure!(
		before.free - after.free == 4 * PRICE && after.held == 0,
		"the buyer had {before:?}, has {after:?}"
	);
	ensure!(found(client, lost)?.is_some(), "nobody has closed the other tab");
	receipts(&buyer, tab)
}

/// What the payer keeps says who was paid for how many answers, and what came back.
fn receipts(buyer: &Souk, tab: u64) -> Result<()> {
	let made = until("the receipt to tell of the end", PATIENCE, || {
		let made = buyer.json(&["receipts", "tab", &tab.to_string()])?;
		Ok((made["receipt"]["state"] == "ended").then_some(made))
	})?;
	let receipt = &made["receipt"];
	let back = 2 * u128::from(WUSD) - 4 * PRICE;
	ensure!(
		receipt["paid"]["units"] == (4 * PRICE).to_string()
			&& receipt["returned"]["units"] == back.to_string()
			&& receipt["exact"] == true,
		"{receipt}"
	);
	let node = &receipt["nodes"][0];
	let address = souk_scenarios::souk::address_of("//tabs//node")?;
	ensure!(node["node"] == address && node["answers"] == 4 && receipt["nodes"][1].is_null(), "{receipt}");
	for when in ["opened", "closed", "ended"] {
		ensure!(receipt[when]["block"].as_u64().is_some() && receipt[when]["exact"] == true, "{receipt}");
	}
	let kept = buyer.json(&["receipts", "list"])?;
	ensure!(kept[0] == made && kept[1].is_null(), "kept: {kept}");
	fails(buyer, &["receipts", "tab", "99999"], 4, "no receipt of it is kept here")?;
	Ok(())
}

fn offer(world: &World, node: &Daemon, dir: &Path) -> Result<Listing> {
	let mut text = String::from("id\n");
	(0..ROWS).try_for_each(|id| writeln!(text, "{id}"))?;
	std::fs::write(dir.join("numbers.csv"), text)?;
	let plan = "[[plan]]\nkind = \"pay_per_query\"\nprice = \"0.1 wUSD\"\n";
	let manifest = manifest(dir, "numbers", "kind = \"csv\"\nlocation = \"numbers.csv\"", plan)?;
	publish(&world.user("//tabs//curator"), &manifest, &world.worker, &[node])
}

/// A query that is paid with this voucher of the tab.
fn asked(buyer: &Souk, listing: &Listing, tab: u64, voucher: u64) -> Result<()> {
	let report = buyer.json(&["query", &listing.address, SQL, "--timeout", TIMEOUT])?;
	let paid = &report["payment"];
	ensure!(report["result"][0]["n"] == ROWS, "{report}");
	ensure!(paid["tab"] == tab && paid["voucher"] == voucher && paid["free"] == false, "{paid}");
	ensure!(paid["paid"]["units"] == PRICE.to_string(), "{paid}");
	ensure!(paid["promised"]["units"] == (PRICE * u128::from(voucher)).to_string(), "{paid}");
	Ok(())
}

fn dollars(client: &Client, uri: &str) -> Result<souk_sdk::Balance> {
	let account = Account::from_uri(uri)?.id();
	Ok(client.runtime.block_on(client.chain.balance(account, DOLLARS))?)
}

fn found(client: &Client, tab: u64) -> Result<Option<TabView>> {
	client.runtime.block_on(async {
		let view = client.chain.latest().await?;
		Ok(view.tab(tab).await?)
	})
}

/// Waits until so many queries of a tab are settled, by the node alone.
fn settled(client: &Client, tab: u64, queries: u128) -> Result<TabView> {
	until_block("the node to settle", PATIENCE, &client.chain, || {
		let tab = found(client, tab)?.context("the tab is gone")?;
		let earned: u128 = tab.earners.iter().map(|earner| earner.earned).sum();
		ensure!(earned <= queries * PRICE, "more was earned than was answered: {tab:?}");
		Ok((earned == queries * PRICE).then_some(tab))
	})
}

/// Somebody asks twice and is never seen again. Receipts cannot be kept there: the tab is open all the same, and says its number. Returns the
/// tab.
fn never_comes_back(world: &World, listing: &Listing) -> Result<u64> {
	let gone = world.user("//tabs//gone");
	std::fs::create_dir_all(gone.home())?;
	std::fs::write(gone.home().join("receipts"), "where a folder belongs")?;
	let opened = gone.json(&["tab", "open", &listing.address, "--limit", "1 wUSD"])?;
	let tab = opened["tab"]["tab"].as_u64().context("a tab has a number")?;
	for voucher in 1..=2 {
		asked(&gone, listing, tab, voucher)?;
	}
	settled(world.client(), tab, 2)?;
	Ok(tab)
}

/// The highest voucher that the buyer has signed, out of what is kept of it.
fn signed(world: &Path, tab: u64) -> Result<SignedVoucher> {
	let tabs = world.join("users/tabs-buyer/tabs");
	let chain = std::fs::read_dir(&tabs)?.next().context("one chain")??.path();
	let kept: Value = serde_json::from_slice(&std::fs::read(chain.join(format!("{tab}.json")))?)?;
	let nodes = kept["nodes"].as_object().context("nodes")?;
	let page = nodes.values().next().context("one node")?;
	let bytes = hex::decode(page["voucher"].as_str().context("a voucher")?)?;
	Ok(decode_voucher(&bytes)?)
}

/// A voucher that was settled, one of another node, and one that was changed.
fn worth_nothing(client: &Client, node: &mut Daemon, good: SignedVoucher) -> Result<()> {
	// Its account is used here in the meantime.
	node.stop()?;
	let refused = |uri: &str, voucher: SignedVoucher| -> Result<String> {
		let account = Account::from_uri(uri)?;
		let call = calls::tabs_settle(&[voucher]);
		let done = client.runtime.block_on(client.chain.submit(&account, call))?;
		let reason = done.field("Tabs", "VoucherRefused", "reason").and_then(|reason| reason.as_str());
		Ok(reason.context("it was settled")?.to_owned())
	};
	let mut more = good;
	more.voucher.amount += 1;
	let mut renamed = more;
	renamed.voucher.node = Account::from_uri("//tabs//thief")?.id();
	for (uri, voucher, reason) in [
		("//tabs//node", good, "Stale"),
		("//tabs//node", more, "BadSignature"),
		("//tabs//thief", good, "NotAuthorized"),
		("//tabs//thief", renamed, "BadSignature"),
	] {
		let said = refused(uri, voucher)?;
		ensure!(said == reason, "{uri}: {said} instead of {reason}");
	}
	Ok(())
}
