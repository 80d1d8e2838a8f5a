use super::*;

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
