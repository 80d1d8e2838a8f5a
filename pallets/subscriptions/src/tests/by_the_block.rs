//! Who served is paid for what it served, whoever is assigned when the money is divided.

use super::*;

fn nobody() -> Service {
	Service { first_final_at: Some(1), ..Default::default() }
}

#[test]
fn nodes_that_are_unassigned_before_the_settlement_keep_what_they_earned() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(PERIOD);
		serve(listing, nobody());
		advance_to(1 + PERIOD);
		// 19 of 20 blocks of 180 and of 270, shared by two; the curator has the last block and what rounding left.
		assert_earned(&WUSD, 100, 474, 85, 128);
		assert_eq!(spent(&WUSD), PRICE);
	});
}

#[test]
fn who_comes_last_earns_its_own_blocks_only() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		let alone = Service { workers: vec![WORKERS[0]], ..nobody() };
		serve(listing, alone.clone());
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(PERIOD);
		serve(listing, Service { workers: vec![WORKERS[0], WORKERS[1], STRANGER], ..alone });
		advance_to(1 + PERIOD);
		let earned = |account| free(&WUSD, account).saturating_sub(ENDOWMENT);
		// 180 × 19 / 20 and a third of 180 / 20; the last one cannot be paid so little.
		assert_eq!((earned(WORKERS[0]), earned(WORKERS[1]), free(&WUSD, STRANGER)), (174, 3, 0));
	});
}

#[test]
fn blocks_before_the_first_snapshot_are_nobodys() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(listing, Service { workers: vec![WORKERS[0]], ..Default::default() });
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(11);
		serve(listing, Service { workers: vec![WORKERS[1]], nodes: vec![], first_final_at: Some(11) });
		advance_to(1 + PERIOD);
		assert_eq!(spent(&WUSD), 500);
		assert_eq!(free(&WUSD, WORKERS[0]), ENDOWMENT);
		assert_eq!(free(&WUSD, WORKERS[1]), ENDOWMENT + 90);
	});
}

#[test]
fn a_cancelled_period_is_divided_by_its_own_blocks() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		advance_to(6);
		serve(listing, Service { workers: vec![WORKERS[1]], ..nobody() });
		advance_to(11);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert_eq!(spent(&WUSD), 500);
		// 90 for ten blocks: five of two, five of one. 135 for the nodes' ten, of which they were there for five.
		assert_earned_by_worker(22, 67);
		assert_eq!(free(&WUSD, NODES[0]), ENDOWMENT + 33);
	});
}

fn assert_earned_by_worker(first: Balance, second: Balance) {
	assert_eq!(free(&WUSD, WORKERS[0]) - ENDOWMENT, first);
	assert_eq!(free(&WUSD, WORKERS[1]) - ENDOWMENT, second);
}

#[test]
fn a_delayed_settlement_pays_those_who_served_not_those_who_are_there() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		freeze(true);
		advance_to(1 + PERIOD);
		serve(listing, Service { workers: vec![STRANGER], ..nobody() });
		advance_to(1 + PERIOD + 5);
		assert_eq!(open_periods(listing), [1]);
		freeze(false);
		assert_ok!(settle(OTHER, listing, SUBSCRIBER));
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
		assert!(open_periods(listing).is_empty());
	});
}

#[test]
fn curation_is_told_of_each_paid_period_and_of_no_other() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(OTHER, listing, TRIAL, false));
		assert!(open_periods(listing).is_empty());
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		assert_eq!(open_periods(listing), [1]);
		advance_to(1 + PERIOD);
		assert_eq!(open_periods(listing), [1 + PERIOD]);
		// In the grace the next period may still begin where the last one ended.
		impoverish(&WUSD, SUBSCRIBER, 0);
		advance_to(1 + 2 * PERIOD);
		assert!(entitlement(listing, SUBSCRIBER).is_some_and(|view| view.in_grace));
		assert_eq!(open_periods(listing), [1 + PERIOD]);
		fund(&WUSD, SUBSCRIBER, PRICE);
		advance_to(1 + 2 * PERIOD + 3);
		assert_eq!(open_periods(listing), [1 + 2 * PERIOD]);
		assert_ok!(cancel(SUBSCRIBER, listing));
		assert!(open_periods(listing).is_empty());
	});
}

#[test]
fn a_trial_owes_nobody_anything() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, TRIAL, false));
		assert!(live(listing, SUBSCRIBER));
		assert!(open_periods(listing).is_empty());
		advance_to(PERIOD);
		assert_ok!(cancel(SUBSCRIBER, listing));
	});
}
