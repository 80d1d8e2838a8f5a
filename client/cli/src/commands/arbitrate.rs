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
//! Nothing waits for whoever was asked, and nothing that may pass ends the watch: a reveal that comes too late costs the stake of the seat.

mod agenda;
mod lines;
mod watch;

use super::{
	dispute::{commit, courier, gathered, vote_name, write_all, CaseRecord, PieceRecord, Rounds, Vote},
	lasting::{last, Lasting},
};
use crate::{
	context::{native, native_price, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use agenda::{agenda, Step};
use lines::Lines;
use souk_config::Price;
use souk_custody::Account;
use souk_protocol::Digest;
use souk_sdk::{
	calls,
	types::{ArbitratorView, CaseId, CasePhase, CaseView, Ruling},
	Call, SdkError,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	convert::Infallible,
	io::Write as _,
	path::PathBuf,
	time::Duration,
};
use watch::{Round, Watch};

/// How long the next block may take before the command looks again.
const PATIENCE: Duration = Duration::from_secs(600);
/// What is answered where somebody does not want to vote from here.
const LATER: &str = "later";

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
	let mut shift = Shift { desk: Desk { lines, ..Desk::default() }, juror, out };
	if args.once {
		return shift.once().await;
	}
	match last(&mut shift).await {}
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
			failure = failure.or(heard.err());
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

/// Who acts, and how.
struct Juror<'a> {
	account: &'a Account,
	genesis: Digest,
	args: &'a Args,
	ctx: &'a Context,
}

/// What becomes of a vote that is due.
#[derive(Debug, PartialEq, Eq)]
enum Voting {
	Cast(Ruling),
	Ask,
	/// Nobody can be asked.
	PutOff,
	/// It is too early, or was asked for, answered, or put off.
	Wait,
}

/// What an arbitrator has at hand of its cases.
#[derive(Default)]
struct Desk {
	lines: Lines,
	/// Votes that were asked for, and are not answered.
	asked: BTreeSet<(CaseId, u8)>,
	/// Votes that were answered since the cases were read: what was read of them is old.
	heard: BTreeSet<(CaseId, u8)>,
	/// Votes that could not be sent, and are sent at the next block.
	unsent: BTreeMap<(CaseId, u8), Ruling>,
	/// Votes that are not cast from here.
	put_off: BTreeSet<(CaseId, u8)>,
	/// Votes that cannot be revealed from here.
	unknown: BTreeSet<(CaseId, u8)>,
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
	/// Forgets what is over.
	fn tidy(&mut self, cases: &[CaseView]) {
		let is_kept = |id: &CaseId| cases.iter().any(|case| case.id == *id);
		self.heard.clear();
		self.files.retain(|id, _| is_kept(id));
		self.put_off.retain(|(id, _)| is_kept(id));
		self.unknown.retain(|(id, _)| is_kept(id));
		let is_open = |vote: &(CaseId, u8)| {
			cases.iter().any(|case| (case.id, case.round) == *vote && case.phase == CasePhase::Commit)
		};
		self.asked.retain(is_open);
		self.unsent.retain(|vote, _| is_open(vote));
	}

	/// Whether somebody was asked who may still answer.
	fn is_asking(&self) -> bool {
		!self.asked.is_empty() && self.lines.can_be_asked()
	}

	/// Does one step.
	async fn work(
		&mut self,
		step: Step<'_>,
		cases: &[CaseView],
		block: u32,
		juror: &Juror<'_>,
		out: Out<'_>,
	) -> Result<(), Failure> {
		match step {
			Step::Reveal(case, vote, salt) => {
				let said = format!("Case {}: the vote {} is revealed", case.id, vote_name(vote));
				let call = calls::disputes_reveal_vote(case.id, vote, salt);
				send(call, "revealed", case.id, &said, juror, out).await
			}
			Step::Unknown(case) => {
				if self.unknown.insert((case.id, case.round)) {
					let why = "what was committed to was not made by souk, and cannot be revealed by it";
					tracing::warn!(case = case.id, "{why}");
				}
				Ok(())
			}
			Step::Hear => self.hear(cases, juror, out).await,
			Step::Look(case) => self.look(case, block, juror, out).await,
			Step::Vote(case) => self.vote(case, block, juror, out).await,
		}
	}

	/// Opens what has come of a case's evidence, and passes keys on to fellow jurors who lack them.
	async fn look(
		&mut self,
		case: &CaseView,
		block: u32,
		juror: &Juror<'_>,
		out: Out<'_>,
	) -> Result<(), Failure> {
		let Juror { account, genesis, args, ctx } = *juror;
		if !case.sits(&account.id()) || case.ended.is_some() {
			return Ok(());
		}
		let files = self.files.entry(case.id).or_default();
		let every = if files.all_read(case) { LOOK_EVERY.1 } else { LOOK_EVERY.0 };
		if !files.rounds.are_due(case, block, every) {
			return Ok(());
		}
		let found = async {
			let courier = courier(account, ctx).await?;
			let found = gathered(case.id, &courier, ctx).await?;
			Ok::<_, Failure>((courier, found))
		};
		let (courier, (case, found, block)) = match found.await {
			Ok(found) => found,
			// Mailboxes and networks come back.
			Err(failure) => {
				tracing::warn!(case = case.id, %failure, "its evidence was not looked for");
				return Ok(());
			}
		};
		let dir = args.evidence.clone().unwrap_or_else(|| ctx.home.cases()).join(format!("case-{}", case.id));
		// Fellow jurors get their keys even where there is no room for the files here.
		let told = write_all(&genesis, &case, &found, &dir)
			.and_then(|pieces| files.tell(pieces, case.id, block, ctx.json, out));
		let sent = courier.pass_on(&case, &found, block).await;
		for (node, why) in &sent.problems {
			tracing::info!(case = case.id, node = %souk_custody::format_account(node), why, "a mailbox");
		}
		if sent.envelopes > 0 {
			tracing::info!(case = case.id, keys = sent.envelopes, "keys passed on");
		}
		told
	}

	/// What becomes of a vote on a case that is due.
	fn voting(&self, case: &CaseView, block: u32, args: &Args) -> Voting {
		if let Some(vote) = args.vote {
			return Voting::Cast(vote.into());
		}
		let (this, can_be_asked) = ((case.id, case.round), self.lines.can_be_asked());
		if let Some(vote) = self.unsent.get(&this).filter(|_| !self.heard.contains(&this)) {
			return Voting::Cast(*vote);
		}
		let was_asked = can_be_asked && self.asked.contains(&this);
		let is_early = !args.once && !ready(self.files.get(&case.id), case, block);
		match was_asked || is_early || self.heard.contains(&this) || self.put_off.contains(&this) {
			true => Voting::Wait,
			false if can_be_asked => Voting::Ask,
			false => Voting::PutOff,
		}
	}

	/// Votes on a case, asks how to, or says that nobody can be asked.
	async fn vote(
		&mut self,
		case: &CaseView,
		block: u32,
		juror: &Juror<'_>,
		out: Out<'_>,
	) -> Result<(), Failure> {
		let json = juror.ctx.json;
		match self.voting(case, block, juror.args) {
			Voting::Wait => Ok(()),
			Voting::Cast(vote) => self.cast(case, vote, juror, out).await,
			// What could not be said is said at the next block.
			Voting::Ask => {
				self.lines.listen();
				let pieces = self.files.get(&case.id).map(|files| files.pieces.as_slice());
				ask(case, pieces.unwrap_or_default(), block, json, out)?;
				self.asked.insert((case.id, case.round));
				Ok(())
			}
			Voting::PutOff => {
				say_put_off(case, block, json, out)?;
				self.put_off.insert((case.id, case.round));
				Ok(())
			}
		}
	}

	/// Commits to a vote, and remembers one that could not be sent: whoever has answered need not be there again.
	async fn cast(
		&mut self,
		case: &CaseView,
		vote: Ruling,
		juror: &Juror<'_>,
		out: Out<'_>,
	) -> Result<(), Failure> {
		let said = format!("Case {}: voted {}, sealed", case.id, vote_name(vote));
		let call = commit(juror.account, &juror.genesis, case, vote);
		let sent = send(call, "voted", case.id, &said, juror, out).await;
		match &sent {
			Ok(()) => self.unsent.remove(&(case.id, case.round)),
			Err(_) => self.unsent.insert((case.id, case.round), vote),
		};
		sent
	}

	/// Votes as was answered since.
	///
	/// Errors: that of the first vote that could not be sent, after all the others.
	async fn hear(&mut self, cases: &[CaseView], juror: &Juror<'_>, out: Out<'_>) -> Result<(), Failure> {
		let mut first = None;
		while let Some(line) = self.lines.take() {
			match self.answered(&line, cases) {
				Ok(Some((case, vote))) => {
					if let Err(failure) = self.cast(case, vote, juror, out).await {
						tracing::warn!(case = case.id, %failure, "the vote was not sent");
						first = first.or(Some(failure));
					}
				}
				Ok(None) => {}
				Err(why) => to_stderr(format!("{why}\n").as_bytes()),
			}
		}
		first.map_or(Ok(()), Err)
	}

	/// The vote that a line is about, which is asked for no more; the error is for whoever has written it.
	fn answered<'a>(
		&mut self,
		line: &str,
		cases: &'a [CaseView],
	) -> Result<Option<(&'a CaseView, Ruling)>, String> {
		if line.trim().is_empty() {
			return Ok(None);
		}
		let (id, vote) = answer(line).ok_or("that is no vote; one is written like `5 buyer`")?;
		let case = cases.iter().find(|case| case.id == id && self.asked.remove(&(id, case.round)));
		let case = case.ok_or_else(|| format!("nobody asks for a vote on case {id}"))?;
		self.heard.insert((id, case.round));
		if vote.is_none() {
			self.put_off.insert((id, case.round));
		}
		Ok(vote.map(|vote| (case, vote)))
	}
}

