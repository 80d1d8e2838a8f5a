//! Blocks without room for all turns.

use super::*;
use frame_support::{
	traits::{Get, Hooks},
	weights::{RuntimeDbWeight, Weight},
};
use frame_system::limits::BlockWeights;

/// So many tabs that all close in block `1 + LIFETIME`.
fn many(count: usize) -> Vec<TabId> {
	let listing = list();
	(0..count).map(|_| opened(listing, PRICE)).collect()
}

/// What the hook takes for one queue and `turns` turns, with the looks at where it is.
fn cost(turns: u64) -> Weight {
	let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	database.reads(2) + <() as WeightInfo>::work_off() + <() as WeightInfo>::turn() * turns
}

fn closing(tabs: &[TabId]) -> usize {
	tabs.iter().filter(|tab| matches!(view(**tab).phase, Phase::Closing { .. })).count()
}

#[test]
fn any_number_of_tabs_finds_room_in_one_block() {
	TestExt.execute(|| {
		let tabs = many(100);
		advance_to(1 + LIFETIME);
		assert_eq!(closing(&tabs), 100);
		advance_to(1 + LIFETIME + CHALLENGE);
		assert_eq!((Tabs::<Test>::iter().count(), Due::<Test>::iter().count()), (0, 0));
		assert_eq!((deposit(&PAYER), held(&WUSD, &PAYER)), (0, 0));
	});
}

#[test]
fn what_a_block_has_no_room_for_is_done_in_the_next_oldest_first() {
	TestExt.execute(|| {
		let tabs = many(5);
		Weights::set(BlockWeights::simple_max(cost(2) * 16 + Weight::from_parts(15, 15)));
		for (block, done) in [(0, 0), (1, 2), (2, 4), (3, 5)] {
			advance_to(LIFETIME + block);
			assert_eq!(closing(&tabs), done);
			assert_eq!(closing(&tabs[..done]), done, "the oldest come first");
		}
	});
}

#[test]
fn the_hook_takes_what_is_left_of_a_block_as_well() {
	TestExt.execute(|| {
		let tabs = many(3);
		advance_to(LIFETIME);
		System::set_block_number(1 + LIFETIME);
		assert_eq!(Market::on_idle(1 + LIFETIME, cost(2)), cost(2));
		assert_eq!(closing(&tabs), 2);
		assert_eq!(Market::on_idle(1 + LIFETIME, Weight::zero()), Weight::zero());
	});
}
