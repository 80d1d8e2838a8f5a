use super::*;

#[test]
fn a_candidate_that_chills_is_not_elected_again() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::chill(signed(3)));
		assert_eq!(events().last(), Some(&Event::Chilled { validator: 3 }));
		run_to_session(1);
		assert_eq!(set_of(2), [2, 1]);
		run_to_session(2);
		assert_eq!(Session::validators(), [2, 1]);
		assert_eq!(held(3), 3_000);
	});
}

#[test]
fn only_a_candidate_chills() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::chill(signed(4)), Error::<Test>::NotCandidate);
	});
}

#[test]
fn the_set_never_falls_below_the_minimum() {
	TestExt::default().execute(|| {
		for validator in [1, 2, 3] {
			assert_ok!(Validators::chill(signed(validator)));
		}
		run_to_session(3);
		// The two with the largest bonds stay.
		assert_eq!(Session::validators(), [3, 2]);
		// Whoever comes takes the place of one of them.
		join(4, 500);
		run_to_session(5);
		assert_eq!(Session::validators(), [3, 4]);
	});
}
