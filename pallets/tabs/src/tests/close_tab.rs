use super::*;

#[test]
fn a_closed_tab_waits_for_vouchers_and_then_gives_the_rest_back_by_itself() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		assert_ok!(close(PAYER, tab));
		let until = 1 + CHALLENGE;
		assert_event(Event::Closing { tab, until, reason: Reason::ByPayer });
		assert_eq!((view(tab).phase, view(tab).open), (Phase::Closing { until }, false));
		advance_to(until - 1);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 3)));
		assert_ok!(settle(&NODES[1], voucher(tab, &NODES[1], 2)));
		assert_eq!(held(&WUSD, &PAYER), 500);
		advance_to(until);
		assert_event(Event::Refunded { tab, asset: WUSD, amount: 500 });
		assert_event(Event::Ended { tab });
		assert_eq!((held(&WUSD, &PAYER), deposit(&PAYER), spent()), (0, 0, 500));
		assert!(Market::tab_details(tab).is_none());
		assert_noop!(settle(&NODES[0], voucher(tab, &NODES[0], 4)), Error::<Test>::NotFound);
	});
}

#[test]
fn nothing_is_settled_from_the_end_of_the_challenge_period_on() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(close(PAYER, tab));
		// The hook has had no room yet.
		System::set_block_number(1 + CHALLENGE);
		assert_noop!(settle(&NODES[0], voucher(tab, &NODES[0], 1)), Error::<Test>::Expired);
		System::set_block_number(CHALLENGE);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
	});
}

#[test]
fn only_its_payer_closes_a_tab_and_once() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		for who in [OTHER, CURATOR, NODES[0].clone(), account_of(KEY)] {
			assert_noop!(close(who, tab), Error::<Test>::NotAuthorized);
		}
		assert_noop!(close(PAYER, 9), Error::<Test>::NotFound);
		assert_ok!(close(PAYER, tab));
		assert_noop!(close(PAYER, tab), Error::<Test>::NotOpen);
	});
}

#[test]
fn a_tab_whose_payer_is_gone_closes_by_itself() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		let until = 1 + LIFETIME;
		advance_to(until - 1);
		assert!(view(tab).open);
		advance_to(until);
		assert_event(Event::Closing { tab, until: until + CHALLENGE, reason: Reason::Expired });
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 2)));
		advance_to(until + CHALLENGE);
		assert_event(Event::Ended { tab });
		assert_eq!((held(&WUSD, &PAYER), spent()), (0, 200));
	});
}

#[test]
fn a_tab_that_was_used_up_ends_like_any_other() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 10)));
		assert_ok!(close(PAYER, tab));
		advance_to(1 + CHALLENGE);
		assert_event(Event::Ended { tab });
		assert_eq!((deposit(&PAYER), spent()), (0, LIMIT));
	});
}

#[test]
fn the_challenge_period_is_that_of_the_day() {
	TestExt.execute(|| {
		let (listing, first) = open_tab();
		let second = opened(listing, LIMIT);
		assert_ok!(close(PAYER, first));
		ChallengePeriod::set(0);
		assert_ok!(close(PAYER, second));
		assert_eq!(view(first).due, 1 + CHALLENGE);
		// A turn is never in the same block.
		assert_eq!(view(second).due, 2);
	});
}
