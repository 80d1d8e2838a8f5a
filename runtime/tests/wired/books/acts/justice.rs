//! What people do who rule, report, and are asked whether they still have what they keep.

use super::*;
use codec::Encode;
use pallet_disputes::{commitment, CaseRecordOf, Cases, Juries, LeavingPool, Phase, Pool};
use pallet_stakes::{announcement, Challenges};
use souk_primitives::{reach::Ruling, ListingId};
use souk_proof_primitives::{
	attestation::{Attestation, Outcome, SignedAttestation},
	submission::{SignedSubmission, Submission},
};

type Disputes_ = pallet_disputes::Call<Runtime>;
type Stakes_ = pallet_stakes::Call<Runtime>;

const RULINGS: [Ruling; 3] = [Ruling::Buyer, Ruling::Seller, Ruling::Refused];
const SALT: [u8; 32] = [5; 32];

/// Whether there are cases, and nothing can be done for any of them but to wait.
pub fn cases_wait() -> bool {
	let mut phases =
		Cases::<Runtime>::iter_values().filter(|record| record.is_open()).map(|record| record.phase);
	phases.next().is_some_and(waits) && phases.all(waits)
}

fn waits(phase: Phase) -> bool {
	matches!(phase, Phase::Evidence | Phase::Drawing)
}

/// What a juror does who sits in the seat with that number, on a jury of some kind: the vote, whether it is committed to, and whether it is
/// revealed.
fn vote(jury: usize, seat: usize, replaces: bool) -> (Ruling, bool, bool) {
	let ruling = |of: usize| RULINGS[of % RULINGS.len()];
	let (common, third) = (jury / 10, seat % 3);
	match jury % 10 {
		0 | 1 => (ruling(common), true, true),
		// Every third has another opinion.
		2 | 3 => (ruling(common + usize::from(third == 2)), true, true),
		// Everybody has their own.
		4 => (ruling(common + seat), true, true),
		// Every third does not appear.
		5 | 6 => (ruling(common), replaces || third != 1, true),
		// Every third does not reveal, or all but those.
		7 => (ruling(common), true, third != 1),
		8 => (ruling(common), true, third == 1),
		// Nobody appears, and of those who replace them every third does.
		_ => (ruling(common), replaces && third == 0, true),
	}
}

impl Step {
	/// What comes next: the other side answers, somebody shows something, a jury commits or reveals, who has lost appeals.
	pub(super) fn go_on_with_case(&self, memory: &mut Memory) -> Vec<Deed> {
		let mut open: Vec<_> = Cases::<Runtime>::iter().filter(|(_, record)| record.is_open()).collect();
		open.sort_by_key(|(case, _)| *case);
		// Mostly one that waits for somebody.
		let any = self.who.is_multiple_of(8);
		let such: Vec<_> = open.iter().filter(|(_, record)| any || !waits(record.phase)).cloned().collect();
		let Some((key, record)) = pick(self.which, &such).or_else(|| pick(self.which, &open)) else {
			return Vec::new();
		};
		let case = CaseId::from_be_bytes(key);
		let by = |side| who(record.parties.of(side));
		let evidence = || Disputes_::submit_evidence { case, hash: [self.how as u8; 32] };
		match record.phase {
			// One in eight never answers.
			Phase::Opened if case % 8 == 7 => vec![Deed::new(by(record.opener), evidence())],
			Phase::Opened => {
				vec![Deed::new(self.mostly(by(record.opener.other())), Disputes_::answer { case })]
			}
			Phase::Evidence | Phase::Drawing => {
				vec![Deed::new([CURATOR, by(record.opener)][self.how % 2], evidence())]
			}
			Phase::Commit | Phase::Reveal => self.jury(case, &record, memory),
			Phase::Appeal if !self.how.is_multiple_of(5) => {
				let lost = record.verdict.and_then(|verdict| verdict.ruling.loser());
				let by = by(lost.unwrap_or(record.opener));
				vec![Deed::new(self.mostly(by), Disputes_::appeal { case })]
			}
			Phase::Appeal | Phase::Closed => Vec::new(),
		}
	}

