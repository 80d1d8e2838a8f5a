use super::*;
use souk_primitives::reach::Curation as _;

#[test]
fn what_is_set_aside_is_shown_and_stays_held() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert!(Curation::cover(LISTING, 120));
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered), (200, 120));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 200);
	});
}

#[test]
fn sales_are_covered_as_far_as_the_bond_is_free_and_a_tenth_never_is() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert!(Curation::cover(LISTING, 100));
		assert!(!Curation::cover(LISTING, 81), "of 200, 20 are kept and 100 are in use");
		assert!(Curation::cover(LISTING, 80));
		assert!(!Curation::cover(LISTING, 1));
		assert_eq!(Curation::curator_bond(LISTING).covered, 180);
	});
}

#[test]
fn what_is_on_its_way_out_covers_nothing() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert_ok!(unbond(CURATOR, LISTING, 200));
		assert!(!Curation::cover(LISTING, 91));
		assert!(Curation::cover(LISTING, 90));
	});
}

#[test]
fn a_sale_that_costs_nothing_needs_no_bond_and_any_other_does() {
	TestExt::default().execute(|| {
		assert!(Curation::cover(LISTING, 0));
		assert!(!Curation::cover(LISTING, 1));
		assert!(!Curation::cover(77, 1));
	});
}

#[test]
fn what_is_set_aside_is_not_unbonded() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert!(Curation::cover(LISTING, 250));
		assert_noop!(unbond(CURATOR, LISTING, 51), Error::<Test>::BondCovers);
		assert_ok!(unbond(CURATOR, LISTING, 50));
		assert_noop!(unbond(CURATOR, LISTING, 1), Error::<Test>::BondCovers);
	});
}

#[test]
fn what_is_set_aside_outlasts_the_listing() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert!(Curation::cover(LISTING, 250));
		move_to(LISTING, ListingState::Retired);
		assert_noop!(unbond(CURATOR, LISTING, 300), Error::<Test>::BondCovers);
	});
}
