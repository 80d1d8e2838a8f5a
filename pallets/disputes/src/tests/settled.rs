use super::*;
use frame_support::weights::Weight;
use frame_system::limits::BlockWeights;
use souk_primitives::reach::Rulings as _;

/// A case about order 1 in which so many juries have voted alike, each after an appeal of the side that it is not for.
fn ruled_on(rounds: usize, ruling: Ruling) -> CaseId {
	let case = voted(1, &[ruling; 3]);
	for _ in 1..rounds {
		assert_ok!(appeal(if ruling == FOR_BUYER { SELLER } else { BUYER }, case));
		next_jury_votes(case, ruling);
	}
	case
}

/// Whether the case about order 1 ended with a ruling, and who has lost by it; and how many sellers have.
fn lost_by() -> (bool, Option<Side>, usize) {
	(Disputes::has_ruled(1), Disputes::loser(1), lost().len())
}

#[test]
fn sides_that_come_to_terms_before_there_is_a_jury_pay_nothing() {
	for answered in [false, true] {
		TestExt::default().execute(|| {
			let case = opened(1);
			if answered {
				assert_ok!(answer(SELLER, case));
			}
			settled(1, Side::Seller);
			assert_event(Event::Closed { case, order: 1, how: Ending::Settled, ruling: FOR_SELLER });
			assert_eq!((gained(BUYER), gained(SELLER)), (0, 0));
			assert_eq!(held(HoldReason::Fee, BUYER) + held(HoldReason::Fee, SELLER), 0);
			// The order is not ruled on: it is decided.
			assert_eq!((ruled(1), Disputes::is_open(1), lost().len()), (None, false, 0));
		});
	}
}

#[test]
fn who_gives_in_pays_those_who_have_committed_and_nobody_is_fined_for_having_had_no_time() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jurors = jurors(case);
		assert_ok!(commit(jurors[0], case, FOR_SELLER));
		settled(1, Side::Buyer);
		assert_eq!(jurors.iter().map(|who| gained(*who)).collect::<Vec<_>>(), [FEE as i128, 0, 0]);
		assert_eq!((gained(BUYER), gained(SELLER)), (0, -(FEE as i128)));
		assert!(jurors.iter().all(|who| arbitrator(*who).seats == 0));
		assert_noop!(commit(jurors[1], case, FOR_BUYER), Error::<Test>::WrongPhase);
	});
}

#[test]
fn who_did_not_appear_before_is_fined_all_the_same() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let absent = jurors(case);
		advance_until(case, Phase::Commit);
		advance_until(case, Phase::Drawing);
		advance_until(case, Phase::Commit);
		settled(1, Side::Buyer);
		assert!(absent.iter().all(|who| gained(*who) == -(STAKE as i128)));
		// Nobody has earned it.
		assert_eq!(gained(TREASURY), 3 * STAKE as i128);
	});
}

#[test]
fn a_ruling_stands_when_who_lost_it_gives_in() {
	TestExt::default().execute(|| {
		let case = voted(1, &[FOR_BUYER, FOR_BUYER, FOR_SELLER]);
		let jurors = jurors(case);
		settled(1, Side::Buyer);
		let gains: Vec<_> = jurors.iter().map(|who| gained(*who)).collect();
		assert_eq!(gains, [(FEE + FINE / 2) as i128, (FEE + FINE / 2) as i128, -(FINE as i128)]);
		assert_eq!(gained(SELLER), -2 * FEE as i128);
		// It is held against her; with the order nothing more is done.
		assert_eq!((lost_by(), ruled(1)), ((true, Some(Side::Seller), 1), None));
		assert_eq!(view(case).ended, Some((Ending::Settled, FOR_BUYER)));
	});
}

#[test]
fn to_give_in_after_a_ruling_costs_what_the_ruling_would_have() {
	for (ruling, winner, loser, harmed) in
		[(FOR_BUYER, Side::Buyer, SELLER, vec![LISTING]), (FOR_SELLER, Side::Seller, BUYER, vec![])]
	{
		for (rounds, fees) in [(1, FIRST_FEE), (2, FIRST_FEE + SECOND_FEE)] {
			for gives_in in [true, false] {
				TestExt::pool_of(30).execute(|| {
					let case = ruled_on(rounds, ruling);
					assert_eq!(lost_by(), (false, None, 0));
					if gives_in {
						settled(1, winner);
					} else {
						advance_until(case, Phase::Closed);
					}
					let how = if gives_in { Ending::Settled } else { Ending::Ruled };
					assert_eq!(view(case).ended, Some((how, ruling)));
					assert_eq!((gained(loser), lost()), (-(fees as i128), harmed.clone()));
					assert_eq!(lost_by(), (true, ruling.loser(), harmed.len()));
					// Bonds wait until it was taken of them.
					assert_eq!(pending_when_lost(), vec![true; harmed.len()]);
					// It is forgotten with the case, and is not held against anybody again.
					advance_to(now() + KEEP);
					assert_eq!(lost_by(), (false, None, harmed.len()));
				});
			}
		}
	}
}

