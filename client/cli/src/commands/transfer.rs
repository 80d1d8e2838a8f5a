//! `souk transfer`: send money.

use crate::{
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use souk_config::Price;
use souk_custody::format_account;
use souk_sdk::calls;

/// `souk transfer …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// To whom; address or key name
	pub to: String,
	/// How much, e.g. "5 wUSD"
	pub amount: Price,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let to = ctx.resolve_account(&args.to)?;
	let account = ctx.account()?;
	let amount = ctx.priced(&args.amount).await?;
	ctx.require_funds(account.id(), &amount, "the transfer").await?;
	let step = ctx.progress.step(format!("sending {amount}, waiting until it is final"));
	let done =
		ctx.chain().await?.submit(&account, calls::transfer(amount.asset.id, to, amount.units)).await?;
	drop(step);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"from": account.ss58(),
				"to": format_account(&to),
				"amount": amount,
				"fee": native(done.fee),
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "Sent {amount} to {}; final in block {}.", format_account(&to), done.block)?;
	writeln!(out, "Fee: {}", native(done.fee))?;
	Ok(())
}
