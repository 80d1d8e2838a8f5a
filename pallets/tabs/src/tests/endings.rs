//! Listings that end with open tabs.

use super::*;
use frame_support::{
	traits::Get,
	weights::{RuntimeDbWeight, Weight},
};
use frame_system::limits::BlockWeights;

#[test]
fn tabs_of_an_ended_listing_end_by_themselves_after_the_challenge_period() {
	for end in [ListingState::Retired, ListingState::TakenDown] {
		TestExt.execute(|| {
			let (listing, tab) = open_tab();
			let (other, kept) = open_tab();
			assert_ne!(listing, other);
			set_state(listing, end);
			assert!(!view(tab).open);
			advance_to(2);
			let until = 2 + CHALLENGE;
			assert_event(Event::Closing { tab, until, reason: Reason::ListingEnded });
			advance_to(until - 1);
			assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 3)));
			advance_to(until);
			assert_event(Event::Ended { tab });
			assert_eq!((spent(), held(&WUSD, &PAYER)), (300, LIMIT));
			assert!(view(kept).open);
			assert_eq!(Endings::<Test>::iter().count(), 0);
		});
	}
}

#[test]
fn a_pause_ends_no_tab() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		set_state(listing, ListingState::Paused);
		advance_to(5);
		assert!(view(tab).open);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
	});
}

#[test]
fn one_that_closes_already_keeps_its_time() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		assert_ok!(close(PAYER, tab));
		advance_to(3);
		set_state(listing, ListingState::Retired);
		advance_to(CHALLENGE);
		assert_eq!(view(tab).due, 1 + CHALLENGE);
	});
}

#[test]
fn a_listing_without_tabs_leaves_nothing_behind() {
	TestExt.execute(|| {
		let listing = list();
		assert_ok!(set_free_quota(CURATOR, listing, 5));
		set_state(listing, ListingState::Retired);
		assert_eq!((Endings::<Test>::iter().count(), FreeQuotas::<Test>::iter().count()), (0, 0));
		assert_eq!(deposit(&CURATOR), 0);
	});
}

#[test]
fn a_listing_with_many_tabs_ends_block_by_block() {
	TestExt.execute(|| {
		let listing = list();
		let tabs: Vec<_> = (0..7).map(|_| opened(listing, LIMIT)).collect();
		set_state(listing, ListingState::Retired);
		let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
		// Two queues' worth of looking, and two turns.
		let cost = database.reads(2) + <() as WeightInfo>::work_off() * 2 + <() as WeightInfo>::turn() * 2;
		Weights::set(BlockWeights::simple_max(cost * 16 + Weight::from_parts(15, 15)));
		let closing = || tabs.iter().filter(|tab| !matches!(view(**tab).phase, Phase::Open { .. })).count();
		for (block, expected) in [(2, 2), (3, 4), (4, 6), (5, 7)] {
			advance_to(block);
			assert_eq!(closing(), expected, "block {block}");
		}
		// Anybody may be quicker.
		advance_to(40);
		assert_eq!(Tabs::<Test>::iter().count(), 0);
		assert_eq!((held(&WUSD, &PAYER), deposit(&PAYER), spent()), (0, 0, 0));
	});
}

#[test]
fn anybody_closes_a_tab_of_an_ended_listing_without_waiting_for_its_turn() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		set_state(listing, ListingState::TakenDown);
		assert_ok!(claim(OTHER, tab));
		assert_event(Event::Closing { tab, until: 1 + CHALLENGE, reason: Reason::ListingEnded });
		assert_noop!(close(PAYER, tab), Error::<Test>::NotOpen);
	});
}
