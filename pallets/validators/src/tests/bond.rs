use super::*;

#[test]
fn a_bond_is_held_and_nothing_else_changes() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(4), 500));
		assert_eq!(held(4), 500);
		assert_eq!(free(4), ENDOWMENT - 500);
		assert!(!Validators::is_candidate(&4));
		assert_eq!(events().last(), Some(&Event::Bonded { validator: 4, amount: 500 }));
	});
}

#[test]
fn an_account_has_one_bond() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(4), 500));
		assert_noop!(Validators::bond(signed(4), 500), Error::<Test>::AlreadyBonded);
	});
}

#[test]
fn a_bond_below_the_minimum_is_refused() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::bond(signed(4), MIN_BOND - 1), Error::<Test>::BelowMinimum);
		assert_ok!(Validators::bond(signed(4), MIN_BOND));
	});
}

#[test]
fn nobody_bonds_more_than_they_have() {
	TestExt::default().execute(|| {
		assert!(Validators::bond(signed(4), ENDOWMENT + 1).is_err());
		assert_eq!(held(4), 0);
	});
}

#[test]
fn only_a_signed_origin_bonds() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::bond(RuntimeOrigin::root(), 500), sp_runtime::DispatchError::BadOrigin);
		assert_noop!(Validators::bond(RuntimeOrigin::none(), 500), sp_runtime::DispatchError::BadOrigin);
	});
}
