//! The open cases about a listing, as bonds see them.

use super::*;
use souk_primitives::reach::{Cases as _, Pending};

fn pending() -> Option<Pending> {
	Disputes::pending(LISTING)
}

#[test]
fn bonds_wait_for_a_case_from_its_opening_to_its_end_however_it_ends() {
	let ends: [fn(CaseId); 4] = [
		|case| advance_to(view(case).until),
		|_| settled(1, Side::Buyer),
		|case| {
			answer(SELLER, case).expect("the seller can pay");
			next_jury_votes(case, FOR_BUYER);
			advance_until(case, Phase::Closed);
		},
		|case| {
			answer(SELLER, case).expect("the seller can pay");
			// Randomness stands still: there is no jury.
			Stuck::set(Some(now()));
			advance_until(case, Phase::Closed);
		},
	];
	let mut how = Vec::new();
	for end in ends {
		TestExt::default().execute(|| {
			assert_eq!(pending(), None);
			let since = now();
			let case = opened(1);
			let longest = view(case).terms.longest();
			assert_eq!(pending(), Some(Pending { since, longest }));
			assert_eq!(Disputes::pending(LISTING + 1), None);
			advance_to(now() + 1);
			assert_eq!(pending(), Some(Pending { since, longest }));
			end(case);
			assert_eq!((phase(case), pending()), (Phase::Closed, None));
			how.push(view(case).ended.expect("it is over").0);
		});
	}
	assert_eq!(how, [Ending::Default, Ending::Settled, Ending::Ruled, Ending::NoJury]);
}

#[test]
fn bonds_wait_since_the_first_of_them_and_for_the_longest() {
	TestExt::default().execute(|| {
		let since = now();
		opened(1);
		advance_to(now() + 2);
		opened(2);
		settled(1, Side::Seller);
		let longest = view(1).terms.longest();
		assert_eq!(pending(), Some(Pending { since, longest }));
		assert_eq!(CasesOf::<Test>::get(LISTING).map(|open| open.count), Some(1));
		settled(2, Side::Seller);
		assert_eq!(pending(), None);
		advance_to(now() + 1);
		opened(3);
		assert_eq!(pending(), Some(Pending { since: now(), longest }));
	});
}

#[test]
fn what_waits_is_still_there_when_the_seller_loses() {
	TestExt::default().execute(|| {
		let case = opened(1);
		advance_to(view(case).until);
		assert_eq!(lost(), [LISTING]);
		assert_eq!(pending_when_lost(), [true]);
	});
}
