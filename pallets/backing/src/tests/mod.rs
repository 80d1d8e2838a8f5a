//! One file per call, one per idea that spans calls, and the ledger.

mod back;
mod backs;
mod claim_income;
mod close_backing;
mod endings;
mod income;
mod ledger;
mod offences;
mod open_backing;
mod unback;
mod views;
mod withdraw_unbacked;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{
	reach::{Backing as _, Bonds as _, Curation as _, Pending},
	Asset, Balance, Bond,
};
use sp_runtime::{FixedU128, TokenError};

/// The listing is open for as much as the bond, for a fifth of the income.
fn opened() {
	assert_ok!(open(CURATOR, LISTING, percent(20), BOND));
}

/// The same, and three have 5,000, 3,000 and 2,000 behind it.
fn three_backers() {
	opened();
	for (who, amount) in BACKERS.into_iter().zip([5_000, 3_000, 2_000]) {
		assert_ok!(back(who, amount));
	}
}

/// The whole of the curator's own bond.
fn own() -> Balance {
	Curation::bonded(&Bond::Listing(LISTING))
}

/// Everything that is stored is gone, and nothing is held.
fn assert_nothing_is_left() {
	assert_eq!(Backings::<Test>::iter().count(), 0);
	assert_eq!(Backers::<Test>::iter().count(), 0);
	for who in [CURATOR, OTHER, NEWCOMER, TREASURY].into_iter().chain(BACKERS) {
		for reason in [HoldReason::Backing, HoldReason::Income, HoldReason::Deposit] {
			for asset in core::iter::once(SOUK).chain((1..=ASSETS).map(Asset::WithId)) {
				assert_eq!(held(&asset, reason, who), 0, "{reason:?} of {who} in {asset:?}");
			}
		}
	}
}
