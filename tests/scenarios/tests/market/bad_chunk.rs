//! A table of which one chunk is not what was listed: a buyer either does not pay for it, or has the price back out of the curator's
//! bond.

use crate::world::{dollars, manifest, publish, start_all, units, World, PATIENCE, WUSD};
use anyhow::{ensure, Result};
use serde_json::Value;
use souk_scenarios::{crook, repository, souk::Ended, until, Liar, Persistence, Souk, Worker};
use std::path::Path;

const PRICE: u64 = 2 * WUSD;
/// What `souk` ends with where nobody has what was listed, and where money came back.
const NOT_TO_BE_HAD: i32 = 6;
const REFUNDED: i32 = 7;
/// What a micro-dollar is worth in planck where a chain begins.
const WORTH: u64 = 1_000_000;

/// A worker and a node of the curator's own; the node is honest about what it has first, and lies then.
pub fn costs_the_curator(world: &World) -> Result<()> {
	let dir = world.folder("bad-chunk")?;
	let mut worker =
		Worker::prepare("bad chunk's worker", &dir.join("worker"), &world.spec, "//bad-chunk//worker")?;
	let mut node =
		Persistence::prepare("bad chunk's node", &dir.join("node"), &world.spec, "//bad-chunk//node")?;
	start_all(&mut [&mut worker, &mut node])?;
	let table = repository().join("tests/data/weather.csv.gz");
	let source = format!("kind = \"csv\"\nlocation = {table:?}\nnull_values = [\"NA\"]");
	let manifest = manifest(&dir, "cheap", &source, "[[plan]]\nkind = \"one_time\"\nprice = \"2 wUSD\"\n")?;
	let listing = publish(&world.user("//bad-chunk//curator"), &manifest, &worker, &[&node])?;
	let fake = crook::corrupt(&world.spec, listing.id, &worker, &mut node, PATIENCE)?;
	let chunk = fake.chunk;

	let (buyer, out) = (world.user("//bad-chunk//buyer"), dir.join("cheap.parquet"));
	let path = out.display().to_string();
	let buy = ["buy", listing.address.as_str(), "--out", path.as_str()];
	let had = dollars(&buyer)?;
	ends(&buyer, &buy, NOT_TO_BE_HAD, "content root is another")?;
	ensure!(
		dollars(&buyer)? == had,
		"it had {had:?} and has {:?} although it bought nothing",
		dollars(&buyer)?
	);
	nothing_written(&out)?;

	let liar = Liar::in_place_of(&mut node, fake)?;
	let bonded = bond(&buyer, &listing.address)?;
	let refunded = ends(&buyer, &buy, REFUNDED, "is not what was listed");
	let refunded = refunded.map_err(|error| error.context(format!("the liar says {:?}", liar.problem())))?;
	nothing_written(&out)?;
	let details = &refunded["error"]["details"];
	ensure!(refunded["error"]["code"] == "bad_chunk" && details["chunk"] == chunk, "{refunded}");
	let order = &details["order"];
	ensure!(order["state"] == "refunded" && units(&order["held"])? == 0, "{order}");
	ensure!(order["snapshot"]["delivered_by"] == node.address()?, "the key is from somebody else: {order}");
	// The seller's side was paid with the delivery: the price comes out of the bond, in the native token.
	ensure!(units(&order["paid"])? == PRICE && units(&order["from_bond"])? == PRICE * WORTH, "{order}");
	ensure!(dollars(&buyer)? == (had.0 - PRICE, had.1), "it had {had:?} and has {:?}", dollars(&buyer)?);
	let (slashed, left) = (units(&details["slashed"])?, bond(&buyer, &listing.address)?);
	ensure!(slashed > PRICE * WORTH && left + slashed == bonded, "{slashed} of {bonded}, and {left} is left");

	let number = order["order"].to_string();
	let receipt = buyer.json(&["receipts", "show", &number])?;
	ensure!(receipt.to_string().contains("refunded"), "the receipt does not say how it ended: {receipt}");
	Ok(())
}

/// A purchase that ends with this exit code and this in its message. Where the node could not even be asked nothing was paid, and it is asked
/// again.
fn ends(buyer: &Souk, buy: &[&str], code: i32, word: &str) -> Result<Value> {
	let all = [&["--json"][..], buy].concat();
	until(&format!("a purchase to end with {word:?}"), PATIENCE, || {
		let Ended { code: ended, out, err, .. } = buyer.run(&all)?;
		if ended == code && err.contains(word) {
			return Ok(Some(serde_json::from_str(&out)?));
		}
		ensure!(ended == NOT_TO_BE_HAD && !out.contains("content root"), "it ended with {ended}: {err}");
		Ok(None)
	})
}

fn nothing_written(out: &Path) -> Result<()> {
	ensure!(!out.exists(), "a file that is not what was listed was written");
	Ok(())
}

/// What answers for the listing, in planck.
fn bond(anybody: &Souk, listing: &str) -> Result<u64> {
	units(&anybody.json(&["curator", "status", listing])?["bond"]["active"])
}
