use super::*;

#[test]
fn a_bonded_account_with_keys_stands_for_election() {
	TestExt::default().execute(|| {
		join(4, 500);
		assert_eq!(Validators::candidates(), [(3, 3_000), (2, 2_000), (1, 1_000), (4, 500)]);
		assert_eq!(events().last(), Some(&Event::CandidacyDeclared { validator: 4 }));
	});
}

#[test]
fn without_a_bond_nobody_stands() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::validate(signed(4)), Error::<Test>::NotBonded);
	});
}

#[test]
fn without_the_minimum_nobody_stands() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(4), 500));
		assert_ok!(Validators::unbond(signed(4), 401));
		assert_noop!(Validators::validate(signed(4)), Error::<Test>::BelowMinimum);
	});
}

#[test]
fn without_session_keys_nobody_stands() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond(signed(9), 500));
		assert_noop!(Validators::validate(signed(9)), Error::<Test>::NoSessionKeys);
	});
}

#[test]
fn nobody_stands_twice() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::validate(signed(1)), Error::<Test>::AlreadyCandidate);
	});
}

#[test]
fn on_a_full_list_the_smallest_bond_makes_room_for_a_larger_one() {
	TestExt::default().execute(|| {
		join(4, 200);
		join(5, 300);
		assert_ok!(Validators::bond(signed(6), 200));
		assert_noop!(Validators::validate(signed(6)), Error::<Test>::TooManyCandidates);
		assert_ok!(Validators::bond_extra(signed(6), 1));
		assert_ok!(Validators::validate(signed(6)));
		assert!(!Validators::is_candidate(&4));
		assert_eq!(Validators::candidates().last(), Some(&(6, 201)));
		// Its bond is its own again, as soon as it wants it.
		assert_ok!(Validators::unbond(signed(4), 200));
	});
}
