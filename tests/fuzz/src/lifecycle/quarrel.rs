//! What is quarrelled about: cases with all that can come of them, and nodes that contradict themselves.

use super::{Kind, Life, Lives, TURNS};
use crate::{
	cast::{person, CURATOR, NODES},
	chain,
	checks::{ensure, storage},
};
use codec::Encode;
use frame_support::storage::unhashed;
use pallet_disputes::{commitment, CaseId, CaseOf, CaseRecordOf, Cases, Ending, Juries, Jury, Phase};
use pallet_escrow::OrderId;
use souk_primitives::{reach::Ruling, ListingId};
use souk_proof_primitives::{
	attestation::{Attestation, Outcome, SignedAttestation},
	submission::{SignedSubmission, Submission},
};
use souk_runtime::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::Permill;

/// Blocks within which all juries have ruled.
const CASES_TAKE: u32 = 100;
/// All of them, so that it is always the seller who has lost.
const VOTE: Ruling = Ruling::Buyer;
const SALT: [u8; 32] = [5; 32];

/// What comes between in some waves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twist {
	/// No jury can be drawn in time for any case, so that governance rules.
	NoJury,
	/// Who has lost the wave's first case appeals, and its evidence is opened to somebody from outside.
	Appeal,
	/// A juror of the first case does not appear, and is replaced. Seldom: it costs a stake.
	Absence,
}

impl Twist {
	fn of(wave: u32) -> Option<Self> {
		match wave % TURNS {
			0 => Some(Self::NoJury),
			1 | 6 => Some(Self::Appeal),
			2 => Some(Self::Absence),
			_ => None,
		}
	}
}

/// What a worker says of a listing's next snapshot.
fn submission(node: Sr25519Keyring, listing: ListingId, says: u8) -> Vec<u8> {
	let submission = Submission {
		genesis: chain::genesis(),
		listing,
		period: chain::minutes() + 1,
		worker: node.to_account_id().into(),
		commitments: [says; 32],
	};
	let signature = node.sign(&submission.digest()).0;
	SignedSubmission { submission, signature }.encode()
}

/// What a node answers to one query over one snapshot.
fn attestation(node: Sr25519Keyring, listing: ListingId, says: u8) -> Vec<u8> {
	let attestation = Attestation {
		genesis: chain::genesis(),
		listing,
		node: node.to_account_id().into(),
		request: [says; 32],
		query: [8; 32],
		period: chain::minutes(),
		content_root: [9; 32],
		outcome: Outcome::Complete { result: [says; 32], rows: 1, bytes: 2 },
		block: chain::now(),
		reproducible: Some(1),
	};
	let signature = node.sign(&attestation.digest()).0;
	SignedAttestation { attestation, signature }.encode()
}

/// Goes to the next block; an epoch later where a drawing waits for randomness that nobody knew when it began.
fn next_look(twist: Option<Twist>) {
	// Since when the randomness of juries was gathered, as the runtime asks for it.
	let epochs: Option<(u32, u32)> = unhashed::get(&storage::prefix("Babe", "EpochStart"));
	let known_since = epochs.map_or(0, |(previous, _)| previous);
	let waits = |record: CaseRecordOf<Runtime>| record.phase == Phase::Drawing && known_since <= record.since;
	let later = twist != Some(Twist::NoJury) && Cases::<Runtime>::iter_values().any(waits);
	chain::end();
	chain::start(1, if later { chain::EPOCH } else { 1 });
	chain::forget_events();
}

