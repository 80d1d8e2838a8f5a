//! What an arbitrator has at hand of its cases, and each step of its work on them.

use super::{
	agenda::Step,
	files::{ready, CaseFiles, LOOK_EVERY},
	lines::Lines,
	question::{answer, ask, say_put_off, to_stderr},
	say, Args, Juror,
};
use crate::{
	commands::dispute::{commit, courier, gathered, vote_name, write_all},
	failure::{Failure, Kind},
	output::Out,
};
use souk_sdk::{
	calls,
	types::{CaseId, CasePhase, CaseView, Ruling},
	Call, SdkError,
};
use std::collections::{BTreeMap, BTreeSet};

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
pub(super) struct Desk {
	pub(super) lines: Lines,
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

impl Desk {
	/// An empty one, whose questions are answered in these lines.
	pub(super) fn new(lines: Lines) -> Self {
		Self { lines, ..Self::default() }
	}

	/// Forgets what is over.
	pub(super) fn tidy(&mut self, cases: &[CaseView]) {
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
	pub(super) fn is_asking(&self) -> bool {
		!self.asked.is_empty() && self.lines.can_be_asked()
	}

	/// Does one step.
	pub(super) async fn work(
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
			// Mailboxes and networks come back, and a case may be forgotten meanwhile.
			Err(failure) if failure.passes || failure.kind == Kind::NotFound => {
				tracing::warn!(case = case.id, %failure, "its evidence was not looked for");
				return Ok(());
			}
			Err(failure) => return Err(failure),
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
	/// Errors: that of the first vote that could not be sent, of those that do not pass before all others; after all were heard.
	pub(super) async fn hear(
		&mut self,
		cases: &[CaseView],
		juror: &Juror<'_>,
		out: Out<'_>,
	) -> Result<(), Failure> {
		let mut first = None;
		while let Some(line) = self.lines.take() {
			match self.answered(&line, cases) {
				Ok(Some((case, vote))) => {
					if let Err(failure) = self.cast(case, vote, juror, out).await {
						tracing::warn!(case = case.id, %failure, "the vote was not sent");
						first = Some(Failure::to_tell(first, failure));
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
	match error {
		SdkError::Dispatch { .. } => {
			tracing::warn!(case = id, %error, "not done");
			Ok(())
		}
		// Somebody may send money, or switch the call on again, before it is too late.
		SdkError::CannotPay { .. } | SdkError::Invalid { .. } => Err(Failure::from(error).that_passes()),
		error => Err(error.into()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		commands::{
			arbitrate::{
				lines::tests::sent,
				played::{args, seated, GENESIS},
				PATIENCE,
			},
			dispute::Vote,
		},
		context::tests::offline,
	};
	use souk_custody::Account;

	#[test]
	fn a_question_is_asked_once_and_nothing_waits_for_its_answer() {
		let (to, lines) = sent();
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
		let (_to, lines) = sent();
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
		let (to, lines) = sent();
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
			let failure = unless_decided(error, 1).unwrap_err();
			assert_eq!((failure.message, failure.passes), (said, true));
		}
		let strange = SdkError::Incompatible { what: call(), reason: "it has another argument".into() };
		assert!(!unless_decided(strange, 1).unwrap_err().passes, "no waiting mends it");
	}

	#[tokio::test]
	async fn the_search_for_evidence_says_what_no_waiting_mends() {
		let (alice, dir) = (Account::from_uri("//Alice").unwrap(), tempfile::tempdir().unwrap());
		let (args, ctx) = (args(), offline(dir.path()));
		std::fs::write(ctx.home.chain_spec(), "no specification").unwrap();
		let juror = Juror { account: &alice, genesis: GENESIS, args: &args, ctx: &ctx };
		let case = seated(1, CasePhase::Commit);
		let failure = Desk::default().look(&case, 50, &juror, &mut Vec::new()).await.unwrap_err();
		assert!(failure.message.contains("no chain specification"), "{failure}");
	}

	#[test]
	fn an_answer_is_to_the_case_and_the_round_that_was_asked_about() {
		let (_to, lines) = sent();
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
}
