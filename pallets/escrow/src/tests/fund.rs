use super::*;

#[test]
fn the_price_of_all_parts_is_held_and_the_first_is_due() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		advance_to(4);
		assert_ok!(fund(BUYER, order));
		assert_event(Event::Funded { order, deliver_until: 14 });
		let view = view(order);
		assert_eq!((view.state, view.held, view.funded_at), (OrderState::Funded, 1_000, Some(4)));
		assert_eq!((held(&WUSD, BUYER), view.due), (1_000, Some(14)));
	});
}

#[test]
fn only_its_buyer_takes_an_offer_and_once() {
	TestExt.execute(|| {
		assert_noop!(fund(BUYER, 0), Error::<Test>::NotFound);
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5)]);
		assert_noop!(fund(OTHER, order), Error::<Test>::NotAuthorized);
		assert_noop!(fund(CURATOR, order), Error::<Test>::NotAuthorized);
		assert_ok!(fund(BUYER, order));
		assert_noop!(fund(BUYER, order), Error::<Test>::NotOffered);
	});
}

#[test]
fn an_offer_is_too_late_from_its_block_on_even_if_its_turn_has_not_come() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(300, 10, 5)]);
		System::set_block_number(1 + OFFER);
		assert_noop!(fund(BUYER, order), Error::<Test>::Expired);
		System::set_block_number(OFFER);
		assert_ok!(fund(BUYER, order));
	});
}

#[test]
fn an_offer_of_a_paused_listing_stands_and_of_an_ended_one_does_not() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let (one, two) = (offer(listing, &[milestone(300, 10, 5)]), offer(listing, &[milestone(300, 10, 5)]));
		set_state(listing, ListingState::Paused);
		assert_ok!(fund(BUYER, one));
		set_state(listing, ListingState::Retired);
		assert_noop!(fund(BUYER, two), Error::<Test>::NotForSale);
	});
}

#[test]
fn who_cannot_pay_does_not_take_an_offer() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let order = next_order();
		assert_ok!(offer_as(CURATOR, listing, POOR, &[milestone(300, 10, 5)]));
		assert_noop!(fund(POOR, order), Error::<Test>::InsufficientFunds);
	});
}

#[test]
fn the_split_is_that_of_the_block_in_which_the_price_is_held() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let order = offer(listing, &[milestone(1_000, 10, 5)]);
		set_split(listing, 0, 0);
		assert_ok!(fund(BUYER, order));
		set_split(listing, 50, 50);
		assert_ok!(confirm(BUYER, order, 0));
		assert_earned(&WUSD, (100, 900, 0, 0));
	});
}
