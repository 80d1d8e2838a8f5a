//! One file per call, one per idea that spans calls, and the ledger.

mod cancel;
mod claim_timeout;
mod completed;
mod confirm;
mod cover;
mod deliver;
mod deliver_batch;
mod dispute;
mod forget;
mod fund;
mod juries;
mod ledger;
mod mark_delivered;
mod offer;
mod order;
mod pauses;
mod prove_bad_chunk;
mod queue;
mod refunds;
mod resolve;
mod settlement;
mod timeouts;
mod views;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{Asset, Balance, ListingId, ListingKind, ListingState};
use sp_runtime::Permill;

/// What [`PRICE`] earns: the treasury, the curator, each worker, each persistence node.
const SHARES: (Balance, Balance, Balance, Balance) = (100, 450, 90, 135);
/// More than all sales of a test are worth.
const BOND: Balance = 500_000;

/// Asserts what everybody has earned in `asset` since the start.
#[track_caller]
fn assert_earned(asset: &Asset, (treasury, curator, worker, node): (Balance, Balance, Balance, Balance)) {
	let more = |account| free(asset, account) - ENDOWMENT;
	assert_eq!(more(TREASURY), treasury, "treasury");
	// What the curator pays for the bytes of offers is in SOUK.
	let deposits = if *asset == SOUK { deposit(CURATOR) } else { 0 };
	assert_eq!(free(asset, CURATOR) + deposits - ENDOWMENT, curator, "curator");
	for account in WORKERS {
		assert_eq!(more(account), worker, "worker");
	}
	for account in NODES {
		assert_eq!(more(account), node, "node");
	}
}

/// What [`BUYER`] has spent in `asset`, but for deposits.
fn spent(asset: &Asset) -> Balance {
	let deposits = if *asset == SOUK { deposit(BUYER) } else { 0 };
	ENDOWMENT - free(asset, BUYER) - deposits - held(asset, BUYER)
}

/// A good snapshot on sale in an asset, with more bond than is needed, and an order of it.
fn sold(asset: &Asset, bond: Balance) -> (Snapshot, ListingId, OrderId) {
	let snapshot = Snapshot::good();
	let listing = list_data(asset, snapshot.commitments.clone(), bond);
	let order = order_data(BUYER, listing);
	(snapshot, listing, order)
}
