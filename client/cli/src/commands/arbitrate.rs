//! `souk arbitrate`: an arbitrator that joins the pool, watches for cases, opens their evidence and passes its keys on to fellow jurors,
//! votes and reveals on time.
//!
//! Everything that it has to know is on the chain or follows from the account's key: it may be stopped and started again at any
//! time, here or elsewhere.
//!
//! ```text
//! each block: reveals ── votes that were answered ── evidence ── votes that are due ──> asked for, or put off
//!                 ^                                                                            │
//!                 └────────── a line that somebody types, or the next block <──────────────────┘
//! ```
//!
//! Nothing waits for whoever was asked, and nothing that passes ends the watch: a reveal that comes too late costs the stake of the seat.

mod agenda;
mod desk;
mod files;
mod lines;
#[cfg(test)]
mod played;
mod question;
mod watch;

use super::{
	dispute::Vote,
	lasting::{last, Lasting},
};
use crate::{
	context::{native, native_price, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use agenda::{agenda, Step};
use desk::Desk;
use lines::Lines;
use souk_config::Price;
use souk_custody::Account;
use souk_protocol::Digest;
use souk_sdk::{
	calls,
	types::{ArbitratorView, CaseId, CaseView},
	Call,
};
use std::{convert::Infallible, path::PathBuf, time::Duration};
use watch::{Round, Watch};

/// How long the next block may take before the command looks again.
const PATIENCE: Duration = Duration::from_secs(600);

/// `souk arbitrate …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// Join the pool with this bond, e.g. "200 SOUK", unless the account is in it
	#[arg(long, value_name = "PRICE")]
	bond: Option<Price>,
	/// How to vote on every case; without it, each is asked about, or put off where nobody can be
	#[arg(long, value_name = "RULING")]
	vote: Option<Vote>,
	/// Where the evidence of its cases is written, a folder for each [default: `cases` in souk's home]
	#[arg(long, value_name = "DIR")]
	evidence: Option<PathBuf>,
	/// Do what is to be done now, and end
	#[arg(long)]
	once: bool,
	/// Leave the pool; the bond can be withdrawn some time later
	#[arg(long, conflicts_with_all = ["bond", "vote", "once", "withdraw"])]
	leave: bool,
	/// Take back the bond of an arbitrator who left
	#[arg(long, conflicts_with_all = ["bond", "vote", "once"])]
	withdraw: bool,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let account = ctx.account()?;
	if args.leave || args.withdraw {
		let call = if args.leave { calls::disputes_leave_pool() } else { calls::disputes_withdraw() };
		return alone(&account, call, ctx, out).await;
	}
	join(&args, &account, ctx, out).await?;
	let juror = Juror { account: &account, genesis: ctx.chain().await?.genesis(), args: &args, ctx };
	let lines = if args.vote.is_some() { Lines::default() } else { Lines::of_terminal() };
	let mut shift = Shift { desk: Desk::new(lines), juror, out };
	if args.once {
		return shift.once().await;
	}
	match last(&mut shift).await? {}
}

/// An arbitrator at work.
struct Shift<'a> {
	desk: Desk,
	juror: Juror<'a>,
	out: Out<'a>,
}

impl Shift<'_> {
	/// Does what is to be done now, and waits for the answers to what was asked.
	async fn once(&mut self) -> Result<(), Failure> {
		let Round { cases, mut failure, .. } = watch::round(self).await?;
		while self.desk.is_asking() {
			self.desk.lines.come().await;
			let heard = self.desk.hear(&cases, &self.juror, self.out).await;
			if let Err(then) = heard {
				failure = Some(Failure::to_tell(failure, then));
			}
		}
		failure.map_or(Ok(()), Err)
	}
}

impl Watch for Shift<'_> {
	async fn read(&mut self) -> Result<(u32, Vec<CaseView>), Failure> {
		let view = self.juror.ctx.view().await?;
		let cases = view.all_cases().await?;
		self.desk.tidy(&cases);
		Ok((view.head().number, cases))
	}

	fn agenda<'c>(&self, cases: &'c [CaseView]) -> Vec<Step<'c>> {
		let juror = &self.juror;
		agenda(cases, juror.account, &juror.genesis, juror.args.vote.is_some())
	}

	async fn work(&mut self, step: Step<'_>, cases: &[CaseView], block: u32) -> Result<(), Failure> {
		self.desk.work(step, cases, block, &self.juror, self.out).await
	}

	async fn wait(&mut self, block: u32) -> Result<(), Failure> {
		let chain = self.juror.ctx.chain().await?;
		tokio::select! {
			reached = chain.reached(block.saturating_add(1), PATIENCE) => {
				reached?;
			}
			() = self.desk.lines.come() => {}
		}
		Ok(())
	}
}

impl Lasting for Shift<'_> {
	type End = Infallible;

	async fn turn(&mut self) -> Result<Option<Infallible>, Failure> {
		watch::turn(self).await
	}
}

/// One call about the pool.
async fn alone(account: &Account, call: Call, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let said = call.to_string();
	let step = ctx.progress.step(format!("{said}, waiting until it is final"));
	let done = ctx.chain().await?.submit(account, call).await?;
	drop(step);
	let read = async { Ok::<_, Failure>(ctx.view_from(done.block).await?.arbitrator(account.id()).await?) };
	let arbitrator = read.await.map_err(|failure| failure.after(said, &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"arbitrator": arbitrator, "fee": native(done.fee), "block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	let said = match arbitrator {
		Some(ArbitratorView { leaves_at: Some(at), bond, .. }) => {
			format!("The bond of {} can be withdrawn from block {at} on", native(bond))
		}
		Some(_) => "The account is in the pool".into(),
		None => "The bond is free again".into(),
	};
	writeln!(out, "{said}.")?;
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

/// Joins the pool, unless the account is in it.
async fn join(args: &Args, account: &Account, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let me = account.id();
	match (view.arbitrator(me).await?, &args.bond) {
		(Some(ArbitratorView { leaves_at: Some(at), .. }), _) => Err(Failure::failed(format!(
			"the account has left the pool; it can join again after `souk arbitrate --withdraw`, from block {at} on"
		))),
		(Some(_), _) => Ok(()),
		(None, None) => {
			let least = native(view.dispute_settings().await?.min_bond);
			Err(Failure::usage(format!(
				"the account is not in the pool; --bond joins it, with {least} at least"
			)))
		}
		(None, Some(bond)) => {
			let bond = native_price(bond)?;
			ctx.require_funds(me, &bond, "the bond").await?;
			let key = account.encryption_secret().public();
			let step = ctx.progress.step("joining the pool, waiting until it is final");
			let done = ctx.chain().await?.submit(account, calls::disputes_join_pool(bond.units, key)).await?;
			drop(step);
			say(ctx, out, "joined", None, &format!("Joined the pool with {bond}"), done.block)
		}
	}
}

/// A line for a person, or a document for machines, of which there is one per line here.
fn say(
	ctx: &Context,
	out: Out<'_>,
	what: &str,
	case: Option<CaseId>,
	said: &str,
	block: u32,
) -> Result<(), Failure> {
	if ctx.json {
		let line = serde_json::json!({ "event": what, "case": case, "block": block });
		writeln!(out, "{line}")?;
	} else {
		writeln!(out, "{said}, final in block {block}.")?;
	}
	out.flush()?;
	Ok(())
}

/// Who acts, and how.
struct Juror<'a> {
	account: &'a Account,
	genesis: Digest,
	args: &'a Args,
	ctx: &'a Context,
}
