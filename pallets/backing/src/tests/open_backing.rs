use super::*;

#[test]
fn a_curator_opens_her_bond_and_pays_for_the_record() {
	TestExt.execute(|| {
		assert_ok!(open(CURATOR, LISTING, percent(20), 4_000));
		assert_event(Event::Opened { listing: LISTING, share: percent(20), from: 1, most: 4_000 });
		let deposit = Backing::backing_deposit(LISTING);
		assert!(deposit > 10);
		assert_eq!(held(&SOUK, HoldReason::Deposit, CURATOR), deposit);
		assert_eq!((view().share, view().room, view().active), (percent(20), 4_000, 0));
		// Changing the terms costs nothing more.
		assert_ok!(open(CURATOR, LISTING, percent(20), 3_000));
		assert_eq!((view().room, held(&SOUK, HoldReason::Deposit, CURATOR)), (3_000, deposit));
	});
}

#[test]
fn nobody_opens_the_bond_of_another() {
	TestExt.execute(|| {
		for who in [OTHER, BACKERS[0], TREASURY] {
			assert_noop!(open(who, LISTING, percent(20), 1), Error::<Test>::NotAuthorized);
		}
		assert_noop!(open(CURATOR, 9, percent(20), 1), Error::<Test>::NotFound);
	});
}

#[test]
fn a_part_of_the_income_stays_the_curators() {
	TestExt.execute(|| {
		for share in [percent(0), percent(91), percent(100)] {
			assert_noop!(open(CURATOR, LISTING, share, 1), Error::<Test>::InvalidShare);
		}
		assert_ok!(open(CURATOR, LISTING, percent(90), 1));
	});
}

#[test]
fn a_listing_that_has_ended_is_not_opened() {
	TestExt.execute(|| {
		end(LISTING);
		assert_noop!(open(CURATOR, LISTING, percent(20), 1), Error::<Test>::ListingEnded);
	});
}

#[test]
fn a_bond_that_closes_is_not_opened_again_before_everybody_is_gone() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		assert_noop!(open(CURATOR, LISTING, percent(30), BOND), Error::<Test>::AlreadyClosing);
		advance_to(1 + UNBONDING);
		for who in BACKERS {
			assert_ok!(withdraw(who));
		}
		assert_ok!(open(CURATOR, LISTING, percent(30), BOND));
	});
}

#[test]
fn a_higher_share_begins_at_once_and_a_lower_one_when_who_leaves_now_is_gone() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(open(CURATOR, LISTING, percent(50), BOND));
		assert_eq!((view().share, view().lowered), (percent(50), None));
		advance_to(5);
		assert_ok!(open(CURATOR, LISTING, percent(10), BOND));
		let from = 5 + UNBONDING;
		assert_event(Event::Opened { listing: LISTING, share: percent(10), from, most: BOND });
		assert_eq!((view().share, view().lowered), (percent(50), Some((percent(10), from))));
		// Who does not like it is out in the same block.
		assert_ok!(unback(BACKERS[0], 5_000));
		advance_to(from - 1);
		pay(SOUK, 1_000);
		assert_eq!(due(BACKERS[1], &SOUK), 300);
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::TooEarly);
		advance_to(from);
		assert_ok!(withdraw(BACKERS[0]));
		pay(SOUK, 1_000);
		assert_eq!(due(BACKERS[1], &SOUK), 300 + 60);
		assert_eq!((view().share, view().lowered), (percent(10), None));
	});
}

#[test]
fn announcing_a_lower_share_again_starts_the_notice_again_and_a_higher_one_ends_it() {
	TestExt.execute(|| {
		opened();
		assert_ok!(open(CURATOR, LISTING, percent(10), BOND));
		advance_to(11);
		assert_ok!(open(CURATOR, LISTING, percent(5), BOND));
		assert_eq!(view().lowered, Some((percent(5), 11 + UNBONDING)));
		assert_ok!(open(CURATOR, LISTING, percent(20), BOND));
		assert_eq!((view().share, view().lowered), (percent(20), None));
		// Of one that has begun, a lower one is announced again.
		assert_ok!(open(CURATOR, LISTING, percent(10), BOND));
		advance_to(11 + UNBONDING);
		assert_eq!(view().share, percent(10));
		assert_ok!(open(CURATOR, LISTING, percent(15), BOND));
		assert_eq!((view().share, view().lowered), (percent(15), None));
	});
}

#[test]
fn allowing_less_sends_nobody_away() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(open(CURATOR, LISTING, percent(20), 1_000));
		assert_eq!((view().active, view().room), (10_000, 0));
		assert_noop!(back(BACKERS[0], LEAST), Error::<Test>::TooMuch);
	});
}
