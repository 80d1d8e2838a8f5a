use super::*;

#[test]
fn the_last_planck_ends_the_record_and_returns_its_deposit() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[0], 5_000));
		advance_to(1 + UNBONDING);
		// Anybody may, for whoever it is.
		assert_ok!(withdraw(BACKERS[0]));
		assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 5_000 });
		assert_eq!((free(&SOUK, BACKERS[0]), backed(BACKERS[0])), (ENDOWMENT, None));
		assert_eq!((view().backers, held(&SOUK, HoldReason::Backing, CURATOR)), (2, 5_000));
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::NotFound);
	});
}

#[test]
fn nothing_is_withdrawn_that_was_not_unbacked() {
	TestExt.execute(|| {
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::NotFound);
		three_backers();
		advance_to(5 * UNBONDING);
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::TooEarly);
		assert_noop!(withdraw(OTHER), Error::<Test>::NotFound);
	});
}

#[test]
fn only_what_has_waited_is_withdrawn() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[0], 1_000));
		advance_to(10);
		assert_ok!(unback(BACKERS[0], 500));
		advance_to(1 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
		assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 1_000 });
		assert_eq!(backed(BACKERS[0]).expect("she backs it").leaving, vec![(500, 10 + UNBONDING)]);
	});
}

#[test]
fn who_has_earned_something_is_not_forgotten_with_the_backing() {
	TestExt.execute(|| {
		three_backers();
		pay(SOUK, 1_000);
		assert_ok!(unback(BACKERS[0], 5_000));
		advance_to(1 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
		assert_eq!(due(BACKERS[0], &SOUK), 100);
		assert!(held(&SOUK, HoldReason::Deposit, BACKERS[0]) > 0);
		assert_ok!(claim(BACKERS[0], SOUK));
		assert_eq!((free(&SOUK, BACKERS[0]), backed(BACKERS[0])), (ENDOWMENT + 100, None));
	});
}

#[test]
fn what_was_unbacked_answers_until_the_cases_about_the_listing_are_over() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[0], 1_000));
		OpenCases::set(Some(Pending { since: UNBONDING, longest: 30 }));
		advance_to(UNBONDING);
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::TooEarly);
		advance_to(1 + UNBONDING);
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::CaseOpen);
		// Who has nothing on the way out waits for nothing.
		assert_noop!(withdraw(BACKERS[1]), Error::<Test>::TooEarly);
		assert_eq!(offend(percent(10)), 2_000);
		settle_fines();
		OpenCases::set(None);
		assert_ok!(withdraw(BACKERS[0]));
		assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 900 });
	});
}

#[test]
fn one_case_after_the_other_keeps_it_no_longer_than_one_takes() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[0], 1_000));
		OpenCases::set(Some(Pending { since: 3, longest: 30 }));
		advance_to(30 + UNBONDING);
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::CaseOpen);
		advance_to(31 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
	});
}
