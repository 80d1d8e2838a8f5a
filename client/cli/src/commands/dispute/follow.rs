//! `souk dispute follow`: a side stays with its case until it is over, says what happens, and passes keys on as they are wanted. Troubles
//! that pass do not end it: a jury that is drawn meanwhile could read nothing. What no waiting mends does, at once.

use super::{deliver, find, CaseRecord, SentRecord};
use crate::{
	commands::lasting::{last, Lasting},
	context::Context,
	failure::{Failure, Kind},
	output::Out,
};
use souk_custody::{format_account, Account, AccountId};
use souk_sdk::types::{CaseId, CasePhase, CaseView};
use std::{future::Future, time::Duration};

/// How long the next block may take before the command looks again.
const PATIENCE: Duration = Duration::from_secs(600);
/// Blocks after which the mailboxes are looked into although nothing has happened.
const LOOK_EVERY: u32 = 10;

/// What decides who may read, and what. As long as it stays the same there is little to pass on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readership {
	phase: CasePhase,
	evidence: usize,
	readers: Vec<(AccountId, [u8; 32])>,
}

impl Readership {
	/// Of a case at a block.
	pub fn of(case: &CaseView, block: u32) -> Self {
		Self { phase: case.phase, evidence: case.evidence.len(), readers: case.readers(block) }
	}
}

/// When the mailboxes are to be looked into again.
#[derive(Default)]
pub struct Rounds {
	last: Option<(Readership, u32)>,
}

impl Rounds {
	/// Whether it is time, at a block: something has changed, or nothing has for a while.
	pub fn are_due(&mut self, case: &CaseView, block: u32, every: u32) -> bool {
		let now = Readership::of(case, block);
		let due = match &self.last {
			Some((before, at)) => *before != now || block >= at.saturating_add(every),
			None => true,
		};
		if due {
			self.last = Some((now, block));
		}
		due
	}
}

/// Runs it.
pub async fn follow(id: CaseId, once: bool, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let me = ctx.account_id()?;
	if find(id, &view).await?.side_of(&me).is_none() {
		return Err(Failure::failed(format!(
			"only the sides of case {id} follow it, and {} is neither; a juror runs `souk arbitrate`",
			format_account(&me)
		)));
	}
	let account = ctx.account()?;
	let mut side = Side { id, account: &account, rounds: Rounds::default(), seen: None, ctx, out };
	if once {
		return side.look().await.map(drop);
	}
	last(&mut side).await
}

/// A side that stays with its case.
struct Side<'a> {
	id: CaseId,
	account: &'a Account,
	rounds: Rounds,
	/// The phase and the round that were said last.
	seen: Option<(CasePhase, u8)>,
	ctx: &'a Context,
	out: Out<'a>,
}

impl Side<'_> {
	/// Says what has happened, and passes on what is wanted. Returns the block, unless the case is over.
	async fn look(&mut self) -> Result<Option<u32>, Failure> {
		let (id, account, ctx) = (self.id, self.account, self.ctx);
		let view = ctx.view().await?;
		let block = view.head().number;
		let Some(case) = view.case(id).await? else {
			let line = serde_json::json!({ "event": "forgotten", "case": id });
			say(ctx, self.out, &line, "The case is forgotten")?;
			return Ok(None);
		};
		let goes_on = self.at(&case, block, deliver(id, account, ctx)).await?;
		Ok(goes_on.then_some(block))
	}

	/// The same at a block. Returns whether the case goes on.
	///
	/// Errors: those of the output, after keys were passed on: a jury waits for them, whoever reads here or not; those of the delivery that
	/// do not pass.
	async fn at(
		&mut self,
		case: &CaseView,
		block: u32,
		delivery: impl Future<Output = Result<SentRecord, Failure>>,
	) -> Result<bool, Failure> {
		let (id, ctx) = (self.id, self.ctx);
		let said = self.say_phase(case, block);
		if case.phase == CasePhase::Closed {
			return said.map(|()| false);
		}
		if !self.rounds.are_due(case, block, LOOK_EVERY) {
			return said.map(|()| true);
		}
		let told = match delivery.await {
			Ok(sent) => told(id, &sent, ctx, self.out),
			// Mailboxes and networks come back, and the case may be forgotten meanwhile.
			Err(failure) if failure.passes || failure.kind == Kind::NotFound => {
				tracing::warn!(case = id, %failure, "nothing was passed on");
				Ok(())
			}
			Err(failure) => return Err(failure),
		};
		said.and(told).map(|()| true)
	}

	/// Says what the case is at, once.
	fn say_phase(&mut self, case: &CaseView, block: u32) -> Result<(), Failure> {
		let (id, ctx) = (self.id, self.ctx);
		let record = CaseRecord::new(case);
		let state = (case.phase, case.round);
		if self.seen != Some(state) {
			let line =
				serde_json::json!({ "event": "phase", "case": id, "phase": record.phase, "block": block });
			let said =
				format!("Case {id}: {}, round {}; {}", record.phase, record.round, record.outlook(block));
			say(ctx, self.out, &line, &said)?;
			self.seen = Some(state);
		}
		Ok(())
	}
}

