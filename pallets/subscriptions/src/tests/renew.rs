use super::*;

/// A subscription in the first block of its grace; its payer has nothing.
fn in_grace() -> u32 {
	let listing = sell(WUSD, PRICE);
	assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
	impoverish(&WUSD, SUBSCRIBER, 0);
	advance_to(1 + PERIOD);
	listing
}

#[test]
fn a_late_payment_starts_where_the_last_period_ended() {
	TestExt.execute(|| {
		let listing = in_grace();
		fund(&WUSD, SUBSCRIBER, PRICE);
		assert_ok!(renew(SUBSCRIBER, listing));
		let view = entitlement(listing, SUBSCRIBER).expect("it was renewed");
		assert_eq!((view.period_start, view.paid_until), (1 + PERIOD, 1 + 2 * PERIOD));
		assert!(view.live && !view.in_grace);
		assert_eq!(held(&WUSD, SUBSCRIBER), PRICE);
	});
}

#[test]
fn who_still_lacks_the_money_stays_in_the_grace() {
	TestExt.execute(|| {
		let listing = in_grace();
		fund(&WUSD, SUBSCRIBER, PRICE - 1);
		assert_noop!(renew(SUBSCRIBER, listing), Error::<Test>::InsufficientFunds);
	});
}

#[test]
fn a_paid_period_is_not_renewed_by_hand() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_noop!(renew(SUBSCRIBER, listing), Error::<Test>::NotFound);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_noop!(renew(SUBSCRIBER, listing), Error::<Test>::NotInGrace);
	});
}

#[test]
fn the_offer_must_still_stand() {
	TestExt.execute(|| {
		let listing = in_grace();
		fund(&WUSD, SUBSCRIBER, 2 * PRICE);
		assert_ok!(offer(listing, plans(WUSD, PRICE + 1)));
		assert_noop!(renew(SUBSCRIBER, listing), Error::<Test>::TooExpensive);
		assert_ok!(offer(listing, plans(SOUK, PRICE)));
		assert_noop!(renew(SUBSCRIBER, listing), Error::<Test>::OfferGone);
		assert_ok!(offer(listing, plans(WUSD, PRICE)));
		assert_ok!(set_state(listing, ListingState::Paused));
		assert_noop!(renew(SUBSCRIBER, listing), Error::<Test>::NotForSale);
		assert_ok!(set_state(listing, ListingState::Active));
		assert_ok!(renew(SUBSCRIBER, listing));
	});
}

#[test]
fn only_the_payer_renews() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe_as(SUBSCRIBER, listing, MONTHLY, Some([5; 32]), true, PRICE));
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + PERIOD);
		let call = crate::Call::<Test>::renew { listing, holder: Some([5; 32]) };
		assert_noop!(dispatch(OTHER, call), Error::<Test>::NotAuthorized);
	});
}
