//! `souk tab`: money for queries that are paid one by one.

pub mod pay;
pub(crate) mod record;

pub use record::TabRecord;

use super::subscribe::{ensure_bonded, ensure_on_sale, meant, within};
use crate::{
	address::ListingAddress,
	amount::Amount,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	receipt::{self, tab::Done},
	records::{hex, PlanRecord},
	text::{grouped, printable},
};
use souk_config::Price;
use souk_custody::format_account;
use souk_sdk::{
	calls,
	types::{self, ListingId, ListingView, TabId, TabPhase, TabView},
	Call, Included, SdkError, View,
};
use std::collections::{hash_map::Entry, HashMap};

/// `souk tab …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Put money on a tab, from which `souk query` pays query by query
	Open {
		/// The listing: <account>/<name>, <name> or number
		listing: ListingAddress,
		/// What to put on it, e.g. "20 wUSD"
		#[arg(long, value_name = "PRICE", value_parser = parse_price)]
		limit: Price,
		/// Index of the plan, as `souk show` prints it [default: the only one that is paid by the query]
		#[arg(long, value_name = "N")]
		plan: Option<u8>,
		/// Refuse a query that costs more, e.g. "0.1 wUSD"
		#[arg(long, value_name = "PRICE", value_parser = parse_price)]
		max_price: Option<Price>,
	},
	/// One's own tabs
	List,
	/// Everything about a tab: what is left, what was promised to whom, what was settled
	Show {
		/// Its number
		tab: u64,
	},
	/// Put more on an open tab
	TopUp {
		/// Its number
		tab: u64,
		/// How much, e.g. "5 wUSD"
		#[arg(value_parser = parse_price)]
		amount: Price,
	},
	/// Close a tab: what nodes have not earned comes back by itself
	Close {
		/// Its number
		tab: u64,
	},
	/// Have done what is due, without waiting for the chain's turn
	Claim {
		/// Its number
		tab: u64,
	},
	/// Say, as the curator, how many queries are free for each who has a tab
	Free {
		/// The listing: <name> or number
		listing: ListingAddress,
		/// How many; 0 for none
		queries: u32,
	},
}

/// A price as it is written on the command line, with or without a space: `20 wUSD`, `20wUSD`.
pub fn parse_price(text: &str) -> Result<Price, String> {
	let parsed: Result<Price, _> = text.parse();
	parsed.or_else(|error| {
		let symbol = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
		let (amount, symbol) = text.split_at(symbol);
		format!("{amount} {symbol}").parse().map_err(|_| error.to_string())
	})
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::Open { listing, limit, plan, max_price } => {
			open(&listing, &limit, plan, max_price.as_ref(), ctx, out).await
		}
		Command::List => list(ctx, out).await,
		Command::Show { tab } => show(tab, ctx, out).await,
		Command::TopUp { tab, amount } => top_up(tab, &amount, ctx, out).await,
		Command::Close { tab } => change(tab, Change::Close, ctx, out).await,
		Command::Claim { tab } => change(tab, Change::Claim, ctx, out).await,
		Command::Free { listing, queries } => free(&listing, queries, ctx, out).await,
	}
}

/// A tab that is on the chain.
async fn find(id: TabId, view: &View) -> Result<TabView, Failure> {
	Ok(view.tab(id).await?.ok_or(SdkError::TabNotFound { tab: id })?)
}