#[test]
fn an_appeal_does_not_undo_what_was_lost() {
	for phase in [Phase::Drawing, Phase::Commit, Phase::Reveal] {
		TestExt::pool_of(30).execute(|| {
			let case = ruled_on(1, FOR_BUYER);
			assert_ok!(appeal(SELLER, case));
			if phase != Phase::Drawing {
				advance_until(case, Phase::Commit);
			}
			if phase == Phase::Reveal {
				for who in jurors(case) {
					assert_ok!(commit(who, case, FOR_SELLER));
				}
			}
			assert_eq!(view(case).phase, phase);
			settled(1, Side::Buyer);
			assert_eq!(lost_by(), (true, Some(Side::Seller), 1));
		});
	}
}

#[test]
fn what_counts_is_the_last_ruling() {
	for (last, gives_in, after) in [
		(FOR_SELLER, Side::Seller, (false, None, 0)),
		(FOR_SELLER, Side::Buyer, (true, Some(Side::Buyer), 0)),
		(Refused, Side::Seller, (false, None, 0)),
		(Refused, Side::Buyer, (false, None, 0)),
	] {
		TestExt::pool_of(30).execute(|| {
			let case = ruled_on(1, FOR_BUYER);
			assert_ok!(appeal(SELLER, case));
			next_jury_votes(case, last);
			settled(1, gives_in.other());
			assert_eq!(lost_by(), after, "{gives_in:?} after {last:?}");
		});
	}
}

#[test]
fn a_jury_that_does_not_agree_has_decided_nothing() {
	for winner in [Side::Buyer, Side::Seller] {
		TestExt::default().execute(|| {
			voted(1, &[FOR_BUYER, FOR_SELLER, Refused]);
			settled(1, winner);
			assert_eq!(lost_by(), (false, None, 0));
		});
	}
}

#[test]
fn who_gives_in_before_a_ruling_has_lost_nothing() {
	for phase in [Phase::Opened, Phase::Evidence, Phase::Drawing, Phase::Commit, Phase::Reveal] {
		for winner in [Side::Buyer, Side::Seller] {
			TestExt::default().execute(|| {
				let case = opened(1);
				if phase != Phase::Opened {
					assert_ok!(answer(SELLER, case));
				}
				if phase == Phase::Reveal {
					advance_until(case, Phase::Commit);
					let jurors = jurors(case);
					for who in &jurors {
						assert_ok!(commit(*who, case, FOR_BUYER));
					}
					// One more, and the jury has decided.
					assert_ok!(reveal(jurors[1], case, FOR_BUYER));
				} else {
					advance_until(case, phase);
				}
				assert_eq!(view(case).phase, phase);
				settled(1, winner);
				assert_eq!(lost_by(), (false, None, 0), "{phase:?}");
			});
		}
	}
}

#[test]
fn who_gives_in_when_the_votes_have_decided_has_lost() {
	// Of three and of seven seats: how many commit, how many of these reveal that the buyer is right, and whether that is more than the others can change.
	for (rounds, committed, revealed, decided) in [
		(0, 3, 1, false),
		(0, 3, 2, true),
		(0, 2, 1, false),
		(1, 7, 3, false),
		(1, 7, 4, true),
		(1, 5, 3, false),
		(1, 5, 4, true),
	] {
		TestExt::pool_of(30).execute(|| {
			let case = if rounds == 0 { drawn(1) } else { ruled_on(rounds, FOR_SELLER) };
			if rounds > 0 {
				assert_ok!(appeal(BUYER, case));
				advance_until(case, Phase::Commit);
			}
			// Who does not appear is replaced, and who replaces them does not appear either.
			let mut jury = jurors(case);
			for who in &jury[..committed] {
				assert_ok!(commit(*who, case, FOR_BUYER));
			}
			if committed < jury.len() {
				advance_until(case, Phase::Drawing);
				advance_until(case, Phase::Commit);
			}
			advance_until(case, Phase::Reveal);
			jury.truncate(committed);
			for who in &jury[..revealed] {
				assert_ok!(reveal(*who, case, FOR_BUYER));
			}
			settled(1, Side::Buyer);
			let loser = decided.then_some(Side::Seller);
			let what = format!("{revealed} of {committed} after {rounds}");
			assert_eq!(lost_by(), (decided, loser, usize::from(decided)), "{what}");
			assert!(jury.iter().all(|who| gained(*who) >= FEE as i128), "{what}");
		});
	}
}

