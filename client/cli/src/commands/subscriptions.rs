//! `souk subscriptions`: what the account is subscribed to.

use crate::{
	context::Context,
	failure::Failure,
	output::{self, Out},
	records::SubscriptionRecord,
	text::printable,
};
use souk_custody::format_account;

/// `souk subscriptions …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(_: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let account = ctx.account_id()?;
	let view = ctx.view().await?;
	let mut records = Vec::new();
	for entitlement in view.subscriptions_of(account).await? {
		let listing = view.listing(entitlement.listing).await?;
		records.push(SubscriptionRecord::new(&entitlement, listing.as_ref(), ctx).await?);
	}
	let block = view.head().number;
	if ctx.json {
		let account = format_account(&account);
		return output::json(
			out,
			&serde_json::json!({ "account": account, "block": block, "subscriptions": records }),
		);
	}
	if records.is_empty() {
		writeln!(
			out,
			"No subscriptions. `souk search` finds listings, `souk subscribe <address>` buys access."
		)?;
		return Ok(());
	}
	let rows = records
		.iter()
		.map(|record| {
			let listing = record.address.as_deref().map_or_else(|| record.listing.to_string(), printable);
			vec![
				listing,
				record.standing().to_owned(),
				record.price.to_string(),
				until(record.paid_until, block),
				until(record.entitled_until, block),
				if record.auto_renew { "yes" } else { "no" }.to_owned(),
				record.held.to_string(),
			]
		})
		.collect();
	let header = ["listing", "standing", "price", "paid until", "served until", "renews", "held"];
	output::table(out, ctx.screen.width, &header, rows)
}

/// A block, and how far away it is.
fn until(block: u32, now: u32) -> String {
	match block.checked_sub(now) {
		Some(left) => format!("block {block} ({left} to go)"),
		None => format!("block {block} (passed)"),
	}
}

#[cfg(test)]
mod tests {
	use super::until;

	#[test]
	fn a_block_reads_with_its_distance() {
		assert_eq!(until(10, 7), "block 10 (3 to go)");
		assert_eq!(until(7, 7), "block 7 (0 to go)");
		assert_eq!(until(6, 7), "block 6 (passed)");
	}
}
