use super::*;

#[test]
fn more_is_put_on_an_open_tab() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 10)));
		assert_eq!(view(tab).free, 0);
		assert_ok!(top_up(PAYER, tab, 300));
		assert_event(Event::ToppedUp { tab, amount: 300, limit: LIMIT + 300 });
		assert_eq!((view(tab).free, view(tab).held, view(tab).limit), (300, 300, LIMIT + 300));
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 13)));
		assert_eq!((view(tab).free, spent()), (0, LIMIT + 300));
	});
}

#[test]
fn a_voucher_that_was_worth_more_than_the_tab_is_paid_in_full_afterwards() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		let much = voucher(tab, &NODES[0], 12);
		assert_ok!(settle(&NODES[0], much));
		assert_eq!(earned_by(tab, &NODES[0]), LIMIT);
		assert_noop!(settle(&NODES[0], much), Error::<Test>::Exhausted);
		assert_ok!(top_up(PAYER, tab, 500));
		assert_ok!(settle(&NODES[0], much));
		assert_eq!((earned_by(tab, &NODES[0]), view(tab).free), (1_200, 300));
		assert_noop!(settle(&NODES[0], much), Error::<Test>::Stale);
	});
}

#[test]
fn only_its_payer_puts_something_on_a_tab_that_is_open() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_noop!(top_up(OTHER, tab, 1), Error::<Test>::NotAuthorized);
		assert_noop!(top_up(PAYER, 9, 1), Error::<Test>::NotFound);
		assert_noop!(top_up(PAYER, tab, 0), Error::<Test>::ZeroAmount);
		assert_noop!(top_up(PAYER, tab, ENDOWMENT), Error::<Test>::InsufficientFunds);
		assert_noop!(top_up(PAYER, tab, Balance::MAX), Error::<Test>::InsufficientFunds);
		assert_ok!(close(PAYER, tab));
		assert_noop!(top_up(PAYER, tab, 1), Error::<Test>::NotOpen);
	});
}

#[test]
fn nothing_is_put_on_a_tab_of_a_listing_that_has_ended() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		set_state(listing, ListingState::Paused);
		assert_ok!(top_up(PAYER, tab, 1));
		set_state(listing, ListingState::Retired);
		assert_noop!(top_up(PAYER, tab, 1), Error::<Test>::NotOpen);
	});
}
