//! Figures with a proof: asked for, checked by somebody who has nothing but the chain spec, changed, refused.

use crate::world::{fails, World, ROWS};
use anyhow::{ensure, Context, Result};
use serde_json::Value;

/// What is asked for.
pub const SQL: &str =
	"SELECT shop, count(*), sum(amount), max(id) FROM sales WHERE amount >= 50 GROUP BY shop";
/// What a bundle that does not hold ends with.
pub const NOT_PROVED: i32 = 8;

/// The story of one buyer, and of somebody who is handed what the buyer got.
pub fn proved_checked_and_changed(world: &World) -> Result<()> {
	let sales = world.sales()?;
	let (address, dir) = (sales.address.as_str(), world.folder("proved")?);
	let (buyer, stranger) = (world.user("//proved//buyer"), world.user("stranger"));
	let path = |name: &str| dir.join(name).display().to_string();
	let bundle = path("bundle.json");
	let prove = ["query", address, "--prove", SQL, "--bundle", bundle.as_str()];
	let refused = fails(&buyer, &prove, 3, "subscribe")?;
	ensure!(refused["error"]["code"] == "not_entitled", "before paying: {refused}");
	buyer.json(&["subscribe", address, "--plan", "0"])?;

	let done = buyer.json(&prove)?;
	ensure!(done["table_rows"] == ROWS && done["rows"] == 7, "proved: {done}");
	let expected = by_hand();
	let shown: Vec<Value> = done["result"].as_array().context("no figures")?.clone();
	for (shown, [shop, count, ..]) in shown.iter().zip(&expected) {
		let counted = shown["count(*)"].to_string();
		ensure!(shown["shop"] == *shop && counted == *count, "shown: {shown}");
	}
	let checked = stranger.json(&["verify", &bundle])?;
	ensure!(checked["verdict"] == "proved" && checked["listing"] == sales.id, "checked: {checked}");
	ensure!(checked["answer"]["rows"] == serde_json::json!(expected), "the answer: {}", checked["answer"]);

	let good: Value = serde_json::from_slice(&std::fs::read(&bundle)?)?;
	type Change = fn(&mut Value);
	let changes: [(Change, &str); 8] = [
		(|b| b["answer"]["rows"][0][1] = "215".into(), "invalid"),
		(|b| b["answer"]["rows"][0][2] = "16017.74".into(), "invalid"),
		(|b| b["answer"]["rows"][0][2] = "16017.7".into(), "answer"),
		(|b| b["sql"] = SQL.replace("50", "51").into(), "invalid"),
		(|b| b["period"] = 1.into(), "no_snapshot"),
		(|b| b["rows"] = (ROWS + 1).into(), "columns_root"),
		(|b| b["genesis"] = format!("0x{}", "11".repeat(32)).into(), "context"),
		(|b| b["min_group_size"] = 2.into(), "min_group_size"),
	];
	for (number, (change, code)) in changes.into_iter().enumerate() {
		let mut bad = good.clone();
		change(&mut bad);
		ensure!(bad != good, "change {number} changes nothing");
		let file = path("changed.json");
		std::fs::write(&file, serde_json::to_vec(&bad)?)?;
		let refused = fails(&stranger, &["verify", &file], NOT_PROVED, "refused")?;
		ensure!(refused["error"]["code"] == code, "change {number} was to be refused by {code}: {refused}");
	}

	for (sql, part) in [("SELECT median(amount) FROM t", "median"), ("SELECT * FROM t", "*")] {
		let refused =
			fails(&buyer, &["query", address, "--prove", sql, "--bundle", &path("none.json")], 2, part)?;
		ensure!(refused["error"]["code"] == "not_provable", "{sql}: {refused}");
	}
	// Only the node knows which columns there are.
	let unknown = ["query", address, "--prove", "SELECT sum(price) FROM t", "--bundle", &path("none.json")];
	let refused = fails(&buyer, &unknown, 3, "price")?;
	ensure!(refused["error"]["code"] == "not_provable", "an unknown column: {refused}");
	ensure!(!dir.join("none.json").exists(), "a bundle was written for what was refused");
	Ok(())
}

/// Shop, rows, sum and greatest id of what the query asks for, from what the table was made of.
pub fn by_hand() -> Vec<[String; 4]> {
	(0..7)
		.map(|shop| {
			let ids: Vec<u64> = (0..ROWS).filter(|id| id % 7 == shop && id % 100 >= 50).collect();
			let cents: u64 = ids.iter().map(|id| id % 100 * 100 + 25).sum();
			let greatest = ids.iter().max().copied().unwrap_or_default();
			[
				format!("shop-{shop}"),
				ids.len().to_string(),
				format!("{}.{:02}", cents / 100, cents % 100),
				greatest.to_string(),
			]
		})
		.collect()
}
