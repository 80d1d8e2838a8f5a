use super::*;

#[test]
fn a_backers_money_is_on_hold_on_the_curators_account() {
	TestExt.execute(|| {
		opened();
		let before = free(&SOUK, CURATOR);
		assert_ok!(back(BACKERS[0], 5_000));
		assert_event(Event::Backed { listing: LISTING, backer: BACKERS[0], amount: 5_000 });
		let deposit = Backing::backer_deposit(&BACKERS[0], LISTING);
		assert_eq!(held(&SOUK, HoldReason::Deposit, BACKERS[0]), deposit);
		assert_eq!(free(&SOUK, BACKERS[0]), ENDOWMENT - 5_000 - deposit);
		assert_eq!((held(&SOUK, HoldReason::Backing, CURATOR), free(&SOUK, CURATOR)), (5_000, before));
		// More of it needs no other record.
		assert_ok!(back(BACKERS[0], 1_000));
		assert_eq!(active(BACKERS[0]), 6_000);
		assert_eq!(held(&SOUK, HoldReason::Deposit, BACKERS[0]), deposit);
		assert_eq!((view().active, view().backers, view().answers), (6_000, 1, 6_000));
	});
}

#[test]
fn what_the_curator_has_she_bonds() {
	TestExt.execute(|| {
		opened();
		assert_noop!(back(CURATOR, 1_000), Error::<Test>::OwnListing);
	});
}

#[test]
fn only_a_bond_that_is_open_is_backed() {
	TestExt.execute(|| {
		assert_noop!(back(BACKERS[0], 1_000), Error::<Test>::NotFound);
		opened();
		assert_ok!(back(BACKERS[0], 1_000));
		assert_ok!(close(CURATOR, LISTING));
		assert_noop!(back(BACKERS[1], 1_000), Error::<Test>::AlreadyClosing);
	});
}

#[test]
fn backing_is_as_much_as_the_minimum_at_least() {
	TestExt.execute(|| {
		opened();
		for amount in [0, 1, LEAST - 1] {
			assert_noop!(back(BACKERS[0], amount), Error::<Test>::BelowMinimum);
		}
		assert_ok!(back(BACKERS[0], LEAST));
	});
}

#[test]
fn nobody_backs_with_more_than_they_have() {
	TestExt.execute(|| {
		assert_ok!(open(CURATOR, LISTING, percent(20), Balance::MAX));
		Most::set(FixedU128::from_u32(1_000_000));
		// The deposit is theirs as well, and so is what keeps the account alive.
		assert_noop!(back(BACKERS[0], ENDOWMENT), TokenError::FundsUnavailable);
		assert_noop!(back(BACKERS[0], 2 * ENDOWMENT), TokenError::FundsUnavailable);
		let deposit = Backing::backer_deposit(&BACKERS[0], LISTING);
		assert_ok!(back(BACKERS[0], ENDOWMENT - deposit - MINIMUM));
		assert_eq!(free(&SOUK, BACKERS[0]), MINIMUM);
		// Who cannot even pay the deposit backs nothing.
		assert_noop!(back(777, LEAST), TokenError::FundsUnavailable);
	});
}

#[test]
fn no_more_is_behind_a_bond_than_the_curator_allows() {
	TestExt.execute(|| {
		assert_ok!(open(CURATOR, LISTING, percent(20), 4_000));
		assert_ok!(back(BACKERS[0], 3_000));
		assert_noop!(back(BACKERS[1], 1_001), Error::<Test>::TooMuch);
		assert_ok!(back(BACKERS[1], 1_000));
	});
}

#[test]
fn no_more_is_behind_a_bond_than_its_multiple() {
	TestExt.execute(|| {
		assert_ok!(open(CURATOR, LISTING, percent(20), Balance::MAX));
		assert_noop!(back(BACKERS[0], BOND + 1), Error::<Test>::TooMuch);
		assert_ok!(back(BACKERS[0], BOND));
		Most::set(FixedU128::from_rational(3, 2));
		assert_noop!(back(BACKERS[1], BOND / 2 + 1), Error::<Test>::TooMuch);
		assert_ok!(back(BACKERS[1], BOND / 2));
		// Without a bond there is nothing to back.
		assert_ok!(open(CURATOR, SECOND, percent(20), Balance::MAX));
		let call = crate::Call::<Test>::back { listing: SECOND, amount: LEAST };
		assert_noop!(dispatch(BACKERS[0], call), Error::<Test>::TooMuch);
	});
}

#[test]
fn who_joins_later_pays_for_points_what_they_are_worth() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(BACKERS[0], 5_000));
		offend(percent(10));
		assert_eq!(active(BACKERS[0]), 4_500);
		assert_ok!(back(BACKERS[1], 4_500));
		assert_eq!((active(BACKERS[0]), active(BACKERS[1])), (4_500, 4_500));
		offend(percent(20));
		assert_eq!((active(BACKERS[0]), active(BACKERS[1])), (3_600, 3_600));
		settle_fines();
	});
}

#[test]
fn nobody_joins_those_who_have_lost_everything_before_they_are_gone() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[2], 1_000));
		offend(percent(100));
		settle_fines();
		assert_eq!((own(), view().active, view().leaving), (0, 0, 0));
		assert_ok!(Curation::bond(RuntimeOrigin::signed(CURATOR), LISTING, BOND));
		assert_noop!(back(BACKERS[0], 1_000), Error::<Test>::WipedOut);
		for who in BACKERS {
			// Anybody may show them the door; there is nothing to wait for.
			assert_noop!(back(OTHER, 1_000), Error::<Test>::WipedOut);
			assert_ok!(withdraw(who));
			assert_eq!(held(&SOUK, HoldReason::Deposit, who), 0);
		}
		assert_ok!(back(OTHER, 1_000));
		assert_eq!(active(OTHER), 1_000);
	});
}
