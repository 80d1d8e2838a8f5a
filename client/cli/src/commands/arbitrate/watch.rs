//! The watch over cases, which nothing ends but an interruption, and what no waiting mends.
//!
//! ```text
//! read ── agenda ── each step, whatever became of the others ── wait: the next block, or a line
//!   ^ fails               fails: said                            fails │
//!   └──────────────── said, and a pause ───────────────────────────────┘
//! ```
//!
//! A watch that a lost connection or a full disk ended would miss the next reveal, and with it the stake of the seat. One that goes on
//! although it does not understand the chain misses it as well, and nobody is told.

use super::agenda::Step;
use crate::failure::Failure;
use souk_sdk::types::CaseView;
use std::convert::Infallible;

/// What it takes to keep watch.
pub(super) trait Watch {
	/// The newest final block's number, and all cases at it.
	async fn read(&mut self) -> Result<(u32, Vec<CaseView>), Failure>;

	/// What is to be done, in this order.
	fn agenda<'c>(&self, cases: &'c [CaseView]) -> Vec<Step<'c>>;

	/// Does one step.
	async fn work(&mut self, step: Step<'_>, cases: &[CaseView], block: u32) -> Result<(), Failure>;

	/// Waits until a block after this one is final, or until there is something else to be done.
	async fn wait(&mut self, block: u32) -> Result<(), Failure>;
}

/// What was seen in a round.
pub(super) struct Round {
	/// At this block.
	pub block: u32,
	/// All of them.
	pub cases: Vec<CaseView>,
	/// Of the first step that failed, if one has; of the first that no waiting mends before all others.
	pub failure: Option<Failure>,
}

/// Reads the cases, and does all that is to be done. No step is left out for one that failed before it: that may be about another case.
///
/// Errors: those of the reading.
pub(super) async fn round(watch: &mut impl Watch) -> Result<Round, Failure> {
	let (block, cases) = watch.read().await?;
	let mut first = None;
	for step in watch.agenda(&cases) {
		if let Err(failure) = watch.work(step, &cases, block).await {
			tracing::error!(%failure, "not done: {step}");
			first = Some(Failure::to_tell(first, failure));
		}
	}
	Ok(Round { block, cases, failure: first })
}

