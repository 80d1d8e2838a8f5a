//! One file per call, one per idea that spans calls, and the ledger.

mod ends;
mod issue_credential;
mod ledger;
mod periods;
mod queue;
mod ranges;
mod rate;
mod remove_credential;
mod revoke_credential;
mod views;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{
	reach::{Ratings, Side},
	NodeRole,
};

use CredentialKind::{DisputeLost, ReliablePayer, TrustedSeller};

/// What subscriptions say when enough of a period was served.
fn served(listing: u32, payer: AccountId) {
	<Reputation as Ratings<AccountId>>::served(listing, &payer, now().saturating_sub(5));
}

fn awaited(order: u64) -> bool {
	<Reputation as Ratings<AccountId>>::awaited(order)
}

fn id(order: u64, kind: CredentialKind) -> CredentialId {
	CredentialId { order, kind }
}
