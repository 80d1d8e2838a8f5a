use super::*;

#[test]
fn the_other_side_posts_the_same_fee_and_evidence_is_collected() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		let until = now() + EVIDENCE;
		assert_event(Event::Answered { case, until });
		assert_eq!(held(HoldReason::Fee, SELLER), FIRST_FEE);
		assert_eq!((phase(case), view(case).until), (Phase::Evidence, until));
	});
}

#[test]
fn only_the_other_side_answers_and_once() {
	TestExt::default().execute(|| {
		assert_noop!(answer(SELLER, 0), Error::<Test>::NotFound);
		let case = opened(1);
		assert_noop!(answer(BUYER, case), Error::<Test>::NotAuthorized);
		assert_noop!(answer(OTHER, case), Error::<Test>::NotAuthorized);
		assert_ok!(answer(SELLER, case));
		assert_noop!(answer(SELLER, case), Error::<Test>::WrongPhase);
	});
}

#[test]
fn who_cannot_pay_does_not_answer() {
	TestExt::default().execute(|| {
		let case = opened(1);
		impoverish(SELLER, FIRST_FEE - 1);
		assert_noop!(answer(SELLER, case), Error::<Test>::InsufficientFunds);
	});
}

#[test]
fn one_block_before_the_end_is_in_time_and_the_end_is_not() {
	TestExt::default().execute(|| {
		let case = opened(1);
		let until = view(case).until;
		System::set_block_number(until);
		assert_noop!(answer(SELLER, case), Error::<Test>::Expired);
		System::set_block_number(until - 1);
		assert_ok!(answer(SELLER, case));
	});
}
