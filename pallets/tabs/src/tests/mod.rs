//! One file per call, one per idea that spans calls, the storm of vouchers, and the ledger.

mod claim_timeout;
mod close_tab;
mod endings;
mod ledger;
mod open_tab;
mod places;
mod queue;
mod set_free_quota;
mod settle_voucher;
mod settle_vouchers;
mod settlement;
mod storm;
mod top_up_tab;
mod views;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{Asset, Balance, ListingId, ListingState};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};

/// What an account has earned in wUSD since the start.
fn earned(account: &AccountId) -> Balance {
	free(&WUSD, account) - ENDOWMENT
}

/// What [`PAYER`] has spent in wUSD.
fn spent() -> Balance {
	ENDOWMENT - free(&WUSD, &PAYER) - held(&WUSD, &PAYER)
}

/// A listing, and a tab of it by [`PAYER`] with [`LIMIT`] on it.
fn open_tab() -> (ListingId, TabId) {
	let listing = list();
	(listing, opened(listing, LIMIT))
}

/// What a tab has paid to a node and those who earn with it.
fn earned_by(tab: TabId, node: &AccountId) -> Balance {
	view(tab).earners.iter().find(|earner| earner.node == *node).map_or(0, |earner| earner.earned)
}
