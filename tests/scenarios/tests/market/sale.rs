//! A table of one's own is sold: a name taken, buyers without money, queries, a cancellation.

use crate::world::{fails, publishing, query, sales_per_shop, World, PER_SHOP, ROWS, TIMEOUT};
use anyhow::{ensure, Result};

/// The story of one buyer, and of those who do not become one.
pub fn sold_queried_and_cancelled(world: &World) -> Result<()> {
	let sales = world.sales()?;
	ensure!(sales.report["snapshot"]["rows"] == ROWS, "published: {}", sales.report);
	ensure!(sales.report["metadata_published"] == true, "the metadata was not published: {}", sales.report);
	let address = sales.address.as_str();

	let again = publishing(&world.dir.join("sales/sales.toml"), &world.worker, &[&world.nodes[0]]);
	let again: Vec<&str> = again.iter().map(String::as_str).collect();
	fails(&world.user("//world//curator"), &again, 1, "already")?;

	let nobody = world.user("nobody");
	nobody.json(&["key", "new", "nobody"])?;
	fails(&nobody, &["subscribe", address, "--plan", "0"], 5, "nothing was sent")?;
	fails(&world.user("//sale//no-dollars"), &["subscribe", address, "--plan", "0"], 5, "wUSD")?;

	let (buyer, dir) = (world.user("//sale//buyer"), world.folder("sale")?);
	let refused = fails(&buyer, &["query", address, PER_SHOP, "--timeout", TIMEOUT], 3, "subscribe")?;
	ensure!(refused["error"]["code"] == "not_entitled", "before paying: {refused}");
	buyer.json(&["subscribe", address, "--plan", "0"])?;
	let (_, counts) = query(&buyer, address, PER_SHOP, &dir)?;
	ensure!(counts == sales_per_shop(), "the counts differ: {counts:?}");

	let cancelled = buyer.json(&["cancel", address])?;
	let refund: u64 = cancelled["refund"]["units"].as_str().unwrap_or_default().parse()?;
	ensure!(0 < refund && refund < 1_000_000, "{refund} of 1,000,000 micro-dollars came back");
	let refused = fails(&buyer, &["query", address, PER_SHOP, "--timeout", TIMEOUT], 3, "subscribe")?;
	ensure!(refused["error"]["code"] == "not_entitled", "after cancelling: {refused}");
	Ok(())
}
