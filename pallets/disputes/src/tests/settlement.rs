use super::*;

/// What each of some accounts has gained.
fn gains(of: &[AccountId]) -> Vec<i128> {
	of.iter().map(|who| gained(*who)).collect()
}

#[test]
fn a_unanimous_jury_is_paid_by_the_loser() {
	for (vote, winner, loser) in [(FOR_BUYER, BUYER, SELLER), (FOR_SELLER, SELLER, BUYER)] {
		TestExt::default().execute(|| {
			let case = voted(1, &[vote; 3]);
			let jurors = jurors(case);
			assert_eq!(gains(&jurors), [0; 3]);
			advance_until(case, Phase::Closed);
			assert_event(Event::Closed { case, order: 1, how: Ending::Ruled, ruling: vote });
			assert_event(Event::Paid { case, who: jurors[0], amount: FEE });
			assert_eq!(gains(&jurors), [FEE as i128; 3]);
			assert_eq!((gained(winner), gained(loser)), (0, -(FIRST_FEE as i128)));
			assert_eq!(ruled(1), Some(vote));
			assert_eq!(lost(), if vote == FOR_BUYER { vec![LISTING] } else { vec![] });
		});
	}
}

#[test]
fn a_wrong_vote_and_a_missing_one_pay_the_others() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jurors = jurors(case);
		for (who, vote) in jurors.iter().zip([FOR_BUYER, FOR_BUYER, FOR_SELLER]) {
			assert_ok!(commit(*who, case, vote));
		}
		for (who, vote) in jurors.iter().zip([FOR_BUYER, FOR_BUYER, FOR_SELLER]) {
			assert_ok!(reveal(*who, case, vote));
		}
		advance_until(case, Phase::Closed);
		assert_event(Event::Fined { case, who: jurors[2], amount: FINE });
		assert_eq!(gains(&jurors), [(FEE + FINE / 2) as i128, (FEE + FINE / 2) as i128, -(FINE as i128)]);
		// The third fee was not earned: it goes back.
		assert_eq!(gained(SELLER), -2 * FEE as i128);
	});
}

#[test]
fn a_commitment_that_is_not_revealed_costs_the_stake() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jurors = jurors(case);
		for who in &jurors {
			assert_ok!(commit(*who, case, FOR_SELLER));
		}
		for who in &jurors[..2] {
			assert_ok!(reveal(*who, case, FOR_SELLER));
		}
		advance_until(case, Phase::Closed);
		assert_eq!(ruled(1), Some(FOR_SELLER));
		let each = (FEE + STAKE / 2) as i128;
		assert_eq!(gains(&jurors), [each, each, -(STAKE as i128)]);
		assert_eq!(arbitrator(jurors[2]).bond, MIN_BOND - STAKE);
	});
}

#[test]
fn a_refusal_that_was_voted_for_costs_both_sides_half() {
	TestExt::default().execute(|| {
		let case = voted(1, &[Refused, Refused, FOR_BUYER]);
		let jurors = jurors(case);
		advance_until(case, Phase::Closed);
		assert_eq!((ruled(1), lost().len()), (Some(Refused), 0));
		assert_eq!((gained(BUYER), gained(SELLER)), (-(FEE as i128), -(FEE as i128)));
		assert_eq!(gained(jurors[2]), -(FINE as i128));
	});
}

#[test]
fn where_a_jury_does_not_agree_nobodys_vote_is_wrong() {
	TestExt::default().execute(|| {
		let case = voted(1, &[Refused, FOR_SELLER, FOR_BUYER]);
		let jurors = jurors(case);
		advance_until(case, Phase::Closed);
		assert_eq!(ruled(1), Some(Refused));
		assert_eq!(gains(&jurors), [FEE as i128; 3]);
		assert_eq!(gained(BUYER) + gained(SELLER), -(FIRST_FEE as i128));
	});
}

#[test]
fn a_loser_who_appeals_pays_both_juries() {
	TestExt::pool_of(30).execute(|| {
		let case = voted(1, &[FOR_BUYER; 3]);
		let first = jurors(case);
		assert_ok!(appeal(SELLER, case));
		let second = next_jury_votes(case, FOR_BUYER);
		advance_until(case, Phase::Closed);
		assert_eq!((gained(BUYER), gained(SELLER)), (0, -((FIRST_FEE + SECOND_FEE) as i128)));
		assert_eq!(gains(&first), [FEE as i128; 3]);
		assert_eq!(gains(&second), [FEE as i128; 7]);
	});
}

#[test]
fn an_overturned_ruling_costs_those_who_made_it() {
	TestExt::pool_of(30).execute(|| {
		let case = voted(1, &[FOR_BUYER, FOR_BUYER, FOR_SELLER]);
		let first = jurors(case);
		assert_ok!(appeal(SELLER, case));
		let second = next_jury_votes(case, FOR_SELLER);
		advance_until(case, Phase::Closed);
		assert_eq!(ruled(1), Some(FOR_SELLER));
		// Eight fees: three out of what the buyer posted, five out of two fines, nothing out of what the winner posted.
		assert_eq!((gained(BUYER), gained(SELLER)), (-(FIRST_FEE as i128), 0));
		assert_eq!(gains(&first), [-(FINE as i128), -(FINE as i128), FEE as i128]);
		assert_eq!(gains(&second), [FEE as i128; 7]);
	});
}

#[test]
fn a_winner_pays_what_neither_loser_nor_fines_can() {
	TestExt::pool_of(30).execute(|| {
		JurorStake::set(100);
		let case = voted(1, &[FOR_BUYER, FOR_SELLER, Refused]);
		assert_ok!(appeal(SELLER, case));
		next_jury_votes(case, FOR_SELLER);
		assert_ok!(appeal(BUYER, case));
		let third = next_jury_votes(case, FOR_SELLER);
		// 23 fees: 18 out of what the buyer posted, four out of two fines, one out of the winner's.
		assert_eq!((third.len(), phase(case)), (15, Phase::Closed));
		assert_eq!((gained(BUYER), gained(SELLER)), (-1_800, -100));
	});
}

#[test]
fn fines_that_nobody_earns_are_the_treasurys() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		advance_until(case, Phase::Closed);
		// Two juries did not appear; no side pays for that.
		assert_eq!((ruled(1), gained(TREASURY)), (Some(Refused), 6 * STAKE as i128));
		assert_eq!((gained(BUYER), gained(SELLER)), (0, 0));
	});
}
