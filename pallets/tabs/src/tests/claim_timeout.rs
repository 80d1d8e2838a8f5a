use super::*;

#[test]
fn what_is_due_is_done_by_anybody_where_the_hook_had_no_room() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_noop!(claim(OTHER, tab), Error::<Test>::NothingDue);
		System::set_block_number(1 + LIFETIME);
		assert_ok!(claim(OTHER, tab));
		let until = 1 + LIFETIME + CHALLENGE;
		assert_event(Event::Closing { tab, until, reason: Reason::Expired });
		assert_noop!(claim(OTHER, tab), Error::<Test>::NothingDue);
		System::set_block_number(until);
		assert_ok!(claim(OTHER, tab));
		assert_noop!(claim(OTHER, tab), Error::<Test>::NotFound);
		assert_eq!((held(&WUSD, &PAYER), spent()), (0, 0));
	});
}

#[test]
fn money_that_still_cannot_be_moved_is_said_to_be_pending() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(close(PAYER, tab));
		freeze(true);
		advance_to(1 + CHALLENGE);
		assert_eq!(view(tab).phase, Phase::Over);
		assert_noop!(claim(OTHER, tab), Error::<Test>::SettlementPending);
		freeze(false);
		assert_ok!(claim(OTHER, tab));
		assert_event(Event::Ended { tab });
	});
}
