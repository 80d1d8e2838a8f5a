//! What happens to cases that everybody has left.

use super::*;

#[test]
fn who_does_not_answer_has_lost() {
	for (opener, ruling, who) in [(Side::Buyer, FOR_BUYER, BUYER), (Side::Seller, FOR_SELLER, SELLER)] {
		TestExt::default().execute(|| {
			open_as(opener, 1).unwrap();
			let until = view(0).until;
			advance_to(until - 1);
			assert_eq!(phase(0), Phase::Opened);
			advance_to(until);
			assert_event(Event::Closed { case: 0, order: 1, how: Ending::Default, ruling });
			assert_eq!((ruled(1), held(HoldReason::Fee, who)), (Some(ruling), 0));
			assert_eq!(lost().len(), usize::from(ruling == FOR_BUYER));
		});
	}
}

#[test]
fn a_case_that_both_sides_have_left_is_ruled_on() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		// Only the jury does anything from here on.
		next_jury_votes(case, FOR_SELLER);
		advance_until(case, Phase::Closed);
		assert_eq!(ruled(1), Some(FOR_SELLER));
		advance_to(now() + KEEP);
		assert_eq!(Disputes::case_details(case), None);
		assert_eq!((gained(BUYER), free(SELLER)), (-(FIRST_FEE as i128), ENDOWMENT));
	});
}

#[test]
fn a_case_that_everybody_has_left_ends_as_a_refusal() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		let longest = view(case).opened_at + view(case).terms.longest();
		advance_until(case, Phase::Closed);
		assert!(now() <= longest);
		assert_eq!((view(case).ended, ruled(1)), (Some((Ending::Ruled, Refused)), Some(Refused)));
		advance_to(now() + KEEP);
		assert_eq!(Disputes::case_details(case), None);
		assert_eq!((free(BUYER), free(SELLER)), (ENDOWMENT, ENDOWMENT));
	});
}

#[test]
fn the_longest_case_is_no_longer_than_is_said() {
	TestExt::pool_of(40).execute(|| {
		let case = opened(1);
		let last = now() + view(case).terms.longest();
		advance_to(view(case).until - 1);
		assert_ok!(answer(SELLER, case));
		// Each round, everybody waits as long as can be: the first juries do not appear at all, and the others do not reveal.
		for _ in 0..3 {
			Stuck::set(Some(now()));
			advance_until(case, Phase::Drawing);
			Stuck::set(Some(now()));
			advance_to(view(case).until - EPOCH - 1);
			Stuck::set(None);
			advance_until(case, Phase::Commit);
			advance_until(case, Phase::Drawing);
			Stuck::set(Some(now()));
			advance_to(view(case).until - EPOCH - 1);
			Stuck::set(None);
			advance_until(case, Phase::Commit);
			advance_to(view(case).until - 1);
			assert_ok!(commit(jurors(case)[0], case, FOR_BUYER));
			advance_until(case, Phase::Reveal);
			for _ in 0..REVEAL {
				advance_to(now() + 1);
			}
			if phase(case) == Phase::Appeal {
				advance_to(view(case).until - 1);
				assert_ok!(appeal(SELLER, case));
			}
		}
		assert_eq!(phase(case), Phase::Closed);
		assert!(now() <= last, "{} is later than {last}", now());
	});
}

#[test]
fn randomness_that_never_comes_holds_nobodys_money() {
	TestExt::default().execute(|| {
		Stuck::set(Some(0));
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		advance_until(case, Phase::Closed);
		assert_eq!(view(case).ended, Some((Ending::NoJury, Refused)));
		advance_to(now() + KEEP);
		assert_eq!((free(BUYER), free(SELLER)), (ENDOWMENT, ENDOWMENT));
	});
}
