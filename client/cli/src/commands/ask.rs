//! `souk ask`: a query over a committed table, with a bounty for whoever proves the answer.
//!
//! ```text
//! SQL ── columns: the listing's metadata, or a bundle ──> normal form ──chain──> ask ── a node proves ──> paid
//!                                                                                 └── nobody in time ──> the bounty comes back
//! ```
//!
//! No subscription is needed: the answer is public, and so is the query.

use super::{
	asks::{self, answer, AskRecord},
	provable, prove,
	query::{parse_snapshot, sql_of, writable},
	show::proof_price,
	subscribe::ensure_on_sale,
};
use crate::{
	address::ListingAddress,
	amount::Amount,
	context::{native, Context},
	failure::{Failure, Kind},
	output::{self, Out},
	records::hex,
	span,
	text::{self, printable},
};
use souk_config::Price;
use souk_protocol::{metadata::ProofPrice, request::group_size, Snapshot};
use souk_sdk::{
	calls,
	proved::{self, ColumnsUnknown, KnownColumns, Statement},
	types::{self, AskId, AskState, AskView, ListingView, SnapshotView},
	View,
};
use std::{path::PathBuf, str::FromStr};

/// `souk ask …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The listing: <account>/<name>, <name> or number
	pub listing: ListingAddress,
	/// Aggregates over the columns that the curator named under [prove]
	#[arg(value_name = "SQL", required_unless_present = "file", conflicts_with = "file")]
	pub sql: Option<String>,
	/// Read the SQL from a file; - for standard input
	#[arg(long, value_name = "FILE")]
	pub file: Option<PathBuf>,
	/// What the answer is worth, e.g. "2 wUSD"; held until it is proved, or comes back
	#[arg(long, value_name = "PRICE")]
	pub bounty: Price,
	/// How long to wait for an answer: a number of blocks, or a time such as 10m
	#[arg(long, value_name = "BLOCKS|TIME", default_value = "200")]
	pub within: Within,
	/// Over which snapshot: latest, or the number of a period
	#[arg(long, default_value = "latest", value_parser = parse_snapshot)]
	pub snapshot: Snapshot,
	/// Read the SQL over the columns of a bundle over the same snapshot, instead of those in the listing's metadata: it has the
	/// words of text columns that it names
	#[arg(long, value_name = "FILE")]
	pub columns: Option<PathBuf>,
	/// Wait for the answer, and print its figures
	#[arg(long)]
	pub wait: bool,
	/// Where to write the bundle of figures and proof, which `souk verify` checks [default: bundle.json]
	#[arg(long, value_name = "FILE", requires = "wait")]
	pub bundle: Option<PathBuf>,
}

/// A number of blocks, or a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within(u32);

