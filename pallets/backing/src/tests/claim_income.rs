use super::*;

#[test]
fn a_backer_is_paid_what_they_have_earned_whoever_asks() {
	TestExt.execute(|| {
		three_backers();
		pay(WUSD, 1_000);
		pay(SOUK, 500);
		assert_ok!(claim(BACKERS[0], WUSD));
		assert_event(Event::IncomeClaimed { listing: LISTING, backer: BACKERS[0], asset: WUSD, amount: 100 });
		assert_eq!(free(&WUSD, BACKERS[0]), ENDOWMENT + 100);
		assert_eq!((due(BACKERS[0], &WUSD), due(BACKERS[0], &SOUK)), (0, 50));
		assert_eq!(held(&WUSD, HoldReason::Income, CURATOR), 100);
		assert_noop!(claim(BACKERS[0], WUSD), Error::<Test>::NothingEarned);
		pay(WUSD, 1_000);
		assert_ok!(claim(BACKERS[0], WUSD));
		assert_eq!(free(&WUSD, BACKERS[0]), ENDOWMENT + 200);
	});
}

#[test]
fn nobody_is_paid_what_they_have_not_earned() {
	TestExt.execute(|| {
		assert_noop!(claim(BACKERS[0], SOUK), Error::<Test>::NotFound);
		three_backers();
		assert_noop!(claim(OTHER, SOUK), Error::<Test>::NotFound);
		assert_noop!(claim(BACKERS[0], SOUK), Error::<Test>::NothingEarned);
		pay(WUSD, 1_000);
		assert_noop!(claim(BACKERS[0], SOUK), Error::<Test>::NothingEarned);
		// Too late for this one.
		assert_ok!(open(CURATOR, LISTING, percent(20), Balance::MAX));
		Most::set(FixedU128::from_u32(2));
		assert_ok!(back(OTHER, 1_000));
		assert_noop!(claim(OTHER, WUSD), Error::<Test>::NothingEarned);
	});
}

#[test]
fn what_cannot_be_paid_yet_stays_the_backers() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(NEWCOMER, 1_000));
		pay(WUSD, 5 * (MINIMUM - 1));
		assert_eq!(due(NEWCOMER, &WUSD), MINIMUM - 1);
		assert_noop!(claim(NEWCOMER, WUSD), Error::<Test>::CannotBePaid);
		pay(WUSD, 5);
		assert_ok!(claim(NEWCOMER, WUSD));
		assert_eq!(free(&WUSD, NEWCOMER), MINIMUM);
	});
}

#[test]
fn what_cannot_be_paid_for_long_goes_to_the_treasury_and_keeps_no_record() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(NEWCOMER, 1_000));
		pay(WUSD, 25);
		assert_ok!(close(CURATOR, LISTING));
		advance_to(1 + UNBONDING);
		assert_ok!(withdraw(NEWCOMER));
		assert_noop!(claim(NEWCOMER, WUSD), Error::<Test>::CannotBePaid);
		advance_to(2 * UNBONDING);
		assert_noop!(claim(NEWCOMER, WUSD), Error::<Test>::CannotBePaid);
		advance_to(1 + 2 * UNBONDING);
		assert_ok!(claim(NEWCOMER, WUSD));
		assert_event(Event::IncomeForsaken { listing: LISTING, backer: NEWCOMER, asset: WUSD, amount: 5 });
		assert_eq!(free(&WUSD, TREASURY), ENDOWMENT + 5);
		assert_eq!(free(&SOUK, NEWCOMER), ENDOWMENT);
		assert_nothing_is_left();
	});
}

#[test]
fn what_not_even_the_treasury_can_be_paid_is_left_to_the_curator() {
	TestExt.execute(|| {
		let all = pallet_assets::Call::<Test>::transfer { id: 1, target: OTHER, amount: ENDOWMENT };
		assert_ok!(dispatch(TREASURY, all));
		opened();
		assert_ok!(back(NEWCOMER, 1_000));
		pay(WUSD, 25);
		assert_ok!(close(CURATOR, LISTING));
		advance_to(1 + 2 * UNBONDING);
		assert_ok!(withdraw(NEWCOMER));
		assert_ok!(claim(NEWCOMER, WUSD));
		assert_eq!(free(&WUSD, CURATOR), ENDOWMENT + 25);
		assert_nothing_is_left();
	});
}

#[test]
fn a_frozen_asset_is_claimed_when_it_thaws() {
	TestExt.execute(|| {
		three_backers();
		pay(WUSD, 1_000);
		assert_ok!(dispatch(TREASURY, pallet_assets::Call::<Test>::freeze_asset { id: 1 }));
		assert_noop!(claim(BACKERS[0], WUSD), Error::<Test>::CannotBePaid);
		assert_ok!(dispatch(TREASURY, pallet_assets::Call::<Test>::thaw_asset { id: 1 }));
		assert_ok!(claim(BACKERS[0], WUSD));
	});
}