async fn open(
	address: &ListingAddress,
	limit: &Price,
	plan: Option<u8>,
	max_price: Option<&Price>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(address).await?;
	ensure_on_sale(&listing)?;
	ensure_bonded(&view, &listing).await?;
	let name = printable(&listing.address());
	let plans = PlanRecord::all(&listing, ctx).await?;
	let by_query = |plan: &PlanRecord| (plan.kind == "pay_per_query").then_some(());
	let otherwise = |plan: &PlanRecord| format!("is not paid by the query: {}", plan.in_words());
	let (plan, ()) = meant(&plans, plan, &name, by_query, otherwise, "is paid by the query")?;
	if let Some(most) = max_price {
		within(&plan.price, &ctx.priced(most).await?)?;
	}
	let limit = ctx.priced(limit).await?;
	check_limit(&limit, &plan.price)?;
	let index = u8::try_from(plan.index).map_err(|_| {
		Failure::failed(format!("plan {} of {name} has a number that cannot be sent", plan.index))
	})?;
	let account = ctx.account()?;
	ctx.require_funds(account.id(), &limit, &format!("a tab of {name}")).await?;
	let settings = view.tab_settings().await?;
	let quota = view.free_quota(listing.id).await?;
	let step = ctx.progress.step(format!("opening a tab with {limit}, waiting until it is final"));
	// As it was seen: the chain refuses the plan if it was changed meanwhile.
	let price = types::Price { asset: plan.price.asset.id, amount: plan.price.units };
	let done =
		ctx.chain().await?.submit(&account, calls::tabs_open(listing.id, index, limit.units, price)).await?;
	drop(step);
	let id = done.field("Tabs", "Opened", "tab").and_then(|id| id.as_u64()).ok_or_else(|| {
		Failure::failed(format!("block {} does not name the tab; `souk tab list` does", done.block))
	})?;
	let said = format!("Opened tab {id} of {name}");
	let opened = opened(id, &listing, &done, ctx).await;
	let (after, record) = opened.map_err(|failure| failure.after(&said, &done))?;
	if ctx.json {
		return print_json(&record, &done, out);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	record.describe(after.head().number, out)?;
	output::pairs(out, &[("fee", native(done.fee).to_string())])?;
	if quota > 0 {
		writeln!(out, "The first {} queries at each node are free.", grouped(quota.into()))?;
	}
	writeln!(
		out,
		"Next: souk query {} \"SELECT * FROM t LIMIT 10\"; `souk tab close {id}` gets the rest back after {} blocks.",
		listing.id, settings.challenge
	)?;
	Ok(())
}

/// What is put on a tab is in the plan's asset, and enough for a query.
fn check_limit(limit: &Amount, price: &Amount) -> Result<(), Failure> {
	if limit.asset != price.asset {
		return Err(Failure::usage(format!(
			"a query costs {price}, and the limit {limit} is in another asset; nothing was sent"
		)));
	}
	if limit.units < price.units {
		return Err(Failure::usage(format!(
			"a query costs {price}, and the limit {limit} is not enough for one; nothing was sent"
		)));
	}
	Ok(())
}

fn print_json(record: &TabRecord, done: &Included, out: Out<'_>) -> Result<(), Failure> {
	output::json(
		out,
		&serde_json::json!({
			"tab": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
		}),
	)
}

async fn list(ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let block = view.head().number;
	let mut listings: HashMap<ListingId, Option<ListingView>> = HashMap::new();
	let mut records = Vec::new();
	for tab in view.all_tabs_by(ctx.account_id()?).await? {
		if let Entry::Vacant(unknown) = listings.entry(tab.listing) {
			unknown.insert(view.listing(tab.listing).await?);
		}
		let listing = listings.get(&tab.listing).and_then(Option::as_ref);
		records.push(TabRecord::new(&tab, listing, ctx).await?);
	}
	if ctx.json {
		return output::json(out, &serde_json::json!({ "block": block, "tabs": records }));
	}
	if records.is_empty() {
		writeln!(out, "No tabs. `souk tab open <address> --limit \"20 wUSD\"` makes one.")?;
		return Ok(());
	}
	let rows = records.iter().map(|record| {
		vec![
			record.tab.to_string(),
			record.what(),
			record.price.to_string(),
			record.left.to_string(),
			record.state.to_owned(),
			record.outlook(block),
		]
	});
	let header = ["tab", "listing", "a query", "left", "state", "outlook"];
	output::table(out, ctx.screen.width, &header, rows.collect())
}

async fn show(id: TabId, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let tab = find(id, &view).await?;
	let listing = view.listing(tab.listing).await?;
	let record = TabRecord::new(&tab, listing.as_ref(), ctx).await?;
	if ctx.json {
		return output::json(out, &serde_json::json!({ "tab": record, "block": view.head().number }));
	}
	record.describe(view.head().number, out)
}

async fn top_up(id: TabId, amount: &Price, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let tab = find(id, &view).await?;
	let amount = ctx.priced(amount).await?;
	let price = ctx.amount(tab.price.asset, tab.price.amount).await?;
	if amount.asset != price.asset {
		return Err(Failure::usage(format!(
			"tab {id} is in {}, and {amount} is not; nothing was sent",
			price.asset.symbol
		)));
	}
	let me = ctx.account_id()?;
	ensure_open(&tab, me)?;
	ctx.require_funds(me, &amount, &format!("tab {id}")).await?;
	let done = submit(calls::tabs_top_up(id, amount.units), ctx).await?;
	finish(id, &tab, &format!("Put {amount} more on tab {id}"), &done, ctx, out).await
}

/// What is done about a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
	Close,
	Claim,
}

async fn change(id: TabId, change: Change, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let tab = find(id, &view).await?;
	let (call, said) = match change {
		Change::Close => {
			ensure_open(&tab, ctx.account_id()?)?;
			(calls::tabs_close(id), format!("Closed tab {id}"))
		}
		Change::Claim => (calls::tabs_claim_timeout(id), format!("Tab {id}: what was due is done")),
	};
	let done = submit(call, ctx).await?;
	finish(id, &tab, &said, &done, ctx, out).await
}

/// A tab that was just opened, and its receipt.
async fn opened(
	id: TabId,
	listing: &ListingView,
	done: &Included,
	ctx: &Context,
) -> Result<(View, TabRecord), Failure> {
	let after = ctx.view_from(done.block).await?;
	let tab = find(id, &after).await?;
	keep_receipt(&tab, Some(&tab), done, &after, ctx).await;
	let record = TabRecord::new(&tab, Some(listing), ctx).await?;
	Ok((after, record))
}

/// Keeps the receipt of a tab of the account that acts, after a transaction: what is read of it while its blocks are young is exact. The
/// transaction is final whatever becomes of it: where there is none, that is said, and all else as well.
async fn keep_receipt(before: &TabView, now: Option<&TabView>, done: &Included, after: &View, ctx: &Context) {
	if let Err(failure) = try_keep_receipt(before, now, done, after, ctx).await {
		eprintln!("no receipt of tab {} was kept: {failure}", before.id);
	}
}

