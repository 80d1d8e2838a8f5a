//! What it means to say nothing: less, where a delivery is proved, and nothing before there was one.

use super::*;
use souk_primitives::reach::Rulings as _;

#[test]
fn a_seller_whose_delivery_is_proved_answers_by_saying_nothing() {
	TestExt::default().execute(|| {
		proved(1);
		let case = opened(1);
		let until = view(case).until;
		advance_to(until - 1);
		assert_eq!((phase(case), held(HoldReason::Fee, SELLER)), (Phase::Opened, 0));
		advance_to(until);
		assert_event(Event::Answered { case, until: until + EVIDENCE });
		assert_eq!((phase(case), view(case).until), (Phase::Evidence, until + EVIDENCE));
		assert_eq!((held(HoldReason::Fee, BUYER), held(HoldReason::Fee, SELLER)), (FIRST_FEE, FIRST_FEE));
		assert_eq!((ruled(1), view(case).ended), (None, None));
		// The jury rules as if she had answered, and so is paid.
		next_jury_votes(case, FOR_SELLER);
		advance_until(case, Phase::Closed);
		assert_eq!((view(case).ended, ruled(1)), (Some((Ending::Ruled, FOR_SELLER)), Some(FOR_SELLER)));
		assert_eq!((gained(BUYER), gained(SELLER)), (-(FIRST_FEE as i128), 0));
		assert!(lost().is_empty());
	});
}

#[test]
fn a_jury_rules_against_her_as_against_anybody() {
	TestExt::default().execute(|| {
		proved(1);
		let case = opened(1);
		next_jury_votes(case, FOR_BUYER);
		advance_until(case, Phase::Closed);
		assert_eq!((ruled(1), gained(SELLER)), (Some(FOR_BUYER), -(FIRST_FEE as i128)));
		assert_eq!(lost(), [LISTING]);
	});
}

#[test]
fn who_cannot_pay_the_fee_has_lost_for_all_that_is_proved() {
	for (left, answers) in [(FIRST_FEE - 1, false), (FIRST_FEE, true)] {
		TestExt::default().execute(|| {
			proved(1);
			let case = opened(1);
			impoverish(SELLER, left);
			advance_to(view(case).until);
			let ended = (!answers).then_some((Ending::Default, FOR_BUYER));
			assert_eq!(view(case).ended, ended, "with {left}");
			assert_eq!(held(HoldReason::Fee, SELLER), if answers { FIRST_FEE } else { 0 });
			assert_eq!(free(SELLER), MINIMUM + if answers { 0 } else { left });
		});
	}
}

#[test]
fn a_buyer_who_says_nothing_has_lost_whatever_is_proved() {
	TestExt::default().execute(|| {
		proved(1);
		open_as(Side::Seller, 1).unwrap().expect("a jury can be drawn");
		advance_to(view(0).until);
		assert_eq!(view(0).ended, Some((Ending::Default, FOR_SELLER)));
		assert_eq!(held(HoldReason::Fee, BUYER), 0);
	});
}

#[test]
fn anybody_posts_it_for_her_where_blocks_have_no_room_for_the_turn() {
	use frame_support::weights::Weight;
	use frame_system::limits::BlockWeights;
	TestExt::default().execute(|| {
		proved(1);
		let case = opened(1);
		Weights::set(BlockWeights::simple_max(Weight::from_parts(1_000, 1_000)));
		let until = view(case).until;
		advance_to(until + 3);
		assert_noop!(answer(SELLER, case), Error::<Test>::Expired);
		assert_ok!(execute(OTHER, case));
		assert_eq!((phase(case), view(case).until), (Phase::Evidence, now() + EVIDENCE));
		assert_eq!(held(HoldReason::Fee, SELLER), FIRST_FEE);
	});
}

#[test]
fn who_says_nothing_before_there_was_a_delivery_loses_nothing_of_the_bond() {
	for (delivered, harmed) in [(true, vec![LISTING]), (false, vec![])] {
		TestExt::default().execute(|| {
			if !delivered {
				undelivered(1);
			}
			let case = opened(1);
			advance_to(view(case).until);
			assert_eq!(view(case).ended, Some((Ending::Default, FOR_BUYER)));
			// The order's money goes back in any case.
			assert_eq!((ruled(1), lost()), (Some(FOR_BUYER), harmed));
		});
	}
}

#[test]
fn who_argues_that_nothing_had_to_be_delivered_and_loses_it_is_held_to_that() {
	TestExt::default().execute(|| {
		undelivered(1);
		let case = opened(1);
		assert_ok!(answer(SELLER, case));
		next_jury_votes(case, FOR_BUYER);
		advance_until(case, Phase::Closed);
		assert_eq!((ruled(1), lost()), (Some(FOR_BUYER), vec![LISTING]));
	});
}

#[test]
fn only_a_jury_has_ruled() {
	TestExt::default().execute(|| {
		let (silent, given_up, argued) = (opened(1), opened(2), opened(3));
		assert_ok!(answer(SELLER, argued));
		settled(2, Side::Seller);
		advance_until(silent, Phase::Closed);
		let ended = [silent, given_up].map(|case| view(case).ended.expect("it is over").0);
		assert_eq!(ended, [Ending::Default, Ending::Settled]);
		// Who said nothing has lost all the same.
		assert_eq!(Disputes::loser(1), Some(Side::Seller));
		for order in [1, 2, 3, 4] {
			assert!(!Disputes::has_ruled(order), "{order}");
		}
		next_jury_votes(argued, FOR_SELLER);
		// The ruling may be appealed.
		assert!(!Disputes::has_ruled(3));
		advance_until(argued, Phase::Closed);
		assert!(Disputes::has_ruled(3));
		// It is forgotten with the case.
		advance_to(now() + KEEP - 1);
		assert!(Disputes::has_ruled(3));
		advance_to(now() + 1);
		assert!(!Disputes::has_ruled(3));
	});
}
