use super::*;
use std::collections::BTreeMap;

#[test]
fn a_jury_is_drawn_by_randomness_that_was_not_known_when_the_drawing_began() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		advance_until(case, Phase::Drawing);
		let began = now();
		Stuck::set(Some(began));
		advance_to(began + 2 * DRAW_EVERY);
		assert_eq!(phase(case), Phase::Drawing);
		Stuck::set(None);
		advance_until(case, Phase::Commit);
		let known_since = now() - now() % EPOCH;
		assert!(known_since > began);
		let drawn = jurors(case);
		let until = now() + COMMIT;
		assert_event(Event::JuryDrawn { case, round: 0, jurors: drawn.clone(), until });
		for who in drawn {
			let view = arbitrator(who);
			assert_eq!((view.bond, view.locked, view.seats), (MIN_BOND, STAKE, 1));
		}
	});
}

#[test]
fn who_joins_or_adds_to_a_bond_when_the_randomness_is_known_is_not_drawn_by_it() {
	TestExt::pool_of(3).execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		advance_until(case, Phase::Drawing);
		// The first look at the randomness will be in block 24, when it has just become known.
		let looked = now() + DRAW_EVERY;
		assert_eq!(looked % EPOCH, 0);
		let added = ARBITRATORS.start;
		advance_to(looked - 1);
		System::set_block_number(looked);
		for who in REVIEWERS {
			assert_ok!(join(who, 16 * MIN_BOND));
		}
		assert_ok!(bond_extra(added, 1));
		System::set_block_number(looked - 1);
		advance_to(looked);
		assert_eq!(phase(case), Phase::Drawing, "two arbitrators are too few");
		// With the next randomness, they are like all others.
		advance_until(case, Phase::Commit);
		assert_eq!(now(), looked + DRAW_EVERY);
		assert_eq!(jurors(case).len(), 3);
	});
}

#[test]
fn nobody_sits_who_has_a_part_in_the_order() {
	TestExt::pool_of(4).execute(|| {
		for who in [BUYER, SELLER, NODE] {
			assert_ok!(join(who, 16 * MIN_BOND));
		}
		advance_to(2 * EPOCH);
		for order in 0..10 {
			let case = opened(order);
			assert_ok!(answer(SELLER, case));
			advance_until(case, Phase::Commit);
			let drawn = jurors(case);
			assert!(drawn.iter().all(|who| ARBITRATORS.contains(who)), "{drawn:?}");
			// They are free again for the next one.
			vote_all(case, &[FOR_BUYER; 3]);
			advance_until(case, Phase::Closed);
		}
	});
}

#[test]
fn who_does_not_appear_is_replaced_once() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let first = jurors(case);
		assert_ok!(commit(first[1], case, FOR_BUYER));
		advance_until(case, Phase::Drawing);
		for who in [first[0], first[2]] {
			assert_event(Event::Absent { case, who });
			assert_noop!(commit(who, case, FOR_BUYER), Error::<Test>::WrongPhase);
		}
		let began = now();
		advance_until(case, Phase::Commit);
		assert!(now() - now() % EPOCH > began, "by other randomness");
		let second = jurors(case);
		assert_eq!((second.len(), second[0]), (3, first[1]));
		assert!(second[1..].iter().all(|who| !first.contains(who)));
		assert_noop!(commit(first[0], case, FOR_BUYER), Error::<Test>::NotAuthorized);
		assert_noop!(commit(first[1], case, FOR_BUYER), Error::<Test>::AlreadyCommitted);
		assert_ok!(commit(second[1], case, FOR_BUYER));
		// The third does not appear either, and nobody is drawn any more.
		advance_until(case, Phase::Reveal);
		assert_ok!(reveal(first[1], case, FOR_BUYER));
		assert_ok!(reveal(second[1], case, FOR_BUYER));
		advance_until(case, Phase::Closed);
		assert_eq!(ruled(1), Some(FOR_BUYER));
		for who in [first[0], first[2], second[2]] {
			assert_eq!(gained(who), -(STAKE as i128), "{who}");
		}
		for who in [first[1], second[1]] {
			assert_eq!(gained(who), (FEE + 3 * STAKE / 2) as i128, "{who}");
		}
	});
}

#[test]
fn who_was_fined_below_the_least_bond_is_not_drawn_until_the_bond_is_filled_up() {
	TestExt::pool_of(3).execute(|| {
		let case = drawn(1);
		let who = jurors(case)[0];
		advance_until(case, Phase::Closed);
		let view = arbitrator(who);
		assert_eq!((view.bond, view.tickets, view.locked), (MIN_BOND - STAKE, 0, 0));
		assert_eq!(open_as(Side::Buyer, 2), Ok(None));
		for who in ARBITRATORS.take(3) {
			assert_ok!(bond_extra(who, STAKE));
		}
		assert!(open_as(Side::Buyer, 2).unwrap().is_some());
	});
}

