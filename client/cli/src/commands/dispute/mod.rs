//! `souk dispute`: an order that one side does not agree with, from its case's opening to the ruling.
//!
//! ```text
//! open ── answer (the other side) ── evidence (both) ── a jury is drawn ── vote, reveal (jurors) ── ruling
//!   └── no answer in time ─> lost              ^                                                       │
//!                                              └───────────────────── appeal (who lost) ───────────────┘
//! ```

mod evidence;
mod follow;
mod record;

pub use evidence::{
	courier, deliver, deliver_after, gathered, records, sealed, write_all, PieceRecord, SentRecord,
};
pub use follow::Rounds;
pub use record::{vote_name, CaseRecord};

use crate::{
	amount::Amount,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use souk_custody::{format_account, Account, AccountId};
use souk_protocol::Digest;
use souk_sdk::{
	calls, disputes,
	types::{CaseId, CasePhase, CaseView, Party, Ruling},
	Call, SdkError, View,
};
use std::path::{Path, PathBuf};

/// What can be voted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Vote {
	/// The buyer gets back what is disputed
	Buyer,
	/// The seller is paid
	Seller,
	/// It is divided
	Refuse,
}

impl From<Vote> for Ruling {
	fn from(vote: Vote) -> Self {
		match vote {
			Vote::Buyer => Self::Buyer,
			Vote::Seller => Self::Seller,
			Vote::Refuse => Self::Refused,
		}
	}
}

/// `souk dispute …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say that one does not agree with an order: a jury rules on it, where one can be drawn
	Open {
		/// The order's number
		order: u64,
		/// File that shows why: sealed for the other side and the jury; its hash goes on chain
		#[arg(long, value_name = "FILE")]
		evidence: PathBuf,
	},
	/// Post the fee of a case that the other side has opened; who does not in time has lost
	Answer {
		/// The case's number
		case: u64,
	},
	/// Show more, before the jury is drawn: sealed for the other side and the jury; the hash goes on chain
	Evidence {
		/// The case's number
		case: u64,
		/// The file
		file: PathBuf,
	},
	/// Fetch and open the evidence, as a side, a juror, or a reviewer who was let in
	Read {
		/// The case's number
		case: u64,
		/// Where to write it [default: case-<number>]
		#[arg(long, value_name = "DIR")]
		out: Option<PathBuf>,
	},
	/// Leave evidence at mailboxes that lack it, and pass its keys on to jurors, and to who was let in
	Share {
		/// The case's number
		case: u64,
	},
	/// Stay with one's case until it is over, and pass keys on as they are wanted
	Follow {
		/// The case's number
		case: u64,
		/// Do what is to be done now, and end
		#[arg(long)]
		once: bool,
	},
	/// Cases that one has a part in
	List {
		/// All of them
		#[arg(long)]
		all: bool,
	},
	/// Everything about a case
	Show {
		/// Its number
		case: u64,
		/// The number is the order's
		#[arg(long)]
		order: bool,
		/// Ask the mailboxes who can read the evidence, as somebody who may
		#[arg(long)]
		readers: bool,
	},
	/// Vote, as a juror: sealed until everybody has
	Vote {
		/// The case's number
		case: u64,
		/// For what
		#[arg(long = "for", value_name = "RULING")]
		ruling: Vote,
	},
	/// Reveal one's vote, once it is time
	Reveal {
		/// The case's number
		case: u64,
	},
	/// Take a ruling that one has lost by to a larger jury
	Appeal {
		/// The case's number
		case: u64,
	},
	/// Ask, from outside, to see the evidence of a case
	Review {
		/// The case's number
		case: u64,
	},
	/// Approve, as a juror, of somebody who asks to see the evidence; two have to
	Approve {
		/// The case's number
		case: u64,
		/// Who asks; address or key name
		reviewer: String,
	},
	/// Have done what is due, without waiting for the chain's turn
	Claim {
		/// The case's number
		case: u64,
	},
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::Open { order, evidence } => open(order, &evidence, ctx, out).await,
		Command::Read { case, out: dir } => evidence::read(case, dir, ctx, out).await,
		Command::Share { case } => evidence::share(case, ctx, out).await,
		Command::Follow { case, once } => follow::follow(case, once, ctx, out).await,
		Command::List { all } => list(all, ctx, out).await,
		Command::Show { case, order, readers } => show(case, order, readers, ctx, out).await,
		command => change(command, ctx, out).await,
	}
}

