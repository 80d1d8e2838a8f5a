//! Full queues, and blocks without room for all turns.

use super::*;
use crate::{queue::NEAR, Due, NextDue, Pallet, Phase, WeightInfo, LOOK_AHEAD};
use frame_system::limits::BlockWeights;
use souk_primitives::{Plan, PlanKind, Price};
use sp_core::H256;

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

/// A period of which a tenth is more than the queues that are looked at one after the other.
const LONG: u32 = 1_000;

#[test]
fn whoever_fills_the_queues_after_its_end_does_not_make_anothers_subscription_lapse() {
	TestExt.execute(|| {
		let price = || Price { asset: WUSD, amount: 10 };
		let plan = |period| Plan { kind: PlanKind::Subscription { period }, price: price() };
		let listing = draft(ListingKind::Service, vec![plan(LONG), plan(LONG + 1)]);
		assert_ok!(set_state(listing, ListingState::Active));
		assert_ok!(subscribe(SUBSCRIBER, listing, 0, true));
		advance_to(LONG);
		let next = 1 + 2 * LONG;
		for number in 0..(LOOK_AHEAD + 1) * MaxDue::get() {
			let mut commitment = [0; 32];
			commitment[..4].copy_from_slice(&number.to_le_bytes());
			assert_ok!(subscribe_as(OTHER, listing, 1, Some(commitment), false, 10));
		}
		let full = |block| Due::<Test>::get(block).len() == 4;
		assert!((next..=next + LOOK_AHEAD).all(full));

		advance_to(1 + LONG);
		let record = crate::Subscriptions::<Test>::get(Holder::Account(SUBSCRIBER), listing);
		let record = record.expect("it goes on");
		assert_eq!((record.phase, record.period_start), (Phase::Running, 1 + LONG));
		let turn = record.queued_at.expect("it waits for its next turn");
		assert!((next + LOOK_AHEAD + 1..next + LONG / 10).contains(&turn), "{turn} after {next}");
		// Until then it is served, as where blocks have no room.
		assert_eq!(record.entitled_until(next), turn);
	});
}

#[test]
fn which_queues_are_looked_at_last_nobody_knows_before_the_block() {
	TestExt.execute(|| {
		let (first, reach, near) = (10_000, 5_000, NEAR as usize);
		let places = |parent, reach| {
			System::initialize(
				&(System::block_number() + 1),
				&H256::repeat_byte(parent),
				&Default::default(),
			);
			Pallet::<Test>::places(first, reach, &Holder::Account(OTHER), 0).collect::<Vec<_>>()
		};
		let (one, other) = (places(1, reach), places(2, reach));
		assert_eq!((one.len() as u32, other.len() as u32), (LOOK_AHEAD, LOOK_AHEAD));
		assert_eq!(one[..near], (first..first + NEAR).collect::<Vec<_>>());
		assert_eq!(one[..near], other[..near]);
		let far = [&one[near..], &other[near..]];
		assert_ne!(far[0], far[1]);
		assert!(far.concat().iter().all(|place| (first + NEAR..first + reach).contains(place)));
		// Where a tenth of a period is less, they are the next.
		assert_eq!(places(3, NEAR), (first..first + LOOK_AHEAD).collect::<Vec<_>>());
	});
}
