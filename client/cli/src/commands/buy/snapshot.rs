//! Buying a snapshot: what is said on the way, and what comes of it.

use super::{affordable, keep_receipt, Args, Kept};
use crate::{
	amount::Amount,
	commands::{order::OrderRecord, query::writable},
	context::{native, Context},
	failure::{Failure, Kind},
	output::{self, Out},
	records::hex,
	text::{self, bytes, printable},
};
use serde::Serialize;
use souk_sdk::{
	purchase::{Bought, Moment, Outcome, Record, Refund, Seen, Step, Wanted},
	types::{self, ListingView},
	Buyer, Included, SdkError,
};
use std::path::PathBuf;

/// What came of buying a snapshot.
#[derive(Debug, Serialize)]
struct Report {
	outcome: &'static str,
	order: OrderRecord,
	period: u32,
	due: String,
	bytes: u64,
	out: PathBuf,
	fee: Option<Amount>,
	ordered: MomentRecord,
	delivered: Option<MomentRecord>,
	#[serde(flatten)]
	kept: Kept,
}

#[derive(Debug, Serialize)]
struct MomentRecord {
	block: u32,
	time: Option<String>,
}

impl From<Moment> for MomentRecord {
	fn from(at: Moment) -> Self {
		Self { block: at.block, time: at.time.map(text::utc_time) }
	}
}

/// Buys a snapshot, or goes on with buying one.
pub async fn buy(args: &Args, listing: &ListingView, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let account = ctx.account()?;
	let (chain, network) = (ctx.chain().await?.clone(), ctx.network().await?.clone());
	let (purchases, keys) = (ctx.home.purchases(), ctx.home.proving_keys());
	let buyer = Buyer::new(chain, network, account, &purchases, &keys);
	let purchase = buyer.begin(listing.id, args.period).await?;
	let wanted = purchase.record().wanted;
	let path = args.out.clone().unwrap_or_else(|| default_name(listing, &wanted));
	writable(&path)?;
	let (seen, price) = match purchase.record().order {
		// It is paid for: what the listing sells by now is of no account.
		Some(_) => (Seen { plan: 0, price: types::Price { asset: types::Asset::Native, amount: 0 } }, None),
		None => {
			let (seen, plan) = affordable(args, listing, ctx).await?;
			(seen, Some(plan.price))
		}
	};
	let mut step = ctx.progress.step(beginning(listing, &wanted, purchase.is_ordered()));
	let mut watch = |at: Step| step.say(words(at, &wanted, price.as_ref()));
	let outcome = purchase.complete(&seen, &path, &mut watch).await;
	drop(step);
	let outcome = match outcome {
		Ok(outcome) => outcome,
		Err(SdkError::OrderRefunded { order, block, refunded, reason }) => {
			let read = async {
				let found = ctx.view_from(block).await?.order(order).await?;
				ctx.amount(found.map_or(types::Asset::Native, |order| order.price.asset), refunded).await
			};
			let back = read.await.map_err(|failure| {
				failure.while_doing(format!("order {order} ended in block {block} without a delivery"))
			})?;
			let message = format!(
				"order {order} ended in block {block} without a delivery, and {back} came back: {reason}; nothing was written"
			);
			let details = serde_json::json!({ "outcome": "refunded", "order": order, "block": block, "refunded": back });
			let failure = Failure::new(Kind::Refunded, printable(&message)).with_code("not_delivered");
			return Err(Failure { details: Some(details), ..failure });
		}
		Err(error) => return Err(error.into()),
	};
	match outcome {
		Outcome::Bought(bought) => delivered(&bought, listing, ctx, out).await,
		Outcome::Refunded(refund) => {
			let records = buyer.records()?;
			let record = records.iter().find(|record| record.wanted == wanted);
			Err(refunded(&refund, record, listing, ctx).await?)
		}
	}
}

fn default_name(listing: &ListingView, wanted: &Wanted) -> PathBuf {
	// Names are a-z, 0-9 and '-': they cannot lead anywhere else.
	let name: String = listing.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
	PathBuf::from(format!("{name}-{}.parquet", wanted.period))
}

fn beginning(listing: &ListingView, wanted: &Wanted, ordered: bool) -> String {
	let what = format!(
		"{}, snapshot due {} UTC, {}",
		printable(&listing.name),
		text::utc_minutes(wanted.period),
		bytes(wanted.bytes)
	);
	match ordered {
		true => format!("going on with {what}"),
		false => format!("fetching {what}"),
	}
}