impl Lives<'_> {
	/// A buyer disputes an order; where it comes to a jury, the seller answers, and both show what they have.
	pub(super) fn dispute(&mut self, life: &Life, order: OrderId) -> Result<(), String> {
		let (eve, curator) = (person(4), CURATOR.to_account_id());
		let dispute = pallet_escrow::Call::<Runtime>::dispute { order, evidence: [6; 32] };
		self.does("dispute", eve.clone(), dispute)?;
		if life.kind != Kind::Jury {
			return Ok(());
		}
		let case = CaseOf::<Runtime>::get(order).ok_or("there is no case")?;
		self.does("answer case", curator.clone(), pallet_disputes::Call::<Runtime>::answer { case })?;
		for (who, says) in [(eve, 7), (curator, 8)] {
			let show = pallet_disputes::Call::<Runtime>::submit_evidence { case, hash: [says; 32] };
			self.does("submit evidence", who, show)?;
		}
		Ok(())
	}

	/// Juries are drawn, and rule.
	pub(super) fn rule(&mut self, first: &Life, wave: u32) -> Result<(), String> {
		let twist = Twist::of(wave);
		let order = Self::orders(first.service).get(1).copied().ok_or("nothing is disputed")?;
		let first = CaseOf::<Runtime>::get(order).ok_or("there is no case")?;
		for _ in 0..CASES_TAKE {
			let cases: Vec<(CaseId, CaseRecordOf<Runtime>)> =
				Cases::<Runtime>::iter().map(|(key, record)| (CaseId::from_be_bytes(key), record)).collect();
			if cases.iter().all(|(_, record)| !record.is_open()) {
				return self.after_ruling(twist, first, cases);
			}
			for (case, record) in cases {
				let twist = twist.filter(|_| case == first);
				match record.phase {
					Phase::Commit => self.commit(case, &record, twist)?,
					Phase::Reveal => self.reveal(case, &record)?,
					Phase::Appeal if twist == Some(Twist::Appeal) && record.round == 0 => {
						let appeal = pallet_disputes::Call::<Runtime>::appeal { case };
						self.does("appeal", record.parties.seller, appeal)?;
					}
					_ => {}
				}
			}
			next_look(twist);
		}
		Err("a case has no end".into())
	}

	/// All who sit on a jury and have not yet commit themselves, but for one where somebody is away.
	fn commit(
		&mut self,
		case: CaseId,
		record: &CaseRecordOf<Runtime>,
		twist: Option<Twist>,
	) -> Result<(), String> {
		let jury = Self::jury(case, record.round)?;
		if twist == Some(Twist::Appeal) {
			self.review(case, record.round, &jury)?;
		}
		let away = match twist {
			Some(Twist::Absence) if !record.redrawn => jury.sitting().next().map(|juror| &juror.who),
			_ => None,
		};
		for juror in jury.sitting().filter(|juror| juror.commitment.is_none() && Some(&juror.who) != away) {
			let who = juror.who.clone();
			let commitment = commitment(case, record.round, &who, VOTE, &SALT);
			let call = pallet_disputes::Call::<Runtime>::commit_vote { case, commitment };
			self.does("commit", who, call)?;
		}
		Ok(())
	}

	/// All who have committed themselves reveal their votes.
	fn reveal(&mut self, case: CaseId, record: &CaseRecordOf<Runtime>) -> Result<(), String> {
		let jury = Self::jury(case, record.round)?;
		for juror in jury.sitting().filter(|juror| juror.commitment.is_some() && juror.vote.is_none()) {
			let call = pallet_disputes::Call::<Runtime>::reveal_vote { case, vote: VOTE, salt: SALT };
			self.does("reveal", juror.who.clone(), call)?;
		}
		Ok(())
	}

	fn jury(case: CaseId, round: u8) -> Result<Jury<AccountId>, String> {
		Juries::<Runtime>::get(case.to_be_bytes(), [round]).ok_or_else(|| "a case has no jury".into())
	}

	/// Somebody from outside wants to see the evidence, and two of the first jury approve. That is over when the second jury sits: so it is asked for
	/// again, and that request is gone with the case.
	fn review(&mut self, case: CaseId, round: u8, jury: &Jury<AccountId>) -> Result<(), String> {
		let reviewer = Sr25519Keyring::Ferdie.to_account_id();
		let request = pallet_disputes::Call::<Runtime>::request_review { case, key: [3; 32] };
		if round > 0 {
			return self.does("request review again", reviewer, request);
		}
		self.does("request review", reviewer.clone(), request)?;
		for juror in jury.sitting().take(2) {
			let reviewer = reviewer.clone();
			let approve = pallet_disputes::Call::<Runtime>::approve_review { case, reviewer };
			self.does("approve review", juror.who.clone(), approve)?;
		}
		Ok(())
	}

	/// What is left to do when all cases are over.
	fn after_ruling(
		&mut self,
		twist: Option<Twist>,
		first: CaseId,
		cases: Vec<(CaseId, CaseRecordOf<Runtime>)>,
	) -> Result<(), String> {
		let of_first = cases.iter().find(|(case, _)| *case == first).map(|(_, record)| record);
		match twist {
			None => Ok(()),
			Some(Twist::NoJury) => {
				let unruled =
					cases.iter().filter(|(_, record)| matches!(record.ended, Some((Ending::NoJury, _))));
				for (_, record) in unruled {
					let resolve = pallet_escrow::Call::<Runtime>::resolve {
						order: record.order,
						buyer_share: Permill::from_percent(50),
					};
					self.governs("resolve", resolve)?;
				}
				Ok(())
			}
			Some(Twist::Appeal) => {
				let round = of_first.map(|record| record.round);
				ensure(round == Some(1), || format!("the last jury was that of round {round:?}"))
			}
			// Who was away has lost a stake, and brings the bond back to what it was.
			Some(Twist::Absence) => {
				let jury = Self::jury(first, 0)?;
				let away = jury.jurors.iter().find(|juror| juror.replaced).ok_or("everybody has appeared")?;
				let amount = of_first.ok_or("a case is forgotten too early")?.terms.juror_stake;
				let call = pallet_disputes::Call::<Runtime>::bond_extra { amount };
				self.does("add to pool bond", away.who.clone(), call)
			}
		}
	}

	/// A node said two things, and somebody reports it.
	pub(super) fn report(&mut self, listing: ListingId, wave: u32) -> Result<(), String> {
		const LENGTH: &str = "it is no longer than such statements are";
		let reporter = person(4);
		// A node that is reported in each wave would soon have nothing to lose.
		let attested = match wave % TURNS {
			0 => false,
			1 => true,
			_ => return Ok(()),
		};
		let node = NODES[usize::from(!attested)];
		let statement = |says| match attested {
			true => attestation(node, listing, says),
			false => submission(node, listing, says),
		};
		let (first, second) = (statement(1), statement(2));
		let hash = pallet_stakes::announcement(&reporter, &first, &second);
		self.does("announce", reporter.clone(), pallet_stakes::Call::<Runtime>::announce_report { hash })?;
		self.blocks(1)?;
		if attested {
			let (first, second) = (first.try_into().expect(LENGTH), second.try_into().expect(LENGTH));
			let report = pallet_stakes::Call::<Runtime>::report_attestations { first, second };
			self.does("report attestations", reporter, report)?;
		} else {
			let (first, second) = (first.try_into().expect(LENGTH), second.try_into().expect(LENGTH));
			let report = pallet_stakes::Call::<Runtime>::report_conflict { first, second };
			self.does("report", reporter, report)?;
		}
		self.blocks(2)?;
		self.restore_bond(node)
	}
}