/// A round, and the wait for the next one.
///
/// Errors: those of the reading and of the waiting; of the steps those that do not pass, when all were taken.
pub(super) async fn turn(watch: &mut impl Watch) -> Result<Option<Infallible>, Failure> {
	let Round { block, failure, .. } = round(watch).await?;
	if let Some(failure) = failure.filter(|failure| !failure.passes) {
		return Err(failure);
	}
	watch.wait(block).await?;
	Ok(None)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::{
		arbitrate::{
			agenda::agenda,
			played::{committed, seated, GENESIS},
		},
		lasting::{last, Lasting},
	};
	use futures::FutureExt as _;
	use souk_custody::Account;
	use souk_sdk::{types::CasePhase, SdkError};
	use std::{collections::VecDeque, future::pending, time::Duration};

	/// A watch that sees what is written here, one after the other, and then nothing more.
	struct Script {
		reads: VecDeque<Result<(u32, Vec<CaseView>), Failure>>,
		waits: VecDeque<Result<(), Failure>>,
		fails: fn(&Step<'_>) -> Result<(), Failure>,
		happened: Vec<String>,
	}

	impl Watch for Script {
		async fn read(&mut self) -> Result<(u32, Vec<CaseView>), Failure> {
			match self.reads.pop_front() {
				Some(read) => read,
				None => pending().await,
			}
		}

		fn agenda<'c>(&self, cases: &'c [CaseView]) -> Vec<Step<'c>> {
			agenda(cases, &Account::from_uri("//Alice").unwrap(), &GENESIS, false)
		}

		async fn work(&mut self, step: Step<'_>, _: &[CaseView], _: u32) -> Result<(), Failure> {
			self.happened.push(step.to_string());
			(self.fails)(&step)
		}

		async fn wait(&mut self, block: u32) -> Result<(), Failure> {
			self.happened.push(format!("the wait after block {block}"));
			self.waits.pop_front().unwrap_or(Ok(()))
		}
	}

	impl Lasting for Script {
		type End = Infallible;

		async fn turn(&mut self) -> Result<Option<Infallible>, Failure> {
			turn(self).await
		}

		async fn pause(&mut self, pause: Duration) {
			self.happened.push(format!("a pause of {} s", pause.as_secs()));
		}
	}

	fn gone() -> Failure {
		Failure::unavailable("no node answered")
	}

	fn no_room(step: &Step<'_>) -> Failure {
		Failure::failed(format!("no room for {step}")).that_passes()
	}

	/// What the chain says is not what this program understands.
	fn strange(what: &str) -> Failure {
		SdkError::Incompatible { what: what.into(), reason: "it has another shape".into() }.into()
	}

	#[test]
	fn a_vote_is_revealed_whatever_went_wrong_since_it_was_sealed() {
		let mut script = Script {
			reads: VecDeque::from([
				Err(gone()),
				Ok((10, vec![committed(4, CasePhase::Commit)])),
				Ok((11, vec![seated(1, CasePhase::Commit), committed(4, CasePhase::Reveal)])),
				Err(gone()),
			]),
			// Finality stands still after block 10.
			waits: VecDeque::from([Err(gone())]),
			fails: |step| match step {
				Step::Look(_) => Err(no_room(step)),
				_ => Ok(()),
			},
			happened: Vec::new(),
		};
		assert!(last(&mut script).now_or_never().is_none(), "the watch has ended");
		let happened = [
			"a pause of 1 s",
			"what was answered",
			"the evidence of case 4",
			"the wait after block 10",
			"a pause of 2 s",
			"the reveal in case 4",
			"what was answered",
			"the evidence of case 1",
			"the evidence of case 4",
			"the vote on case 1",
			"the wait after block 11",
			"a pause of 1 s",
		];
		assert_eq!(script.happened, happened);
	}

	#[test]
	fn a_step_that_fails_keeps_no_other_from_being_done_and_the_first_is_told() {
		let all = [
			"the reveal in case 2",
			"the reveal in case 3",
			"what was answered",
			"the evidence of case 2",
			"the evidence of case 3",
		];
		let done = |fails: fn(&Step<'_>) -> Result<(), Failure>| {
			let cases = vec![committed(2, CasePhase::Reveal), committed(3, CasePhase::Reveal)];
			let reads = VecDeque::from([Ok((10, cases))]);
			let mut script = Script { reads, waits: VecDeque::new(), fails, happened: Vec::new() };
			let round = round(&mut script).now_or_never().expect("nothing waits in here").unwrap();
			assert_eq!((round.block, round.cases.len()), (10, 2));
			assert_eq!(script.happened, all);
			round.failure.map(|failure| failure.message)
		};
		assert_eq!(done(|_| Ok(())), None);
		assert_eq!(done(|step| Err(no_room(step))).as_deref(), Some("no room for the reveal in case 2"));
		let late = done(|step| match step {
			Step::Look(case) if case.id == 3 => Err(no_room(step)),
			_ => Ok(()),
		});
		assert_eq!(late.as_deref(), Some("no room for the evidence of case 3"));
	}

	#[test]
	fn what_no_waiting_mends_ends_the_watch_when_all_else_is_done() {
		let ended = |reads: [Result<(u32, Vec<CaseView>), Failure>; 2]| {
			let mut script = Script {
				reads: reads.into(),
				waits: VecDeque::new(),
				// A call that the chain has got in another shape, between steps that fail for a while.
				fails: |step| match step {
					Step::Reveal(case, ..) if case.id == 3 => Err(strange("Disputes.reveal_vote")),
					_ => Err(no_room(step)),
				},
				happened: Vec::new(),
			};
			let failure = last(&mut script).now_or_never().expect("nothing is waited for").unwrap_err();
			(failure.message, script.happened)
		};
		let cases = vec![committed(2, CasePhase::Reveal), committed(3, CasePhase::Reveal)];
		let (message, happened) = ended([Ok((10, cases)), Err(gone())]);
		assert_eq!(message, strange("Disputes.reveal_vote").message);
		let all = [
			"the reveal in case 2",
			"the reveal in case 3",
			"what was answered",
			"the evidence of case 2",
			"the evidence of case 3",
		];
		assert_eq!(happened, all, "nothing is left out, and no block is waited for");
		let (message, happened) = ended([Err(gone()), Err(strange("Disputes.cases"))]);
		assert_eq!(message, strange("Disputes.cases").message);
		assert_eq!(happened, ["a pause of 1 s"], "that of the trouble before it");
	}
}
