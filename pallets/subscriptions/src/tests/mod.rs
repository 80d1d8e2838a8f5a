//! One file per call, one for what happens by itself, one per idea that spans calls, and the ledger.

mod by_the_block;
mod cancel;
mod clear_trial;
mod ledger;
mod periods;
mod queue;
mod ranking;
mod rated;
mod renew;
mod set_auto_renew;
mod settle;
mod settlement;
mod subscribe;
mod subscribers;

use crate::{mock::*, Error, Event, NotRenewedReason};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{Asset, Balance, Holder, ListingKind, ListingState};

/// What a period of [`PRICE`] earns: the treasury, the curator, each worker, each persistence node.
const SHARES: (Balance, Balance, Balance, Balance) = (100, 450, 90, 135);

/// Asserts what everybody has earned in `asset` since the start, in units of [`SHARES`] from `part` of a period.
fn assert_earned(asset: &Asset, treasury: Balance, curator: Balance, worker: Balance, node: Balance) {
	let more = |account| free(asset, account) - ENDOWMENT;
	assert_eq!(more(TREASURY), treasury, "treasury");
	// The curator's deposit for listings is in SOUK.
	let listed =
		if *asset == SOUK { 50 * Balance::from(pallet_listings::NextListingId::<Test>::get()) } else { 0 };
	assert_eq!(free(asset, CURATOR) + listed - ENDOWMENT, curator, "curator");
	for account in WORKERS {
		assert_eq!(more(account), worker, "worker");
	}
	for account in NODES {
		assert_eq!(more(account), node, "node");
	}
}

/// What [`SUBSCRIBER`] has spent in `asset`, deposits and payments held included.
fn spent(asset: &Asset) -> Balance {
	ENDOWMENT - free(asset, SUBSCRIBER)
}
