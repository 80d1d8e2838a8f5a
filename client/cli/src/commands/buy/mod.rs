//! `souk buy`: once and for all. A dataset's snapshot as a file, a service, goods.
//!
//! ```text
//! plan, price, funds ──> sdk::Buyer ──> file                     (or the money back, proved)
//!                                 └──> receipt, kept in the home
//! ```
//!
//! Interrupted at any point, the same command goes on: nothing is paid twice.

mod snapshot;

use crate::{
	address::ListingAddress,
	commands::{
		order::{file_hash, span, OrderRecord},
		subscribe::{ensure_bonded, ensure_on_sale, how_sold, meant, within},
	},
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	receipt::{self, Known},
	records::{hex, PlanRecord},
	text::printable,
};
use serde::Serialize;
use souk_config::Price;
use souk_sdk::{
	calls,
	metadata::fetch_metadata,
	purchase::{Record, Seen},
	receipt::Side,
	types::{self, ListingKind, ListingView, OrderDetails},
	Receipt, View,
};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};
use tokio::time::timeout;

/// Time for the listing's title: the receipt is one without as well.
const LOOKUP_TIME: Duration = Duration::from_secs(10);

/// `souk buy …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The listing: <account>/<name>, <name> or number
	pub listing: ListingAddress,
	/// Index of the plan, as `souk show` prints it [default: the only one that is bought once]
	#[arg(long, value_name = "N")]
	pub plan: Option<u8>,
	/// Of a dataset: the number of the snapshot's period [default: what was paid for and is not there yet, else the newest]
	#[arg(long, value_name = "N")]
	pub period: Option<u32>,
	/// Of a dataset: where to write it [default: <name>-<period>.parquet]
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// Refuse a plan that costs more, e.g. "5 wUSD"
	#[arg(long, value_name = "PRICE")]
	pub max_price: Option<Price>,
	/// Of anything else: file with what was agreed on; its hash goes on chain
	#[arg(long, value_name = "FILE")]
	pub terms: Option<PathBuf>,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(&args.listing).await?;
	let misplaced = match listing.kind {
		ListingKind::DataProduct => args.terms.as_ref().map(|_| "--terms is not for datasets"),
		_ => args
			.period
			.map(|_| "--period is for datasets")
			.or(args.out.as_ref().map(|_| "--out is for datasets")),
	};
	if let Some(reason) = misplaced {
		return Err(Failure::usage(format!(
			"{reason}, and {} is none of those that it is for",
			listing.address()
		)));
	}
	match listing.kind {
		ListingKind::DataProduct => snapshot::buy(&args, &listing, ctx, out).await,
		_ => goods(&args, &view, &listing, ctx, out).await,
	}
}

/// The plan that is meant.
fn choose<'a>(plans: &'a [PlanRecord], wanted: Option<u8>, listing: &str) -> Result<&'a PlanRecord, Failure> {
	let sold_once = |plan: &PlanRecord| (plan.kind == "one_time").then_some(());
	let otherwise = |plan: &PlanRecord| format!("{}: {}", how_sold(plan, listing), plan.in_words());
	let (plan, ()) = meant(plans, wanted, listing, sold_once, otherwise, "is bought once and for all")?;
	Ok(plan)
}

/// The plan, checked against the limit and the account's money.
async fn affordable(
	args: &Args,
	listing: &ListingView,
	ctx: &Context,
) -> Result<(Seen, PlanRecord), Failure> {
	ensure_on_sale(listing)?;
	ensure_bonded(&ctx.chain().await?.latest().await?, listing).await?;
	let address = printable(&listing.address());
	if listing.owner == ctx.account_id()? {
		return Err(Failure::failed(format!(
			"{address} is your own; nobody buys from themselves, --account buys as another"
		)));
	}
	let plans = PlanRecord::all(listing, ctx).await?;
	let plan = choose(&plans, args.plan, &address)?;
	if let Some(limit) = &args.max_price {
		within(&plan.price, &ctx.priced(limit).await?)?;
	}
	let what = format!("plan {} of {address}", plan.index);
	ctx.require_funds(ctx.account_id()?, &plan.price, &what).await?;
	let index = u8::try_from(plan.index)
		.map_err(|_| Failure::failed(format!("{what} has a number that cannot be sent")))?;
	// As it was seen: the chain refuses the plan if it was changed meanwhile.
	let price = types::Price { asset: plan.price.asset.id, amount: plan.price.units };
	Ok((Seen { plan: index, price }, plan.clone()))
}

/// The receipt of a purchase, as it was kept: neither, where that failed.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Kept {
	/// Its hash.
	#[serde(rename = "receipt")]
	hash: Option<String>,
	/// Its file.
	#[serde(rename = "receipt_file")]
	file: Option<PathBuf>,
}

impl Kept {
	/// What was paid is paid whatever becomes of the receipt: where there is none, that is said, and all else as well.
	fn or_say(order: u64, made: Result<(Receipt, PathBuf), Failure>) -> Self {
		match made {
			Ok((receipt, file)) => Self { hash: Some(hex(receipt.hash())), file: Some(file) },
			Err(failure) => {
				eprintln!("no receipt of order {order} was kept: {failure}");
				Self::default()
			}
		}
	}
}

