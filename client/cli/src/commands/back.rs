//! `souk back`: money behind a curator's bond, for a share of what she earns.

use super::tab::parse_price;
use crate::{
	address::ListingAddress,
	amount::Amount,
	context::{native, native_price, Context},
	failure::Failure,
	output::{self, Out},
	records::{hex, withdrawable_in_words, UnlockingRecord},
	text::{grouped, printable},
};
use serde::Serialize;
use souk_config::Price;
use souk_sdk::{
	calls,
	types::{BackedView, BackingView, ListingView},
	AccountId, Call, Included, View,
};

/// `souk back …`
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
	#[command(subcommand)]
	pub command: Option<Command>,
	/// The listing: <account>/<name> or number
	#[arg(required = true)]
	pub listing: Option<ListingAddress>,
	/// What to put behind its bond, e.g. "100 SOUK"
	#[arg(long, value_name = "PRICE", value_parser = parse_price, required = true)]
	pub amount: Option<Price>,
}

/// `souk back <command> …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Let others back the bond of a listing of one's own, or change the terms
	Open {
		/// The listing: <name> or number
		listing: ListingAddress,
		/// Their part of what the listing earns its curator, e.g. 20%. A lower one than before begins when who leaves now is gone
		#[arg(long, value_name = "PERCENT", value_parser = parse_share)]
		share: u32,
		/// The most that may be behind the bond, e.g. "500 SOUK" [default: as much as the chain allows]
		#[arg(long, value_name = "PRICE", value_parser = parse_price)]
		most: Option<Price>,
	},
	/// Send all backers of a listing of one's own away
	Close {
		/// The listing: <name> or number
		listing: ListingAddress,
	},
	/// What backs a listing's bond
	Show {
		/// The listing: <account>/<name>, <name> or number
		listing: ListingAddress,
	},
	/// What the account backs, and has earned
	List,
	/// Start a part of one's backing on its way out
	Leave {
		/// The listing: <account>/<name> or number
		listing: ListingAddress,
		/// How much, e.g. "50 SOUK"
		#[arg(long, value_name = "PRICE", value_parser = parse_price, required_unless_present = "all")]
		amount: Option<Price>,
		/// All of it
		#[arg(long, conflicts_with = "amount")]
		all: bool,
	},
	/// Take back what has passed the unbonding delay
	Withdraw {
		/// The listing: <account>/<name> or number
		listing: ListingAddress,
		/// Whose [default: one's own]; the money goes to them
		#[arg(long, value_name = "ACCOUNT")]
		of: Option<String>,
	},
	/// Take what was earned
	Claim {
		/// The listing: <account>/<name> or number
		listing: ListingAddress,
		/// In this asset only, e.g. wUSD
		#[arg(long, value_name = "SYMBOL")]
		asset: Option<String>,
		/// Whose [default: one's own]; the money goes to them
		#[arg(long, value_name = "ACCOUNT")]
		of: Option<String>,
	},
}

/// A share as it is written, with or without a space, in parts per million.
fn parse_share(text: &str) -> Result<u32, String> {
	let wrong =
		|| format!("{text:?} is no share; write it like 20% or 12.5%, more than nothing and 100% at most");
	let number = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim();
	let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
	let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
	if whole.is_empty() || whole.len() > 3 || fraction.len() > 4 || !digits(whole) || !digits(fraction) {
		return Err(wrong());
	}
	let parts: u32 = format!("{whole}{fraction:0<4}").parse().map_err(|_| wrong())?;
	(1..=1_000_000).contains(&parts).then_some(parts).ok_or_else(wrong)
}

