//! Full queues, and blocks without room for all turns.

use super::*;
use crate::{Due, NextDue, Pallet, WeightInfo};
use frame_system::limits::BlockWeights;

/// Buys for as many commitments of the subscriber's.
fn buy(listing: u32, count: u8, auto_renew: bool) {
	for number in 0..count {
		assert_ok!(subscribe_as(SUBSCRIBER, listing, MONTHLY, Some([number; 32]), auto_renew, PRICE));
	}
}

fn view(listing: u32, number: u8) -> Option<souk_primitives::EntitlementView<AccountId>> {
	Subscriptions::entitlement(listing, Holder::Commitment([number; 32]))
}

/// Leaves the hook room for one queue and `turns` turns in a block.
fn room_for(turns: u64) {
	let needed = <() as WeightInfo>::work_off() + <() as WeightInfo>::turn() * turns;
	Weights::set(BlockWeights::simple_max(needed * 4));
}

#[test]
fn turns_beyond_a_full_queue_wait_in_the_next() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		buy(listing, 6, false);
		assert_eq!(Due::<Test>::get(1 + PERIOD).len(), 4);
		assert_eq!(Due::<Test>::get(2 + PERIOD).len(), 2);
		advance_to(1 + PERIOD);
		// Whoever waits is refused all the same.
		assert!(view(listing, 5).is_some_and(|view| !view.live));
		advance_to(2 + PERIOD);
		assert_eq!(view(listing, 5), None);
		assert_eq!(spent(&WUSD), 6 * PRICE);
	});
}

#[test]
fn who_renews_is_served_while_waiting_and_pays_without_a_gap() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		buy(listing, 6, true);
		advance_to(1 + PERIOD);
		let waiting = view(listing, 5).expect("it waits");
		assert_eq!((waiting.paid_until, waiting.entitled_until), (1 + PERIOD, 2 + PERIOD));
		assert!(waiting.live);
		advance_to(2 + PERIOD);
		let renewed = view(listing, 5).expect("it was renewed");
		assert_eq!((renewed.period_start, renewed.paid_until), (1 + PERIOD, 1 + 2 * PERIOD));
		assert!(renewed.live);
	});
}

#[test]
fn what_a_block_has_no_room_for_is_done_in_the_next_in_order() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		MaxDue::set(10);
		buy(listing, 5, false);
		room_for(2);
		for left in [3u32, 1, 0] {
			let block = 1 + PERIOD + (2 - left.div_ceil(2));
			advance_to(block);
			assert_eq!(Due::<Test>::get(1 + PERIOD).len(), left as usize);
			let next = if left > 0 { 1 + PERIOD } else { block };
			assert!(NextDue::<Test>::get().is_some_and(|due| due >= next));
			let ended = (0..5).filter(|number| view(listing, *number).is_none()).count();
			assert_eq!(ended, 5 - left as usize);
		}
		assert_eq!(spent(&WUSD), 5 * PRICE);
		// The backlog is gone: the hook keeps up again.
		advance_to(6 + PERIOD);
		assert_eq!(NextDue::<Test>::get(), Some(7 + PERIOD));
	});
}

#[test]
fn who_is_left_over_is_refused_from_the_same_block_on() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		buy(listing, 4, false);
		room_for(1);
		advance_to(PERIOD);
		assert!((0..4).all(|number| view(listing, number).is_some_and(|view| view.live)));
		advance_to(1 + PERIOD);
		assert!((0..4).all(|number| view(listing, number).is_none_or(|view| !view.live)));
		advance_to(4 + PERIOD);
		assert_eq!(spent(&WUSD), 4 * PRICE);
	});
}

#[test]
fn who_renews_is_served_while_blocks_have_no_room_and_for_one_period_at_most() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		buy(listing, 4, true);
		room_for(1);
		for block in 1 + PERIOD..5 + PERIOD {
			advance_to(block);
			assert!((0..4).all(|number| view(listing, number).is_some_and(|view| view.live)), "{block}");
		}
		let renewed = |number| view(listing, number).is_some_and(|view| view.period_start == 1 + PERIOD);
		assert!((0..4).all(renewed));
		// The hook never comes.
		System::set_block_number(2 * PERIOD);
		assert!((0..4).all(|number| view(listing, number).is_some_and(|view| view.live)));
		System::set_block_number(3 * PERIOD);
		assert!((0..4).all(|number| view(listing, number).is_some_and(|view| view.live)));
		System::set_block_number(1 + 3 * PERIOD);
		assert!((0..4).all(|number| view(listing, number).is_some_and(|view| !view.live)));
	});
}

#[test]
fn the_hook_never_takes_more_than_its_quarter() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		buy(listing, 4, true);
		room_for(3);
		advance_to(PERIOD);
		let limit = Weights::get().max_block / 4;
		System::set_block_number(1 + PERIOD);
		let taken = Pallet::<Test>::work_off(1 + PERIOD);
		assert!(taken.all_lte(limit), "{taken:?} of {limit:?}");
		assert_eq!(Due::<Test>::get(1 + PERIOD).len(), 1);
	});
}

#[test]
fn what_was_cancelled_leaves_the_queue() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		buy(listing, 2, false);
		let holder = Some([0; 32]);
		assert_ok!(dispatch(SUBSCRIBER, crate::Call::<Test>::cancel { listing, holder }));
		assert_eq!(Due::<Test>::get(1 + PERIOD).to_vec(), [(Holder::Commitment([1; 32]), listing)]);
	});
}
