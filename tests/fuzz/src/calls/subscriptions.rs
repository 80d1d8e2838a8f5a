//! What subscribers do.

use super::{asset, listing, one, Deed};
use crate::{
	action::Action,
	cast::{self, mostly, person},
};
use pallet_listings::Listings;
use pallet_subscriptions::{SubscriptionRecordOf, Subscriptions, TrialsUsed};
use souk_primitives::{Asset, Holder, ListingId, PlanKind, Price};
use souk_runtime::{AccountId, Runtime};

type Call = pallet_subscriptions::Call<Runtime>;

/// Calls of `pallet-subscriptions`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Subscribe { who, listing: which, plan, how } => {
			let listing = listing(which);
			// The two that are sold here, mostly.
			let plan = if plan < 240 { u8::from(plan % 8 == 7) } else { plan % 8 };
			let offer = Listings::<Runtime>::get(listing)
				.and_then(|record| record.plans.get(usize::from(plan)).cloned());
			let (period, price) = match offer {
				Some(offer) => match offer.kind {
					PlanKind::Subscription { period } | PlanKind::Trial { period } => (period, offer.price),
					_ => (9, offer.price),
				},
				None => (9, Price { asset: asset(true), amount: 0 }),
			};
			let seen = match how / 32 {
				5 => Price { amount: price.amount.saturating_sub(1), ..price },
				6 => Price {
					asset: if price.asset == Asset::Native { asset(true) } else { Asset::Native },
					..price
				},
				_ => price,
			};
			let call = Call::subscribe {
				listing,
				plan,
				holder: (how % 2 == 1).then_some([who % 5 + 1; 32]),
				auto_renew: how % 8 >= 2,
				period: period + u32::from(how / 32 == 7),
				max_price: seen,
			};
			one(person(who), call)
		}
		Cancel { who, which } => {
			let (holder, listing, payer) = subscription(which)?;
			one(mostly(who, Some(payer)), Call::cancel { listing, holder: commitment(&holder) })
		}
		SetAutoRenew { who, which, on } => {
			let (holder, listing, payer) = subscription(which)?;
			let (holder, enabled) = (commitment(&holder), on % 2 == 1);
			one(mostly(who, Some(payer)), Call::set_auto_renew { listing, holder, enabled })
		}
		Renew { who, which } => {
			let (holder, listing, payer) = subscription(which)?;
			one(mostly(who, Some(payer)), Call::renew { listing, holder: commitment(&holder) })
		}
		Settle { who, which } => {
			let (holder, listing, _) = subscription(which)?;
			one(person(who), Call::settle { listing, holder })
		}
		ClearTrial { who, which } => {
			let used: Vec<_> =
				TrialsUsed::<Runtime>::iter().map(|(listing, holder, _)| (listing, holder)).collect();
			let (listing, holder) = cast::pick(which, &used)?;
			one(person(who), Call::clear_trial { listing, holder })
		}
		_ => None,
	}
}

fn commitment(holder: &Holder<AccountId>) -> Option<[u8; 32]> {
	match holder {
		Holder::Account(_) => None,
		Holder::Commitment(digest) => Some(*digest),
	}
}

/// One of the subscriptions that there are, with its payer.
fn subscription(byte: u8) -> Option<(Holder<AccountId>, ListingId, AccountId)> {
	let all: Vec<_> = Subscriptions::<Runtime>::iter()
		.map(|(holder, listing, record): (_, _, SubscriptionRecordOf<Runtime>)| {
			(holder, listing, record.payer)
		})
		.collect();
	cast::pick(byte, &all)
}