/// Parts per million as percent.
fn percent(parts: u32) -> String {
	let text = format!("{}.{:04}", parts / 10_000, parts % 10_000);
	format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// What backs a listing's bond.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BackingRecord {
	/// The backers' part of the income, in percent.
	pub share: String,
	/// A lower one that was announced.
	pub lowered: Option<LoweredRecord>,
	/// What is behind the bond and earns.
	pub active: Amount,
	/// What is on its way out.
	pub leaving: Amount,
	/// What an offence can take a part of.
	pub answers: Amount,
	/// How much can be added.
	pub room: Amount,
	/// How many backers there are.
	pub backers: u32,
	/// First block in which all of it is free.
	pub closes: Option<u32>,
	/// What is set aside for backers and not counted yet.
	pub income: Vec<Amount>,
}

/// A share that was announced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoweredRecord {
	/// In percent.
	pub share: String,
	/// First block of it.
	pub from: u32,
}

impl BackingRecord {
	/// As the chain says it.
	pub async fn new(view: &BackingView, ctx: &Context) -> Result<Self, Failure> {
		let mut income = Vec::new();
		for price in &view.unsettled {
			income.push(ctx.amount(price.asset, price.amount).await?);
		}
		Ok(Self {
			share: percent(view.share),
			lowered: view.lowered.map(|(share, from)| LoweredRecord { share: percent(share), from }),
			active: native(view.active),
			leaving: native(view.leaving),
			answers: native(view.answers),
			room: native(view.room),
			backers: view.backers,
			closes: view.closes,
			income,
		})
	}

	/// In one line.
	pub fn in_words(&self) -> String {
		let by = match self.backers {
			1 => "one backer".to_owned(),
			backers => format!("{} backers", grouped(backers.into())),
		};
		match self.closes {
			Some(at) => format!("{} by {by}, all of it free from block {at} on", self.active),
			None => format!("{} by {by}, for {} of the curator's income", self.active, self.share),
		}
	}

	fn describe(&self, out: Out<'_>) -> Result<(), Failure> {
		let lowered = self.lowered.as_ref();
		let share = lowered.map_or(self.share.clone(), |lowered| {
			format!("{}, from block {} on {}", self.share, lowered.from, lowered.share)
		});
		let mut pairs = vec![
			("share", share),
			("behind the bond", self.active.to_string()),
			("on its way out", self.leaving.to_string()),
			("answers", self.answers.to_string()),
			("room", self.room.to_string()),
			("backers", grouped(self.backers.into())),
		];
		if let Some(at) = self.closes {
			pairs.push(("closing", format!("all of it is free from block {at} on")));
		}
		output::pairs(out, &pairs)
	}
}

/// What an account backs.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct BackedRecord {
	listing: u32,
	address: Option<String>,
	active: Amount,
	leaving: Vec<UnlockingRecord>,
	income: Vec<Amount>,
	closes: Option<u32>,
	deposit: Amount,
}

impl BackedRecord {
	async fn new(view: &BackedView, address: Option<String>, ctx: &Context) -> Result<Self, Failure> {
		let mut income = Vec::new();
		for price in &view.income {
			income.push(ctx.amount(price.asset, price.amount).await?);
		}
		let leaving = view.leaving.iter();
		Ok(Self {
			listing: view.listing,
			address,
			active: native(view.active),
			leaving: leaving
				.map(|(amount, at)| UnlockingRecord { amount: native(*amount), at: *at })
				.collect(),
			income,
			closes: view.closes,
			deposit: native(view.deposit),
		})
	}

	fn earned(&self) -> String {
		let amounts: Vec<_> = self.income.iter().map(ToString::to_string).collect();
		if amounts.is_empty() {
			"nothing".into()
		} else {
			amounts.join(", ")
		}
	}

