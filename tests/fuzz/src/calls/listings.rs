//! What curators do with listings.

use super::{asset, listing, one, owner, Deed};
use crate::{
	action::Action,
	cast::{self, mostly, person},
	chain::as_sudo,
	table,
};
use pallet_listings::{Details, DetailsOf, Name};
use souk_primitives::{
	ListingKind, ListingState, PayoutSplit, Plan, PlanKind, Price, QueryPolicy, Visibility,
};
use souk_runtime::*;
use sp_runtime::Permill;

type Call = pallet_listings::Call<Runtime>;

/// Calls of `pallet-listings`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Create { who, name: number, kind, offer, size } => {
			let kinds = [ListingKind::DataProduct, ListingKind::Service, ListingKind::DigitalGood];
			let call = Call::create {
				name: name(number),
				kind: kinds[usize::from(kind) % kinds.len()],
				details: details(size),
				plans: plans(offer),
				payouts: split(20, 30),
			};
			one(person(who), call)
		}
		Update { who, listing: which, offer, size } => {
			let id = listing(which);
			one(mostly(who, owner(id)), Call::update { id, details: details(size), plans: plans(offer) })
		}
		SetState { who, listing: which, active } => {
			let id = listing(which);
			let to = match active {
				250.. => ListingState::Retired,
				_ if active % 4 == 1 => ListingState::Paused,
				_ => ListingState::Active,
			};
			one(mostly(who, owner(id)), Call::set_state { id, to })
		}
		SetPayouts { who, listing: which, workers, persistence } => {
			let id = listing(which);
			let payouts = split(u32::from(workers % 60), u32::from(persistence % 60));
			one(mostly(who, owner(id)), Call::set_payouts { id, payouts })
		}
		Retire { who, listing: which } => {
			let id = listing(which);
			one(mostly(who, owner(id)), Call::retire { id })
		}
		TakeDown { who, listing: which } => {
			let call = Call::take_down { id: listing(which), reason_hash: [0; 32] };
			match mostly(who, Some(cast::SUDO.to_account_id())) {
				sudo if sudo == cast::SUDO.to_account_id() => Some(vec![as_sudo(call)]),
				somebody => one(somebody, call),
			}
		}
		_ => None,
	}
}

/// A name, by a number.
pub fn name(number: u8) -> Name {
	format!("listing-{number}").into_bytes().try_into().expect("it is short")
}

/// What a listing says of itself, longer for larger numbers; with 0, what the table's listing does.
pub fn details(size: u8) -> DetailsOf<Runtime> {
	let text = |length: u8| vec![b'a'; usize::from(length)];
	let (tags, length) = (size % 9, size % 32);
	let policy = if size == 0 {
		QueryPolicy { max_rows: 10, aggregate_only: true, min_group_size: table::GROUP }
	} else {
		QueryPolicy { max_rows: u32::from(size), aggregate_only: size.is_multiple_of(2), min_group_size: 0 }
	};
	Details {
		metadata_hash: [size; 32],
		license: text(size % 64).try_into().expect("it is short"),
		category: text(length).try_into().expect("it is short"),
		tags: vec![text(length).try_into().expect("it is short"); usize::from(tags.min(8))]
			.try_into()
			.expect("there are few"),
		policy,
		visibility: if size % 5 == 4 { Visibility::Unlisted } else { Visibility::Public },
	}
}

/// The plans of an offer: a period, a trial, all at once, and by the query. By its number the asset, the prices and the period.
pub fn plans(offer: u8) -> frame_support::BoundedVec<Plan, <Runtime as pallet_listings::Config>::MaxPlans> {
	if offer == 255 {
		return Default::default();
	}
	let wusd = offer % 2 == 1;
	let thousandth = if wusd { ONE_WUSD / 1_000 } else { MILLI_SOUK };
	let amount = [300_000, 7, 60_001, 1_009][usize::from(offer / 2) % 4] * thousandth;
	let period = [9, 5, 14][usize::from(offer / 8) % 3];
	let price = |amount| Price { asset: asset(wusd), amount };
	let plans = vec![
		Plan { kind: PlanKind::Subscription { period }, price: price(amount) },
		Plan { kind: PlanKind::Trial { period }, price: price(0) },
		Plan { kind: PlanKind::OneTime, price: price(amount) },
		Plan { kind: PlanKind::PayPerQuery, price: price((amount / 100).max(1)) },
	];
	plans.try_into().expect("there are four")
}

/// Shares in percent.
pub fn split(workers: u32, persistence: u32) -> PayoutSplit {
	PayoutSplit { workers: Permill::from_percent(workers), persistence: Permill::from_percent(persistence) }
}
