//! One file per call, one per idea that spans calls, and the ledger.

mod answer;
mod ask;
mod benchmark_bundle;
mod check;
mod claim_timeout;
mod forget;
mod ledger;
mod queue;
mod settlement;
mod timeouts;
mod views;
mod withdraw;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{Asset, Balance, ListingId, ListingState, Price};

/// What [`ASKER`] has spent in `asset`, but for deposits.
fn spent(asset: &Asset) -> Balance {
	let deposits = if *asset == SOUK { deposit(ASKER) } else { 0 };
	ENDOWMENT - free(asset, ASKER) - deposits - held(asset, ASKER)
}

/// What an account has earned in `asset` since the start.
fn earned(asset: &Asset, account: AccountId) -> Balance {
	free(asset, account) - ENDOWMENT
}

/// A table, an ask about it by [`ASKER`], and the bundle that answers it.
fn open_ask() -> (ListingId, AskId, Vec<u8>) {
	let listing = list();
	let ask = asked(asking(listing));
	(listing, ask, bundle(listing, PERIOD, &total(), 0))
}
