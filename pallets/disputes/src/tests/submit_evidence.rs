use super::*;

#[test]
fn both_sides_show_what_they_have_and_pay_for_its_bytes() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(submit_evidence(SELLER, case, [1; 32]));
		assert_ok!(answer(SELLER, case));
		let before = held(HoldReason::Deposit, BUYER);
		assert_ok!(submit_evidence(BUYER, case, [2; 32]));
		assert_event(Event::EvidenceSubmitted { case, by: Side::Buyer, hash: [2; 32] });
		assert_eq!(held(HoldReason::Deposit, BUYER) - before, 37);
		let shown: Vec<_> = view(case).evidence.iter().map(|shown| (shown.by, shown.hash)).collect();
		assert_eq!(shown, [(Side::Buyer, SHOWN), (Side::Seller, [1; 32]), (Side::Buyer, [2; 32])]);
		// Until the jury is drawn.
		advance_until(case, Phase::Drawing);
		assert_ok!(submit_evidence(BUYER, case, [3; 32]));
		advance_until(case, Phase::Commit);
		assert_noop!(submit_evidence(BUYER, case, [4; 32]), Error::<Test>::WrongPhase);
	});
}

#[test]
fn only_sides_show_evidence_once_each_and_not_without_end() {
	TestExt::default().execute(|| {
		assert_noop!(submit_evidence(BUYER, 0, [1; 32]), Error::<Test>::NotFound);
		let case = opened(1);
		assert_noop!(submit_evidence(OTHER, case, [1; 32]), Error::<Test>::NotAuthorized);
		assert_noop!(submit_evidence(BUYER, case, SHOWN), Error::<Test>::AlreadyShown);
		// The other side may show the same.
		assert_ok!(submit_evidence(SELLER, case, SHOWN));
		for piece in 102..=100 + MAX_EVIDENCE as u8 {
			assert_ok!(submit_evidence(BUYER, case, [piece; 32]));
			assert_ok!(submit_evidence(SELLER, case, [piece; 32]));
		}
		for who in [BUYER, SELLER] {
			assert_noop!(submit_evidence(who, case, [99; 32]), Error::<Test>::TooMuchEvidence);
		}
	});
}

#[test]
fn who_cannot_pay_for_it_or_is_too_late_shows_nothing() {
	TestExt::default().execute(|| {
		let case = opened(1);
		let until = view(case).until;
		System::set_block_number(until);
		assert_noop!(submit_evidence(BUYER, case, [1; 32]), Error::<Test>::Expired);
		System::set_block_number(until - 1);
		assert_ok!(submit_evidence(BUYER, case, [1; 32]));
		impoverish(SELLER, 36);
		assert_noop!(submit_evidence(SELLER, case, [1; 32]), Error::<Test>::InsufficientFunds);
	});
}

#[test]
fn an_appeal_hears_nothing_new() {
	TestExt::pool_of(30).execute(|| {
		let case = voted(1, &[FOR_BUYER; 3]);
		assert_noop!(submit_evidence(SELLER, case, [1; 32]), Error::<Test>::WrongPhase);
		assert_ok!(appeal(SELLER, case));
		assert_noop!(submit_evidence(SELLER, case, [1; 32]), Error::<Test>::WrongPhase);
	});
}
