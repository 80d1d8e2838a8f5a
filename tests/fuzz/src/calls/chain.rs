//! Transfers, freezes and fees.

use super::{one, Deed};
use crate::{
	action::Action,
	cast::{self, person},
	chain::as_sudo,
};
use frame_support::traits::{fungible::Inspect as _, fungibles::Inspect as _, tokens::Preservation};
use souk_runtime::{configs::params, *};
use sp_runtime::Permill;

type Balances_ = pallet_balances::Call<Runtime>;
type Assets_ = pallet_assets::Call<Runtime>;

/// Calls of `Transfer`, `Freeze`, `Thaw` and `SetFee`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Transfer { who, to, wusd, amount } => {
			let (from, dest) = (person(who), person(to));
			let wusd = wusd % 2 == 1;
			// Nearly all of it, at the most.
			let reducible = if wusd {
				Assets::reducible_balance(
					WUSD,
					&from,
					Preservation::Preserve,
					frame_support::traits::tokens::Fortitude::Polite,
				)
			} else {
				let least = 500 * SOUK;
				Balances::reducible_balance(
					&from,
					Preservation::Preserve,
					frame_support::traits::tokens::Fortitude::Polite,
				)
				.saturating_sub(least)
			};
			let value = reducible / 255 * Balance::from(amount);
			match wusd {
				true => one(from, Assets_::transfer { id: WUSD.into(), target: dest.into(), amount: value }),
				false => one(from, Balances_::transfer_keep_alive { dest: dest.into(), value }),
			}
		}
		// Alice is the issuer.
		Freeze { whose } => {
			let who = cast::SUDO.to_account_id();
			match whose % 6 {
				5 => one(who, Assets_::freeze_asset { id: WUSD.into() }),
				one_of => one(who, Assets_::freeze { id: WUSD.into(), who: person(one_of).into() }),
			}
		}
		Thaw { whose } => {
			let who = cast::SUDO.to_account_id();
			match whose % 6 {
				5 => one(who, Assets_::thaw_asset { id: WUSD.into() }),
				one_of => one(who, Assets_::thaw { id: WUSD.into(), who: person(one_of).into() }),
			}
		}
		SetFee { percent } => {
			let fee = Some(Permill::from_percent(u32::from(percent % 30)));
			let fee = params::market::Parameters::ProtocolFee(params::market::ProtocolFee, fee);
			let key_value = RuntimeParameters::Market(fee);
			Some(vec![as_sudo(pallet_parameters::Call::<Runtime>::set_parameter { key_value })])
		}
		_ => None,
	}
}
