use super::*;
use souk_primitives::{reach::Curation as _, ListingKind};

#[test]
fn a_bond_is_held_and_lets_a_data_product_become_active() {
	TestExt::default().execute(|| {
		assert!(!Curation::may_activate(DRAFT, ListingKind::DataProduct));
		assert_ok!(bond(CURATOR, DRAFT, MIN_CURATOR_BOND));
		assert!(Curation::may_activate(DRAFT, ListingKind::DataProduct));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), MIN_CURATOR_BOND);
		assert_eq!(events(), [Event::Bonded { listing: DRAFT, amount: MIN_CURATOR_BOND }]);
	});
}

#[test]
fn after_a_slash_nothing_new_is_sold_until_the_bond_is_back_at_the_minimum() {
	TestExt::default().execute(|| {
		let sells = || Curation::may_activate(LISTING, ListingKind::DataProduct);
		assert_ok!(bond(CURATOR, LISTING, MIN_CURATOR_BOND + 1));
		assert_eq!(Curation::slash(LISTING, 1, &OTHER), 1);
		assert!(sells());
		assert_eq!(Curation::slash(LISTING, 3, &OTHER), 3);
		assert!(!sells());
		assert_noop!(bond(CURATOR, LISTING, 2), Error::<Test>::BelowMinimum);
		assert_ok!(bond(CURATOR, LISTING, 3));
		assert!(sells());
	});
}

#[test]
fn other_kinds_need_no_bond() {
	TestExt::default().execute(|| {
		for kind in [ListingKind::Service, ListingKind::PhysicalGood, ListingKind::DigitalGood] {
			assert!(Curation::may_activate(SERVICE, kind));
		}
	});
}

#[test]
fn each_listing_has_its_own_bond() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 150));
		assert_ok!(bond(CURATOR, DRAFT, 200));
		assert_ok!(bond(CURATOR, LISTING, 1));
		assert_eq!(Curation::curator_bond(LISTING).active, 151);
		assert_eq!(Curation::curator_bond(DRAFT).active, 200);
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 351);
	});
}

#[test]
fn a_bond_below_the_minimum_is_refused_and_nothing_is_held() {
	TestExt::default().execute(|| {
		assert_noop!(bond(CURATOR, LISTING, MIN_CURATOR_BOND - 1), Error::<Test>::BelowMinimum);
		assert_noop!(bond(CURATOR, LISTING, 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn only_the_curator_bonds() {
	TestExt::default().execute(|| {
		assert_noop!(bond(OTHER, LISTING, 500), Error::<Test>::NotAuthorized);
		assert_noop!(bond(CURATOR, 77, 500), Error::<Test>::NotFound);
	});
}

#[test]
fn nobody_bonds_on_what_has_ended_or_what_they_do_not_have() {
	TestExt::default().execute(|| {
		assert!(bond(CURATOR, LISTING, ENDOWMENT + 1).is_err());
		move_to(LISTING, ListingState::Retired);
		assert_noop!(bond(CURATOR, LISTING, 500), Error::<Test>::ListingEnded);
		move_to(LISTING, ListingState::TakenDown);
		assert_noop!(bond(CURATOR, LISTING, 500), Error::<Test>::ListingEnded);
	});
}
