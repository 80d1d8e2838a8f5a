//! What is to be done at a block, and in which order.

use souk_custody::Account;
use souk_protocol::Digest;
use souk_sdk::{
	disputes,
	types::{CasePhase, CaseView, Ruling},
};
use std::fmt;

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

/// A part of what is done at a block.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
	/// Reveal what was committed to.
	Reveal(&'a CaseView, Ruling, [u8; 32]),
	/// Say that it cannot be revealed.
	Unknown(&'a CaseView),
	/// Hear what was answered.
	Hear,
	/// Open evidence, and pass its keys on.
	Look(&'a CaseView),
	/// Vote, or ask for a vote.
	Vote(&'a CaseView),
}

impl fmt::Display for Step<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Reveal(case, ..) | Self::Unknown(case) => write!(f, "the reveal in case {}", case.id),
			Self::Hear => f.write_str("what was answered"),
			Self::Look(case) => write!(f, "the evidence of case {}", case.id),
			Self::Vote(case) => write!(f, "the vote on case {}", case.id),
		}
	}
}

/// All that is done at a block, in this order. `always`: votes are the same every time, and nobody is asked.
///
/// Reveals come first: whatever else takes its time, they may not be late. Whoever votes as every time is not kept waiting by mailboxes.
pub(super) fn agenda<'a>(
	cases: &'a [CaseView],
	account: &Account,
	genesis: &Digest,
	always: bool,
) -> Vec<Step<'a>> {
	let (mut steps, mut votes) = (Vec::new(), Vec::new());
	for case in cases {
		match duty(case, account, genesis) {
			Some(Duty::Reveal(vote, salt)) => steps.push(Step::Reveal(case, vote, salt)),
			Some(Duty::Unknown) => steps.push(Step::Unknown(case)),
			Some(Duty::Vote) => votes.push(Step::Vote(case)),
			None => {}
		}
	}
	let looks = cases.iter().map(Step::Look);
	steps.push(Step::Hear);
	if always {
		steps.extend(votes);
		steps.extend(looks);
	} else {
		steps.extend(looks);
		steps.extend(votes);
	}
	steps
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::{
		arbitrate::played::{committed, seated, GENESIS},
		dispute::tests::case,
	};

	#[test]
	fn reveals_come_first_and_questions_last() {
		let alice = Account::from_uri("//Alice").unwrap();
		let cases = [
			seated(1, CasePhase::Commit),
			case(CasePhase::Commit),
			committed(2, CasePhase::Reveal),
			seated(3, CasePhase::Commit),
			committed(4, CasePhase::Reveal),
		];
		let order = |always| -> Vec<_> {
			let steps = agenda(&cases, &alice, &GENESIS, always);
			let step = |step: &Step<'_>| match step {
				Step::Reveal(case, Ruling::Seller, _) => format!("reveal {}", case.id),
				Step::Reveal(..) | Step::Unknown(_) => panic!("all were committed to here"),
				Step::Hear => "hear".into(),
				Step::Look(case) => format!("look {}", case.id),
				Step::Vote(case) => format!("vote {}", case.id),
			};
			steps.iter().map(step).collect()
		};
		let (first, looks) =
			(["reveal 2", "reveal 4", "hear"], ["look 1", "look 5", "look 2", "look 3", "look 4"]);
		let votes = ["vote 1", "vote 3"];
		assert_eq!(order(false), [&first[..], &looks[..], &votes[..]].concat());
		assert_eq!(order(true), [&first[..], &votes[..], &looks[..]].concat());
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
