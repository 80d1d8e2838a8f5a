//! Random sequences of all calls, with blocks in between, against a plain ledger. After each block and each call every balance, hold,
//! bond and case is what the ledger says, and nothing was created or lost. Who is drawn is the only thing that the ledger takes from the
//! chain, and it checks that they may be.

mod model;

use super::*;
use frame_support::weights::Weight;
use frame_system::limits::BlockWeights;
use model::{is_proved, Case, Ledger};
use proptest::prelude::*;
use souk_mock_support::ledger::{expect, name_of, run, Seen};
use souk_primitives::reach::Rulings as _;

/// Who is in the pool, or may be.
const PEOPLE: u64 = 36;
/// How many of them the pool has room for.
const PLACES: u32 = 32;
const PARTIES: [AccountId; 2] = [BUYER, SELLER];

/// One step. Numbers are indices, taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
	Open { seller: bool },
	Answer { which: usize },
	Show { which: usize, seller: bool, piece: u8 },
	Commit { which: usize, who: usize, vote: Ruling },
	CommitAll { which: usize, vote: Ruling, but: usize },
	Reveal { which: usize, who: usize, wrong: bool },
	RevealAll { which: usize, but: usize },
	Appeal { which: usize, seller: bool },
	Settle { which: usize, seller: bool },
	SettleLate { which: usize, seller: bool },
	Request { which: usize, who: usize },
	Approve { which: usize, who: usize, reviewer: usize },
	Execute { which: usize },
	Join { who: u64, bond: u32 },
	Extra { who: u64, amount: u32 },
	Leave { who: u64 },
	Withdraw { who: u64 },
	Advance { blocks: u32 },
}

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let which = || 0usize..40;
	let some = || 0usize..32;
	let flag = any::<bool>;
	let person = || 0u64..PEOPLE;
	let vote = || prop_oneof![4 => Just(FOR_BUYER), 4 => Just(FOR_SELLER), 1 => Just(Refused)];
	prop_oneof![
		5 => flag().prop_map(|seller| Open { seller }),
		10 => which().prop_map(|which| Answer { which }),
		3 => (which(), flag(), 0u8..12).prop_map(|(which, seller, piece)| Show { which, seller, piece }),
		6 => (which(), some(), vote()).prop_map(|(which, who, vote)| Commit { which, who, vote }),
		40 => (which(), vote(), some()).prop_map(|(which, vote, but)| CommitAll { which, vote, but }),
		5 => (which(), some(), prop::bool::weighted(0.2)).prop_map(|(which, who, wrong)| Reveal { which, who, wrong }),
		40 => (which(), some()).prop_map(|(which, but)| RevealAll { which, but }),
		20 => (which(), flag()).prop_map(|(which, seller)| Appeal { which, seller }),
		2 => (which(), flag()).prop_map(|(which, seller)| Settle { which, seller }),
		4 => (which(), flag()).prop_map(|(which, seller)| SettleLate { which, seller }),
		4 => (which(), some()).prop_map(|(which, who)| Request { which, who }),
		8 => (which(), some(), some()).prop_map(|(which, who, reviewer)| Approve { which, who, reviewer }),
		3 => which().prop_map(|which| Execute { which }),
		3 => (person(), 900u32..6_000).prop_map(|(who, bond)| Join { who, bond }),
		3 => (person(), 0u32..3_000).prop_map(|(who, amount)| Extra { who, amount }),
		2 => person().prop_map(|who| Leave { who }),
		2 => person().prop_map(|who| Withdraw { who }),
		25 => (1u32..7).prop_map(|blocks| Advance { blocks }),
	]
}

fn person(who: u64) -> AccountId {
	ARBITRATORS.start + who % PEOPLE
}

/// One of the cases that there are: mostly one for which the step may work.
fn chosen(ledger: &Ledger, which: usize, suits: impl Fn(&Case) -> bool) -> Option<CaseId> {
	let suitable: Vec<_> = ledger.cases.iter().filter(|(_, case)| suits(case)).map(|(id, _)| *id).collect();
	let all: Vec<_> = ledger.cases.keys().copied().collect();
	let from = if which.is_multiple_of(8) || suitable.is_empty() { all } else { suitable };
	from.get(which / 8 % from.len().max(1)).copied()
}

