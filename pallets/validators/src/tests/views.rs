use super::*;
use crate::ValidatorView;

#[test]
fn a_validator_is_shown_with_all_it_has_at_stake() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::unbond(signed(2), 500));
		assert_eq!(
			Validators::validator(2),
			Some(ValidatorView { bond: 1_500, unlocking: vec![(500, 4)], candidate: true, active: true })
		);
		assert_ok!(Validators::bond(signed(4), 500));
		assert_eq!(
			Validators::validator(4),
			Some(ValidatorView { bond: 500, unlocking: vec![], candidate: false, active: false })
		);
		assert_eq!(Validators::validator(5), None);
	});
}

#[test]
fn the_running_set_is_the_session_pallets() {
	TestExt::default().execute(|| {
		join(4, 2_500);
		run_to_session(2);
		let active: Vec<_> = Validators::active_set().into_iter().map(|(validator, _)| validator).collect();
		assert_eq!(active, Session::validators());
	});
}