async fn send(
	call: Call,
	what: &str,
	id: CaseId,
	said: &str,
	juror: &Juror<'_>,
	out: Out<'_>,
) -> Result<(), Failure> {
	match juror.ctx.chain().await?.submit(juror.account, call).await {
		Ok(done) => say(juror.ctx, out, what, Some(id), said, done.block),
		Err(error) => unless_decided(error, id),
	}
}

/// What becomes of a transaction's error. A call that the chain has refused was too late, or done from elsewhere: there are other cases.
///
/// Errors: all others, after which the call is still to be sent.
fn unless_decided(error: SdkError, id: CaseId) -> Result<(), Failure> {
	if matches!(error, SdkError::Dispatch { .. }) {
		tracing::warn!(case = id, %error, "not done");
		return Ok(());
	}
	Err(error.into())
}

impl CaseFiles {
	/// Takes what was opened, and says which files are new.
	fn tell(
		&mut self,
		pieces: Vec<PieceRecord>,
		id: CaseId,
		block: u32,
		json: bool,
		out: Out<'_>,
	) -> Result<(), Failure> {
		self.pieces = pieces;
		for piece in &self.pieces {
			if piece.file.is_none() || !self.told.insert(piece.number) {
				continue;
			}
			if json {
				let line = serde_json::json!({
					"event": "evidence", "case": id, "block": block, "number": piece.number, "file": piece.file,
				});
				writeln!(out, "{line}")?;
			} else {
				write!(out, "Case {id}: ")?;
				piece.describe(out)?;
			}
			out.flush()?;
		}
		Ok(())
	}

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

/// Shows a case and asks how to vote on it. The answer names the case: several may be asked about at a time.
fn ask(case: &CaseView, pieces: &[PieceRecord], block: u32, json: bool, out: Out<'_>) -> Result<(), Failure> {
	let (id, mut text) = (case.id, Vec::new());
	CaseRecord::new(case).describe(block, &mut text)?;
	pieces.iter().try_for_each(|piece| piece.describe(&mut text))?;
	writeln!(
		text,
		"How do you vote on case {id}? Write `{id} buyer`, `{id} seller` or `{id} refuse` before block {}; \
		 `{id} {LATER}` leaves it to `souk dispute vote`.",
		case.until
	)?;
	if json {
		// Standard output is for machines.
		to_stderr(&text);
	} else {
		out.write_all(&text)?;
		out.flush()?;
	}
	Ok(())
}

/// Writes to whoever sits at the terminal. `eprint!` panics where that is gone, which is no reason to miss a reveal.
fn to_stderr(text: &[u8]) {
	let _ = std::io::stderr().write_all(text);
}

/// Says that a vote is due, and nobody can be asked.
fn say_put_off(case: &CaseView, block: u32, json: bool, out: Out<'_>) -> Result<(), Failure> {
	let (id, until) = (case.id, case.until);
	if json {
		let line = serde_json::json!({ "event": "put_off", "case": id, "block": block, "until": until });
		writeln!(out, "{line}")?;
	} else {
		writeln!(
			out,
			"Case {id}: a vote is due before block {until}, and nobody can be asked here. \
			 `souk dispute vote {id} --for buyer|seller|refuse` votes; it is revealed from here."
		)?;
	}
	out.flush()?;
	Ok(())
}

/// What somebody has written: a case, and how to vote on it, if at all.
fn answer(line: &str) -> Option<(CaseId, Option<Ruling>)> {
	let mut words = line.split_whitespace();
	let (id, said) = (words.next()?.parse().ok()?, words.next()?);
	let vote = Ruling::ALL.into_iter().find(|ruling| vote_name(*ruling) == said);
	let is_understood = words.next().is_none() && (vote.is_some() || said == LATER);
	is_understood.then_some((id, vote))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{commands::dispute::tests::case, context::tests::offline};
	use souk_sdk::{
		disputes,
		types::{EvidenceView, Party},
	};

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

	pub(super) const GENESIS: Digest = [9; 32];

	fn args() -> Args {
		Args { bond: None, vote: None, evidence: None, once: false, leave: false, withdraw: false }
	}

	/// A case on whose jury Alice sits.
	pub(super) fn seated(id: CaseId, phase: CasePhase) -> CaseView {
		let mut case = CaseView { id, ..case(phase) };
		case.juries[0].jurors[0].who = Account::from_uri("//Alice").unwrap().id();
		case
	}

	/// The same when she has voted.
	pub(super) fn committed(id: CaseId, phase: CasePhase) -> CaseView {
		let alice = Account::from_uri("//Alice").unwrap();
		let mut case = seated(id, phase);
		let salt = disputes::salt(&alice, &GENESIS, id, 0);
		let sealed = disputes::commitment(id, 0, &alice.id(), Ruling::Seller, &salt);
		case.juries[0].jurors[0].commitment = Some(sealed);
		case
	}

	#[test]
	fn a_question_is_asked_once_and_nothing_waits_for_its_answer() {
		let (to, lines) = lines::tests::sent();
		let mut desk = Desk { lines, ..Desk::default() };
		let cases = [seated(1, CasePhase::Commit), seated(2, CasePhase::Commit)];
		for case in &cases {
			assert_eq!(desk.voting(case, case.until, &args()), Voting::Ask);
			desk.asked.insert((case.id, case.round));
			assert_eq!(desk.voting(case, case.until, &args()), Voting::Wait);
		}
		assert_eq!(desk.lines.take(), None);
		to.send("2 seller".into()).unwrap();
		let line = desk.lines.take().unwrap();
		let answered = desk.answered(&line, &cases).unwrap().map(|(case, vote)| (case.id, vote));
		assert_eq!(answered, Some((2, Ruling::Seller)));
		assert!(desk.answered(&line, &cases).unwrap_err().contains("case 2"), "it is answered");
		assert!(desk.is_asking());
		assert_eq!(desk.answered("1 later", &cases).map(|answered| answered.is_some()), Ok(false));
		assert_eq!(desk.voting(&cases[0], 110, &args()), Voting::Wait, "it is put off");
		assert!(!desk.is_asking());
		assert_eq!(
			desk.voting(&cases[1], 110, &args()),
			Voting::Wait,
			"it is answered, whatever was read before"
		);
		// Not cast in the end: it is asked for again when the cases are read anew.
		desk.tidy(&cases);
		assert_eq!(desk.voting(&cases[1], 110, &args()), Voting::Ask);
	}

	/// Output that is on a disk without room.
	struct Full;

	impl std::io::Write for Full {
		fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
			Err(std::io::ErrorKind::StorageFull.into())
		}

		fn flush(&mut self) -> std::io::Result<()> {
			Ok(())
		}
	}

