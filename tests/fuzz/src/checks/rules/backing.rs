//! Who backs whose bond, and gets out of it when.

use super::{awaits_ruling, if_and_only_if, unless, Verdict};
use crate::chain;
use frame_support::traits::Get;
use pallet_backing::{BackerRecord, Backers, Backings};
use souk_primitives::ListingId;
use souk_runtime::{configs::params, *};
use sp_runtime::{FixedPointNumber, Permill};

pub fn backing(who: &AccountId, call: &pallet_backing::Call<Runtime>) -> Verdict {
	use pallet_backing::Call::*;
	let now = chain::now();
	let of = |listing: &ListingId| Backings::<Runtime>::get(listing);
	let listing_of = |listing: &ListingId| pallet_listings::Listings::<Runtime>::get(listing);
	let open = |listing: &ListingId| of(listing).is_none_or(|record| record.closes.is_none());
	let closing = "its backing ends already";
	match call {
		open_backing { listing, share, .. } => {
			let record = listing_of(listing);
			let lives = record.as_ref().is_some_and(|record| !record.state.is_final());
			if_and_only_if(&[
				(record.is_some_and(|record| record.owner == *who), "only its curator opens a bond"),
				(lives, "nothing begins for what has ended"),
				(open(listing), closing),
				(!share.is_zero() && *share <= Permill::from_percent(90), "a curator keeps a part"),
			])
		}
		close_backing { listing } => if_and_only_if(&[
			(of(listing).is_some_and(|record| record.curator == *who), "only its curator closes a bond"),
			(open(listing), closing),
		]),
		back { listing, amount } => {
			let Some(record) = of(listing) else { return Verdict::MustNot("the bond is not open") };
			let own = pallet_curation::CuratorBonds::<Runtime>::get(listing).map_or(0, |bond| bond.total());
			let times = <Runtime as pallet_backing::Config>::MaxBacking::get();
			let most = record.most.min(times.saturating_mul_int(own));
			unless(&[
				(record.curator != *who, "a curator bonds, others back"),
				(record.closes.is_none(), closing),
				(*amount >= params::backing::MinBacking::get(), "so little backs nothing"),
				(record.active.amount + amount <= most, "no more backs a bond than may"),
			])
		}
		unback { listing, amount } => {
			let worth = worth(who, listing);
			unless(&[
				(Backers::<Runtime>::contains_key(who, listing), "only who backs a bond leaves it"),
				(open(listing), closing),
				(*amount > 0 && *amount <= worth, "nobody takes out what is not theirs"),
			])
		}
		withdraw_unbacked { listing, backer } => {
			let Some((record, own)) = of(listing).zip(Backers::<Runtime>::get(backer, listing)) else {
				return Verdict::MustNot("they back nothing");
			};
			let worthless = (record.leaving.is_wiped_out() && !own.leaving.is_empty())
				|| (own.points > 0 && record.active.worth(own.points) == 0);
			let ripe = |at: u32| at <= now;
			let free = |at: u32| at <= now && !awaits_ruling(*listing, at);
			if_and_only_if(&[
				(worthless || is_free(&own, record.closes, ripe), "what backs a bond stays for its time"),
				(
					worthless || is_free(&own, record.closes, free),
					"what backs a bond answers for the cases that are open",
				),
			])
		}
		claim_income { listing, backer, .. } => {
			unless(&[(Backers::<Runtime>::contains_key(backer, listing), "they have earned nothing")])
		}
		_ => Verdict::Perhaps,
	}
}

/// Whether a backer has something that is free, by the block in which its time comes.
fn is_free(own: &BackerRecord, closes: Option<u32>, free: impl Fn(u32) -> bool) -> bool {
	let closed = closes.is_some_and(&free);
	let ripe = own.leaving.iter().any(|chunk| free(chunk.at));
	ripe || (closed && (own.points > 0 || !own.leaving.is_empty()))
}

/// What somebody has behind a bond.
fn worth(who: &AccountId, listing: &ListingId) -> Balance {
	let points = Backers::<Runtime>::get(who, listing).map_or(0, |own| own.points);
	Backings::<Runtime>::get(listing).map_or(0, |record| record.active.worth(points))
}