async fn try_keep_receipt(
	before: &TabView,
	now: Option<&TabView>,
	done: &Included,
	after: &View,
	ctx: &Context,
) -> Result<(), Failure> {
	if before.payer != ctx.account_id()? {
		return Ok(());
	}
	let did = Done::of(before.id, done);
	match now {
		None => receipt::tab::keep_ended(after, before.id, did, ctx).await.map(drop),
		Some(tab) => match after.listing(tab.listing).await? {
			Some(listing) => receipt::tab::keep(after, tab, &listing, did, ctx).await.map(drop),
			None => Ok(()),
		},
	}
}

/// Money and rights are the chain's to check; what is said here saves a fee.
fn ensure_open(tab: &TabView, me: souk_custody::AccountId) -> Result<(), Failure> {
	let id = tab.id;
	if tab.payer != me {
		return Err(Failure::failed(format!(
			"tab {id} is paid by {}, and you are {}; --account acts as another",
			format_account(&tab.payer),
			format_account(&me)
		)));
	}
	match tab.phase {
		TabPhase::Open { .. } if tab.open => Ok(()),
		TabPhase::Closing { until } => Err(Failure::failed(format!(
			"tab {id} is closing already; what is left comes back in block {until}"
		))),
		_ => {
			Err(Failure::failed(format!("tab {id} is not open any more; what is left comes back by itself")))
		}
	}
}

async fn submit(call: Call, ctx: &Context) -> Result<Included, Failure> {
	let account = ctx.account()?;
	let step = ctx.progress.step(format!("{call}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	Ok(done)
}

/// Says what was done, and how the tab stands now.
async fn finish(
	id: TabId,
	before: &TabView,
	said: &str,
	done: &Included,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let stands = stands(id, before, done, ctx).await;
	let (after, record) = stands.map_err(|failure| failure.after(said, done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"tab": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	match record {
		Some(record) => record.describe(after.head().number, out)?,
		None => writeln!(out, "It has ended; its deposit of {} is free again.", native(before.deposit))?,
	}
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

/// How a tab stands after a transaction: no longer at all, where it has ended. Its receipt is kept.
async fn stands(
	id: TabId,
	before: &TabView,
	done: &Included,
	ctx: &Context,
) -> Result<(View, Option<TabRecord>), Failure> {
	let after = ctx.view_from(done.block).await?;
	let now = after.tab(id).await?;
	keep_receipt(before, now.as_ref(), done, &after, ctx).await;
	let listing = after.listing(before.listing).await?;
	let record = match &now {
		Some(tab) => Some(TabRecord::new(tab, listing.as_ref(), ctx).await?),
		None => None,
	};
	Ok((after, record))
}

async fn free(address: &ListingAddress, queries: u32, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (_, listing) = ctx.own_listing(address).await?;
	let done = submit(calls::tabs_set_free_quota(listing.id, queries), ctx).await?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id, "free_queries": queries, "fee": native(done.fee), "block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(
		out,
		"Each node answers {} queries of {} for nothing to each who has a tab, final in block {}.",
		grouped(queries.into()),
		printable(&listing.address()),
		done.block
	)?;
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

#[cfg(test)]
mod tests {
	use super::{record::tests::tab, *};
	use souk_sdk::AssetInfo;

	#[test]
	fn a_limit_is_written_with_or_without_a_space() {
		for text in ["20 wUSD", "20wUSD", " 20  wUSD"] {
			assert_eq!(parse_price(text).unwrap().to_string(), "20 wUSD", "{text}");
		}
		assert_eq!(parse_price("0.5SOUK").unwrap().to_string(), "0.5 SOUK");
		for text in ["20", "wUSD", "", "-5wUSD", "5 w USD"] {
			assert!(parse_price(text).is_err(), "{text}");
		}
	}

	#[test]
	fn a_limit_is_in_the_plan_s_asset_and_enough() {
		let usd = |units| Amount {
			units,
			asset: AssetInfo { symbol: "wUSD".into(), decimals: 6, ..AssetInfo::native() },
		};
		assert!(check_limit(&usd(5), &usd(5)).is_ok());
		assert!(check_limit(&usd(4), &usd(5)).unwrap_err().message.contains("not enough"));
		assert!(check_limit(&native(9), &usd(5)).unwrap_err().message.contains("another asset"));
	}

	#[test]
	fn only_an_open_tab_of_one_s_own_is_changed() {
		let me = tab().payer;
		assert!(ensure_open(&tab(), me).is_ok());
		assert!(ensure_open(&tab(), [9; 32]).unwrap_err().message.contains("is paid by"));
		let closing = TabView { phase: TabPhase::Closing { until: 90 }, open: false, ..tab() };
		assert!(ensure_open(&closing, me).unwrap_err().message.contains("block 90"));
		let ended = TabView { open: false, ..tab() };
		assert!(ensure_open(&ended, me).unwrap_err().message.contains("not open any more"));
	}
}