	#[tokio::test]
	async fn what_could_not_be_said_of_a_vote_is_said_again() {
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		let (args, ctx) = (args(), offline(dir.path()));
		let juror = Juror { account: &alice, genesis: GENESIS, args: &args, ctx: &ctx };
		let case = seated(1, CasePhase::Commit);
		let (_to, lines) = lines::tests::sent();
		let asking = Desk { lines, ..Desk::default() };
		for (mut desk, due) in [(asking, Voting::Ask), (Desk::default(), Voting::PutOff)] {
			assert!(desk.vote(&case, case.until, &juror, &mut Full).await.is_err());
			assert_eq!(desk.voting(&case, case.until, &args), due);
			let mut said = Vec::new();
			desk.vote(&case, case.until, &juror, &mut said).await.unwrap();
			assert!(!said.is_empty());
			assert_eq!(desk.voting(&case, case.until, &args), Voting::Wait);
		}
	}

	#[tokio::test]
	async fn votes_that_could_not_be_sent_are_sent_at_the_next_block() {
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		// There is no chain to send anything to.
		let (args, ctx) = (args(), offline(dir.path()));
		let juror = Juror { account: &alice, genesis: GENESIS, args: &args, ctx: &ctx };
		let mut cases = [seated(1, CasePhase::Commit), seated(2, CasePhase::Commit)];
		let (to, lines) = lines::tests::sent();
		let mut desk = Desk { lines, asked: [(1, 0), (2, 0)].into(), ..Desk::default() };
		["1 buyer", "2 seller"].iter().for_each(|line| to.send((*line).into()).unwrap());
		assert!(desk.hear(&cases, &juror, &mut Vec::new()).await.is_err());
		assert_eq!(desk.lines.take(), None, "the second was heard although the first was not sent");
		let voting =
			|desk: &Desk, cases: &[CaseView; 2]| cases.each_ref().map(|case| desk.voting(case, 110, &args));
		assert_eq!(voting(&desk, &cases), [Voting::Wait, Voting::Wait], "they are not sent twice at a block");
		for _ in 0..2 {
			desk.tidy(&cases);
			assert_eq!(voting(&desk, &cases), [Voting::Cast(Ruling::Buyer), Voting::Cast(Ruling::Seller)]);
			assert!(desk.vote(&cases[0], 110, &juror, &mut Vec::new()).await.is_err());
		}
		cases[0].phase = CasePhase::Reveal;
		cases[1].round = 1;
		desk.tidy(&cases);
		assert!(desk.unsent.is_empty(), "they are too late");
	}

