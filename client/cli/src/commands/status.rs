//! `souk status`: the chain, the account and the network at a glance.

use super::balance::{self, BalanceRecord};
use crate::{
	context::Context,
	failure::Failure,
	output::{self, Out},
	records::hex,
	text::{grouped, printable},
};
use serde::Serialize;
use souk_custody::format_account;

/// `souk status …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {}

#[derive(Debug, Serialize)]
struct Status {
	chain: String,
	development: bool,
	genesis: String,
	finalised_block: u32,
	finalised_hash: String,
	chain_peers: u32,
	off_chain_peers: usize,
	account: Option<String>,
	balances: Vec<BalanceRecord>,
}

/// Runs it.
pub async fn run(_: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let chain = ctx.chain().await?;
	let head = chain.finalized().await?;
	let account = ctx.any_account_id()?;
	let balances = match account {
		Some(account) => balance::balances(account, ctx).await?,
		None => Vec::new(),
	};
	let status = Status {
		chain: ctx.spec()?.name.clone(),
		development: ctx.spec()?.development,
		genesis: hex(chain.genesis()),
		finalised_block: head.number,
		finalised_hash: hex(head.hash),
		chain_peers: chain.peers().await?,
		off_chain_peers: ctx.reach_bootnodes().await?,
		account: account.as_ref().map(format_account),
		balances,
	};
	if ctx.json {
		return output::json(out, &status);
	}
	let kind = if status.development { " (development)" } else { "" };
	output::pairs(
		out,
		&[
			("chain", format!("{}{kind}", printable(&status.chain))),
			("genesis", status.genesis.clone()),
			(
				"finalised block",
				format!("{} {}", grouped(status.finalised_block.into()), status.finalised_hash),
			),
			("chain peers", status.chain_peers.to_string()),
			("off-chain peers", status.off_chain_peers.to_string()),
			(
				"account",
				status.account.clone().unwrap_or_else(|| "none; `souk key new <name>` makes a key".into()),
			),
		],
	)?;
	if status.account.is_some() {
		balance::table(out, ctx, &status.balances)?;
	}
	Ok(())
}
