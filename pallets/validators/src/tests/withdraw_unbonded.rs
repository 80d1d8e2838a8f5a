use super::*;
use crate::Ledgers;

#[test]
fn what_has_passed_its_sessions_is_released_and_not_a_session_earlier() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::unbond(signed(3), 1_000));
		run_to_session(UNBONDING_SESSIONS);
		assert_noop!(Validators::withdraw_unbonded(signed(3)), Error::<Test>::TooEarly);
		run_to_session(UNBONDING_SESSIONS + 1);
		assert_ok!(Validators::withdraw_unbonded(signed(3)));
		assert_eq!((held(3), free(3)), (2_000, ENDOWMENT - 2_000));
		assert_eq!(events().last(), Some(&Event::Withdrawn { validator: 3, amount: 1_000 }));
	});
}

#[test]
fn a_younger_portion_stays_behind() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::unbond(signed(3), 1_000));
		run_to_session(2);
		assert_ok!(Validators::unbond(signed(3), 10));
		run_to_session(UNBONDING_SESSIONS + 1);
		assert_ok!(Validators::withdraw_unbonded(signed(3)));
		assert_eq!(held(3), 2_000);
		assert_eq!(
			Validators::validator(3).map(|view| view.unlocking),
			Some(vec![(10, 2 + 1 + UNBONDING_SESSIONS)])
		);
	});
}

#[test]
fn the_last_planck_takes_the_record_with_it() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(4), 500));
		assert_ok!(Validators::unbond(signed(4), 500));
		run_to_session(UNBONDING_SESSIONS + 1);
		assert_ok!(Validators::withdraw_unbonded(signed(4)));
		assert!(!Ledgers::<Test>::contains_key(4));
		assert_eq!((held(4), free(4)), (0, ENDOWMENT));
	});
}

#[test]
fn nothing_is_withdrawn_from_no_bond() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::withdraw_unbonded(signed(4)), Error::<Test>::NotBonded);
		assert_noop!(Validators::withdraw_unbonded(signed(1)), Error::<Test>::TooEarly);
	});
}
