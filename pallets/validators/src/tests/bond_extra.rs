use super::*;

#[test]
fn more_is_added_to_a_bond() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(4), 500));
		assert_ok!(Validators::bond_extra(signed(4), 1));
		assert_eq!(held(4), 501);
		assert_eq!(Validators::validator(4).map(|view| view.bond), Some(501));
	});
}

#[test]
fn nothing_is_added_to_no_bond() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::bond_extra(signed(4), 500), Error::<Test>::NotBonded);
	});
}

#[test]
fn adding_nothing_is_refused() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::bond_extra(signed(1), 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn a_larger_bond_counts_in_the_next_election_and_not_before() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond_extra(signed(1), 9_000));
		assert_eq!(set_of(1), [3, 2, 1]);
		run_to_session(1);
		assert_eq!(set_of(2), [1, 3, 2]);
		assert_eq!(Exposures::<Test>::get(1)[2].bond, 1_000);
		assert_eq!(Exposures::<Test>::get(2)[0].bond, 10_000);
	});
}