	/// All who sit commit, or reveal, as juries of the kind do; now and then every other one only, or somebody shows another vote first.
	fn jury(&self, case: CaseId, record: &CaseRecordOf<Runtime>, memory: &mut Memory) -> Vec<Deed> {
		let round = record.round;
		let Some(jury) = Juries::<Runtime>::get(case.to_be_bytes(), [round]) else { return Vec::new() };
		let like = *memory.juries.entry((case, round)).or_insert(self.how);
		let mut deeds = Vec::new();
		for (seat, juror) in jury.jurors.iter().enumerate().filter(|(_, juror)| !juror.replaced) {
			if self.how % 7 == 6 && seat % 2 == 1 {
				continue;
			}
			let by = who(&juror.who);
			let (vote, commits, reveals) = vote(like, seat, seat >= jury.seats as usize);
			if record.phase == Phase::Commit && commits && juror.commitment.is_none() {
				let commitment = commitment(case, round, &juror.who, vote, &SALT);
				deeds.push(Deed::new(by, Disputes_::commit_vote { case, commitment }));
			}
			if record.phase == Phase::Reveal && reveals && juror.commitment.is_some() && juror.vote.is_none()
			{
				let mut reveal =
					|vote| deeds.push(Deed::new(by, Disputes_::reveal_vote { case, vote, salt: SALT }));
				if self.how % 9 == 8 {
					RULINGS.into_iter().filter(|another| *another != vote).for_each(&mut reveal);
				}
				reveal(vote);
			}
		}
		deeds
	}

	/// Somebody from outside wants to see a case that has had a jury, or a juror lets them; or nobody can wait, though nothing is due.
	pub(super) fn review(&self) -> Option<Deed> {
		let mut open: Vec<(CaseId, u8)> = Cases::<Runtime>::iter()
			.filter(|(key, record)| record.is_open() && Juries::<Runtime>::contains_key(key, [0u8]))
			.map(|(key, record)| (CaseId::from_be_bytes(key), record.round))
			.collect();
		open.sort_unstable();
		let (case, round) = pick(self.which, &open)?;
		let outside = [PAYERS[self.who % PAYERS.len()], TREASURY + 1 + self.who % ARBITRATORS][self.how % 2];
		if self.how % 11 == 10 {
			return Some(Deed::new(outside, Disputes_::execute { case }));
		}
		let asked = pallet_disputes::Reviews::<Runtime>::get(case.to_be_bytes());
		let waiting: Vec<AccountId> = asked
			.iter()
			.filter(|review| review.until.is_none())
			.map(|review| review.reviewer.clone())
			.collect();
		match pick(self.who, &waiting) {
			Some(reviewer) if !self.how.is_multiple_of(4) => {
				// Of the first jury, or of the one that sits; who was replaced may as well.
				let of = if self.how % 4 == 1 { round } else { 0 };
				let jury = Juries::<Runtime>::get(case.to_be_bytes(), [of])?;
				let jurors: Vec<Who> = jury.jurors.iter().map(|juror| who(&juror.who)).collect();
				let by = pick(self.how / 4, &jurors)?;
				Some(Deed::new(self.mostly(by), Disputes_::approve_review { case, reviewer }))
			}
			_ => Some(Deed::new(outside, Disputes_::request_review { case, key: [7; 32] })),
		}
	}

	/// Somebody joins the pool, adds to a bond, leaves, or has it back.
	pub(super) fn arbitrate(&self) -> Option<Deed> {
		let in_pool: Vec<Who> = Pool::<Runtime>::get().iter().map(|seat| who(&seat.who)).collect();
		let amount = (1 + self.how % 40) as Balance * SOUK;
		Some(match self.how % 6 {
			0 => {
				let somebody = PAYERS.into_iter().chain(TREASURY + 1..ALL);
				let out: Vec<Who> = somebody.filter(|who| !in_pool.contains(who)).collect();
				let bond = 100 * SOUK + amount;
				Deed::new(pick(self.which, &out)?, Disputes_::join_pool { bond, key: [7; 32] })
			}
			1 | 2 => Deed::new(pick(self.which, &in_pool)?, Disputes_::bond_extra { amount }),
			3 => Deed::new(pick(self.which, &in_pool)?, Disputes_::leave_pool {}),
			_ => {
				// Mostly who may.
				let mut leaving: Vec<_> = LeavingPool::<Runtime>::iter()
					.map(|(account, leaving)| (who(&account), leaving.at <= System::block_number()))
					.collect();
				leaving.sort_unstable();
				let free: Vec<_> = leaving.iter().filter(|(_, free)| *free).copied().collect();
				let (by, _) = pick(self.which, &free).or_else(|| pick(self.which, &leaving))?;
				Deed::new(by, Disputes_::withdraw {})
			}
		})
	}

