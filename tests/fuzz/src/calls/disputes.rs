//! What arbitrators, sides and reviewers do. Votes are remembered, so that they can be revealed.

use super::{number, one, Deed, Memory};
use crate::{
	action::Action,
	cast::{self, arbitrator, mostly, person},
};
use pallet_disputes::{commitment, CaseId, CaseRecordOf, Cases, Juries, Jury, Phase};
use souk_primitives::reach::Ruling;
use souk_runtime::*;

type Call = pallet_disputes::Call<Runtime>;

const RULINGS: [Ruling; 3] = [Ruling::Buyer, Ruling::Seller, Ruling::Refused];

/// Calls of `pallet-disputes`.
pub fn deeds(action: Action, memory: &mut Memory) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		JoinPool { who, bond } => {
			let bond = Balance::from(bond) * 4 * SOUK;
			one(anybody(who), Call::join_pool { bond, key: [who | 1; 32] })
		}
		AddToPoolBond { who, amount } => {
			one(anybody(who), Call::bond_extra { amount: Balance::from(amount) * SOUK })
		}
		LeavePool { who } => one(anybody(who), Call::leave_pool {}),
		WithdrawPoolBond { who } => one(anybody(who), Call::withdraw {}),
		AnswerCase { who, case } => {
			let (case, record) = chosen(case);
			let other = record.map(|record| record.parties.of(record.opener.other()).clone());
			one(mostly(who, other), Call::answer { case })
		}
		ShowEvidence { who, case, hash } => {
			let (case, record) = chosen(case);
			let side =
				record.map(|record| if who % 2 == 0 { record.parties.buyer } else { record.parties.seller });
			one(mostly(who, side), Call::submit_evidence { case, hash: [hash; 32] })
		}
		Commit { juror, case, vote, how } => {
			let (case, record) = chosen(case);
			let (who, round, jury) = juror_of(juror, case, record.as_ref());
			if how % 16 == 15 {
				// Another's.
				let copied = jury.and_then(|jury| jury.jurors.iter().find_map(|juror| juror.commitment));
				return one(who, Call::commit_vote { case, commitment: copied.unwrap_or([how; 32]) });
			}
			one(who.clone(), commit(memory, case, round, who, RULINGS[usize::from(vote) % 3], how))
		}
		Reveal { juror, case, how } => {
			let (case, record) = chosen(case);
			let (who, round, _) = juror_of(juror, case, record.as_ref());
			let (vote, salt) = remembered(memory, case, round, &who);
			let salt = if how >= 240 { [0; 32] } else { salt };
			one(who, Call::reveal_vote { case, vote, salt })
		}
		JuryActs { case, votes } => {
			let (case, record) = chosen(case);
			let Some((record, jury)) = record.and_then(|record| {
				let jury = Juries::<Runtime>::get(case.to_be_bytes(), [record.round])?;
				Some((record, jury))
			}) else {
				return Some(Vec::new());
			};
			Some(jury_acts(memory, case, &record, &jury, votes))
		}
		Appeal { who, case } => {
			let (case, record) = chosen(case);
			let loser = record.map(|record| {
				let lost = record.verdict.and_then(|verdict| verdict.ruling.loser());
				record.parties.of(lost.unwrap_or(record.opener)).clone()
			});
			one(mostly(who, loser), Call::appeal { case })
		}
		RequestReview { who, case } => {
			one(anybody(who), Call::request_review { case: chosen(case).0, key: [who; 32] })
		}
		ApproveReview { juror, case, which } => {
			let (case, record) = chosen(case);
			let (who, ..) = juror_of(juror, case, record.as_ref());
			let asked: Vec<AccountId> = pallet_disputes::Reviews::<Runtime>::get(case.to_be_bytes())
				.into_iter()
				.map(|review| review.reviewer)
				.collect();
			let reviewer = cast::pick(which, &asked).unwrap_or_else(|| person(which));
			one(who, Call::approve_review { case, reviewer })
		}
		ExecuteCase { who, case } => one(person(who), Call::execute { case: chosen(case).0 }),
		_ => None,
	}
}

/// One of the five, or of the arbitrators.
fn anybody(byte: u8) -> AccountId {
	if byte < 100 {
		person(byte)
	} else {
		arbitrator(byte - 100)
	}
}

/// One of the cases that there are.
fn chosen(byte: u8) -> (CaseId, Option<CaseRecordOf<Runtime>>) {
	let mut known: Vec<CaseId> = Cases::<Runtime>::iter_keys().map(CaseId::from_be_bytes).collect();
	known.sort_unstable();
	let case = number(byte, known);
	(case, Cases::<Runtime>::get(case.to_be_bytes()))
}

/// One who sits on a case's jury, mostly, with its round.
fn juror_of(
	byte: u8,
	case: CaseId,
	record: Option<&CaseRecordOf<Runtime>>,
) -> (AccountId, u8, Option<Jury<AccountId>>) {
	let round = record.map_or(0, |record| record.round);
	let jury = Juries::<Runtime>::get(case.to_be_bytes(), [round]);
	let sitting: Vec<AccountId> =
		jury.iter().flat_map(|jury| jury.sitting().map(|juror| juror.who.clone())).collect();
	let who = if byte < 240 { cast::pick(byte, &sitting) } else { None };
	(who.unwrap_or_else(|| anybody(byte)), round, jury)
}

fn commit(memory: &mut Memory, case: CaseId, round: u8, who: AccountId, vote: Ruling, salt: u8) -> Call {
	let salt = [salt; 32];
	let commitment = commitment(case, round, &who, vote, &salt);
	// Who has committed already is not asked again.
	memory.votes.entry((case, round, who)).or_insert((vote, salt));
	Call::commit_vote { case, commitment }
}

fn remembered(memory: &Memory, case: CaseId, round: u8, who: &AccountId) -> (Ruling, [u8; 32]) {
	memory.votes.get(&(case, round, who.clone())).copied().unwrap_or((Ruling::Buyer, [1; 32]))
}

/// All who sit commit, or reveal: most of them for one ruling, and not all of them at all.
fn jury_acts(
	memory: &mut Memory,
	case: CaseId,
	record: &CaseRecordOf<Runtime>,
	jury: &Jury<AccountId>,
	votes: u8,
) -> Vec<Deed> {
	let ruling = RULINGS[usize::from(votes) % 3];
	let mut deeds = Vec::new();
	for (at, juror) in (0u8..).zip(jury.sitting()) {
		let who = juror.who.clone();
		// Two of eight bits leave one of eight out, or let them vote otherwise.
		let astray = votes >= 128 && at % 8 == votes % 8;
		let call = match record.phase {
			Phase::Commit if !(astray && votes >= 192) => {
				let vote = if astray { RULINGS[(usize::from(votes) + 1) % 3] } else { ruling };
				commit(memory, case, record.round, who.clone(), vote, at)
			}
			Phase::Reveal if !(astray && votes >= 224) => {
				let (vote, salt) = remembered(memory, case, record.round, &who);
				Call::reveal_vote { case, vote, salt }
			}
			_ => continue,
		};
		deeds.push((who, call.into()));
	}
	deeds
}