/// What a purchase is at. Changes rarely enough to be printed line by line.
fn words(step: Step, wanted: &Wanted, price: Option<&Amount>) -> String {
	match step {
		Step::Fetching { chunks, of } => {
			let tenth = u64::from(chunks) * 10 / u64::from(of.max(1));
			format!("fetching {}: {} %", bytes(wanted.sealed_bytes()), tenth * 10)
		}
		Step::Ordering { .. } => {
			let price = price.map_or_else(String::new, |price| format!(" {price}"));
			format!("fetched and checked against the chain; paying{price} into escrow")
		}
		Step::Undecided { until, .. } => {
			format!("an interrupted order may still be included, until block {until}; waiting, so that nothing is paid twice")
		}
		Step::Awaiting { order, head, until } => match until.map(|until| (until, until.saturating_sub(head)))
		{
			Some((until, left)) => {
				let minutes = left.div_ceil(20);
				format!("order {order}: waiting for the key; without it the money comes back in block {until}, in about {minutes} min")
			}
			None => format!("order {order}: waiting for the key"),
		},
		Step::Opening { order } => {
			format!("order {order}: the key is there; opening the file and comparing it with what was listed")
		}
		Step::Proving { index, until } => {
			format!("chunk {index} is not what was listed; proving it to the chain, which takes it until block {until}")
		}
		_ => "at work".into(),
	}
}

async fn delivered(
	bought: &Bought,
	listing: &ListingView,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let record = &bought.record;
	let ordered = record.order.ok_or_else(|| Failure::failed("the record of the purchase has no order"))?;
	let block = record.delivery.map_or(ordered.at.block, |delivery| delivery.at.block);
	// Whoever tries again buys again.
	let there = |failure: Failure| {
		failure.while_doing(format!("order {} is delivered, into {}", ordered.id, bought.path.display()))
	};
	let view = ctx.view_from(block).await.map_err(there)?;
	let kept = keep_receipt(&view, ordered.id, Some(record), listing, ctx).await;
	let (order, kept) = kept.map_err(there)?;
	let report = Report {
		outcome: "delivered",
		period: record.wanted.period,
		due: text::utc_minutes(record.wanted.period),
		bytes: record.wanted.bytes,
		out: bought.path.clone(),
		fee: ordered.fee.map(|fee| native(fee.into())),
		ordered: ordered.at.into(),
		delivered: record.delivery.map(|delivery| delivery.at.into()),
		kept,
		order,
	};
	if ctx.json {
		return output::json(out, &report);
	}
	describe(&report, out)
}

fn describe(report: &Report, out: Out<'_>) -> Result<(), Failure> {
	let order = &report.order;
	writeln!(out, "Bought {} as order {}.", order.what(), order.order)?;
	let mut pairs = vec![
		("file", report.out.display().to_string()),
		("snapshot", format!("due {} UTC (period {}), {}", report.due, report.period, bytes(report.bytes))),
		("price", order.price.to_string()),
		("paid to the seller", order.paid.to_string()),
	];
	if order.held.units > 0 {
		pairs.push((
			"still held",
			format!("{}; {}", order.held, order.outlook(order.delivered_at.unwrap_or(0))),
		));
	}
	if let Some(fee) = &report.fee {
		pairs.push(("fee", fee.to_string()));
	}
	pairs.push(("ordered in", format!("block {}", report.ordered.block)));
	if let Some(at) = &report.delivered {
		pairs.push(("key delivered in", format!("block {}", at.block)));
	}
	if let Some(proof) = order.snapshot.as_ref().and_then(|snapshot| snapshot.proof_id.as_ref()) {
		pairs.push(("proof", proof.clone()));
	}
	if let Some(receipt) = &report.kept.hash {
		pairs.push(("receipt", receipt.clone()));
	}
	output::pairs(out, &pairs)?;
	writeln!(
		out,
		"Every chunk is what was listed. Next: souk receipts show {} --pdf receipt.pdf",
		order.order
	)?;
	Ok(())
}

