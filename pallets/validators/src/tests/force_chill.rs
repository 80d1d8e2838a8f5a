use super::*;

#[test]
fn the_admin_takes_a_candidate_off_the_list() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::force_chill(RuntimeOrigin::root(), 3));
		assert!(!Validators::is_candidate(&3));
		assert_eq!(held(3), 3_000);
		assert_noop!(Validators::force_chill(RuntimeOrigin::root(), 3), Error::<Test>::NotCandidate);
	});
}

#[test]
fn nobody_else_does() {
	TestExt::default().execute(|| {
		assert_noop!(Validators::force_chill(signed(3), 3), sp_runtime::DispatchError::BadOrigin);
	});
}
