//! What askers do, and nodes that answer.

use super::{asset, listing, number, one, Deed};
use crate::{
	action::Action,
	cast::{self, mostly, person},
	table,
};
use pallet_asks::{AskId, AskRecordOf, Asks, BundleBytes};
use souk_primitives::{reach::Listings as _, Period, Price};
use souk_runtime::*;

type Call = pallet_asks::Call<Runtime>;

/// Calls of `pallet-asks`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Ask { who, listing: which, query, bounty, wait } => {
			let listing = if which < 200 { table::LISTING } else { listing(which) };
			let min_group_size = Listings::policy(listing).map_or(0, |policy| policy.proved_group_size());
			let call = Call::ask {
				listing,
				period: (query % 8 == 5).then_some(first_period()),
				query: table::query(query),
				text_hash: (query % 2 == 1).then_some([query; 32]),
				min_group_size: min_group_size + u32::from(query >= 250),
				bounty: Price { asset: asset(bounty % 2 == 1), amount: Balance::from(bounty) * 1_009 },
				wait: u32::from(wait % 12),
			};
			one(person(who), call)
		}
		Answer { who, ask, how } => {
			let (ask, record) = chosen(ask);
			let period = record.map_or(first_period(), |record| record.period);
			let node = cast::pick(who, &cast::NODES).map(|node| node.to_account_id());
			one(mostly(who, node), Call::answer { ask, bundle: bundle(period, how) })
		}
		CheckBundle { who, listing: which, how } => {
			let listing = if which < 200 { table::LISTING } else { listing(which) };
			let period = first_period();
			one(person(who), Call::check { listing, period, bundle: bundle(period, how) })
		}
		WithdrawAsk { who, ask } => {
			let (ask, record) = chosen(ask);
			one(mostly(who, record.map(|record| record.asker)), Call::withdraw { ask })
		}
		ClaimAsk { who, ask } => one(person(who), Call::claim_timeout { ask: chosen(ask).0 }),
		ForgetAsk { who, ask } => {
			let (ask, record) = chosen(ask);
			one(mostly(who, record.map(|record| record.asker)), Call::forget { ask })
		}
		_ => None,
	}
}

/// The period of the oldest snapshot of the table that is kept.
fn first_period() -> Period {
	pallet_curation::SnapshotPeriods::<Runtime>::get(table::LISTING).first().copied().unwrap_or(0)
}

/// One of the asks that there are.
fn chosen(byte: u8) -> (AskId, Option<AskRecordOf<Runtime>>) {
	let mut known: Vec<AskId> = Asks::<Runtime>::iter_keys().collect();
	known.sort_unstable();
	let ask = number(byte, known);
	(ask, Asks::<Runtime>::get(ask))
}

/// The bundle for a period; by the byte one with an error, or bytes that are none.
fn bundle(period: Period, how: u8) -> BundleBytes {
	let mut bytes = table::bundle(period).unwrap_or_else(|| vec![how; 40]);
	match how % 8 {
		6 => bytes.truncate(usize::from(how)),
		7 => {
			let at = bytes.len() / 2;
			bytes[at] ^= 1;
		}
		_ => {}
	}
	bytes.try_into().expect("it is not too long")
}