/// The next jury of a case commits, and its first members reveal such votes. Where blocks are `full`, nobody counts them when it is too late for the
/// others.
fn revealed_in_time(case: CaseId, votes: &[Ruling], full: bool) -> Vec<AccountId> {
	advance_until(case, Phase::Commit);
	let jury = jurors(case);
	for (at, who) in jury.iter().enumerate() {
		assert_ok!(commit(*who, case, votes.get(at).copied().unwrap_or(Refused)));
	}
	for (who, vote) in jury.iter().zip(votes) {
		assert_ok!(reveal(*who, case, *vote));
	}
	if full {
		Weights::set(BlockWeights::simple_max(Weight::from_parts(1_000, 1_000)));
	}
	advance_to(view(case).until);
	assert_eq!(phase(case), if full { Phase::Reveal } else { Phase::Appeal });
	jury
}

/// Who has lost, and what everybody has gained, where a side gives in when it is too late for other votes than these. There may have been another
/// jury before, whose ruling was appealed.
fn given_in_late(
	before: Option<Ruling>,
	votes: &[Ruling],
	winner: Side,
	full: bool,
) -> ((bool, Option<Side>, usize), Vec<i128>) {
	let mut came_to = None;
	TestExt::pool_of(30).execute(|| {
		let case = match before {
			None => drawn(1),
			Some(ruling) => {
				let case = ruled_on(1, ruling);
				assert_ok!(appeal(if ruling == FOR_BUYER { SELLER } else { BUYER }, case));
				case
			}
		};
		revealed_in_time(case, votes, full);
		settled(1, winner);
		assert_eq!(view(case).ended, Some((Ending::Settled, Ruling::of(winner))));
		let everybody = [BUYER, SELLER, TREASURY].into_iter().chain(ARBITRATORS);
		came_to = Some((lost_by(), everybody.map(gained).collect()));
	});
	came_to.expect("it was played")
}

#[test]
fn what_blocks_have_no_room_to_count_counts_when_a_side_gives_in() {
	for (before, votes, ruling) in [
		// One of three is no quorum, nor do two agree.
		(None, vec![FOR_BUYER], Refused),
		(None, vec![FOR_BUYER, FOR_SELLER], Refused),
		(None, vec![FOR_BUYER, FOR_BUYER], FOR_BUYER),
		// Of seven: the others could have turned it.
		(Some(FOR_SELLER), vec![FOR_BUYER, FOR_SELLER, FOR_BUYER, FOR_BUYER], FOR_BUYER),
		(Some(FOR_BUYER), vec![FOR_SELLER, FOR_BUYER, FOR_SELLER, FOR_SELLER], FOR_SELLER),
		// The ruling before is not the last one any more.
		(Some(FOR_BUYER), vec![FOR_BUYER; 3], Refused),
		(Some(FOR_SELLER), vec![FOR_BUYER, FOR_BUYER, FOR_SELLER, FOR_SELLER], Refused),
	] {
		for winner in [Side::Buyer, Side::Seller] {
			let what = format!("{winner:?} wins after {before:?} and {votes:?}");
			let [late, counted] = [true, false].map(|full| given_in_late(before, &votes, winner, full));
			assert_eq!(late, counted, "{what}");
			let decided = ruling == Ruling::of(winner);
			let harmed = usize::from(decided && winner == Side::Buyer);
			assert_eq!(late.0, (decided, decided.then_some(winner.other()), harmed), "{what}");
		}
	}
}

