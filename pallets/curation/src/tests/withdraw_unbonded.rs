use super::*;
use crate::CuratorBonds;
use souk_primitives::{
	reach::{Bonds as _, Pending},
	Bond,
};

#[test]
fn what_was_unbonded_is_released_when_its_time_has_come_and_not_a_block_earlier() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_ok!(unbond(CURATOR, LISTING, 50));
		go_to(UNBONDING);
		assert_noop!(withdraw_unbonded(CURATOR, LISTING), Error::<Test>::TooEarly);
		go_to(UNBONDING + 1);
		assert_ok!(withdraw_unbonded(CURATOR, LISTING));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 100);
		assert_eq!(events().last(), Some(&Event::Withdrawn { listing: LISTING, amount: 50 }));
	});
}

#[test]
fn the_last_planck_takes_the_record_with_it() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, DRAFT, 150));
		assert_ok!(unbond(CURATOR, DRAFT, 150));
		go_to(UNBONDING + 1);
		assert_ok!(withdraw_unbonded(CURATOR, DRAFT));
		assert!(!CuratorBonds::<Test>::contains_key(DRAFT));
		assert_eq!(free(CURATOR), ENDOWMENT);
	});
}

#[test]
fn only_the_curator_withdraws() {
	TestExt::default().execute(|| {
		assert_noop!(withdraw_unbonded(CURATOR, LISTING), Error::<Test>::NotBonded);
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_noop!(withdraw_unbonded(OTHER, LISTING), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn what_was_unbonded_answers_until_the_cases_about_the_listing_are_over() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_ok!(bond(OTHER, FOREIGN, 150));
		assert_ok!(unbond(CURATOR, LISTING, 50));
		assert_ok!(unbond(OTHER, FOREIGN, 50));
		OpenCases::set([(LISTING, Pending { since: UNBONDING, longest: 30 })].into());
		go_to(UNBONDING);
		assert_noop!(withdraw_unbonded(CURATOR, LISTING), Error::<Test>::TooEarly);
		go_to(UNBONDING + 1);
		assert_noop!(withdraw_unbonded(CURATOR, LISTING), Error::<Test>::CaseOpen);
		// It is not about the other's.
		assert_ok!(withdraw_unbonded(OTHER, FOREIGN));
		assert_eq!(Curation::forfeit(&Bond::Listing(LISTING), 120), 120);
		OpenCases::set(Default::default());
		assert_ok!(withdraw_unbonded(CURATOR, LISTING));
		assert_eq!(events().last(), Some(&Event::Withdrawn { listing: LISTING, amount: 30 }));
	});
}

#[test]
fn what_was_unbonded_waits_for_no_case_that_came_when_it_was_free() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert_ok!(unbond(CURATOR, LISTING, 50));
		go_to(2);
		assert_ok!(unbond(CURATOR, LISTING, 20));
		OpenCases::set([(LISTING, Pending { since: UNBONDING + 1, longest: 30 })].into());
		go_to(UNBONDING + 2);
		assert_ok!(withdraw_unbonded(CURATOR, LISTING));
		assert_eq!(events().last(), Some(&Event::Withdrawn { listing: LISTING, amount: 50 }));
		assert_noop!(withdraw_unbonded(CURATOR, LISTING), Error::<Test>::CaseOpen);
	});
}

#[test]
fn one_case_after_the_other_keeps_what_was_unbonded_no_longer_than_one_takes() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_ok!(unbond(CURATOR, LISTING, 50));
		OpenCases::set([(LISTING, Pending { since: 3, longest: 30 })].into());
		go_to(UNBONDING + 30);
		assert_noop!(withdraw_unbonded(CURATOR, LISTING), Error::<Test>::CaseOpen);
		go_to(UNBONDING + 31);
		assert_ok!(withdraw_unbonded(CURATOR, LISTING));
	});
}
