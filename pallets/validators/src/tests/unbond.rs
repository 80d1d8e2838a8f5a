use super::*;

#[test]
fn unbonded_money_stays_held_until_its_sessions_have_passed() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::unbond(signed(3), 1_000));
		assert_eq!(held(3), 3_000);
		let view = Validators::validator(3).expect("3 is bonded");
		assert_eq!((view.bond, view.unlocking), (2_000, vec![(1_000, 1 + UNBONDING_SESSIONS)]));
		assert_eq!(
			events().last(),
			Some(&Event::Unbonded { validator: 3, amount: 1_000, until: 1 + UNBONDING_SESSIONS })
		);
	});
}

#[test]
fn a_candidate_keeps_the_minimum() {
	TestExt::default().execute(|| {
		join(4, 500);
		assert_noop!(Validators::unbond(signed(4), 401), Error::<Test>::StillValidating);
		assert_ok!(Validators::unbond(signed(4), 400));
	});
}

#[test]
fn a_sitting_validator_keeps_the_minimum_although_it_has_chilled() {
	TestExt::default().execute(|| {
		join(4, 500);
		assert_ok!(Validators::chill(signed(1)));
		assert_noop!(Validators::unbond(signed(1), 1_000), Error::<Test>::StillValidating);
		run_to_session(1);
		assert_eq!(set_of(2), [3, 2, 4]);
		// It serves the running session to its end.
		assert_noop!(Validators::unbond(signed(1), 1_000), Error::<Test>::StillValidating);
		run_to_session(2);
		assert_ok!(Validators::unbond(signed(1), 1_000));
	});
}

#[test]
fn a_validator_that_was_elected_for_the_next_session_keeps_the_minimum() {
	TestExt::default().execute(|| {
		join(4, 5_000);
		run_to_session(1);
		assert_ok!(Validators::chill(signed(4)));
		assert!(!set_of(1).contains(&4) && set_of(2).contains(&4));
		assert_noop!(Validators::unbond(signed(4), 5_000), Error::<Test>::StillValidating);
	});
}

#[test]
fn a_bond_that_does_not_validate_unbonds_to_nothing() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(4), 500));
		assert_ok!(Validators::unbond(signed(4), 500));
		assert_eq!(held(4), 500);
	});
}

#[test]
fn nobody_unbonds_nothing_or_more_than_is_active() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::unbond(signed(4), 1), Error::<Test>::NotBonded);
		assert_noop!(Validators::unbond(signed(3), 0), Error::<Test>::ZeroAmount);
		assert_noop!(Validators::unbond(signed(3), 3_001), Error::<Test>::InsufficientBond);
	});
}

#[test]
fn portions_of_one_session_share_a_chunk_and_chunks_are_bounded() {
	TestExt::default().execute(|| {
		for session in 0..3 {
			run_to_session(session);
			assert_ok!(Validators::unbond(signed(3), 10));
			assert_ok!(Validators::unbond(signed(3), 10));
		}
		assert_eq!(Validators::validator(3).map(|view| view.unlocking.len()), Some(3));
		run_to_session(3);
		assert_noop!(Validators::unbond(signed(3), 10), Error::<Test>::TooManyUnlocking);
	});
}