	#[test]
	fn only_what_the_chain_has_refused_is_not_sent_again() {
		let call = || "Disputes.reveal_vote".to_string();
		let refused = SdkError::Dispatch {
			call: call(),
			pallet: "Disputes".into(),
			error: "WrongPhase".into(),
			sentence: "it is too late".into(),
			block: 1,
			fee: 1,
		};
		assert_eq!(unless_decided(refused, 1), Ok(()));
		let unsent = [
			SdkError::Read { what: "the nonce".into(), block: 1, reason: "no node answered".into() },
			SdkError::Timeout { what: "the block".into(), limit: PATIENCE },
			SdkError::Stopped,
			SdkError::Expired { call: call(), blocks: 64 },
			SdkError::CannotPay { account: [1; 32], call: call() },
			SdkError::Invalid { call: call(), reason: "why".into() },
		];
		for error in unsent {
			let said = error.to_string();
			assert_eq!(unless_decided(error, 1).unwrap_err().message, said);
		}
	}

	#[test]
	fn an_answer_is_to_the_case_and_the_round_that_was_asked_about() {
		let (_to, lines) = lines::tests::sent();
		let mut desk = Desk { lines, ..Desk::default() };
		desk.asked.insert((1, 0));
		let mut cases = [seated(1, CasePhase::Commit), seated(2, CasePhase::Commit)];
		for (line, why) in
			[("2 buyer", "nobody asks"), ("1 yes", "no vote"), ("1", "no vote"), ("buyer", "no vote")]
		{
			assert!(desk.answered(line, &cases).unwrap_err().contains(why), "{line}");
		}
		assert!(desk.answered(" ", &cases).unwrap().is_none() && desk.is_asking());
		desk.tidy(&cases);
		assert!(desk.is_asking());
		cases[0].round = 1;
		desk.tidy(&cases);
		assert!(!desk.is_asking());
		assert!(desk.answered("1 buyer", &cases).is_err());
	}