impl Lasting for Side<'_> {
	type End = ();

	async fn turn(&mut self) -> Result<Option<()>, Failure> {
		match self.look().await {
			Ok(Some(block)) => {
				self.ctx.chain().await?.reached(block.saturating_add(1), PATIENCE).await?;
				Ok(None)
			}
			Ok(None) => Ok(Some(())),
			// Whoever read the output has seen enough.
			Err(failure) if failure.is_closed_pipe() => Err(Failure { passes: false, ..failure }),
			Err(failure) => Err(failure),
		}
	}
}

fn told(id: CaseId, sent: &SentRecord, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	for problem in &sent.problems {
		tracing::info!(case = id, problem, "a mailbox");
	}
	if sent.keys == 0 {
		return Ok(());
	}
	let line = serde_json::json!({ "event": "passed_on", "case": id, "keys": sent.keys });
	say(ctx, out, &line, &format!("Case {id}: {} keys passed on", sent.keys))
}

fn say(ctx: &Context, out: Out<'_>, line: &serde_json::Value, said: &str) -> Result<(), Failure> {
	if ctx.json {
		writeln!(out, "{line}")?;
	} else {
		writeln!(out, "{said}.")?;
	}
	out.flush()?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{commands::dispute::tests::case, context::tests::offline};
	use souk_sdk::SdkError;
	use std::io::ErrorKind;

	/// Output that cannot be written.
	struct Broken(ErrorKind);

	impl std::io::Write for Broken {
		fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
			Err(self.0.into())
		}

		fn flush(&mut self) -> std::io::Result<()> {
			Ok(())
		}
	}

	#[tokio::test]
	async fn keys_are_passed_on_while_nothing_can_be_said() {
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		let (ctx, case) = (offline(dir.path()), case(CasePhase::Evidence));
		for (kind, is_closed) in [(ErrorKind::StorageFull, false), (ErrorKind::BrokenPipe, true)] {
			let (mut broken, mut passed_on) = (Broken(kind), 0);
			let rounds = Rounds::default();
			let mut side =
				Side { id: case.id, account: &alice, rounds, seen: None, ctx: &ctx, out: &mut broken };
			for block in [50, 51, 50 + LOOK_EVERY] {
				let delivery = async {
					passed_on += 1;
					Ok::<_, Failure>(SentRecord { keys: 1, ..SentRecord::default() })
				};
				let failure = side.at(&case, block, delivery).await.unwrap_err();
				assert_eq!((failure.is_closed_pipe(), side.seen), (is_closed, None));
			}
			assert_eq!(passed_on, 2, "at first, and a while later");
		}
	}

	async fn gone() -> Result<SentRecord, Failure> {
		Err(Failure::unavailable("no node answered"))
	}

	/// The case is not on the chain any more.
	async fn forgotten() -> Result<SentRecord, Failure> {
		Err(SdkError::CaseNotFound { case: 5 }.into())
	}

	/// What the chain says is not what this program understands.
	async fn strange() -> Result<SentRecord, Failure> {
		Err(SdkError::Incompatible { what: "Curation.nodes".into(), reason: "it has another shape".into() }
			.into())
	}

	#[tokio::test]
	async fn a_chain_of_another_version_ends_it_and_what_passes_does_not() {
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		let (ctx, case, mut out) = (offline(dir.path()), case(CasePhase::Evidence), Vec::new());
		let rounds = Rounds::default();
		let mut side = Side { id: case.id, account: &alice, rounds, seen: None, ctx: &ctx, out: &mut out };
		assert_eq!(side.at(&case, 50, gone()).await, Ok(true));
		assert_eq!(side.at(&case, 50 + LOOK_EVERY, forgotten()).await, Ok(true));
		let failure = side.at(&case, 50 + 2 * LOOK_EVERY, strange()).await.unwrap_err();
		assert!(!failure.passes && failure.message.contains("different versions"), "{failure}");
	}

	async fn never() -> Result<SentRecord, Failure> {
		panic!("the case is over")
	}

	#[tokio::test]
	async fn what_happens_is_said_once_and_nothing_is_passed_on_when_it_is_over() {
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		let (ctx, mut case, mut out) = (offline(dir.path()), case(CasePhase::Evidence), Vec::new());
		let rounds = Rounds::default();
		let mut side = Side { id: case.id, account: &alice, rounds, seen: None, ctx: &ctx, out: &mut out };
		assert_eq!(side.at(&case, 50, gone()).await, Ok(true));
		assert_eq!(side.at(&case, 51, gone()).await, Ok(true));
		case.phase = CasePhase::Closed;
		assert_eq!(side.at(&case, 52, never()).await, Ok(false));
		assert_eq!(String::from_utf8(out).unwrap().lines().count(), 2);
	}

	#[test]
	fn the_mailboxes_are_looked_into_when_somebody_new_may_read() {
		let mut rounds = Rounds::default();
		let mut seen = case(CasePhase::Evidence);
		assert!(rounds.are_due(&seen, 50, 20));
		assert!(!rounds.are_due(&seen, 51, 20));
		seen.keys.push((seen.juries[0].jurors[0].who, [7; 32]));
		assert!(rounds.are_due(&seen, 52, 20), "a juror has a key");
		assert!(!rounds.are_due(&seen, 53, 20));
		assert!(rounds.are_due(&seen, 72, 20), "a while later");
	}
}