fn apply(ledger: &mut Ledger, seen: &mut Seen, step: Step) {
	System::reset_events();
	let in_phase = |phase: Phase| move |case: &Case| case.phase == phase;
	match step {
		Step::Advance { blocks } => {
			for _ in 0..blocks {
				advance_to(now() + 1);
				ledger.next_block(&events());
				compare(ledger);
				note(seen);
			}
		}
		Step::Open { seller } => {
			let opener = if seller { Side::Seller } else { Side::Buyer };
			let order = ledger.next;
			if is_proved(order) {
				proved(order);
			}
			let expected = ledger.open(opener);
			assert_eq!(open_as(opener, order).map(|opened| opened.is_some()), Ok(expected), "open");
		}
		Step::Answer { which } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Opened)) else { return };
			let who = PARTIES[usize::from(ledger.cases[&case].opener == Side::Buyer)];
			expect("answer", ledger.answer(case), answer(who, case));
		}
		Step::Show { which, seller, piece } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Evidence)) else { return };
			let shown = submit_evidence(PARTIES[usize::from(seller)], case, [piece; 32]);
			expect("show", ledger.show(case, seller, piece), shown);
		}
		Step::Commit { which, who, vote } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Commit)) else { return };
			let who = juror(ledger, case, who);
			expect("commit", ledger.commit(case, who, vote), commit(who, case, vote));
		}
		Step::CommitAll { which, vote, but } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Commit)) else { return };
			for (at, who) in ledger.cases[&case].sitting().into_iter().enumerate() {
				// One of them sees it otherwise, or one is not there.
				let vote = if at == but { Refused } else { vote };
				if at + 16 != but {
					expect("commit", ledger.commit(case, who, vote), commit(who, case, vote));
				}
			}
		}
		Step::Reveal { which, who, wrong } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Reveal)) else { return };
			let who = juror(ledger, case, who);
			let vote = ledger.cases[&case].committed(who);
			let other = [FOR_BUYER, FOR_SELLER].into_iter().find(|other| Some(*other) != vote);
			let said = if wrong { other } else { vote }.unwrap_or(Refused);
			expect("reveal", ledger.reveal(case, who, said), reveal(who, case, said));
		}
		Step::RevealAll { which, but } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Reveal)) else { return };
			for (at, who) in ledger.cases[&case].sitting().into_iter().enumerate() {
				if let Some(vote) = ledger.cases[&case].committed(who).filter(|_| at != but) {
					expect("reveal", ledger.reveal(case, who, vote), reveal(who, case, vote));
				}
			}
		}
		Step::Appeal { which, seller } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Appeal)) else { return };
			let who = PARTIES[usize::from(seller)];
			expect("appeal", ledger.appeal(case, seller), appeal(who, case));
		}
		Step::Settle { which, seller } => {
			let Some(case) = chosen(ledger, which, |case| case.phase != Phase::Closed) else { return };
			let (order, winner) =
				(ledger.cases[&case].order, if seller { Side::Seller } else { Side::Buyer });
			settled(order, winner);
			ledger.settled(case, winner);
		}
		Step::SettleLate { which, seller } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Reveal)) else { return };
			let Case { order, phase, until, .. } = ledger.cases[&case];
			if phase != Phase::Reveal {
				// For nothing: in full blocks all other cases are late as well.
				return;
			}
			full_blocks(ledger, seen, until);
			seen.note("Settled when it was too late to reveal".into());
			let winner = if seller { Side::Seller } else { Side::Buyer };
			settled(order, winner);
			ledger.settled(case, winner);
		}
		Step::Request { which, who } => {
			let Some(case) = chosen(ledger, which, in_phase(Phase::Commit)) else { return };
			let who = REVIEWERS[who % REVIEWERS.len()];
			expect("request", ledger.request(case, who), request_review(who, case));
		}
		Step::Approve { which, who, reviewer } => {
			let Some(case) = chosen(ledger, which, |case| !case.reviews.is_empty()) else { return };
			let (who, reviewer) = (juror(ledger, case, who), REVIEWERS[reviewer % REVIEWERS.len()]);
			let approved = approve_review(who, case, reviewer);
			expect("approve", ledger.approve(case, who, reviewer), approved);
		}
		Step::Execute { which } => {
			let Some(case) = chosen(ledger, which, |_| true) else { return };
			// Blocks mostly have room for all turns, and nothing is left to be done.
			let executed = execute(OTHER, case);
			expect("execute", ledger.execute(case, &events()), executed);
		}
		Step::Join { who, bond } => {
			let (who, bond) = (person(who), bond.into());
			expect("join", ledger.join(who, bond), join(who, bond));
		}
		Step::Extra { who, amount } => {
			let (who, amount) = (person(who), amount.into());
			expect("extra", ledger.extra(who, amount), bond_extra(who, amount));
		}
		Step::Leave { who } => expect("leave", ledger.leave(person(who)), leave(person(who))),
		Step::Withdraw { who } => expect("withdraw", ledger.withdraw(person(who)), withdraw(person(who))),
	}
}