	fn describe(&self, now: u32, out: Out<'_>) -> Result<(), Failure> {
		output::pairs(
			out,
			&[
				("behind the bond", self.active.to_string()),
				("earned", self.earned()),
				("deposit", self.deposit.to_string()),
			],
		)?;
		for part in &self.leaving {
			writeln!(out, "on its way out {}: {}", part.amount, withdrawable_in_words(part.at, now))?;
		}
		if let Some(at) = self.closes {
			writeln!(out, "all of it: {}", withdrawable_in_words(at, now))?;
		}
		Ok(())
	}
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let Some(command) = args.command else {
		let missing =
			|| Failure::usage("say which listing, and how much: souk back <address> --amount \"100 SOUK\"");
		let (listing, amount) = args.listing.zip(args.amount).ok_or_else(missing)?;
		return back(&listing, &amount, ctx, out).await;
	};
	match command {
		Command::Open { listing, share, most } => {
			let (_, listing) = ctx.own_listing(&listing).await?;
			let most = most.as_ref().map(native_price).transpose()?.map_or(u128::MAX, |most| most.units);
			let done = submit(calls::backing_open(listing.id, share, most), ctx).await?;
			opened(&listing, &done, ctx, out).await
		}
		Command::Close { listing } => {
			let (_, listing) = ctx.own_listing(&listing).await?;
			let done = submit(calls::backing_close(listing.id), ctx).await?;
			opened(&listing, &done, ctx, out).await
		}
		Command::Show { listing } => show(&listing, ctx, out).await,
		Command::List => list(ctx, out).await,
		Command::Leave { listing, amount, .. } => {
			let (view, listing) = ctx.listing(&listing).await?;
			let me = ctx.account_id()?;
			let amount = match amount {
				Some(amount) => native_price(&amount)?.units,
				None => position(&view, &listing, me).await?.active,
			};
			change(&listing, me, calls::unback(listing.id, amount), ctx, out).await
		}
		Command::Withdraw { listing, of } => {
			let (view, listing) = ctx.listing(&listing).await?;
			let who = whose(of.as_deref(), ctx)?;
			position(&view, &listing, who).await?;
			change(&listing, who, calls::withdraw_unbacked(listing.id, who), ctx, out).await
		}
		Command::Claim { listing, asset, of } => {
			let (view, listing) = ctx.listing(&listing).await?;
			let who = whose(of.as_deref(), ctx)?;
			let earned = position(&view, &listing, who).await?;
			let call = claims(&listing, who, &earned, asset.as_deref(), ctx).await?;
			change(&listing, who, call, ctx, out).await
		}
	}
}

fn whose(of: Option<&str>, ctx: &Context) -> Result<AccountId, Failure> {
	of.map_or_else(|| ctx.account_id(), |account| ctx.resolve_account(account))
}

/// What somebody has behind a listing's bond.
async fn position(view: &View, listing: &ListingView, who: AccountId) -> Result<BackedView, Failure> {
	let found = view.all_backed_by(who).await?.into_iter().find(|backed| backed.listing == listing.id);
	found.ok_or_else(|| {
		let (address, who) = (printable(&listing.address()), souk_sdk::format_account(&who));
		Failure::not_found(format!("{who} does not back {address}; nothing was sent"))
	})
}

/// Claims all that was earned, or what was earned in one asset.
async fn claims(
	listing: &ListingView,
	who: AccountId,
	backed: &BackedView,
	symbol: Option<&str>,
	ctx: &Context,
) -> Result<Call, Failure> {
	let mut calls = Vec::new();
	for price in &backed.income {
		let amount = ctx.amount(price.asset, price.amount).await?;
		if symbol.is_none_or(|symbol| symbol.eq_ignore_ascii_case(&amount.asset.symbol)) {
			calls.push(calls::claim_income(listing.id, price.asset, who));
		}
	}
	match calls.len() {
		0 => Err(Failure::failed(format!(
			"nothing was earned{} that was not claimed; nothing was sent",
			symbol.map(|symbol| format!(" in {}", printable(symbol))).unwrap_or_default()
		))),
		1 => Ok(calls.remove(0)),
		_ => Ok(calls::batch_all(calls)),
	}
}

