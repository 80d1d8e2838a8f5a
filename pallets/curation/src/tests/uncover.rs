use super::*;
use souk_primitives::reach::Curation as _;

#[test]
fn what_is_freed_covers_the_next_sale_or_is_unbonded() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert!(Curation::cover(LISTING, 180));
		Curation::uncover(LISTING, 100);
		assert_eq!(Curation::curator_bond(LISTING).covered, 80);
		assert!(Curation::cover(LISTING, 20));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		assert_noop!(unbond(CURATOR, LISTING, 1), Error::<Test>::BondCovers);
	});
}

#[test]
fn a_listing_that_covers_nothing_frees_nothing() {
	TestExt::default().execute(|| {
		Curation::uncover(LISTING, 5);
		assert_ok!(bond(CURATOR, LISTING, 200));
		Curation::uncover(LISTING, 5);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered), (200, 0));
	});
}

#[test]
fn each_listing_frees_its_own() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert_ok!(bond(CURATOR, DRAFT, 200));
		assert!(Curation::cover(LISTING, 50));
		assert!(Curation::cover(DRAFT, 60));
		Curation::uncover(DRAFT, 60);
		assert_eq!(Curation::curator_bond(LISTING).covered, 50);
		assert_eq!(Curation::curator_bond(DRAFT).covered, 0);
	});
}
