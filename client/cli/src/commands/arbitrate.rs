//! `souk arbitrate`: an arbitrator that joins the pool, watches for cases, opens their evidence and passes its keys on to fellow jurors,
//! votes and reveals on time.
//!
//! Everything that it has to know is on the chain or follows from the account's key: it may be stopped and started again at any
//! time, here or elsewhere.

use super::dispute::{
	commit, courier, gathered, vote_name, write_all, CaseRecord, PieceRecord, Rounds, Vote,
};
use crate::{
	context::{native, native_price, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use souk_config::Price;
use souk_custody::Account;
use souk_protocol::Digest;
use souk_sdk::{
	calls, disputes,
	types::{ArbitratorView, CaseId, CasePhase, CaseView, Ruling},
	Call,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	io::IsTerminal as _,
	path::PathBuf,
	time::Duration,
};

/// How long the next block may take before the command looks again.
const PATIENCE: Duration = Duration::from_secs(600);

/// `souk arbitrate …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// Join the pool with this bond, e.g. "200 SOUK", unless the account is in it
	#[arg(long, value_name = "PRICE")]
	bond: Option<Price>,
	/// How to vote on every case; without it, each is asked about
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
	let mut desk = Desk::default();
	loop {
		let view = ctx.view().await?;
		let block = view.head().number;
		let cases = view.all_cases().await?;
		desk.files.retain(|id, _| cases.iter().any(|case| case.id == *id));
		for case in &cases {
			// Whoever votes as every time is not kept waiting by mailboxes.
			if args.vote.is_some() {
				desk.attend(case, block, &account, &args, ctx, out).await?;
			}
			desk.look(case, block, &account, &args, ctx, out).await?;
			if args.vote.is_none() {
				desk.attend(case, block, &account, &args, ctx, out).await?;
			}
		}
		out.flush()?;
		if args.once {
			return Ok(());
		}
		let next = block.saturating_add(1);
		ctx.chain().await?.reached(next, PATIENCE).await?;
	}
}

/// One call about the pool.
async fn alone(account: &Account, call: Call, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let step = ctx.progress.step(format!("{call}, waiting until it is final"));
	let done = ctx.chain().await?.submit(account, call).await?;
	drop(step);
	let view = ctx.view_from(done.block).await?;
	let arbitrator = view.arbitrator(account.id()).await?;
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

/// What a juror has to do in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duty {
	Vote,
	Reveal(Ruling, [u8; 32]),
	/// The commitment was made elsewhere, with another salt.
	Unknown,
}

/// What is to be done in a case, if anything.
fn duty(case: &CaseView, account: &Account, genesis: &Digest) -> Option<Duty> {
	let seat = case.seat_of(&account.id())?;
	match case.phase {
		CasePhase::Commit if seat.commitment.is_none() => Some(Duty::Vote),
		CasePhase::Reveal if seat.commitment.is_some() && seat.vote.is_none() => {
			let known = disputes::committed(account, genesis, case);
			Some(known.map_or(Duty::Unknown, |(vote, salt)| Duty::Reveal(vote, salt)))
		}
		_ => None,
	}
}

/// What an arbitrator has at hand of its cases.
#[derive(Default)]
struct Desk {
	/// Votes that are not cast from here.
	put_off: BTreeSet<(CaseId, u8)>,
	files: BTreeMap<CaseId, CaseFiles>,
}

/// The evidence of one case.
#[derive(Default)]
struct CaseFiles {
	rounds: Rounds,
	pieces: Vec<PieceRecord>,
	told: BTreeSet<usize>,
}

/// Blocks after which mailboxes are looked into again, where something is unread and where nothing is.
const LOOK_EVERY: (u32, u32) = (4, 20);

impl Desk {
	/// Opens what has come of a case's evidence, and passes keys on to fellow jurors who lack them.
	async fn look(
		&mut self,
		case: &CaseView,
		block: u32,
		account: &Account,
		args: &Args,
		ctx: &Context,
		out: Out<'_>,
	) -> Result<(), Failure> {
		if !case.sits(&account.id()) || case.ended.is_some() {
			return Ok(());
		}
		let files = self.files.entry(case.id).or_default();
		let every = if files.all_read(case) { LOOK_EVERY.1 } else { LOOK_EVERY.0 };
		if !files.rounds.are_due(case, block, every) {
			return Ok(());
		}
		let courier = courier(account, ctx).await?;
		let (case, found, block) = match gathered(case.id, &courier, ctx).await {
			Ok(found) => found,
			// Mailboxes and networks come back.
			Err(failure) => {
				tracing::warn!(case = case.id, %failure, "its evidence was not looked for");
				return Ok(());
			}
		};
		let dir = args.evidence.clone().unwrap_or_else(|| ctx.home.cases()).join(format!("case-{}", case.id));
		let genesis = ctx.chain().await?.genesis();
		files.pieces = write_all(&genesis, &case, &found, &dir)?;
		for piece in &files.pieces {
			if piece.file.is_none() || !files.told.insert(piece.number) {
				continue;
			}
			if ctx.json {
				let line = serde_json::json!({
					"event": "evidence", "case": case.id, "block": block, "number": piece.number, "file": piece.file,
				});
				writeln!(out, "{line}")?;
			} else {
				write!(out, "Case {}: ", case.id)?;
				piece.describe(out)?;
			}
			out.flush()?;
		}
		let sent = courier.pass_on(&case, &found, block).await;
		for (node, why) in &sent.problems {
			tracing::info!(case = case.id, node = %souk_custody::format_account(node), why, "a mailbox");
		}
		if sent.envelopes > 0 {
			tracing::info!(case = case.id, keys = sent.envelopes, "keys passed on");
		}
		Ok(())
	}

	/// Votes and reveals where it is time.
	async fn attend(
		&mut self,
		case: &CaseView,
		block: u32,
		account: &Account,
		args: &Args,
		ctx: &Context,
		out: Out<'_>,
	) -> Result<(), Failure> {
		let (id, genesis) = (case.id, ctx.chain().await?.genesis());
		let (call, what, said) = match duty(case, account, &genesis) {
			None => return Ok(()),
			Some(_) if self.put_off.contains(&(id, case.round)) && case.phase == CasePhase::Commit => {
				return Ok(());
			}
			Some(Duty::Unknown) => {
				if self.put_off.insert((id, case.round)) {
					let why = "what was committed to was not made by souk, and cannot be revealed by it";
					tracing::warn!(case = id, "{why}");
				}
				return Ok(());
			}
			Some(Duty::Vote) => {
				let files = self.files.get(&id);
				if args.vote.is_none() && !args.once && !ready(files, case, block) {
					return Ok(());
				}
				let pieces = files.map(|files| files.pieces.as_slice()).unwrap_or_default();
				let Some(vote) = decided(case, pieces, args, ctx, out).await? else {
					self.put_off.insert((id, case.round));
					return Ok(());
				};
				let said = format!("Case {id}: voted {}, sealed", vote_name(vote));
				(commit(account, &genesis, case, vote), "voted", said)
			}
			Some(Duty::Reveal(vote, salt)) => {
				let said = format!("Case {id}: the vote {} is revealed", vote_name(vote));
				(calls::disputes_reveal_vote(id, vote, salt), "revealed", said)
			}
		};
		match ctx.chain().await?.submit(account, call).await {
			Ok(done) => say(ctx, out, what, Some(id), &said, done.block),
			// It was too late, or done from elsewhere: there are other cases.
			Err(error) => {
				tracing::warn!(case = id, %error, "not done");
				Ok(())
			}
		}
	}
}

impl CaseFiles {
	/// Whether all that was shown has been opened, or never will be.
	fn all_read(&self, case: &CaseView) -> bool {
		self.pieces.len() == case.evidence.len()
			&& self.pieces.iter().all(|piece| ["read", "broken"].contains(&piece.state))
	}
}

/// Whether it is time to be asked for a vote: everything is there to be read, or half of the time is over.
fn ready(files: Option<&CaseFiles>, case: &CaseView, block: u32) -> bool {
	let half = case.until.saturating_sub(case.terms.commit_time / 2);
	block >= half || files.is_some_and(|files| files.all_read(case))
}

/// How to vote on a case: as every time, or as whoever sits here says.
async fn decided(
	case: &CaseView,
	pieces: &[PieceRecord],
	args: &Args,
	ctx: &Context,
	out: Out<'_>,
) -> Result<Option<Ruling>, Failure> {
	if let Some(vote) = args.vote {
		return Ok(Some(vote.into()));
	}
	if !std::io::stdin().is_terminal() {
		return Err(Failure::usage("a vote is wanted and nobody can be asked; use --vote"));
	}
	let block = ctx.view().await?.head().number;
	CaseRecord::new(case).describe(block, out)?;
	pieces.iter().try_for_each(|piece| piece.describe(out))?;
	out.flush()?;
	let question = format!("How do you vote on case {}?", case.id);
	let later = "later, by `souk dispute vote`";
	let answers = vec!["buyer", "seller", "refuse", later];
	// The question blocks; the light client goes on in its own threads.
	let answer = tokio::task::spawn_blocking(move || inquire::Select::new(&question, answers).prompt())
		.await
		.map_err(|error| Failure::failed(format!("nobody could be asked: {error}")))?
		.map_err(|error| Failure::failed(format!("nothing was voted: {error}")))?;
	Ok(Ruling::ALL.into_iter().find(|ruling| vote_name(*ruling) == answer))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::dispute::tests::case;
	use souk_sdk::types::{EvidenceView, Party};

	fn piece(state: &'static str) -> PieceRecord {
		PieceRecord {
			number: 1,
			by: "buyer",
			hash: String::new(),
			state,
			reason: None,
			file: None,
			bytes: None,
			mailboxes: 1,
			readers: vec![],
		}
	}

	#[test]
	fn nobody_is_asked_before_everything_is_there_to_be_read_unless_time_runs_out() {
		let mut case = case(CasePhase::Commit);
		case.terms.commit_time = 20;
		case.evidence = vec![EvidenceView { by: Party::Buyer, hash: [1; 32], at: 1 }];
		let files = |pieces| CaseFiles { pieces, ..CaseFiles::default() };
		assert!(!ready(None, &case, 95) && !ready(Some(&files(vec![])), &case, 95));
		assert!(!ready(Some(&files(vec![piece("sealed")])), &case, 95));
		assert!(ready(Some(&files(vec![piece("sealed")])), &case, 100), "half of the time is over");
		assert!(ready(Some(&files(vec![piece("read")])), &case, 95));
		assert!(ready(Some(&files(vec![piece("broken")])), &case, 95), "nobody will ever read it");
	}

	#[test]
	fn a_juror_votes_and_reveals_when_it_is_time_and_only_then() {
		let alice = Account::from_uri("//Alice").unwrap();
		let genesis = [9; 32];
		let seated = |phase| {
			let mut case = case(phase);
			case.juries[0].jurors[0].who = alice.id();
			case
		};
		assert_eq!(duty(&case(CasePhase::Commit), &alice, &genesis), None);
		assert_eq!(duty(&seated(CasePhase::Commit), &alice, &genesis), Some(Duty::Vote));
		let mut committed = seated(CasePhase::Commit);
		let salt = disputes::salt(&alice, &genesis, committed.id, 0);
		let sealed = disputes::commitment(committed.id, 0, &alice.id(), Ruling::Buyer, &salt);
		committed.juries[0].jurors[0].commitment = Some(sealed);
		assert_eq!(duty(&committed, &alice, &genesis), None);
		committed.phase = CasePhase::Reveal;
		assert_eq!(duty(&committed, &alice, &genesis), Some(Duty::Reveal(Ruling::Buyer, salt)));
		assert_eq!(duty(&committed, &alice, &[8; 32]), Some(Duty::Unknown));
		committed.juries[0].jurors[0].vote = Some(Ruling::Buyer);
		assert_eq!(duty(&committed, &alice, &genesis), None);
		let mut replaced = seated(CasePhase::Commit);
		replaced.juries[0].jurors[0].replaced = true;
		assert_eq!(duty(&replaced, &alice, &genesis), None);
	}
}