/// What is said of a refund: to a script an exit code of its own, with everything that is known.
async fn refunded(
	refund: &Refund,
	record: Option<&Record>,
	listing: &ListingView,
	ctx: &Context,
) -> Result<Failure, Failure> {
	let read = async {
		let view = ctx.view_from(refund.block()).await?;
		keep_receipt(&view, refund.order.id, record, listing, ctx).await
	};
	let (order, kept) = read.await.map_err(|failure| {
		let (order, index, block) = (refund.order.id, refund.index, refund.block());
		let said = format!(
			"chunk {index} of order {order} is not what was listed, and the money went back in block {block}"
		);
		failure.while_doing(said)
	})?;
	let included = refund.included.as_ref();
	let slashed = included.map(slashed);
	let mut back = Vec::new();
	if order.refunded.units > 0 {
		back.push(order.refunded.to_string());
	}
	if order.from_bond.units > 0 {
		back.push(format!("{} out of the seller's bond", order.from_bond));
	}
	let back = if back.is_empty() { "nothing".into() } else { back.join(" and ") };
	let (index, what) = (refund.index, order.what());
	let message = format!(
		"chunk {index} of {what} is not what was listed. {}; nothing was written",
		how_it_ended(refund.block(), slashed, &back)
	);
	let details = serde_json::json!({
		"outcome": "refunded",
		"order": order,
		"chunk": refund.index,
		"block": refund.block(),
		"extrinsic": included.map(|included| hex(included.extrinsic_hash)),
		"fee": included.map(|included| native(included.fee)),
		"slashed": slashed.map(native),
		"receipt": kept.hash,
		"receipt_file": kept.file,
	});
	Ok(Failure { details: Some(details), ..Failure::new(Kind::Refunded, message).with_code("bad_chunk") })
}

/// What became of the proof. What it cost the bond is not known where its answer was lost.
fn how_it_ended(block: u32, slashed: Option<u128>, back: &str) -> String {
	match slashed {
		Some(slashed) => format!(
			"This was proved to the chain in block {block}: {back} came back, and the seller's bond lost {}",
			native(slashed)
		),
		None => {
			format!(
				"A proof was sent to the chain, its answer was lost, and in block {block} {back} came back"
			)
		}
	}
}

/// What a proof cost the seller's bond, in planck: what the buyer got of it, and the fine.
fn slashed(included: &Included) -> u128 {
	let proven = included.events.iter();
	let proven = proven.filter(|event| event.pallet == "Escrow" && event.name == "BadChunkProven");
	let parts = proven.flat_map(|event| ["from_bond", "fine"].map(|part| &event.fields[part]));
	parts.filter_map(|part| part.as_str()?.parse::<u128>().ok()).sum()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::search::tests::listing;
	use souk_sdk::EventRecord;

	fn wanted() -> Wanted {
		Wanted {
			listing: 1,
			period: 29_920_500,
			content_root: [0; 32],
			cipher_root: [0; 32],
			key_commitment: [0; 32],
			bytes: 5 << 20,
			chunks: 80,
		}
	}

	#[test]
	fn progress_is_said_in_steps_that_can_be_printed() {
		let said = |chunks| words(Step::Fetching { chunks, of: 80 }, &wanted(), None);
		assert_eq!(said(8), "fetching 5.0 MiB: 10 %");
		assert_eq!(said(8), said(15));
		assert_eq!(said(80), "fetching 5.0 MiB: 100 %");
		let awaiting = |head| words(Step::Awaiting { order: 7, head, until: Some(300) }, &wanted(), None);
		assert!(awaiting(100).contains("comes back in block 300, in about 10 min"));
		assert_eq!(awaiting(101), awaiting(119));
		let price = native(5_000_000_000_000);
		let ordering = Step::Ordering { price: types::Price { asset: types::Asset::Native, amount: 1 } };
		assert!(words(ordering, &wanted(), Some(&price)).contains("paying 5 SOUK into escrow"));
		assert!(words(Step::Proving { index: 3, until: 9 }, &wanted(), None).contains("chunk 3"));
	}

	#[test]
	fn a_file_is_named_after_listing_and_period() {
		assert_eq!(default_name(&listing(), &wanted()), PathBuf::from("nyc-weather-29920500.parquet"));
		let hostile = ListingView { name: "../../etc".into(), ..listing() };
		assert_eq!(default_name(&hostile, &wanted()), PathBuf::from("etc-29920500.parquet"));
	}

	#[test]
	fn what_the_bond_lost_is_what_the_events_say() {
		let proven = EventRecord {
			pallet: "Escrow".into(),
			name: "BadChunkProven".into(),
			fields: serde_json::json!({ "order": 1, "index": 0, "from_bond": "5", "fine": "10" }),
		};
		let other = EventRecord { name: "Refunded".into(), ..proven.clone() };
		let included = Included {
			block: 1,
			block_hash: [0; 32],
			extrinsic_hash: [0; 32],
			fee: 1,
			events: vec![proven, other],
		};
		assert_eq!(slashed(&included), 15);
	}

	#[test]
	fn a_loss_is_told_only_where_it_is_known() {
		let known = how_it_ended(9, Some(5_000_000_000_000), "1 wUSD");
		assert!(
			known.contains("in block 9: 1 wUSD came back") && known.contains("bond lost 5 SOUK"),
			"{known}"
		);
		let lost = how_it_ended(9, None, "1 wUSD");
		assert!(lost.contains("in block 9 1 wUSD came back") && !lost.contains("bond"), "{lost}");
	}
}
