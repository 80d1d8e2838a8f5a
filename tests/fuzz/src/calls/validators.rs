//! What validators do with their bonds, and what governance does with validators.

use super::{one, Deed};
use crate::{action::Action, cast::person, chain::as_sudo};
use souk_runtime::{Balance, Runtime, SOUK};

type Call = pallet_validators::Call<Runtime>;

/// Calls of `pallet-validators`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	let souk = |byte: u8| Balance::from(byte) * 10 * SOUK;
	match action {
		ValidatorBond { who, amount } => one(person(who), Call::bond { amount: souk(amount) }),
		ValidatorBondExtra { who, amount } => one(person(who), Call::bond_extra { amount: souk(amount) }),
		ValidatorUnbond { who, amount } => one(person(who), Call::unbond { amount: souk(amount) }),
		ValidatorWithdraw { who } => one(person(who), Call::withdraw_unbonded {}),
		Validate { who } => one(person(who), Call::validate {}),
		Chill { who } => one(person(who), Call::chill {}),
		ForceChill { who, validator } => {
			let call = Call::force_chill { validator: person(validator) };
			if who < 206 {
				Some(vec![as_sudo(call)])
			} else {
				one(person(who), call)
			}
		}
		_ => None,
	}
}
