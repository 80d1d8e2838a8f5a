//! From an action to the calls that it stands for, on the chain as it is: one file for each pallet. What an action may be about is
//! looked up, so that most of what a sequence does is possible; a part of it is not, on purpose.

pub mod asks;
pub mod availability;
pub mod backing;
pub mod chain;
pub mod curation;
pub mod disputes;
pub mod escrow;
pub mod listings;
pub mod proofs;
pub mod reputation;
pub mod stakes;
pub mod subscriptions;
pub mod tabs;
pub mod validators;

use crate::{action::Action, cast};
use pallet_disputes::CaseId;
use souk_primitives::{reach::Ruling, Asset, ListingId};
use souk_proof_primitives::voucher::SignedVoucher;
use souk_runtime::*;
use std::collections::BTreeMap;

/// Who signs which call.
pub type Deed = (AccountId, RuntimeCall);

/// What people know that the chain does not. In order, so that a sequence is the same each time.
#[derive(Default)]
pub struct Memory {
	/// What jurors have committed to.
	pub votes: BTreeMap<(CaseId, u8, AccountId), (Ruling, [u8; 32])>,
	/// What somebody has announced to report, and whether it is two attestations.
	pub evidence: BTreeMap<AccountId, (bool, Vec<u8>, Vec<u8>)>,
	/// Vouchers that were shown.
	pub vouchers: Vec<SignedVoucher>,
}

/// The calls of an action; none where it is about nothing, or no call at all.
pub fn of(action: Action, memory: &mut Memory) -> Vec<Deed> {
	// The first that knows it.
	chain::deeds(action)
		.or_else(|| listings::deeds(action))
		.or_else(|| subscriptions::deeds(action))
		.or_else(|| curation::deeds(action))
		.or_else(|| escrow::deeds(action))
		.or_else(|| tabs::deeds(action, memory))
		.or_else(|| asks::deeds(action))
		.or_else(|| disputes::deeds(action, memory))
		.or_else(|| stakes::deeds(action, memory))
		.or_else(|| proofs::deeds(action))
		.or_else(|| validators::deeds(action))
		.or_else(|| availability::deeds(action))
		.or_else(|| backing::deeds(action))
		.or_else(|| reputation::deeds(action))
		.unwrap_or_default()
}

/// One call.
pub(crate) fn one(who: AccountId, call: impl Into<RuntimeCall>) -> Option<Vec<Deed>> {
	Some(vec![(who, call.into())])
}

/// A listing: mostly one that there is.
pub(crate) fn listing(byte: u8) -> ListingId {
	let known = pallet_listings::NextListingId::<Runtime>::get();
	u32::from(byte) % (known + 1).min(12)
}

/// Who owns it.
pub(crate) fn owner(listing: ListingId) -> Option<AccountId> {
	pallet_listings::Listings::<Runtime>::get(listing).map(|record| record.owner)
}

pub(crate) fn asset(wusd: bool) -> Asset {
	if wusd {
		Asset::WithId(WUSD)
	} else {
		Asset::Native
	}
}

/// A number that stands for one of those that there are, or, seldom, for one that there is not.
pub(crate) fn number(byte: u8, known: Vec<u64>) -> u64 {
	let next = known.last().map_or(0, |last| last + 1);
	if byte >= 250 {
		return next;
	}
	cast::pick(byte, &known).unwrap_or(next)
}