async fn submit(call: Call, ctx: &Context) -> Result<Included, Failure> {
	let account = ctx.account()?;
	let step = ctx.progress.step(format!("{call}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	Ok(done)
}

async fn back(address: &ListingAddress, amount: &Price, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(address).await?;
	let name = printable(&listing.address());
	let amount = native_price(amount)?;
	let backing = view.backing(listing.id).await?.ok_or_else(|| {
		Failure::failed(format!("the curator of {name} lets nobody back her bond; nothing was sent"))
	})?;
	let me = ctx.account_id()?;
	check(&backing, &amount, me, &name)?;
	ctx.require_funds(me, &amount, "the backing").await?;
	change(&listing, me, calls::back(listing.id, amount.units), ctx, out).await
}

/// Money and rights are the chain's to check; what is said here saves a fee.
fn check(backing: &BackingView, amount: &Amount, me: AccountId, name: &str) -> Result<(), Failure> {
	if backing.curator == me {
		return Err(Failure::failed(format!(
			"{name} is your own; `souk curator bond` adds to its bond; nothing was sent"
		)));
	}
	if let Some(at) = backing.closes {
		return Err(Failure::failed(format!(
			"the backing of {name} closes: all of it is free from block {at} on; nothing was sent"
		)));
	}
	if amount.units > backing.room {
		return Err(Failure::failed(format!(
			"there is room for {} behind the bond of {name}, not for {amount}; nothing was sent",
			native(backing.room)
		)));
	}
	Ok(())
}

/// Sends a call about somebody's backing of a listing, and says how it stands then.
async fn change(
	listing: &ListingView,
	who: AccountId,
	call: Call,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let done = submit(call, ctx).await?;
	let read = async {
		let view = ctx.view_from(done.block).await?;
		let now = view.all_backed_by(who).await?.into_iter().find(|backed| backed.listing == listing.id);
		let record = match &now {
			Some(backed) => Some(BackedRecord::new(backed, Some(listing.address()), ctx).await?),
			None => None,
		};
		Ok::<_, Failure>((view, record))
	};
	let name = printable(&listing.address());
	let (view, record) = read.await.map_err(|failure| failure.after(&name, &done))?;
	let fee = native(done.fee);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id,
				"address": listing.address(),
				"backed": record,
				"fee": fee,
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{name}, final in block {}.", done.block)?;
	match record {
		Some(record) => record.describe(view.head().number, out)?,
		None => writeln!(out, "Nothing is left there; the deposit is free again.")?,
	}
	output::pairs(out, &[("fee", fee.to_string())])
}

/// Says how a listing's backing stands after its curator has changed it.
async fn opened(listing: &ListingView, done: &Included, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let read = async {
		let view = ctx.view_from(done.block).await?;
		Ok::<_, Failure>(match view.backing(listing.id).await? {
			Some(backing) => Some(BackingRecord::new(&backing, ctx).await?),
			None => None,
		})
	};
	let name = printable(&listing.address());
	let record = read.await.map_err(|failure| failure.after(&name, done))?;
	let fee = native(done.fee);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id,
				"address": listing.address(),
				"backing": record,
				"fee": fee,
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{name}, final in block {}.", done.block)?;
	match record {
		Some(record) => record.describe(out)?,
		None => writeln!(out, "Nobody backs it any more; the deposit is free again.")?,
	}
	output::pairs(out, &[("fee", fee.to_string())])
}

async fn show(address: &ListingAddress, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(address).await?;
	let record = match view.backing(listing.id).await? {
		Some(backing) => Some(BackingRecord::new(&backing, ctx).await?),
		None => None,
	};
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id, "address": listing.address(), "block": view.head().number, "backing": record,
			}),
		);
	}
	writeln!(out, "{}", printable(&listing.address()))?;
	match record {
		Some(record) => record.describe(out),
		None => Ok(writeln!(out, "Its curator lets nobody back her bond.")?),
	}
}

