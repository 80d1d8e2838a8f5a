use super::*;

#[test]
fn the_curator_says_how_many_queries_are_free_for_a_deposit() {
	TestExt.execute(|| {
		let listing = list();
		assert_eq!(Market::free_quota(listing), 0);
		assert_ok!(set_free_quota(CURATOR, listing, 5));
		assert_event(Event::FreeQuotaSet { listing, queries: 5 });
		assert_eq!((Market::free_quota(listing), deposit(&CURATOR)), (5, Market::quota_deposit(listing)));
		assert_ok!(set_free_quota(CURATOR, listing, 7));
		assert_eq!((Market::free_quota(listing), deposit(&CURATOR)), (7, Market::quota_deposit(listing)));
		assert_ok!(set_free_quota(CURATOR, listing, 0));
		assert_eq!((Market::free_quota(listing), deposit(&CURATOR)), (0, 0));
		assert_ok!(set_free_quota(CURATOR, listing, 0));
	});
}

#[test]
fn nobody_else_does_nor_of_an_ended_listing() {
	TestExt.execute(|| {
		assert_noop!(set_free_quota(CURATOR, 0, 5), Error::<Test>::UnknownListing);
		let listing = list();
		assert_noop!(set_free_quota(OTHER, listing, 5), Error::<Test>::NotAuthorized);
		set_state(listing, ListingState::Retired);
		assert_noop!(set_free_quota(CURATOR, listing, 5), Error::<Test>::ListingEnded);
	});
}

#[test]
fn who_cannot_pay_the_deposit_gives_nothing_away() {
	TestExt.execute(|| {
		let listing = list();
		let all = free(&SOUK, &CURATOR) - MINIMUM;
		let call = pallet_balances::Call::<Test>::transfer_keep_alive { dest: OTHER, value: all };
		assert_ok!(dispatch(CURATOR, call));
		assert_noop!(set_free_quota(CURATOR, listing, 5), Error::<Test>::DepositUnpaid);
	});
}