#[test]
fn a_last_jury_that_is_counted_when_a_side_gives_in_has_the_last_word() {
	TestExt::pool_of(30).execute(|| {
		let case = ruled_on(2, FOR_SELLER);
		assert_ok!(appeal(BUYER, case));
		// Eight of fifteen are a quorum, and six of them a ruling, that the other seven could have turned.
		let votes = [[FOR_BUYER; 6].as_slice(), &[FOR_SELLER; 2]].concat();
		let jury = revealed_in_time(case, &votes, true);
		settled(1, Side::Buyer);
		let verdict = Verdict { ruling: FOR_BUYER, decided: true };
		assert_event(Event::Ruled { case, round: 2, verdict, appeal_until: None });
		// What the other side gives back itself is not ruled on.
		assert_eq!((view(case).ended, ruled(1)), (Some((Ending::Settled, FOR_BUYER)), None));
		assert_eq!((lost_by(), lost().as_slice()), ((true, Some(Side::Seller), 1), &[LISTING][..]));
		// Who did not reveal has had the time to.
		assert!(jury[..6].iter().all(|who| gained(*who) > FEE as i128));
		assert!(jury[6..8].iter().all(|who| gained(*who) == -(FINE as i128)));
		assert!(jury[8..].iter().all(|who| gained(*who) == -(STAKE as i128)));
	});
}

#[test]
fn who_gives_in_to_a_jury_that_has_decided_otherwise_has_lost_nothing() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jury = jurors(case);
		for who in &jury {
			assert_ok!(commit(*who, case, FOR_SELLER));
		}
		for who in &jury[1..] {
			assert_ok!(reveal(*who, case, FOR_SELLER));
		}
		settled(1, Side::Buyer);
		assert_eq!(lost_by(), (false, None, 0));
		assert!(jury.iter().all(|who| gained(*who) == FEE as i128));
	});
}

#[test]
fn who_argued_that_nothing_had_to_be_delivered_and_gives_in_after_the_ruling_is_held_to_it() {
	TestExt::default().execute(|| {
		undelivered(1);
		ruled_on(1, FOR_BUYER);
		settled(1, Side::Buyer);
		assert_eq!(lost_by(), (true, Some(Side::Seller), 1));
	});
}

#[test]
fn a_jury_that_was_not_counted_is_paid_whatever_its_votes_are() {
	for revealed in [3, 4, 6] {
		TestExt::pool_of(30).execute(|| {
			let case = ruled_on(1, FOR_SELLER);
			let first = jurors(case);
			assert_ok!(appeal(BUYER, case));
			advance_until(case, Phase::Commit);
			let second = jurors(case);
			for who in &second {
				assert_ok!(commit(*who, case, FOR_BUYER));
			}
			for who in &second[..revealed] {
				assert_ok!(reveal(*who, case, FOR_BUYER));
			}
			// The buyer sees what they have voted, and gives in.
			settled(1, Side::Seller);
			assert!(first.iter().chain(&second).all(|who| gained(*who) == FEE as i128), "{revealed}");
			assert_eq!((gained(BUYER), gained(SELLER)), (-((FIRST_FEE + SECOND_FEE) as i128), 0));
			// With three the first ruling is the last one, against the buyer; with more it is overturned.
			let lost = (true, Some(Side::Buyer), 0);
			assert_eq!(lost_by(), if revealed == 3 { lost } else { (false, None, 0) });
		});
	}
}

#[test]
fn once_it_is_counted_its_votes_are_right_or_wrong() {
	TestExt::pool_of(30).execute(|| {
		let case = ruled_on(1, FOR_SELLER);
		let first = jurors(case);
		assert_ok!(appeal(BUYER, case));
		let second = next_jury_votes(case, FOR_BUYER);
		settled(1, Side::Buyer);
		assert!(first.iter().all(|who| gained(*who) == -(FINE as i128)));
		// What the seller has posted, and the fines.
		let each = (FIRST_FEE + 3 * FINE) / 7;
		assert!(second.iter().all(|who| gained(*who) == each as i128));
		assert_eq!((gained(BUYER), gained(SELLER)), (0, -(FIRST_FEE as i128)));
		assert_eq!(lost_by(), (true, Some(Side::Seller), 1));
	});
}

#[test]
fn whoever_won_and_gives_in_leaves_nobodys_vote_wrong() {
	TestExt::default().execute(|| {
		let case = voted(1, &[FOR_BUYER, FOR_BUYER, FOR_SELLER]);
		let jurors = jurors(case);
		settled(1, Side::Seller);
		assert!(jurors.iter().all(|who| gained(*who) == FEE as i128));
		assert_eq!((gained(BUYER), gained(SELLER)), (-(FIRST_FEE as i128), 0));
		assert_eq!(lost_by(), (false, None, 0));
	});
}

#[test]
fn an_order_without_an_open_case_is_none_of_its_business() {
	TestExt::default().execute(|| {
		settled(5, Side::Buyer);
		let case = opened(1);
		advance_until(case, Phase::Closed);
		settled(1, Side::Seller);
		assert_eq!(view(case).ended, Some((Ending::Default, FOR_BUYER)));
	});
}