#[test]
fn a_bond_answers_for_as_many_seats_as_it_has_stakes() {
	TestExt::pool_of(3).execute(|| {
		drawn(1);
		drawn(2);
		let locked: Vec<_> = ARBITRATORS.take(3).map(|who| arbitrator(who).locked).collect();
		assert_eq!(locked, [2 * STAKE; 3]);
	});
}

#[test]
fn a_case_opens_while_everybody_is_busy_and_its_jury_is_drawn_once_they_are_free() {
	TestExt::pool_of(3).execute(|| {
		let busy = [opened(1), opened(2)];
		for case in busy {
			assert_ok!(answer(SELLER, case));
		}
		advance_until(busy[1], Phase::Commit);
		let all: Vec<_> = ARBITRATORS.take(3).collect();
		for who in &all {
			let view = arbitrator(*who);
			assert_eq!((view.seats, view.locked), (2, view.bond), "nobody is free");
		}
		let case = opened(3);
		assert_ok!(answer(SELLER, case));
		// The others take as long as they can until it looks for a jury.
		let began = now() + EVIDENCE;
		advance_to(began);
		assert_eq!(phase(case), Phase::Drawing);
		for (case, who) in busy.into_iter().flat_map(|case| all.iter().map(move |who| (case, *who))) {
			assert_ok!(commit(who, case, FOR_BUYER));
		}
		advance_to(began + REVEAL - 1);
		for (case, who) in busy.into_iter().flat_map(|case| all.iter().map(move |who| (case, *who))) {
			assert_ok!(reveal(who, case, FOR_BUYER));
		}
		let over = now() + APPEAL;
		advance_to(began + DRAW_EVERY);
		assert!(now() < over);
		assert_eq!(phase(case), Phase::Drawing, "it has looked for the first time");
		advance_to(over);
		assert!(all.iter().all(|who| arbitrator(*who).locked == 0));
		advance_to(began + 2 * DRAW_EVERY - 1);
		assert_eq!(phase(case), Phase::Drawing);
		advance_to(began + 2 * DRAW_EVERY);
		assert_eq!((phase(case), jurors(case).len()), (Phase::Commit, 3));
	});
}

#[test]
fn a_drawing_waits_for_arbitrators_who_are_busy() {
	TestExt::pool_of(3).execute(|| {
		let (a, b, c) = (opened(1), opened(2), opened(3));
		for case in [a, b, c] {
			assert_ok!(answer(SELLER, case));
		}
		advance_until(b, Phase::Commit);
		assert_eq!((phase(a), phase(c)), (Phase::Commit, Phase::Drawing));
		vote_all(a, &[FOR_BUYER; 3]);
		advance_until(a, Phase::Closed);
		advance_until(c, Phase::Commit);
		assert_eq!(jurors(c).len(), 3);
	});
}

#[test]
fn luck_is_in_proportion_to_tickets_and_depends_on_nobody_else() {
	let tickets = [(1u64, 1u32), (2, 2), (3, 4), (4, 8), (5, 16)];
	let mut wins = BTreeMap::<u64, u32>::new();
	for seed in 0u32..4_000 {
		let lot = |(who, tickets): &(u64, u32)| luck(&seed.to_le_bytes(), who, *tickets);
		let winner = tickets.iter().min_by_key(|entry| lot(entry)).expect("somebody wins");
		*wins.entry(winner.0).or_default() += 1;
	}
	for (who, tickets) in tickets {
		let expected = 4_000.0 * f64::from(tickets) / 31.0;
		let won = f64::from(wins[&who]);
		assert!((won - expected).abs() < 4.0 * expected.sqrt(), "{who}: {won} instead of {expected}");
	}
	assert_eq!(luck(&[1], &1u64, 0), u64::MAX);
	assert!(luck(&[1], &1u64, 16) <= luck(&[1], &1u64, 4));
}

#[test]
fn no_jury_of_the_first_round_gives_fees_back_and_leaves_the_order_to_others() {
	TestExt::pool_of(3).execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		assert_ok!(leave(ARBITRATORS.start));
		advance_until(case, Phase::Drawing);
		let began = now();
		advance_until(case, Phase::Closed);
		assert_eq!(now(), began + DRAW);
		assert_event(Event::Closed { case, order: 1, how: Ending::NoJury, ruling: Refused });
		assert_eq!((ruled(1), Disputes::is_open(1)), (None, false));
		assert_eq!(held(HoldReason::Fee, BUYER) + held(HoldReason::Fee, SELLER), 0);
		assert_eq!((gained(BUYER), gained(SELLER)), (0, 0));
	});
}
