//! Recipients that cannot be paid, and money that cannot be moved.

use super::*;
use crate::Phase;
use sp_runtime::Permill;

fn phase(listing: u32) -> Option<Phase> {
	crate::Subscriptions::<Test>::get(Holder::Account(SUBSCRIBER), listing).map(|record| record.phase)
}

#[test]
fn a_node_that_cannot_be_paid_leaves_its_share_to_the_treasury() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			// 7 of a worker's share is less than an account needs to exist.
			let listing = sell(asset.clone(), 80);
			serve(
				listing,
				Service { workers: vec![WORKERS[0], STRANGER], nodes: vec![], first_final_at: Some(1) },
			);
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
			advance_to(1 + PERIOD);
			assert_eq!(free(&asset, WORKERS[0]), ENDOWMENT + 7);
			assert_eq!(free(&asset, STRANGER), 0);
			assert_eq!(free(&asset, TREASURY), ENDOWMENT + 8 + 7);
			assert_eq!(spent(&asset), 80);
			let curator = Event::PaidOut { listing, recipient: CURATOR, asset: asset.clone(), amount: 58 };
			assert!(events().contains(&curator));
		});
	}
}

#[test]
fn a_share_that_is_large_enough_creates_its_recipients_account() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let listing = sell(asset.clone(), PRICE);
			serve(listing, Service { workers: vec![STRANGER], nodes: vec![], first_final_at: Some(1) });
			assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
			advance_to(1 + PERIOD);
			assert_eq!(free(&asset, STRANGER), 180);
		});
	}
}

#[test]
fn who_earns_in_several_roles_is_paid_once() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		serve(
			listing,
			Service {
				workers: vec![WORKERS[0], CURATOR],
				nodes: vec![WORKERS[0], TREASURY],
				first_final_at: Some(1),
			},
		);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		advance_to(1 + PERIOD);
		let paid = |recipient, amount| Event::PaidOut { listing, recipient, asset: WUSD, amount };
		assert_eq!(events()[..3], [paid(WORKERS[0], 225), paid(TREASURY, 235), paid(CURATOR, 540)]);
	});
}

#[test]
fn a_blocked_curator_leaves_her_share_to_the_treasury() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		block(CURATOR);
		advance_to(1 + PERIOD);
		assert_earned(&WUSD, 550, 0, 90, 135);
	});
}

#[test]
fn a_blocked_payer_does_not_keep_others_from_their_pay() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		block(SUBSCRIBER);
		advance_to(11);
		assert_ok!(cancel(SUBSCRIBER, listing));
		// Half of it was earned and is paid; the other half waits for the payer.
		assert_earned(&WUSD, 50, 226, 45, 67);
		assert_eq!(phase(listing), Some(Phase::Settling { owed: 0 }));
		assert_eq!(held(&WUSD, SUBSCRIBER), 500);
		assert!(!live(listing, SUBSCRIBER));
		assert_noop!(cancel(SUBSCRIBER, listing), Error::<Test>::SettlementPending);
		unblock(SUBSCRIBER);
		advance_to(20);
		assert_eq!(phase(listing), None);
		assert_eq!((spent(&WUSD), spent(&SOUK)), (500, 0));
	});
}

#[test]
fn a_frozen_asset_delays_the_settlement_and_changes_nothing_about_it() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, true));
		freeze(true);
		advance_to(1 + PERIOD);
		assert_eq!(phase(listing), Some(Phase::Settling { owed: PRICE }));
		let (holder, reason) = (Holder::Account(SUBSCRIBER), NotRenewedReason::Unsettled);
		assert!(events().contains(&Event::NotRenewed { listing, holder, reason }));
		assert!(events().contains(&Event::SettlementDelayed { listing, holder, held: PRICE }));
		assert!(!live(listing, SUBSCRIBER));
		assert_noop!(subscribe(SUBSCRIBER, listing, TRIAL, false), Error::<Test>::AlreadySubscribed);
		assert_noop!(set_auto_renew(SUBSCRIBER, listing, true), Error::<Test>::Expired);
		assert_noop!(settle(OTHER, listing, SUBSCRIBER), Error::<Test>::SettlementPending);
		advance_to(1 + PERIOD + 5);
		freeze(false);
		assert_ok!(settle(OTHER, listing, SUBSCRIBER));
		assert_eq!(phase(listing), None);
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
	});
}

#[test]
fn a_delayed_settlement_is_tried_again_by_itself_ever_less_often() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		freeze(true);
		let mut attempts = Vec::new();
		while System::block_number() < 1 + PERIOD + 40 {
			advance_to(System::block_number() + 1);
			if events().iter().any(|event| matches!(event, Event::SettlementDelayed { .. })) {
				attempts.push(System::block_number() - 1 - PERIOD);
			}
		}
		assert_eq!(attempts, [0, 1, 2, 4, 8, 16, 32]);
		freeze(false);
		advance_to(1 + PERIOD + 64);
		assert_eq!(phase(listing), None);
		assert_earned(&WUSD, SHARES.0, SHARES.1, SHARES.2, SHARES.3);
	});
}

#[test]
fn a_curator_who_subscribes_to_herself_only_pays_the_others() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(CURATOR, listing, MONTHLY, false));
		advance_to(1 + PERIOD);
		assert_eq!(free(&WUSD, CURATOR), ENDOWMENT - (PRICE - SHARES.1));
	});
}

#[test]
fn the_fee_is_what_the_parameter_says_when_a_period_is_settled() {
	TestExt.execute(|| {
		let listing = sell(WUSD, PRICE);
		assert_ok!(subscribe(SUBSCRIBER, listing, MONTHLY, false));
		Fee::set(Permill::from_percent(50));
		advance_to(1 + PERIOD);
		assert_eq!(free(&WUSD, TREASURY), ENDOWMENT + 500);
	});
}
