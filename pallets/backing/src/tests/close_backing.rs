use super::*;

#[test]
fn who_opened_a_bond_can_close_it_when_nobody_backs_it() {
	TestExt.execute(|| {
		opened();
		assert_ok!(close(CURATOR, LISTING));
		assert_event(Event::Closing { listing: LISTING, at: 1 + UNBONDING });
		assert_event(Event::Closed { listing: LISTING });
		assert_eq!(Backing::backing(LISTING), None);
		assert_nothing_is_left();
	});
}

#[test]
fn backers_earn_and_answer_until_everything_is_free() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		let at = 1 + UNBONDING;
		assert_eq!((view().closes, view().room), (Some(at), 0));
		advance_to(at - 1);
		pay(SOUK, 1_000);
		assert_eq!(due(BACKERS[0], &SOUK), 100);
		assert_eq!(offend(percent(10)), 2_000);
		settle_fines();
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::TooEarly);
		advance_to(at);
		// Nobody can say that they have not known: what is free answers no more, and earns no more.
		assert_eq!((view().answers, view().share), (0, percent(0)));
		assert_eq!(offend(percent(10)), 900);
		settle_fines();
		pay(SOUK, 1_000);
		assert_eq!(due(BACKERS[0], &SOUK), 100);
		for (who, amount) in BACKERS.into_iter().zip([4_500, 2_700, 1_800]) {
			assert_ok!(withdraw(who));
			assert_event(Event::Withdrawn { listing: LISTING, backer: who, amount });
			assert_ok!(claim(who, SOUK));
		}
		assert_event(Event::Closed { listing: LISTING });
		assert_nothing_is_left();
	});
}

#[test]
fn what_was_on_its_way_out_is_free_with_the_rest() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		advance_to(1 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
	});
	TestExt.execute(|| {
		three_backers();
		advance_to(9);
		assert_ok!(unback(BACKERS[0], 1_000));
		assert_ok!(close(CURATOR, LISTING));
		advance_to(9 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
		assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 5_000 });
	});
}

#[test]
fn only_the_curator_closes_and_once() {
	TestExt.execute(|| {
		assert_noop!(close(CURATOR, LISTING), Error::<Test>::NotFound);
		three_backers();
		for who in [OTHER, BACKERS[0]] {
			assert_noop!(close(who, LISTING), Error::<Test>::NotAuthorized);
		}
		assert_ok!(close(CURATOR, LISTING));
		assert_noop!(close(CURATOR, LISTING), Error::<Test>::AlreadyClosing);
	});
}

#[test]
fn backers_answer_for_cases_that_are_open_when_a_bond_closes() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		let at = 1 + UNBONDING;
		OpenCases::set(Some(Pending { since: at - 1, longest: 30 }));
		advance_to(at);
		// It earns nothing any more.
		assert_eq!((view().answers, view().share), (10_000, percent(0)));
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::CaseOpen);
		assert_eq!(offend(percent(10)), 2_000);
		settle_fines();
		advance_to(at + 30);
		assert_eq!(view().answers, 0);
		assert_ok!(withdraw(BACKERS[0]));
		assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 4_500 });
	});
}

#[test]
fn what_is_free_when_a_case_is_opened_does_not_answer_for_it() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		let at = 1 + UNBONDING;
		OpenCases::set(Some(Pending { since: at, longest: 30 }));
		advance_to(at);
		assert_eq!(view().answers, 0);
		assert_ok!(withdraw(BACKERS[0]));
	});
}