/// An order after a purchase, and its receipt, kept.
async fn keep_receipt(
	view: &View,
	order: u64,
	record: Option<&Record>,
	listing: &ListingView,
	ctx: &Context,
) -> Result<(OrderRecord, Kept), Failure> {
	let order = view.order(order).await?.ok_or_else(|| {
		Failure::not_found(format!(
			"the record of order {order} was removed; a receipt cannot be made any more"
		))
	})?;
	let kept = Kept::or_say(order.id, try_keep_receipt(view, &order, record, listing, ctx).await);
	Ok((OrderRecord::new(&order, Some(listing), ctx).await?, kept))
}

async fn try_keep_receipt(
	view: &View,
	order: &types::OrderView,
	record: Option<&Record>,
	listing: &ListingView,
	ctx: &Context,
) -> Result<(Receipt, PathBuf), Failure> {
	let title = title(view, order, listing, Side::Buyer, ctx).await?;
	let known = Known { title, record, ..Known::default() };
	receipt::keep(view, order, listing, Side::Buyer, &known, ctx).await
}

/// The listing's title: from an earlier receipt, or if somebody has it in time.
pub async fn title(
	view: &View,
	order: &types::OrderView,
	listing: &ListingView,
	side: Side,
	ctx: &Context,
) -> Result<Option<String>, Failure> {
	let earlier = ctx.home.receipt(&ctx.chain().await?.genesis(), order.id, side)?;
	if let Some(title) = earlier.and_then(|receipt| receipt.listing.title) {
		return Ok(Some(title));
	}
	let step = ctx.progress.step("asking the off-chain network for the listing's title");
	let work = async {
		let nodes = view.assignments(listing.id).await?;
		ctx.reach_bootnodes().await?;
		ctx.reach(nodes.iter().filter_map(|node| node.peer())).await?;
		Ok::<_, Failure>(fetch_metadata(ctx.network().await?, ctx.chain().await?, listing).await?)
	};
	let found = timeout(LOOKUP_TIME, work).await.ok().and_then(Result::ok);
	drop(step);
	Ok(found.map(|metadata| metadata.title))
}

async fn goods(
	args: &Args,
	view: &View,
	listing: &ListingView,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let terms = args.terms.as_deref().map(|path: &Path| file_hash("souk/terms/v1", path)).transpose()?;
	let (seen, plan) = affordable(args, listing, ctx).await?;
	let confirm = view.escrow_settings().await?.confirm_timeout;
	let account = ctx.account()?;
	let step = ctx.progress.step(format!("paying {} into escrow, waiting until it is final", plan.price));
	let call = calls::order(listing.id, seen.plan, seen.price, OrderDetails::Goods { terms });
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let id = done
		.field("Escrow", "Ordered", "order")
		.and_then(serde_json::Value::as_u64)
		.ok_or_else(|| Failure::failed(format!("block {} names no order; look at its events", done.block)))?;
	let placed = |failure: Failure| failure.after(format!("Order {id} is placed"), &done);
	let after = ctx.view_from(done.block).await.map_err(placed)?;
	let (order, kept) = keep_receipt(&after, id, None, listing, ctx).await.map_err(placed)?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"outcome": "ordered",
				"order": order,
				"fee": native(done.fee),
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
				"receipt": kept.hash,
				"receipt_file": kept.file,
			}),
		);
	}
	writeln!(out, "Ordered {} as order {id}, final in block {}.", order.what(), done.block)?;
	order.describe(after.head().number, out)?;
	writeln!(
		out,
		"When it is delivered you have about {} to confirm it (souk order confirm {id}) or to dispute it (souk order dispute {id}); \
		 then it is paid.",
		span(confirm)
	)?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::failure::Kind;

	fn plan(index: usize, kind: &'static str) -> PlanRecord {
		PlanRecord { index, kind, price: native(5), blocks: None, seconds: None }
	}

	#[test]
	fn the_only_plan_that_is_bought_once_needs_no_option() {
		let plans = [plan(0, "subscription"), plan(1, "one_time")];
		assert_eq!(choose(&plans, None, "x").unwrap().index, 1);
		assert_eq!(choose(&plans, Some(1), "x").unwrap().index, 1);
		assert!(choose(&plans, Some(0), "x").unwrap_err().message.contains("souk subscribe"));
		let by_query = choose(&[plan(0, "pay_per_query")], Some(0), "x").unwrap_err();
		assert!(by_query.message.contains("souk tab open x --limit"), "{by_query}");
		assert_eq!(choose(&plans, Some(2), "x").unwrap_err().kind, Kind::NotFound);
		assert!(choose(&plans[..1], None, "x").unwrap_err().message.contains("once and for all"));
		let several = [plan(0, "one_time"), plan(1, "one_time")];
		let failure = choose(&several, None, "x").unwrap_err();
		assert!(failure.kind == Kind::Usage && failure.message.contains("--plan 1"), "{failure}");
	}

	#[test]
	fn a_purchase_without_a_receipt_is_one() {
		let kept = Kept::or_say(7, Err(Failure::failed("no space left")));
		assert_eq!(
			serde_json::to_value(kept).unwrap(),
			serde_json::json!({ "receipt": null, "receipt_file": null })
		);
		let receipt = receipt::tests::receipt();
		let hash = hex(receipt.hash());
		let kept = Kept::or_say(7, Ok((receipt, "7-buyer.json".into())));
		assert_eq!(kept, Kept { hash: Some(hash), file: Some("7-buyer.json".into()) });
	}
}