	#[test]
	fn a_vote_is_put_off_once_where_nobody_can_be_asked() {
		let mut desk = Desk::default();
		let cases = [seated(1, CasePhase::Commit), seated(2, CasePhase::Commit)];
		let early = CaseView { until: 1_000, ..seated(3, CasePhase::Commit) };
		let mut told = Vec::new();
		for case in &cases {
			assert_eq!(desk.voting(case, 110, &args()), Voting::PutOff);
			desk.put_off.insert((case.id, case.round));
			say_put_off(case, 110, false, &mut told).unwrap();
			assert_eq!(desk.voting(case, 110, &args()), Voting::Wait);
		}
		let told = String::from_utf8(told).unwrap();
		assert_eq!(told.lines().count(), 2);
		assert!(told.contains("souk dispute vote 2 --for"), "{told}");
		assert_eq!(desk.voting(&early, 110, &args()), Voting::Wait);
		assert_eq!(desk.voting(&early, 110, &Args { once: true, ..args() }), Voting::PutOff);
		let always = Args { vote: Some(Vote::Refuse), ..args() };
		assert_eq!(desk.voting(&cases[0], 110, &always), Voting::Cast(Ruling::Refused));
		// Whoever was asked has gone.
		desk.asked.insert((3, 0));
		assert_eq!(desk.voting(&early, 1_000, &args()), Voting::PutOff);
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
}
