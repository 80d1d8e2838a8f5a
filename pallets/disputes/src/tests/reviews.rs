use super::*;

#[test]
fn two_approvals_open_the_evidence_until_a_block() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let (jurors, who) = (jurors(case), REVIEWERS[0]);
		assert_ok!(request_review(who, case));
		assert_event(Event::ReviewRequested { case, reviewer: who });
		assert!(held(HoldReason::Deposit, who) > 0);
		let review = || view(case).reviews[0].clone();
		assert!(!review().open && review().until.is_none());
		assert_ok!(approve_review(jurors[0], case, who));
		assert_event(Event::ReviewApproved { case, reviewer: who, by: jurors[0], until: None });
		assert!(!review().open);
		assert_ok!(approve_review(jurors[2], case, who));
		let until = now() + REVIEW;
		assert_event(Event::ReviewApproved { case, reviewer: who, by: jurors[2], until: Some(until) });
		assert!(review().open);
		assert_eq!((review().until, review().key), (Some(until), [3; 32]));
		assert_eq!(review().approvals, [jurors[0], jurors[2]]);
		System::set_block_number(until - 1);
		assert!(review().open);
		System::set_block_number(until);
		assert!(!review().open);
		// Then it may be asked for again.
		assert_ok!(request_review(who, case));
		assert!(review().approvals.is_empty());
	});
}

#[test]
fn reviewers_are_from_outside_and_ask_once_there_is_a_jury() {
	TestExt::default().execute(|| {
		let who = REVIEWERS[0];
		assert_noop!(request_review(who, 0), Error::<Test>::NotFound);
		let case = opened(1);
		assert_noop!(request_review(who, case), Error::<Test>::WrongPhase);
		assert_ok!(answer(SELLER, case));
		advance_until(case, Phase::Commit);
		for inside in [BUYER, SELLER, NODE, jurors(case)[0]] {
			assert_noop!(request_review(inside, case), Error::<Test>::NotFromOutside);
		}
		assert_noop!(
			dispatch(who, crate::Call::request_review { case, key: [0; 32] }),
			Error::<Test>::InvalidKey
		);
		assert_noop!(request_review(POOR, case), Error::<Test>::InsufficientFunds);
		assert_ok!(request_review(who, case));
		assert_noop!(request_review(who, case), Error::<Test>::AlreadyRequested);
		advance_until(case, Phase::Closed);
		assert_noop!(request_review(REVIEWERS[1], case), Error::<Test>::WrongPhase);
		assert_noop!(approve_review(jurors(case)[0], case, who), Error::<Test>::WrongPhase);
	});
}

#[test]
fn only_jurors_approve_once_of_what_was_asked() {
	TestExt::default().execute(|| {
		assert_noop!(approve_review(OTHER, 0, OTHER), Error::<Test>::NotFound);
		let case = drawn(1);
		let (jurors, who) = (jurors(case), REVIEWERS[0]);
		assert_noop!(approve_review(jurors[0], case, who), Error::<Test>::NotRequested);
		assert_ok!(request_review(who, case));
		for outside in [BUYER, SELLER, OTHER, who] {
			assert_noop!(approve_review(outside, case, who), Error::<Test>::NotAuthorized);
		}
		assert_ok!(approve_review(jurors[0], case, who));
		assert_noop!(approve_review(jurors[0], case, who), Error::<Test>::AlreadyApproved);
		assert_ok!(approve_review(jurors[1], case, who));
		assert_noop!(approve_review(jurors[2], case, who), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn requests_that_nobody_approves_of_make_room_and_others_do_not() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jurors = jurors(case);
		for who in &REVIEWERS[..4] {
			assert_ok!(request_review(*who, case));
		}
		assert_ok!(approve_review(jurors[0], case, REVIEWERS[0]));
		assert_ok!(request_review(REVIEWERS[4], case));
		let asked: Vec<_> = view(case).reviews.iter().map(|review| review.reviewer).collect();
		assert_eq!(asked, [REVIEWERS[0], REVIEWERS[2], REVIEWERS[3], REVIEWERS[4]]);
		assert_eq!(held(HoldReason::Deposit, REVIEWERS[1]), 0);
		for who in &REVIEWERS[2..5] {
			assert_ok!(approve_review(jurors[0], case, *who));
		}
		assert_noop!(request_review(REVIEWERS[5], case), Error::<Test>::TooManyReviews);
		// All deposits return with the case.
		advance_until(case, Phase::Closed);
		advance_to(now() + KEEP);
		assert!(REVIEWERS.iter().all(|who| free(*who) == ENDOWMENT));
	});
}
