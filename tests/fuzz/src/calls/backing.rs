//! What curators do whose bonds others back, and what those do.

use super::{asset, listing, one, owner, Deed};
use crate::{
	action::Action,
	cast::{self, arbitrator, mostly, person},
	chain::as_sudo,
};
use pallet_backing::{Backers, Backings};
use souk_primitives::ListingId;
use souk_runtime::{configs::params::backing as settings, *};
use sp_runtime::{FixedU128, Permill};

type Call = pallet_backing::Call<Runtime>;

/// Calls of `pallet-backing`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		OpenBacking { who, listing: which, share, most } => {
			let listing = listing(which);
			let share = Permill::from_parts(u32::from(share % 100) * 10_007);
			let most = Balance::from(most) * 4 * SOUK;
			one(mostly(who, owner(listing)), Call::open_backing { listing, share, most })
		}
		CloseBacking { who, listing: which } => {
			let listing = backed(which);
			one(mostly(who, owner(listing)), Call::close_backing { listing })
		}
		Back { who, listing: which, amount } => {
			// An arbitrator has no account in wUSD.
			let backer = if who < 200 { person(who) } else { arbitrator(who - 200) };
			one(backer, Call::back { listing: backed(which), amount: odd(amount) })
		}
		Unback { who, which, amount } => {
			let (backer, listing) = backer(which)?;
			let whole = || {
				let points = Backers::<Runtime>::get(&backer, listing).map_or(0, |own| own.points);
				Backings::<Runtime>::get(listing).map_or(0, |record| record.active.worth(points))
			};
			let amount = if amount >= 200 { whole() } else { odd(amount) };
			one(mostly(who, Some(backer)), Call::unback { listing, amount })
		}
		WithdrawUnbacked { who, which } => {
			let (backer, listing) = backer(which)?;
			one(person(who), Call::withdraw_unbacked { listing, backer })
		}
		ClaimIncome { who, which, asset: of } => {
			let (backer, listing) = backer(which)?;
			one(person(who), Call::claim_income { listing, asset: asset(of % 2 == 0), backer })
		}
		SetBacking { times, least } => {
			let times = FixedU128::from_rational(u128::from(times % 8), 4);
			let least = SOUK + Balance::from(least % 32) * SOUK;
			let settings = [
				settings::Parameters::MaxBacking(settings::MaxBacking, Some(times)),
				settings::Parameters::MinBacking(settings::MinBacking, Some(least)),
			];
			let set = |setting| {
				let key_value = RuntimeParameters::Backing(setting);
				as_sudo(pallet_parameters::Call::<Runtime>::set_parameter { key_value })
			};
			Some(settings.map(set).into())
		}
		_ => None,
	}
}

/// An amount that is hard to divide.
fn odd(byte: u8) -> Balance {
	Balance::from(byte) * (SOUK + 1_009)
}

/// A listing whose bond is open to others, mostly.
fn backed(byte: u8) -> ListingId {
	let mut open: Vec<ListingId> = Backings::<Runtime>::iter_keys().collect();
	open.sort_unstable();
	cast::pick(byte, &open).filter(|_| byte < 200).unwrap_or_else(|| listing(byte))
}

/// One of those who back something.
fn backer(byte: u8) -> Option<(AccountId, ListingId)> {
	let mut all: Vec<_> = Backers::<Runtime>::iter_keys().collect();
	all.sort_unstable();
	cast::pick(byte, &all)
}
