use super::*;

/// A case whose jury has committed, to votes for the buyer.
fn committed() -> (CaseId, Vec<AccountId>) {
	let case = drawn(1);
	let jurors = jurors(case);
	for who in &jurors {
		assert_ok!(commit(*who, case, FOR_BUYER));
	}
	(case, jurors)
}

#[test]
fn when_all_have_revealed_the_votes_are_counted() {
	TestExt::default().execute(|| {
		let (case, jurors) = committed();
		for who in &jurors[..2] {
			assert_ok!(reveal(*who, case, FOR_BUYER));
			assert_event(Event::Revealed { case, who: *who, vote: FOR_BUYER });
			assert_eq!(phase(case), Phase::Reveal);
		}
		assert_ok!(reveal(jurors[2], case, FOR_BUYER));
		let verdict = Verdict { ruling: FOR_BUYER, decided: true };
		let appeal_until = Some(now() + APPEAL);
		assert_event(Event::Ruled { case, round: 0, verdict, appeal_until });
		assert_eq!((phase(case), view(case).verdict), (Phase::Appeal, Some(verdict)));
		assert_eq!(ruled(1), None);
	});
}

#[test]
fn one_block_before_the_deadline_is_in_time_and_the_deadline_is_not() {
	TestExt::default().execute(|| {
		let (case, jurors) = committed();
		let until = view(case).until;
		System::set_block_number(until);
		assert_noop!(reveal(jurors[0], case, FOR_BUYER), Error::<Test>::Expired);
		System::set_block_number(until - 1);
		assert_ok!(reveal(jurors[0], case, FOR_BUYER));
	});
}

#[test]
fn a_vote_is_revealed_once_by_who_committed_to_it_as_it_was() {
	TestExt::default().execute(|| {
		assert_noop!(reveal(BUYER, 0, FOR_BUYER), Error::<Test>::NotFound);
		let (case, jurors) = committed();
		assert_noop!(reveal(OTHER, case, FOR_BUYER), Error::<Test>::NotAuthorized);
		assert_noop!(reveal(jurors[0], case, FOR_SELLER), Error::<Test>::WrongReveal);
		assert_noop!(reveal_with(jurors[0], case, FOR_BUYER, [1; 32]), Error::<Test>::WrongReveal);
		assert_ok!(reveal(jurors[0], case, FOR_BUYER));
		assert_noop!(reveal(jurors[0], case, FOR_BUYER), Error::<Test>::AlreadyRevealed);
	});
}

#[test]
fn nothing_is_revealed_while_others_may_still_commit() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let who = jurors(case)[0];
		assert_ok!(commit(who, case, FOR_BUYER));
		assert_noop!(reveal(who, case, FOR_BUYER), Error::<Test>::WrongPhase);
	});
}

#[test]
fn who_has_not_committed_reveals_nothing_and_those_who_have_decide() {
	TestExt::pool_of(3).execute(|| {
		// Nobody is left to replace the third.
		let case = drawn(1);
		let jurors = jurors(case);
		assert_ok!(commit(jurors[0], case, FOR_SELLER));
		assert_ok!(commit(jurors[1], case, FOR_SELLER));
		advance_until(case, Phase::Reveal);
		assert_noop!(reveal(jurors[2], case, FOR_SELLER), Error::<Test>::NotAuthorized);
		assert_ok!(reveal(jurors[0], case, FOR_SELLER));
		assert_ok!(reveal(jurors[1], case, FOR_SELLER));
		assert_eq!(view(case).verdict, Some(Verdict { ruling: FOR_SELLER, decided: true }));
	});
}

#[test]
fn votes_are_counted_by_majority_and_quorum() {
	use Ruling::{Buyer, Seller};
	let decided = |ruling| Verdict { ruling, decided: true };
	let undecided = Verdict { ruling: Refused, decided: false };
	for (votes, seats, verdict) in [
		(&[Buyer, Buyer, Buyer][..], 3, decided(Buyer)),
		(&[Seller, Buyer, Seller], 3, decided(Seller)),
		(&[Refused, Refused, Buyer], 3, decided(Refused)),
		(&[Buyer, Seller, Refused], 3, undecided),
		(&[Buyer, Buyer], 3, decided(Buyer)),
		(&[Buyer, Seller], 3, undecided),
		(&[Buyer], 3, undecided),
		(&[], 3, undecided),
		(&[Buyer, Buyer, Seller, Seller, Refused], 5, undecided),
		(&[Buyer, Buyer, Buyer], 6, undecided),
		(&[Buyer, Buyer, Buyer, Seller], 7, decided(Buyer)),
		(&[Buyer, Buyer, Buyer], 7, undecided),
	] {
		assert_eq!(count(votes, seats), verdict, "{votes:?} of {seats}");
	}
}