async fn list(ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let block = view.head().number;
	let mut records = Vec::new();
	for backed in view.all_backed_by(ctx.account_id()?).await? {
		let address = view.listing(backed.listing).await?.map(|listing| listing.address());
		records.push(BackedRecord::new(&backed, address, ctx).await?);
	}
	if ctx.json {
		return output::json(out, &serde_json::json!({ "block": block, "backed": records }));
	}
	if records.is_empty() {
		writeln!(out, "Nothing. `souk back <address> --amount \"100 SOUK\"` backs a curator's bond.")?;
		return Ok(());
	}
	let rows = records.iter().map(|record| {
		let leaving = record.leaving.iter().map(|part| part.amount.units).fold(0, u128::saturating_add);
		vec![
			record.listing.to_string(),
			record.address.as_deref().map_or("?".to_owned(), printable),
			record.active.to_string(),
			native(leaving).to_string(),
			record.earned(),
		]
	});
	let header = ["listing", "address", "behind the bond", "on its way out", "earned"];
	output::table(out, ctx.screen.width, &header, rows.collect())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn backing() -> BackingView {
		BackingView {
			curator: [1; 32],
			share: 200_000,
			lowered: Some((125_000, 90)),
			most: u128::MAX,
			room: 100_000_000_000_000,
			active: 300_000_000_000_000,
			leaving: 5_000_000_000_000,
			answers: 305_000_000_000_000,
			backers: 2,
			closes: None,
			unsettled: vec![],
		}
	}

	#[test]
	fn a_share_is_written_in_percent() {
		for (text, parts) in [("20%", 200_000), ("12.5 %", 125_000), ("0.0001%", 1), ("100%", 1_000_000)] {
			assert_eq!(parse_share(text), Ok(parts), "{text}");
		}
		for text in ["20", "0%", "0.0000%", "100.1%", "-5%", "1.23456%", "%", "a%", "1e2%", "+5%", ".5%"] {
			assert!(parse_share(text).is_err(), "{text}");
		}
		assert_eq!([200_000, 125_000, 1, 1_000_000].map(percent), ["20 %", "12.5 %", "0.0001 %", "100 %"]);
	}

	#[test]
	fn what_the_chain_would_refuse_costs_no_fee() {
		let ok =
			|view: &BackingView, souk: u128| check(view, &native(souk * 1_000_000_000_000), [2; 32], "a/b");
		assert!(ok(&backing(), 100).is_ok());
		assert!(ok(&backing(), 101).unwrap_err().message.contains("room for 100 SOUK"));
		let closing = BackingView { closes: Some(70), ..backing() };
		assert!(ok(&closing, 1).unwrap_err().message.contains("from block 70 on"));
		assert!(check(&backing(), &native(1), [1; 32], "a/b").unwrap_err().message.contains("your own"));
	}

	#[tokio::test]
	async fn what_backs_a_bond_reads_in_words() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = crate::context::tests::offline(dir.path());
		let record = BackingRecord::new(&backing(), &ctx).await.unwrap();
		assert_eq!(record.in_words(), "300 SOUK by 2 backers, for 20 % of the curator's income");
		let mut out = Vec::new();
		record.describe(&mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in ["20 %, from block 90 on 12.5 %", "on its way out   5 SOUK", "room             100 SOUK"]
		{
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		let closing = BackingRecord { backers: 1, closes: Some(70), ..record };
		assert_eq!(closing.in_words(), "300 SOUK by one backer, all of it free from block 70 on");
	}

	#[test]
	fn what_somebody_backs_says_what_is_free_when() {
		let record = BackedRecord {
			listing: 3,
			address: None,
			active: native(1_000_000_000_000),
			leaving: [7, 20].map(|at| UnlockingRecord { amount: native(2_000_000_000_000), at }).into(),
			income: vec![native(500_000_000_000)],
			closes: None,
			deposit: native(0),
		};
		let mut out = Vec::new();
		record.describe(7, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"earned           0.5 SOUK",
			"on its way out 2 SOUK: can be withdrawn now, or when an open case about the listing has ended",
			"on its way out 2 SOUK: from block 20 on (13 to go)",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
	}
}
