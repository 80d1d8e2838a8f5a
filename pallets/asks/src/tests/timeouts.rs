use super::*;

#[test]
fn what_nobody_answers_in_time_goes_back_by_itself() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		advance_to(WAIT);
		assert_eq!(state(ask), AskState::Open);
		advance_to(1 + WAIT);
		assert_event(Event::TimedOut { ask });
		assert_event(Event::Refunded { ask, asset: WUSD, amount: BOUNTY });
		assert_event(Event::Ended { ask, state: AskState::Refunded });
		assert_eq!((state(ask), held(&WUSD, ASKER), spent(&WUSD)), (AskState::Refunded, 0, 0));
		assert_noop!(answer(NODES[0], ask, bundle), Error::<Test>::Ended);
	});
}

#[test]
fn a_listing_that_ends_keeps_nobodys_money() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		set_state(listing, ListingState::TakenDown);
		serve(listing, &[]);
		assert_noop!(answer(NODES[0], ask, bundle), Error::<Test>::NotAuthorized);
		advance_to(1 + WAIT);
		assert_eq!((state(ask), spent(&WUSD)), (AskState::Refunded, 0));
	});
}

#[test]
fn an_answered_ask_has_no_turn_left() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_eq!(Due::<Test>::iter().count(), 0);
		advance_to(2 + WAIT);
		assert_eq!((state(ask), spent(&WUSD)), (AskState::Answered, BOUNTY));
	});
}
