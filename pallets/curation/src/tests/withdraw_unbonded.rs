use super::*;
use crate::CuratorBonds;

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
