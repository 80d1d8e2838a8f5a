//! `souk balance`: what an account has, in every asset that prices are in.

use crate::{
	amount::Amount,
	context::Context,
	failure::Failure,
	output::{self, Out},
};
use serde::Serialize;
use souk_custody::{format_account, AccountId};

/// `souk balance …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// Whose; address or key name [default: one's own]
	pub account: Option<String>,
}

/// What an account has of one asset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BalanceRecord {
	/// What can be spent.
	pub free: Amount,
	/// What is held: bonds, deposits, money for running periods.
	pub held: Amount,
}

/// What an account has of the assets that prices are in, the native one first.
pub async fn balances(account: AccountId, ctx: &Context) -> Result<Vec<BalanceRecord>, Failure> {
	let chain = ctx.chain().await?;
	let mut records = Vec::new();
	for asset in ctx.assets().await? {
		let balance = chain.balance(account, asset.id).await?;
		let of = |units| Amount { units, asset: asset.clone() };
		records.push(BalanceRecord { free: of(balance.free), held: of(balance.held) });
	}
	Ok(records)
}

/// Balances as rows of a table.
pub fn table(out: Out<'_>, ctx: &Context, balances: &[BalanceRecord]) -> Result<(), Failure> {
	let rows = balances.iter().map(|b| vec![b.free.to_string(), b.held.to_string()]).collect();
	output::table(out, ctx.screen.width, &["free", "held"], rows)
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let account = match &args.account {
		Some(text) => ctx.resolve_account(text)?,
		None => ctx.account_id()?,
	};
	let balances = balances(account, ctx).await?;
	let address = format_account(&account);
	if ctx.json {
		return output::json(out, &serde_json::json!({ "account": address, "balances": balances }));
	}
	writeln!(out, "{address}")?;
	table(out, ctx, &balances)
}