	/// Somebody has two statements of a node that contradict each other.
	pub(super) fn announce(&self, memory: &mut Memory) -> Option<Deed> {
		let by = self.payer();
		// What was announced is reported first.
		if memory.evidence.contains_key(&by) {
			return None;
		}
		let (signer, listing) = [(0, 0), (1, 0), (1, 3), (0, 3)][self.which % 4];
		memory.reports += 1;
		let attested = self.how.is_multiple_of(2);
		let second = if self.how % 16 == 15 { 1 } else { 2 };
		let said = |says| match attested {
			true => attestation(signer, listing, memory.reports, says),
			false => submission(signer, listing, self.how, says),
		};
		let (first, second) = (said(1), said(second));
		let hash = announcement(&account(by), &first, &second);
		memory.evidence.insert(by, (attested, first, second));
		Some(Deed::new(by, Stakes_::announce_report { hash }))
	}

	/// What was announced in an earlier block; what was announced in this one is reported too early, now and then.
	pub(super) fn report(&self, memory: &mut Memory) -> Option<Deed> {
		let known: Vec<Who> = memory.evidence.keys().copied().collect();
		let by = pick(self.which, &known)?;
		let early = pallet_stakes::Announcements::<Runtime>::get(account(by))
			.is_some_and(|announced| announced.at >= System::block_number());
		if early && !self.how.is_multiple_of(8) {
			return None;
		}
		let (attested, first, second) = memory.evidence[&by].clone();
		if !early {
			memory.evidence.remove(&by);
		}
		let call = if attested {
			let (first, second) = (first.try_into().ok()?, second.try_into().ok()?);
			Stakes_::report_attestations { first, second }
		} else {
			let (first, second) = (first.try_into().ok()?, second.try_into().ok()?);
			Stakes_::report_conflict { first, second }
		};
		Some(Deed::new(by, call))
	}

	pub(super) fn answer_challenge(&self) -> Option<Deed> {
		if self.act == Act::GoAway {
			let from = System::block_number() + HOURS + (self.how % 50) as u32;
			return Some(Deed::new(NODES[self.who % 2], Stakes_::announce_downtime { from, blocks: 10 }));
		}
		let mut asked: Vec<_> = Challenges::<Runtime>::iter().collect();
		asked.sort_by_key(|(node, listing, _)| (node.clone(), *listing));
		let (node, listing, record) = pick(self.which, &asked)?;
		let at = record.place.piece.wrapping_add(u32::from(self.how % 10 == 9));
		let (piece, path) = made().piece(record.place.chunk, at)?;
		Some(Deed::new(self.mostly(who(&node)), Stakes_::answer_challenge { listing, piece, path }))
	}
}

/// A signed submission for a period about now.
fn submission(signer: Who, listing: ListingId, how: usize, says: u8) -> Vec<u8> {
	let submission = Submission {
		genesis: System::block_hash(0).0,
		listing,
		period: blocks::minutes() + (how % 4) as u32,
		worker: account(signer).into(),
		commitments: [says; 32],
	};
	let signature = PEOPLE[signer].sign(&submission.digest()).0;
	SignedSubmission { submission, signature }.encode()
}

/// A signed answer to a query of about now, over a snapshot that nobody has spoken of.
fn attestation(signer: Who, listing: ListingId, period: u32, says: u8) -> Vec<u8> {
	let attestation = Attestation {
		genesis: System::block_hash(0).0,
		listing,
		node: account(signer).into(),
		request: [says; 32],
		query: [8; 32],
		period,
		content_root: [9; 32],
		outcome: Outcome::Complete { result: [says; 32], rows: 1, bytes: 2 },
		block: System::block_number(),
		reproducible: Some(1),
	};
	let signature = PEOPLE[signer].sign(&attestation.digest()).0;
	SignedAttestation { attestation, signature }.encode()
}