/// Some blocks have no room for turns, up to a block or for a while.
fn full_blocks(ledger: &mut Ledger, seen: &mut Seen, until: u32) {
	Weights::set(BlockWeights::simple_max(Weight::from_parts(1_000, 1_000)));
	for _ in now()..until.min(now() + APPEAL) {
		advance_to(now() + 1);
		ledger.full_block();
		compare(ledger);
		note(seen);
	}
	Weights::set(roomy());
}

/// Mostly one of a case's jurors.
fn juror(ledger: &Ledger, case: CaseId, who: usize) -> AccountId {
	let sitting = ledger.cases[&case].sitting();
	sitting.get(who % (sitting.len() + 1)).copied().unwrap_or_else(|| person(who as u64))
}

/// Everything that the chain and the ledger both know is the same.
fn compare(ledger: &Ledger) {
	let everybody = PARTIES.into_iter().chain([TREASURY]).chain(REVIEWERS).chain(ARBITRATORS);
	for who in everybody {
		let reasons = [HoldReason::Bond, HoldReason::Fee, HoldReason::Deposit];
		let [bond, fee, deposit] = reasons.map(|reason| held(reason, who));
		assert_eq!(bond, ledger.bond_of(who), "{who}'s bond");
		assert_eq!(fee, ledger.fees_of(who), "{who}'s fees");
		assert_eq!(deposit, ledger.deposits_of(who), "{who}'s deposits");
		let expected = ENDOWMENT as i128 + ledger.gains.get(&who).copied().unwrap_or(0);
		assert_eq!((free(who) + bond + fee + deposit) as i128, expected, "what {who} owns");
	}
	assert_eq!(Disputes::pool_size() as usize, ledger.pool.len());
	for (who, seat) in &ledger.pool {
		let view = arbitrator(*who);
		assert_eq!((view.bond, view.locked, view.seats), (seat.bond, seat.locked, seat.seats), "{who}");
	}
	assert_eq!(Cases::<Test>::iter().count(), ledger.cases.len());
	for (id, case) in &ledger.cases {
		let view = view(*id);
		assert_eq!((view.phase, view.until, view.round), (case.phase, case.until, case.round), "{id}");
		assert_eq!(view.ended, case.ended, "{id}");
		assert_eq!(ruled(view.order), case.executed, "{id}");
		assert_eq!(Disputes::loser(view.order), case.loser, "{id}");
	}
	assert_eq!(lost().len(), ledger.offences);
}

/// Notes what happened since the last block or call, by the names of events; with how a case ended.
fn note(seen: &mut Seen) {
	for event in events() {
		let what = match event {
			Event::Closed { how, ruling, .. } => format!("Closed {how:?} {ruling:?}"),
			Event::JuryDrawn { round, .. } => format!("JuryDrawn {round}"),
			Event::Left { at, .. } if at == now() => "Left for another".into(),
			other => name_of(&other),
		};
		seen.note(what);
	}
	System::reset_events();
}

#[test]
fn no_sequence_of_calls_moves_money_otherwise_than_the_ledger() {
	// The sequences went everywhere that they can go.
	let everything = [
		"Joined",
		"BondAdded",
		"Left",
		"Left for another",
		"CaseOpened",
		"Answered",
		"EvidenceSubmitted",
		"JuryDrawn 0",
		"JuryDrawn 1",
		"JuryDrawn 2",
		"Absent",
		"Committed",
		"RevealStarted",
		"Revealed",
		"Ruled",
		"Appealed",
		"Closed Ruled Buyer",
		"Closed Ruled Seller",
		"Closed Ruled Refused",
		"Closed Default Buyer",
		"Closed Default Seller",
		"Closed Settled Buyer",
		"Closed Settled Seller",
		"Settled when it was too late to reveal",
		"Paid",
		"Fined",
		"ReviewRequested",
		"ReviewApproved",
		"Forgotten",
	];
	run(64, proptest::collection::vec(step(), 150), &everything, |steps, seen| {
		TestExt::default().build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			Capacity::set(PLACES);
			let mut ledger = Ledger::new(1);
			let pool = (0..u64::from(PLACES)).map(|who| Step::Join { who, bond: 2_000 + 100 * who as u32 });
			for step in pool.chain([Step::Advance { blocks: EPOCH }]).chain(steps) {
				apply(&mut ledger, seen, step);
				check();
				compare(&ledger);
				note(seen);
			}
			// Everybody leaves: all ends by itself, and what was posted or stored returns.
			let left = Step::Advance { blocks: Disputes::settings().terms.longest() + KEEP };
			apply(&mut ledger, seen, left);
			assert_eq!((ledger.cases.len(), Due::<Test>::iter().count()), (0, 0));
		});
	});
}
