//! What is left when everything has ended.

use super::{events::order, found, DATA};
use frame_support::{
	traits::{fungibles::hold::Mutate as _, tokens::Precision},
	BoundedVec,
};
use pallet_asks::{AskRecord, AskRecordOf, AskState, Asks as Records};
use pallet_reputation::{Deal, RightRecord, Rights};
use souk_fuzz::{
	after_the_end,
	cast::person,
	chain::now,
	checks::storage,
	wind_up::{nothing_is_left, reasons, what_is_open, EMPTY},
};
use souk_primitives::{Asset, Holder, Price};
use souk_runtime::*;

/// On a chain where everything has ended.
fn when_all_is_over(with: impl FnOnce()) {
	let outcome = after_the_end(|| {
		assert_eq!((nothing_is_left(), what_is_open()), (Ok(()), None));
		with();
		Ok(())
	});
	assert_eq!(outcome.violation, None);
}

#[test]
fn a_key_that_is_left_is_found_in_each_item() {
	when_all_is_over(|| {
		for (pallet, items) in EMPTY {
			for item in *items {
				let key = [&storage::prefix(pallet, item)[..], b"somebody"].concat();
				sp_io::storage::set(&key, &[1]);
				found(nothing_is_left(), &format!("1 keys are left under {pallet}::{item}"));
				sp_io::storage::clear(&key);
			}
		}
		assert_eq!(nothing_is_left(), Ok(()));
	});
}

#[test]
fn money_that_is_held_for_nothing_is_found() {
	when_all_is_over(|| {
		let who = person(4);
		for (asset, reason) in reasons() {
			let kind = asset.clone();
			AllAssets::hold(kind.clone(), &reason, &who, 7).expect("Eve has some");
			let says = format!("7 of {who:?} in {asset:?} are held as {reason:?}");
			found(nothing_is_left(), &says);
			AllAssets::release(kind, &reason, &who, 7, Precision::Exact).expect("it is held");
		}
		assert_eq!(nothing_is_left(), Ok(()));
	});
}

#[test]
fn a_juror_of_no_case_and_a_bond_that_covers_no_sale_are_found() {
	when_all_is_over(|| {
		pallet_disputes::Pool::<Runtime>::mutate(|pool| pool[0].seats = 1);
		found(nothing_is_left(), "somebody sits on the jury of no case");
		pallet_disputes::Pool::<Runtime>::mutate(|pool| (pool[0].seats, pool[0].locked) = (0, 1));
		found(nothing_is_left(), "somebody sits on the jury of no case");
		pallet_disputes::Pool::<Runtime>::mutate(|pool| pool[0].locked = 0);
		pallet_curation::CuratorBonds::<Runtime>::mutate(DATA, |slot| {
			slot.as_mut().expect("it is still there").covered = 1;
		});
		found(nothing_is_left(), "something is set aside for no sale");
	});
}

/// A question about the data product, with a bounty of five planck, whose time is over.
pub fn ask() -> AskRecordOf<Runtime> {
	AskRecord {
		listing: DATA,
		asker: person(4),
		deposit: 0,
		bounty: Price { asset: Asset::Native, amount: 5 },
		period: 0,
		columns_root: [0; 32],
		rows: 1,
		min_group_size: 0,
		query: BoundedVec::new(),
		text_hash: None,
		state: AskState::Open,
		created_at: now(),
		until: now(),
		ended_at: None,
		due: None,
		pending_since: None,
		held: 5,
		paid: 0,
		refunded: 0,
		verdict: None,
	}
}

/// What is open, and a key that says so.
const OPEN: &[(&str, fn() -> Vec<u8>)] = &[
	("a subscription is open", || {
		let holder = Holder::Account(person(4));
		pallet_subscriptions::Subscriptions::<Runtime>::hashed_key_for(holder, DATA)
	}),
	("an order is open", || pallet_escrow::Open::<Runtime>::hashed_key_for(DATA)),
	("a tab is open", || pallet_tabs::Tabs::<Runtime>::hashed_key_for(0)),
	("a case is not forgotten", || pallet_disputes::Cases::<Runtime>::hashed_key_for([0; 8])),
	("a fine is not paid", || pallet_stakes::Fines::<Runtime>::hashed_key_for([0; 8])),
	("a challenge is open", || pallet_stakes::Challenges::<Runtime>::hashed_key_for(person(1), DATA)),
	("an announcement is kept", || pallet_stakes::Announcements::<Runtime>::hashed_key_for(person(1))),
	("a node is asked", || pallet_availability::Health::<Runtime>::hashed_key_for(person(1))),
	("a bond is backed", || pallet_backing::Backings::<Runtime>::hashed_key_for(DATA)),
	("something is said of somebody", || {
		let turn = pallet_reputation::Turn::<AccountId>::Right(Deal::Order(0));
		pallet_reputation::Due::<Runtime>::hashed_key_for(9, turn)
	}),
];

#[test]
fn what_is_still_open_is_found() {
	when_all_is_over(|| {
		for (says, key) in OPEN {
			sp_io::storage::set(&key(), &[1]);
			assert_eq!(what_is_open(), Some(*says));
			sp_io::storage::clear(&key());
		}
		Records::<Runtime>::insert(0, ask());
		assert_eq!(what_is_open(), Some("an ask is open"));
		Records::<Runtime>::remove(0);
		let right = RightRecord {
			listing: DATA,
			payer: person(4),
			since: now(),
			until: now() + 1,
			payer_rated: true,
			curator_rated: false,
			depositor: person(4),
			deposit: 0,
		};
		pallet_escrow::Orders::<Runtime>::insert(0, order());
		Rights::<Runtime>::insert(Deal::Order(0), right);
		assert_eq!(what_is_open(), Some("a seller may rate a buyer"));
	});
}
