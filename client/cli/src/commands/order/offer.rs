//! Offering work or goods to one buyer.

use super::{change::file_hash, record::OrderRecord, span};
use crate::{
	address::ListingAddress,
	commands::subscribe::ensure_on_sale,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use souk_config::{Period, Price};
use souk_sdk::{
	calls,
	types::{Asset, ListingKind, MilestoneTerms},
};
use std::{path::Path, str::FromStr};

/// A part as it is typed: price, time to deliver, time to confirm.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
	price: Price,
	deliver: Period,
	confirm: Period,
}

impl FromStr for Part {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let parts: Vec<_> = text.split(',').map(str::trim).collect();
		let &[price, deliver, confirm] = parts.as_slice() else {
			return Err(format!(
				"{text:?} is no part: write its price, the time to deliver it and the time to confirm it, such as \"5 wUSD,3d,7d\""
			));
		};
		let period = |text: &str| text.parse::<Period>().map_err(|error| error.to_string());
		Ok(Self {
			price: price.parse::<Price>().map_err(|error| error.to_string())?,
			deliver: period(deliver)?,
			confirm: period(confirm)?,
		})
	}
}

/// The asset that all parts are in, and their terms.
async fn terms_of(parts: &[Part], ctx: &Context) -> Result<(Asset, Vec<MilestoneTerms>), Failure> {
	let mut asset = None;
	let mut terms = Vec::with_capacity(parts.len());
	for part in parts {
		let price = ctx.priced(&part.price).await?;
		if price.units == 0 {
			return Err(Failure::usage(
				"each part of an offer costs something; what is free goes into another part",
			));
		}
		if asset.is_some_and(|asset| asset != price.asset.id) {
			return Err(Failure::usage("all parts of an offer are in one asset; make an offer for each"));
		}
		asset = Some(price.asset.id);
		terms.push(MilestoneTerms {
			amount: price.units,
			deliver_within: part.deliver.blocks(),
			confirm_within: part.confirm.blocks(),
		});
	}
	let asset = asset.ok_or_else(|| Failure::usage("an offer has at least one --part"))?;
	Ok((asset, terms))
}

/// Runs `souk order offer`.
pub async fn run(
	listing: &ListingAddress,
	to: &str,
	parts: &[Part],
	terms: Option<&Path>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let hash = terms.map(|path| file_hash("souk/terms/v1", path)).transpose()?;
	let (_, view) = ctx.own_listing(listing).await?;
	if view.kind == ListingKind::DataProduct {
		return Err(Failure::usage(format!(
			"{listing} is a dataset, and nothing is offered of those; its buyers order it by its one_time plan"
		)));
	}
	// Nothing is offered of what is not on sale.
	ensure_on_sale(&view)?;
	let buyer = ctx.resolve_account(to)?;
	let (asset, milestones) = terms_of(parts, ctx).await?;
	let account = ctx.account()?;
	let step = ctx.progress.step("waiting until the offer is final");
	let call = calls::offer(view.id, buyer, asset, &milestones, hash);
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let order = made(&done)?;
	let said = format!("Offered as order {order}");
	let read = async {
		let after = ctx.view_from(done.block).await?;
		let found = super::list::find(order, &after).await?;
		let record = OrderRecord::new(&found, Some(&view), ctx).await?;
		Ok::<_, Failure>((after, found, record))
	};
	let (after, found, record) = read.await.map_err(|failure| failure.after(&said, &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"order": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	record.describe(after.head().number, out)?;
	if let Some(due) = found.due {
		let left = due.saturating_sub(after.head().number);
		writeln!(out, "The buyer takes it with `souk order fund {order}`, within about {}.", span(left))?;
	}
	Ok(())
}

/// The number of the order that a transaction made.
fn made(done: &souk_sdk::Included) -> Result<u64, Failure> {
	let order = ["Offered", "Ordered"].iter().find_map(|name| done.field("Escrow", name, "order")?.as_u64());
	order.ok_or_else(|| Failure::failed(format!("block {} names no order; look at its events", done.block)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::context::tests::offline;

	#[test]
	fn a_part_is_a_price_and_two_times() {
		let part: Part = "5 wUSD, 3d, 100 blocks".parse().unwrap();
		assert_eq!((part.deliver.blocks(), part.confirm.blocks()), (86_400, 100));
		for text in ["", "5 wUSD", "5 wUSD,3d", "5 wUSD,3d,7d,1d", "x,3d,7d", "5 wUSD,soon,7d"] {
			assert!(text.parse::<Part>().is_err(), "{text:?}");
		}
	}

	#[tokio::test]
	async fn parts_are_in_one_asset_and_cost_something() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let parts = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Part>>();
		let (asset, terms) = terms_of(&parts(&["5 SOUK,3d,7d", "0.5 SOUK,1d,1d"]), &ctx).await.unwrap();
		assert_eq!(asset, Asset::Native);
		assert_eq!(
			terms.iter().map(|part| part.amount).collect::<Vec<_>>(),
			[5_000_000_000_000, 500_000_000_000]
		);
		assert!(terms_of(&parts(&["0,3d,7d"]), &ctx).await.unwrap_err().message.contains("costs something"));
		assert!(terms_of(&[], &ctx).await.is_err());
	}
}