impl FromStr for Within {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		span::blocks(text, "an ask waits for one block at least").map(Self)
	}
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let sql = sql_of(args.sql.as_ref(), args.file.as_deref())?;
	// Before the light client has started: what cannot be proved at all costs nobody any time.
	proved::check_sql(&sql).map_err(|error| prove::refused(&error))?;
	let file = args.bundle.clone().unwrap_or_else(|| prove::BUNDLE.into());
	if args.wait {
		writable(&file)?;
	}
	let (view, listing) = ctx.listing(&args.listing).await?;
	ensure_on_sale(&listing)?;
	proved::check_table(&sql, &listing.name)
		.map_err(|why| Failure::usage(printable(&why.to_string())).with_code("table"))?;
	let snapshot = provable::snapshot(args.snapshot, &listing, &view).await?;
	let (columns, price) = columns(&args, &listing, &snapshot, &view, ctx).await?;
	let Statement { query, .. } = columns.read(&sql).map_err(|error| prove::refused(&error))?;
	let most = view.ask_settings().await?.max_wait;
	if args.within.0 > most {
		return Err(Failure::usage(format!(
			"an ask waits for {} blocks at most on this chain, and --within is {}",
			text::grouped(most.into()),
			text::grouped(args.within.0.into())
		)));
	}
	let bounty = ctx.priced(&args.bounty).await?;
	if bounty.units == 0 {
		return Err(Failure::usage("a bounty is more than nothing, e.g. --bounty \"2 wUSD\""));
	}
	if let Some(price) = &price {
		let least = ProofPrice { amount: price.of_rows(snapshot.commitments.rows), ..price.clone() };
		ensure_enough(&bounty, &proof_price(&least, ctx).await?)?;
	}
	let account = ctx.account()?;
	ctx.require_funds(account.id(), &bounty, "the bounty").await?;
	let call = calls::asks_ask(
		listing.id,
		// As it was seen: another snapshot may commit to other columns.
		Some(snapshot.period),
		&query,
		Some(proved::asked_text_hash(&sql)),
		group_size(listing.policy.aggregate_only, listing.policy.min_group_size),
		types::Price { asset: bounty.asset.id, amount: bounty.units },
		args.within.0,
	);
	let step = ctx.progress.step(format!("asking for {bounty}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let id = done.field("Asks", "Asked", "ask").and_then(serde_json::Value::as_u64);
	let id = id.ok_or_else(|| Failure::failed(format!("block {} does not name the ask", done.block)))?;
	let read = async {
		let after = ctx.view_from(done.block).await?;
		let ask = asks::find(id, &after).await?;
		let record = AskRecord::new(&ask, Some(&listing), ctx).await?;
		Ok::<_, Failure>((after, record))
	};
	let (after, record) =
		read.await.map_err(|failure| failure.after(format!("Ask {id} is placed"), &done))?;
	if !args.wait {
		if ctx.json {
			return output::json(
				out,
				&serde_json::json!({
					"ask": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
				}),
			);
		}
		writeln!(out, "Asked, final in block {}.", done.block)?;
		record.describe(after.head().number, out)?;
		output::pairs(out, &[("fee", native(done.fee).to_string())])?;
		writeln!(out, "Next: souk asks show {id}")?;
		return Ok(());
	}
	if !ctx.json {
		eprintln!("ask {id} is final in block {}; {}", done.block, record.outlook(after.head().number));
	}
	let answered = answered(id, &listing, ctx).await?;
	answer::print(&answered, Some((&sql, Some(file.as_path()))), ctx, out).await
}

/// Whether a bounty is worth what the listing's curator asks for a proof. Of another asset nobody here knows the worth.
fn ensure_enough(bounty: &Amount, least: &Amount) -> Result<(), Failure> {
	if bounty.asset.id == least.asset.id && bounty.units < least.units {
		return Err(Failure::usage(format!(
			"the listing's curator asks {least} at least for a proof over this snapshot, after the chain's fee: no node answers for \
			 {bounty}; nothing was sent"
		))
		.with_code("bounty_too_low"));
	}
	Ok(())
}

/// The columns that the SQL is read over, and what the curator asks for proofs, where that was looked up.
async fn columns(
	args: &Args,
	listing: &ListingView,
	snapshot: &SnapshotView,
	view: &View,
	ctx: &Context,
) -> Result<(KnownColumns, Option<ProofPrice>), Failure> {
	let unknown = |error: ColumnsUnknown| {
		Failure::failed(format!(
			"{}; --columns reads them out of a bundle over the same snapshot",
			printable(&error.to_string())
		))
		.with_code("columns_unknown")
	};
	if let Some(path) = &args.columns {
		let root = snapshot.commitments.columns_root.unwrap_or_default();
		let document = super::verify::load(path)?;
		let known = KnownColumns::of_bundle(&document, root).map_err(|error| {
			let why = printable(&error.to_string());
			Failure::usage(format!("{}: {why}", path.display())).with_code("columns_unknown")
		});
		return Ok((known?, None));
	}
	let assignments = view.assignments(listing.id).await?;
	let metadata = provable::metadata(listing, &assignments, ctx).await.ok_or_else(|| {
		Failure::unavailable(
			"nobody has the listing's metadata, which says what its columns are; try again later, or read them out of a bundle \
			 over the same snapshot with --columns",
		)
	})?;
	Ok((KnownColumns::published(&metadata).map_err(unknown)?, metadata.proof_price))
}

/// The ask, once somebody has answered it.
async fn answered(id: AskId, listing: &ListingView, ctx: &Context) -> Result<AskView, Failure> {
	let mut step = ctx.progress.step("waiting for a persistence node to prove the answer");
	let mut block = 0;
	loop {
		let view = ctx.view_from(block).await?;
		let head = view.head().number;
		let ask = asks::find(id, &view).await?;
		match ask.state {
			AskState::Open => {
				step.say(format!(
					"waiting for an answer: {} blocks are left",
					ask.answer_until.saturating_sub(head)
				));
			}
			AskState::Answered => return Ok(ask),
			AskState::Refunded => {
				let record = AskRecord::new(&ask, Some(listing), ctx).await?;
				return Err(Failure {
					details: serde_json::to_value(&record).ok(),
					..Failure::new(
						Kind::Refunded,
						format!(
							"nobody has proved an answer to ask {id} in time; {} came back",
							record.bounty
						),
					)
				});
			}
		}
		block = head.saturating_add(1);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_sdk::AssetInfo;

	#[test]
	fn a_bounty_below_the_curator_s_price_is_refused_and_another_asset_is_not_compared() {
		let least = native(5_000_000_000_000);
		ensure_enough(&native(5_000_000_000_000), &least).unwrap();
		let failure = ensure_enough(&native(4_000_000_000_000), &least).unwrap_err();
		assert!(failure.message.contains("asks 5 SOUK at least"), "{failure}");
		assert!(failure.message.contains("4 SOUK"), "{failure}");
		let asset = AssetInfo { id: types::Asset::WithId(1), ..AssetInfo::native() };
		ensure_enough(&Amount { units: 1, asset }, &least).unwrap();
	}

	#[test]
	fn waiting_is_in_blocks_or_time() {
		let blocks = |text: &str| text.parse().map(|Within(blocks)| blocks);
		assert_eq!(blocks("100"), Ok(100));
		assert_eq!(blocks("100 blocks"), Ok(100));
		assert_eq!(blocks("10m"), Ok(200));
		for text in ["0", "", "-1", "soon", "1.5h"] {
			assert!(blocks(text).is_err(), "{text}");
		}
	}

	#[tokio::test]
	async fn what_cannot_be_proved_is_refused_before_the_chain_is_read() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = crate::context::tests::offline(dir.path());
		let ask = |sql: &str| Args {
			listing: "nyc".parse().unwrap(),
			sql: Some(sql.into()),
			file: None,
			bounty: "2 wUSD".parse().unwrap(),
			within: Within(100),
			snapshot: Snapshot::Latest,
			columns: None,
			wait: false,
			bundle: None,
		};
		let failure = run(ask("SELECT median(temp) FROM t"), &ctx, &mut Vec::new()).await.unwrap_err();
		assert_eq!((failure.kind, failure.code.as_deref()), (Kind::Usage, Some("not_provable")));
		// What may be provable needs the chain, which is not there.
		let failure = run(ask("SELECT max(temp) FROM t"), &ctx, &mut Vec::new()).await.unwrap_err();
		assert_ne!(failure.code.as_deref(), Some("not_provable"));
	}
}
