//! What backers earn.

use super::*;

#[test]
fn each_backer_has_exactly_their_part_of_the_share() {
	TestExt.execute(|| {
		three_backers();
		let before = free(&WUSD, CURATOR);
		pay(WUSD, 1_000);
		assert_event(Event::IncomeShared { listing: LISTING, asset: WUSD, amount: 200 });
		assert_eq!(BACKERS.map(|who| due(who, &WUSD)), [100, 60, 40]);
		assert_eq!(held(&WUSD, HoldReason::Income, CURATOR), 200);
		assert_eq!(free(&WUSD, CURATOR), before + 800);
		// The native token is an asset like any other.
		pay(SOUK, 500);
		assert_eq!(BACKERS.map(|who| due(who, &SOUK)), [50, 30, 20]);
		assert_eq!(held(&SOUK, HoldReason::Income, CURATOR), 100);
	});
}

#[test]
fn only_what_the_curator_is_paid_for_the_listing_is_shared() {
	TestExt.execute(|| {
		three_backers();
		pay_for(LISTING, OTHER, SOUK, 1_000);
		pay_for(SECOND, CURATOR, SOUK, 1_000);
		pay_for(FOREIGN, CURATOR, SOUK, 1_000);
		assert_eq!(held(&SOUK, HoldReason::Income, CURATOR), 0);
	});
}

#[test]
fn without_backers_everything_is_the_curators() {
	TestExt.execute(|| {
		pay(SOUK, 1_000);
		opened();
		pay(SOUK, 1_000);
		assert_ok!(back(BACKERS[0], 1_000));
		assert_ok!(unback(BACKERS[0], 1_000));
		// What is on its way out earns nothing.
		pay(SOUK, 1_000);
		assert_eq!(held(&SOUK, HoldReason::Income, CURATOR), 0);
	});
}

#[test]
fn those_who_have_lost_everything_earn_nothing() {
	TestExt.execute(|| {
		three_backers();
		offend(percent(100));
		pay(SOUK, 1_000);
		assert_eq!(held(&SOUK, HoldReason::Income, CURATOR), 0);
		settle_fines();
	});
}

#[test]
fn who_comes_and_goes_has_the_part_of_each_payment_in_between() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(BACKERS[0], 1_000));
		pay(SOUK, 500);
		assert_ok!(back(BACKERS[1], 3_000));
		pay(SOUK, 2_000);
		assert_ok!(unback(BACKERS[0], 500));
		assert_ok!(back(BACKERS[1], 500));
		pay(SOUK, 2_000);
		assert_ok!(unback(BACKERS[1], 3_500));
		pay(SOUK, 500);
		assert_eq!(due(BACKERS[0], &SOUK), 100 + 100 + 50 + 100);
		assert_eq!(due(BACKERS[1], &SOUK), 300 + 350);
	});
}

#[test]
fn an_offence_changes_what_backers_have_and_not_how_they_share() {
	TestExt.execute(|| {
		three_backers();
		offend(percent(30));
		settle_fines();
		pay(SOUK, 1_000);
		assert_eq!(BACKERS.map(|who| due(who, &SOUK)), [100, 60, 40]);
	});
}

#[test]
fn no_part_of_a_payment_that_is_too_small_to_divide_is_lost() {
	TestExt.execute(|| {
		three_backers();
		// One unit for ten thousand points each time.
		for _ in 0..1_000 {
			pay(SOUK, 5);
		}
		assert_eq!(held(&SOUK, HoldReason::Income, CURATOR), 1_000);
		assert_eq!(BACKERS.map(|who| due(who, &SOUK)), [500, 300, 200]);
	});
}

#[test]
fn what_rounding_leaves_is_the_last_ones_who_leaves() {
	TestExt.execute(|| {
		opened();
		for who in BACKERS {
			assert_ok!(back(who, 1_000));
		}
		pay(SOUK, 500);
		assert_eq!(BACKERS.map(|who| due(who, &SOUK)), [33, 33, 33]);
		for who in BACKERS {
			assert_ok!(unback(who, 1_000));
		}
		assert_eq!(BACKERS.map(|who| due(who, &SOUK)), [33, 33, 34]);
		assert_eq!(view().unsettled, vec![]);
	});
}

#[test]
fn whole_wealth_divides_as_exactly_as_a_coin() {
	let mut income = Income { asset: SOUK, per_point: 0, unsettled: 0, carry: 0 };
	// A thousand million SOUK of points, and a millionth of a dollar each time.
	let points = 1_000_000_000 * 1_000_000_000_000;
	for _ in 0..10_000 {
		income.add(1, points).expect("small numbers");
	}
	assert_eq!(income.unsettled, 10_000);
	assert!(income.carry <= 1_000);
	// The other way round, there is room for a long time.
	let mut income = Income { asset: SOUK, per_point: 0, unsettled: 0, carry: 0 };
	for _ in 0..1_000 {
		income.add(1_000_000_000_000_000_000_000, 1_000_000_000_000).expect("there is room");
	}
	// And where there is none, nothing is changed.
	let before = income.clone();
	assert_eq!(income.add(Balance::MAX, 1), None);
	assert_eq!(income, before);
}

#[test]
fn a_ninth_asset_is_the_treasurys() {
	TestExt.execute(|| {
		three_backers();
		for id in 1..=MAX_ASSETS {
			pay(Asset::WithId(id), 1_000);
		}
		let ninth = Asset::WithId(MAX_ASSETS + 1);
		pay(ninth.clone(), 1_000);
		assert_event(Event::IncomeDiverted { listing: LISTING, asset: ninth.clone(), amount: 200 });
		assert_eq!(free(&ninth, TREASURY), ENDOWMENT + 200);
		assert_eq!(free(&ninth, CURATOR), ENDOWMENT + 800);
		assert_eq!(held(&ninth, HoldReason::Income, CURATOR), 0);
		for id in 1..=MAX_ASSETS {
			assert_ok!(claim(BACKERS[0], Asset::WithId(id)));
		}
	});
}

#[test]
fn a_curator_who_has_nothing_else_in_the_asset_keeps_what_her_account_needs() {
	TestExt.execute(|| {
		three_backers();
		let all = pallet_assets::Call::<Test>::transfer { id: 1, target: OTHER, amount: ENDOWMENT };
		assert_ok!(dispatch(CURATOR, all));
		assert_ok!(open(CURATOR, LISTING, percent(90), BOND));
		// With nine tenths of it on hold she would have less than an account needs.
		pay(WUSD, 50);
		assert_eq!((free(&WUSD, CURATOR), held(&WUSD, HoldReason::Income, CURATOR)), (50, 0));
		pay(WUSD, 50);
		assert_eq!((free(&WUSD, CURATOR), held(&WUSD, HoldReason::Income, CURATOR)), (55, 45));
	});
}
