use super::*;
use crate::TrialsUsed;

fn clear_trial(who: AccountId, listing: u32, holder: AccountId) -> sp_runtime::DispatchResult {
	dispatch(who, crate::Call::<Test>::clear_trial { listing, holder: Holder::Account(holder) })
}

#[test]
fn the_deposit_of_a_trial_returns_when_its_listing_has_ended() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		advance_to(1 + PERIOD);
		assert_eq!(entitlement(listing, SUBSCRIBER), None);
		assert_noop!(clear_trial(OTHER, listing, SUBSCRIBER), Error::<Test>::ListingNotEnded);
		assert_ok!(retire(listing));
		assert_ok!(clear_trial(OTHER, listing, SUBSCRIBER));
		assert_eq!((spent(&SOUK), deposit(SUBSCRIBER)), (0, 0));
		assert_eq!(TrialsUsed::<Test>::iter().count(), 0);
		assert_noop!(clear_trial(OTHER, listing, SUBSCRIBER), Error::<Test>::NotFound);
	});
}
