//! Who backs a bond, as other pallets ask.

use super::*;

#[test]
fn a_backer_backs_the_listing_from_the_first_planck_to_the_last() {
	TestExt.execute(|| {
		let who = BACKERS[0];
		opened();
		assert!(!Backing::backs(LISTING, &who));
		assert_ok!(back(who, LEAST));
		assert!(Backing::backs(LISTING, &who));
		for (listing, other) in [(LISTING, BACKERS[1]), (LISTING, CURATOR), (SECOND, who), (FOREIGN, who)] {
			assert!(!Backing::backs(listing, &other), "{other} backs {listing}");
		}
		// What is on its way out answers, and so is at stake.
		assert_ok!(unback(who, LEAST));
		let free_at = now() + UNBONDING;
		advance_to(free_at - 1);
		assert_noop!(withdraw(who), Error::<Test>::TooEarly);
		assert!(Backing::backs(LISTING, &who));
		advance_to(free_at);
		assert!(Backing::backs(LISTING, &who));
		assert_ok!(withdraw(who));
		assert!(!Backing::backs(LISTING, &who));
	});
}

#[test]
fn on_a_chain_without_backers_nobody_backs_anything() {
	assert!(!<() as souk_primitives::reach::Backing<AccountId>>::backs(LISTING, &BACKERS[0]));
}
