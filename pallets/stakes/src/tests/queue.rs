//! Blocks without room for everybody.

use super::*;
use frame_support::{traits::Get, weights::Weight};
use frame_system::limits::BlockWeights;

/// What the hook takes before it comes to the fines, where nothing is forgotten.
fn before() -> Weight {
	let database: frame_support::weights::RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	database.reads(1) + <() as WeightInfo>::work_off()
}

/// Leaves the hook room for so much in a block.
fn room_for(weight: Weight) {
	Weights::set(BlockWeights::simple_max((before() + weight) * 16 + Weight::from_parts(15, 15)));
}

#[test]
fn ten_thousand_subscribers_are_all_paid_in_the_end_and_no_block_does_too_much() {
	TestExt::default().build().execute_with(|| {
		const MANY: u64 = 10_000;
		for number in 0..MANY {
			subscribe(LISTING, FIRST + number, 1, Asset::Native, 1_000);
		}
		let bond = 10_000_000;
		frame_support::assert_ok!(<Balances as frame_support::traits::fungible::Mutate<_>>::mint_into(
			&CURATOR, bond
		));
		assert_ok!(curate(pallet_curation::Call::bond { listing: LISTING, amount: bond }));
		let issued = Balances::total_issuance();
		Cost::set(Penalty { curator: Permill::from_percent(10), ..penalty() });
		let taken = commit(Offence { node: None, ..offence(OffenceKind::BadChunk) });
		assert_eq!(taken, 1_001_000);
		let each = taken / 2 / Balance::from(MANY);

		room_for(<() as WeightInfo>::next_fine() + <() as WeightInfo>::pay_next() * 400);
		let mut blocks = 0;
		while Fines::<Test>::iter().count() > 0 {
			System::reset_events();
			System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 1);
			let paid = events().iter().filter(|event| matches!(event, Event::Compensated { .. })).count();
			assert!(paid <= 400, "{paid} in one block");
			blocks += 1;
			if blocks % 8 == 0 {
				check();
			}
		}
		assert!((MANY / 400..40).contains(&blocks), "{blocks} blocks");
		for number in 0..MANY {
			assert_eq!(free(FIRST + number), each);
		}
		let reporter = taken / 5;
		assert_eq!(gained(REPORTER), reporter);
		assert_eq!(gained(TREASURY), taken - reporter - each * Balance::from(MANY));
		assert_eq!(Balances::total_issuance(), issued);
		check();
	});
}

#[test]
fn fines_are_divided_in_their_order() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000_000);
		assert_ok!(curate(pallet_curation::Call::bond { listing: SECOND, amount: 1_000 }));
		subscribe(SECOND, FIRST + 1, 1, Asset::Native, 1_000_000);
		let of = |listing| Offence { listing, node: None, ..offence(OffenceKind::BadChunk) };
		assert_eq!((commit(of(LISTING)), commit(of(SECOND))), (1_000, 100));
		// Two are counted, one is paid, and so are the others: one fine in a block.
		let one = <() as WeightInfo>::count() * 2
			+ <() as WeightInfo>::pay_next() * 2
			+ <() as WeightInfo>::pay_rest();
		room_for(<() as WeightInfo>::next_fine() + one);
		advance_to(START + 1);
		assert_eq!((free(FIRST), free(FIRST + 1)), (500, 0));
		advance_to(START + 2);
		assert_eq!((free(FIRST), free(FIRST + 1)), (500, 50));
	});
}

#[test]
fn a_block_without_room_leaves_everything_as_it_was() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000_000);
		commit(offence(OffenceKind::BadChunk));
		Weights::set(BlockWeights::simple_max(Weight::from_parts(1_000, 1_000)));
		advance_to(START + MEMORY + 5);
		assert_eq!((free(FIRST), Fines::<Test>::iter().count()), (0, 1));
		assert_eq!(Stakes::history(LISTING).len(), 1, "even what is old stays");
		Weights::set(roomy());
		advance_to(START + MEMORY + 6);
		assert_eq!((free(FIRST), Fines::<Test>::iter().count()), (200, 0));
		assert!(Stakes::history(LISTING).is_empty());
	});
}
