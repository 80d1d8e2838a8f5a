//! Blocks without room for all turns.

use super::*;
use frame_support::{
	traits::{Get, Hooks},
	weights::{RuntimeDbWeight, Weight},
};
use frame_system::limits::BlockWeights;

/// So many orders for goods that are all due in block `1 + GOODS`.
fn ordered(count: usize) -> Vec<OrderId> {
	let listing = list_service(&WUSD);
	(0..count).map(|_| order_goods(BUYER, listing)).collect()
}

/// What the look at the first queue that is not worked off costs.
fn look() -> Weight {
	let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	database.reads(1)
}

/// What the hook takes for one queue and `turns` turns, with the look at where it is.
fn cost(turns: u64) -> Weight {
	look() + <() as WeightInfo>::work_off() + <() as WeightInfo>::turn() * turns
}

/// Leaves the hook room for one queue and `turns` turns in a block.
fn room_for(turns: u64) {
	Weights::set(BlockWeights::simple_max(cost(turns) * 8 + Weight::from_parts(7, 7)));
}

fn ended(orders: &[OrderId]) -> usize {
	orders.iter().filter(|order| state(**order) == OrderState::Refunded).count()
}

#[test]
fn any_number_of_orders_finds_room_in_one_block() {
	TestExt.execute(|| {
		let orders = ordered(100);
		assert!(orders.iter().all(|order| view(*order).due == Some(1 + GOODS)));
		advance_to(1 + GOODS);
		assert_eq!(ended(&orders), 100);
	});
}

#[test]
fn what_a_block_has_no_room_for_is_done_in_the_next_oldest_first() {
	TestExt.execute(|| {
		let orders = ordered(5);
		room_for(2);
		for (block, done) in [(0, 0), (1, 2), (2, 4), (3, 5)] {
			advance_to(GOODS + block);
			assert_eq!(ended(&orders), done);
			assert_eq!(ended(&orders[..done]), done, "the oldest come first");
		}
		assert_eq!(spent(&WUSD), 0);
		// The backlog is gone: the hook keeps up again.
		advance_to(GOODS + 6);
		assert_eq!(NextDue::<Test>::get(), Some(GOODS + 7));
	});
}

#[test]
fn who_waits_for_a_turn_is_too_late_all_the_same() {
	TestExt.execute(|| {
		let orders = ordered(3);
		room_for(1);
		advance_to(1 + GOODS);
		assert_eq!(ended(&orders), 1);
		assert_noop!(mark_delivered(CURATOR, orders[2], 0), Error::<Test>::Expired);
		assert_noop!(dispute(BUYER, orders[2]), Error::<Test>::Expired);
		// Or does it by hand.
		assert_ok!(claim_timeout(OTHER, orders[2]));
		assert_eq!(ended(&orders), 2);
		advance_to(2 + GOODS);
		assert_eq!(ended(&orders), 3);
	});
}

#[test]
fn the_hook_never_takes_more_than_its_eighth() {
	TestExt.execute(|| {
		ordered(5);
		room_for(3);
		let limit = Weights::get().max_block / 8;
		System::set_block_number(1 + GOODS);
		// Empty queues before it are looked at as well.
		NextDue::<Test>::put(1 + GOODS);
		let taken = Escrow::on_initialize(1 + GOODS);
		assert!(taken.all_lte(limit), "{taken:?} of {limit:?}");
		assert_eq!(Due::<Test>::iter().count(), 2);
	});
}

#[test]
fn what_is_left_of_a_block_is_used_and_not_more() {
	TestExt.execute(|| {
		let orders = ordered(5);
		room_for(1);
		advance_to(1 + GOODS);
		assert_eq!(ended(&orders), 1);
		assert_eq!(Escrow::on_idle(1 + GOODS, Weight::zero()), Weight::zero());
		let too_little = cost(1) - Weight::from_parts(1, 0);
		assert!(Escrow::on_idle(1 + GOODS, too_little).all_lte(too_little));
		assert_eq!(ended(&orders), 1);
		let taken = Escrow::on_idle(1 + GOODS, cost(3));
		assert_eq!((ended(&orders), taken), (4, cost(3)));
		check();
		let plenty = cost(3) * 9;
		assert!(Escrow::on_idle(1 + GOODS, plenty).all_lte(cost(1) + <() as WeightInfo>::work_off()));
		assert_eq!((ended(&orders), NextDue::<Test>::get()), (5, Some(2 + GOODS)));
		// Nothing is due: it only looks.
		assert_eq!(Escrow::on_idle(1 + GOODS, plenty), look());
	});
}

#[test]
fn an_order_has_one_place_wherever_it_moves() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, 0);
		let places = || Due::<Test>::iter().map(|(block, key, ())| (block, key)).collect::<Vec<_>>();
		assert_eq!(places(), [(1 + DELIVERY, order.to_be_bytes())]);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_eq!(places(), [(1 + WINDOW, order.to_be_bytes())]);
		assert_ok!(dispute(BUYER, order));
		assert_eq!(places(), [(1 + DISPUTE, order.to_be_bytes())]);
		assert_ok!(resolve(order, 10));
		assert_eq!(places(), []);
	});
}
