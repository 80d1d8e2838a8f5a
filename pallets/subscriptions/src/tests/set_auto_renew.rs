use super::*;

#[test]
fn switched_off_it_ends_with_its_period() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_ok!(set_auto_renew(SUBSCRIBER, listing, false));
		advance_to(PERIOD);
		assert!(live(listing, SUBSCRIBER));
		advance_to(1 + PERIOD);
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_eq!((spent(&WUSD), spent(&SOUK)), (PRICE, 0));
	});
}

#[test]
fn switched_on_it_goes_on() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		assert_ok!(set_auto_renew(SUBSCRIBER, listing, true));
		let holder = Holder::Account(SUBSCRIBER);
		assert_eq!(events().last(), Some(&Event::AutoRenewSet { listing, holder, enabled: true }));
		advance_to(1 + PERIOD);
		assert!(live(listing, SUBSCRIBER));
		assert_eq!((spent(&WUSD), held(&WUSD, SUBSCRIBER)), (2 * PRICE, PRICE));
	});
}

#[test]
fn switched_off_in_the_grace_it_ends_at_once() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + PERIOD);
		assert!(live(listing, SUBSCRIBER));
		assert_ok!(set_auto_renew(SUBSCRIBER, listing, false));
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_eq!(deposit(SUBSCRIBER), 0);
		let (holder, reason) = (Holder::Account(SUBSCRIBER), NotRenewedReason::SwitchedOff);
		assert!(events().contains(&Event::NotRenewed { listing, holder, reason }));
	});
}

#[test]
fn a_trial_does_not_renew() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		assert_noop!(set_auto_renew(SUBSCRIBER, listing, true), Error::<Test>::TrialDoesNotRenew);
	});
}

#[test]
fn only_the_payer_decides() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_noop!(set_auto_renew(SUBSCRIBER, listing, true), Error::<Test>::NotFound);
		assert_ok!(subscribe_as(SUBSCRIBER, listing, MONTHLY, Some([5; 32]), false, PRICE));
		let call = crate::Call::<Test>::set_auto_renew { listing, holder: Some([5; 32]), enabled: true };
		assert_noop!(dispatch(OTHER, call.clone()), Error::<Test>::NotAuthorized);
		assert_ok!(dispatch(SUBSCRIBER, call));
	});
}

#[test]
fn what_is_over_is_not_switched_on_while_it_waits_for_its_turn() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		MaxDue::set(1);
		assert_ok!(subscribe(OTHER, listing, MONTHLY, false));
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(1 + PERIOD);
		assert!(!live(listing, SUBSCRIBER));
		assert_noop!(set_auto_renew(SUBSCRIBER, listing, true), Error::<Test>::Expired);
		advance_to(2 + PERIOD);
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
	});
}
