//! Listings that end.

use super::*;
use souk_primitives::{reach::OnListingState as _, ListingState};

#[test]
fn with_a_listing_its_backing_ends_by_itself() {
	TestExt.execute(|| {
		three_backers();
		pay(WUSD, 1_000);
		advance_to(7);
		end(LISTING);
		let at = 7 + UNBONDING;
		assert_event(Event::Closing { listing: LISTING, at });
		assert_noop!(back(BACKERS[0], 1_000), Error::<Test>::AlreadyClosing);
		// What its last subscriptions bring is shared as before.
		pay(WUSD, 1_000);
		advance_to(at);
		for who in BACKERS {
			assert_ok!(withdraw(who));
			assert_ok!(claim(who, WUSD));
		}
		assert_eq!(free(&WUSD, BACKERS[0]), ENDOWMENT + 200);
		assert_nothing_is_left();
	});
}

#[test]
fn a_listing_that_nobody_backs_leaves_nothing_behind() {
	TestExt.execute(|| {
		opened();
		end(LISTING);
		assert_nothing_is_left();
		// Nor one that never was open.
		end(SECOND);
		assert_nothing_is_left();
	});
}

#[test]
fn a_listing_that_ends_while_its_backing_closes_changes_nothing() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		advance_to(9);
		end(LISTING);
		assert_eq!(view().closes, Some(1 + UNBONDING));
	});
}

#[test]
fn a_pause_is_no_end() {
	TestExt.execute(|| {
		three_backers();
		for state in [ListingState::Paused, ListingState::Active, ListingState::Draft] {
			Backing::on_state(LISTING, state);
			assert_eq!(view().closes, None);
		}
		Backing::on_state(LISTING, ListingState::TakenDown);
		assert!(view().closes.is_some());
	});
}

#[test]
fn fines_keep_the_record_until_they_are_paid() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(BACKERS[0], 10_000));
		offend(percent(10));
		end(LISTING);
		advance_to(1 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
		assert_eq!((view().backers, held(&SOUK, HoldReason::Backing, CURATOR)), (0, 1_000));
		settle_fines();
		assert_event(Event::Closed { listing: LISTING });
		assert_nothing_is_left();
	});
}

#[test]
fn a_thousand_lives_leave_no_key_behind() {
	TestExt.execute(|| {
		let keys = || {
			let mut count = 0;
			let mut key = sp_io::storage::next_key(&[]);
			while let Some(next) = key {
				count += 1;
				key = sp_io::storage::next_key(&next);
			}
			count
		};
		System::reset_events();
		let before = keys();
		for round in 0..1_000 {
			three_backers();
			pay(SOUK, 1_000 + round);
			assert_ok!(unback(BACKERS[0], 5_000));
			assert_ok!(close(CURATOR, LISTING));
			System::set_block_number(now() + UNBONDING);
			System::reset_events();
			for who in BACKERS {
				assert_ok!(withdraw(who));
				assert_ok!(claim(who, SOUK));
			}
		}
		System::reset_events();
		assert_nothing_is_left();
		assert_eq!(keys(), before);
	});
}
