//! What ends by itself.

use super::*;

#[test]
fn a_right_ends_with_its_window_and_its_deposit_returns() {
	TestExt.execute(|| {
		served(0, PAYER);
		complete(7, 0, OTHER, true);
		assert_ok!(rate_order(OTHER, 7, 5));
		assert!(deposit(PAYER) > 0);
		advance_to(WINDOW);
		assert_eq!(Rights::<Test>::iter().count(), 2);
		advance_to(1 + WINDOW);
		assert_eq!((Rights::<Test>::iter().count(), deposit(PAYER)), (0, 0));
		assert_eq!(deposit(OTHER), Reputation::tally_deposit(&Rated::Listing(0)));
	});
}

#[test]
fn what_was_said_is_forgotten_when_nobody_says_anything_more() {
	TestExt.execute(|| {
		assert_ok!(rate_order(PAYER, sold(7), 5));
		advance_to(MEMORY);
		assert_eq!(scores(Rated::Listing(0)), [0, 0, 0, 0, 1]);
		// Who says something now has all of it remembered for as long again.
		assert_ok!(rate_order(PAYER, sold(8), 4));
		advance_to(2 * MEMORY - 1);
		assert_eq!(scores(Rated::Listing(0)), [0, 0, 0, 1, 1]);
		advance_to(2 * MEMORY);
		assert_event(Event::Forgotten { rated: Rated::Listing(0) });
		assert_eq!((scores(Rated::Listing(0)), deposit(PAYER)), ([0; 5], 0));
	});
}

#[test]
fn a_credential_expires() {
	TestExt.execute(|| {
		assert_ok!(issue(PAYER, sold(7), TrustedSeller));
		advance_to(LIFE);
		assert!(Reputation::credential(id(7, TrustedSeller)).is_some());
		advance_to(1 + LIFE);
		assert_event(Event::CredentialRemoved { id: id(7, TrustedSeller) });
		assert_eq!((Reputation::credential(id(7, TrustedSeller)), deposit(PAYER)), (None, 0));
	});
}

#[test]
fn many_lives_leave_nothing_behind() {
	TestExt.execute(|| {
		for order in 0..300u64 {
			let payer = [PAYER, OTHER][usize::from(order.is_multiple_of(2))];
			complete(order, 0, payer, true);
			assert_ok!(rate_order(payer, order, 5));
			assert_ok!(rate_order(CURATOR, order, 4));
			assert_ok!(issue(payer, order, TrustedSeller));
			assert_ok!(issue(CURATOR, order, ReliablePayer));
			served(0, payer);
		}
		advance_to(now() + MEMORY.max(LIFE).max(WINDOW));
		assert_eq!(Rights::<Test>::iter().count() + Tallies::<Test>::iter().count(), 0);
		assert_eq!(Credentials::<Test>::iter().count() + CredentialsOf::<Test>::iter().count(), 0);
		assert_eq!(Due::<Test>::iter().count(), 0);
		for who in [PAYER, OTHER, CURATOR] {
			assert_eq!((deposit(who), free(who)), (0, ENDOWMENT));
		}
	});
}
