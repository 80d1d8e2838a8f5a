//! Who has lost, as other pallets see it.

use super::*;
use souk_primitives::reach::Rulings;

fn loser(order: u64) -> Option<Side> {
	<Disputes as Rulings<AccountId>>::loser(order)
}

#[test]
fn who_is_ruled_against_has_lost_while_the_case_is_kept() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		assert_eq!(loser(1), None);
		next_jury_votes(case, FOR_SELLER);
		// The ruling may be appealed.
		assert_eq!(loser(1), None);
		advance_until(case, Phase::Closed);
		assert_eq!(loser(1), Some(Side::Buyer));
		advance_to(now() + KEEP);
		assert_eq!(loser(1), None);
	});
}

#[test]
fn who_does_not_answer_has_lost_and_who_gives_in_has_not() {
	TestExt::default().execute(|| {
		opened(1);
		advance_to(view(0).until);
		assert_eq!(loser(1), Some(Side::Seller));
		opened(2);
		settled(2, Side::Buyer);
		assert_eq!(loser(2), None);
	});
}

#[test]
fn who_says_nothing_about_what_was_not_delivered_has_not_lost() {
	TestExt::default().execute(|| {
		undelivered(1);
		opened(1);
		advance_to(view(0).until);
		assert_eq!((view(0).ended, loser(1)), (Some((Ending::Default, FOR_BUYER)), None));
	});
}

#[test]
fn nobody_has_lost_where_the_jury_refused() {
	TestExt::default().execute(|| {
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		advance_until(case, Phase::Closed);
		assert_eq!((view(case).ended, loser(1)), (Some((Ending::Ruled, Refused)), None));
	});
}
