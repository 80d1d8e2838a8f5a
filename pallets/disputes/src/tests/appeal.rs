use super::*;

#[test]
fn the_loser_posts_the_next_jurys_fee_and_it_is_twice_as_large() {
	TestExt::pool_of(30).execute(|| {
		let case = voted(1, &[FOR_BUYER; 3]);
		let first = jurors(case);
		let deposit = held(HoldReason::Deposit, SELLER);
		assert_ok!(appeal(SELLER, case));
		assert_event(Event::Appealed { case, by: Side::Seller, round: 1 });
		assert_eq!(held(HoldReason::Fee, SELLER), FIRST_FEE + SECOND_FEE);
		assert!(held(HoldReason::Deposit, SELLER) > deposit + 7 * 60);
		assert_eq!((phase(case), view(case).round), (Phase::Drawing, 1));

		let second = next_jury_votes(case, FOR_SELLER);
		assert_eq!(second.len(), 7);
		assert!(second.iter().all(|who| !first.contains(who)), "nobody rules twice");
		assert_noop!(appeal(SELLER, case), Error::<Test>::NotLost);
		assert_ok!(appeal(BUYER, case));
		assert_eq!(held(HoldReason::Fee, BUYER), FIRST_FEE + THIRD_FEE);
		let third = next_jury_votes(case, FOR_SELLER);
		assert_eq!(third.len(), 15);
		// That was the last round.
		assert_eq!((phase(case), ruled(1)), (Phase::Closed, Some(FOR_SELLER)));
		assert_noop!(appeal(BUYER, case), Error::<Test>::WrongPhase);
	});
}

#[test]
fn only_who_has_lost_appeals_and_in_time() {
	TestExt::pool_of(30).execute(|| {
		assert_noop!(appeal(BUYER, 0), Error::<Test>::NotFound);
		let case = voted(1, &[FOR_SELLER; 3]);
		assert_noop!(appeal(OTHER, case), Error::<Test>::NotAuthorized);
		assert_noop!(appeal(SELLER, case), Error::<Test>::NotLost);
		let until = view(case).until;
		System::set_block_number(until);
		assert_noop!(appeal(BUYER, case), Error::<Test>::Expired);
		System::set_block_number(until - 1);
		assert_ok!(appeal(BUYER, case));
		assert_noop!(appeal(BUYER, case), Error::<Test>::WrongPhase);
	});
}

#[test]
fn after_a_refusal_either_side_appeals() {
	for who in [BUYER, SELLER] {
		TestExt::pool_of(30).execute(|| {
			let case = voted(1, &[FOR_BUYER, FOR_SELLER, Refused]);
			assert_eq!(view(case).verdict, Some(Verdict { ruling: Refused, decided: false }));
			assert_ok!(appeal(who, case));
		});
	}
}

#[test]
fn who_cannot_pay_does_not_appeal() {
	TestExt::pool_of(30).execute(|| {
		let case = voted(1, &[FOR_BUYER; 3]);
		// The fee can be paid, and what is left is too little for the jury's bytes.
		impoverish(SELLER, SECOND_FEE + 100);
		assert_noop!(appeal(SELLER, case), Error::<Test>::InsufficientFunds);
		impoverish(SELLER, SECOND_FEE - 1);
		assert_noop!(appeal(SELLER, case), Error::<Test>::InsufficientFunds);
	});
}

#[test]
fn a_pool_without_a_larger_jury_hears_no_appeal() {
	TestExt::pool_of(6).execute(|| {
		let case = voted(1, &[FOR_BUYER; 3]);
		assert_noop!(appeal(SELLER, case), Error::<Test>::PoolTooSmall);
		// Four others are a larger jury than three.
		assert_ok!(join(OTHER, MIN_BOND));
		assert_ok!(appeal(SELLER, case));
		let second = next_jury_votes(case, FOR_SELLER);
		assert_eq!((second.len(), view(case).juries[1].seats), (4, 4));
		advance_until(case, Phase::Closed);
		assert_eq!(ruled(1), Some(FOR_SELLER));
	});
}

#[test]
fn who_is_busy_counts_for_a_larger_jury() {
	TestExt::pool_of(7).execute(|| {
		// A seat takes all of a bond.
		JurorStake::set(MIN_BOND);
		let (case, other) = (opened(1), opened(2));
		for case in [case, other] {
			assert_ok!(answer(SELLER, case));
		}
		advance_until(other, Phase::Commit);
		vote_all(case, &[FOR_BUYER; 3]);
		let busy = ARBITRATORS.take(7).filter(|who| arbitrator(*who).seats > 0).count();
		assert_eq!(busy, 6, "one is free, and four are needed");
		assert_ok!(appeal(SELLER, case));
		let began = now();
		vote_all(other, &[FOR_BUYER; 3]);
		// It waits for seven, of whom there are but four.
		advance_to(began + DRAW - 1);
		assert_eq!((ruled(2), phase(case)), (Some(FOR_BUYER), Phase::Drawing));
		advance_to(began + DRAW);
		assert_eq!((phase(case), jurors(case).len()), (Phase::Commit, 4));
	});
}

#[test]
fn an_appeal_for_which_no_jury_is_left_changes_nothing_and_costs_nothing_but_what_was_lost() {
	TestExt::pool_of(7).execute(|| {
		let case = voted(1, &[FOR_BUYER; 3]);
		let first = jurors(case);
		assert_ok!(appeal(SELLER, case));
		for who in ARBITRATORS.take(7).filter(|who| !first.contains(who)) {
			assert_ok!(leave(who));
		}
		advance_until(case, Phase::Closed);
		assert_eq!((view(case).ended, ruled(1)), (Some((Ending::Ruled, FOR_BUYER)), Some(FOR_BUYER)));
		assert_eq!((gained(BUYER), gained(SELLER)), (0, -(FIRST_FEE as i128)));
	});
}
