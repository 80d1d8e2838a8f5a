use super::*;

#[test]
fn whoever_opens_a_case_posts_the_first_jurys_fee() {
	for (opener, who, other) in [(Side::Buyer, BUYER, SELLER), (Side::Seller, SELLER, BUYER)] {
		TestExt::default().execute(|| {
			let longest = open_as(opener, 9).unwrap().expect("a jury can be drawn");
			assert_eq!(longest, Disputes::settings().terms.longest());
			let until = now() + RESPONSE;
			assert_event(Event::CaseOpened { case: 0, order: 9, by: opener, until });
			assert_eq!((held(HoldReason::Fee, who), held(HoldReason::Fee, other)), (FIRST_FEE, 0));
			assert!(held(HoldReason::Deposit, who) > 500);
			let view = view(0);
			assert_eq!((view.order, view.phase, view.until, view.opener), (9, Phase::Opened, until, opener));
			assert_eq!(view.evidence, [EvidenceRecord { by: opener, hash: SHOWN, at: now() }]);
			assert!(Disputes::is_open(9) && !Disputes::is_open(8));
		});
	}
}

#[test]
fn an_order_has_one_case_and_an_opener_money() {
	TestExt::default().execute(|| {
		opened(1);
		assert_noop!(open_as(Side::Seller, 1), Error::<Test>::AlreadyOpened);
		// The fee can be paid, and what is left is too little for the deposit.
		impoverish(BUYER, FIRST_FEE + 100);
		assert_noop!(open_as(Side::Buyer, 2), Error::<Test>::InsufficientFunds);
		impoverish(BUYER, FIRST_FEE - 1);
		assert_noop!(open_as(Side::Buyer, 2), Error::<Test>::InsufficientFunds);
	});
}

#[test]
fn an_order_of_which_a_part_was_settled_is_disputed_again() {
	TestExt::default().execute(|| {
		let first = drawn(1);
		assert_ok!(request_review(REVIEWERS[0], first));
		assert_noop!(open_as(Side::Buyer, 1), Error::<Test>::AlreadyOpened);
		// The buyer confirms that part after all, and does not agree with the next one.
		settled(1, Side::Seller);
		let second = opened(1);
		assert_event(Event::Forgotten { case: first });
		assert_eq!(Disputes::case_about(1).map(|view| view.id), Some(second));
		assert!(Disputes::case_details(first).is_none() && Disputes::is_open(1));
		assert_eq!(held(HoldReason::Deposit, SELLER) + held(HoldReason::Deposit, REVIEWERS[0]), 0);
		check();
		advance_until(second, Phase::Closed);
		assert_eq!((view(second).ended, ruled(1)), (Some((Ending::Default, FOR_BUYER)), Some(FOR_BUYER)));
	});
}

#[test]
fn a_seller_who_disputes_leaves_the_buyer_the_time_that_was_agreed_on() {
	// What is left of the window, and for how long the case waits.
	for (left, waits) in
		[(0, RESPONSE), (RESPONSE, RESPONSE), (RESPONSE + 1, RESPONSE + 1), (4 * RESPONSE, 4 * RESPONSE)]
	{
		TestExt::default().execute(|| {
			let until = now() + waits;
			let longest = open_within(Side::Seller, 1, Some(now() + left)).unwrap();
			assert_event(Event::CaseOpened { case: 0, order: 1, by: Side::Seller, until });
			let usual = Disputes::settings().terms;
			assert_eq!(view(0).terms, Terms { response_time: waits, ..usual });
			// Who waits for the case knows that it takes longer.
			assert_eq!(longest, Some(usual.longest() + waits - RESPONSE));
			advance_to(until - 1);
			assert_eq!(phase(0), Phase::Opened);
			advance_to(until);
			assert_eq!(view(0).ended, Some((Ending::Default, FOR_SELLER)));
		});
	}
}

#[test]
fn in_the_last_block_of_a_window_the_buyer_still_answers() {
	TestExt::default().execute(|| {
		let window = now() + 4 * RESPONSE;
		open_within(Side::Seller, 1, Some(window)).unwrap();
		System::set_block_number(window);
		assert_noop!(answer(BUYER, 0), Error::<Test>::Expired);
		System::set_block_number(window - 1);
		assert_ok!(answer(BUYER, 0));
	});
}