/// A case that is on the chain.
pub async fn find(id: CaseId, view: &View) -> Result<CaseView, Failure> {
	Ok(view.case(id).await?.ok_or(SdkError::CaseNotFound { case: id })?)
}

async fn open(order: u64, evidence: &Path, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let settings = view.dispute_settings().await?;
	let seats = settings.juries.first().copied().unwrap_or(0);
	let fee = native(settings.terms.juror_fee.saturating_mul(seats.into()));
	// Where no jury can be drawn, nobody pays one.
	if view.pool_size().await? >= seats {
		ctx.require_funds(ctx.account_id()?, &fee, "the jury's fee").await?;
	}
	let account = ctx.account()?;
	let evidence = sealed(order, evidence, &account, ctx).await?;
	let step = ctx.progress.step("disputing, waiting until it is final");
	let done = ctx.chain().await?.submit(&account, calls::dispute(order, evidence)).await?;
	drop(step);
	let said = format!("Order {order} is disputed");
	let read = async {
		let after = ctx.view_from(done.block).await?;
		let case = after.case_about(order).await?.map(|case| CaseRecord::new(&case));
		Ok::<_, Failure>((after, case))
	};
	let (after, case) = read.await.map_err(|failure| failure.after(&said, &done))?;
	let sent = match &case {
		Some(case) => Some(deliver_after(case.case, &account, ctx).await),
		None => None,
	};
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"order": order, "case": case, "fee": native(done.fee), "block": done.block,
				"extrinsic": hex(done.extrinsic_hash), "mailboxes": sent,
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	match case {
		Some(case) => {
			case.describe(after.head().number, out)?;
			sent.unwrap_or_default().describe(case.case, out)?;
			stay(case.case, out)?;
		}
		None => writeln!(
			out,
			"No jury can be drawn for it: governance may rule, and `souk order show {order}` says until when."
		)?,
	}
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

/// The jury is drawn later: somebody has to pass the keys on then.
fn stay(case: CaseId, out: Out<'_>) -> Result<(), Failure> {
	writeln!(
		out,
		"Keep `souk dispute follow {case}` running until it is ruled on: it passes the evidence's keys on to whoever is drawn."
	)?;
	Ok(())
}

async fn list(all: bool, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let me = if all { None } else { Some(ctx.account_id()?) };
	let has_part = |case: &CaseView, me: &AccountId| {
		let sits = case.juries.iter().any(|jury| jury.jurors.iter().any(|juror| juror.who == *me));
		sits || case.side_of(me).is_some()
	};
	let mut cases = view.all_cases().await?;
	cases.retain(|case| me.is_none_or(|me| has_part(case, &me)));
	let (block, records) = (view.head().number, cases.iter().map(CaseRecord::new).collect::<Vec<_>>());
	if ctx.json {
		return output::json(out, &serde_json::json!({ "block": block, "cases": records }));
	}
	if records.is_empty() {
		writeln!(out, "No cases. `souk dispute open <order> --evidence <file>` opens one.")?;
		return Ok(());
	}
	let rows = records.iter().map(|record| {
		vec![
			record.case.to_string(),
			record.order.to_string(),
			record.phase.to_owned(),
			record.ruling().to_owned(),
			record.outlook(block),
		]
	});
	output::table(out, ctx.screen.width, &["case", "order", "phase", "ruling", "outlook"], rows.collect())
}

async fn show(number: u64, order: bool, readers: bool, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let case = match order {
		false => find(number, &view).await?,
		true => view
			.case_about(number)
			.await?
			.ok_or_else(|| Failure::not_found(format!("there is no case about order {number}")))?,
	};
	let record = CaseRecord::new(&case);
	let block = view.head().number;
	let pieces = match readers {
		true => Some(readable(case.id, ctx).await?),
		false => None,
	};
	if ctx.json {
		return output::json(out, &serde_json::json!({ "block": block, "case": record, "evidence": pieces }));
	}
	record.describe(block, out)?;
	pieces.unwrap_or_default().iter().try_for_each(|piece| piece.describe_readers(out))
}

/// Who can read the evidence of a case, as far as the mailboxes say.
async fn readable(id: CaseId, ctx: &Context) -> Result<Vec<PieceRecord>, Failure> {
	let courier = courier(&ctx.account()?, ctx).await?;
	let step = ctx.progress.step("asking the mailboxes");
	let (case, gathered, _) = gathered(id, &courier, ctx).await?;
	drop(step);
	Ok(records(&case, &gathered))
}

fn number(command: &Command) -> CaseId {
	match command {
		Command::Answer { case }
		| Command::Evidence { case, .. }
		| Command::Show { case, .. }
		| Command::Vote { case, .. }
		| Command::Reveal { case }
		| Command::Appeal { case }
		| Command::Review { case }
		| Command::Approve { case, .. }
		| Command::Claim { case } => *case,
		Command::Open { .. }
		| Command::List { .. }
		| Command::Read { .. }
		| Command::Share { .. }
		| Command::Follow { .. } => unreachable!("these are run elsewhere"),
	}
}

async fn change(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let id = number(&command);
	let view = ctx.view().await?;
	let case = find(id, &view).await?;
	let me = ctx.account_id()?;
	let settings = view.dispute_settings().await?;
	if let Some(fee) = posted(&command, &case, &settings.juries) {
		ctx.require_funds(me, &fee, "the jury's fee").await?;
	}
	let account = ctx.account()?;
	let (call, said) = call(&command, &case, &account, ctx).await?;
	let step = ctx.progress.step(format!("{call}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let read = async {
		let after = ctx.view_from(done.block).await?;
		let record = after.case(id).await?.map(|case| CaseRecord::new(&case));
		Ok::<_, Failure>((after, record))
	};
	let (after, record) = read.await.map_err(|failure| failure.after(&said, &done))?;
	// Evidence that was shown is left at the mailboxes; who answers says where to write to, and who approves passes the keys on.
	let sent = match &command {
		Command::Evidence { .. } | Command::Answer { .. } | Command::Approve { .. } => {
			Some(deliver_after(id, &account, ctx).await)
		}
		_ => None,
	};
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"case": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
				"mailboxes": sent,
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	match record {
		Some(record) => record.describe(after.head().number, out)?,
		None => writeln!(out, "The case is forgotten; all deposits are free again.")?,
	}
	if let Some(sent) = sent {
		sent.describe(id, out)?;
		if matches!(command, Command::Evidence { .. } | Command::Answer { .. }) {
			stay(id, out)?;
		}
	}
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

/// What a command has to post for a jury.
fn posted(command: &Command, case: &CaseView, juries: &[u32]) -> Option<Amount> {
	let round = match command {
		Command::Answer { .. } => 0,
		Command::Appeal { .. } => usize::from(case.round) + 1,
		_ => return None,
	};
	let seats = juries.get(round).copied()?;
	Some(native(case.terms.juror_fee.saturating_mul(seats.into())))
}

/// The call of a command and what it does. Money and rights are the chain's to check; what is said here saves a fee.
async fn call(
	command: &Command,
	case: &CaseView,
	account: &Account,
	ctx: &Context,
) -> Result<(Call, String), Failure> {
	let (id, me) = (case.id, account.id());
	if let Some(refused) = refusal(command, case, &me) {
		return Err(Failure::failed(refused));
	}
	Ok(match command {
		Command::Answer { .. } => (calls::disputes_answer(id), format!("Case {id} is answered")),
		Command::Evidence { file, .. } => {
			let hash = sealed(case.order, file, account, ctx).await?;
			(calls::disputes_submit_evidence(id, hash), format!("Case {id}: evidence {} is shown", hex(hash)))
		}
		Command::Vote { ruling, .. } => {
			let genesis = ctx.chain().await?.genesis();
			let call = commit(account, &genesis, case, (*ruling).into());
			(call, format!("Case {id}: voted; `souk dispute reveal {id}` reveals it once everybody has"))
		}
		Command::Reveal { .. } => {
			let genesis = ctx.chain().await?.genesis();
			let (vote, salt) = disputes::committed(account, &genesis, case).ok_or_else(|| {
				Failure::failed(format!("what was committed to in case {id} was not made by this command"))
			})?;
			let said = format!("Case {id}: the vote {} is revealed", vote_name(vote));
			(calls::disputes_reveal_vote(id, vote, salt), said)
		}
		Command::Appeal { .. } => (calls::disputes_appeal(id), format!("Case {id} goes to a larger jury")),
		Command::Review { .. } => {
			let key = account.encryption_secret().public();
			(calls::disputes_request_review(id, key), format!("Asked to see the evidence of case {id}"))
		}
		Command::Approve { reviewer, .. } => {
			let reviewer = ctx.resolve_account(reviewer)?;
			let said = format!("Case {id}: {} is approved of", format_account(&reviewer));
			(calls::disputes_approve_review(id, reviewer), said)
		}
		Command::Claim { .. } => (calls::disputes_execute(id), format!("Case {id}: what was due is done")),
		Command::Open { .. }
		| Command::List { .. }
		| Command::Show { .. }
		| Command::Read { .. }
		| Command::Share { .. }
		| Command::Follow { .. } => {
			unreachable!("these are run elsewhere")
		}
	})
}

/// The commitment to a vote of the account that acts.
pub fn commit(account: &Account, genesis: &Digest, case: &CaseView, vote: Ruling) -> Call {
	let salt = disputes::salt(account, genesis, case.id, case.round);
	let commitment = disputes::commitment(case.id, case.round, &account.id(), vote, &salt);
	calls::disputes_commit_vote(case.id, commitment)
}

/// Why a command cannot be done, where that can be seen from here.
fn refusal(command: &Command, case: &CaseView, me: &AccountId) -> Option<String> {
	let id = case.id;
	let juror = case.seat_of(me);
	let phase = |wanted: CasePhase, what: &str| {
		(case.phase != wanted).then(|| {
			format!("it is not time to {what} in case {id}; `souk dispute show {id}` says what it waits for")
		})
	};
	let no_juror = || format!("{} does not sit on the present jury of case {id}", format_account(me));
	match command {
		Command::Answer { .. } => phase(CasePhase::Opened, "answer").or_else(|| {
			let other = match case.opener {
				Party::Buyer => &case.seller,
				Party::Seller => &case.buyer,
			};
			(other != me).then(|| format!("only {} answers case {id}", format_account(other)))
		}),
		Command::Evidence { .. } => {
			case.side_of(me).is_none().then(|| format!("only the sides of case {id} show evidence"))
		}
		Command::Vote { .. } => phase(CasePhase::Commit, "vote").or_else(|| match juror {
			None => Some(no_juror()),
			Some(juror) if juror.commitment.is_some() => {
				Some(format!("you have voted in case {id}; a vote is final"))
			}
			Some(_) => None,
		}),
		Command::Reveal { .. } => phase(CasePhase::Reveal, "reveal").or_else(|| match juror {
			None => Some(no_juror()),
			Some(juror) if juror.vote.is_some() => {
				Some(format!("your vote in case {id} is revealed already"))
			}
			Some(_) => None,
		}),
		Command::Appeal { .. } => phase(CasePhase::Appeal, "appeal").or_else(|| match case.side_of(me) {
			None => Some(format!("only the sides of case {id} appeal")),
			Some(side) => case
				.loser()
				.filter(|loser| *loser != side)
				.map(|_| format!("you have not lost case {id}; only who has lost appeals")),
		}),
		_ => None,
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use souk_sdk::types::{CaseTerms, JurorView, JuryView, PartyAmounts, RoundVerdict};

	const BUYER: AccountId = [1; 32];
	const SELLER: AccountId = [2; 32];
	const JUROR: AccountId = [3; 32];

	pub(in crate::commands) fn case(phase: CasePhase) -> CaseView {
		let juror = JurorView { who: JUROR, commitment: None, vote: None, replaced: false };
		CaseView {
			id: 5,
			order: 7,
			listing: 3,
			buyer: BUYER,
			seller: SELLER,
			opener: Party::Buyer,
			terms: CaseTerms {
				juror_fee: 2_000_000_000_000,
				juror_stake: 20_000_000_000_000,
				incoherent_fine: 500_000,
				response_time: 1,
				evidence_time: 1,
				draw_timeout: 1,
				commit_time: 1,
				reveal_time: 1,
				appeal_time: 1,
			},
			opened_at: 10,
			phase,
			until: 110,
			round: 0,
			fees: PartyAmounts { buyer: 6_000_000_000_000, seller: 0 },
			deposits: PartyAmounts { buyer: 1, seller: 0 },
			verdict: Some(RoundVerdict { ruling: Ruling::Buyer, decided: true }),
			ended: None,
			juries: vec![JuryView { seats: 3, jurors: vec![juror], verdict: None }],
			keys: vec![],
			evidence: vec![],
			reviews: vec![],
		}
	}

	fn refused(command: Command, phase: CasePhase, me: AccountId) -> String {
		refusal(&command, &case(phase), &me).unwrap_or_default()
	}

	#[test]
	fn each_does_what_is_theirs_when_it_is_time() {
		use Command::*;
		assert_eq!(refused(Answer { case: 5 }, CasePhase::Opened, SELLER), "");
		assert!(refused(Answer { case: 5 }, CasePhase::Opened, BUYER).starts_with("only "));
		assert!(refused(Answer { case: 5 }, CasePhase::Evidence, SELLER).contains("not time to answer"));
		let vote = || Vote { case: 5, ruling: super::Vote::Buyer };
		assert_eq!(refused(vote(), CasePhase::Commit, JUROR), "");
		assert!(refused(vote(), CasePhase::Commit, BUYER).contains("does not sit"));
		assert!(refused(vote(), CasePhase::Reveal, JUROR).contains("not time to vote"));
		assert_eq!(refused(Appeal { case: 5 }, CasePhase::Appeal, SELLER), "");
		assert!(refused(Appeal { case: 5 }, CasePhase::Appeal, BUYER).contains("have not lost"));
		assert!(refused(Appeal { case: 5 }, CasePhase::Appeal, JUROR).contains("only the sides"));
	}

	#[test]
	fn a_jury_is_paid_for_in_advance() {
		let case = case(CasePhase::Appeal);
		let units = |command| posted(&command, &case, &[3, 7, 15]).map(|fee| fee.units / 1_000_000_000_000);
		assert_eq!(units(Command::Answer { case: 5 }), Some(6));
		assert_eq!(units(Command::Appeal { case: 5 }), Some(14));
		assert_eq!(units(Command::Reveal { case: 5 }), None);
	}

	#[test]
	fn a_vote_is_found_again_without_having_been_stored() {
		let alice = Account::from_uri("//Alice").unwrap();
		let mut case = case(CasePhase::Commit);
		case.juries[0].jurors[0].who = alice.id();
		assert_eq!(disputes::committed(&alice, &[9; 32], &case), None);
		let salt = disputes::salt(&alice, &[9; 32], case.id, 0);
		let sealed = disputes::commitment(case.id, 0, &alice.id(), Ruling::Seller, &salt);
		case.juries[0].jurors[0].commitment = Some(sealed);
		assert_eq!(disputes::committed(&alice, &[9; 32], &case), Some((Ruling::Seller, salt)));
		assert_eq!(disputes::committed(&alice, &[8; 32], &case), None);
		assert_eq!(commit(&alice, &[9; 32], &case, Ruling::Seller), calls::disputes_commit_vote(5, sealed));
	}
}
