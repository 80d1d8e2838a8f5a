use super::*;
use souk_primitives::reach::Curation as _;
use sp_runtime::Permill;

const TENTH: Permill = Permill::from_percent(10);

#[test]
fn a_fine_is_a_share_of_the_active_bond() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		assert_eq!(Curation::slash_share(LISTING, TENTH, &TREASURY), 20);
		assert_eq!(free(TREASURY), 20);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.unlocking), (180, vec![(100, 1 + UNBONDING)]));
		assert_eq!(events().last(), Some(&Event::Slashed { listing: LISTING, amount: 20, to: TREASURY }));
	});
}

#[test]
fn there_is_something_to_fine_however_many_sales_are_covered() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		while Curation::cover(LISTING, 1) {}
		assert_eq!(Curation::slash_share(LISTING, TENTH, &TREASURY), 20);
	});
}

#[test]
fn a_fine_takes_nothing_that_covers_a_sale() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert!(Curation::cover(LISTING, 180));
		assert_eq!(Curation::slash_share(LISTING, Permill::one(), &TREASURY), 20);
		assert_eq!(Curation::slash_share(LISTING, Permill::one(), &TREASURY), 0);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered), (180, 180));
	});
}

#[test]
fn a_fine_that_the_active_bond_cannot_pay_takes_what_is_on_its_way_out() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert!(Curation::cover(LISTING, 200));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		assert_eq!(Curation::slash_share(LISTING, TENTH, &TREASURY), 20);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered, view.unlocking), (200, 200, vec![(80, 1 + UNBONDING)]));
	});
}

#[test]
fn where_there_is_no_bond_nothing_is_fined() {
	TestExt::default().execute(|| {
		assert_eq!(Curation::slash_share(LISTING, TENTH, &TREASURY), 0);
		assert_eq!(Curation::slash_share(77, TENTH, &TREASURY), 0);
	});
}