#[test]
fn a_buyer_who_disputes_gives_the_seller_no_more_time_than_usual() {
	TestExt::default().execute(|| {
		open_within(Side::Buyer, 1, Some(now() + 4 * RESPONSE)).unwrap();
		assert_eq!((view(0).until, view(0).terms), (now() + RESPONSE, Disputes::settings().terms));
	});
}

#[test]
fn a_pool_of_two_rules_on_nothing() {
	for size in [0, 1, 2] {
		TestExt::pool_of(size).execute(|| {
			assert_eq!(open_as(Side::Buyer, 1), Ok(None));
			assert!(!Disputes::is_open(1));
			assert_eq!(held(HoldReason::Fee, BUYER) + held(HoldReason::Deposit, BUYER), 0);
			assert_eq!(events(), []);
		});
	}
}

#[test]
fn who_has_a_part_in_the_order_does_not_count() {
	TestExt::pool_of(2).execute(|| {
		for who in [BUYER, SELLER, NODE] {
			assert_ok!(join(who, MIN_BOND));
		}
		assert_eq!(open_as(Side::Buyer, 1), Ok(None));
		assert_ok!(join(OTHER, MIN_BOND));
		assert!(open_as(Side::Buyer, 1).unwrap().is_some());
	});
}

#[test]
fn whose_bond_is_smaller_than_a_stake_does_not_count() {
	TestExt::pool_of(3).execute(|| {
		JurorStake::set(MIN_BOND + 1);
		assert_eq!(open_as(Side::Buyer, 1), Ok(None));
		JurorStake::set(MIN_BOND);
		assert!(open_as(Side::Buyer, 1).unwrap().is_some());
	});
}

#[test]
fn no_phase_is_shorter_than_the_shortest() {
	TestExt::default().execute(|| {
		for (shortest, times) in [(1, [5, 6, 40, 7, 4, 9]), (7, [7, 7, 40, 7, 7, 9]), (50, [50; 6])] {
			ShortestPhase::set(shortest);
			let terms = Disputes::settings().terms;
			let Terms { response_time, evidence_time, draw_timeout, .. } = terms;
			let Terms { commit_time, reveal_time, appeal_time, .. } = terms;
			let sides = [response_time, evidence_time, draw_timeout];
			assert_eq!([sides, [commit_time, reveal_time, appeal_time]].concat(), times, "{shortest}");
		}
		ShortestPhase::set(RESPONSE + 1);
		let case = opened(1);
		let until = view(case).until;
		assert_eq!(until, now() + RESPONSE + 1);
		advance_to(until - 1);
		assert_ok!(answer(SELLER, case));
	});
}

#[test]
fn numbers_of_a_case_are_those_of_its_first_block() {
	TestExt::default().execute(|| {
		let case = opened(1);
		JurorFee::set(7 * FEE);
		assert_ok!(answer(SELLER, case));
		assert_eq!(held(HoldReason::Fee, SELLER), FIRST_FEE);
		assert_eq!(Disputes::settings().terms.juror_fee, 7 * FEE);
	});
}

#[test]
fn a_wrong_vote_costs_at_least_twice_what_a_right_one_earns() {
	TestExt::default().execute(|| {
		for (fee, stake, stake_in_force, fine) in [
			(FEE, STAKE, STAKE, FINE),
			(FEE, 100, 200, 200),
			// A part per million rounds up.
			(FEE, 300, 300, 201),
			(0, 0, 0, 0),
			(7, 1_000_000, 1_000_000, 500_000),
			(333_333, 1_000_000, 1_000_000, 666_666),
		] {
			JurorFee::set(fee);
			JurorStake::set(stake);
			let terms = Disputes::settings().terms;
			assert_eq!((terms.juror_stake, terms.fine()), (stake_in_force, fine), "{fee}, {stake}");
			assert!(terms.fine() >= 2 * fee && terms.fine() <= terms.juror_stake);
		}
	});
}
